"""The app's registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelemetryConfig(AppConfig):
    """Points, imports and sand-dust decisions (监测)."""

    name = "lantian.apps.telemetry"
    label = "telemetry"
    verbose_name = _("监测")
    default_auto_field = "django.db.models.BigAutoField"
