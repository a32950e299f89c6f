"""What the forms of samples may send."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.inspections import rules
from lantian.apps.inspections.forms import source_of
from lantian.apps.inspections.models import Part, Sample
from lantian.apps.ledger.models import Source
from lantian.policy.records_sample import SampledGoodRecord


class SamplesForm(forms.Form):
    """Month, good, state and page of the list; every field may be left out."""

    month = forms.DateField(required=False, input_formats=["%Y-%m"])
    good = forms.CharField(required=False, max_length=40)
    state = forms.ChoiceField(required=False, choices=Sample.State.choices)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)


class SampleForm(forms.Form):
    """A sample as it is taken."""

    good = forms.ChoiceField(label=_("品种"))
    code = forms.CharField(max_length=60, label=_("台账编码"), required=False)
    place = forms.CharField(max_length=200, label=_("地点"), required=False)
    product = forms.CharField(max_length=120, label=_("产品名称"))
    maker = forms.CharField(max_length=120, label=_("生产企业"), required=False)
    batch = forms.CharField(max_length=60, label=_("批号"), required=False)
    taken_at = forms.DateTimeField(
        label=_("抽样时间"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    seal = forms.CharField(max_length=40, label=_("检样封号"))
    kept_seal = forms.CharField(max_length=40, label=_("备样封号"))
    photo = forms.FileField(
        label=_("抽样照片"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        goods = [(one.id, rules.label(one)) for one in rules.sampled_goods(day)]
        self.fields["good"].choices = goods  # type: ignore[attr-defined]

    def clean_code(self) -> Source | None:
        """Find the entry."""
        return source_of(self.cleaned_data["code"]) if self.cleaned_data["code"] else None


class MoveForm(forms.Form):
    """A hand-over of one part."""

    part = forms.ChoiceField(label=_("部分"), choices=Part.choices)
    to = forms.ModelChoiceField(Organisation.objects.exclude(kind="enterprise"), label=_("接收单位"))
    giver = forms.CharField(max_length=60, label=_("交出人"))
    receiver = forms.CharField(max_length=60, label=_("接收人"))
    seal_whole = forms.BooleanField(required=False, label=_("封条完好"))
    note = forms.CharField(required=False, max_length=300, label=_("说明"))

    def __init__(self, *args: Any, parts: Sequence[str] = Part.values, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(part, label) for part, label in Part.choices if part in parts]
        self.fields["part"].choices = named  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """A laboratory's report; one field for each item of the good."""

    part = forms.ChoiceField(choices=Part.choices, widget=forms.HiddenInput)
    number = forms.CharField(max_length=60, label=_("报告编号"))

    def __init__(self, *args: Any, good: SampledGoodRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.good = good
        for item in good.items:
            label = f"{rules.label(item)} {item.unit}"
            self.fields[f"value-{item.id}"] = forms.CharField(max_length=20, label=label)
        self.fields["file"] = forms.FileField(
            required=False, label=_("检测报告（PDF）"), widget=forms.FileInput(attrs={"accept": "application/pdf"})
        )

    @property
    def values(self) -> dict[str, str]:
        """What was typed for each item."""
        return {item.id: self.cleaned_data[f"value-{item.id}"] for item in self.good.items}
