"""Composite index, trend, rankings, reference state, sand dust."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from lantian.airquality.composite import composite_index
from lantian.airquality.daily import day_grid
from lantian.airquality.errors import AirQualityError
from lantian.airquality.grid import MICRO, MISSING, HourGrid
from lantian.airquality.ranking import CityChange, change_rate, improvement_list, worsening_list
from lantian.airquality.reference_state import from_ppb, particles_as_the_air_is, restate_gas
from lantian.airquality.sanddust import (
    SandDustDecision,
    exclude_days,
    exclude_hours,
    hour_values,
    official,
    propose_hours,
)
from lantian.airquality.trend import mean_ranks, trend
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import Exact
from lantian.policy.air import AirRulesError
from tests.airquality.rules import AIR, VALIDITY

MEANS: dict[Factor, Exact] = {Factor.SO2: 6, Factor.NO2: 42, Factor.PM10: 78, Factor.PM25: 51}
HIGH: dict[Factor, Exact] = {Factor.CO: "1.7", Factor.O3: 192}


def test_the_city_ranking_index_adds_six_ratios() -> None:
    # 0.1 + 1.05 + 1.1143 + 1.4571 + 0.425 + 1.2 = 5.3464.
    assert composite_index(MEANS, HIGH, AIR.composite("ranking")).index == Decimal("5.35")


def test_rounding_single_indices_first_may_give_another_last_digit() -> None:
    means: dict[Factor, Exact] = {Factor.SO2: 3, Factor.NO2: 13, Factor.PM10: 16, Factor.PM25: 13}
    high: dict[Factor, Exact] = {Factor.CO: "0.9", Factor.O3: 87}
    rules = AIR.composite("ranking")
    assert composite_index(means, high, rules).index == Decimal("1.74")
    assert composite_index(means, high, rules.rounded("single")).index == Decimal("1.73")


def test_against_limits_twice_as_high_the_index_is_half() -> None:
    rules = AIR.composite("ranking")
    relaxed = rules.with_limits({factor: 2 * limit for factor, limit in rules.limits.items()})
    assert composite_index(MEANS, HIGH, relaxed).exact * 2 == composite_index(MEANS, HIGH, rules).exact


def test_annex_c_takes_the_larger_of_mean_and_percentile() -> None:
    high: dict[Factor, Exact] = {Factor.SO2: 20, Factor.NO2: 95, Factor.PM10: 180, Factor.PM25: 130, **HIGH}
    found = composite_index(MEANS, high, AIR.composite("annex-c"))
    assert found.single[Factor.NO2] == Fraction(95, 80)
    assert found.largest == Fraction(130, 75)


def test_a_missing_statistic_and_an_unknown_variant_are_named() -> None:
    with pytest.raises(AirQualityError, match="lacks the statistic of CO"):
        composite_index(MEANS, {}, AIR.composite("ranking"))
    with pytest.raises(AirRulesError, match="ranking, annex-c, weighted"):
        AIR.composite("other")


def test_seven_falling_years_are_a_trend_and_four_are_too_few() -> None:
    found = trend([81, "80.6", 73, 58, 51, 42, 38], AIR.trend())
    assert (found.rounded, found.critical, found.direction) == (Decimal("-1.000"), Decimal("0.714"), "falling")
    assert trend([1, 2, 3, 4, 5], AIR.trend()).direction == "rising"
    assert trend([60, 55, 61, 50, 52], AIR.trend()).direction == "none"
    with pytest.raises(AirQualityError, match="at least 5 years; got 4"):
        trend([4, 3, 2, 1], AIR.trend())


def test_eleven_years_take_the_stricter_value_of_ten() -> None:
    assert AIR.trend().critical_value(11) == Decimal("0.564")
    assert mean_ranks([Fraction(40), Fraction(40), Fraction(30)]) == [Fraction(5, 2), Fraction(5, 2), 1]


def test_a_city_within_grade_two_is_left_out_of_the_worsening_list() -> None:
    cities = [
        CityChange("甲", Decimal("4.4"), Decimal("4.0"), within_grade2=True),
        CityChange("乙", Decimal("5.25"), Decimal("5.00"), within_grade2=False),
        CityChange("丙", Decimal("4.80"), Decimal("5.00"), within_grade2=False),
    ]
    rows = worsening_list(cities, leave_out_grade2=AIR.change().grade2_left_out_of_worsening)
    assert [(row.city, row.rank) for row in rows] == [("乙", 1), ("丙", 2), ("甲", None)]
    assert [row.city for row in improvement_list(cities)] == ["丙", "乙", "甲"]
    with pytest.raises(AirQualityError, match="base is 0"):
        change_rate(1, 0)


def test_the_reference_state_changes_on_the_first_of_september_2018() -> None:
    old, new = AIR.reference_state(date(2018, 8, 31)), AIR.reference_state(date(2018, 9, 1))
    assert abs(from_ppb("O3", 80, new) - Fraction("156.95")) < Fraction("0.05")
    assert restate_gas(100, old, new) == 100 * Fraction(273) / Fraction("298.15")
    assert round(particles_as_the_air_is(100, old, celsius=20, kilopascal=100), 2) == Fraction("91.91")
    with pytest.raises(AirQualityError, match="No molar mass of Xe"):
        from_ppb("Xe", 1, old)


def test_a_limit_or_day_outside_the_pack_is_named() -> None:
    with pytest.raises(AirRulesError, match="CO year"):
        AIR.limit(Factor.CO, "year", date(2019, 1, 1))
    assert AIR.limits(date(2031, 1, 1), grade=1).year[Factor.PM25] == 10


def _hours(pm10: list[int | None], pm25: int = 40) -> HourGrid:
    micro = np.full((1, 2, 24), MISSING)
    micro[0, 0, :] = [MISSING if value is None else value * MICRO for value in pm10]
    micro[0, 1, :] = pm25 * MICRO
    return HourGrid(("a",), date(2021, 3, 15), (Factor.PM10, Factor.PM25), micro)


def test_a_dust_storm_is_proposed_from_its_leap_to_its_end() -> None:
    grid = _hours([80] * 8 + [900] * 5 + [None, 80] + [80] * 9)
    series = (hour_values(grid, "a", Factor.PM10), hour_values(grid, "a", Factor.PM25))
    assert propose_hours(*series, AIR.sand_dust()) == [(8, 13)]
    short = replace(AIR.sand_dust(), longest_hours=2)
    assert propose_hours(*series, short)[0] == (8, 9)
    assert propose_hours([None] * 8, [None] * 8, short) == []
    assert propose_hours([Fraction(90)] * 7 + [None], [Fraction(40)] * 8, short) == []
    unknown: list[Fraction | None] = [None] * 6
    assert propose_hours([*unknown, Fraction(900)], [*unknown, Fraction(1)], short) == []


def _decision(stations: tuple[str, ...] = ()) -> SandDustDecision:
    # Hours 09 and 10 of 15 March Beijing time (hour-ending labels) start at 00:00 and 01:00 UTC.
    span = datetime(2021, 3, 15, 0, tzinfo=UTC), datetime(2021, 3, 15, 1, tzinfo=UTC)
    return SandDustDecision(*span, AIR.sand_dust().excluded, stations, "official", "通报 1")


def test_decided_hours_and_days_leave_the_series_and_the_originals_stay() -> None:
    grid = _hours([80] * 24)
    without = exclude_hours(grid, [_decision()])
    assert (without.micro[0, 0] == MISSING).nonzero()[0].tolist() == [8, 9]
    assert (grid.micro != MISSING).all()
    days = day_grid(grid, VALIDITY)
    assert not exclude_days(days, [_decision()]).valid.any()
    assert days.valid.all()
    assert exclude_days(days, [_decision(("b",))]).valid.all()


def test_a_proposal_does_not_count_until_it_is_official() -> None:
    decision = _decision()
    assert official([decision, replace(decision, status="proposed")]) == [decision]
