"""What the review page shows: the text in pieces with their marks, progress, the task chosen and its neighbours."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q

from lantian.apps.audit.models import Entry
from lantian.apps.plans.models import PlanTask, PlanText
from lantian.apps.plans.selectors.rules import deadline_text
from lantian.kernel.errors import Text
from lantian.policy.plantext.diff import Side, SideArticle, SideTask
from lantian.policy.plantext.reviewed import ReviewedDeadline, fits
from lantian.policy.records_plan import Deadline

State = PlanTask.State
SURE = 0.8
"""Confidence from which a field is shown without a warning; the importing page says the same."""

REASONS = {
    "before-the-plan": Text("正文之前", "Before the plan begins"),
    "closing": Text("文末格式", "Closing lines"),
    "contents": Text("目录", "Table of contents"),
    "foreword": Text("引言", "Foreword"),
    "guiding-principle": Text("指导思想", "Guiding words"),
    "caption": Text("表题", "Title of a table"),
    "past": Text("以往的情况", "What was reached before the plan"),
    "in-force": Text("施行日期", "When the plan takes force"),
    "no-duty": Text("没有职责用语", "No words of duty"),
    "statement-without-duty": Text("陈述，没有任务", "A statement without a duty"),
    "table-head": Text("表头", "Head of a table"),
    "table-row-without-task": Text("表行没有任务", "A table's row without a task"),
    "table-without-head": Text("表没有表头", "A table without a head"),
    "title": Text("小标题", "Title of a paragraph"),
    "topic": Text("段旨", "Topic of a paragraph"),
    "rule-line": Text("分隔线", "Rule"),
    "page-number": Text("页码", "Page number"),
    "page-header": Text("页眉", "Page header"),
    "footnote": Text("脚注", "Footnote"),
}
"""Why a stretch became no task."""


def reason_text(reason: str) -> Text:
    """Say why a stretch became no task."""
    return REASONS.get(reason, Text(reason, reason))


@dataclass(frozen=True)
class Chip:
    """The number at which a task begins in the text."""

    task: PlanTask
    number: int


@dataclass(frozen=True)
class Piece:
    """A stretch of text with the same marks all over: kinds of field, the task, and the tasks that begin here."""

    text: str
    task: int | None = None
    kinds: tuple[str, ...] = ()
    chips: tuple[Chip, ...] = ()

    @property
    def classes(self) -> str:
        """Names of the marks for the style sheet."""
        return " ".join(f"k-{kind}" for kind in self.kinds)


@dataclass
class _Marks:
    """Marks by the places where they begin and end."""

    begin: dict[int, list[tuple[str, int | None]]] = field(default_factory=lambda: defaultdict(list))
    end: dict[int, list[tuple[str, int | None]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, start: int | None, end: int | None, kind: str, task: int | None = None) -> None:
        """Mark a stretch; a field that a reviewer wrote stands nowhere in the text."""
        if start is not None and end is not None and start < end:
            self.begin[start].append((kind, task))
            self.end[end].append((kind, task))


def pieces(plan: PlanText, tasks: Sequence[PlanTask]) -> Iterator[Piece]:
    """Yield the whole text, cut where a mark begins or ends."""
    marks = _marks(plan, tasks)
    chips: dict[int, list[Chip]] = defaultdict(list)
    for number, task in enumerate(tasks, 1):
        chips[task.start].append(Chip(task, number))
    places = sorted({0, len(plan.text), *marks.begin, *marks.end})
    active: list[tuple[str, int | None]] = []
    for start, end in pairwise(places):
        for gone in marks.end.get(start, ()):
            active.remove(gone)
        active.extend(marks.begin.get(start, ()))
        owner = next((task for kind, task in active if kind == "task"), None)
        kinds = tuple(dict.fromkeys(kind for kind, _task in active if kind != "task"))
        yield Piece(plan.slice(start, end), owner, kinds, tuple(chips.get(start, ())))


_KINDS = {"deadlines": "deadline", "quantities": "quantity", "conditions": "condition"}


def _marks(plan: PlanText, tasks: Sequence[PlanTask]) -> _Marks:
    marks = _Marks()
    for heading in (*plan.chapters, *plan.articles):
        line_end = plan.text.find("\n", heading["start"])
        end = heading["title_end"] if heading["title"] else max(heading["start"], line_end)
        marks.add(heading["start"], end, "heading")
    for left in plan.unparsed:
        marks.add(left["start"], left["end"], "left")
    for task in tasks:
        marks.add(task.start, task.end, "task", task.pk)
        for name, values in task.fields.items():
            for each in values:
                marks.add(each["start"], each["end"], _KINDS.get(name) or each["role"])
    return marks


@dataclass(frozen=True)
class Progress:
    """How far a review is."""

    total: int
    proposed: int
    accepted: int
    corrected: int
    rejected: int

    @property
    def done(self) -> int:
        """Tasks that somebody decided on."""
        return self.total - self.proposed

    @property
    def saved(self) -> int:
        """Tasks that the pack will hold."""
        return self.accepted + self.corrected


def progress(tasks: Sequence[PlanTask]) -> Progress:
    """Count the tasks by their state."""
    states = [task.state for task in tasks]
    order = (State.PROPOSED, State.ACCEPTED, State.CORRECTED, State.REJECTED)
    return Progress(len(states), *(states.count(state) for state in order))


@dataclass(frozen=True)
class Cut:
    """A place after a clause at which a task may be split, and the clause before it."""

    clause: str
    position: int | None


_CLAUSE = re.compile(r"[^，；。、：\n]*[，；。、：\n]?")


def cuts(task: PlanTask) -> list[Cut]:
    """Return the clauses of a task's text, each with the place after it; after the last one nothing is cut."""
    printed = task.plan.slice(task.start, task.end)
    found = [match for match in _CLAUSE.finditer(printed) if match.group()]
    return [Cut(match.group(), task.start + match.end() if printed[match.end() :].strip() else None) for match in found]


