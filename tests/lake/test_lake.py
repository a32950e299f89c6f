"""The lake keeps what it is given, says what was known when, and rolls up what arrives late as if it had been early."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.lake import BadRows, Lake, LakeBusy, Upkeep
from lantian.lake.lock import WriterLock
from tests.lake.sample import LATER, MIDNIGHT, RULES, Reading, day_of_hours, rows

DAY = date(2019, 6, 1)
MINUTE = timedelta(minutes=1)


def hours_of(lake: Lake, as_of: datetime | None = None) -> dict[tuple[str, int], tuple[float | None, int, bool]]:
    found = lake.hourly(start=MIDNIGHT, end=MIDNIGHT + timedelta(days=2), as_of=as_of).to_pylist()
    return {
        (row["point"], (row["start"] - MIDNIGHT) // timedelta(hours=1)): (row["value"], row["count"], row["valid"])
        for row in found
    }


def days_of(lake: Lake, as_of: datetime | None = None) -> list[tuple[object, ...]]:
    found = lake.daily(first=DAY, last=DAY + timedelta(days=1), as_of=as_of).to_pylist()
    return [
        tuple(row[name] for name in ("point", "factor", "day", "total", "count", "hours", "valid")) for row in found
    ]


def test_an_empty_lake_reads_as_empty(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert lake.coverage().num_rows == 0
    assert lake.hourly(start=MIDNIGHT, end=LATER).num_rows == 0
    assert lake.daily(first=DAY, last=DAY).num_rows == 0
    assert not lake.day_grid(first=DAY, last=DAY, points=["p1"]).count.any()
    assert lake.hour_grid(first=DAY, last=DAY, points=["p1"]).days == 1
    assert lake.roll_up(RULES, computed_at=LATER).hours == 0


def test_twenty_hours_make_a_valid_day_and_nineteen_do_not(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append_readings(rows(day_of_hours(35.5, 19)), received_at=LATER, source="a")
    lake.roll_up(RULES, computed_at=LATER)
    assert days_of(lake) == [("p1", "a34004", DAY, 19 * 35_500_000, 19, 19, False)]
    lake.append_readings(rows([Reading(19 * 60, 35.5)]), received_at=LATER + MINUTE, source="b")
    lake.roll_up(RULES, computed_at=LATER + MINUTE)
    assert days_of(lake) == [("p1", "a34004", DAY, 20 * 35_500_000, 20, 20, True)]


@pytest.mark.parametrize(("minutes", "valid"), [(44, False), (45, True)])
def test_an_hour_needs_forty_five_minutes(tmp_path: Path, minutes: int, valid: bool) -> None:
    lake = Lake(tmp_path)
    lake.append_readings(rows([Reading(m, 10.0, 60) for m in range(minutes)]), received_at=LATER, source="a")
    lake.roll_up(RULES, computed_at=LATER)
    assert hours_of(lake) == {("p1", 0): (10.0, minutes, valid)}


def test_an_hour_of_minutes_waits_for_its_end_even_without_further_readings(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append_readings(rows(day_of_hours(1.0, 1)), received_at=MIDNIGHT, source="hour")
    lake.append_readings(
        rows([Reading(60 + m, 10.0, 60) for m in range(50)]), received_at=MIDNIGHT + 110 * MINUTE, source="minutes"
    )
    lake.roll_up(RULES, computed_at=MIDNIGHT + 115 * MINUTE)
    assert ("p1", 1) not in hours_of(lake)
    lake.roll_up(RULES, computed_at=MIDNIGHT + 121 * MINUTE)
    assert hours_of(lake)["p1", 1] == (10.0, 50, True)


def test_the_hour_of_the_device_is_preferred_to_its_minutes(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    both = [Reading(0, 12.0), *(Reading(m, 10.0, 60) for m in range(60))]
    lake.append_readings(rows(both), received_at=LATER, source="a")
    lake.roll_up(RULES, computed_at=LATER)
    assert hours_of(lake) == {("p1", 0): (12.0, 1, True)}


def test_the_same_source_stores_nothing_twice(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for source in ("file", "file", "spool#1", "spool#2", "spool#2", "spool#1"):
        lake.append_readings(rows(day_of_hours(1.0)), received_at=LATER, source=source)
    assert lake.coverage().column("readings").to_pylist() == [3 * 24]


def test_a_correction_is_a_new_row_and_the_old_value_is_still_known_as_of_then(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append_readings(rows(day_of_hours(10.0)), received_at=LATER, source="a")
    lake.append_readings(rows([Reading(0, 34.0)]), received_at=LATER + MINUTE, source="b")
    lake.append_readings(rows([Reading(0, 34.0, verdict="invalid")]), received_at=LATER + 2 * MINUTE, source="c")
    lake.roll_up(RULES, computed_at=LATER + 3 * MINUTE)
    assert days_of(lake, LATER) == []
    assert days_of(lake, LATER + MINUTE)[0][3:5] == (240_000_000, 24)
    assert days_of(lake, LATER + 2 * MINUTE)[0][3:5] == (264_000_000, 24)
    assert days_of(lake)[0][3:5] == (230_000_000, 23)
    assert hours_of(lake, LATER + 2 * MINUTE)["p1", 0] == (34.0, 1, True)


def test_ozone_is_the_daily_maximum_of_eight_hours(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    ozone = [Reading(h * 60, 100.0 + (80.0 if 8 <= h < 16 else 0.0), factor="a05024") for h in range(24)]
    lake.append_readings(rows(ozone), received_at=LATER, source="a")
    lake.roll_up(RULES, computed_at=LATER)
    assert days_of(lake) == [("p1", "a05024", DAY, 8 * 180_000_000, 8, 17, True)]


def test_upkeep_keeps_every_row_and_leaves_one_file_a_month(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for number in range(12):
        lake.append_readings(
            rows([Reading(number * 60, 10.0 + number)]), received_at=LATER + number * MINUTE, source=f"s#{number}"
        )
        lake.roll_up(RULES, computed_at=LATER + number * MINUTE)
    before = hours_of(lake), days_of(lake), days_of(lake, LATER + 5 * MINUTE)
    lake.maintain(Upkeep(files_h=0), now=LATER, thorough=True)
    again = Lake(tmp_path)
    assert (hours_of(again), days_of(again), days_of(again, LATER + 5 * MINUTE)) == before
    kept = {name: len(table.listing().files) for name, table in again.tables.items()}
    assert kept == {"readings": 1, "hourly": 1, "daily": 1, "frames": 0, "positions": 0, "engine": 0}
    assert all(len(list((tmp_path / name).rglob("*.parquet"))) <= 2 for name in lake.tables)
    assert again.roll_up(RULES, computed_at=LATER + 20 * MINUTE).hours == 0
    again.append_readings(rows([Reading(0, 1.0)]), received_at=LATER, source="s#11")
    assert again.coverage().column("readings").to_pylist() == [12]


def test_fine_readings_expire_and_their_hours_stay(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append_readings(rows([Reading(m, 10.0, 60) for m in range(60)]), received_at=LATER, source="a")
    lake.roll_up(RULES, computed_at=LATER)
    lake.maintain(Upkeep(fine_days=5), now=LATER, thorough=True)
    assert lake.coverage().num_rows == 0
    assert hours_of(lake) == {("p1", 0): (10.0, 60, True)}


def test_removed_points_leave_nothing_and_the_others_stay(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    mixed = [Reading(0, 1.0), Reading(0, 2.0, point="it's made up")]
    lake.append_readings(rows(mixed), received_at=LATER, source="a")
    lake.roll_up(RULES, computed_at=LATER)
    lake.remove_points(["it's made up"])
    assert lake.coverage().column("point").to_pylist() == ["p1"]
    assert set(hours_of(lake)) == {("p1", 0)}


def test_a_second_writer_is_told_who_holds_the_lake(tmp_path: Path) -> None:
    lake = Lake(tmp_path, lock_wait_s=0.05)
    with WriterLock(tmp_path / "writer.lock", wait_s=0).held(), pytest.raises(LakeBusy, match=str(os.getpid())):
        lake.append_readings(rows([Reading(0, 1.0)]), received_at=LATER, source="a")
    assert lake.coverage().num_rows == 0


def test_rows_of_another_shape_are_refused_by_name(tmp_path: Path) -> None:
    wrong = rows([Reading(0, 1.0)]).drop_columns(["period_s", "flag"])
    with pytest.raises(BadRows, match="period_s, flag"):
        Lake(tmp_path).append_readings(wrong, received_at=LATER, source="a")


def test_a_column_added_later_reads_as_null_in_old_files(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    table = lake.tables["readings"]
    lake.append_readings(rows([Reading(0, 1.0)]), received_at=LATER, source="a")
    wider = replace(table.spec, columns=table.spec.columns.append(pa.field("note", pa.string())))
    answer = lake.engine.sql("SELECT point, note FROM readings", {wider: table.listing().paths()})
    assert answer.to_pylist() == [{"point": "p1", "note": None}]


def test_snapshot_ids_change_with_the_data_and_name_the_beijing_time(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    at = datetime(2020, 11, 23, 2, tzinfo=UTC)
    first = lake.append_readings(rows([Reading(0, 1.0)]), received_at=at, source="a")
    second = lake.append_readings(rows([Reading(0, 2.0)]), received_at=at, source="b")
    assert first.id.startswith("S-20201123-1000-")
    assert first.id != second.id
    assert lake.snapshot(at).id == Lake(tmp_path).snapshot(at).id


readings = st.builds(
    Reading,
    minute=st.integers(0, 11).map(lambda n: n * 10),
    value=st.integers(0, 5).map(float),
    period_s=st.sampled_from([600, 1200]),
    verdict=st.sampled_from(["valid", "invalid"]),
) | st.builds(Reading, minute=st.sampled_from([0, 60]), value=st.integers(0, 5).map(float))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.tuples(st.lists(readings, min_size=1, max_size=8), st.booleans()), min_size=1, max_size=5))
def test_rolling_up_as_data_arrive_equals_rolling_up_from_scratch(
    tmp_path_factory: pytest.TempPathFactory, batches: list[tuple[list[Reading], bool]]
) -> None:
    stepwise, scratch = (Lake(tmp_path_factory.mktemp("lake")) for _ in range(2))
    moments = [MIDNIGHT + (n + 1) * 30 * MINUTE for n in range(len(batches))]
    for moment, (batch, roll) in zip(moments, batches, strict=True):
        for lake in (stepwise, scratch):
            lake.append_readings(rows(batch), received_at=moment, source=moment.isoformat())
        if roll:
            stepwise.roll_up(RULES, computed_at=moment)
    for lake in (stepwise, scratch):
        lake.roll_up(RULES, computed_at=LATER)
    for as_of in (None, *moments):
        if as_of is None or as_of > MIDNIGHT + 120 * MINUTE:
            assert hours_of(stepwise, as_of) == hours_of(scratch, as_of)
            assert days_of(stepwise, as_of) == days_of(scratch, as_of)
