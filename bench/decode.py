"""Frames a second of one core: HJ 212 bytes to message, check sum included, beside a floor that only sums."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import process_time

from bench.figures import Figure
from lantian.protocols.hj212.crc import crc, table
from lantian.protocols.hj212.fields import Pair
from lantian.protocols.hj212.frames import FrameReader
from lantian.protocols.hj212.messages import Command, read_message
from lantian.protocols.hj212.writing import Address, Upload, write_request, write_upload

GOAL = 60_000
FRAMES, REPEATS = 2_000, 7
AT = datetime.fromisoformat("2019-06-01T12:00:00+08:00")
DUST = "a34004=35.000 a34002=60.00 a34001=132 a01001=13.5 a01002=43.8 a01006=101.325 LA=66.8"


def run() -> list[Figure]:
    """Measure a short request and a dust site's minute, each against the two forms of the check sum alone."""
    return [*_figures(_request(), GOAL), *_figures(_upload(), None)]


def _request() -> bytes:
    address = Address(st="32", mn="010000A8900016F000169DC0", pw="100000")
    return write_request(address, "20160801085857223", Command.SET_REALTIME_INTERVAL, {"RtdInterval": "30"})


def _upload() -> bytes:
    address = Address(st="39", mn="010000A8900016F000169DC0", pw="123456")
    values = [item.split("=") for item in DUST.split()]
    groups = [[Pair(code, "Rtd", value), Pair(code, "Flag", "N")] for code, value in values]
    [wire] = write_upload(address, AT, Upload(Command.REALTIME, AT, groups), wants_answer=True)
    return wire


def _figures(wire: bytes, goal: float | None) -> list[Figure]:
    segments = [wire[6:-6]] * FRAMES
    decode = _rate(lambda: _decode(wire * FRAMES))
    name = f"HJ 212 to message, {len(wire)}-byte frame"
    floors = {"check sum byte by byte": table, "check sum folded": crc}
    return [
        Figure(name, decode, "frames/s", peer, _rate(partial(_sum, sums, segments)), goal)
        for peer, sums in floors.items()
    ]


def _decode(wire: bytes) -> None:
    """Read a wire in pieces of 4,096 bytes, as a socket gives them."""
    reader = FrameReader()
    for start in range(0, len(wire), 4096):
        reader.receive_data(wire[start : start + 4096])
        while frame := reader.next_event():
            read_message(frame)


def _sum(sums: Callable[[bytes], int], segments: list[bytes]) -> None:
    for segment in segments:
        sums(segment)


def _rate(work: Callable[[], object]) -> float:
    """Frames a second of processor time in the fastest of several runs: others on the machine only slow a run down."""
    times = []
    for _ in range(REPEATS):
        start = process_time()
        work()
        times.append(process_time() - start)
    return FRAMES / min(times)
