"""Acknowledged and durable frames a second over 10,000 live connections, their latency, and the gateway's memory.

The gateway runs in a process of its own, as ``lantian gateway`` does, over the real spool; the devices in another. Each
connection is one registered device that sends a dust site's minute and awaits its 9014. First all devices together are
held to a rate, which shows the latency at that load; then each sends again as soon as it is answered, at most a number
of frames in flight altogether, which shows the most that goes through.
"""

import argparse
import asyncio
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import cast

import psutil
import structlog
import uvloop

from bench.figures import Figure
from lantian.gateway.limits import Limits
from lantian.gateway.registry import Device, Registry
from lantian.gateway.server import Gateway, Listen, Surroundings
from lantian.gateway.spool import Spool, read_spool
from lantian.protocols.hj212.fields import Pair
from lantian.protocols.hj212.messages import Command
from lantian.protocols.hj212.writing import Address, Upload, write_upload

CONNECTIONS = 10_000
RATE = 10_000
"""Frames a second of all devices in the first part: the goal."""
IN_FLIGHT = 500
WARM_S, MEASURE_S = 2.0, 8.0
PEER = "ThingsBoard, published, 2 vCPU"
PEER_RATE = 3_000
GOAL_P99_MS = 100
AT = datetime.fromisoformat("2019-06-01T12:00:00+08:00")
DUST = "a34004=35.000 a34002=60.00 a34001=132 a01001=13.5 a01002=43.8 a01006=101.325 LA=66.8"


def run() -> list[Figure]:
    """Measure both parts."""
    with tempfile.TemporaryDirectory(prefix="bench-gateway-") as folder:
        gateway = _start("--serve", folder)
        try:
            port = int(_line(gateway))
            devices = _start("--devices", str(port))
            process = psutil.Process(gateway.pid)
            _line(devices)  # all are connected
            before = sum(process.cpu_times()[:2])
            found = json.loads(_line(devices))
            found["cpu"] = sum(process.cpu_times()[:2]) - before
            memory = process.memory_info().rss / 2**20
            devices.wait()
        finally:
            gateway.terminate()
            gateway.wait()
        stored = len(read_spool(Path(folder), 0, 10_000_000))
    if stored < found["answered"]:
        raise RuntimeError(f"{found['answered']} frames were acknowledged and {stored} are stored")
    return _figures(found, memory)


def _figures(found: dict[str, float], memory: float) -> list[Figure]:
    connections = f"{found['connections']:,.0f} connections"
    held = f"held to {RATE:,}/s"
    return [
        Figure(f"acknowledged, durable, {connections}, {held}", found["held_rate"], "frames/s", PEER, PEER_RATE),
        Figure(f"acknowledgement p50, {held}", found["held_p50"], "ms", lower_is_better=True),
        Figure(f"acknowledgement p99, {held}", found["held_p99"], "ms", goal=GOAL_P99_MS, lower_is_better=True),
        Figure(f"acknowledged, durable, {connections}, at most", found["rate"], "frames/s", PEER, PEER_RATE, RATE),
        Figure(f"acknowledgement p50, {IN_FLIGHT:,} in flight", found["p50"], "ms", lower_is_better=True),
        Figure(f"acknowledgement p99, {IN_FLIGHT:,} in flight", found["p99"], "ms", lower_is_better=True),
        Figure("memory of the gateway, resident", memory, "MiB", lower_is_better=True),
        Figure(
            "processor time of the gateway a frame", found["cpu"] / found["answered"] * 1e6, "µs", lower_is_better=True
        ),
    ]


def _start(*arguments: str) -> "subprocess.Popen[str]":
    line = [sys.executable, "-m", "bench.gateway", *arguments]
    return subprocess.Popen(line, stdout=subprocess.PIPE, text=True)


def _line(process: "subprocess.Popen[str]") -> str:
    if process.stdout is None:
        raise RuntimeError("a process without output")
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"process {process.pid} ended with {process.wait()}")
    return line


