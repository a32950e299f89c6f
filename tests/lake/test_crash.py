"""A writer killed, starved of disk, or read meanwhile shows no half commit and loses nothing it answered."""

import multiprocessing
import os
import random
import resource
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from lantian.lake import Lake, LakeFull, Upkeep
from tests.lake.sample import LATER, MIDNIGHT, RULES, Reading, rows

TRIALS = int(os.environ.get("LANTIAN_LAKE_KILLS", "12"))
"""So many writers are killed; set the variable for more."""

BATCH = 24
FORK = multiprocessing.get_context("forkserver")


def write_until_killed(root: str, first: int, answered: Connection) -> None:
    lake = Lake(root)
    lake.coverage()
    answered.send(-1)
    for number in range(first, first + 1000):
        write(lake, number)
        answered.send(number)
        lake.roll_up(RULES, computed_at=LATER)


def write(lake: Lake, number: int) -> None:
    batch = [Reading(hour * 60, float(number), point=f"p{number}") for hour in range(BATCH)]
    lake.append_readings(rows(batch), received_at=LATER, source=f"trial#{number}")


def kill_after(root: Path, first: int, wait_s: float) -> int:
    """Run a writer, kill it after a while, return the last number it answered."""
    reading, writing = FORK.Pipe(duplex=False)
    process = FORK.Process(target=write_until_killed, args=(str(root), first, writing))
    process.start()
    writing.close()
    last = reading.recv()
    time.sleep(wait_s)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    while True:
        try:
            last = reading.recv()
        except EOFError:
            return max(int(last), first - 1)


@pytest.mark.slow
def test_killed_writers_lose_nothing_answered_and_leave_nothing_partial(tmp_path: Path) -> None:
    FORK.set_forkserver_preload(["lantian.lake", "tests.lake.sample"])
    chance = random.Random(20191123)
    write(Lake(tmp_path), 0)
    Lake(tmp_path).roll_up(RULES, computed_at=LATER)
    answered = 0
    for trial in range(TRIALS):
        if trial % 5 == 0:
            Lake(tmp_path).maintain(Upkeep(), now=LATER)
        answered = kill_after(tmp_path, answered + 1, chance.uniform(0.0, 0.5))
        found = Lake(tmp_path).coverage().to_pylist()
        assert {row["readings"] for row in found} <= {BATCH}
        points = {row["point"] for row in found}
        assert {f"p{number}" for number in range(answered + 1)} <= points
        assert len(points) <= answered + 2
        answered = max(answered, len(points) - 1)
    assert answered > TRIALS / 3
    lake = Lake(tmp_path)
    lake.roll_up(RULES, computed_at=LATER)
    days = lake.daily(first=MIDNIGHT.date(), last=LATER.date())
    assert days.num_rows == answered + 1
    assert days.column("count").unique().to_pylist() == [BATCH]
    assert lake.hourly(start=MIDNIGHT, end=LATER).num_rows == (answered + 1) * BATCH


def write_with_little_disk(root: str, answer: Connection) -> None:
    many = [Reading(minute, minute * 0.123456789, 60, point=f"p{minute % 977}") for minute in range(40_000)]
    lake = Lake(root)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
    try:
        lake.append_readings(rows(many), received_at=LATER, source="big")
        answer.send(("stored", ""))
    except LakeFull as error:
        answer.send((error.text.zh, error.text.en))


def test_a_full_disk_is_said_in_both_languages_and_writing_goes_on_afterwards(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append_readings(rows([Reading(0, 1.0)]), received_at=LATER, source="before")
    reading, writing = FORK.Pipe(duplex=False)
    process = FORK.Process(target=write_with_little_disk, args=(str(tmp_path), writing))
    process.start()
    zh, en = reading.recv()
    process.join()
    assert "磁盘空间不足" in zh
    assert "The disk is full" in en
    assert lake.coverage().column("readings").to_pylist() == [1]
    lake.append_readings(rows([Reading(60, 1.0)]), received_at=LATER, source="after")
    assert lake.coverage().column("readings").to_pylist() == [2]


def test_a_reader_beside_a_writer_sees_only_whole_commits(tmp_path: Path) -> None:
    reading, writing = FORK.Pipe(duplex=False)
    process = FORK.Process(target=write_until_killed, args=(str(tmp_path), 0, writing))
    process.start()
    reading.recv()
    lake, seen = Lake(tmp_path), 0
    enough, deadline = time.monotonic() + 4, time.monotonic() + 60
    while time.monotonic() < enough or (seen <= 1 and time.monotonic() < deadline):
        counts = lake.coverage().column("readings").to_pylist()
        assert set(counts) <= {BATCH}
        assert len(counts) >= seen
        seen = len(counts)
    process.kill()
    process.join()
    assert seen > 1
