"""Trend over years by Spearman's rank correlation (秩相关系数法), HJ 663-2013 annex B."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from lantian.airquality.errors import AirQualityError
from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.kernel.rounding import Exact, half_even

Direction = Literal["rising", "falling", "none"]


@dataclass(frozen=True)
class TrendRules:
    """level: of significance; smallest: number of years needed; critical: Wp by number of years."""

    level: Decimal
    smallest: int
    decimals: int
    critical: Mapping[int, Decimal]

    def critical_value(self, years: int) -> Decimal:
        """Return Wp; a number of years not in the table takes the next smaller one's, which is stricter."""
        return self.critical[max(size for size in self.critical if size <= years)]


@dataclass(frozen=True)
class Trend:
    """correlation: rs = 1 − 6Σd² / (N³ − N), exact; rounded: as printed; significant when |rs| reaches critical."""

    correlation: Fraction
    rounded: Decimal
    critical: Decimal
    direction: Direction


TREND_TEXT: Mapping[Direction, Text] = {
    "rising": Text("上升", "rising"),
    "falling": Text("下降", "falling"),
    "none": Text("无显著变化", "no significant change"),
}


def trend(values: Sequence[Exact], rules: TrendRules) -> Trend:
    """Return the trend of annual values in order of years; equal values share their mean rank.

    |rs| is compared with Wp after rounding to the table's decimals. Raises AirQualityError with too few years.
    """
    size = len(values)
    if size < max(rules.smallest, 2):
        raise AirQualityError(
            Text(
                f"趋势检验需要至少 {rules.smallest} 年，实得 {size} 年。",
                f"The trend test needs at least {counted(rules.smallest, 'year')}; got {size}.",
            )
        )
    ranks = mean_ranks([Fraction(value) for value in values])
    squares = sum(((rank - year) ** 2 for year, rank in enumerate(ranks, start=1)), Fraction(0))
    correlation = 1 - 6 * squares / (size**3 - size)
    rounded, critical = half_even(correlation, rules.decimals), rules.critical_value(size)
    return Trend(correlation, rounded, critical, _direction(rounded, critical))


def mean_ranks(values: Sequence[Fraction]) -> list[Fraction]:
    """Return ascending ranks from 1; equal values share the mean of their ranks.

    >>> [str(rank) for rank in mean_ranks([Fraction(4), Fraction(3), Fraction(4)])]
    ['5/2', '1', '5/2']
    """
    return [
        Fraction(sum(other < value for other in values) * 2 + sum(other == value for other in values) + 1, 2)
        for value in values
    ]


def _direction(correlation: Decimal, critical: Decimal) -> Direction:
    if abs(correlation) < critical:
        return "none"
    return "rising" if correlation > 0 else "falling"
