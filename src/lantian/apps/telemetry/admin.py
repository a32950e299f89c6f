"""Devices and what belongs to them in the administration pages; each change is on record, and no secret is ever shown.

The pages of telemetry use the services, which check and explain more; these pages are for repairs.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.admin import Shown
from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import Camera, Channel, Device, Instrument, MaintenanceWindow, PushTarget
from lantian.apps.telemetry.services import DeviceError
from lantian.apps.telemetry.services.devices import free_key, networks, tolerance

if TYPE_CHECKING:
    InstrumentInlineBase = admin.TabularInline[Instrument, Device]
    DeviceFormBase = forms.ModelForm[Device]
    AnyAdminBase = admin.ModelAdmin[Any]
else:  # Django's classes take no type arguments at run time
    InstrumentInlineBase = admin.TabularInline
    DeviceFormBase = forms.ModelForm
    AnyAdminBase = admin.ModelAdmin


class Recorded(AnyAdminBase):
    """Puts each change on record by the names of the changed fields; ``secrets`` are typed in, never shown."""

    secrets: ClassVar[tuple[str, ...]] = ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Give secrets a field that shows nothing; left empty, what is stored stays."""
        if db_field.name in self.secrets:
            kwargs["widget"] = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
            kwargs["help_text"] = _("留空则不变")
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "http"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Store, and put on record."""
        for name in self.secrets:
            if change and not getattr(obj, name):
                setattr(obj, name, form.initial.get(name, ""))
        super().save_model(request, obj, form, change)
        self._record(request, obj, "changed" if change else "added", {"fields": sorted(form.changed_data)})

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Put on record, and delete."""
        self._record(request, obj, "deleted", {"name": str(obj)})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete one by one, so that each is on record."""
        for obj in queryset:
            self.delete_model(request, obj)

    def _record(self, request: HttpRequest, obj: models.Model, verb: str, detail: dict[str, Any]) -> None:
        name = f"admin.{obj._meta.model_name}-{verb}"
        record(name, subject=obj, actor=request.user, at=datetime.now(UTC), detail=detail)


class DeviceForm(DeviceFormBase):
    """A device, checked as the services check it: a wrong address list would keep the gateway from starting."""

    def clean(self) -> dict[str, Any]:
        """Check key, addresses and tolerated faults."""
        found = super().clean() or {}
        family = found.get("family", "")
        checks: dict[str, Callable[[Any], Any]] = {
            "networks": networks,
            "tolerated": lambda faults: tolerance(family, faults),
            "key": lambda key: free_key(family, key, but=self.instance),
        }
        for name in checks.keys() & found.keys() if family else ():
            try:
                found[name] = checks[name](found[name])
            except (DeviceError, TypeError, AttributeError) as error:
                text = error.text.in_language(get_language() or "") if isinstance(error, DeviceError) else str(error)
                self.add_error(name, text)
        return found


class InstrumentInline(InstrumentInlineBase):
    """The instruments of a device."""

    model = Instrument
    extra = 0


@admin.register(Device)
class DeviceAdmin(Recorded):
    """Devices with their instruments."""

    form = DeviceForm
    secrets = ("secret",)
    list_display = ("id", "name_zh", "kind", "family", "key", "point", "owner", "maintainer", "active", "synthetic")
    list_filter = ("kind", "family", "active", "synthetic")
    list_select_related = ("point", "owner", "maintainer")
    search_fields = ("id", "name_zh", "name_en", "key", "plate")
    raw_id_fields = ("point", "owner", "maintainer")
    inlines = (InstrumentInline,)


@admin.register(Channel)
class ChannelAdmin(Recorded):
    """Channels."""

    list_display = ("device", "code", "factor", "point", "unit_sent", "unit", "scale", "low", "high", "main")
    list_filter = ("factor", "main")
    list_select_related = ("device", "point")
    search_fields = ("device__id", "code", "factor")
    raw_id_fields = ("device", "point")


@admin.register(Instrument)
class InstrumentAdmin(Recorded):
    """Instruments by when they must be calibrated."""

    list_display = ("name", "device", "maker", "model", "serial", "calibrated_on", "calibration_due")
    list_select_related = ("device",)
    search_fields = ("name", "serial", "device__id")
    raw_id_fields = ("device",)
    ordering = ("calibration_due",)


@admin.register(MaintenanceWindow)
class MaintenanceWindowAdmin(Shown, Recorded):
    """Maintenance windows, only seen: they are declared on pages that keep bounds, and are evidence then."""

    list_display = ("device", "kind", "start", "end", "reason", "declared_at", "declared_by")
    list_filter = ("kind",)
    list_select_related = ("device", "declared_by")
    date_hierarchy = "start"


@admin.register(Camera)
class CameraAdmin(Recorded):
    """Cameras."""

    secrets = ("password",)
    list_display = ("name", "point", "snapshot_url", "active")
    list_filter = ("active",)
    list_select_related = ("point",)
    raw_id_fields = ("point",)


@admin.register(PushTarget)
class PushTargetAdmin(Recorded):
    """Platforms above ours."""

    secrets = ("secret",)
    list_display = ("name", "manner", "address", "active", "cursor", "failures", "retry_at")
    readonly_fields = ("cursor", "failures", "retry_at", "error_zh", "error_en")
