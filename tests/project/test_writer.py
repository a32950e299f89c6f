"""``lantian writer`` drains, rolls up, closes days, and stops when it is told to."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError

from lantian.gateway.drain import BATCH
from lantian.kernel.errors import LantianError, Text
from lantian.lake import Lake, LakeBusy, Upkeep
from lantian.policy.air import air_rules
from lantian.policy.reader import load_pack
from lantian.project.commands.writer import Writer
from lantian.project.drain_records import DrainRecords, RecordsFailed, usable_flags
from tests.lake.sample import LATER, MIDNIGHT, Reading, day_of_hours, rows

COMMAND = [sys.executable, "-m", "lantian.project", "writer"]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
EVENING = datetime(2026, 11, 26, 15, 59, tzinfo=UTC)
"""A minute before midnight in Beijing."""


def test_the_writer_rolls_up_and_stops_cleanly_on_sigterm(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    lake.append_readings(rows(day_of_hours(10.0)), received_at=LATER, source="a")
    told = []
    with subprocess.Popen(
        [*COMMAND, "--data-dir", str(tmp_path), "--every", "0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"LANTIAN_DATA_DIR": str(tmp_path)},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told.append(line)
            if "lake.maintained" in line:
                process.send_signal(signal.SIGTERM)
    assert process.returncode == 0
    assert any("lake.rolled_up" in line for line in told)
    assert "writer.stopped" in told[-1]
    assert lake.daily(first=MIDNIGHT.date(), last=LATER.date()).num_rows == 1


class Draining:
    """A drain that has so many frames ready in each round."""

    def __init__(self, *counts: int) -> None:
        self.counts = list(counts)

    def round(self, now: datetime) -> int:
        assert now.tzinfo
        return self.counts.pop(0) if self.counts else 0


class Closing:
    """Notes when days were closed; fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.at: list[datetime] = []

    def __call__(self, now: datetime) -> None:
        if self.failures:
            self.failures -= 1
            raise LantianError(Text("忙", "busy"))
        self.at.append(now)


def writer(folder: Path, drain: Draining | None = None, closing: Closing | None = None) -> Writer:
    rules = air_rules(load_pack("cn-110105-2018"))
    return Writer(Lake(folder), rules, upkeep=Upkeep(), drain=drain, close_days=closing)


def test_a_full_batch_asks_for_the_next_round_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keeper = writer(tmp_path, Draining(BATCH, BATCH - 1))
    assert [keeper.round(EVENING), keeper.round(EVENING), keeper.round(EVENING)] == [True, False, False]
    keeper.round(EVENING + MINUTE)
    assert [line.split("frames=")[1] for line in capsys.readouterr().out.splitlines() if "lake.drained" in line] == [
        "20000",
        "19999",
    ]


def test_hours_are_rolled_up_at_their_pace_while_frames_are_drained(tmp_path: Path) -> None:
    keeper = writer(tmp_path)
    keeper.lake.append_readings(rows([Reading(0, 1.0)]), received_at=LATER, source="a")
    keeper.round(LATER)
    keeper.lake.append_readings(rows([Reading(60, 1.0)]), received_at=LATER, source="b")
    keeper.round(LATER + 2 * SECOND)
    assert keeper.lake.hourly(start=MIDNIGHT, end=LATER).num_rows == 1
    keeper.round(LATER + 10 * SECOND)
    assert keeper.lake.hourly(start=MIDNIGHT, end=LATER).num_rows == 2


def test_a_day_is_closed_once_a_minute_after_midnight_when_the_spool_is_drained(tmp_path: Path) -> None:
    closing = Closing()
    keeper = writer(tmp_path, Draining(0, 0, BATCH, 5), closing)
    moments = [EVENING, EVENING + 90 * SECOND, EVENING + 125 * SECOND, EVENING + 190 * SECOND, EVENING + 300 * SECOND]
    for moment in moments:
        keeper.round(moment)
    assert closing.at == [EVENING - MINUTE, EVENING + 130 * SECOND]


def test_what_fails_is_tried_again(tmp_path: Path) -> None:
    closing = Closing(failures=1)
    keeper = writer(tmp_path, None, closing)
    keeper.round(EVENING)
    keeper.round(EVENING + 2 * SECOND)
    keeper.round(EVENING + 90 * SECOND)
    assert len(closing.at) == 1


def test_a_busy_lake_does_not_stop_the_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = writer(tmp_path)

    def busy(*_: object, **__: object) -> None:
        raise LakeBusy(Text("忙", "busy"))

    monkeypatch.setattr(keeper.lake, "roll_up", busy)
    assert keeper.round(EVENING) is False


@pytest.mark.django_db
def test_the_register_is_read_anew_only_when_it_has_changed() -> None:
    records = DrainRecords()
    first = records.registry()
    assert records.registry() is first
    assert records.cursor("s") == 0


@pytest.mark.django_db
def test_an_error_of_the_database_is_one_that_the_drain_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_: object) -> int:
        raise OperationalError("database is locked")

    monkeypatch.setattr("lantian.project.drain_records.ingest_cursor", locked)
    monkeypatch.setattr("lantian.project.drain_records.close_old_connections", lambda: None)
    with pytest.raises(RecordsFailed, match="database is locked"):
        DrainRecords().cursor("s")


def test_the_pack_says_which_flags_count() -> None:
    assert usable_flags() == {"N", "S"}
