"""What the addresses of the air pages may ask."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.telemetry.models import SandDustDecision
from lantian.apps.telemetry.pages.evaluation import EvaluationQuery
from lantian.apps.telemetry.pages.sand_dust import DustPage, DustQuery
from lantian.apps.telemetry.pages.station import TABS, THRESHOLDS
from lantian.apps.telemetry.pages.station import StationQuery as OneStation
from lantian.apps.telemetry.pages.stations import StationQuery
from lantian.kernel.factors import SIX, Factor
from lantian.kernel.instants import BEIJING
from lantian.lake.imports import layout_names


class StationsForm(forms.Form):
    """Filters and sorting of the list; every field may be left out."""

    text = forms.CharField(required=False, max_length=40)
    area = forms.CharField(required=False, max_length=12)
    kind = forms.CharField(required=False, max_length=20)
    view = forms.CharField(required=False, max_length=20)
    sort = forms.CharField(required=False, max_length=20)
    station = forms.CharField(required=False, max_length=64)

    @property
    def query(self) -> StationQuery:
        """The query; what cannot be read is left out."""
        self.is_valid()
        return StationQuery(**{name: self.cleaned_data.get(name, "") for name in self.fields})


class StationForm(forms.Form):
    """View, year, base year, threshold and item of one station's page."""

    view = forms.ChoiceField(required=False, choices=[(name, name) for name, _label in TABS])
    year = forms.IntegerField(required=False, min_value=1990, max_value=2200)
    base = forms.IntegerField(required=False, min_value=1990, max_value=2200)
    above = forms.TypedChoiceField(required=False, choices=[(n, n) for n in THRESHOLDS], coerce=int, empty_value=None)
    factor = forms.ChoiceField(required=False, choices=[(factor.value, factor.value) for factor in SIX])

    @property
    def query(self) -> OneStation:
        """The query; what cannot be read falls back to the page's own choice."""
        self.is_valid()
        read = self.cleaned_data
        return OneStation(
            view=read.get("view") or "hours",
            year=read.get("year"),
            base=read.get("base"),
            above=read.get("above") or THRESHOLDS[0],
            factor=Factor(read.get("factor") or Factor.PM25),
        )


class EvaluationForm(forms.Form):
    """Year, base year, area, and whether decided sand-dust days are left out."""

    year = forms.IntegerField(required=False, min_value=1990, max_value=2200)
    base = forms.IntegerField(required=False, min_value=1990, max_value=2200)
    area = forms.CharField(required=False, max_length=12)
    dust = forms.ChoiceField(required=False, choices=[("with", "with"), ("without", "without")])

    @property
    def query(self) -> EvaluationQuery:
        """The query; what cannot be read falls back to the page's own choice."""
        self.is_valid()
        read = self.cleaned_data
        return EvaluationQuery(read.get("year"), read.get("base"), read.get("area") or "", read.get("dust") or "with")


class ImportForm(forms.Form):
    """A file, its layout, and what its hour labels mean where that differs from the layout."""

    file = forms.FileField(error_messages={"required": _("请先选择文件。")})
    layout = forms.ChoiceField(choices=[(name, name) for name in layout_names()])
    label = forms.ChoiceField(required=False, choices=[("", ""), ("start", "start"), ("end", "end")])


class LookForm(forms.Form):
    """Layout and hour label under which an upload is looked at and imported."""

    layout = forms.ChoiceField(choices=[(name, name) for name in layout_names()])
    label = forms.ChoiceField(required=False, choices=[("", ""), ("start", "start"), ("end", "end")])

    @property
    def choice(self) -> tuple[str, str | None]:
        """Layout and label; what cannot be read falls back to the first layout and its own label."""
        self.is_valid()
        return self.cleaned_data.get("layout") or layout_names()[0], self.cleaned_data.get("label") or None


class DustQueryForm(forms.Form):
    """Year, area and candidate of the sand-dust page."""

    year = forms.IntegerField(required=False, min_value=1990, max_value=2200)
    area = forms.CharField(required=False, max_length=12)
    pick = forms.CharField(required=False, max_length=20)

    @property
    def query(self) -> DustQuery:
        """The query; what cannot be read falls back to the page's own choice."""
        self.is_valid()
        read = self.cleaned_data
        return DustQuery(read.get("year"), read.get("area") or "", read.get("pick") or "")


class DustForm(forms.Form):
    """A sand-dust decision: start of the first hour, end of the last, items, area or points, status, why."""

    first = forms.DateTimeField(error_messages={"required": _("请填起始时刻。"), "invalid": _("起始时刻不是时间。")})
    last = forms.DateTimeField(error_messages={"required": _("请填结束时刻。"), "invalid": _("结束时刻不是时间。")})
    factors = forms.TypedMultipleChoiceField(coerce=Factor, error_messages={"required": _("请至少选一个监测因子。")})
    area = forms.CharField(max_length=12)
    points = forms.MultipleChoiceField(required=False)
    status = forms.ChoiceField(choices=SandDustDecision.Status.choices)
    reference = forms.CharField(required=False, max_length=300)
    reason = forms.CharField(max_length=2000, error_messages={"required": _("请写明理由；理由会进入历史。")})

    def __init__(self, data: Any = None, *, page: DustPage) -> None:
        """Offer the points and items of a page, and its picked candidate as the first guess."""
        picked = page.picked
        guess = {
            "first": picked.key if picked else "",
            "last": picked.until if picked else "",
            "area": page.area,
            "status": SandDustDecision.Status.PROPOSED,
            "factors": list(page.factors),
        }
        super().__init__(data, initial=guess)
        self.fields["factors"].choices = [(factor.value, factor.value) for factor in page.factors]  # type: ignore[attr-defined]
        self.fields["points"].choices = [(point.pk, point.name) for point in page.points]  # type: ignore[attr-defined]

    def clean_first(self) -> datetime:
        """Return the start of the first hour."""
        return _whole_hour(self.cleaned_data["first"])

    def clean_last(self) -> datetime:
        """Return the end of the last hour, after the start."""
        last, first = _whole_hour(self.cleaned_data["last"]), self.cleaned_data.get("first")
        if first is not None and last - first < timedelta(hours=1):
            raise forms.ValidationError(_("结束时刻至少比起始时刻晚一小时。"))
        return last


def _whole_hour(moment: datetime) -> datetime:
    local = moment.astimezone(BEIJING)
    if local.minute or local.second:
        raise forms.ValidationError(_("时刻须为整点。"))
    return local
