"""Visits (入户检查合并): the fewest visits at one entry in which all checks that are due are made in their windows.

Each check may be made from its first day to its due day. Sorted by due day, the first check that has no visit yet needs
one by its due day, and a visit as late as that takes along every other check whose window is open: no choice of days
needs fewer visits (a set of days that meets all windows; the windows that started each visit do not overlap).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Check:
    """A check that is due. id: of whoever asks. first, due: the days between which it may be made, both included."""

    id: str
    first: date
    due: date


@dataclass(frozen=True, slots=True)
class MergedVisit:
    """A visit: its day and the checks that are made on it, by due day."""

    day: date
    checks: tuple[str, ...]


def merge(checks: Sequence[Check], today: date, is_working: Callable[[date], bool]) -> list[MergedVisit]:
    """Return the fewest visits for the checks of one entry, none before today, by day.

    A check whose due day is over is made as soon as possible. A visit falls on the last working day on which all its
    checks may be made; where its windows hold none, on the next working day after them.
    """
    left = sorted((_from_today(check, today) for check in checks), key=lambda one: (one.due, one.id))
    visits: list[MergedVisit] = []
    while left:
        last = left[0].due
        together = [check for check in left if check.first <= last]
        left = [check for check in left if check.first > last]
        day = _working_day(max(check.first for check in together), last, is_working)
        visits.append(MergedVisit(day, tuple(check.id for check in together)))
    return visits


def _from_today(check: Check, today: date) -> Check:
    return Check(check.id, max(check.first, today), max(check.due, today))


def _working_day(first: date, last: date, is_working: Callable[[date], bool]) -> date:
    day = last
    while day >= first:
        if is_working(day):
            return day
        day -= _DAY
    day = last + _DAY
    while not is_working(day):
        day += _DAY
    return day


def spread(latest: Sequence[date | None], days: Sequence[date]) -> list[date]:
    """Give visits that are overdue the coming days evenly, in their order; latest: the last day of each, None is any.

    >>> spread([None, None, date(2019, 5, 7), None], [date(2019, 5, 6), date(2019, 5, 7), date(2019, 5, 8)])
    [datetime.date(2019, 5, 6), datetime.date(2019, 5, 6), datetime.date(2019, 5, 7), datetime.date(2019, 5, 8)]
    """
    found = []
    for index, last in enumerate(latest):
        day = days[index * len(days) // len(latest)]
        while last is not None and day > last and day > days[0]:
            day = days[days.index(day) - 1]
        found.append(day)
    return found


@dataclass(frozen=True)
class Burden:
    """How an entry is burdened (入户负担): visits and checks within the days of its cap; most: None is without a cap.

    A visit is a day on which somebody came, however many checks were made; saved: checks beyond one for each visit.
    """

    visits: int
    checks: int
    most: int | None

    @property
    def saved(self) -> int:
        """How many visits were saved by making several checks at once."""
        return self.checks - self.visits

    @property
    def left(self) -> int | None:
        """How many visits the cap still allows; None is without a cap."""
        return None if self.most is None else max(0, self.most - self.visits)


def burden(checks: Sequence[tuple[str, date]], most: int | None) -> Burden:
    """Count visits and checks: each pair is an entry and the day on which a check was made there.

    >>> burden([("a", date(2019, 5, 6)), ("a", date(2019, 5, 6)), ("a", date(2019, 6, 3))], 4)
    Burden(visits=2, checks=3, most=4)
    """
    return Burden(len(set(checks)), len(checks), most)
