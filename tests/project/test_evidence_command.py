"""B5: what devices sent on a day proves itself through ``lantian evidence``, on the exported files alone."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.gateway.received import Received
from lantian.gateway.spool import Spool
from lantian.kernel.instants import beijing_day, day_of
from tests.gateway.frames import hj212
from tests.project.commands import lantian


def today() -> date:
    """Return the day in Beijing."""
    return day_of(datetime.now(UTC))


DAY = today() - timedelta(days=2)
"""Two days ago: closed, whatever the clock does while the test runs."""

REGISTER = """
from lantian.project.commands.records import open_records; open_records()
from datetime import datetime, UTC
from lantian.apps.telemetry.models import Channel, Device, Point
at = datetime.now(UTC)
point = Point.objects.create(id="site-1", name_zh="工地")
device = Device.objects.create(id="dust-1", name_zh="扬尘", kind="dust", family="hj212", key="A" * 24, point=point,
                               registered_at=at)
Channel.objects.create(device=device, point=point, code="a34002", factor="a34002", name_zh="PM10",
                       unit_sent="µg/m³", unit="µg/m³", low=0, high=1000)
"""


def receive(folder: Path) -> None:
    """Put thirty minutes of a dust site into the spool, as the gateway does."""
    noon = beijing_day(DAY, 12)
    frames = []
    for minute in range(30):
        at = noon + timedelta(minutes=minute)
        time = f"{at + timedelta(hours=8):%Y%m%d%H%M}00"
        raw = hj212("2051", f"DataTime={time};a34002-Avg={100 + minute},a34002-Flag=N", QN=f"{time}000")
        received_us = int((at + timedelta(seconds=61)).timestamp() * 1_000_000)
        frames.append(Received(0, received_us, "hj212", "dust-1", "127.0.0.1:4000", (), raw))
    spool = Spool(folder / "data" / "spool")
    spool.append(frames)
    spool.close()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose day was received, drained, closed by the writer and exported."""
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "data").mkdir()
    env = os.environ | {
        "LANTIAN_DATA_DIR": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "lantian.project.settings",
    }
    subprocess.run([sys.executable, "-c", REGISTER], env=env, check=True)
    receive(folder)
    began = today()
    written = lantian(folder, "writer", "--once")
    (folder / "written-on").write_text(f"{began} {today()}", encoding="utf-8")
    assert written.returncode == 0, written.stderr
    done = lantian(folder, "evidence", "export", "--day", str(DAY), "--output", str(folder / "export"))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Path:
    """The export alone, elsewhere: there is no data folder beside it."""
    shutil.copytree(exported / "export", tmp_path / "carried")
    return tmp_path / "carried"


def verify(path: Path, *words: str) -> tuple[int, dict[str, Any]]:
    done = lantian(path.parent, "evidence", "verify", str(path), *words, "--json")
    found: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, found


@pytest.mark.row("B5")
def test_a_day_proves_itself_without_server_and_database(copy: Path) -> None:
    code, found = verify(copy, "--day", str(DAY))
    assert (code, found["ok"], found["problems"]) == (0, True, [])
    assert (found["kind"], found["days"], found["frames"]) == ("days", [str(DAY)], 30)
    assert not (copy.parent / "data" / "records.sqlite3").exists()
    said = lantian(copy.parent, "evidence", "verify", str(copy))
    assert said.returncode == 0
    assert said.stdout.startswith(f"The evidence holds: {DAY}, 30 frames")


@pytest.mark.row("B5")
def test_one_flipped_byte_is_located_by_its_record(copy: Path) -> None:
    path = copy / "frames" / f"{DAY}.jsonl"
    data = bytearray(path.read_bytes())
    lines = path.read_bytes().splitlines(keepends=True)
    data[sum(map(len, lines[:16])) + lines[16].index(b'"raw":"') + 30] ^= 0x01
    path.write_bytes(data)
    code, found = verify(copy)
    [problem] = found["problems"]
    assert (code, problem["seq"], problem["device"]) == (1, 17, "dust-1")
    assert "was changed" in problem["en"]
    assert "已被改动" in problem["zh"]


@pytest.mark.row("B5")
def test_a_missing_frame_and_a_broken_chain_are_located(copy: Path) -> None:
    path = copy / "frames" / f"{DAY}.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    chain = copy / "anchors.jsonl"
    chain.write_bytes(b"".join(chain.read_bytes().splitlines(keepends=True)[::-1]))
    done = lantian(copy.parent, "evidence", "verify", str(copy))
    assert done.returncode == 1
    assert "#30 of device dust-1 is missing." in done.stdout
    assert "the chain is broken here" in done.stdout


@pytest.mark.row("B5")
def test_frames_of_a_case_are_packed_with_what_they_said_and_proved(exported: Path, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    done = lantian(exported, "evidence", "pack", "--frames", "3,10-11", "--output", str(folder))
    assert done.returncode == 0, done.stderr
    code, found = verify(folder)
    assert (code, found["kind"], found["frames"], found["days"]) == (0, "case", 3, [str(DAY)])
    said = [json.loads(line) for line in (folder / "readings.jsonl").read_bytes().splitlines()]
    assert [(one["point"], one["factor"], one["value"], one["verdict"]) for one in said] == [
        ("site-1", "a34002", 102.0, "valid"),
        ("site-1", "a34002", 109.0, "valid"),
        ("site-1", "a34002", 110.0, "valid"),
    ]
    sent = json.loads((folder / "frames.jsonl").read_bytes().splitlines()[0])
    assert b"a34002-Avg=102" in bytes.fromhex(sent["raw"])


def test_the_anchor_of_each_day_lies_in_the_data_folder(exported: Path) -> None:
    anchors = sorted((exported / "data" / "evidence").glob("*.json"))
    # every day that was over when the writer ran; it may have run across a midnight
    stems = [path.stem for path in anchors]
    last = [date.fromisoformat(day) for day in (exported / "written-on").read_text(encoding="utf-8").split()]
    assert stems in [[str(DAY + timedelta(days=number)) for number in range((day - DAY).days)] for day in last]
    chain = (exported / "export" / "anchors.jsonl").read_bytes()
    assert b"".join(path.read_bytes() for path in anchors) == chain
    assert lantian(exported, "evidence", "close").stdout == ""


def test_wrong_use_and_what_is_not_there_are_said(exported: Path, tmp_path: Path) -> None:
    tomorrow = str(today() + timedelta(days=1))
    done = lantian(exported, "evidence", "export", "--day", tomorrow, "--output", str(tmp_path / "x"))
    assert (done.returncode, "has no anchor yet" in done.stderr) == (1, True)
    done = lantian(exported, "evidence", "pack", "--frames", "3-x", "--output", str(tmp_path / "x"))
    assert done.returncode == 2
