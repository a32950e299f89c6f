"""What spools bring is stored once a table, and read back narrowed by time, device, number and what was known when."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from lantian.lake import BadRows, Lake, Stretch, Upkeep
from lantian.lake.schema import ENGINE, FRAMES, INSTANT, POSITIONS, READINGS
from tests.lake.sample import LATER, MIDNIGHT, RULES, Reading, rows

MINUTE = timedelta(minutes=1)
NOON = MIDNIGHT + timedelta(hours=12)


def frame_rows(seqs: range, at: datetime = NOON) -> pa.Table:
    """Frames of two devices, one a second."""
    raw = [b"##frame %d" % seq for seq in seqs]
    return pa.table(
        {
            "spool": ["s"] * len(seqs),
            "seq": pa.array(seqs, pa.int64()),
            "family": ["hj212"] * len(seqs),
            "device": [f"d{seq % 2}" for seq in seqs],
            "peer": ["127.0.0.1:1"] * len(seqs),
            "verdict": [""] * len(seqs),
            "raw": pa.array(raw, pa.binary()),
            "hash": pa.array([hashlib.sha256(one).digest() for one in raw], pa.binary()),
            "received_at": pa.array([at + timedelta(seconds=seq) for seq in seqs], INSTANT),
        }
    )


def position_rows(frame: int, longitude: float, minute: int = 0) -> pa.Table:
    given: dict[str, object] = {name: None for name in POSITIONS.columns.names if name not in ("received_at", "commit")}
    given |= {
        "device": "truck",
        "start": NOON + minute * MINUTE,
        "longitude": longitude,
        "latitude": 39.9,
        "frame": frame,
    }
    return pa.Table.from_pylist([given])


def engine_rows(frame: int, second: int) -> pa.Table:
    given: dict[str, object] = {name: None for name in ENGINE.columns.names if name not in ("received_at", "commit")}
    given |= {"device": "diesel", "start": NOON + timedelta(seconds=second), "engine_rpm": 700.0, "frame": frame}
    return pa.Table.from_pylist([given]).cast(pa.schema([field for field in ENGINE.columns if field.name in given]))


def numbered(readings: list[Reading], frames: list[int]) -> pa.Table:
    return rows(readings).append_column("frame", pa.array(frames, pa.int64()))


def seqs_of(table: pa.Table) -> list[int]:
    found: list[int] = table.column("seq").to_pylist()
    return found


def test_a_stretch_delivered_twice_or_overlapping_is_stored_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert lake.append_stretch(FRAMES, frame_rows(range(1, 11)), Stretch("s", 10, LATER)) == 10
    assert lake.append_stretch(FRAMES, frame_rows(range(1, 11)), Stretch("s", 10, LATER)) == 0
    assert lake.append_stretch(FRAMES, frame_rows(range(5, 16)), Stretch("s", 15, LATER)) == 5
    assert lake.stored_upto(FRAMES, "s") == 15
    assert lake.stored_upto(FRAMES, "another spool") == lake.stored_upto(READINGS, "s") == 0
    assert seqs_of(lake.frames()) == list(range(1, 16))


def test_frames_are_found_by_device_time_and_number(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append_stretch(FRAMES, frame_rows(range(1, 11)), Stretch("s", 10, LATER))
    lake.append_stretch(FRAMES, frame_rows(range(11, 21), NOON + timedelta(days=1)), Stretch("s", 20, LATER))
    assert seqs_of(lake.frames(device="d1", end=NOON + timedelta(seconds=7))) == [1, 3, 5]
    assert seqs_of(lake.frames(seqs=[2, 20, 99])) == [2, 20]
    assert seqs_of(lake.frames(device="d0", newest_first=True, limit=2)) == [20, 18]
    assert seqs_of(lake.frames(start=NOON + timedelta(hours=12), limit=3)) == [11, 12, 13]
    found = lake.frames(seqs=[7]).to_pylist()[0]
    assert found["raw"] == b"##frame 7"
    assert found["hash"] == hashlib.sha256(b"##frame 7").digest()
    assert found["received_at"] == NOON + timedelta(seconds=7)
    assert len(lake.tables["frames"].listing().parts()) == 2


def test_readings_come_back_with_their_frame_and_the_later_one_is_current(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first = [Reading(0, 10.0, 60), Reading(1, 11.0, 60), Reading(0, 12.0, 3600)]
    lake.append_stretch(READINGS, numbered(first, [1, 2, 3]), Stretch("s", 3, LATER))
    correction = [Reading(1, 99.0, 60, verdict="invalid")]
    lake.append_stretch(READINGS, numbered(correction, [4]), Stretch("s", 4, LATER + MINUTE))
    end = MIDNIGHT + timedelta(hours=1)
    found = lake.readings(start=MIDNIGHT, end=end, points=["p1"], period_s=60).to_pylist()
    assert [(row["value"], row["verdict"], row["frame"], row["source"]) for row in found] == [
        (10.0, "valid", 1, "s"),
        (99.0, "invalid", 4, "s"),
    ]
    known = lake.readings(start=MIDNIGHT, end=end, factors=["PM2.5"], as_of=LATER + MINUTE)
    assert sorted(known.column("value").to_pylist()) == [10.0, 11.0, 12.0]
    assert lake.readings(start=MIDNIGHT + MINUTE, end=end, period_s=3600).num_rows == 0
    assert lake.readings(start=MIDNIGHT, end=end, points=["p2"]).num_rows == 0


def test_positions_and_engine_data_come_back_sorted_and_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    moves = pa.concat_tables([position_rows(1, 116.4, 1), position_rows(2, 116.5, 0), position_rows(3, 116.6, 0)])
    lake.append_stretch(POSITIONS, moves, Stretch("s", 3, LATER))
    lake.append_stretch(ENGINE, pa.concat_tables([engine_rows(4, 1), engine_rows(4, 0)]), Stretch("s", 4, LATER))
    found = lake.positions(start=NOON, end=NOON + timedelta(hours=1), devices=["truck"])
    assert found.column("longitude").to_pylist() == [116.6, 116.4]
    engine = lake.engine_rows(start=NOON, end=NOON + MINUTE)
    assert [(row["start"], row["engine_rpm"], row["nox_up_ppm"]) for row in engine.to_pylist()] == [
        (NOON, 700.0, None),
        (NOON + timedelta(seconds=1), 700.0, None),
    ]
    assert lake.positions(start=NOON, end=LATER, devices=[]).num_rows == 0


def test_minutes_of_engine_data_are_means_of_the_newest_version_of_each_second(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    start = int(NOON.timestamp()) // 60

    def store(frame: int, seconds: dict[int, float | None], device: str = "diesel") -> None:
        pieces = []
        for second, value in seconds.items():
            row = engine_rows(frame, second)
            row = row.set_column(row.column_names.index("nox_up_ppm"), "nox_up_ppm", pa.array([value], pa.float64()))
            pieces.append(row.set_column(0, "device", pa.array([device])))
        stretch = Stretch("s", frame, LATER + frame * MINUTE)
        lake.append_stretch(ENGINE, pa.concat_tables(pieces), stretch)

    def means() -> list[tuple[str, int, float | None]]:
        table = lake.engine_means(["nox_up_ppm"], start=NOON, end=NOON + 3 * MINUTE)
        rows = zip(*(table.column(name).to_pylist() for name in ("device", "minute", "nox_up_ppm")), strict=True)
        return sorted((device, minute - start, value) for device, minute, value in rows)

    assert means() == []
    store(1, {0: 10.0, 1: 20.0, 2: None, 60: None, 180: 99.0})
    store(2, {5: 7.0}, "other")
    assert means() == [("diesel", 0, 15.0), ("diesel", 1, None), ("other", 0, 7.0)]
    store(3, {1: 50.0, 61: 4.0})  # second 1 came again: 10 and 50
    assert means() == [("diesel", 0, 30.0), ("diesel", 1, 4.0), ("other", 0, 7.0)]


def test_a_lake_without_these_tables_reads_as_empty_and_is_maintained(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append_readings(rows([Reading(0, 1.0)]), received_at=LATER, source="a")
    assert lake.frames().num_rows == lake.positions(start=NOON, end=LATER).num_rows == 0
    assert lake.engine_rows(start=NOON, end=LATER).schema.names == ENGINE.columns.names
    lake.append_stretch(FRAMES, frame_rows(range(1, 3)), Stretch("s", 2, datetime(2019, 6, 10, tzinfo=UTC)))
    lake.remove_points(["p1"])
    assert lake.coverage().num_rows == 0
    assert lake.frames().num_rows == 2


def test_rows_without_a_column_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadRows, match="raw"):
        Lake(tmp_path).append_stretch(FRAMES, frame_rows(range(1, 3)).drop_columns(["raw"]), Stretch("s", 2, LATER))


def test_small_files_of_an_open_day_are_put_together_and_nothing_changes(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    upkeep = Upkeep(small_files=5)
    for number in range(1, 8):
        reading = [Reading(number, float(number), 60)]
        stretch = Stretch("s", number, MIDNIGHT + number * MINUTE)
        lake.append_stretch(READINGS, numbered(reading, [number]), stretch)
        lake.append_stretch(FRAMES, frame_rows(range(number, number + 1)), stretch)
    before = lake.readings(start=MIDNIGHT, end=LATER, points=["p1"]), lake.frames()
    assert lake.gather(Upkeep()) == 0
    assert lake.gather(upkeep) == 2
    again = Lake(tmp_path)
    assert (again.readings(start=MIDNIGHT, end=LATER, points=["p1"]), again.frames()) == before
    assert [len(again.tables[name].listing().files) for name in ("readings", "frames")] == [1, 1]
    assert again.stored_upto(READINGS, "s") == again.stored_upto(FRAMES, "s") == 7
    assert again.append_stretch(FRAMES, frame_rows(range(1, 8)), Stretch("s", 7, LATER)) == 0


def test_an_open_day_is_not_sorted_and_a_closed_one_is(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for number in range(1, 4):
        reading = [Reading(number, float(number), 60)]
        lake.append_stretch(READINGS, numbered(reading, [number]), Stretch("s", number, LATER))
        lake.append_stretch(FRAMES, frame_rows(range(number, number + 1)), Stretch("s", number, LATER))
    late, early = (Reading(1, 1.0, 60), Reading(0, 2.0, 60))
    for number, one in enumerate([late, early], 4):
        lake.append_stretch(READINGS, numbered([one], [number]), Stretch("s", number, LATER))

    def starts() -> list[datetime]:
        paths = lake.tables["readings"].listing().paths()
        found: list[datetime] = lake.engine.sql("SELECT start FROM readings", {READINGS: paths})["start"].to_pylist()
        return found

    assert lake.maintain(Upkeep(crowded=2), now=MIDNIGHT + timedelta(hours=1)).merged == 2
    assert starts() != sorted(starts())
    assert lake.maintain(Upkeep(), now=MIDNIGHT + timedelta(days=1), thorough=True).merged == 0
    lake.append_stretch(READINGS, numbered([early], [6]), Stretch("s", 6, LATER))
    assert lake.maintain(Upkeep(), now=MIDNIGHT + timedelta(days=1), thorough=True).merged == 1
    assert starts() == sorted(starts())
    assert seqs_of(lake.frames()) == [1, 2, 3]
    assert len(lake.tables["frames"].listing().files) == 1


def test_a_run_that_found_nothing_is_remembered_and_each_hour_is_still_computed_when_it_ends(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    found = []
    for minute in range(0, 130, 5):
        now = MIDNIGHT + (minute + 5) * MINUTE
        lake.append_readings(
            rows([Reading(m, 10.0, 60) for m in range(minute, minute + 5)]), received_at=now, source=f"s#{minute}"
        )
        found.append(lake.roll_up(RULES, computed_at=now).hours)
    assert [number for number, hours in enumerate(found) if hours] == [11, 23]
    hours = lake.hourly(start=MIDNIGHT, end=LATER).to_pylist()
    assert [(row["count"], row["valid"]) for row in hours] == [(60, True), (60, True)]
