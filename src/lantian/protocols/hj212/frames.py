"""Cut HJ 212 frames (报文) out of a byte stream and write them (HJ 212-2017, 6.3, tables 2 and 3).

A frame is ``##``, four decimal digits with the length of the data segment, the segment, four hex digits of check sum,
CR LF. Length comes first: ``##`` and ``&&`` may stand inside free text. Only where length and check sum do not agree is
the end searched for (``&&``, hex digits, then CR LF or the next ``##``), and what was repaired is named on the frame.
After damage reading goes on at the next ``##``; nothing behind a bad frame is lost.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from lantian.kernel.errors import Text
from lantian.protocols.candidates import Candidates
from lantian.protocols.errors import ProtocolError
from lantian.protocols.hj212.crc import crc, modbus
from lantian.protocols.hj212.faults import DAMAGE, Fault

MAX_SEGMENT = 1024
"""Bytes of a data segment in the standard; longer ones are read up to what four digits can say."""
_LONGEST = 6 + 9999 + 4 + 2
_START = b"##"
_HEADER = 6
_END = re.compile(rb"&&([0-9A-Fa-f]{3,4})(?=\r?\n|##)")
_LAST_END = re.compile(rb"&&([0-9A-Fa-f]{3,4})(?=\r?\n|##|\s*\Z)")
_CRC = re.compile(rb"[0-9A-Fa-f]{3,4}")
_DIGITS = re.compile(rb"[0-9]{1,4}")
_CLEAN = re.compile(rb"(?:\r\n)?##([0-9]{4})")
_CLEAN_TAILS = (b"\r", b"")
_HEADER_OF_LENGTH = re.compile(rb"(?=##([0-9]{4}))")
_LONGEST_END = 8
_BLANK = b"\r\n \t\x00"


class Frame(NamedTuple):
    """One frame as received.

    raw: from ``##`` to the check sum (the line end is not part of it). segment: the data segment (数据段).
    faults: departures of the envelope, in the order found. skipped: bytes of noise before it, line ends not counted.
    """

    raw: bytes
    segment: bytes
    faults: tuple[Fault, ...] = ()
    skipped: int = 0

    @property
    def is_intact(self) -> bool:
        """Whether length and check sum prove the content."""
        return not DAMAGE.intersection(self.faults)


@dataclass(frozen=True, slots=True)
class _Cut:
    segment: bytes
    end: int
    faults: tuple[Fault, ...]


class SegmentTooLong(ProtocolError):
    """A segment that four digits of length cannot announce."""

    def __init__(self, found: int) -> None:
        super().__init__(
            Text(
                zh=f"数据段 {found} 字节，应不超过 {MAX_SEGMENT} 字节，请分包",
                en=f"the data segment has {found} bytes, at most {MAX_SEGMENT} are allowed; split it into packets",
            )
        )


def write_frame(segment: bytes) -> bytes:
    """Return the frame of a data segment.

    >>> write_frame(b"CP=&&&&")
    b'##0007CP=&&&&F781\\r\\n'
    """
    if len(segment) > MAX_SEGMENT:
        raise SegmentTooLong(len(segment))
    return b"##%04d%b%04X\r\n" % (len(segment), segment, crc(segment))


class FrameReader:
    """Cut frames out of a byte stream; holds no socket, thread or clock.

    >>> reader = FrameReader()
    >>> reader.receive_data(b"noise##0007CP=&&&&F7")
    >>> reader.next_event() is None
    True
    >>> reader.receive_data(b"81\\r\\n")
    >>> frame = reader.next_event()
    >>> frame.segment, frame.skipped, frame.faults
    (b'CP=&&&&', 5, (<Fault.NOISE_BEFORE: 'noise-before'>,))
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._skipped = 0
        self._ended = False
        self._front = 0
        self._inner = Candidates(_HEADER_OF_LENGTH, _HEADER, _frame_size, lambda at: self._by_length(at) is not None)
        self._no_end_before = 0

    @property
    def pending(self) -> int:
        """Bytes received that no event has used yet."""
        return len(self._buffer)

    def receive_data(self, data: bytes) -> None:
        """Take in bytes as they came from the wire."""
        self._buffer += data

    def end_of_input(self) -> None:
        """Say that nothing more will follow for now: what lies in the buffer is read as far as it goes."""
        self._ended = True
        self._no_end_before = 0

    def next_event(self) -> Frame | None:
        """Return the next frame, or None when more data are needed."""
        return self._clean_frame() or self._searched_frame()

    def _clean_frame(self) -> Frame | None:
        """Return a frame that stands next and is as the standard prints it, at once; None for any other."""
        buffer = self._buffer
        found = _CLEAN.match(buffer)
        if found is None or self._skipped:
            return None
        start = found.end()
        end = start + int(found[1])
        segment = bytes(buffer[start:end])
        if buffer[end : end + 4] != b"%04X" % crc(segment) or buffer[end + 4 : end + 5] not in _CLEAN_TAILS:
            return None
        frame = Frame(bytes(buffer[start - _HEADER : end + 4]), segment)
        taken = end + (6 if buffer.startswith(b"\r\n", end + 4) else 4)
        del buffer[:taken]
        self._front += taken
        return frame

    def _searched_frame(self) -> Frame | None:
        """Return the next frame by looking for its start, its end and what is unusual about it."""
        while self._seek_start():
            cut = self._by_length(0) or self._by_end()
            if cut is not None:
                return self._take(cut)
            if not self._step_over():
                return None
        self._ended = False
        return None

    def _seek_start(self) -> bool:
        """Drop what stands before the next ``##``; False when there is none."""
        start = self._buffer.find(_START)
        if start < 0:
            self._drop(len(self._buffer) - self._buffer.endswith(b"#"))
            return False
        self._drop(start)
        return True

    def _drop(self, count: int) -> None:
        self._skipped += len(self._buffer[:count].strip(_BLANK))
        self._cut(count)

    def _cut(self, count: int) -> None:
        del self._buffer[:count]
        self._front += count

    def _by_length(self, at: int) -> _Cut | None:
        """Cut the frame that starts at a place by its announced length, if it is all there and its check sum agrees."""
        digits = self._buffer[at + 2 : at + _HEADER]
        if len(digits) < 4 or not digits.isdigit():
            return None
        end = at + _HEADER + int(digits)
        found = _CRC.match(self._buffer, end)
        if found is None or (found.end() == len(self._buffer) < end + 4 and not self._ended):
            return None
        segment = bytes(self._buffer[at + _HEADER : end])
        faults = _check(found[0], segment)
        return None if Fault.CRC_WRONG in faults else _Cut(segment, found.end(), faults)

    def _by_end(self) -> _Cut | None:
        """Cut at the first end in sight, where the announced length does not fit or has not been reached."""
        end = self._first_end()
        if end is None or self._whole_frame_before(end.start()):
            return None
        start = _digits_end(self._buffer)
        segment = bytes(self._buffer[start : end.start() + 2])
        faults = _length_faults(bytes(self._buffer[2:start]), len(segment)) + _check(end[1], segment)
        if Fault.CRC_WRONG in faults and self._awaits_announced():
            return None
        return _Cut(segment, end.end(), faults)

    def _first_end(self) -> re.Match[bytes] | None:
        """Return the first end behind this ``##``; what was searched before is not searched again."""
        end = (_LAST_END if self._ended else _END).search(self._buffer, max(2, self._no_end_before - self._front))
        self._no_end_before = self._front + (end.start() if end else len(self._buffer) - _LONGEST_END + 1)
        return end

    def _awaits_announced(self) -> bool:
        """Whether the announced length says that the rest is still on its way."""
        digits = self._buffer[2:_HEADER]
        return not self._ended and digits.isdigit() and len(self._buffer) < _HEADER + int(digits) + 4

    def _whole_frame_before(self, limit: int) -> int:
        """Return where a frame proved by length and check sum starts behind this ``##``; 0 when there is none."""
        return self._inner.first(self._buffer, self._front, limit - 1, slack=int(self._ended))

    def _step_over(self) -> bool:
        """Leave this ``##`` behind as noise where that is certain; False when more data may still complete it."""
        later = self._whole_frame_before(len(self._buffer))
        if not later and not self._ended and len(self._buffer) < _LONGEST:
            return False
        self._drop(later or len(_START))
        return True

    def _take(self, cut: _Cut) -> Frame:
        noise = (Fault.NOISE_BEFORE,) if self._skipped else ()
        tail = _tail_faults(bytes(self._buffer[cut.end : cut.end + 2]))
        frame = Frame(bytes(self._buffer[: cut.end]), cut.segment, noise + cut.faults + tail, self._skipped)
        self._cut(cut.end)
        self._skipped = 0
        return frame


