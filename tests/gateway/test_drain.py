"""Spool to lake, exactly once: through refusals, crashes between tables, a follower that lags, clocks and late data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lantian.gateway.drain import Drain, received_of
from lantian.gateway.ingested import Ingested
from lantian.gateway.received import Received
from lantian.gateway.registry import Device, Registry
from lantian.gateway.segments import segments
from lantian.gateway.spool import Spool
from lantian.kernel.errors import LantianError, Text
from lantian.lake import Lake, LakeBusy, LakeFull, Stretch
from lantian.lake.lock import WriterLock
from lantian.lake.schema import ENGINE, FRAMES, POSITIONS, READINGS, TableSpec
from lantian.protocols.gb17691.frames import Envelope
from lantian.protocols.gb17691.frames import write_frame as write_gb17691
from lantian.protocols.jt808.frames import Header
from lantian.protocols.jt808.frames import write_frame as write_jt808
from tests.gateway.frames import device, hj212, received
from tests.gateway.test_decoding import DIESEL, TIME, TRUCK, place, stream
from tests.lake.sample import RULES

NOW = datetime(2026, 11, 26, 4, 5, tzinfo=UTC)
NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def minute(number: int, value: float | str, identity: str = "d1", **header: str) -> Received:
    at = NOON + timedelta(hours=8, minutes=number - 60)
    raw = hj212("2051", f"DataTime={at:%Y%m%d%H%M}00;a34004-Avg={value},a34004-Flag=N", **header)
    return received(raw, identity=identity)


class Follower:
    """Remembers what it was told; may refuse."""

    def __init__(self) -> None:
        self.told: list[Ingested] = []
        self.seq = 0
        self.refuses = False

    def after(self, ingested: Ingested) -> None:
        if self.refuses:
            raise LantianError(Text("忙", "busy"))
        assert ingested.first == self.seq + 1
        self.told.append(ingested)
        self.seq = ingested.last

    def cursor(self, _spool: str) -> int:
        return self.seq


class Site:
    """A spool, a lake, a follower and the drain between them; ``restart`` makes all but the files anew."""

    def __init__(self, folder: Path, *devices: Device) -> None:
        self.folder = folder
        self.spool = Spool(folder / "spool", segment_bytes=4000)
        self.follower = Follower()
        self.registry = Registry.of(devices or (device(),))
        self.restart()

    def restart(self, lake: type[Lake] = Lake, batch: int = 1000) -> None:
        self.lake = lake(self.folder / "lake", lock_wait_s=0.05)
        self.drain = Drain(
            self.lake,
            self.folder / "spool",
            lambda: self.registry,
            self.follower.after,
            cursor=self.follower.cursor,
            batch=batch,
        )

    def append(self, *frames: Received) -> None:
        self.spool.append(frames)

    def seqs(self) -> list[int]:
        found: list[int] = self.lake.frames().column("seq").to_pylist()
        return found

    def values(self, **options: Any) -> dict[datetime, tuple[float | None, str]]:
        rows = self.lake.readings(start=NOON - 48 * HOUR, end=NOON + HOUR, **options).to_pylist()
        return {row["start"]: (row["value"], row["reason"]) for row in rows}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_frames_and_what_they_say_are_stored_and_told(site: Site) -> None:
    assert site.drain.round(NOW) == 0
    site.append(minute(0, 35), minute(1, 36), received(b"##no frame", verdict=("crc-wrong",)))
    assert site.drain.round(NOW) == 3
    assert site.drain.round(NOW) == 0
    assert received_of(site.lake.frames()) == [
        replace(minute(0, 35), seq=1),
        replace(minute(1, 36), seq=2),
        replace(received(b"##no frame", verdict=("crc-wrong",)), seq=3),
    ]
    rows = site.lake.readings(start=NOON - HOUR, end=NOON, points=["site-1"]).to_pylist()
    assert [(row["value"], row["frame"], row["source"], row["received_at"]) for row in rows] == [
        (35.0, 1, site.spool.name, NOW),
        (36.0, 2, site.spool.name, NOW),
    ]
    [told] = site.follower.told
    assert (told.spool, told.first, told.last) == (site.spool.name, 1, 3)
    assert [seen.kind for seen in told.seen] == ["data", "data", "bad"]
    assert told.readings.column("code").to_pylist() == ["a34004", "a34004"]


def test_without_a_spool_there_is_nothing_to_do(site: Site, tmp_path: Path) -> None:
    drain = Drain(site.lake, tmp_path / "nowhere", lambda: site.registry, site.follower.after)
    assert drain.round(NOW) == 0


def test_the_three_families_fill_their_tables(tmp_path: Path) -> None:
    site = Site(tmp_path, device(), DIESEL, TRUCK)
    report = write_gb17691(Envelope(2, DIESEL.key), TIME + b"\x02\x00\x01" + stream())
    location = write_jt808(Header(0x0200, TRUCK.key, 7), place())
    site.append(
        received(report, family="gb17691", identity="truck-1"), received(location, family="jt808", identity="truck-2")
    )
    assert site.drain.round(NOW) == 2
    assert site.lake.engine_rows(start=NOON, end=NOON + HOUR).column("frame").to_pylist() == [1]
    assert site.lake.positions(start=NOON, end=NOON + HOUR).column("frame").to_pylist() == [2]
    assert site.lake.stored_upto(READINGS, site.spool.name) == 0
    site.append(minute(0, 35))
    assert site.drain.round(NOW) == 1


class Refusing(Lake):
    """Refuses one append, as a full disk does."""

    at: TableSpec = FRAMES
    times = 1

    def append_stretch(self, spec: TableSpec, rows: pa.Table, stretch: Stretch) -> int:
        if spec is self.at and self.times:
            self.times -= 1
            raise LakeFull(Text("满", "full"))
        return super().append_stretch(spec, rows, stretch)


@pytest.mark.parametrize("at", [READINGS, POSITIONS, ENGINE, FRAMES], ids=lambda spec: spec.name)
@pytest.mark.parametrize("restarts", [False, True], ids=["goes on", "starts again"])
def test_what_a_full_disk_refuses_is_stored_once_later(
    site: Site, at: TableSpec, restarts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Refusing, "at", at)
    site.restart(Refusing)
    site.append(minute(0, 35), minute(1, 36))
    assert site.drain.round(NOW) == 0
    assert (site.seqs(), site.follower.told) == ([], [])
    site.append(minute(2, 37))
    if restarts:
        site.restart()
    while site.drain.round(NOW + SECOND):
        pass
    assert site.seqs() == [1, 2, 3]
    stored = site.lake.engine.sql("SELECT frame FROM readings ORDER BY frame", _files(site.lake))
    assert stored.column("frame").to_pylist() == [1, 2, 3]
    assert site.follower.seq == 3


def _files(lake: Lake) -> dict[TableSpec, list[str]]:
    return {READINGS: lake.tables["readings"].listing().paths()}


def test_a_locked_lake_is_waited_for_in_the_next_round(site: Site) -> None:
    site.append(minute(0, 35))
    with WriterLock(site.folder / "lake" / "writer.lock", wait_s=0).held():
        with pytest.raises(LakeBusy):
            site.lake.append_stretch(READINGS, site.lake.readings(start=NOON, end=NOW), Stretch("s", 1, NOW))
        assert site.drain.round(NOW) == 0
    assert site.drain.round(NOW) == 1
    assert site.seqs() == [1]


def test_a_follower_that_refuses_is_told_again_and_holds_nothing_up(site: Site) -> None:
    site.follower.refuses = True
    site.append(minute(0, 35))
    assert site.drain.round(NOW) == 1
    site.append(minute(1, 36))
    assert site.drain.round(NOW) == 1
    site.follower.refuses = False
    assert site.drain.round(NOW) == 0
    assert [(told.first, told.last, told.readings.num_rows) for told in site.follower.told] == [(1, 2, 2)]


def test_a_follower_behind_the_lake_is_told_from_the_spool_after_a_restart(site: Site) -> None:
    site.follower.refuses = True
    site.append(*(minute(number, 35) for number in range(5)))
    site.drain.round(NOW)
    site.follower.refuses = False
    site.restart(batch=2)
    site.append(minute(5, 36))
    assert site.drain.round(NOW) == 1
    assert [(told.first, told.last) for told in site.follower.told] == [(1, 2), (3, 4), (5, 6)]
    assert [frame for told in site.follower.told for frame in told.readings.column("frame").to_pylist()] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]


def test_a_follower_without_a_cursor_is_told_what_comes(site: Site) -> None:
    site.append(minute(0, 35))
    site.drain.round(NOW)
    told: list[Ingested] = []
    drain = Drain(site.lake, site.folder / "spool", lambda: site.registry, told.append)
    assert drain.round(NOW) == 0
    site.append(minute(1, 36))
    assert drain.round(NOW) == 1
    assert [(one.first, one.last) for one in told] == [(2, 2)]


def test_a_follower_that_does_not_move_is_not_told_for_ever(site: Site) -> None:
    drain = Drain(site.lake, site.folder / "spool", lambda: site.registry, lambda _: None, cursor=lambda _: 0)
    site.append(minute(0, 35))
    assert drain.round(NOW) == 1


def test_the_spool_is_pruned_only_behind_both(site: Site) -> None:
    site.follower.refuses = True
    for number in range(30):
        site.append(minute(number, 35, pad="x" * 300))
    site.drain.round(NOW)
    before = len(segments(site.folder / "spool"))
    assert before > 2
    site.follower.refuses = False
    site.drain.round(NOW)
    assert len(segments(site.folder / "spool")) == 1
    site.append(minute(30, 36))
    site.drain.round(NOW)
    assert site.seqs() == list(range(1, 32))


def test_frames_of_a_device_that_is_registered_no_longer_are_stored_and_not_told(site: Site) -> None:
    site.append(minute(0, 35, "gone"), minute(1, 36))
    assert site.drain.round(NOW) == 2
    assert site.seqs() == [1, 2]
    assert [seen.received.device for seen in site.follower.told[0].seen] == ["d1"]
    assert list(site.values().values()) == [(36.0, "")]


def test_a_split_message_across_a_restart_keeps_its_time(site: Site) -> None:
    first = hj212("2051", "DataTime=20261126115900;a34004-Avg=35", Flag="6", PNUM="2", PNO="1")
    second = hj212("2051", "LA-Avg=60", Flag="6", PNUM="2", PNO="2", QN="20261126120029124")
    site.append(received(first))
    site.drain.round(NOW)
    site.append(received(second))
    site.restart()
    site.drain.round(NOW)
    rows = site.lake.readings(start=NOON - HOUR, end=NOON + HOUR, factors=["LA"]).to_pylist()
    assert [(row["start"], row["value"]) for row in rows] == [(NOON - timedelta(minutes=1), 60.0)]


def test_a_changed_unit_is_noticed_after_a_restart(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.append(minute(0, 35), minute(1, 0.036))
    site.drain.round(NOW)
    monkeypatch.setattr("lantian.gateway.drain.LOOK_BACK", -1)
    site.restart()
    site.append(minute(2, 0.037), minute(3, 38))
    site.drain.round(NOW)
    assert list(site.values(points=["site-1"]).values()) == [
        (35.0, ""),
        (0.036, "unit-jump"),
        (0.037, "unit-jump"),
        (38.0, ""),
    ]


def test_the_same_frame_sent_twice_is_evidence_twice_and_one_current_value(site: Site) -> None:
    site.append(minute(0, 35))
    site.drain.round(NOW)
    site.append(minute(0, 35))
    site.drain.round(NOW + SECOND)
    site.append(minute(0, 35.5))
    site.drain.round(NOW + 2 * SECOND)
    assert site.seqs() == [1, 2, 3]
    assert list(site.values().values()) == [(35.5, "")]
    assert list(site.values(as_of=NOW + SECOND).values()) == [(35.0, "")]


def test_a_clock_that_is_set_back_leaves_the_later_value_current(site: Site) -> None:
    site.append(minute(0, 35))
    site.drain.round(NOW)
    site.append(minute(0, 36))
    site.drain.round(NOW - HOUR)
    assert list(site.values().values()) == [(36.0, "")]


def test_minutes_and_hours_that_come_late_are_rolled_up_again(site: Site) -> None:
    later = NOON + 24 * HOUR
    site.append(*(minute(number, 30) for number in range(30)))
    site.drain.round(NOW)
    site.lake.roll_up(RULES, computed_at=NOW)

    def hour() -> tuple[float, int, bool]:
        [row] = site.lake.hourly(start=NOON - HOUR, end=NOON).to_pylist()
        return row["value"], row["count"], row["valid"]

    assert hour() == (30.0, 30, False)
    site.append(*(minute(number, 50) for number in range(30, 60)))
    site.restart()
    site.drain.round(later)
    site.lake.roll_up(RULES, computed_at=later)
    assert hour() == (40.0, 60, True)
    site.append(received(hj212("2061", "DataTime=20261126110000;a34004-Avg=41,a34004-Flag=N")))
    site.drain.round(later + SECOND)
    site.lake.roll_up(RULES, computed_at=later + SECOND)
    assert hour() == (41.0, 1, True)


def test_a_damaged_stretch_of_the_spool_is_named_and_stepped_over(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.append(*(minute(number, 35) for number in range(3)))
    [segment] = segments(site.folder / "spool")
    data = bytearray(segment.path.read_bytes())
    data[len(data) // 2] ^= 1
    segment.path.write_bytes(bytes(data))
    assert site.drain.round(NOW) == 2
    assert site.seqs() == [1, 3]
    assert site.follower.seq == 3
    assert "spool_damaged" in capsys.readouterr().out


def test_a_registry_that_cannot_be_read_is_asked_again(site: Site) -> None:
    def broken() -> Registry:
        raise LantianError(Text("库忙", "database busy"))

    drain = Drain(site.lake, site.folder / "spool", broken, site.follower.after, cursor=site.follower.cursor)
    site.append(minute(0, 35))
    assert drain.round(NOW) == 0
    assert site.drain.round(NOW) == 1
