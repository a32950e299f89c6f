"""Daily means and the daily maximum 8-hour mean."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lantian.airquality.daily import day_grid, day_maximum
from lantian.airquality.grid import MICRO, MISSING, HourGrid
from lantian.airquality.validity import months_between, year_is_valid
from lantian.kernel.factors import Factor
from tests.airquality.rules import VALIDITY

DAY = date(2019, 6, 1)
HOURS = st.lists(st.one_of(st.none(), st.integers(0, 400)), min_size=24, max_size=24)


def _grid(factor: Factor, hours: Sequence[int | None]) -> HourGrid:
    micro = np.array([[[MISSING if value is None else value * MICRO for value in hours]]])
    return HourGrid(("a",), DAY, (factor,), micro)


def test_twenty_hours_make_a_day_and_nineteen_do_not() -> None:
    for known, valid in ((20, True), (19, False)):
        days = day_grid(_grid(Factor.PM25, [10] * known + [None] * (24 - known)), VALIDITY)
        assert bool(days.valid[0, 0, 0]) is valid
        assert days.mean("a", Factor.PM25, DAY) == 10


def test_a_day_without_values_has_no_mean() -> None:
    for factor in (Factor.PM25, Factor.O3):
        days = day_grid(_grid(factor, [None] * 24), VALIDITY)
        assert days.mean("a", factor, DAY) is None
        assert not days.valid[0, 0, 0]


def test_a_late_plateau_is_the_maximum_of_the_last_window() -> None:
    days = day_grid(_grid(Factor.O3, [20] * 16 + [200] * 8), VALIDITY)
    assert days.mean("a", Factor.O3, DAY) == 200
    assert days.hours[0, 0, 0] == 17


def test_few_windows_count_only_above_the_limit() -> None:
    for level, valid in ((161, True), (160, False)):
        days = day_grid(_grid(Factor.O3, [None] * 14 + [level] * 10), VALIDITY)
        assert bool(days.valid[0, 0, 0]) is valid


@given(HOURS)
def test_both_forms_of_the_ozone_day_agree(hours: list[int | None]) -> None:
    days = day_grid(_grid(Factor.O3, hours), VALIDITY)
    found = day_maximum([None if value is None else Fraction(value) for value in hours], VALIDITY)
    assert days.mean("a", Factor.O3, DAY) == found.mean
    assert (int(days.hours[0, 0, 0]), bool(days.valid[0, 0, 0])) == (found.windows, found.valid)


def test_a_cut_of_days_is_padded_without_values() -> None:
    days = day_grid(_grid(Factor.PM25, [10] * 24), VALIDITY)
    wide = days.between(DAY - timedelta(days=1), DAY + timedelta(days=2))
    assert wide.count[0, 0].tolist() == [0, 24, 0, 0]
    assert wide.last_day == DAY + timedelta(days=2)
    assert days.between(date(2020, 1, 1), date(2020, 1, 2)).count.sum() == 0
    assert days.between(date(2018, 1, 1), date(2018, 1, 2)).count.shape == (1, 1, 2)


def test_months_and_years_follow_the_month_rule() -> None:
    assert months_between(date(2019, 11, 5), date(2020, 1, 1)) == ((2019, 11), (2019, 12), (2020, 1))
    minimum = VALIDITY.year[Factor.PM25]
    months = [31, 25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 27]
    assert year_is_valid(sum(months), months, minimum)
    assert not year_is_valid(sum(months) - 1, [*months[:-1], 26], minimum)
    assert not year_is_valid(323, months, minimum)
    assert VALIDITY.month_is_valid(2, 25)
    assert not VALIDITY.month_is_valid(3, 26)
    assert VALIDITY.hour_is_valid(45)
    assert not VALIDITY.hour_is_valid(44)
    assert VALIDITY.window_is_valid(6)
    assert not VALIDITY.window_is_valid(5)
    assert VALIDITY.day_is_valid(Factor.TSP, 24)
    assert not VALIDITY.day_is_valid(Factor.TSP, 23)


def test_the_last_day_of_hours_is_the_last_calendar_day() -> None:
    assert _grid(Factor.PM25, [None] * 24).last_day == DAY
