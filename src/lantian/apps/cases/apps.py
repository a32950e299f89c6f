"""The app's registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """Cases with their steps, clocks, evidence, penalties and sanctions (案件)."""

    name = "lantian.apps.cases"
    label = "cases"
    verbose_name = _("案件")
    default_auto_field = "django.db.models.BigAutoField"
