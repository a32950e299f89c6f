"""What the review of a plan's text may send: the file, an act, and the fields of a corrected task."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lantian.apps.plans.models import PlanTask, PlanText
from lantian.policy.pack import Pack
from lantian.policy.plantext.document import json_number
from lantian.policy.plantext.records import PACK_UNITS
from lantian.policy.records_plan import Organisation

Json = dict[str, Any]
BY_HAND = "by hand"


class UploadForm(forms.Form):
    """The file of a plan."""

    file = forms.FileField(
        label=_("计划文本文件"), max_length=200, error_messages={"required": _("请先选择文件。")},
        widget=forms.FileInput(attrs={"accept": ".txt,.docx,.html,.htm,.pdf"}),
    )  # fmt: skip


class ActForm(forms.Form):
    """An act on a task: the version that was seen, and what the act needs."""

    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(required=False, max_length=200)
    position = forms.IntegerField(required=False, min_value=0)


class CompareForm(forms.Form):
    """Two versions to compare."""

    old = forms.ModelChoiceField(PlanText.objects.all(), to_field_name="slug", label=_("旧版"))
    new = forms.ModelChoiceField(PlanText.objects.all(), to_field_name="slug", label=_("新版"))


class TaskForm(forms.Form):
    """A task's own words and its article."""

    zh = forms.CharField(label=_("任务（中文）"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    en = forms.CharField(
        label=_("任务（英文）"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    article = forms.TypedChoiceField(label=_("所属条文"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, plan: PlanText, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(place), f"{each['label']}{each['title']}"[:60]) for place, each in enumerate(plan.articles)]
        self.fields["article"].choices = [("", _("条外")), *named]  # type: ignore[attr-defined]

    def clean_en(self) -> str:
        """Refuse Chinese in the English words, as `lantian pack check` does."""
        words = str(self.cleaned_data["en"])
        if re.search(r"[\u4e00-\u9fff]", words):
            raise forms.ValidationError(_now("英文中不能有汉字。"))
        return words


class PartForm(forms.Form):
    """A field of a task; ``at`` is its place in the task's list, empty for one that the reviewer adds."""

    at = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class PartyForm(PartForm):
    """A department, its part, and which of the pack's organisations it is."""

    name = forms.CharField(label=_("单位（原文）"), max_length=60)
    role = forms.ChoiceField(label=_("职责"), choices=[("lead", _("牵头")), ("joint", _("配合"))], initial="lead")
    organisation = forms.ChoiceField(label=_("对应单位"), required=False)

    def __init__(self, *args: Any, organisations: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [("", _("未对应")), *organisations]
        self.fields["organisation"].choices = chosen  # type: ignore[attr-defined]


KINDS = [("by", _("截止")), ("from", _("起始")), ("on", _("当日")), ("every", _("每")), ("within", _("限时"))]
_DURATION = re.compile(r"P(?:\d+[DWMY]|T\d+H)")
_EVERY = ("day", "week", "month", "quarter", "year")


class DeadlineForm(PartForm):
    """A deadline: its kind, and a day, a rhythm or a duration."""

    kind = forms.ChoiceField(label=_("类别"), choices=KINDS, initial="by")
    value = forms.CharField(label=_("期限"), max_length=20)
    printed = forms.CharField(label=_("原文写法"), max_length=60, required=False)
    working_days = forms.BooleanField(label=_("工作日"), required=False)

    def clean(self) -> Json:
        """Refuse a value that does not suit its kind."""
        read = super().clean() or {}
        kind, value = read.get("kind", ""), str(read.get("value", "")).strip()
        if value and not _suits(kind, value):
            self.add_error(
                "value", _now("日期写作 2019-03-31；每写 day、week、month、quarter 或 year；时限写 PT24H、P7D。")
            )
        return read


def _suits(kind: str, value: str) -> bool:
    """Tell whether a deadline's value can be read; a rhythm may be a duration too, as half a year."""
    if kind == "every":
        return value in _EVERY or bool(_DURATION.fullmatch(value))
    if kind == "within":
        return bool(_DURATION.fullmatch(value))
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


class QuantityForm(PartForm):
    """A quantity: comparator, number, unit and what is measured."""

    comparator = forms.ChoiceField(
        label=_("比较"), choices=[(sign, sign) for sign in ("=", "<=", "<", ">=", ">", "~")], initial="="
    )
    value = forms.DecimalField(label=_("数值"), max_digits=16)
    unit = forms.CharField(label=_("计量单位"), max_length=20, widget=forms.TextInput(attrs={"list": "units"}))
    object = forms.CharField(label=_("对象"), max_length=60, required=False)
    printed = forms.CharField(label=_("原文写法"), max_length=60, required=False)


class ConditionForm(PartForm):
    """When a duty applies."""

    text = forms.CharField(label=_("适用条件"), max_length=120)


PARTS: dict[str, type[PartForm]] = {
    "parties": PartyForm, "deadlines": DeadlineForm, "quantities": QuantityForm, "conditions": ConditionForm,
}  # fmt: skip


class Editor:
    """The form of one task: its words, and a row for each field with one more to fill in."""

    def __init__(self, task: PlanTask, pack: Pack, data: Any = None) -> None:
        self.task = task
        first = {"zh": task.zh, "en": task.en, "article": "" if task.article is None else str(task.article)}
        self.task_form = TaskForm(data, initial=first, plan=task.plan)
        self.parts = {name: self._part(name, pack, data) for name in PARTS}

    def _part(self, name: str, pack: Pack, data: Any) -> "BaseFormSet[Any]":
        kind = formset_factory(
            PARTS[name], extra=1, can_delete=True, can_delete_extra=False, max_num=60, absolute_max=80
        )
        first = [{**_shown(each), "at": place} for place, each in enumerate(getattr(self.task, name))]
        more = {"organisations": _organisations(pack)} if name == "parties" else {}
        return kind(data, prefix=name, initial=first, form_kwargs=more)

    def is_valid(self) -> bool:
        """Whether all parts can be read."""
        return all([self.task_form.is_valid(), *(part.is_valid() for part in self.parts.values())])

    @property
    def fields(self) -> dict[str, list[Json]]:
        """The lists as the task keeps them; rows left empty or crossed out are gone."""
        return {name: list(self._read(name)) for name in PARTS}

    def _read(self, name: str) -> Iterator[Json]:
        old = getattr(self.task, name)
        for row in self.parts[name].cleaned_data:
            if row and not row.get("DELETE"):
                yield _merged(name, row, old)


def _merged(name: str, row: Json, old: Sequence[Json]) -> Json:
    """Return a field as reviewed: it keeps place, rule and confidence where its reviewer left it alone."""
    at = row["at"]
    before = old[at] if at is not None and at < len(old) else None
    said = {key: value for key, value in row.items() if key not in ("at", "DELETE")}
    if name == "quantities":
        said["value"] = json_number(said["value"])
    if before is not None and all(before.get(key) == value for key, value in said.items()):
        return before
    by_hand = {"rule": BY_HAND, "confidence": 1.0}
    places = {"start": None, "end": None} if before is None else {}
    return {**(before or {}), **places, **said, **by_hand}


def _shown(each: Json) -> Json:
    return {key: value for key, value in each.items() if key not in ("start", "end", "rule", "confidence")}


def _organisations(pack: Pack) -> list[tuple[str, str]]:
    return [(each.id, each.zh) for each in pack.all(Organisation)]


UNITS = tuple(PACK_UNITS)
