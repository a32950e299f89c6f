"""The plan and its rules as pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """Articles, tasks and every record of the pack; the plan's text under review (计划)."""

    name = "lantian.apps.plans"
    label = "plans"
    verbose_name = _("计划")
    default_auto_field = "django.db.models.BigAutoField"