def _digits_end(buffer: bytearray) -> int:
    """Return where the length field ends: behind four characters, or fewer if they are not all digits."""
    found = _DIGITS.match(buffer, 2)
    return found.end() if found else 2


def _length_faults(field: bytes, length: int) -> tuple[Fault, ...]:
    if len(field) != 4:
        return (Fault.LENGTH_FIELD,)
    return () if int(field) == length else (Fault.LENGTH_WRONG,)


def _check(printed: bytes, segment: bytes) -> tuple[Fault, ...]:
    """Return what is unusual about a printed check sum; CRC_WRONG if nothing explains it."""
    value, expected = int(printed, 16), crc(segment)
    case = (Fault.CRC_LOWER_CASE,) if printed != printed.upper() else ()
    if value == expected:
        return case + ((Fault.CRC_SHORT,) if len(printed) < 4 else ())
    if (value >> 8 | (value & 0xFF) << 8) == expected:
        return (*case, Fault.CRC_SWAPPED)
    is_modbus = len(segment) <= MAX_SEGMENT and value == modbus(segment)
    return (*case, Fault.CRC_MODBUS if is_modbus else Fault.CRC_WRONG)


def _tail_faults(tail: bytes) -> tuple[Fault, ...]:
    """Judge the line end; what has not arrived yet is not judged."""
    if not tail or tail.startswith(b"\r"):
        return ()
    return (Fault.TAIL_LF,) if tail.startswith(b"\n") else (Fault.NO_TAIL,)


def _frame_size(announced: bytes) -> int:
    """Return the bytes of a frame up to its check sum."""
    return _HEADER + int(announced) + 4
