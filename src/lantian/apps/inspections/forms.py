"""What the addresses and forms of the inspections may ask."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Area, Organisation, Person
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Inspection
from lantian.apps.inspections.selectors.board import DUE_VIEWS, DueQuery
from lantian.apps.inspections.selectors.listing import RESULT_VIEWS, InspectionQuery
from lantian.apps.ledger.kinds import kinds, label
from lantian.apps.ledger.models import Source


class DueForm(forms.Form):
    """Tab, filters and page of the board; every field may be left out."""

    view = forms.ChoiceField(required=False, choices=[(name, name) for name in DUE_VIEWS])
    area = forms.CharField(required=False, max_length=12)
    checklist = forms.CharField(required=False, max_length=40)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    @property
    def query(self) -> DueQuery:
        """The query; what cannot be read is left out."""
        self.is_valid()
        return DueQuery(**{name: value for name, value in self.cleaned_data.items() if value})


class MadeForm(forms.Form):
    """Tab, filters and page of the list of inspections."""

    view = forms.ChoiceField(required=False, choices=[(name, name) for name in RESULT_VIEWS])
    text = forms.CharField(required=False, max_length=40)
    area = forms.CharField(required=False, max_length=12)
    checklist = forms.CharField(required=False, max_length=40)
    origin = forms.ChoiceField(required=False, choices=Inspection.Origin.choices)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    @property
    def query(self) -> InspectionQuery:
        """The query; what cannot be read is left out."""
        self.is_valid()
        return InspectionQuery(**{name: value for name, value in self.cleaned_data.items() if value})


class PeriodForm(forms.Form):
    """From one day to another, both included."""

    start = forms.DateField(required=False, label=_("开始"), widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(required=False, label=_("结束"), widget=forms.DateInput(attrs={"type": "date"}))

    def period(self, start: date, end: date) -> tuple[date, date]:
        """Return the period asked for, or the one given; the days in their order."""
        self.is_valid()
        first, last = self.cleaned_data.get("start") or start, self.cleaned_data.get("end") or end
        return min(first, last), max(first, last)


class WhereForm(forms.Form):
    """Which entry or place is inspected, and by which checklist."""

    code = forms.CharField(required=False, max_length=60, label=_("台账编码"))
    checklist = forms.CharField(required=False, max_length=40)
    entry = forms.IntegerField(required=False, min_value=1)
    origin = forms.ChoiceField(required=False, choices=Inspection.Origin.choices)


class MadeByHandForm(forms.Form):
    """The facts of an inspection beside its answers."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    place = forms.CharField(required=False, max_length=200, label=_("地点"))
    began = forms.DateTimeField(label=_("开始"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    minutes = forms.IntegerField(label=_("用时（分）"), min_value=1, max_value=1440, initial=30)
    origin = forms.ChoiceField(label=_("来源"), choices=Inspection.Origin.choices)
    no_entry = forms.BooleanField(required=False, label=_("未能进入检查"))
    note = forms.CharField(required=False, max_length=1000, label=_("说明"), widget=forms.Textarea(attrs={"rows": 2}))
    inspectors = forms.ModelMultipleChoiceField(Person.objects.none(), required=False, label=_("同行检查人员"))

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inspectors"].queryset = colleagues  # type: ignore[attr-defined]


class _PlannedForm(forms.Form):
    """What every plan needs; its checklists and streets are those of the day and of the pack."""

    title = forms.CharField(max_length=120, label=_("名称"))
    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(kind__in=("bureau", "enforcement", "street_office")), label=_("检查单位")
    )
    start = forms.DateField(label=_("开始"), widget=forms.DateInput(attrs={"type": "date"}))
    due = forms.DateField(label=_("止于"), widget=forms.DateInput(attrs={"type": "date"}))
    areas = forms.ModelMultipleChoiceField(
        Area.objects.of_kind("street"), required=False, label=_("街乡（不选为全区）"),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )  # fmt: skip

    field_order = ("title", "checklist", "kind", "rule", "sector", "organisation", "areas", "take")


class PlanForm(_PlannedForm):
    """A list of entries by their codes."""

    checklist = forms.ChoiceField(label=_("检查表"))
    codes = forms.CharField(max_length=20_000, label=_("台账编码，每行一个"), widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["areas"]
        self.fields["checklist"].choices = checklist_choices(day)  # type: ignore[attr-defined]

    def sources(self, visible: Any) -> list[Source]:
        """Return the entries that the codes name; raises ValidationError with the codes that name none."""
        codes = list(dict.fromkeys(self.cleaned_data["codes"].split()))
        kinds_of = rules.checklist(self.cleaned_data["checklist"], self.cleaned_data["start"]).kinds
        found = {one.code: one for one in visible.current().filter(kind__in=kinds_of, code__in=codes)}
        missing = [code for code in codes if code not in found]
        if missing:
            text = _("台账中没有，或不适用此检查表：%(codes)s")
            raise forms.ValidationError(text, params={"codes": "、".join(missing[:10])})
        return list(found.values())


class CampaignForm(_PlannedForm):
    """A campaign over a ledger, its streets and a sector."""

    kind = forms.ChoiceField(label=_("台账"))
    checklist = forms.ChoiceField(label=_("检查表"))
    sector = forms.ChoiceField(required=False, label=_("行业（企业台账）"))
    purpose = forms.CharField(
        required=False, max_length=1000, label=_("目的"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = {name for one in rules.checklists(day).values() for name in one.kinds}
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (one.id, label(one)) for one in kinds().values() if one.id in used
        ]
        self.fields["checklist"].choices = checklist_choices(day)  # type: ignore[attr-defined]
        self.fields["sector"].choices = [("", _("全部")), *sectors().items()]  # type: ignore[attr-defined]


class DrawForm(_PlannedForm):
    """A draw: rule, number, public number."""

    rule = forms.ChoiceField(label=_("抽取规则"))
    take = forms.IntegerField(label=_("抽取数"), min_value=1, max_value=5000)
    beacon = forms.CharField(max_length=300, label=_("公开随机数"))
    beacon_day = forms.DateField(label=_("随机数公布日"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [  # type: ignore[attr-defined]
            (one.id, rules.label(one)) for one in rules.draw_rules(day).values()
        ]


class NumberForm(forms.Form):
    """The public number, as it was published."""

    number = forms.CharField(max_length=200, label=_("公布的随机数"))


class RecusalForm(forms.Form):
    """A conflict of interest of an inspector."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("检查人员"))
    code = forms.CharField(max_length=60, label=_("台账编码"))
    reason = forms.CharField(max_length=200, label=_("理由"))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def clean_code(self) -> Source:
        """Find the entry."""
        return source_of(self.cleaned_data["code"])


class AssignForm(forms.Form):
    """Who makes a check."""

    entry = forms.IntegerField(min_value=1)
    people = forms.ModelMultipleChoiceField(Person.objects.filter(is_active=True), label=_("检查人员"))


class DropForm(forms.Form):
    """Why an entry is struck off its plan."""

    entry = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=200, label=_("理由"))


def source_of(code: str) -> Source:
    """Return an entry by its code; raises ValidationError."""
    found = Source.objects.current().filter(code=code.strip()).first()
    if found is None:
        raise forms.ValidationError(_("台账中没有这个编码。"))
    return found


def checklist_choices(day: date) -> list[tuple[str, str]]:
    """Return the checklists of a day by id and name."""
    return [(one.id, rules.label(one)) for one in rules.checklists(day).values()]


def sectors() -> Mapping[str, str]:
    """Return the sectors of the enterprises' ledger by id and name."""
    enterprise = kinds().get("enterprise")
    found = [one for one in enterprise.attributes if one.name == "sector"] if enterprise else []
    return {choice.id: label(choice) for one in found for choice in one.choices}
