"""Who is higher and who is lower (排名): means of a period with the days they rest on, equal values share a rank."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.airquality.grid import MICRO, DayGrid
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.ranks import competition_ranks
from lantian.kernel.rounding import half_even

DECIMALS = 1


@dataclass(frozen=True)
class Place:
    """What is ranked: a station, or a street with the rows of its stations."""

    id: str
    name: Text
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Ranked:
    """A place in the list: rank 1 is the cleanest; days: daily values in its mean; value is rounded for print only."""

    rank: int
    place: Place
    value: Decimal
    exact: Fraction
    days: int


@dataclass(frozen=True)
class Ranking:
    """Places with a mean in a period, the cleanest first, and those without."""

    factor: Factor
    first: date
    last: date
    rows: tuple[Ranked, ...]
    without: tuple[Place, ...]

    @property
    def days(self) -> int:
        """Days of the period."""
        return (self.last - self.first).days + 1


def ranking(days: DayGrid, places: Iterable[Place], factor: Factor, first: date, last: date) -> Ranking:
    """Rank places by the mean of their valid daily values; a street's day is the mean of its stations' days."""
    window = days.between(first, last)
    found = [(place, *_mean(window, place.rows, factor)) for place in places]
    known = sorted(((exact, place, used) for place, exact, used in found if exact is not None), key=lambda row: row[0])
    ranks = competition_ranks([exact for exact, _, _ in known])
    rows = tuple(
        Ranked(rank, place, half_even(exact, DECIMALS), exact, used)
        for rank, (exact, place, used) in zip(ranks, known, strict=True)
    )
    return Ranking(factor, first, last, rows, tuple(place for place, exact, _ in found if exact is None))


def _mean(days: DayGrid, rows: Sequence[int], factor: Factor) -> tuple[Fraction | None, int]:
    place = days.factors.index(factor)
    means = []
    for day in range(days.days):
        cells = [
            Fraction(int(days.total[row, place, day]), int(days.count[row, place, day]) * MICRO)
            for row in rows
            if days.valid[row, place, day] and days.count[row, place, day]
        ]
        if cells:
            means.append(sum(cells, Fraction(0)) / len(cells))
    return (sum(means, Fraction(0)) / len(means), len(means)) if means else (None, 0)


def place_among(values: Mapping[str, int], ours: str) -> tuple[int, int] | None:
    """Return the rank of one district's index among those that have one (1 is the lowest), and their number.

    None where it has none, or where no other has one to compare with.
    """
    if ours not in values or len(values) < 2:
        return None
    return 1 + sum(value < values[ours] for value in values.values()), len(values)


_STEPS = tuple(Decimal(step) for step in ("0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50", "100", "200", "500"))


def ramp(values: Sequence[Decimal], classes: int = 5) -> tuple[Decimal, ...]:
    """Return the breaks of a map's classes: round steps that cover the values, one fewer than the classes.

    >>> [str(b) for b in ramp([Decimal("71.2"), Decimal("108.9")])]
    ['80', '90', '100', '110']
    """
    if not values:
        return ()
    low, high = min(values), max(values)
    for step in _STEPS:
        start = low // step * step
        if start + step * classes >= high:
            break
    return tuple(start + step * place for place in range(1, classes))


def ramp_class(value: Decimal, breaks: Sequence[Decimal]) -> int:
    """Return the class (0 …) of a value among breaks.

    >>> ramp_class(Decimal(90), (Decimal(80), Decimal(90)))
    2
    """
    return sum(value >= limit for limit in breaks)
