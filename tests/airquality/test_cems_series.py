"""Hours of a stack in a row: gaps and their substitutes, capture, transmission and days, counted by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest

from lantian.airquality.cems import CemsRules, GapRules
from lantian.airquality.cems_series import HourFigures, HourState, Substitute, Tally, stack_day, substitutes

RULES = CemsRules(hour_minutes=45, day_hours=20, capture_percent=Decimal(75), rate_decimals=1)
GAPS = GapRules(((Decimal(90), 24, 180), (Decimal(90), None, 720), (Decimal(75), None, 2160)))
STATES = {"v": HourState.VALID, "i": HourState.INVALID, "m": HourState.MISSING, "s": HourState.STOPPED}


def _states(letters: str) -> list[HourState]:
    return [STATES[letter] for letter in letters]


def _filled(
    letters: str, values: list[Fraction | None], percent: Fraction | None = Fraction(95)
) -> list[Substitute | None]:
    return substitutes(_states(letters), values, percent, GAPS)


def test_a_gap_takes_the_maximum_of_the_valid_hours_before_it() -> None:
    found = _filled("vvimv", [Fraction(3), Fraction(5), Fraction(99), None, Fraction(9)])
    expected = Substitute(Fraction(5), gap_hours=2, hours_back=180, used=2)
    assert found == [None, None, expected, expected, None]


@pytest.mark.parametrize(
    ("gap", "percent", "maximum", "back"),
    [
        # the value of each valid hour is its age before the gap: the maximum is how far back was looked.
        (24, Fraction(90), 180, 180),
        (25, Fraction(90), 720, 720),
        (1, Fraction("89.99"), 2160, 2160),
        (1, Fraction(75), 2160, 2160),
    ],
)
def test_how_far_back_depends_on_capture_and_length(gap: int, percent: Fraction, maximum: int, back: int) -> None:
    values: list[Fraction | None] = [Fraction(age) for age in range(3000, 0, -1)]
    found = _filled("v" * 3000 + "m" * gap, values + [None] * gap, percent)
    assert found[-1] == Substitute(Fraction(maximum), gap, back, back)


def test_no_rule_covers_a_capture_below_three_quarters_nor_an_unknown_one() -> None:
    assert _filled("vm", [Fraction(1), None], Fraction("74.9")) == [None, None]
    assert _filled("vm", [Fraction(1), None], None) == [None, None]


def test_a_gap_without_valid_hours_before_it_stays_open() -> None:
    assert _filled("mv", [None, Fraction(1)]) == [None, None]
    assert _filled("vm", [None, None]) == [None, None]


def test_a_stopped_plant_needs_no_substitute_and_ends_a_gap() -> None:
    found = _filled("vmsm", [Fraction(4), None, None, None])
    assert [hour and hour.gap_hours for hour in found] == [None, 1, None, 1]


def test_capture_leaves_out_the_hours_in_which_the_plant_stood_still() -> None:
    tally = Tally.of(_states("v" * 15 + "i" * 2 + "m" * 3 + "s" * 4))
    assert (tally.hours, tally.due, tally.capture_percent) == (24, 20, Fraction(75))
    assert (tally.capture(RULES).percent, tally.capture(RULES).enough) == (Decimal("75.0"), True)
    # received 17 of 20, valid 15 of 20: 0.85 × 0.75 = 63.75 %
    assert tally.transmission_percent == Fraction("63.75")


def test_a_plant_that_stood_still_all_day_owes_nothing() -> None:
    tally = Tally.of(_states("s" * 24))
    assert (tally.capture_percent, tally.transmission_percent, tally.capture(RULES).enough) == (None, None, None)


def test_a_day_needs_twenty_valid_hours_and_adds_substitutes_beside_what_was_measured() -> None:
    measured = HourFigures(HourState.VALID, Fraction(20), Fraction("1.5"), None)
    gap = HourFigures(HourState.MISSING, None, None, Substitute(Fraction(2), 4, 180, 20))
    day = stack_day([measured] * 20 + [gap] * 4, RULES)
    assert (day.valid, day.mean, day.mass_kg, day.with_substitutes_kg) == (
        True,
        Fraction(20),
        Fraction(30),
        Fraction(38),
    )
    assert not stack_day([measured] * 19 + [gap] * 5, RULES).valid


def test_a_day_without_data_has_no_mean() -> None:
    day = stack_day([HourFigures(HourState.MISSING, None, None, None)] * 24, RULES)
    assert (day.mean, day.mass_kg, day.tally.missing) == (None, Fraction(0), 24)
