"""The app's registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    """Inspections by the pack's checklists, with their plans, campaigns, draws and visits (检查)."""

    name = "lantian.apps.inspections"
    label = "inspections"
    verbose_name = _("检查")
    default_auto_field = "django.db.models.BigAutoField"
