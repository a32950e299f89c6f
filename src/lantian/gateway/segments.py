"""The files of a spool: segments of records, and how far they are durable.

A segment is named by the number of its first frame. It begins with eight bytes and holds records one after another:
marker 4, length of the body 4, CRC-32 of length and body 4, then the body: seq 8, received_us 8, the lengths of family,
device, peer (1 each) and verdict (2), these four texts, and the raw bytes up to the end; little-endian. A damaged
record is stepped over to the next marker with a right check sum, so that one bad place does not hide what follows.

``durable`` holds the number up to which everything was fsynced. Readers stop there: what lies behind may still vanish
in a power cut, and its number be given again.
"""

import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from lantian.gateway.received import Received

START = b"LTSPOOL1"
MARKER = b"\xf5Lt\x9d"
_HEAD = struct.Struct("<4sII")
_LENGTH = struct.Struct("<I")
_BODY = struct.Struct("<QqBBBH")
_DURABLE = struct.Struct("<Q")
_SUFFIX = ".seg"


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of a spool; first: the number of its first frame."""

    first: int
    path: Path


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of a segment, ``[start, end)`` in bytes, that is not what was written."""

    path: Path
    start: int
    end: int


def write_record(received: Received) -> bytes:
    """Return a frame as it stands in a segment."""
    family, device, peer = received.family.encode(), received.device.encode(), received.peer.encode()
    verdict = ",".join(received.verdict).encode()
    numbers = _BODY.pack(received.seq, received.received_us, len(family), len(device), len(peer), len(verdict))
    body = b"".join((numbers, family, device, peer, verdict, received.raw))
    size = len(body)
    return _HEAD.pack(MARKER, size, crc32(body, crc32(_LENGTH.pack(size)))) + body


def read_record(data: bytes, at: int) -> tuple[Received, int] | None:
    """Return the frame that stands at a place and where it ends, or None where none is whole and unharmed."""
    if len(data) - at < _HEAD.size + _BODY.size:
        return None
    marker, size, check = _HEAD.unpack_from(data, at)
    start = at + _HEAD.size
    end = start + size
    if marker != MARKER or end > len(data) or size < _BODY.size:
        return None
    if crc32(data[start:end], crc32(_LENGTH.pack(size))) != check:
        return None
    return _read_body(data, start, end), end


def _read_body(data: bytes, start: int, end: int) -> Received:
    seq, received_us, *sizes = _BODY.unpack_from(data, start)
    at = start + _BODY.size
    texts = []
    for size in sizes:
        texts.append(data[at : at + size].decode())
        at += size
    family, device, peer, verdict = texts
    return Received(seq, received_us, family, device, peer, tuple(verdict.split(",")) if verdict else (), data[at:end])


def records(data: bytes, at: int, harmed: Callable[[int, int], None]) -> Iterator[tuple[Received, int]]:
    """Yield the frames from a place on and where each ends; ``harmed`` is told of bad stretches stepped over."""
    while 0 <= at < len(data):
        found = read_record(data, at)
        if found is None:
            sound = _next_sound(data, at)
            harmed(at, sound)
            at = sound
        else:
            yield found
            at = found[1]


def _next_sound(data: bytes, at: int) -> int:
    """Return where the next whole record behind a bad place starts, or the end."""
    at = data.find(MARKER, at + 1)
    while at >= 0 and read_record(data, at) is None:
        at = data.find(MARKER, at + 1)
    return at if at >= 0 else len(data)


def segment_path(folder: Path, first: int) -> Path:
    """Return where the segment that begins with a number lies."""
    return folder / f"{first:020}{_SUFFIX}"


def segments(folder: Path) -> list[Segment]:
    """Return the segments of a spool, in order."""
    return [Segment(int(path.stem), path) for path in sorted(folder.glob(f"*{_SUFFIX}"))]


def read_durable(folder: Path) -> int:
    """Return the number up to which frames are durable; 0 where nothing is known."""
    try:
        data = (folder / "durable").read_bytes()
    except FileNotFoundError:
        return 0
    return int(_DURABLE.unpack(data)[0]) if len(data) == _DURABLE.size else 0


def write_durable(descriptor: int, seq: int) -> None:
    """Say that frames up to a number are durable."""
    os.pwrite(descriptor, _DURABLE.pack(seq), 0)


def flush_folder(folder: Path) -> None:
    """Make names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
