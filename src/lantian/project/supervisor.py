"""Keep the children of ``lantian up`` running: start, watch, restart with a growing pause, stop cleanly.

Every child leads its own process group, so that one Ctrl-C reaches the supervisor alone, which then asks each child
to end (TERM) and, after a grace, ends its whole group (KILL). What a killed child leaves behind ends with it. On Linux
the kernel asks each child to end when the supervisor itself is killed, so that no second writer is left behind.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

GRACE_S = 10.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STEADY_AFTER_S = 60.0
WATCH_S = 0.1
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

Report = Callable[[str, str], None]


@dataclass
class Child:
    """A process to keep alive, and how often it has died of late."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[str] | None" = None
    started_at: float = 0.0
    deaths: int = 0
    due_at: float = 0.0


def pause_after(deaths: int) -> float:
    """Return the seconds to wait before the next start: doubling, at most half a minute.

    >>> [pause_after(n) for n in (1, 2, 3, 10)]
    [0.5, 1.0, 2.0, 30.0]
    """
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (deaths - 1))


@dataclass
class Supervisor:
    """Run children until told to stop.

    report(name, line): takes every line of a child, and the supervisor's own under the name ``up``.
    """

    children: Sequence[Child]
    report: Report
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    grace_s: float = GRACE_S
    _stop: threading.Event = field(default_factory=threading.Event)
    _signals: int = 0

    def run(self, signals: Iterable[signal.Signals] = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)) -> None:
        """Start all children and watch them; returns when they have ended after a signal or ``stop``."""
        before = {number: signal.signal(number, self._on_signal) for number in signals}
        try:
            while not self._stop.is_set():
                for child in self.children:
                    self._watch(child)
                self._stop.wait(WATCH_S)
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Ask ``run`` to end the children and return."""
        self._stop.set()

    def _on_signal(self, number: int, frame: object) -> None:
        self._signals += 1
        self._stop.set()

    def _watch(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.due_at:
                self._start(child, now)
        elif (code := child.process.poll()) is not None:
            self._bury(child, code, now)

    def _start(self, child: Child, now: float) -> None:
        child.process = subprocess.Popen(
            child.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - one call to the kernel, its library is loaded
        )
        child.started_at = now
        threading.Thread(target=self._relay, args=(child.name, child.process), daemon=True).start()

    def _relay(self, name: str, process: "subprocess.Popen[str]") -> None:
        if process.stdout is None:
            return
        with process.stdout:
            for line in process.stdout:
                self.report(name, line.rstrip("\n"))

    def _bury(self, child: Child, code: int, now: float) -> None:
        """Note a death, end what the child left in its group, and set the next start."""
        _signal_group(child, signal.SIGKILL)
        child.process = None
        child.deaths = 1 if now - child.started_at >= STEADY_AFTER_S else child.deaths + 1
        pause = pause_after(child.deaths)
        child.due_at = now + pause
        how = f"signal {-code}" if code < 0 else f"code {code}"
        self.report("up", f"event=child_died child={child.name} {how.replace(' ', '=')} restart_in_s={pause:g}")

    def _end_all(self) -> None:
        running = [child for child in self.children if child.process is not None]
        for child in running:
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + self.grace_s
        while time.monotonic() < deadline and self._signals < 2 and any(_alive(child) for child in running):
            time.sleep(WATCH_S / 2)
        for child in running:
            if _alive(child):
                self.report("up", f"event=child_killed child={child.name} grace_s={self.grace_s:g}")
            _signal_group(child, signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
                child.process = None


def _end_with_parent() -> None:
    """Ask the kernel, in the new child, for TERM once the thread that started it is gone; prctl(2)."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _alive(child: Child) -> bool:
    return child.process is not None and child.process.poll() is None


def _signal_group(child: Child, number: signal.Signals) -> None:
    """Signal a child's group; it may be gone already. TERM goes to the leader alone, who ends its own workers."""
    if child.process is None:
        return
    try:
        if number == signal.SIGTERM:
            os.kill(child.process.pid, number)
        else:
            os.killpg(child.process.pid, number)
    except ProcessLookupError:
        pass
