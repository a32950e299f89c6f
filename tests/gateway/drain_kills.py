"""Kill the drain under load, again and again: ``python -m tests.gateway.drain_kills --kills 100``.

A thread takes frames into the spool without pause, as the gateway does, and counts what is acknowledged. The drain runs
in a process of its own and is killed (SIGKILL) at random moments. At the end every acknowledged frame has to stand in
the lake once, the current readings have to be those of decoding all frames from scratch, and the follower, which keeps
its cursor in a database of its own, has to have been told of each frame once.
"""

import argparse
import logging
import multiprocessing
import os
import random
import signal
import sqlite3
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from lantian.gateway.decoding import READING_ROWS, Decoder, table_of
from lantian.gateway.drain import Drain, received_of
from lantian.gateway.ingested import Ingested
from lantian.gateway.received import Received
from lantian.gateway.registry import Device, Registry
from lantian.gateway.spool import Spool
from lantian.lake import Lake, Upkeep
from lantian.lake.schema import FRAMES, READINGS
from tests.gateway.frames import device, hj212

FORK = multiprocessing.get_context("forkserver")
DEVICES, BATCH, PAUSE_S = 40, 30, 0.03
AHEAD = 4000
"""Frames that may wait in the spool."""


def _device(number: int) -> Device:
    """Return a device with a point of its own."""
    plain, point = device(f"d{number}"), f"site-{number}"
    channels = {code: replace(channel, point=point) for code, channel in plain.channels.items()}
    return replace(plain, point=point, channels=channels)


REGISTRY = Registry.of(_device(number) for number in range(DEVICES))
FIRST_MINUTE = datetime(2026, 11, 1, tzinfo=UTC)
Key = tuple[str, str, int, datetime]


@dataclass(frozen=True)
class Report:
    """What came of it: frames acknowledged, stored, doubled, told; readings that differ from a decode from scratch.

    moved: kills before which the drain had stored something. between: kills that hit between the commits of two tables.
    behind: kills after which the follower had not been told of all that was stored.
    """

    kills: int
    moved: int
    between: int
    behind: int
    acknowledged: int
    stored: int
    doubled: int
    told: int
    readings: int
    wrong: int

    @property
    def holds(self) -> bool:
        """Whether everything is there once."""
        return self.acknowledged == self.stored == self.told and not self.doubled and not self.wrong


def frame(number: int) -> Received:
    """Return the n-th frame: minutes of many devices, some in two parts, some in the wrong unit, some sent twice."""
    of = number % DEVICES
    minute, part = number // DEVICES, 0
    if of % 4 == 0:
        minute, part = minute // 2, minute % 2 + 1
    if of % 7 == 1:
        minute -= minute % 2
    time_text = f"{FIRST_MINUTE + timedelta(minutes=minute, hours=8):%Y%m%d%H%M}00"
    value = (20 + number % 60) / (1000 if number % 97 == 0 else 1)
    header = {"QN": f"{time_text}00{part}"} | ({"Flag": "6", "PNUM": "2", "PNO": str(part)} if part else {})
    time_field = "" if part == 2 else f"DataTime={time_text};"
    factor = "LA" if part == 2 else "a34004"
    raw = hj212("2051", f"{time_field}{factor}-Avg={value},{factor}-Flag=N", **header)
    return Received(0, int(time.time() * 1e6), "hj212", f"d{of}", "127.0.0.1:4000", (), raw)


class Follower:
    """Keeps what it was told, and how far it is, in one transaction."""

    def __init__(self, path: Path) -> None:
        self.store = sqlite3.connect(path)
        self.store.execute("CREATE TABLE IF NOT EXISTS told (seq INTEGER)")
        self.store.execute("CREATE TABLE IF NOT EXISTS cursor (spool TEXT PRIMARY KEY, seq INTEGER)")

    def after(self, ingested: Ingested) -> None:
        with self.store:
            if ingested.first != self.cursor(ingested.spool) + 1:
                raise AssertionError(ingested.first)
            self.store.executemany("INSERT INTO told VALUES (?)", [(seen.received.seq,) for seen in ingested.seen])
            self.store.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?)", (ingested.spool, ingested.last))

    def cursor(self, spool: str) -> int:
        found = self.store.execute("SELECT seq FROM cursor WHERE spool = ?", (spool,)).fetchone()
        return int(found[0]) if found else 0


