"""The ranking card: each factor's list with a strip of values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from lantian.apps.portal.map_data import say, station_url
from lantian.apps.portal.overview.assemble import Overview
from lantian.apps.portal.overview.ranking import Ranked, Ranking
from lantian.apps.ui import formats
from lantian.kernel.factors import Factor


@dataclass(frozen=True)
class RankLine:
    """A line of the list: its dot's place on the strip (0 to 100), and whether it belongs to the district."""

    rank: int
    name: str
    value: str
    days: int
    partial: bool
    dot: float
    own: bool
    worst: bool
    url: str | None


@dataclass(frozen=True)
class RankList:
    """One factor's list with the ends of its strip."""

    factor: Factor
    lines: list[RankLine]
    without: list[str]
    low: str
    high: str
    ticks: list[tuple[float, str]]
    days: int
    first: date
    last: date


WORST = 3


def rank_list(found: Ranking, overview: Overview) -> RankList:
    """Return a ranking as lines; the strip runs from a round number below the lowest to one above the highest."""
    low, high, step = _strip([row.value for row in found.rows])
    own = {shown_.station.id for shown_ in overview.stations} | set(overview.street_hours)
    width = high - low or Decimal(1)
    lines = [_rank_line(row, found, (low, width), own) for row in found.rows]
    ticks = [
        (float((low + step * n - low) / width * 100), formats.number(low + step * n))
        for n in range(int(width / step) + 1)
    ]
    return RankList(
        found.factor,
        lines,
        [say(place.name) for place in found.without],
        formats.number(low),
        formats.number(high),
        ticks,
        found.days,
        found.first,
        found.last,
    )


def _rank_line(row: Ranked, found: Ranking, strip: tuple[Decimal, Decimal], own: set[str]) -> RankLine:
    low, width = strip
    return RankLine(
        rank=row.rank,
        name=say(row.place.name),
        value=formats.number(row.value, 1),
        days=row.days,
        partial=row.days < found.days,
        dot=round(float((row.value - low) / width * 100), 2),
        own=row.place.id in own,
        worst=len(found.rows) > 2 * WORST and row.rank > len(found.rows) - WORST,
        url=station_url(row.place.id, "") if len(row.place.rows) == 1 and not row.place.id.isdigit() else None,
    )


def _strip(values: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    if not values:
        return Decimal(0), Decimal(1), Decimal(1)
    low, high = min(values), max(values)
    step = next((s for s in map(Decimal, (1, 2, 5, 10, 20, 50, 100, 200, 500)) if (high - low) / s <= 3), Decimal(1000))
    first, last = low // step * step, (high / step).to_integral_value(ROUND_CEILING) * step
    return first, max(last, first + step), step
