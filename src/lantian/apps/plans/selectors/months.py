"""A month as a sheet of days (月历): what falls on each, for the calendar and for publicity."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lantian.kernel.errors import LantianError, Text
from lantian.kernel.periods import Period
from lantian.workflow.rhythm import month_weeks

Sort = Literal["deadline", "milestone", "duty", "publicity"]
SORTS: Mapping[Sort, Text] = {
    "deadline": Text("期限", "Deadline"),
    "milestone": Text("节点", "Milestone"),
    "duty": Text("周期", "Duty"),
    "publicity": Text("宣传", "Publicity"),
}
"""What may fall on a day, in the order in which a day shows it."""
SHOWN = 4
"""Items that a day shows before the rest has to be opened."""
NOTHING = Text("", "")
WEEKDAYS = tuple(
    Text(f"周{zh}", en)
    for zh, en in zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)
)


@dataclass(frozen=True)
class Item:
    """Something that falls on a day. lamp: letter of its lamp, empty for none. said: the lamp's word or the state.

    note: who and where; hour: of an activity. rank: by how much it needs somebody, 0 most.
    """

    day: date
    sort: Sort
    label: Text
    url: str = ""
    lamp: str = ""
    said: Text = NOTHING
    note: Text = NOTHING
    hour: str = ""
    rank: int = 9

    @property
    def name(self) -> Text:
        """What sort of thing it is."""
        return SORTS[self.sort]


@dataclass(frozen=True)
class Day:
    """A day of the sheet; ``inside`` tells whether it belongs to the month."""

    day: date
    inside: bool
    today: bool
    items: Sequence[Item]

    @property
    def weekday(self) -> Text:
        """The day of the week."""
        return WEEKDAYS[self.day.weekday()]

    @property
    def first(self) -> Sequence[Item]:
        """What is shown at once."""
        return self.items if len(self.items) <= SHOWN else self.items[: SHOWN - 1]

    @property
    def rest(self) -> Sequence[Item]:
        """What is shown when the day is opened."""
        return self.items[len(self.first) :]


@dataclass(frozen=True)
class Sheet:
    """A month with its weeks."""

    month: Period
    weeks: Sequence[Sequence[Day]]

    @property
    def heads(self) -> Sequence[Text]:
        """The days of the week, Monday first."""
        return WEEKDAYS

    @property
    def is_empty(self) -> bool:
        """Whether nothing falls on any day of the month."""
        return not any(day.items for week in self.weeks for day in week if day.inside)


def sheet(month: Period, items: Iterable[Item], today: date) -> Sheet:
    """Lay items on the days of a month; on a day they go by sort, hour and need, then as they came."""
    order = list(SORTS)
    found: dict[date, list[Item]] = {}
    for one in sorted(items, key=lambda one: (order.index(one.sort), one.hour, one.rank)):
        found.setdefault(one.day, []).append(one)
    weeks = [
        [Day(day, month.first <= day <= month.last, day == today, found.get(day, [])) for day in week]
        for week in month_weeks(month.first)
    ]
    return Sheet(month, weeks)


def span_of(month: Period) -> tuple[date, date]:
    """Return the first and last day of a month's sheet."""
    weeks = month_weeks(month.first)
    return weeks[0][0], weeks[-1][-1]


def month_asked(text: str, today: date) -> Period:
    """Return the month that an address asks for, such as ``2020-11``; this one when it names none that exists."""
    try:
        found = Period.read(text)
    except LantianError:
        return Period.containing("month", today)
    return found if found.span == "month" and 2000 <= found.year <= 2100 else Period.containing("month", today)
