"""What the addresses and forms of tasks may ask."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.ledger.services.attachments import LARGEST, Sent
from lantian.apps.plans.models import MoneyMove, Task, TaskChange
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.rules import article_label, articles
from lantian.apps.plans.selectors.task_list import LAYOUTS, VIEWS, TaskQuery
from lantian.kernel.errors import Text

MOST_FILES = 6


class TasksForm(forms.Form):
    """Tab, filters and page of the table; every field may be left out."""

    view = forms.ChoiceField(required=False, choices=[(name, name) for name in VIEWS])
    text = forms.CharField(required=False, max_length=40)
    lead = forms.CharField(required=False, max_length=64)
    area = forms.CharField(required=False, max_length=12)
    article = forms.IntegerField(required=False, min_value=1, max_value=99)
    origin = forms.ChoiceField(required=False, choices=Task.Origin.choices)
    by = forms.ChoiceField(required=False, choices=[(name, name) for name in LAYOUTS])
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    @property
    def query(self) -> TaskQuery:
        """The query; what cannot be read is left out."""
        self.is_valid()
        return TaskQuery(**{name: value for name, value in self.cleaned_data.items() if value})


class VersionForm(forms.Form):
    """An act on a task, which says the version of it that its page showed."""

    version = forms.IntegerField(label=_("版本"), min_value=1)


class FilesForm(VersionForm):
    """An act that may bring files as evidence."""

    def sent(self) -> list[Sent]:
        """The files as they were sent; raises nothing, the service looks at their content."""
        files = self.files.getlist("files") if hasattr(self.files, "getlist") else []
        return [Sent(one.name or "file", one.read()) for one in files[:MOST_FILES]]

    def clean(self) -> dict[str, Any]:
        """Refuse files that are too large before they are read."""
        found = self.files.getlist("files") if hasattr(self.files, "getlist") else []
        if any((one.size or 0) > LARGEST for one in found) or len(found) > MOST_FILES:
            raise forms.ValidationError(_("每次最多 6 个文件，每个不超过 20 MB。"))
        return super().clean() or {}


class EntryForm(FilesForm):
    """A value with its day and evidence; ``corrects`` names the one that it replaces."""

    value = forms.DecimalField(label=_("数值"), max_digits=18, decimal_places=4)
    day = forms.DateField(label=_("截至日"))
    note = forms.CharField(label=_("说明"), max_length=500, required=False)
    corrects = forms.IntegerField(required=False, min_value=1)


class ScheduleForm(VersionForm):
    """The template of a reverse schedule."""

    template = forms.CharField(label=_("节点模板"), max_length=40)


class MilestoneForm(FilesForm):
    """A milestone that is done."""

    milestone = forms.IntegerField(min_value=1)
    done_on = forms.DateField(label=_("完成日"))
    note = forms.CharField(label=_("完成情况"), max_length=300, required=False)


class ChangeForm(VersionForm):
    """A change that is asked for."""

    field = forms.ChoiceField(label=_("调整事项"), choices=TaskChange.Field.choices)
    due = forms.DateField(label=_("新期限"), required=False)
    value = forms.CharField(label=_("新值"), max_length=30, required=False)
    person = forms.CharField(label=_("新责任人"), max_length=80, required=False)
    reason = forms.CharField(label=_("理由"), max_length=300)

    def clean(self) -> dict[str, Any]:
        """Take the new value from the input that belongs to the field."""
        read = super().clean() or {}
        asked = {"due": "due", "responsible": "person"}.get(read.get("field", ""), "value")
        if asked in self.errors:
            return read
        if not read.get(asked):
            self.add_error(asked, _("请写明新值。"))
        read["new"] = str(read.get(asked) or "")
        return read


class DecideForm(VersionForm):
    """An answer to a change or an application."""

    row = forms.IntegerField(min_value=1)
    agree = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda said: said == "yes")
    reason = forms.CharField(label=_("意见"), max_length=300, required=False)


class StrikeForm(FilesForm):
    """An application to strike off."""

    statement = forms.CharField(label=_("完成情况"), max_length=2000)


class ReasonForm(VersionForm):
    """A reason alone."""

    reason = forms.CharField(label=_("理由"), max_length=300)


def _weight(said: str) -> Decimal:
    """Read a weight [%] as it is kept, with three decimals at most; raises ArithmeticError for anything else."""
    value = Decimal(said)
    if not value.is_finite() or value != round(value, 3):
        raise ArithmeticError(said)
    return value


class SplitForm(VersionForm):
    """Parts of a task: streets and departments, each with its ``weight_`` and key, or all of them even."""

    areas = forms.ModelMultipleChoiceField(Area.objects.of_kind("street"), label=_("街乡"), required=False)
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.exclude(kind__in=["enterprise", "collective"]), label=_("单位"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Read the weights of what was chosen, streets first; none at all where nobody wrote one."""
        read = super().clean() or {}
        keys = [str(one.pk) for name in ("areas", "organisations") for one in read.get(name) or ()]
        said = [str(self.data.get(f"weight_{key}", "")).strip().rstrip("%") for key in keys]
        try:
            read["weights"] = [_weight(one) for one in said] if any(said) else []
        except ArithmeticError as error:
            raise forms.ValidationError(_("每个部分的权重都要写，写作数字，最多三位小数。")) from error
        return read


