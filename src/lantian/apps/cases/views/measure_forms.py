"""What the pages of measures and papers ask."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.cases.models import Case, Measure
from lantian.apps.cases.rules import measure_rules
from lantian.apps.cases.selectors.lines import read
from lantian.apps.cases.services.amounts import Proposal, related
from lantian.apps.cases.services.known import party_of
from lantian.apps.cases.services.measures import Step, record_of
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.records_measure import MeasureRecord

FACTOR = "factor-"
RECHECKS = 3


def _day_field(**given: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given)


class ProposeForm(forms.Form):
    """A measure that is proposed: whom, why, and what its kind needs for the amount."""

    party = forms.CharField(max_length=200, label=_("当事人"))
    party_kind = forms.ChoiceField(choices=Measure.Party.choices, label=_("当事人类别"))
    reason = forms.CharField(max_length=1000, label=_("事实与理由"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, case: Case, record: MeasureRecord, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record
        self.fields["party"].initial = party_of(case)
        self.fields["reason"].initial = case.facts or case.title
        if record.kind == "fine":
            self._ask_discretion(case)
        elif record.kind == "daily-fine":
            self._ask_days(case)

    def _ask_discretion(self, case: Case) -> None:
        for factor in measure_rules().factors(self.record, day_of(case.happened_at)):
            choices = [(one.id, f"{read(Text(one.zh, one.en))}（{one.percent}%）") for one in factor.choices]
            self.fields[FACTOR + factor.id] = forms.ChoiceField(
                choices=[("", "—"), *choices], label=read(Text(factor.zh, factor.en))
            )
        self.fields["amount"] = forms.DecimalField(
            required=False, min_value=0, max_digits=14, decimal_places=2, label=_("罚款金额（元，空缺按裁量建议）")
        )
        self.fields["deviation"] = forms.CharField(required=False, max_length=500, label=_("与裁量建议不同的理由"))

    def _ask_days(self, case: Case) -> None:
        fines = Measure.objects.filter(case__in=related(case), amount__isnull=False, base=None)
        decided = [one for one in fines.select_related("case") if one.day_of_step("decided")]
        choices = [(one.pk, f"{one.case.number} · {one.amount} · {one.day_of_step('decided')}") for one in decided]
        self.fields["base"] = forms.TypedChoiceField(choices=choices, coerce=int, label=_("原罚款"))
        self.fields["served"] = _day_field(label=_("责令改正送达日"), initial=_served(case))
        for number in range(1, RECHECKS + 1):
            self.fields[f"found-{number}"] = _day_field(
                required=number == 1, label=_("第 %(n)s 次复查仍未改正") % {"n": number}
            )

    @property
    def proposal(self) -> Proposal:
        """The proposal, of a form that is valid."""
        read_ = self.cleaned_data
        factors = {name.removeprefix(FACTOR): value for name, value in read_.items() if name.startswith(FACTOR)}
        found: Sequence[date] = [value for name, value in read_.items() if name.startswith("found-") and value]
        base = Measure.objects.get(pk=read_["base"]) if read_.get("base") else None
        return Proposal(
            self.record.id, read_["party"], read_["reason"], read_["party_kind"], factors, read_.get("amount"),
            read_.get("deviation", ""), base, read_.get("served"), found,
        )  # fmt: skip


def _served(case: Case) -> date | None:
    """The day on which the newest order of correction of a case was issued, as a first answer."""
    order = case.papers.filter(kind="correction-order", issued_at__isnull=False).order_by("issued_at").last()
    return day_of(order.issued_at) if order and order.issued_at else None


class StepForm(forms.Form):
    """A step of a measure: what was done, and what this step fixes."""

    step = forms.CharField(max_length=30)
    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=1000, label=_("办理情况"))
    amount = forms.DecimalField(required=False, min_value=0, max_digits=14, decimal_places=2, label=_("决定金额"))
    day = _day_field(required=False, label=_("日期"))
    first = _day_field(required=False, label=_("起算日"))

    @property
    def asked(self) -> Step:
        """The step, of a form that is valid."""
        found = self.cleaned_data
        return Step(found["step"], found["reason"], found["amount"], found["day"], found["first"], found["version"])


class SettleForm(forms.Form):
    """What came of a period."""

    outcome = forms.ChoiceField(choices=[(name, name) for name in ("used", "waived", "done", "pause", "resume")])
    text = forms.CharField(max_length=1000, label=_("内容"))
    version = forms.IntegerField(min_value=1)


class DraftForm(forms.Form):
    """A paper that is begun."""

    kind = forms.CharField(max_length=40, label=_("文书"))
    measure = forms.IntegerField(required=False, min_value=1)


class RevokeForm(forms.Form):
    """Why a penalty is revoked."""

    reason = forms.CharField(max_length=300, label=_("理由"))


def with_term(measure: Measure) -> bool:
    """Tell whether a decision on a measure begins a term."""
    return record_of(measure).term is not None
