"""Stack gas, construction dust, vehicles and machines."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from lantian.airquality.cems import (
    Counts,
    Stack,
    at_reference_air,
    at_reference_oxygen,
    at_standard_state,
    capture,
    dry,
    dry_standard_flow,
    emission_rate,
    from_ppm,
    nox_as_no2,
    transmission_rate,
)
from lantian.airquality.dust import coarse, judge_day, judge_value, share_text
from lantian.airquality.errors import AirQualityError
from lantian.airquality.vehicles import (
    MachineTest,
    Passage,
    SmokeResult,
    diesel_failures,
    judge_machine,
    remote_sensing_fails,
)
from tests.airquality.rules import DUTY


def test_oxygen_conversion_and_excess_air_agree() -> None:
    # 20 × (21 − 6) / (21 − 9) = 25, and α / αs is the same ratio.
    assert at_reference_oxygen(20, oxygen=9, reference=6) == 25
    assert at_reference_air(20, oxygen=9, reference_ratio=Fraction(21, 15)) == 25
    with pytest.raises(AirQualityError, match="below 21"):
        at_reference_oxygen(20, oxygen=21, reference=6)


def test_stack_conversions_follow_the_annex() -> None:
    hot = Stack(101325, 0, 120)
    assert at_standard_state(30, hot) == Fraction(30 * 393, 273)
    assert dry(88, 12) == 100
    flow = dry_standard_flow(1, 10, Stack(101325, 0, 0, 50))
    assert flow == 18000
    assert emission_rate(100, flow) == Fraction(9, 5)
    assert abs(from_ppm("SO2", 10) - Fraction("28.598")) < Fraction("0.001")
    assert abs(nox_as_no2(30, 5) - Fraction("50.996")) < Fraction("0.001")


def test_impossible_stacks_and_gases_are_refused() -> None:
    with pytest.raises(AirQualityError, match="not possible"):
        at_standard_state(1, Stack(0, 0, 20))
    with pytest.raises(AirQualityError, match="moisture"):
        dry(1, 100)
    with pytest.raises(AirQualityError, match="No molar mass"):
        from_ppm("Xe", 1)


def test_the_capture_rate_is_judged_before_it_is_rounded() -> None:
    found = capture(1637, 2184, 0, DUTY.cems())
    assert (found.percent, found.enough) == (Decimal("75.0"), False)
    assert capture(0, 24, 24, DUTY.cems()).percent is None
    assert DUTY.cems().hour_is_valid(45)
    assert not DUTY.cems().day_is_valid(19)


def test_transmission_multiplies_two_rates_and_needs_something_due() -> None:
    assert transmission_rate(Counts(720, 744), Counts(700, 720)) == Fraction(70000, 744)
    assert transmission_rate(Counts(0, 0), Counts(0, 1)) is None


def test_gaps_are_filled_by_capture_and_length() -> None:
    gaps = DUTY.gaps()
    assert [gaps.hours_back(rate, hours) for rate, hours in ((95, 24), (95, 25), (80, 1), (74, 1))] == [
        180,
        720,
        2160,
        None,
    ]


def test_hebei_counts_hours_above_the_county() -> None:
    rules = DUTY.site("DB13/2934-2019")
    assert judge_day([141, 142, None, 200], rules, [60, 61, 50, None]).exceedances == (2,)
    assert judge_day([141, 142, 143], rules, [60, 61, 62]).compliant is False
    with pytest.raises(AirQualityError, match="expected one for each"):
        judge_day([1], rules)


def test_shanghai_allows_one_above_two_and_six_above_one() -> None:
    rules = DUTY.site("DB31/964-2016")
    assert judge_day(["2.1", *["1.1"] * 5], rules).compliant
    assert not judge_day(["2.1", "2.1"], rules).compliant
    assert not judge_day(["1.1"] * 7, rules).compliant


def test_a_stage_has_its_own_limit_and_an_unknown_one_is_named() -> None:
    rules = DUTY.site("DB61/1078-2017")
    assert judge_value("0.8", "earthwork", rules)
    assert not judge_value("0.75", "structure", rules)
    with pytest.raises(AirQualityError, match="earthwork"):
        judge_value(1, "party", rules)


def test_inverted_particles_have_no_coarse_part() -> None:
    assert coarse(88, 31).coarse == 57
    assert coarse(45, 48).inverted
    assert coarse(0, 0).share is None
    assert share_text(None, 2) is None
    assert share_text(Fraction(31, 88), 2) == "0.35"


def test_a_diesel_fails_by_each_of_its_limits() -> None:
    limit = DUTY.smoke("lugdown", "a")
    bad = SmokeResult(k="1.21", nox=1501, ringelmann=2, power_ratio="0.39")
    assert diesel_failures(bad, limit) == ("k", "nox", "ringelmann", "power_ratio")
    assert diesel_failures(SmokeResult(k="1.2", nox=1500, ringelmann=1, power_ratio="0.40"), limit) == ()


def test_a_machine_on_a_plateau_may_smoke_a_quarter_more() -> None:
    limits = DUTY.machine("II")
    assert judge_machine(MachineTest(37, k="0.81"), limits).passed is False
    high = judge_machine(MachineTest(37, k="1.05", altitude_m=1701), limits)
    assert (high.limit, high.passed) == (Decimal("1.05"), True)
    assert not judge_machine(MachineTest(37, k="0.1", smoke_seen=True), limits).passed
    with pytest.raises(AirQualityError, match="no band"):
        judge_machine(MachineTest(-1), limits)


def test_two_consecutive_passages_in_six_months_fail_a_vehicle() -> None:
    def passages(*days: tuple[str, bool]) -> list[Passage]:
        return [Passage(date.fromisoformat(day), "opacity", exceeds) for day, exceeds in days]

    rules = DUTY.remote_sensing()
    assert remote_sensing_fails(passages(("2019-09-01", True), ("2019-03-01", True)), rules)
    assert not remote_sensing_fails(passages(("2019-03-01", True), ("2019-10-01", True)), rules)
    assert not remote_sensing_fails(passages(("2019-03-01", True), ("2019-04-01", False), ("2019-05-01", True)), rules)
    other = Passage(date(2019, 4, 1), "NO", exceeds=True)
    assert not remote_sensing_fails([*passages(("2019-03-01", True)), other], rules)