class ReweighForm(ReasonForm):
    """The weights of all parts: ``weight_`` and the part's key."""

    def clean(self) -> dict[str, Any]:
        """Read the weights that were sent."""
        read = super().clean() or {}
        try:
            read["weights"] = {
                int(name.removeprefix("weight_")): _weight(str(said).strip())
                for name, said in self.data.items() if name.startswith("weight_")
            }  # fmt: skip
        except (ArithmeticError, ValueError) as error:
            raise forms.ValidationError(_("权重写作数字。")) from error
        return read


class LineForm(VersionForm):
    """A budget line; the sum in 万元."""

    year = forms.IntegerField(label=_("年度"), min_value=2015, max_value=2100)
    fund = forms.CharField(label=_("资金来源"), max_length=40)
    title = forms.CharField(label=_("用途"), max_length=120)
    amount = forms.DecimalField(label=_("预算（万元）"), max_digits=12, decimal_places=6)


class MoveForm(VersionForm):
    """A sum on a line, in 万元."""

    line = forms.IntegerField(min_value=1)
    kind = forms.ChoiceField(label=_("类别"), choices=MoneyMove.Kind.choices)
    amount = forms.DecimalField(label=_("金额（万元）"), max_digits=12, decimal_places=6)
    day = forms.DateField(label=_("日期"))
    voucher = forms.CharField(label=_("凭证号"), max_length=60, required=False)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class NewTaskForm(forms.Form):
    """A task by hand."""

    zh = forms.CharField(label=_("任务（中文）"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}))
    en = forms.CharField(
        label=_("任务（英文）"), max_length=800, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    article = forms.TypedChoiceField(label=_("所属条文"), coerce=int)
    lead = forms.ModelChoiceField(
        Organisation.objects.exclude(kind="enterprise"), label=_("牵头单位"), empty_label=_("请选择")
    )
    joint = forms.ModelMultipleChoiceField(
        Organisation.objects.exclude(kind="enterprise"), label=_("配合单位"), required=False
    )
    due = forms.DateField(label=_("期限"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    rhythm = forms.ChoiceField(
        label=_("周期"), required=False,
        choices=[("", "—"), ("week", _("每周")), ("month", _("每月")), ("quarter", _("每季度")), ("year", _("每年"))],
    )  # fmt: skip
    target = forms.DecimalField(label=_("目标"), required=False, max_digits=14)
    unit = forms.CharField(label=_("计量单位"), required=False, max_length=20)
    reference = forms.CharField(label=_("依据"), required=False, max_length=160)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """Offer the articles that the plan has."""
        super().__init__(*args, **kwargs)
        self.today = today
        found = articles(rules().pack)
        language = get_language() or "zh-hans"
        names = [(one.article, article_label(one.article), Text(one.zh, one.en)) for one in found]
        self.fields["article"].choices = [  # type: ignore[attr-defined]  # a choice field
            (number, f"{label.in_language(language)} {name.in_language(language)}") for number, label, name in names
        ]

    def clean_due(self) -> date | None:
        """Refuse a deadline that has passed already."""
        due: date | None = self.cleaned_data["due"]
        if due is not None and due < self.today:
            raise forms.ValidationError(_("期限已过，请写今天或以后的日期。"))
        return due
