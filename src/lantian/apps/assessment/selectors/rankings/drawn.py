"""Values as bars from zero (排名图): all places of a ranking, and the days of one; a round axis, gaps where none is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lantian.apps.assessment.rankings import RankedPlace, RankingTable
from lantian.apps.assessment.selectors.weekly import language
from lantian.apps.ui.official.charts.frame import SMALL, ticks, width_of

HEIGHT = 120
"""Height of the highest value of the axis, in pixels."""
ABOVE = 14
"""Room above it, for the letters at the highest line."""
STEPS = 4
"""Lines of the axis at most, without the one at zero and the last."""
GAP = 0.22
"""Share of a bar's room that stays free between it and the next."""
NAMES = 560
"""Room for names below at a desk, in pixels; where they need more, only the first and the last place have theirs."""
SHORT_DAYS, EVERY_DAYS = 45, 5
"""As many days as are named every fifth; of more only the first of each month is."""

Mode = Literal["ok", "own", "dust", "none"]


@dataclass(frozen=True)
class Value:
    """What a bar shows: its value, None for a gap; said: in full, to who points at it; label: below, most have none."""

    value: float | None
    said: str
    kind: Mode = "ok"
    label: str = ""


@dataclass(frozen=True)
class Bar:
    """A bar: its left edge and width in percent of the drawing, its top and height in pixels."""

    x: float
    width: float
    y: float
    height: float
    kind: Mode
    said: str


@dataclass(frozen=True)
class Mark:
    """Words at a place: in pixels from the top, or in percent from the left."""

    at: float
    label: str


@dataclass(frozen=True)
class Drawn:
    """Bars with their axis. levels: of the axis; names: below; line: the value that is compared with, if one is."""

    bars: tuple[Bar, ...]
    levels: tuple[Mark, ...]
    names: tuple[Mark, ...]
    line: Mark | None = None

    @property
    def height(self) -> int:
        """Height of the whole drawing: the room above, the bars, and the names below."""
        return ABOVE + HEIGHT + 18

    @property
    def gaps(self) -> bool:
        """Whether some have no value."""
        return any(one.kind == "none" for one in self.bars)

    @property
    def foot(self) -> int:
        """Where the names stand."""
        return ABOVE + HEIGHT + 14


def drawn(values: Sequence[Value], line: str | None = None) -> Drawn | None:
    """Draw values; line: a value to compare them with, as printed. None where there is nothing to draw."""
    found = [one.value for one in values if one.value is not None]
    if not found:
        return None
    steps = ticks(max(found), STEPS)
    y = _scale(steps[-1])
    room = 100 / len(values)
    return Drawn(
        tuple(_bar(one, number * room, room, y) for number, one in enumerate(values)),
        tuple(Mark(y(step), f"{step:g}") for step in steps),
        tuple(Mark(round((at + 0.5) * room, 2), one.label) for at, one in enumerate(values) if one.label),
        Mark(y(float(line)), line) if line else None,
    )


def _scale(highest: float) -> Callable[[float], float]:
    return lambda value: round(ABOVE + HEIGHT * (1 - max(value, 0) / highest), 1)


def _bar(one: Value, left: float, room: float, y: Callable[[float], float]) -> Bar:
    top = ABOVE if one.value is None else y(one.value)
    return Bar(
        round(left + room * GAP / 2, 3), round(room * (1 - GAP), 3), top, round(ABOVE + HEIGHT - top, 1),
        one.kind, one.said,
    )  # fmt: skip


def places_drawn(table: RankingTable, own: RankedPlace | None = None) -> Drawn | None:
    """Draw all places that have a rank, the first first, against the value of all together; own: the one told of."""
    ranked = table.ranked
    names = [one.name.in_language(language()) for one in ranked]
    fit = all(width_of(name, SMALL) * len(names) <= NAMES for name in names)
    values = []
    for number, (one, name) in enumerate(zip(ranked, names, strict=True)):
        ours = own is not None and one.code == own.code
        end = own is None and (fit or number in (0, len(names) - 1))
        values.append(
            Value(
                None if one.value is None else float(one.value), f"{one.rank} {name} {one.value}",
                "own" if ours else "ok", name if ours or end else "",
            )
        )  # fmt: skip
    return drawn(values, table.whole)


def days_drawn(days: Sequence[tuple[date, float | None, bool, str]], mean: str | None) -> Drawn | None:
    """Draw days against the period's value; a day: its date, its value, whether sand excludes it, and in words."""
    short = len(days) <= SHORT_DAYS
    return drawn(
        [
            Value(value, said, "dust" if dust else "ok" if value is not None else "none", _date(day, short))
            for day, value, dust, said in days
        ],
        mean,
    )


def _date(day: date, short: bool) -> str:
    named = day.day % EVERY_DAYS == 1 and day.day < 31 if short else day.day == 1
    return f"{day:%m-%d}" if named else ""
