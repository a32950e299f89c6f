"""What the addresses and forms of the rectification ledger and of accountability may ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.assessment.models import Appeal, Exposure, Problem, Supervision
from lantian.apps.assessment.selectors.rectification import VIEWS, ProblemQuery
from lantian.apps.cases.models import Case
from lantian.apps.ui.days import BoundedDayField

LARGEST_SHEET = 10 * 2**20
"""Bytes that a list may have."""


class LedgerForm(forms.Form):
    """Tab, filters and page of the ledger; every field may be left out."""

    view = forms.ChoiceField(required=False, choices=[(name, name) for name in VIEWS])
    text = forms.CharField(required=False, max_length=40)
    batch = forms.IntegerField(required=False, min_value=1)
    source = forms.CharField(required=False, max_length=40)
    category = forms.CharField(required=False, max_length=20)
    lead = forms.CharField(required=False, max_length=64)
    area = forms.CharField(required=False, max_length=12)
    tab = forms.ChoiceField(required=False, choices=[("map", "map")])
    passed = forms.IntegerField(required=False, min_value=0, max_value=1_000_000)

    @property
    def query(self) -> ProblemQuery:
        """The query; what cannot be read is left out."""
        self.is_valid()
        return ProblemQuery(**{name: value for name, value in self.cleaned_data.items() if value})


class BatchForm(forms.Form):
    """A list of feedback."""

    source = forms.CharField(max_length=40, label=_("督察来源"))
    round = forms.CharField(max_length=60, label=_("轮次"))
    number = forms.CharField(max_length=80, label=_("反馈文号"))
    day = BoundedDayField(label=_("反馈日期"))


class ListFileForm(forms.Form):
    """A sheet of problems."""

    file = forms.FileField(label=_("问题清单"))

    def clean_file(self) -> object:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_SHEET:
            raise forms.ValidationError(_("文件不得大于 10 MB。"))
        return file


class ProgressForm(forms.Form):
    """A report of progress."""

    version = forms.IntegerField(min_value=1)
    percent = forms.IntegerField(min_value=0, max_value=100, label=_("进展"))
    reason = forms.CharField(max_length=1000, label=_("办理情况"))
    file = forms.FileField(label=_("证据文件"))


class ExtendForm(forms.Form):
    """A new deadline."""

    after = BoundedDayField(label=_("延至"))
    reason = forms.CharField(max_length=500, label=_("延期理由"))


class SuperviseForm(forms.Form):
    """What is done beside the steps."""

    kind = forms.CharField(max_length=40, label=_("督办措施"))
    reason = forms.CharField(max_length=500, label=_("理由"))


class ResultForm(forms.Form):
    """What came of it."""

    supervision = forms.ModelChoiceField(Supervision.objects.filter(ended_at__isnull=True))
    result = forms.CharField(max_length=500, label=_("督办结果"))


class SameForm(forms.Form):
    """An earlier problem that is the same, by the number of its case."""

    case = forms.CharField(max_length=60, label=_("案号"))
    reason = forms.CharField(max_length=1000, label=_("理由"))

    def clean_case(self) -> Problem:
        """Find the problem."""
        found = Problem.objects.filter(case__number=self.cleaned_data["case"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("没有此案号的反馈问题。"))
        return found


class ApartForm(forms.Form):
    """Why a problem is not the same as another after all."""

    reason = forms.CharField(max_length=1000, label=_("理由"))


class ExposureForm(forms.Form):
    """A fact that is entered by hand."""

    rule = forms.CharField(max_length=40, label=_("计入情形"))
    body = forms.ModelChoiceField(Organisation.objects.exclude(kind="enterprise"), label=_("责任单位"))
    day = BoundedDayField(label=_("日期"))
    title = forms.CharField(max_length=200, label=_("问题"))
    medium = forms.CharField(max_length=100, label=_("来源"))
    case = forms.CharField(required=False, max_length=60, label=_("同一案件"))

    def clean_case(self) -> Case | None:
        """Find the case."""
        number = self.cleaned_data["case"].strip()
        found = Case.objects.filter(number=number).first() if number else None
        if number and found is None:
            raise forms.ValidationError(_("没有这个案号。"))
        return found


class SettleForm(forms.Form):
    """When a fact that was entered was settled."""

    exposure = forms.ModelChoiceField(Exposure.objects.filter(struck_on__isnull=True))
    day = BoundedDayField(label=_("解决日期"))


class AppealForm(forms.Form):
    """An objection."""

    counted = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=1000, label=_("异议理由"))


class AppealDecisionForm(forms.Form):
    """What was decided of an objection."""

    appeal = forms.ModelChoiceField(Appeal.objects.filter(state=Appeal.State.OPEN))
    upheld = forms.BooleanField(required=False)
    answer = forms.CharField(max_length=1000, label=_("复核意见"))


class GroundsForm(forms.Form):
    """Grounds on which a lead is handed over."""

    grounds = forms.CharField(max_length=1000, label=_("移送理由"))


class NoticeForm(forms.Form):
    """An act on a notice: what each needs of these."""

    version = forms.IntegerField(required=False, min_value=1)
    addressee = forms.CharField(required=False, max_length=60, label=_("责任人"))
    addressee_title = forms.CharField(required=False, max_length=60, label=_("职务"))
    text = forms.CharField(required=False, max_length=1000, label=_("意见"))
