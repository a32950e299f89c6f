"""Percentiles of HJ 663-2013 annex A (百分位数), which are the linear "type 7" quantiles, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lantian.airquality.errors import AirQualityError
from lantian.kernel.errors import Text


@dataclass(frozen=True)
class Percentile:
    """position: k = 1 + (n − 1)·p; value: X(s) + (X(s+1) − X(s))·(k − s) with s = ⌊k⌋ and X ascending."""

    position: Fraction
    value: Fraction


def percentile(values: Sequence[Fraction], share: Fraction) -> Percentile:
    """Return the percentile of values in any order; share between 0 and 1, such as 0.95.

    >>> percentile([Fraction(3), Fraction(1), Fraction(2)], Fraction("0.98")).value
    Fraction(74, 25)
    """
    if not values or not 0 <= share <= 1:
        raise AirQualityError(
            Text(
                f"百分位数需要至少一个值和 0–1 的分位，实得 {len(values)} 个值、分位 {share}。",
                f"A percentile needs at least one value and a share of 0–1; got {len(values)} values and {share}.",
            )
        )
    return Percentile(position_of(len(values), share), interpolate(sorted(values), share))


def position_of(size: int, share: Fraction) -> Fraction:
    """Return k = 1 + (n − 1)·p."""
    return 1 + (size - 1) * share


def interpolate(ascending: Sequence[Fraction | int], share: Fraction) -> Fraction:
    """Return the percentile of values that are sorted already."""
    position = position_of(len(ascending), share)
    below = int(position)
    low = Fraction(ascending[below - 1])
    high = Fraction(ascending[min(below, len(ascending) - 1)])
    return low + (high - low) * (position - below)
