"""Evaluation of periods, area series, target position."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.airquality.errors import AirQualityError
from lantian.airquality.evaluation import Period, compliance_rate, evaluate, exceedance_multiple
from lantian.airquality.grid import MICRO, DayGrid
from lantian.airquality.percentile import percentile
from lantian.airquality.period import judge_period
from lantian.airquality.spatial import DaySeries, area_mean, area_series, station_series
from lantian.airquality.target import Target, TargetPosition, target_position
from lantian.kernel.factors import Factor
from tests.airquality.rules import AIR, EVALUATION

PM = Factor.PM25


def _grid(values: Sequence[Sequence[int | None]], first: date = date(2019, 1, 1), factor: Factor = PM) -> DayGrid:
    """Days of 24 hours each: one row of daily means a station, None where nothing was measured."""
    known = np.array([[[value is not None for value in row]] for row in values])
    total = np.array([[[(value or 0) * 24 * MICRO for value in row]] for row in values])
    count = np.where(known, 24, 0).astype(np.int16)
    return DayGrid(tuple(f"s{n}" for n in range(len(values))), first, (factor,), total, count, count, known)


def test_a_year_of_35_meets_the_annual_limit_and_one_day_more_does_not() -> None:
    flat = evaluate(_grid([[35] * 365]), 2019, EVALUATION).stations[0].factors[PM]
    assert (flat.mean and flat.mean.rounded, flat.compliant, flat.validity.valid) == (Decimal(35), True, True)
    high = evaluate(_grid([[36] * 365]), 2019, EVALUATION).stations[0].factors[PM]
    assert (high.compliant, high.mean_multiple) == (False, Decimal("0.03"))


def test_mean_and_percentile_are_rounded_once_from_exact_days() -> None:
    # 183 days of 40 and 182 of 41: mean 40 + 182/365 = 40.4986…; the 95th percentile is 41.
    found = evaluate(_grid([[40] * 183 + [41] * 182]), 2019, EVALUATION).area.factors[PM]
    assert found.mean is not None
    assert found.mean.exact == 40 + Fraction(182, 365)
    assert found.mean.rounded == 40
    assert found.percentile is not None
    assert found.percentile.exact == 41


def test_a_short_month_makes_the_year_invalid_and_is_named() -> None:
    days: list[int | None] = [30] * 365
    days[31 + 28 : 31 + 28 + 5] = [None] * 5
    found = evaluate(_grid([days]), 2019, EVALUATION).stations[0].factors[PM].validity
    assert (found.valid, found.valid_days, found.short_months) == (False, 360, ((2019, 3),))


def test_half_a_month_needs_half_its_days() -> None:
    half = Period(date(2019, 6, 1), date(2019, 6, 15))
    # 27 × 15 / 30 = 13.5, hence 14.
    assert judge_period(half, {(2019, 6): 14}, EVALUATION.validity.year[PM]).valid
    assert not judge_period(half, {(2019, 6): 13}, EVALUATION.validity.year[PM]).valid
    assert Period.of_months(2019, 1, 6).last == date(2019, 6, 30)


def test_days_are_judged_by_the_limit_of_their_own_date() -> None:
    # 75 µg/m³ keeps the 2012 limit until 2026-02-28 and passes the 60 of the transition from 2026-03-01.
    period = Period(date(2026, 2, 27), date(2026, 3, 2))
    rules = AIR.evaluation(period.last)
    found = evaluate(_grid([[75] * 4], period.first), period, rules).stations[0].factors[PM]
    assert found.compliant_days == 2
    assert found.percentile_limit == 60


def test_a_day_is_judged_rounded_unless_the_pack_says_otherwise() -> None:
    period = Period(date(2019, 6, 1), date(2019, 6, 1))
    grid = _grid([[75]], period.first)
    grid = replace(grid, total=grid.total + 24 * MICRO // 4)
    assert evaluate(grid, period, EVALUATION).stations[0].factors[PM].compliant_days == 1
    strict = replace(EVALUATION, judged_decimals=None)
    assert evaluate(grid, period, strict).stations[0].factors[PM].compliant_days == 0
    assert evaluate(grid, period, strict).stations[0].factors[PM].percentile_multiple == Decimal("0.00")


def test_without_days_nothing_is_judged() -> None:
    place = evaluate(_grid([[None]]), Period(date(2019, 1, 1), date(2019, 1, 1)), EVALUATION).area
    assert place.compliant is None
    assert place.factors[PM].mean is None
    assert place.factors[PM].compliance_rate is None


def test_an_area_needs_three_quarters_of_its_stations() -> None:
    series = area_series(_grid([[10, 10], [20, 20], [30, 30], [40, None]]), EVALUATION)
    assert series.value(PM, date(2019, 1, 1)) == 25
    assert series.value(PM, date(2019, 1, 2)) == 20
    two = area_series(_grid([[10], [20], [None], [None]]), EVALUATION)
    assert two.values(PM) == [None]
    assert area_series(_grid([[10], [None]]), EVALUATION).value(PM, date(2019, 1, 1)) == 10
    assert not area_mean([], 3, EVALUATION).valid
    assert two.value(PM, date(2018, 1, 1)) is None


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(1, 24)), min_size=1, max_size=6))
def test_the_area_day_is_the_exact_mean_of_its_stations(cells: list[tuple[int, int]]) -> None:
    total = np.array([[[value]] for value, _ in cells])
    count = np.array([[[size]] for _, size in cells], dtype=np.int16)
    grid = DayGrid(tuple(map(str, range(len(cells)))), date(2019, 1, 1), (PM,), total, count, count, count > 0)
    means = [Fraction(value, size * MICRO) for value, size in cells]
    assert area_series(grid, EVALUATION).value(PM, date(2019, 1, 1)) == sum(means, Fraction(0)) / len(means)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40))
def test_statistics_of_arrays_are_those_of_fractions(values: list[int]) -> None:
    total = np.array([[values]])
    count = np.resize(np.array([24, 23, 22], dtype=np.int16), total.shape)
    grid = DayGrid(("a",), date(2019, 1, 1), (PM,), total, count, count, count > 0)
    period = Period(grid.first_day, grid.last_day)
    found = evaluate(grid, period, EVALUATION).stations[0].factors[PM]
    exact = [Fraction(value, int(size) * MICRO) for value, size in zip(values, count[0, 0], strict=True)]
    assert found.mean is not None
    assert found.mean.exact == sum(exact) / len(exact)
    assert found.percentile is not None
    assert found.percentile.exact == percentile(exact, Fraction("0.95")).value


def test_multiples_and_rates_print_as_the_standard_does() -> None:
    assert exceedance_multiple(41, 40, 2) == Decimal("0.02")  # 0.025 to the even digit
    assert exceedance_multiple(75, 75, 2) is None
    rate = compliance_rate(1, 3, 1)
    assert rate is not None
    assert rate.rounded == Decimal("33.3")
    with pytest.raises(AirQualityError, match="at least one value"):
        percentile([], Fraction(1, 2))


def _history(levels: dict[int, int], until: date) -> DaySeries:
    first = date(min(levels), 1, 1)
    days = [first + timedelta(days=offset) for offset in range((until - first).days + 1)]
    return station_series(_grid([[levels[day.year] for day in days]], first), "s0")


def _position(until: date, target: Target, levels: dict[int, int]) -> TargetPosition:
    rules = AIR.target(until)
    rules = replace(rules, projection=replace(rules.projection, draws=50))
    return target_position(_history(levels, until), target, until, rules, np.random.default_rng(1))


def test_the_rest_of_the_year_may_have_what_the_target_leaves() -> None:
    # 2019: 181 days at 40 leave 35 × 365 − 40 × 181 = 5535 for 184 days: 30.08….
    found = _position(date(2019, 6, 30), Target(PM, 2019, Decimal(35), 2018), {2017: 50, 2018: 50, 2019: 40})
    assert found.allowed is not None
    assert found.allowed.exact == Fraction(5535, 184)
    assert found.remaining_days == 184
    assert found.change is not None
    assert found.change.rounded == Decimal("-20.0")
    assert found.validity.valid


def test_flat_past_years_project_a_certain_end() -> None:
    # (40 × 181 + 50 × 184) / 365 = 45.04…: every draw gives it.
    found = _position(date(2019, 6, 30), Target(PM, 2019, Decimal(45)), {2017: 50, 2018: 50, 2019: 40}).projection
    assert found is not None
    assert [found.low, found.mean, found.high] == [Decimal(45)] * 3
    assert found.probability == 1
    assert found.seasons == (2017, 2018)


def test_on_the_last_day_nothing_is_left_to_allow() -> None:
    found = _position(date(2019, 12, 31), Target(PM, 2019, Decimal(39)), {2017: 50, 2018: 50, 2019: 40})
    assert found.allowed is None
    assert found.projection is not None
    assert found.projection.probability == 0


def test_without_past_years_there_is_no_projection_and_another_year_is_refused() -> None:
    assert _position(date(2019, 6, 30), Target(PM, 2019, Decimal(45)), {2019: 40}).projection is None
    with pytest.raises(AirQualityError, match="it must lie in that year"):
        _position(date(2019, 6, 30), Target(PM, 2020, Decimal(45)), {2019: 40})


def test_sums_beyond_int64_are_made_of_python_integers() -> None:
    huge = 2**60
    total = np.array([[[huge]], [[huge]]])
    count = np.array([[[24]], [[23]]], dtype=np.int16)
    grid = DayGrid(("a", "b"), date(2019, 1, 1), (PM,), total, count, count, count > 0)
    mean = (Fraction(huge, 24 * MICRO) + Fraction(huge, 23 * MICRO)) / 2
    period = Period(grid.first_day, grid.last_day)
    found = evaluate(grid, period, EVALUATION).area.factors[PM]
    assert found.mean is not None
    assert found.mean.exact == mean
    assert found.compliant_days == 0


def test_a_grid_of_some_stations_keeps_their_order() -> None:
    grid = _grid([[1], [2], [3]]).of_stations(("s2", "s0"))
    assert grid.mean("s2", PM, date(2019, 1, 1)) == 3
    assert grid.stations == ("s2", "s0")
    assert area_series(grid, EVALUATION).last_day == grid.last_day


def test_a_projection_that_follows_the_level_scales_past_years() -> None:
    # 2018 stood at 50 where 2019 stands at 40, so its 50 of the rest of the year counts as 40: the year ends at 40.
    rules = AIR.target(date(2019, 6, 30))
    rules = replace(rules, projection=replace(rules.projection, draws=50, follow_level=True))
    history = _history({2018: 50, 2019: 40}, date(2019, 6, 30))
    target = Target(PM, 2019, Decimal(45))
    found = target_position(history, target, date(2019, 6, 30), rules, np.random.default_rng(1)).projection
    assert found is not None
    assert found.mean == Decimal(40)


def test_a_series_is_a_grid_of_one_station_with_the_same_days() -> None:
    series = station_series(_grid([[50, 60], [35, None]]), "s1")
    grid = series.as_grid()
    assert (grid.stations, grid.first_day, grid.factors) == (("s1",), date(2019, 1, 1), (PM,))
    assert grid.hours.tolist() == [[[1, 0]]]
    assert station_series(grid, "s1").values(PM) == [Fraction(35), None]


def test_a_past_year_with_too_few_days_is_not_drawn_from() -> None:
    # The history begins on 1 December 2018: of the season from July to December only its last month is known.
    series = station_series(_grid([[50] * 31 + [40] * 181], date(2018, 12, 1)), "s0")
    found = target_position(
        series,
        Target(PM, 2019, Decimal(45)),
        date(2019, 6, 30),
        AIR.target(date(2019, 6, 30)),
        np.random.default_rng(1),
    )
    assert found.projection is None
