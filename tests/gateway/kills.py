"""``python -m tests.gateway.kills --kills 100``: kill -9 the gateway under load, again and again, and count.

Devices send numbered frames, several unanswered at once, and send again after a reconnect what was not answered, as the
standard says. Meanwhile another reader drains and prunes the spool. In the end, for every frame: answers ≤ stored ≤
sends; so one that was sent once and answered is stored exactly once. What the reader saw has no gap and no double.
"""

import argparse
import asyncio
import random
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import uvloop

from lantian.gateway.limits import Limits
from lantian.gateway.registry import Device, Registry
from lantian.gateway.server import Gateway, Listen, Surroundings
from lantian.gateway.spool import Spool, SpoolReader, prune
from lantian.protocols.hj212.fields import Pair
from lantian.protocols.hj212.frames import Frame, FrameReader
from lantian.protocols.hj212.messages import Command, read_message
from lantian.protocols.hj212.writing import Address, Upload, write_upload
from tests.gateway.rig import AT

DEVICES, WINDOW = 8, 16
SEGMENT_BYTES = 1 << 20
ONE_IN = 8
"""One kill in so many comes while the gateway starts."""


def key(number: int) -> str:
    """Return the MN of a device."""
    return f"{number:024X}"


# -- the gateway that is killed --------------------------------------------------------------------------------------


async def serve(folder: Path, port: int) -> None:
    """Run a gateway without Django until killed; says ``ready`` when it listens."""
    registry = Registry.of(Device(f"d{number}", "hj212", key(number)) for number in range(DEVICES))
    limits = Limits(frames_per_s=1e9, burst=1e9)
    spool = Spool(folder, segment_bytes=SEGMENT_BYTES)
    gateway = Gateway(spool, Surroundings(lambda: registry, lambda _strangers: None), limits)
    await gateway.listen([Listen("hj212", "127.0.0.1", port)])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await gateway.run()


# -- the devices -----------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What was sent, answered and stored, by QN."""

    sends: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    stored: Counter[str] = field(default_factory=Counter)
    numbers: list[int] = field(default_factory=list)
    kills: int = 0
    next_number: int = 0

    @property
    def lost(self) -> list[str]:
        """QNs that were answered more often than they are stored."""
        return [qn for qn, count in self.answers.items() if count > self.stored[qn]]

    @property
    def doubled(self) -> list[str]:
        """QNs that are stored more often than they were sent."""
        return [qn for qn, count in self.stored.items() if count > self.sends[qn]]

    @property
    def once(self) -> int:
        """Frames that were sent once, answered once and stored once."""
        return sum(self.sends[qn] == count == self.stored[qn] == 1 for qn, count in self.answers.items())

    @property
    def is_right(self) -> bool:
        """Whether acknowledged means stored, once."""
        return not self.lost and not self.doubled and self.numbers == list(range(1, len(self.numbers) + 1))


def next_upload(tally: Tally, device: int) -> tuple[str, bytes]:
    """Return a frame that was not sent before."""
    tally.next_number += 1
    at = AT + timedelta(milliseconds=tally.next_number)
    groups = [[Pair("a34004", "Rtd", f"{tally.next_number}"), Pair("a34004", "Flag", "N")]]
    address = Address(st="39", mn=key(device), pw="1")
    [wire] = write_upload(address, at, Upload(Command.REALTIME, AT, groups), wants_answer=True)
    return qn_of(wire), wire


def qn_of(wire: bytes) -> str:
    """Return the QN at its place in a frame."""
    return wire[wire.index(b"QN=") + 3 :][:17].decode()


async def be_device(device: int, port: int, tally: Tally, stop: asyncio.Event) -> None:
    """Send until told to stop, over as many connections as it takes; what is left unanswered is sent again."""
    unanswered: dict[str, bytes] = {}
    while not stop.is_set() or unanswered:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        try:
            for qn, wire in unanswered.items():
                tally.sends[qn] += 1
                writer.write(wire)
            await converse(reader, writer, (device, tally, stop), unanswered)
        except OSError:
            pass
        finally:
            writer.close()


