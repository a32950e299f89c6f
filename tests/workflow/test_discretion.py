"""Discretion in fines: the arithmetic by hand, the band's two ends, and what is refused."""

from decimal import Decimal

import pytest

from lantian.workflow.discretion import Band, DiscretionError, Factor, inside, weighed

DUST = Band(Decimal(10_000), Decimal(100_000))
"""大气污染防治法 art. 115 (standards.md section 8)."""
HARM = Factor("harm", 3, {"slight": 0, "medium": 50, "grave": 100})
REPEAT = Factor("repeat", 1, {"first": 0, "more": 100})
THOUSAND = Decimal(1000)


@pytest.mark.parametrize(
    ("harm", "repeat", "amount"),
    [
        ("slight", "first", 10_000),
        ("medium", "first", 43_000),  # 10 000 + 90 000 × 3 × 50 / 400 = 43 750
        ("medium", "more", 66_000),  # 10 000 + 90 000 × (150 + 100) / 400 = 66 250
        ("grave", "first", 77_000),  # 10 000 + 90 000 × 300 / 400 = 77 500
        ("grave", "more", 100_000),
    ],
)
def test_the_choices_lead_up_the_band(harm: str, repeat: str, amount: int) -> None:
    assert weighed(DUST, [HARM, REPEAT], {"harm": harm, "repeat": repeat}, THOUSAND) == amount


def test_without_factors_the_least_is_taken() -> None:
    assert weighed(DUST, [], {}, THOUSAND) == 10_000


def test_rounding_down_never_leaves_the_band() -> None:
    assert weighed(Band(Decimal(50), Decimal(3000)), [], {}, THOUSAND) == 50


@pytest.mark.parametrize("chosen", [{}, {"harm": "terrible"}])
def test_a_factor_that_is_not_decided_is_refused(chosen: dict[str, str]) -> None:
    with pytest.raises(DiscretionError, match="not decided"):
        weighed(DUST, [HARM], chosen, THOUSAND)


@pytest.mark.parametrize("amount", ["10000", "100000"])
def test_both_ends_of_the_band_are_allowed(amount: str) -> None:
    assert inside(Decimal(amount), DUST) == Decimal(amount)


@pytest.mark.parametrize("amount", ["9999.99", "100000.01"])
def test_an_amount_outside_the_band_is_refused(amount: str) -> None:
    with pytest.raises(DiscretionError, match="outside the law"):
        inside(Decimal(amount), DUST)


@pytest.mark.parametrize(("low", "high"), [(5, 4), (-1, 4)])
def test_a_band_that_is_upside_down_is_refused(low: int, high: int) -> None:
    with pytest.raises(DiscretionError, match="no band"):
        Band(Decimal(low), Decimal(high))