def _raise_limit() -> int:
    """Allow as many open files as the system does; returns how many connections fit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return min(CONNECTIONS, hard - 200)


def _key(number: int) -> str:
    return f"{number:024X}"


# -- the gateway -----------------------------------------------------------------------------------------------------


async def _serve(folder: Path) -> None:
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr), wrapper_class=quiet)
    count = _raise_limit()
    registry = Registry.of(Device(f"d{number}", "hj212", _key(number), secret="123456") for number in range(count))
    spool = Spool(folder)
    gateway = Gateway(spool, Surroundings(lambda: registry, lambda _strangers: None), Limits())
    await gateway.listen([Listen("hj212", "127.0.0.1", 0)])
    sys.stdout.write(f"{gateway.ports['hj212']}\n")
    sys.stdout.flush()
    await gateway.run()


# -- the devices -----------------------------------------------------------------------------------------------------


class _Device(asyncio.Protocol):
    """One device: sends its frame, tells when it is answered."""

    def __init__(self, wire: bytes, answered: Callable[["_Device"], None]) -> None:
        self._wire = wire
        self._answered = answered
        self._unanswered: deque[float] = deque()
        self._transport: asyncio.Transport | None = None
        self.latency_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = cast(asyncio.Transport, transport)

    def send(self) -> None:
        """Send the frame."""
        if self._transport is None:
            raise RuntimeError("not connected")
        self._unanswered.append(time.perf_counter())
        self._transport.write(self._wire)

    def data_received(self, data: bytes) -> None:
        """Count the answers: each ends with CR LF."""
        now = time.perf_counter()
        for _ in range(data.count(b"\r\n")):
            self.latency_s = now - self._unanswered.popleft()
            self._answered(self)


def _same(device: _Device) -> _Device:
    return device


class _Crowd:
    """All devices and what they have seen."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._devices: list[_Device] = []
        self._again = False
        self._latencies: list[float] = []
        self.sent = self.answered = 0

    async def connect(self, count: int) -> None:
        """Connect all, some hundred at a time."""
        loop = asyncio.get_running_loop()
        made = [_Device(_upload(number), self._on_answer) for number in range(count)]
        for start in range(0, count, 200):
            part = made[start : start + 200]
            await asyncio.gather(
                *(loop.create_connection(partial(_same, one), "127.0.0.1", self._port) for one in part)
            )
        self._devices = made

    async def held(self) -> dict[str, float]:
        """Send at a rate, one device after another, in steps of two milliseconds."""
        pacing = asyncio.create_task(self._pace())
        found = await self._measure()
        pacing.cancel()
        await self._all_answered()
        return found

    async def at_most(self) -> dict[str, float]:
        """Send again upon each answer."""
        self._again = True
        for _ in range(IN_FLIGHT):
            self._send_next()
        found = await self._measure()
        self._again = False
        await self._all_answered()
        return found

    async def _all_answered(self) -> None:
        async with asyncio.timeout(60):
            while self.answered < self.sent:
                await asyncio.sleep(0.05)

    async def _measure(self) -> dict[str, float]:
        await asyncio.sleep(WARM_S)
        self._latencies.clear()
        started = time.perf_counter()
        await asyncio.sleep(MEASURE_S)
        passed = time.perf_counter() - started
        seen = sorted(self._latencies)
        p50, p99 = seen[len(seen) // 2] * 1e3, seen[len(seen) * 99 // 100] * 1e3
        return {"rate": len(seen) / passed, "p50": p50, "p99": p99}

    async def _pace(self) -> None:
        started, sent = time.perf_counter(), 0
        while True:
            due = int((time.perf_counter() - started) * RATE)
            for _ in range(due - sent):
                self._send_next()
            sent = due
            await asyncio.sleep(0.002)

    def _send_next(self) -> None:
        self._devices[self.sent % len(self._devices)].send()
        self.sent += 1

    def _on_answer(self, device: _Device) -> None:
        self._latencies.append(device.latency_s)
        self.answered += 1
        if self._again:
            self._send_next()


def _upload(number: int) -> bytes:
    values = [item.split("=") for item in DUST.split()]
    groups = [[Pair(code, "Rtd", value), Pair(code, "Flag", "N")] for code, value in values]
    address = Address(st="39", mn=_key(number), pw="123456")
    [wire] = write_upload(address, AT, Upload(Command.REALTIME, AT, groups), wants_answer=True)
    return wire


async def _be_devices(port: int) -> None:
    count = _raise_limit()
    crowd = _Crowd(port)
    await crowd.connect(count)
    sys.stdout.write("connected\n")
    sys.stdout.flush()
    held = await crowd.held()
    most = await crowd.at_most()
    found = {f"held_{name}": value for name, value in held.items()} | most
    sys.stdout.write(json.dumps(found | {"connections": count, "answered": crowd.answered}) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Be one of the two processes."""
    parser = argparse.ArgumentParser(prog="python -m bench.gateway", description=__doc__)
    parser.add_argument("--serve", type=Path)
    parser.add_argument("--devices", type=int)
    chosen = parser.parse_args()
    uvloop.run(_serve(chosen.serve) if chosen.serve else _be_devices(chosen.devices))


if __name__ == "__main__":
    main()
