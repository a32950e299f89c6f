"""The audit log (审计日志)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Who did what, when."""

    name = "lantian.apps.audit"
    label = "audit"
    verbose_name = _("审计日志")