def drain(folder: Path) -> Drain:
    follower = Follower(folder / "follower.sqlite3")
    lake = Lake(folder / "lake")
    return Drain(lake, folder / "spool", lambda: REGISTRY, follower.after, cursor=follower.cursor, batch=400)


def drain_until_killed(folder: str, started: Any, *, at_once: bool) -> None:
    draining = drain(Path(folder))
    if not at_once:
        draining.round(datetime.now(UTC))
    started.set()
    while True:
        if not draining.round(datetime.now(UTC)):
            time.sleep(0.01)


class Intake(threading.Thread):
    """Takes frames into the spool until told to stop; ``acknowledged`` is the last number that was durable.

    room: the number up to which it goes on, so that drains that die are not left behind for ever.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.spool = Spool(folder / "spool", segment_bytes=200_000)
        self.acknowledged = 0
        self.room = AHEAD
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            if self.acknowledged >= self.room:
                self.stop.wait(PAUSE_S)
                continue
            batch = [frame(self.acknowledged + number) for number in range(BATCH)]
            self.acknowledged = self.spool.append(batch)[-1].seq
            self.stop.wait(PAUSE_S)


def kill_one(folder: Path, chance: random.Random) -> None:
    """Start a drain and kill it a little later: one time in four as it starts, else after its first round."""
    started = FORK.Event()
    options = {"at_once": chance.random() < 0.25}
    process = FORK.Process(target=drain_until_killed, args=(str(folder), started), kwargs=options)
    process.start()
    started.wait(60)
    time.sleep(chance.uniform(0.0, 0.4))
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def run(folder: Path, kills: int, seed: int) -> Report:
    """Kill so many drains, then let one finish, and count."""
    FORK.set_forkserver_preload(["lantian.gateway.drain", "tests.gateway.frames"])
    chance = random.Random(seed)
    intake = Intake(folder)
    name, follower = intake.spool.name, Follower(folder / "follower.sqlite3")
    intake.start()
    reached, moved, between, behind = 0, 0, 0, 0
    for number in range(kills):
        kill_one(folder, chance)
        lake = Lake(folder / "lake")
        stored = lake.stored_upto(FRAMES, name)
        moved, reached = moved + (stored > reached), stored
        intake.room = stored + AHEAD
        between += lake.stored_upto(READINGS, name) > stored
        behind += follower.cursor(name) < stored
        if number % 20 == 19:
            lake.maintain(Upkeep(), now=datetime.now(UTC), thorough=number % 40 == 39)
    intake.stop.set()
    intake.join()
    last = drain(folder)
    while last.round(datetime.now(UTC)):
        pass
    return count(folder, (kills, moved, between, behind), intake.acknowledged)


def count(folder: Path, kills: tuple[int, int, int, int], acknowledged: int) -> Report:
    lake = Lake(folder / "lake")
    frames = received_of(lake.frames())
    told = [seq for (seq,) in Follower(folder / "follower.sqlite3").store.execute("SELECT seq FROM told")]
    wanted, found = from_scratch(frames), current(lake)
    wrong = sum(wanted.get(key) != found.get(key) for key in wanted.keys() | found.keys())
    numbers = {one.seq for one in frames}
    complete = len(numbers & {*range(1, acknowledged + 1)})
    doubled = len(frames) - len(numbers) + len(told) - len(set(told))
    return Report(*kills, acknowledged, complete, doubled, len(set(told)), len(found), wrong)


def from_scratch(frames: list[Received]) -> Mapping[Key, tuple[Any, ...]]:
    """Return the readings that one decoder finds in all frames, the last of each key."""
    decoder = Decoder()
    devices: Mapping[str, Device] = REGISTRY.by_id
    rows = [row for one in frames for row in decoder.decode(one, devices[one.device]).readings]
    return _by_key(table_of(READING_ROWS, rows).to_pylist())


def current(lake: Lake) -> Mapping[Key, tuple[Any, ...]]:
    """Return the current readings of the lake."""
    return _by_key(lake.readings(start=FIRST_MINUTE, end=datetime(2030, 1, 1, tzinfo=UTC)).to_pylist())


def _by_key(rows: list[dict[str, Any]]) -> Mapping[Key, tuple[Any, ...]]:
    return {
        (row["point"], row["factor"], row["period_s"], row["start"]): (
            row["value"],
            row["flag"],
            row["verdict"],
            row["reason"],
            row["frame"],
        )
        for row in rows
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20261126)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="drain-kills-") as folder:
        report = run(Path(folder), asked.kills, asked.seed)
    print(report)  # noqa: T201
    return 0 if report.holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
