"""What the forms of one device may ask: its register entry, its secret, its instruments and their calibrations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.telemetry.forms_network import words
from lantian.apps.telemetry.models import Device
from lantian.apps.telemetry.services import NewInstrument
from lantian.protocols.hj212.faults import TOLERABLE


class DeviceChangeForm(forms.Form):
    """What may change after registration; secret and suspension have forms of their own."""

    key = forms.CharField(max_length=40, error_messages={"required": _("请填写设备标识。")})
    name_zh = forms.CharField(max_length=100, error_messages={"required": _("请填写设备名称。")})
    name_en = forms.CharField(required=False, max_length=100)
    owner = forms.ModelChoiceField(Organisation.objects.all(), required=False)
    maintainer = forms.ModelChoiceField(Organisation.objects.all(), required=False)
    interval_s = forms.IntegerField(
        error_messages={"required": _("请填写上报间隔。"), "invalid": _("上报间隔须为整数（秒）。")}
    )
    networks = forms.CharField(required=False, max_length=400)
    tolerated = forms.MultipleChoiceField(required=False, choices=[(fault.value, fault.value) for fault in TOLERABLE])
    plate = forms.CharField(required=False, max_length=20)
    source = forms.CharField(required=False, max_length=160)

    @classmethod
    def of(cls, device: Device) -> "DeviceChangeForm":
        """Return the form filled with what the register says."""
        told = {name: getattr(device, name) for name in ("key", "name_zh", "name_en", "interval_s", "plate")}
        more = {"owner": device.owner_id, "maintainer": device.maintainer_id, "tolerated": device.tolerated}
        source = device.point.source if device.point else None
        return cls(
            initial={**told, **more, "networks": " ".join(device.networks), "source": source.code if source else ""}
        )

    @property
    def changes(self) -> dict[str, Any]:
        """The fields of the device as the service takes them."""
        read = {name: value for name, value in self.cleaned_data.items() if name != "source"}
        return {**read, "networks": words(read["networks"])}


class SecretForm(forms.Form):
    """A new secret, twice; empty for none."""

    secret = forms.CharField(required=False, max_length=64, strip=False)
    again = forms.CharField(required=False, max_length=64, strip=False)

    def clean(self) -> dict[str, Any]:
        """See that both are the same."""
        read = super().clean() or self.cleaned_data
        if read.get("secret") != read.get("again"):
            self.add_error("again", _("两次输入的口令不同。"))
        return read


class InstrumentForm(forms.Form):
    """An instrument to add."""

    name = forms.CharField(max_length=80, error_messages={"required": _("请填写仪器名称。")})
    maker = forms.CharField(required=False, max_length=80)
    model = forms.CharField(required=False, max_length=60)
    serial = forms.CharField(required=False, max_length=60)

    @property
    def new_instrument(self) -> NewInstrument:
        """The instrument as the service takes it."""
        return NewInstrument(**self.cleaned_data)


class CalibrationForm(forms.Form):
    """A calibration and when the next one is due."""

    on = forms.DateField(error_messages={"required": _("请填写校准日期。"), "invalid": _("校准日期不是日期。")})
    due = forms.DateField(
        error_messages={"required": _("请填写下次校准日期。"), "invalid": _("下次校准日期不是日期。")}
    )
