"""Exact grids turned into numbers that a page prints: rounded once, half to even, with the digits of the factor."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.grid import MICRO, MISSING
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import half_even

DIGITS: Mapping[Factor, int] = {Factor.CO: 1}
"""Decimals of a shown hour or day; 0 where not named."""


def digits(factor: Factor) -> int:
    """Return the decimals of a shown hourly or daily value."""
    return DIGITS.get(factor, 0)


def shown(micro: int, factor: Factor) -> Decimal | None:
    """Return an hour's value as shown, None where missing.

    >>> shown(2_150_000, Factor.CO), shown(MISSING, Factor.CO)
    (Decimal('2.2'), None)
    """
    return None if micro == MISSING else half_even(Fraction(int(micro), MICRO), digits(factor))


def shown_mean(total: int, count: int, factor: Factor) -> Decimal | None:
    """Return a mean as shown, None where nothing was measured."""
    return half_even(Fraction(int(total), int(count) * MICRO), digits(factor)) if count else None


def plot(micro: NDArray[np.int64], factor: Factor) -> list[float | None]:
    """Return hours for a chart, None where missing; CO keeps two decimals, others one."""
    places = digits(factor) + 1
    return [None if value == MISSING else round(int(value) / MICRO, places) for value in micro]


def mean_of_days(total: Sequence[int], count: Sequence[int], valid: Sequence[bool]) -> Fraction | None:
    """Return the exact mean of the valid daily means (HJ 663: the mean of days, not of hours)."""
    sums: Counter[int] = Counter()
    days: Counter[int] = Counter()
    for t, c, ok in zip(total, count, valid, strict=True):
        if ok and c:
            sums[int(c)] += int(t)
            days[int(c)] += 1
    together = sum((Fraction(sums[c], c * MICRO) for c in sums), Fraction(0))
    return together / days.total() if days else None
