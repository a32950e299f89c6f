"""``lantian gateway`` as a process of its own: a device registered in the record store reports over a real socket."""

import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from lantian.gateway.spool import read_spool
from lantian.protocols.hj212.frames import FrameReader, write_frame
from lantian.protocols.hj212.messages import Message, read_message
from tests.gateway.rig import MN, qn, upload
from tests.project.processes import PATIENCE_S, environment, free_row, until

REGISTER = f"""
from lantian.project.commands.records import open_records
open_records()
from datetime import UTC, datetime, timedelta
from lantian.apps.telemetry.models import Device
from lantian.apps.telemetry.services import queue_command
now = datetime.now(UTC)
device = Device.objects.create(
    id="dust-1", name_zh="工地", kind="dust", family="hj212", key="{MN}", secret="123456", registered_at=now
)
queue_command(device, "1062", {{"RtdInterval": "60"}}, by=None, at=now)
"""


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int, Path]]:
    """A gateway over a data folder with one registered device, which has a command waiting."""
    settings = environment(tmp_path, DJANGO_SETTINGS_MODULE="lantian.project.settings")
    subprocess.run([sys.executable, "-c", REGISTER], env=settings, check=True)
    port = free_row(4)
    log = tmp_path / "gateway.log"
    with log.open("w") as out:
        line = [sys.executable, "-m", "lantian.project", "gateway", "--port", str(port)]
        process = subprocess.Popen(line, env=environment(tmp_path), stdout=out, stderr=out, text=True)
    until(lambda: process.poll() is not None or "gateway.started" in log.read_text())
    assert process.poll() is None, log.read_text()
    yield process, port, tmp_path
    if process.poll() is None:
        process.kill()
    process.wait()


class Station:
    """A device over a plain socket."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self._reader = FrameReader()

    def next_message(self) -> Message:
        """Return the next frame of the platform."""
        while (frame := self._reader.next_event()) is None:
            data = self.socket.recv(4096)
            assert data, "closed"
            self._reader.receive_data(data)
        return read_message(frame)


def rows(folder: Path, question: str) -> list[tuple[object, ...]]:
    """Ask the record store."""
    store = sqlite3.connect(folder / "records.sqlite3")
    try:
        return store.execute(question).fetchall()
    finally:
        store.close()


def until_row(folder: Path, question: str, wanted: tuple[object, ...]) -> None:
    """Wait for the first row of an answer."""
    until(lambda: rows(folder, question)[:1] == [wanted])


def test_a_registered_device_is_heard_commanded_and_a_stranger_is_quarantined(
    gateway: tuple["subprocess.Popen[str]", int, Path],
) -> None:
    process, port, folder = gateway
    station = Station(port)
    station.socket.sendall(upload(1))
    assert station.next_message().qn == qn(1)
    assert [received.device for received in read_spool(folder / "spool", 0, 10)] == ["dust-1"]
    request = station.next_message()
    assert (request.cn, request.parameters) == ("1062", {"RtdInterval": "60"})
    answers = [("9011", "QnRtn=1"), ("9012", "ExeRtn=1")]
    station.socket.sendall(b"".join(answer(request.qn or "", cn, text) for cn, text in answers))
    until_row(folder, "select state, answer, result from telemetry_command", ("done", "1", "1"))

    stranger = Station(port)
    stranger.socket.sendall(upload(1).replace(MN.encode(), b"F" * 24))  # the check sum is wrong now: counted alone
    stranger.socket.sendall(say_hello("F" * 24))
    assert stranger.socket.recv(100) == b""
    stranger.socket.close()
    until_row(folder, "select family, key, reason from telemetry_unknowndevice", ("hj212", "F" * 24, "unknown"))

    with urllib.request.urlopen(f"http://127.0.0.1:{port + 3}/metrics", timeout=PATIENCE_S) as page:
        assert b'lantian_gateway_frames_stored_total{family="hj212"} 3.0' in page.read()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=PATIENCE_S) == 0
    assert station.socket.recv(100) == b""
    station.socket.close()
    log = (folder / "gateway.log").read_text()
    assert "gateway.stopped" in log
    assert "123456" not in log
    assert "Traceback" not in log


def answer(number: str, cn: str, area: str) -> bytes:
    """Return an answer of the device to a request."""
    return write_frame(f"QN={number};ST=91;CN={cn};PW=123456;MN={MN};Flag=4;CP=&&{area}&&".encode())


def say_hello(mn: str) -> bytes:
    """Return an intact upload of another device."""
    return write_frame(f"QN={qn(2)};ST=22;CN=2011;PW=1;MN={mn};Flag=5;CP=&&DataTime=20190601120000&&".encode())


def test_a_second_gateway_on_the_same_folder_is_told_so(gateway: tuple["subprocess.Popen[str]", int, Path]) -> None:
    _process, _port, folder = gateway
    line = [sys.executable, "-m", "lantian.project", "gateway", "--port", str(free_row(4))]
    again = subprocess.run(
        line, env=environment(folder), capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert again.returncode == 1
    assert "another process appends to the spool" in again.stderr
    assert "Traceback" not in again.stderr
