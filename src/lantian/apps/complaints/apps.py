"""The app's registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    """Complaints with their protected reporters, duplicates, replies and rewards (投诉举报)."""

    name = "lantian.apps.complaints"
    label = "complaints"
    verbose_name = _("投诉举报")
    default_auto_field = "django.db.models.BigAutoField"
