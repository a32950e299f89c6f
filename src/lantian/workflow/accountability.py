"""Accountability by number of problems (量化问责): each counted once for a body, rising level by level (article 31).

What is counted is a *problem*, not a report of it. Incidents of one problem — found by two inspectors, overdue and then
failing its re-check — count once for a body until the problem is struck off; an incident after that is a recurrence and
counts anew. Problems that somebody declared the same, or whose cases were merged, are one problem.

The order in which incidents become known does not matter, and a further incident never lowers a count.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from lantian.kernel.errors import Text
from lantian.workflow.errors import WorkflowError


class LadderError(WorkflowError):
    """Levels that do not rise."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A fact that makes a problem count. key: of the fact, told once; body: who answers; problem: what it is about."""

    key: str
    body: str
    problem: str
    at: datetime
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A problem that counts for a body. occurrence: from 1, raised by each recurrence after it was struck off.

    incidents: in order; the first is why it counts, the others change nothing.
    """

    body: str
    problem: str
    occurrence: int
    incidents: tuple[Incident, ...]

    @property
    def at(self) -> datetime:
        """When it began to count."""
        return self.incidents[0].at


@dataclass(frozen=True, slots=True)
class Level:
    """A level: reached from so many problems on."""

    id: str
    at: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a count stands: the level reached, and the next one, which is None at the top."""

    count: int
    level: Level | None
    next: Level | None

    @property
    def missing(self) -> int | None:
        """How many problems are missing to the next level; None at the top."""
        return self.next.at - self.count if self.next else None


@dataclass(frozen=True)
class Ladder:
    """Levels in rising order."""

    levels: tuple[Level, ...]

    def __post_init__(self) -> None:
        """Refuse levels that do not rise."""
        numbers = [one.at for one in self.levels]
        if not numbers or numbers[0] < 1 or any(later <= before for before, later in pairwise(numbers)):
            raise LadderError(Text("问责级别的问题数须逐级增大。", "The levels' numbers of problems have to rise."))

    def standing(self, count: int) -> Standing:
        """Return where a count stands.

        >>> Ladder((Level("remind", 1), Level("deputy", 3))).standing(2).missing
        1
        """
        reached = [one for one in self.levels if one.at <= count]
        ahead = [one for one in self.levels if one.at > count]
        return Standing(count, reached[-1] if reached else None, ahead[0] if ahead else None)

    def reached(self, count: int) -> tuple[Level, ...]:
        """Return all levels that a count has reached."""
        return tuple(one for one in self.levels if one.at <= count)


def roots(problems: Iterable[str], same: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the one name of each problem when pairs of them are the same: the shortest and first of their names.

    >>> roots(["case:12", "case:5", "case:7"], [("case:12", "case:7"), ("case:7", "case:5")])["case:12"]
    'case:5'
    """
    known = dict.fromkeys(problems)
    group: dict[str, set[str]] = {one: {one} for one in known}
    for first, second in same:
        joined = group.setdefault(first, {first}) | group.setdefault(second, {second})
        for one in joined:
            group[one] = joined
    return {one: min(group[one], key=lambda name: (len(name), name)) for one in group}


def counted(
    incidents: Iterable[Incident],
    same: Iterable[tuple[str, str]] = (),
    struck: Mapping[str, Sequence[datetime]] | None = None,
) -> tuple[Counted, ...]:
    """Return what counts, by body and in order of time. struck: when each problem was struck off.

    A strike-off ends an occurrence that began before it; an incident at the very moment still belongs to it.
    """
    facts = _once(incidents)
    off = struck or {}
    named = roots([*(one.problem for one in facts), *off], same)
    ends: dict[str, list[datetime]] = defaultdict(list)
    for problem, moments in off.items():
        ends[named[problem]] += moments
    groups: dict[tuple[str, str], list[Incident]] = defaultdict(list)
    for one in facts:
        groups[one.body, named[one.problem]].append(one)
    found = [
        Counted(body, problem, number, tuple(chain))
        for (body, problem), group in groups.items()
        for number, chain in enumerate(_occurrences(group, sorted(ends[problem])), 1)
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.body, one.problem, one.occurrence)))


def _once(incidents: Iterable[Incident]) -> list[Incident]:
    """The facts in order of time, each key once: the earliest counts."""
    ordered = sorted(incidents, key=lambda one: (one.at, one.key, one.body, one.problem))
    known: dict[tuple[str, str], Incident] = {}
    for one in ordered:
        known.setdefault((one.key, one.body), one)
    return list(known.values())


def _occurrences(group: Sequence[Incident], ends: Sequence[datetime]) -> list[list[Incident]]:
    found: list[list[Incident]] = []
    for one in group:
        began = found[-1][0].at if found else None
        if began is None or any(began <= end < one.at for end in ends):
            found.append([one])
        else:
            found[-1].append(one)
    return found


def within(found: Iterable[Counted], start: datetime, end: datetime) -> tuple[Counted, ...]:
    """Return what began to count in a period; what was counted before is not counted again in a later one."""
    return tuple(one for one in found if start <= one.at < end)
