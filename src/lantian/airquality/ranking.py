"""Rankings (排名) by the change rate of the composite index."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.airquality.errors import AirQualityError
from lantian.kernel.errors import Text
from lantian.kernel.ranks import competition_ranks
from lantian.kernel.rounding import Exact


def change_rate(current: Exact, base: Exact) -> Fraction:
    """Return (current − base) / base × 100 in percent, exact; below 0 is better.

    >>> change_rate("4.50", "5.00")
    Fraction(-10, 1)
    """
    if Fraction(base) == 0:
        raise AirQualityError(Text("基期值为 0，无法计算变化率。", "The base is 0: there is no change rate."))
    return (Fraction(current) - Fraction(base)) / Fraction(base) * 100


@dataclass(frozen=True)
class CityChange:
    """A city in the change ranking: its composite index now and in the base period, and whether every factor meets
    grade 2 now."""

    city: str
    current: Decimal
    base: Decimal
    within_grade2: bool


@dataclass(frozen=True)
class ChangeRow:
    """rank is None for a city that is left out of the list."""

    city: str
    rate: Fraction
    rank: int | None


def improvement_list(cities: Sequence[CityChange]) -> list[ChangeRow]:
    """Rank all cities by improvement: the most negative change first."""
    rates = [change_rate(city.current, city.base) for city in cities]
    return _rows(cities, rates, competition_ranks(rates))


def worsening_list(cities: Sequence[CityChange], *, leave_out_grade2: bool) -> list[ChangeRow]:
    """Rank cities by worsening: the largest change first; cities within grade 2 are left out when the rule says so."""
    rates = [change_rate(city.current, city.base) for city in cities]
    left_out = [leave_out_grade2 and city.within_grade2 for city in cities]
    listed = [rate for rate, out in zip(rates, left_out, strict=True) if not out]
    ranks = iter(competition_ranks(listed, largest_first=True))
    return _rows(cities, rates, [None if out else next(ranks) for out in left_out])


def _rows(cities: Sequence[CityChange], rates: Sequence[Fraction], ranks: Sequence[int | None]) -> list[ChangeRow]:
    rows = [ChangeRow(city.city, rate, rank) for city, rate, rank in zip(cities, rates, ranks, strict=True)]
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.city))
