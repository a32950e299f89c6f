"""What the addresses and forms of the alarms may ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.alarms.models import Alarm, RuleDecision
from lantian.apps.alarms.selectors.curve import SPANS
from lantian.apps.alarms.selectors.listing import LEVELS, ORDERS, VIEWS, AlarmQuery
from lantian.apps.alarms.services.counter_evidence import LARGEST
from lantian.apps.ui.days import BoundedDayField

SORTS = [*ORDERS, *(f"-{name}" for name in ORDERS)]


class AlarmsForm(forms.Form):
    """Tab, filters, order and page of the list; every field may be left out."""

    view = forms.ChoiceField(required=False, choices=[(name, name) for name in VIEWS])
    text = forms.CharField(required=False, max_length=40)
    rule = forms.CharField(required=False, max_length=60)
    kind = forms.CharField(required=False, max_length=20)
    area = forms.CharField(required=False, max_length=12)
    level = forms.TypedChoiceField(required=False, choices=[(n, n) for n in LEVELS], coerce=int, empty_value=None)
    since = BoundedDayField(required=False)
    until = BoundedDayField(required=False)
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in SORTS])
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)
    alarm = forms.CharField(required=False, max_length=24)

    @property
    def query(self) -> AlarmQuery:
        """The query; what cannot be read is left out."""
        self.is_valid()
        read = {name: value for name, value in self.cleaned_data.items() if value}
        return AlarmQuery(**read)


class AlarmForm(forms.Form):
    """How far the curve of an alarm looks back."""

    span = forms.ChoiceField(required=False, choices=[(span.key, span.key) for span in SPANS])

    @property
    def span_key(self) -> str:
        """The span asked for, or ""."""
        self.is_valid()
        return str(self.cleaned_data.get("span") or "")


class CommentForm(forms.Form):
    """A remark."""

    text = forms.CharField(max_length=1000, label=_("说明"))


class JudgeForm(forms.Form):
    """An outcome and its reason."""

    outcome = forms.ChoiceField(choices=Alarm.Outcome.choices, label=_("结论"))
    reason = forms.CharField(max_length=500, label=_("理由"))


class ReasonForm(forms.Form):
    """The reason of a reopening."""

    reason = forms.CharField(max_length=500, label=_("理由"))


class HandOnForm(forms.Form):
    """To whom an alarm goes, and with which words."""

    to = forms.ModelChoiceField(Organisation.objects.all(), label=_("移交给"))
    text = forms.CharField(required=False, max_length=1000, label=_("说明"))


class EvidenceForm(forms.Form):
    """A statement of the enterprise, perhaps with a file."""

    text = forms.CharField(max_length=5000, label=_("举证说明"))
    file = forms.FileField(required=False, label=_("附件"), max_length=200)

    def clean_file(self) -> Any:
        """Refuse a file before it is read whole."""
        file = self.cleaned_data["file"]
        if file is not None and file.size > LARGEST:
            raise forms.ValidationError(_("附件不得大于 10 MB。"))
        return file


class AnswerForm(forms.Form):
    """An answer to a statement."""

    evidence = forms.IntegerField(min_value=1)
    accepted = forms.TypedChoiceField(
        choices=[("yes", _("采纳")), ("no", _("不采纳"))], coerce=lambda value: value == "yes", label=_("答复")
    )
    answer = forms.CharField(max_length=500, label=_("理由"))


class DecisionForm(forms.Form):
    """A decision about a rule."""

    mode = forms.ChoiceField(choices=RuleDecision.Mode.choices, label=_("方式"))
    reason = forms.CharField(max_length=500, label=_("理由"))
