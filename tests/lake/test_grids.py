"""Grids over several versions and several appends: the newest version counts, and nothing remembered goes stale."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from lantian.airquality.grid import MICRO
from lantian.kernel.factors import SIX, Factor
from lantian.lake import Lake
from tests.lake.sample import LATER, RULES, Reading, rows

DAY = date(2019, 6, 1)
PM25 = SIX.index(Factor.PM25)


def _day(lake: Lake, value: float, days_later: int) -> None:
    received = LATER + timedelta(days=days_later)
    readings = rows([Reading(hour * 60, value) for hour in range(24)])
    lake.append_readings(readings, received_at=received, source=f"day#{days_later + 1}")
    lake.roll_up(RULES, computed_at=received)


def test_a_correction_replaces_the_value_in_grids_that_were_read_before(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for days_later, value in enumerate((40, 50, 45)):
        _day(lake, value, days_later)
        hours = lake.hour_grid(first=DAY, last=DAY, points=["p1"])
        days = lake.day_grid(first=DAY, last=DAY, points=["p1"])
        assert set(hours.micro[0, PM25].tolist()) == {value * MICRO}
        assert days.mean("p1", Factor.PM25, DAY) == value


def test_a_grid_as_of_then_holds_the_value_known_then(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for days_later, value in enumerate((40, 50, 45)):
        _day(lake, value, days_later)
    for days_later, value in enumerate((40, 50, 45)):
        known = LATER + timedelta(days=days_later, seconds=1)
        days = lake.day_grid(first=DAY, last=DAY, points=["p1"], as_of=known)
        hours = lake.hour_grid(first=DAY, last=DAY, points=["p1"], as_of=known)
        assert days.mean("p1", Factor.PM25, DAY) == value
        assert hours.micro[0, PM25, 0] == value * MICRO


def test_coverage_adds_what_came_since_it_was_asked_for(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    _day(lake, 40, 0)
    assert lake.coverage().column("readings").to_pylist() == [24]
    late = rows([Reading(-60, 10), Reading(0, 10, point="p0")])
    lake.append_readings(late, received_at=LATER, source="late")
    assert lake.coverage().equals(Lake(tmp_path).coverage())
    assert lake.coverage().column("readings").to_pylist() == [1, 25]


def test_a_grid_that_is_kept_cannot_be_changed(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    grid = lake.day_grid(first=DAY, last=DAY, points=["p1"])
    with pytest.raises(ValueError, match="read-only"):
        grid.total[0, 0, 0] = 1
