"""What the addresses of the air pages may ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.telemetry.pages.evaluation import EvaluationQuery
from lantian.apps.telemetry.pages.station import TABS, THRESHOLDS
from lantian.apps.telemetry.pages.station import StationQuery as OneStation
from lantian.apps.telemetry.pages.stations import StationQuery
from lantian.kernel.factors import SIX, Factor
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
