"""Rounding by GB/T 8170-2008 (数值修约): half to even, on the decimal value, once.

A binary float has no place here: 2.675 as a float is 2.67499… and would round to 2.67. Numbers come as decimal text,
``Decimal``, ``int`` or ``Fraction``, or as int64 arrays of a numerator and a positive denominator.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Exact = int | str | Decimal | Fraction
"""A number without binary rounding."""


def half_even(value: Exact, decimals: int) -> Decimal:
    """Round to a number of decimals, halves to the even digit.

    decimals: digits kept after the point; negative keeps tens, hundreds …

    >>> half_even("2.5", 0), half_even("0.15", 1), half_even(Fraction(1, 3), 2)
    (Decimal('2'), Decimal('0.2'), Decimal('0.33'))
    """
    scaled = Fraction(value) * Fraction(10) ** decimals
    digits = Decimal(round(scaled)).scaleb(-decimals)
    return digits.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN) if decimals > 0 else digits


def round_up(value: Fraction) -> int:
    """Return the smallest integer not below an exact value (进一).

    >>> round_up(Fraction(601, 10))
    61
    """
    return -(-value.numerator // value.denominator)


def half_even_array(numerator: NDArray[np.int64], denominator: NDArray[np.int64] | np.int64 | int) -> NDArray[np.int64]:
    """Round ``numerator / denominator`` to integers, halves to even; shapes broadcast.

    denominator: positive; numerator + denominator must stay inside int64.

    >>> half_even_array(np.array([60_500_000, 61_500_000]), 1_000_000).tolist()
    [60, 62]
    """
    floor: NDArray[np.int64] = numerator // denominator
    twice = (numerator - floor * denominator) * 2
    up = (twice > denominator) | ((twice == denominator) & (floor & 1 == 1))
    result: NDArray[np.int64] = floor + up
    return result


def ceil_array(numerator: NDArray[np.int64], denominator: NDArray[np.int64] | np.int64 | int) -> NDArray[np.int64]:
    """Round ``numerator / denominator`` up to integers; denominator positive, shapes broadcast.

    >>> ceil_array(np.array([550, 551]), 10).tolist()
    [55, 56]
    """
    result: NDArray[np.int64] = -(-numerator // denominator)
    return result