@dataclass(frozen=True)
class Left:
    """A stretch that became no task."""

    index: int
    text: str
    reason: Text
    start: int
    taken: bool


def left_over(plan: PlanText, tasks: Sequence[PlanTask]) -> list[Left]:
    """Return all that became no task; taken: a reviewer made a task of it."""
    places = {(task.start, task.end) for task in tasks}
    return [
        Left(index, each["text"], reason_text(each["reason"]), each["start"], (each["start"], each["end"]) in places)
        for index, each in enumerate(plan.unparsed)
    ]


@dataclass(frozen=True)
class Event:
    """A line of a task's history."""

    entry: Entry
    word: str

    @property
    def changed(self) -> list[str]:
        """Names of the fields that a correction changed."""
        return list(self.entry.detail.get("changed", {}))


def history(task: PlanTask) -> list[Event]:
    """Return what happened to a task, by the audit log."""
    words = dict(State.choices)
    return [
        Event(entry, str(words.get(entry.verb.partition(".")[2], "")))
        for entry in Entry.objects.all().about(task).select_related("actor")
    ]


def chosen(tasks: Sequence[PlanTask], asked: int | None) -> int | None:
    """Return the place of the task asked for, else of the first that is open, else of the first."""
    if asked is not None:
        return next((place for place, task in enumerate(tasks) if task.pk == asked), None)
    return next((place for place, task in enumerate(tasks) if task.is_open), 0 if tasks else None)


def next_open(tasks: Sequence[PlanTask], start: int) -> PlanTask | None:
    """Return the next task after a place in the text that nobody decided on, else the first such one."""
    waiting = [task for task in tasks if task.is_open]
    return next((task for task in waiting if task.start >= start), waiting[0] if waiting else None)


@dataclass(frozen=True)
class Row:
    """A text in the list, with its progress."""

    plan: PlanText
    total: int
    done: int


def rows() -> list[Row]:
    """Return the texts, the newest first."""
    live = ~Q(tasks__state=State.REPLACED)
    counted = PlanText.objects.defer("text").annotate(
        total=Count("tasks", filter=live), waiting=Count("tasks", filter=Q(tasks__state=State.PROPOSED))
    )
    return [Row(plan, plan.total, plan.total - plan.waiting) for plan in counted]


def side(plan: PlanText, language: str) -> Side:
    """Return a text's tasks as they stand, ready to be compared with another version."""
    articles = [SideArticle(article["number"], article["title"] or article["label"]) for article in plan.articles]
    live = plan.tasks.live().exclude(state=State.REJECTED)
    return Side(articles, [_side_task(plan, task, language) for task in live])


def _side_task(plan: PlanText, task: PlanTask, language: str) -> SideTask:
    return SideTask(
        task.article, "".join(plan.slice(task.start, task.end).split()), _names(task, "lead"), _names(task, "joint"),
        tuple(due_text(each).in_language(language) for each in task.deadlines),
        tuple(f"{each['object']} {each['comparator']} {each['value']} {each['unit']}".strip()
              for each in task.quantities),
        tuple(each["text"] for each in task.conditions),
    )  # fmt: skip


def _names(task: PlanTask, role: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(party["name"] for party in task.parties if party["role"] == role))


def due_text(each: dict[str, Any]) -> Text:
    """Say when a task is due; a value that packs cannot hold is said as it is."""
    kept = ReviewedDeadline(each["kind"], each["value"], each["printed"], each["working_days"])
    if not fits(kept):
        return Text(each["printed"] or each["value"], f"{each['kind']} {each['value']}")
    dated = each["kind"] in ("by", "from", "on")
    value = date.fromisoformat(each["value"]) if dated else each["value"]
    said = deadline_text(Deadline(kind=each["kind"], value=value, printed=each["printed"] or "-"))
    return Text(f"{said.zh}（工作日）", f"{said.en} (working days)") if each["working_days"] else said
