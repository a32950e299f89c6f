"""Results at, just below and just above limits; the examples of rounding are those of GB/T 8170-2008."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.workflow.samples import Judged, judge, limit_text


@pytest.mark.parametrize(
    ("value", "rounded", "passed"),
    [
        ("9.9", "10", True), ("10", "10", True), ("10.4", "10", True),
        ("10.5", "10", True),  # half to even
        ("10.51", "11", False), ("11", "11", False),
    ],
)  # fmt: skip
def test_sulphur_of_10_mg_per_kg_is_compared_as_rounded_to_the_limits_digits(
    value: str, rounded: str, passed: bool
) -> None:
    assert judge(Decimal(value), None, Decimal("10")) == Judged(Decimal(rounded), passed)


@pytest.mark.parametrize(
    ("value", "passed"), [("31.75", True), ("31.74", False), ("31.8", True), ("33.2", True), ("33.25", True),
                          ("33.26", False)],
)  # fmt: skip
def test_urea_has_two_limits_that_both_belong_to_what_is_allowed(value: str, passed: bool) -> None:
    assert judge(Decimal(value), Decimal("31.8"), Decimal("33.2")).passed is passed


def test_a_limit_from_below_alone() -> None:
    assert judge(Decimal("51"), Decimal("51"), None).passed
    assert not judge(Decimal("50.4"), Decimal("51"), None).passed


@given(st.decimals(0, 1000, places=3), st.decimals(0, 1000, places=1))
def test_what_passes_passes_also_when_it_is_less(value: Decimal, limit: Decimal) -> None:
    assert judge(min(value, limit), None, limit).passed
    assert judge(limit + 1, None, limit).passed is False


def test_limits_are_printed_without_empty_digits() -> None:
    assert limit_text(Decimal("51.000000"), None) == "≥ 51"
    assert limit_text(None, Decimal("10.000000")) == "≤ 10"
    assert limit_text(Decimal("31.8"), Decimal("33.2")) == "31.8–33.2"
