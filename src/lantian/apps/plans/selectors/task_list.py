"""The table of tasks (任务台账): what the address asks for, counts by lamp, list or tree, pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lantian.apps.accounts.models import Area
from lantian.apps.plans.models import Task
from lantian.apps.plans.selectors.rules import cited, deadline_words
from lantian.apps.plans.selectors.standing import Board, Standing
from lantian.apps.plans.selectors.task_words import (
    LAMPS,
    URGENT,
    area_names,
    letter,
    short_names,
    state_of_lamp,
    target_text,
)
from lantian.kernel.errors import Text

PAGE = 80
ASKED = "asked"
LAYOUTS: Mapping[str, Text] = {
    "chapter": Text("按章", "By chapter"), "lead": Text("按单位", "By department"),
    "street": Text("按街乡", "By street"),
    "list": Text("列表", "List"), "tree": Text("分解树", "Tree"),
}  # fmt: skip
CHARTS = ("chapter", "lead", "street")
"""Layouts that are groups of bars on a time line; the others are tables."""
VIEWS: Mapping[str, Text] = {
    "": Text("全部", "All"),
    **{name: Text(said.zh, said.en.capitalize()) for name, said in LAMPS.items()},
    ASKED: Text("待审核", "To check"),
}


@dataclass(frozen=True)
class TaskQuery:
    """What the address asks for. by: how the tasks are laid out, see ``LAYOUTS``."""

    view: str = ""
    text: str = ""
    lead: str = ""
    area: str = ""
    article: int = 0
    origin: str = ""
    by: str = "chapter"
    page: int = 1

    @property
    def tree(self) -> bool:
        """Whether parts stand under their wholes."""
        return self.by == "tree"

    @property
    def charted(self) -> bool:
        """Whether each task has its bar."""
        return self.by in CHARTS


@dataclass(frozen=True)
class TaskLine:
    """A task in the table. depth: 0 for a whole."""

    standing: Standing
    depth: int
    state: str
    lead: Text
    more: Sequence[Text]
    joint: Sequence[Text]
    area: Text
    due: Text
    measured: Text
    cite: Text

    @property
    def letter(self) -> str:
        """The letter of its lamp."""
        return letter(self.state)

    @property
    def urgent(self) -> bool:
        """Whether the reason of its lamp is said beside it."""
        return self.state in URGENT

    @property
    def word(self) -> Text:
        """Its lamp in words."""
        return self.standing.lamp.word

    @property
    def name(self) -> Text:
        """The task's words."""
        return Text(self.standing.task.zh, self.standing.task.en or self.standing.task.zh)

    @property
    def now(self) -> Text:
        """The value reached."""
        return Text(self.measured.zh.partition(" / ")[0], self.measured.en.partition(" / ")[0])

    @property
    def goal(self) -> Text:
        """The target, with its unit."""
        return Text(self.measured.zh.partition(" / ")[2], self.measured.en.partition(" / ")[2])

    @property
    def moved(self) -> bool:
        """Whether its deadline is not the first one any more."""
        return self.standing.due != self.standing.task.first_due


@dataclass(frozen=True)
class TaskTable:
    """A page of the table."""

    query: TaskQuery
    lines: Sequence[TaskLine]
    total: int
    counts: Sequence[tuple[str, Text, int]]
    leads: Sequence[tuple[str, Text]]
    areas: Sequence[Area]
    articles: Sequence[int]
    origins: Sequence[tuple[str, str]] = field(default_factory=list)
    roots: Sequence[Standing] = ()

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return (self.query.page - 1) * PAGE


def task_table(found: Board, person: Any, query: TaskQuery, *, everything: bool = False) -> TaskTable:
    """Return one page of the tasks that somebody may see, or with ``everything`` all pages in one."""
    seen = found.seen_by(person)
    tasks = [one for one in found.walk() if one.task.pk in seen]
    asked = [one for one in tasks if _matches(one, query)]
    counts = [
        (name, label, sum(_in_view(one, name) for one in _counted(asked, query))) for name, label in VIEWS.items()
    ]
    shown = [one for one in _counted(asked, query) if _in_view(one, query.view)]
    start = (query.page - 1) * PAGE
    leads = {code for one in tasks for code in one.leads}
    areas = list(Area.objects.of_kind("street").order_by("order", "code"))
    return TaskTable(
        query=query,
        lines=lines_of(shown if everything else shown[start : start + PAGE], found.names, short_names(areas)),
        total=len(shown),
        counts=counts,
        leads=sorted(((code, found.names[code]) for code in leads), key=lambda pair: pair[1].zh),
        areas=areas,
        articles=sorted({one.task.article for one in tasks if not one.task.document}),
        origins=[(value, str(label)) for value, label in Task.Origin.choices],
        roots=[one for one in tasks if one.task.parent_id is None],
    )


def _counted(asked: Sequence[Standing], query: TaskQuery) -> list[Standing]:
    """What a page counts: parts only in the tree, by street, or where a lead, a ground or a word was asked for."""
    if query.by == "street":
        return [one for one in asked if one.task.area_id]
    deep = query.tree or query.lead or query.area or query.text
    return [one for one in asked if deep or one.task.parent_id is None]


def _in_view(one: Standing, view: str) -> bool:
    if view == ASKED:
        return one.application is not None
    return not view or state_of_lamp(one) == view


def _matches(one: Standing, query: TaskQuery) -> bool:
    task = one.task
    said = f"{task.number} {task.zh} {task.en} {task.document}".lower()
    return (
        all(word in said for word in query.text.lower().split())
        and (not query.lead or query.lead in one.leads)
        and (not query.area or (task.area_id or "").startswith(query.area))
        and query.article in (0, task.own_article)
        and query.origin in ("", task.origin)
    )


def lines_of(
    standings: Iterable[Standing], names: Mapping[str, Text], areas: Mapping[str, Text] | None = None
) -> list[TaskLine]:
    """Return tasks as lines of a table; names of areas that are not given are read.

    names: of organisations, the board's.
    """
    rows = list(standings)
    areas = grounds(rows, areas or {})
    depth = _depths(rows)
    return [
        TaskLine(
            standing=one,
            depth=depth[one.task.pk],
            state=state_of_lamp(one),
            lead=_named(names, one.leads[:1]),
            more=[names.get(code, Text(code, code)) for code in one.leads[1:]],
            joint=[names.get(code, Text(code, code)) for code in one.joints],
            area=areas.get(one.task.area_id or "", Text("", "")),
            due=deadline_words(one.due, one.task.rhythm),
            measured=target_text(one),
            cite=cited(one.task.article, one.task.document),
        )
        for one in rows
    ]


def grounds(rows: Iterable[Standing], known: Mapping[str, Text]) -> Mapping[str, Text]:
    """Return the names of the areas that tasks lie in; those that are not known yet are read."""
    missing = {one.task.area_id for one in rows if one.task.area_id} - set(known)
    return {**known, **area_names(missing)} if missing else known


def _named(names: Mapping[str, Text], codes: Sequence[str]) -> Text:
    return names.get(codes[0], Text(codes[0], codes[0])) if codes else Text("—", "—")


def _depths(rows: Sequence[Standing]) -> dict[int, int]:
    """How deep each line stands under what is shown above it."""
    found: dict[int, int] = {}
    for one in rows:
        found[one.task.pk] = found.get(one.task.parent_id or 0, -1) + 1
    return found
