"""The app's registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    """Rankings of streets, and bulletins in official form that can be computed again (考核)."""

    name = "lantian.apps.assessment"
    label = "assessment"
    verbose_name = _("考核")
    default_auto_field = "django.db.models.BigAutoField"