async def converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    who: tuple[int, Tally, asyncio.Event],
    unanswered: dict[str, bytes],
) -> None:
    """Keep a window of frames unanswered; returns when the connection ends."""
    device, tally, stop = who
    frames = FrameReader()
    while not stop.is_set() or unanswered:
        while len(unanswered) < WINDOW and not stop.is_set():
            qn, wire = next_upload(tally, device)
            unanswered[qn] = wire
            tally.sends[qn] += 1
            writer.write(wire)
        data = await reader.read(65536)
        if not data:
            return
        frames.receive_data(data)
        while frame := frames.next_event():
            take_answer(frame, tally, unanswered)


def take_answer(frame: Frame, tally: Tally, unanswered: dict[str, bytes]) -> None:
    """Count an answer."""
    message = read_message(frame)
    assert message.cn == Command.DATA_ANSWER
    tally.answers[message.qn or ""] += 1
    unanswered.pop(message.qn or "", None)


# -- the drain and the killer ----------------------------------------------------------------------------------------


async def drain(folder: Path, tally: Tally, stop: asyncio.Event) -> None:
    """Read the spool as the writer does, and remove what was read."""
    reader = SpoolReader(folder)
    last = 0
    while not stop.is_set():
        for received in reader.read(last, 100_000):
            tally.stored[qn_of(received.raw)] += 1
            tally.numbers.append(received.seq)
            last = received.seq
        assert not reader.damage
        prune(folder, last)
        await asyncio.sleep(0.1)


async def kill_often(folder: Path, port: int, kills: int, tally: Tally) -> None:
    """Start the gateway and kill it, so many times; then let it finish."""
    for _ in range(kills):
        process = await start(folder, port)
        if random.randrange(ONE_IN):
            await ready(process)
            seen = sum(tally.answers.values())
            while sum(tally.answers.values()) < seen + WINDOW:
                await asyncio.sleep(0.005)
            await asyncio.sleep(random.uniform(0, 0.15))
        else:
            await asyncio.sleep(random.uniform(0, 0.6))
        process.send_signal(signal.SIGKILL)
        await process.wait()
        tally.kills += 1


async def start(folder: Path, port: int) -> asyncio.subprocess.Process:
    """Start a gateway over a folder."""
    line = [sys.executable, "-m", "tests.gateway.kills", "--serve", str(folder), "--port", str(port)]
    return await asyncio.create_subprocess_exec(*line, stdout=asyncio.subprocess.PIPE)


async def ready(process: asyncio.subprocess.Process) -> None:
    """Wait until a gateway listens."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        line = await process.stdout.readline()
        while line and line != b"ready\n":  # else a log line
            line = await process.stdout.readline()
    assert line == b"ready\n", "the gateway did not start"


async def play(folder: Path, kills: int) -> Tally:
    """Run the whole and return what was counted."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    tally, stop, drained = Tally(), asyncio.Event(), asyncio.Event()
    devices = [asyncio.create_task(be_device(number, port, tally, stop)) for number in range(DEVICES)]
    draining = asyncio.create_task(drain(folder, tally, drained))
    await kill_often(folder, port, kills, tally)
    last = await start(folder, port)
    await ready(last)
    stop.set()
    await asyncio.gather(*devices)
    last.terminate()
    await last.wait()
    await asyncio.sleep(0.3)
    drained.set()
    await draining
    return tally


def report(tally: Tally, seconds: float) -> str:
    """Say what happened in a few lines."""
    sent, answered, stored = (sum(counted.values()) for counted in (tally.sends, tally.answers, tally.stored))
    return (
        f"{tally.kills} kills in {seconds:.0f} s: {sent} frames sent ({len(tally.sends)} different), "
        f"{answered} answered, {stored} stored\n"
        f"answered but not stored: {len(tally.lost)}; stored more often than sent: {len(tally.doubled)}; "
        f"sent, answered and stored once each: {tally.once}\n"
        f"acknowledged = stored, once: {tally.is_right}\n"
    )


def main() -> int:
    """Serve, or play and judge: exit code 0 when acknowledged means stored."""
    parser = argparse.ArgumentParser(prog="python -m tests.gateway.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        uvloop.run(serve(chosen.serve, chosen.port))
        return 0
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gateway-kills-") as folder:
        tally = uvloop.run(play(Path(folder), chosen.kills))
    sys.stdout.write(report(tally, time.monotonic() - started))
    return 0 if tally.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
