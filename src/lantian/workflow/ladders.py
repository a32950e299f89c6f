"""Ladders (阶梯惩戒): what a repeated violation leads to, by the rule of the pack.

A ladder counts penalties of one subject: all of the same construction cycle, of the last so many days, of the calendar
year, or of a points cycle. A level begins at its number. Some findings (malice, refusal to correct) lead to a level at
once. Revoked penalties count nowhere, and a penalty counts once however often it is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lantian.kernel.calendar import add_months
from lantian.kernel.errors import Text
from lantian.workflow.errors import WorkflowError

Counting = Literal["cycle", "days", "calendar-year", "points"]


@dataclass(frozen=True, slots=True)
class Level:
    """A step of a ladder. at: the count (or the points) from which it applies. consequence: id of what follows.

    days, months: how long it lasts; neither is until lifted. triggers: findings that lead here at once.
    """

    at: int
    consequence: str
    days: int | None = None
    months: int | None = None
    triggers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ladder:
    """counting: which penalties add up; window_days: for ``days``; levels: rising."""

    id: str
    counting: Counting
    levels: tuple[Level, ...]
    window_days: int | None = None

    def __post_init__(self) -> None:
        """Refuse levels that do not rise, and a window without days."""
        numbers = [level.at for level in self.levels]
        if not numbers or numbers != sorted(set(numbers)) or numbers[0] < 1:
            raise WorkflowError(
                Text(f"阶梯 {self.id} 的级别应从 1 起递增：{numbers}", f"ladder {self.id} must rise from 1: {numbers}")
            )
        if (self.counting == "days") != (self.window_days is not None):
            raise WorkflowError(
                Text(
                    f"阶梯 {self.id}：按天数累计须写 window_days", f"ladder {self.id}: counting days needs window_days"
                )
            )


@dataclass(frozen=True, slots=True)
class Penalty:
    """One penalty of a subject. day: of the decision. cycle: the construction or points cycle it belongs to.

    findings: such as ``malice`` or ``refusal``. points: taken off, for ladders by points.
    """

    id: str
    day: date
    cycle: str = ""
    points: int = 0
    findings: frozenset[str] = frozenset()
    revoked: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a subject stands: the count, the penalties counted, the level reached and by what, the next level."""

    count: int
    counted: tuple[Penalty, ...]
    level: Level | None
    trigger: str | None
    next: Level | None


def standing(ladder: Ladder, penalties: Iterable[Penalty], on: date, cycle: str = "") -> Standing:
    """Return where a subject stands on a day; penalties decided later do not count yet.

    >>> ladder = Ladder("dust", "cycle", (Level(2, "stop", days=7), Level(3, "bidding", months=6)))
    >>> two = [Penalty("a", date(2019, 3, 1), "c1"), Penalty("b", date(2019, 5, 1), "c1")]
    >>> standing(ladder, two, date(2019, 5, 1), "c1").level.consequence
    'stop'
    """
    once = {penalty.id: penalty for penalty in penalties}
    counted = tuple(sorted((each for each in once.values() if _counts(ladder, each, on, cycle)), key=_order))
    count = sum(each.points for each in counted) if ladder.counting == "points" else len(counted)
    reached = [level for level in ladder.levels if level.at <= count]
    by_count = reached[-1] if reached else None
    direct = _triggered(ladder, counted)
    by_finding = direct is not None and (by_count is None or direct[0].at > by_count.at)
    level, trigger = direct if direct and by_finding else (by_count, None)
    above = [each for each in ladder.levels if each.at > max(count, level.at if level else 0)]
    return Standing(count, counted, level, trigger, above[0] if above else None)


def _counts(ladder: Ladder, penalty: Penalty, on: date, cycle: str) -> bool:
    if penalty.revoked or penalty.day > on:
        return False
    if ladder.counting in ("cycle", "points"):
        return penalty.cycle == cycle
    if ladder.counting == "calendar-year":
        return penalty.day.year == on.year
    return penalty.day > on - timedelta(days=ladder.window_days or 0)


def _order(penalty: Penalty) -> tuple[date, str]:
    return penalty.day, penalty.id


def _triggered(ladder: Ladder, counted: Sequence[Penalty]) -> tuple[Level, str] | None:
    """The highest level that a finding leads to at once, and the finding."""
    findings = sorted({finding for penalty in counted for finding in penalty.findings})
    hits = [(level, finding) for level in ladder.levels for finding in findings if finding in level.triggers]
    return max(hits, key=lambda hit: hit[0].at) if hits else None


@dataclass(frozen=True, slots=True)
class Sanction:
    """A consequence with its first and last day (both inclusive); ``last`` None is until lifted."""

    consequence: str
    first: date
    last: date | None

    def holds_on(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


def sanction(level: Level, first: date) -> Sanction:
    """Return the consequence of a level that begins on a day: 7 days from 1 June last to 7 June.

    Half a year from 1 June lasts to 30 November: the day before the same day six months later.
    """
    if level.days is not None:
        return Sanction(level.consequence, first, first + timedelta(days=level.days - 1))
    if level.months is not None:
        return Sanction(level.consequence, first, add_months(first, level.months) - timedelta(days=1))
    return Sanction(level.consequence, first, None)
