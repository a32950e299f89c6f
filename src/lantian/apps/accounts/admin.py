"""Areas and organisations in the administration pages, only shown; people and posts have pages of their own."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from lantian.apps.accounts.models import Area, Organisation

if TYPE_CHECKING:
    AreaAdminBase = admin.ModelAdmin[Area]
    OrganisationAdminBase = admin.ModelAdmin[Organisation]
else:  # Django's classes take no type arguments at run time
    AreaAdminBase = OrganisationAdminBase = admin.ModelAdmin


class Shown:
    """Shown, not edited: what changes it are the policy pack and the pages that check more."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False


@admin.register(Area)
class AreaAdmin(Shown, AreaAdminBase):
    """Areas of the pack."""

    list_display = ("code", "name_zh", "name_en", "kind", "schematic")
    list_filter = ("kind", "schematic")


@admin.register(Organisation)
class OrganisationAdmin(Shown, OrganisationAdminBase):
    """Organisations of the pack."""

    list_display = ("code", "name_zh", "name_en", "kind")
    list_filter = ("kind",)
