"""Cut GB 17691 and HJ 1239 frames out of a byte stream and write them (Annex Q, frame structure; big-endian).

Offset 0 start (``##`` of GB 17691, ``~~`` of HJ 1239), 2 command, 3 VIN (17), 20 software version, 21 encryption,
22 length of the data unit, 24 the unit, then the check byte: xor of everything from the command on. The start marker
may stand inside the unit: frames are cut by length, proved by the check byte, and reading goes on at the next marker
where that fails.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from lantian.kernel.errors import Text
from lantian.protocols.candidates import Candidates
from lantian.protocols.check_byte import check_byte
from lantian.protocols.errors import ProtocolError

HEADER = 24
MAX_UNIT = 65_531
_START = re.compile(rb"##|~~")
_HEADER_OF_VIN = re.compile(rb"(?=(?:##|~~).[!-~]{17}..(..))", re.DOTALL)
"""A header whose VIN is printable, wherever it stands: one check byte alone passes 1 in 256."""
_GB32960_COMMAND = 0xFE


class Fault(StrEnum):
    """Departures of a frame from Annex Q."""

    NOISE_BEFORE = "noise-before"
    CHECK_WRONG = "check-byte-wrong"
    NOT_THIS_PROTOCOL = "gb32960"


class Start(StrEnum):
    """The two start markers, told apart frame by frame."""

    GB17691 = "##"
    HJ1239 = "~~"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: raw bytes, start marker, command, VIN (车辆识别代号), versions, data unit (数据单元), faults."""

    raw: bytes
    start: Start
    command: int
    vin: str
    software_version: int
    encryption: int
    unit: bytes
    faults: tuple[Fault, ...] = ()
    skipped: int = 0

    @property
    def is_intact(self) -> bool:
        """Whether the check byte proves the content."""
        return not {Fault.CHECK_WRONG, Fault.NOT_THIS_PROTOCOL}.intersection(self.faults)


class WrongVin(ProtocolError):
    """A VIN that is not 17 ASCII characters."""

    def __init__(self, found: str) -> None:
        super().__init__(
            Text(f"VIN 为“{found}”，应为 17 位 ASCII 字符", f"the VIN is “{found}”, it has to be 17 ASCII characters")
        )


class UnitTooLong(ProtocolError):
    """A data unit that two bytes of length cannot announce."""

    def __init__(self, found: int) -> None:
        super().__init__(
            Text(
                f"数据单元 {found} 字节，应不超过 {MAX_UNIT} 字节",
                f"the data unit has {found} bytes, at most {MAX_UNIT} are allowed",
            )
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a frame says before its unit: command, VIN, software version, encryption (1 none), start marker."""

    command: int
    vin: str
    software_version: int = 1
    encryption: int = 1
    start: Start = Start.GB17691


def write_frame(envelope: Envelope, unit: bytes) -> bytes:
    """Return the frame of a data unit."""
    if len(envelope.vin) != 17 or not envelope.vin.isascii():
        raise WrongVin(envelope.vin)
    if len(unit) > MAX_UNIT:
        raise UnitTooLong(len(unit))
    numbers = bytes([envelope.software_version, envelope.encryption])
    content = bytes([envelope.command]) + envelope.vin.encode() + numbers + len(unit).to_bytes(2, "big") + unit
    return envelope.start.encode() + content + bytes([check_byte(content)])


class FrameReader:
    """Cut frames out of a byte stream; holds no socket, thread or clock.

    >>> reader = FrameReader()
    >>> reader.receive_data(b"noise" + write_frame(Envelope(5, "LFWSRXSJ0N1F00123"), b""))
    >>> frame = reader.next_event()
    >>> frame.command, frame.vin, frame.skipped
    (5, 'LFWSRXSJ0N1F00123', 5)
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._skipped = 0
        self._ended = False
        self._front = 0
        self._inner = Candidates(_HEADER_OF_VIN, HEADER, _frame_size, self._is_proved_at)

    @property
    def pending(self) -> int:
        """Bytes received that no event has used yet."""
        return len(self._buffer)

    def receive_data(self, data: bytes) -> None:
        """Take in bytes as they came from the wire."""
        self._buffer += data

    def end_of_input(self) -> None:
        """Say that nothing more will follow for now."""
        self._ended = True

    def next_event(self) -> Frame | None:
        """Return the next frame, or None when more data are needed."""
        while self._seek_start():
            end = self._announced_end(0)
            if end is not None and end <= len(self._buffer):
                frame = self._take(end if self._is_whole(end) else self._damaged_end(end))
                if frame is not None:
                    return frame
                continue
            later = self._whole_frame(len(self._buffer))
            if not later and not self._ended:
                return None
            self._drop(later or 2)
        self._ended = False
        return None

    def _seek_start(self) -> bool:
        found = _START.search(self._buffer)
        if found is None:
            self._drop(len(self._buffer) - self._buffer.endswith((b"#", b"~")))
            return False
        self._drop(found.start())
        return True

    def _drop(self, count: int) -> None:
        self._skipped += count
        self._cut(count)

    def _cut(self, count: int) -> None:
        del self._buffer[:count]
        self._front += count

    def _announced_end(self, at: int) -> int | None:
        """Return where the frame at a place should end; None while its header is incomplete."""
        if len(self._buffer) < at + HEADER:
            return None
        return at + HEADER + int.from_bytes(self._buffer[at + 22 : at + HEADER], "big") + 1

    def _proved(self, at: int, end: int) -> bool:
        return end <= len(self._buffer) and check_byte(self._buffer[at + 2 : end]) == 0

    def _is_whole(self, end: int) -> bool:
        """A check byte passes 1 damaged length in 256; a proved frame that starts inside and ends behind refutes it."""
        if not self._proved(0, end):
            return False
        inner = self._whole_frame(end)
        return not inner or (self._announced_end(inner) or 0) <= end

    def _damaged_end(self, end: int) -> int:
        """A damaged frame's length is not to be trusted: it ends at the next marker, for that may open a good frame."""
        found = _START.search(self._buffer, 2, end + 1)
        return found.start() if found else end

    def _is_proved_at(self, at: int) -> bool:
        return self._proved(at, self._announced_end(at) or 0)

    def _whole_frame(self, limit: int) -> int:
        """Return where a proved frame starts behind the first marker and before a place; 0 when there is none."""
        return self._inner.first(self._buffer, self._front, limit)

    def _take(self, end: int) -> Frame | None:
        """Return the bytes up to a place as a frame; None, and noise, where they hold no whole header."""
        if end <= HEADER:
            self._drop(end)
            return None
        raw = bytes(self._buffer[:end])
        faults = [Fault.NOISE_BEFORE] if self._skipped else []
        if check_byte(raw[2:]) != 0:
            faults.append(Fault.CHECK_WRONG)
        if raw[3] == _GB32960_COMMAND:
            faults.append(Fault.NOT_THIS_PROTOCOL)
        vin = raw[3:20].decode("ascii", "replace")
        frame = Frame(
            raw, Start(raw[:2].decode()), raw[2], vin, raw[20], raw[21], raw[24:-1], tuple(faults), self._skipped
        )
        self._cut(end)
        self._skipped = 0
        return frame


def _frame_size(announced: bytes) -> int:
    return HEADER + int.from_bytes(announced, "big") + 1
