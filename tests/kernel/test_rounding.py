"""GB/T 8170 rounding, in both forms."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.rounding import ceil_array, half_even, half_even_array, round_up


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        ("0.5", 0, "0"),
        ("1.5", 0, "2"),
        ("2.675", 2, "2.68"),
        ("-2.5", 0, "-2"),
        ("0.0049", 2, "0.00"),
        ("1250", -2, "1.2E+3"),
    ],
)
def test_halves_go_to_the_even_digit(value: str, decimals: int, rounded: str) -> None:
    assert str(half_even(value, decimals)) == rounded


def test_an_exact_fraction_is_never_rounded_twice() -> None:
    # 2.4999…96 would become 2.5 and then 2 or 3 if it were rounded to decimals first.
    assert half_even(Fraction(5, 2) + Fraction(1, 10**40), 0) == 3


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_arrays_round_as_decimals_do(numerator: int, denominator: int) -> None:
    array = np.array([numerator])
    assert half_even_array(array, denominator).tolist() == [int(half_even(Fraction(numerator, denominator), 0))]
    assert ceil_array(array, denominator).tolist() == [round_up(Fraction(numerator, denominator))]


def test_a_broadcast_denominator_rounds_each_by_its_own() -> None:
    assert half_even_array(np.array([5, 5]), np.array([2, 3])).tolist() == [2, 2]


def test_the_digits_after_the_point_stay() -> None:
    assert half_even(Decimal("3"), 2).as_tuple().exponent == -2
