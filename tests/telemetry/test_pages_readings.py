"""Readings of the air pages, from grids made by hand."""

from datetime import UTC, date, datetime

import numpy as np

from lantian.airquality.grid import MISSING, HourGrid
from lantian.apps.telemetry.readings.completeness import completeness
from lantian.apps.telemetry.readings.runs import IndexDay, episodes, gaps
from lantian.apps.telemetry.readings.spark import spark_path
from lantian.apps.telemetry.readings.values import shown
from lantian.apps.telemetry.readings.window import Window
from lantian.kernel.factors import SIX, Factor


def hours(days: int) -> HourGrid:
    return HourGrid(("a",), date(2020, 1, 1), SIX, np.full((1, 6, days * 24), 10_000_000, dtype=np.int64))


def test_a_gap_is_a_run_of_missing_hours() -> None:
    found = gaps(np.array([1, MISSING, MISSING, 2, MISSING], dtype=np.int64))
    assert [(run.first, run.last) for run in found] == [(1, 2), (4, 4)]


def test_a_line_is_not_joined_over_a_gap() -> None:
    assert spark_path([1, 2, None, 2, 1]).count("M") == 2


def test_an_episode_ends_where_a_day_has_no_index() -> None:
    values = (101, 150, None, 201, 100)
    days = [IndexDay(date(2020, 1, at), aqi, (Factor.PM25,)) for at, aqi in enumerate(values, 1)]
    found = episodes(days, above=100)
    assert [(e.first.day, e.last.day, e.peak) for e in found] == [(1, 2, 150), (4, 4, 201)]


def test_the_threshold_itself_is_not_above_it() -> None:
    assert episodes([IndexDay(date(2020, 1, 1), 100)], above=100) == ()


def test_completeness_counts_only_hours_that_are_due_and_rounds_down() -> None:
    grid = hours(31)
    grid.micro[0, 0, :1] = MISSING
    table = completeness(grid, station=0, due_hours=24)
    assert table.months[0].shares[0].percent == 95  # 23 of 24 is 95.8
    assert table.months[0].shares[1].percent == 100


def test_a_moment_finds_the_hour_that_ends_there() -> None:
    window = Window(hours(2), datetime(2020, 1, 1, 2, tzinfo=UTC))  # 10:00 in Beijing
    assert window.place == 9
    assert window.end_of(9) == datetime(2020, 1, 1, 2, tzinfo=UTC)


def test_a_shown_value_is_rounded_half_to_even() -> None:
    assert str(shown(2_500_000, Factor.PM25)) == "2"
    assert str(shown(850_000, Factor.CO)) == "0.8"
