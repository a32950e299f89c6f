"""What the addresses and forms of the cases may ask."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.cases.selectors.listing import VIEWS, CaseQuery
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import LARGEST
from lantian.kernel.errors import Text
from lantian.workflow.photos import Claim


class CasesForm(forms.Form):
    """Tab, filters and page of the list; every field may be left out."""

    view = forms.ChoiceField(required=False, choices=[(name, name) for name in VIEWS])
    text = forms.CharField(required=False, max_length=40)
    type = forms.CharField(required=False, max_length=40)
    area = forms.CharField(required=False, max_length=12)
    holder = forms.CharField(required=False, max_length=64)
    tab = forms.ChoiceField(required=False, choices=[("map", "map")])
    after = forms.IntegerField(required=False, min_value=1)
    passed = forms.IntegerField(required=False, min_value=0, max_value=10_000_000)

    @property
    def query(self) -> CaseQuery:
        """The query; what cannot be read is left out."""
        self.is_valid()
        return CaseQuery(**{name: value for name, value in self.cleaned_data.items() if value})


class ActForm(forms.Form):
    """An act on an open step: which, why, and the version of the case that the page showed."""

    thread = forms.IntegerField(min_value=1)
    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=1000, label=_("办理情况"))


class TakeForm(ActForm):
    """A step taken with an outcome."""

    outcome = forms.CharField(max_length=40, label=_("结果"))
    place = forms.CharField(required=False, max_length=200, label=_("地点"))
    findings = forms.MultipleChoiceField(required=False, label=_("情形"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.getlist("findings") if hasattr(self.data, "getlist") else []
        self.fields["findings"].choices = [(name, name) for name in given]  # type: ignore[attr-defined]


class TransferForm(ActForm):
    """To whom a step goes."""

    to = forms.ModelChoiceField(Organisation.objects.exclude(kind="enterprise"), label=_("移交给"))


class RelateForm(forms.Form):
    """Another entry of the ledgers, and its part in the case."""

    version = forms.IntegerField(min_value=1)
    role = forms.CharField(max_length=40, label=_("涉案关系"))
    code = forms.CharField(max_length=60, label=_("台账编码"))

    def clean_code(self) -> Source:
        """Find the entry."""
        return _entry(self.cleaned_data["code"])


class MergeForm(forms.Form):
    """The case into which this one goes, by its number."""

    version = forms.IntegerField(min_value=1)
    into = forms.CharField(max_length=60, label=_("并入案号"))
    reason = forms.CharField(max_length=1000, label=_("理由"))


class SplitForm(forms.Form):
    """What goes into a case of its own: chosen steps, or the same steps for another subject."""

    version = forms.IntegerField(min_value=1)
    title = forms.CharField(required=False, max_length=200, label=_("案由"))
    reason = forms.CharField(max_length=1000, label=_("理由"))
    numbers = forms.TypedMultipleChoiceField(
        required=False, coerce=int, choices=[(number, number) for number in range(1, 1000)], label=_("分出的环节")
    )
    code = forms.CharField(required=False, max_length=60, label=_("台账编码"))

    def clean_code(self) -> Source | None:
        """Find the entry, if one is named."""
        return _entry(self.cleaned_data["code"]) if self.cleaned_data["code"].strip() else None


def _entry(code: str) -> Source:
    found = Source.objects.current().filter(code=code.strip()).first()
    if found is None:
        raise forms.ValidationError(_("台账中没有这个编码。"))
    return found


class CommentForm(forms.Form):
    """A remark."""

    reason = forms.CharField(max_length=1000, label=_("说明"))


class SubjectForm(forms.Form):
    """The entry of the ledgers, by its code."""

    version = forms.IntegerField(min_value=1)
    code = forms.CharField(max_length=60, label=_("台账编码"))

    def clean_code(self) -> Source:
        """Find the entry."""
        return _entry(self.cleaned_data["code"])


class EvidenceForm(forms.Form):
    """A file for a step."""

    thread = forms.IntegerField(min_value=1)
    file = forms.FileField(label=_("证据文件"), max_length=200)
    note = forms.CharField(required=False, max_length=300, label=_("说明"))
    taken_ms = forms.IntegerField(required=False, min_value=0, max_value=4_000_000_000_000)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    accuracy_m = forms.FloatField(required=False, min_value=0, max_value=5000)

    def clean_file(self) -> Any:
        """Refuse a file before it is read whole."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("证据文件不得大于 20 MB。"))
        return file

    @property
    def said(self) -> Claim | None:
        """What the browser says of when and where a photo was taken; None when it says nothing."""
        read = self.cleaned_data
        taken = read["taken_ms"]
        if taken is None and (read["longitude"] is None or read["latitude"] is None):
            return None
        at = datetime.fromtimestamp(taken / 1000, UTC) if taken is not None else None
        return Claim("browser", at, read["longitude"], read["latitude"], read["accuracy_m"] or 0.0)


class NewCaseForm(forms.Form):
    """A lead, a call or an order that a person opens."""

    title = forms.CharField(max_length=200, label=_("案由"))
    facts = forms.CharField(max_length=1000, label=_("事实"), widget=forms.Textarea(attrs={"rows": 3}))
    area = forms.ModelChoiceField(Area.objects.of_kind("street"), label=_("街乡"))
    code = forms.CharField(required=False, max_length=60, label=_("台账编码"))
    named = forms.ModelMultipleChoiceField(
        Organisation.objects.filter(kind="bureau"), required=False, label=_("点名部门"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )  # fmt: skip

    def __init__(self, *args: Any, categories: Sequence[tuple[str, Text]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if categories:
            language = get_language() or "zh-hans"
            choices = [(name, label.in_language(language)) for name, label in categories]
            self.fields["category"] = forms.ChoiceField(choices=choices, label=_("类别"))

    def clean_code(self) -> Source | None:
        """Find the entry, if one is named."""
        return _entry(self.cleaned_data["code"]) if self.cleaned_data["code"].strip() else None


class LiftForm(forms.Form):
    """Why a sanction is lifted."""

    reason = forms.CharField(max_length=300, label=_("理由"))
