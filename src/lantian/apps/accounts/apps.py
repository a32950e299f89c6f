"""People (人员), organisations (单位), areas (区域) and posts (岗位)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who may sign in, and what their posts let them do."""

    name = "lantian.apps.accounts"
    label = "accounts"
    verbose_name = _("人员与岗位")
