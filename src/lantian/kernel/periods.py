"""Periods of bulletins (通报期): a week, month, quarter or year in Beijing time, written as ISO 8601 writes them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import beijing_day, day_of

Span = Literal["week", "month", "quarter", "year"]
SHAPES: tuple[tuple[Span, re.Pattern[str]], ...] = (
    ("week", re.compile(r"^(\d{4})-W(\d{2})$")),
    ("month", re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")),
    ("quarter", re.compile(r"^(\d{4})-Q([1-4])$")),
    ("year", re.compile(r"^(\d{4})$")),
)


class PeriodError(LantianError):
    """What was written is no period."""

    def __init__(self, found: str) -> None:
        super().__init__(
            Text(
                f"“{found}”不是通报期，应写作 2026-W47、2026-11、2026-Q4 或 2026。",
                f"{found!r} is no period; write 2026-W47, 2026-11, 2026-Q4 or 2026.",
            )
        )


@dataclass(frozen=True, slots=True)
class Period:
    """A period of whole Beijing days; number: of the week, month or quarter in its year, 0 for a year."""

    span: Span
    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> "Period":
        """Read a period; a week has to exist in its ISO year. Raises PeriodError.

        >>> Period.read("2026-W47").first, Period.read("2026-Q4").last
        (datetime.date(2026, 11, 16), datetime.date(2026, 12, 31))
        """
        for span, shape in SHAPES:
            if found := shape.match(text):
                period = cls(span, *(int(one) for one in (*found.groups(), "0")[:2]))
                return period._checked(text)
        raise PeriodError(text)

    @classmethod
    def containing(cls, span: Span, day: date) -> "Period":
        """Return the period of a span in which a day lies.

        >>> str(Period.containing("week", date(2027, 1, 1)))
        '2026-W53'
        """
        if span == "week":
            year, week, _ = day.isocalendar()
            return cls(span, year, week)
        number = {"month": day.month, "quarter": (day.month + 2) // 3, "year": 0}[span]
        return cls(span, day.year, number)

    @classmethod
    def last_ended(cls, span: Span, now: datetime) -> "Period":
        """Return the last period of a span that is over.

        >>> str(Period.last_ended("week", beijing_day(date(2026, 11, 23))))
        '2026-W47'
        """
        return cls.containing(span, day_of(now)).previous

    def _checked(self, text: str) -> "Period":
        try:
            good = 1 < self.year < 9999 and Period.containing(self.span, self.first) == self
        except ValueError:
            good = False
        if not good:
            raise PeriodError(text)
        return self

    def __str__(self) -> str:
        letters = {"week": f"-W{self.number:02}", "month": f"-{self.number:02}", "quarter": f"-Q{self.number}"}
        return f"{self.year:04}{letters.get(self.span, '')}"

    @property
    def first(self) -> date:
        """The first day."""
        if self.span == "week":
            return date.fromisocalendar(self.year, self.number, 1)
        month = {"month": self.number, "quarter": 3 * self.number - 2, "year": 1}[self.span]
        return date(self.year, month, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return self.following.first - timedelta(days=1)

    @property
    def start(self) -> datetime:
        """The first instant (UTC)."""
        return beijing_day(self.first)

    @property
    def end(self) -> datetime:
        """The first instant (UTC) after it."""
        return beijing_day(self.following.first)

    @property
    def following(self) -> "Period":
        """The period after this one."""
        days = {"week": 7, "month": 31, "quarter": 93, "year": 366}[self.span]
        return Period.containing(self.span, self.first + timedelta(days=days))

    @property
    def previous(self) -> "Period":
        """The period before this one."""
        return Period.containing(self.span, self.first - timedelta(days=1))
