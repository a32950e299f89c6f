"""The app's registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlarmsConfig(AppConfig):
    """Alarms, their rules' precision, and what enterprises say against them (报警)."""

    name = "lantian.apps.alarms"
    label = "alarms"
    verbose_name = _("报警")
    default_auto_field = "django.db.models.BigAutoField"
