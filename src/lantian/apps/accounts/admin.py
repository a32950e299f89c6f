"""People and posts in the administration pages; areas and organisations come from the pack and are only shown."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from lantian.apps.accounts.models import Area, Organisation, Person, Post

if TYPE_CHECKING:
    PostInlineBase = admin.TabularInline[Post, Person]
    PersonAdminBase = admin.ModelAdmin[Person]
    AreaAdminBase = admin.ModelAdmin[Area]
    OrganisationAdminBase = admin.ModelAdmin[Organisation]
else:  # Django's classes take no type arguments at run time
    PostInlineBase = admin.TabularInline
    PersonAdminBase = AreaAdminBase = OrganisationAdminBase = admin.ModelAdmin


class PostInline(PostInlineBase):
    """The posts of a person."""

    model = Post
    extra = 0


@admin.register(Person)
class PersonAdmin(PersonAdminBase):
    """People with their posts."""

    list_display = ("username", "name_zh", "name_en", "is_active", "demo")
    fields = ("username", "name_zh", "name_en", "is_active", "demo")
    readonly_fields = ("demo",)
    search_fields = ("username", "name_zh", "name_en")
    inlines = (PostInline,)


class FromPack:
    """Shown, not edited: the policy pack is the source."""

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
class AreaAdmin(FromPack, AreaAdminBase):
    """Areas of the pack."""

    list_display = ("code", "name_zh", "name_en", "kind", "schematic")
    list_filter = ("kind", "schematic")


@admin.register(Organisation)
class OrganisationAdmin(FromPack, OrganisationAdminBase):
    """Organisations of the pack."""

    list_display = ("code", "name_zh", "name_en", "kind")
    list_filter = ("kind",)
