"""My department's page (本部门): the tasks that it leads or joins, what is due next, its streets, what waits for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.accounts.scope import scope_of
from lantian.apps.plans.models import StrikeOff, TaskChange
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.standing import Board, Standing
from lantian.apps.plans.selectors.task_list import TaskLine, grounds, lines_of
from lantian.apps.plans.selectors.task_words import LAMPS, letter, state_of_lamp
from lantian.apps.plans.task_rights import may_check
from lantian.kernel.errors import Text
from lantian.workflow.schedule import state_of

AHEAD = timedelta(days=60)
MOST = 12
SEVERITY = ("red", "yellow", "grey", "green", "struck")


@dataclass(frozen=True)
class Coming:
    """What is due: a deadline or a milestone of a task."""

    day: date
    name: Text
    line: TaskLine
    late: bool
    days: int


@dataclass(frozen=True)
class Street:
    """The parts of one organisation under the department's tasks, by lamp."""

    name: Text
    counts: Sequence[tuple[str, Text, int]]
    worst: str

    @property
    def all(self) -> int:
        """How many parts there are."""
        return sum(count for _, _, count in self.counts)

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """Its bar: lamp, where it begins, how wide it is [%]."""
        return bar_parts(self.counts)


@dataclass(frozen=True)
class Department:
    """All that the page shows."""

    organisation: Organisation
    choices: Sequence[Organisation]
    counts: Sequence[tuple[str, Text, int]]
    leads: Sequence[TaskLine]
    joins: Sequence[TaskLine]
    coming: Sequence[Coming]
    streets: Sequence[Street]
    to_check: Sequence[StrikeOff]
    to_approve: Sequence[TaskChange]

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """The bar of the tasks that it leads."""
        return bar_parts(self.counts)


def department(found: Board, person: Any, asked: str) -> Department | None:
    """Return the page of the organisation asked for, among those that the reader may look at; None without any."""
    choices = _choices(found, person)
    chosen = next((one for one in choices if one.pk == asked), None) or _own(choices, person)
    if chosen is None:
        return None
    seen = found.seen_by(person)
    ours = _ours(chosen)
    tasks = [one for one in found.walk() if one.task.pk in seen]
    leads = sorted((one for one in tasks if ours & set(one.leads)), key=_urgency)
    joins = sorted((one for one in tasks if ours & set(one.joints) and not ours & set(one.leads)), key=_urgency)
    own = [one for one in leads if chosen.pk in one.leads]
    areas = grounds([*leads, *joins], {})
    waiting = _waiting(found) if may_check(person) else ([], [])
    return Department(
        organisation=chosen,
        choices=choices,
        counts=_counts(leads),
        leads=(led := lines_of(leads, found.names, areas)),
        joins=lines_of(joins, found.names, areas),
        coming=_coming(led, found.day),
        streets=_streets(own, found.names),
        to_check=waiting[0],
        to_approve=waiting[1],
    )


def _choices(found: Board, person: Any) -> list[Organisation]:
    """Departments with tasks: all of them for the whole district, else the reader's own."""
    scope = scope_of(person)
    named = {code for one in found.walk() for code in (*one.leads, *one.joints)}
    rows = Organisation.objects.filter(pk__in=named | scope.organisations).exclude(kind="collective")
    if not scope.whole:
        rows = rows.filter(pk__in=scope.organisations)
    return sorted(rows, key=lambda one: (one.kind == "street_office", one.name_zh))


def _own(choices: Sequence[Organisation], person: Any) -> Organisation | None:
    ours = scope_of(person).organisations
    return next((one for one in choices if one.pk in ours), choices[0] if choices else None)


def _ours(chosen: Organisation) -> set[str]:
    """The organisation and the collectives that it belongs to; every bureau is no lead of what 各部门 lead."""
    collectives = {name for name, kind in rules().members.items() if kind == chosen.kind and kind != "bureau"}
    return {chosen.pk} | collectives


def _urgency(one: Standing) -> tuple[int, date, int]:
    return SEVERITY.index(state_of_lamp(one)), one.due or date.max, one.task.pk


def _counts(tasks: Sequence[Standing]) -> list[tuple[str, Text, int]]:
    states = [state_of_lamp(one) for one in tasks]
    return [(letter(name), LAMPS[name], states.count(name)) for name in SEVERITY]


def _coming(lines: Sequence[TaskLine], day: date) -> list[Coming]:
    """Deadlines and milestones of the next weeks, and milestones that are late already."""
    open_ = [(line, line.standing) for line in lines if line.standing.struck_on is None]
    going = [(line, one) for line, one in open_ if (one.progress or 0) < 100]
    found = [
        Coming(one.due, Text("任务期限", "deadline"), line, one.due < day, abs((one.due - day).days))
        for line, one in going
        if one.due is not None and one.due <= day + AHEAD
    ]
    found += [
        Coming(row.due, Text(row.zh, row.en or row.zh), line, row.due < day, abs((row.due - day).days))
        for line, one in going
        for row in one.steps
        if row.due <= day + AHEAD and state_of(row.due, row.done_on, day) in ("open", "late")
    ]
    return sorted(found, key=lambda one: (one.day, one.line.standing.task.pk))[:MOST]


def bar_parts(counts: Sequence[tuple[str, Text, int]]) -> list[tuple[str, float, float]]:
    """Return the parts of a bar of lamps, in the order of their severity."""
    whole = sum(count for _, _, count in counts)
    found, x = [], 0.0
    for state, (_, _, count) in zip(SEVERITY, counts, strict=True):
        width = 100 * count / whole if whole else 0.0
        found.append((state, round(x, 2), round(width, 2)))
        x += width
    return found


def _streets(tasks: Sequence[Standing], names: Mapping[str, Text]) -> list[Street]:
    """The parts under the department's own tasks, by who leads them."""
    parts = [part for one in tasks for part in one.walk() if part is not one]
    codes = {code for part in parts for code in part.leads}
    rows = []
    for code in sorted(codes, key=lambda one: names[one].zh):
        held = [part for part in parts if code in part.leads]
        worst = min((state_of_lamp(part) for part in held), key=SEVERITY.index)
        rows.append(Street(names[code], _counts(held), worst))
    return sorted(rows, key=lambda row: SEVERITY.index(row.worst))


def _waiting(found: Board) -> tuple[list[StrikeOff], list[TaskChange]]:
    """What waited for its check on a day, the oldest first: applications, and changes."""
    every = found.by_pk.values()
    strikes = sorted((one.application for one in every if one.application), key=_age)
    changes = sorted((change for one in every for change in one.asked), key=_age)
    both: list[StrikeOff | TaskChange] = [*strikes, *changes]
    people = Person.objects.in_bulk({one.asked_by_id for one in both if one.asked_by_id})
    for one in both:
        one.task = found.by_pk[one.task_id].task
        one.asked_by = people.get(one.asked_by_id or 0)
    return strikes, changes


def _age(one: StrikeOff | TaskChange) -> tuple[datetime, int]:
    return one.asked_at, one.pk
