"""What the forms of credentials, checks and penalties take."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.ledger.services.permits import POLLUTANTS


class ReasonForm(forms.Form):
    """A legal act with its reason."""

    reason = forms.CharField(label=_("事由"), max_length=300)


class TermForm(forms.Form):
    """Issuing or renewing: the first day, and the last unless the pack says it."""

    reason = forms.CharField(label=_("事由"), max_length=300, required=False)
    valid_from = forms.DateField(label=_("有效期起"))
    valid_to = forms.DateField(label=_("有效期止"), required=False)

    def clean(self) -> dict[str, Any]:
        """The last day does not lie before the first."""
        read = super().clean() or {}
        if read.get("valid_to") and read.get("valid_from") and read["valid_to"] < read["valid_from"]:
            self.add_error("valid_to", _("有效期止早于有效期起。"))
        return read


class PointsForm(ReasonForm):
    """Points taken, with the reason."""

    points = forms.IntegerField(label=_("分值"), min_value=1, max_value=100)


class MachineCheckForm(forms.Form):
    """A machine's check on site."""

    number = forms.CharField(label=_("编号"), max_length=200)
    site = forms.CharField(label=_("工地编码"), max_length=60, required=False)
    area = forms.CharField(label=_("街乡"), max_length=12, required=False)
    longitude = forms.FloatField(label=_("经度"), min_value=-180, max_value=180, required=False)
    latitude = forms.FloatField(label=_("纬度"), min_value=-90, max_value=90, required=False)
    smoke_k = forms.FloatField(label=_("光吸收系数"), min_value=0, max_value=20, required=False)
    visible = forms.BooleanField(label=_("可见烟"), required=False)


class GateForm(forms.Form):
    """A truck at the gate: which way, which site, which truck, and what is seen."""

    direction = forms.ChoiceField(label=_("方向"), choices=[("in", _("进场")), ("out", _("出场"))])
    site = forms.CharField(label=_("工地"), max_length=60)
    number = forms.CharField(label=_("号牌"), max_length=200)


class NoticeForm(forms.Form):
    """A safety notice that is asked for."""

    site = forms.CharField(label=_("工地"), max_length=60)
    carrier = forms.CharField(label=_("运输企业编码"), max_length=60, required=False)
    trucks = forms.CharField(label=_("运输车辆"), max_length=1000, required=False)


class ReportForm(forms.Form):
    """An execution report that was handed in."""

    permit = forms.IntegerField()
    frequency = forms.CharField(max_length=20)
    first = forms.DateField()
    handed_in = forms.DateField(label=_("提交日期"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in POLLUTANTS:
            self.fields[name] = forms.FloatField(min_value=0, required=False)

    @property
    def emitted(self) -> dict[str, float]:
        """What was reported, in tonnes."""
        return {name: self.cleaned_data[name] for name in POLLUTANTS if self.cleaned_data.get(name) is not None}


class PenaltyForm(forms.Form):
    """A penalty decision against a source."""

    code = forms.CharField(label=_("编码"), max_length=60)
    number = forms.CharField(label=_("决定书文号"), max_length=80)
    decided_on = forms.DateField(label=_("决定日期"))
    reason = forms.CharField(label=_("违法事实"), max_length=300)


class RegistrationForm(forms.Form):
    """A vehicle that is registered for the first time."""

    on = forms.DateField(label=_("注册登记日期"))
    category = forms.CharField(max_length=20, required=False)
    energy = forms.CharField(max_length=20)
    weight_t = forms.DecimalField(label=_("总质量"), min_value=0, max_value=100, required=False)
    stage = forms.CharField(max_length=4, required=False)
