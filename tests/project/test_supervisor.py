"""``lantian up`` with real processes: start, restart, clean stop, and sentences where it cannot start."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from lantian.project.commands import up as up_command
from lantian.project.supervisor import Child, Supervisor
from tests.project.processes import PATIENCE_S, environment, free_port, free_row, until

SLEEPER = "import time; print('awake', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('awake', flush=True); time.sleep(600)"
)


def alive(pid: int) -> bool:
    """Tell whether a process still runs; one that was killed may wait a moment for whoever buries orphans."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Run:
    """A supervisor in a thread, with what it reported."""

    def __init__(self, source: str, grace_s: float = 5.0) -> None:
        self.lines: list[tuple[str, str]] = []
        self.child = Child("child", [sys.executable, "-c", source])
        self.supervisor = Supervisor([self.child], lambda name, line: self.lines.append((name, line)), grace_s=grace_s)
        self.thread = threading.Thread(target=lambda: self.supervisor.run(signals=()))
        self.thread.start()
        until(lambda: ("child", "awake") in self.lines)

    def pid(self) -> int:
        return self.child.process.pid if self.child.process else 0

    def stop(self) -> None:
        self.supervisor.stop()
        self.thread.join(timeout=PATIENCE_S)
        assert not self.thread.is_alive()


def test_a_killed_child_is_started_again_after_a_pause() -> None:
    run = Run(SLEEPER)
    first = run.pid()
    os.kill(first, signal.SIGKILL)
    until(lambda: run.pid() not in (0, first))
    second = run.pid()
    run.stop()
    assert ("up", "event=child_died child=child signal=9 restart_in_s=0.5") in run.lines
    assert not psutil.pid_exists(second)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_a_child_ends_with_a_supervisor_that_is_killed() -> None:
    source = (
        "import sys; from lantian.project.supervisor import Child, Supervisor\n"
        f"child = Child('child', [sys.executable, '-c', {SLEEPER!r}])\n"
        "Supervisor([child], lambda name, line: print(child.process.pid, flush=True)).run()"
    )
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        pid = int(run.stdout.readline())
        assert psutil.pid_exists(pid)
        run.kill()
    until(lambda: not alive(pid))


def test_a_child_that_does_not_heed_is_killed_after_the_grace() -> None:
    run = Run(STUBBORN, grace_s=0.3)
    pid = run.pid()
    run.stop()
    assert ("up", "event=child_killed child=child grace_s=0.3") in run.lines
    assert not psutil.pid_exists(pid)


def test_what_a_dead_child_leaves_behind_ends_with_it() -> None:
    start = f"p = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}])"
    grandchild = f"import subprocess, sys; {start}; print(p.pid, flush=True); p.wait()"
    run = Run(grandchild)
    pid = next(int(line) for _, line in run.lines if line.isdigit())
    os.kill(run.pid(), signal.SIGKILL)
    until(lambda: not alive(pid))
    run.stop()


def lantian(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "lantian.project", *arguments]
    return subprocess.run(
        line, env=environment(folder, **settings), capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


def test_a_wrong_setting_is_a_numbered_sentence_and_exit_code_1(tmp_path: Path) -> None:
    done = lantian(tmp_path, "up", LANTIAN_DATABASE_URL="mysql://x")
    assert done.returncode == 1
    assert done.stderr.startswith("C02 LANTIAN_DATABASE_URL is “mysql://x”; it has to start with")
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_a_sentence_and_exit_code_1(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = lantian(tmp_path, "up", "--port", str(port))
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_of_the_gateway_names_the_option_that_chooses_another(tmp_path: Path) -> None:
    first = free_row(4)
    with socket.create_server(("127.0.0.1", first + 2)):
        done = lantian(tmp_path, "up", "--port", str(free_port()), "--gateway-port", str(first))
    assert done.returncode == 1
    assert f"127.0.0.1:{first + 2} cannot be used" in done.stderr
    assert "choose another with --gateway-port" in done.stderr


@pytest.fixture
def up(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int, Path]]:
    port = free_port()
    log = tmp_path / "up.log"
    with log.open("w") as out:
        ports = ["--port", str(port), "--gateway-port", str(free_row(4))]
        line = [sys.executable, "-m", "lantian.project", "up", *ports]
        settings = environment(tmp_path / "data", LANTIAN_WEB_WORKERS="2")
        process = subprocess.Popen(line, env=settings, stdout=out, stderr=out, text=True)
    yield process, port, log
    if process.poll() is None:
        process.kill()
    process.wait()


def test_up_serves_restarts_a_killed_child_and_stops_cleanly(up: tuple["subprocess.Popen[str]", int, Path]) -> None:
    process, port, log = up
    until(lambda: "Lantian is ready" in log.read_text())
    assert f"http://127.0.0.1:{port}/" in log.read_text()
    until(lambda: "gateway.started" in log.read_text())
    family = {child.pid for child in psutil.Process(process.pid).children(recursive=True)}
    web = next(child for child in psutil.Process(process.pid).children() if "granian" in " ".join(child.cmdline()))
    until(lambda: len(serving(web)) == 2)
    first, other = serving(web)
    first.send_signal(signal.SIGKILL)
    until(lambda: answers(port))  # what stood in the killed one's queue is lost; the other answers
    until(lambda: len(serving(web)) == 2 and first not in serving(web) and other in serving(web))
    until(lambda: all(answers(port) for _ in range(10)))
    web.send_signal(signal.SIGKILL)
    until(lambda: "child=web signal=9" in log.read_text())
    until(lambda: answers(port))
    again = lantian(Path(log.parent / "data"), "up", "--port", str(free_port()))
    assert again.returncode == 1
    assert re.search(r"Another lantian up \(process \d+\) runs", again.stderr)
    family |= {child.pid for child in psutil.Process(process.pid).children(recursive=True)}
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=PATIENCE_S) == 0
    assert "Stopped." in log.read_text()
    until(lambda: not any(alive(pid) for pid in family))


def test_the_address_is_told_however_long_the_pages_take_to_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hours, tries = count(step=3600), iter([False, False, True])
    monkeypatch.setattr(up_command, "time", SimpleNamespace(monotonic=lambda: next(hours), sleep=lambda _: None))
    monkeypatch.setattr(up_command, "_answers", lambda host, port: next(tries))
    monkeypatch.setenv("LANTIAN_LANG", "en")
    up_command._announce("127.0.0.1", 8000)
    assert "Lantian is ready: http://127.0.0.1:8000/" in capsys.readouterr().out


def test_pages_end_when_told_to_while_their_workers_still_start(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "lantian.project", "web", "--port", str(free_port())]
    with subprocess.Popen(line, env=environment(tmp_path, LANTIAN_WEB_WORKERS="2")) as process:
        until(lambda: len(serving(psutil.Process(process.pid))) == 2)
        family = [child.pid for child in psutil.Process(process.pid).children()]
        process.terminate()
        process.wait(timeout=PATIENCE_S)
    until(lambda: not any(alive(pid) for pid in family))


def serving(web: psutil.Process) -> list[psutil.Process]:
    """Return the processes that answer pages; what Python itself starts to watch over resources is none of them."""
    found = (child for child in web.children() if child.status() != psutil.STATUS_ZOMBIE)
    return [child for child in found if "resource_tracker" not in " ".join(child.cmdline())]


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
