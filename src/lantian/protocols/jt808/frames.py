"""Cut JT/T 808 frames out of a byte stream and write them.

``7E | header | body | check | 7E``; inside, 7E is sent as 7D 02 and 7D as 7D 01. The check byte is the xor of header
and body and is made before escaping. Header: id 2, attributes 2, (2019: version 1,) phone BCD 6 (2019: 10), serial 2,
and with the split bit total 2 and index 2. Big-endian.
"""

from dataclasses import dataclass
from enum import StrEnum

from lantian.kernel.errors import Text
from lantian.protocols.check_byte import check_byte
from lantian.protocols.errors import ProtocolError

_MARK = 0x7E
_LONGEST = 2 * (21 + 1023 + 1) + 2
MAX_BODY = 1023
_LENGTH, _ENCRYPTION, _SPLIT, _V2019 = 0x03FF, 0x1C00, 0x2000, 0x4000


class Fault(StrEnum):
    """Departures of a frame from the standard."""

    NOISE_BEFORE = "noise-before"
    CHECK_WRONG = "check-byte-wrong"
    LENGTH_WRONG = "body-length-wrong"
    HEADER_SHORT = "header-incomplete"
    ESCAPE_UNKNOWN = "escape-unknown"


DAMAGE = frozenset({Fault.CHECK_WRONG, Fault.LENGTH_WRONG, Fault.HEADER_SHORT, Fault.ESCAPE_UNKNOWN})
"""Faults with which the envelope does not prove its content."""


@dataclass(frozen=True, slots=True)
class Header:
    """Message id (消息 ID), phone (终端手机号) as BCD text, serial (流水号) and what the attribute bits say.

    version: None in 2011 and 2013, else the protocol version of 2019. part: (index, total) of a split message, from 1.
    """

    message_id: int
    phone: str
    serial: int
    version: int | None = None
    encryption: int = 0
    part: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: raw bytes between and with its marks, header (None where it is incomplete), body and faults."""

    raw: bytes
    header: Header | None
    body: bytes
    faults: tuple[Fault, ...] = ()
    skipped: int = 0

    @property
    def is_intact(self) -> bool:
        """Whether check byte and length prove the content."""
        return not DAMAGE.intersection(self.faults)


class BodyTooLong(ProtocolError):
    """A body that ten bits of length cannot announce."""

    def __init__(self, found: int) -> None:
        super().__init__(
            Text(
                f"消息体 {found} 字节，应不超过 {MAX_BODY} 字节，请分包",
                f"the body has {found} bytes, at most {MAX_BODY} are allowed; split it",
            )
        )


def escape(content: bytes) -> bytes:
    """Return content as it is sent: 7D becomes 7D 01, 7E becomes 7D 02."""
    return content.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")


def unescape(content: bytes) -> bytes:
    """Undo :func:`escape`; 7D before anything else stands for itself."""
    return content.replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")


def write_frame(header: Header, body: bytes) -> bytes:
    """Return the frame of a header and a body.

    >>> write_frame(Header(2, "012345678900", 10), b"").hex()
    '7e00020000012345678900000a817e'
    """
    if len(body) > MAX_BODY:
        raise BodyTooLong(len(body))
    attributes = len(body) | header.encryption << 10 | (_SPLIT if header.part else 0)
    head = header.message_id.to_bytes(2, "big")
    if header.version is None:
        head += attributes.to_bytes(2, "big") + bytes.fromhex(header.phone.zfill(12))
    else:
        version = header.version.to_bytes(1, "big")
        head += (attributes | _V2019).to_bytes(2, "big") + version + bytes.fromhex(header.phone.zfill(20))
    head += header.serial.to_bytes(2, "big")
    if header.part:
        head += header.part[1].to_bytes(2, "big") + header.part[0].to_bytes(2, "big")
    content = head + body
    return b"\x7e" + escape(content + bytes([check_byte(content)])) + b"\x7e"


class FrameReader:
    """Cut frames out of a byte stream; holds no socket, thread or clock.

    Two frames may share one mark, and marks may repeat. What stands before the first mark is noise; a piece between two
    marks that is no frame may itself be noise before the mark of the next one.

    >>> reader = FrameReader()
    >>> reader.receive_data(bytes.fromhex("7e00020000012345678900000a817e"))
    >>> reader.next_event().header.message_id
    2
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._skipped = 0

    @property
    def pending(self) -> int:
        """Bytes received that no event has used yet."""
        return len(self._buffer)

    def receive_data(self, data: bytes) -> None:
        """Take in bytes as they came from the wire."""
        self._buffer += data

    def next_event(self) -> Frame | None:
        """Return the next frame, or None when more data are needed."""
        while self._seek_mark():
            end = self._buffer.find(_MARK, 1)
            if end < 0:
                if len(self._buffer) <= _LONGEST:
                    return None
                self._drop(len(self._buffer))
            elif end == 1:
                del self._buffer[0]
            else:
                return self._take(end)
        return None

    def _seek_mark(self) -> bool:
        start = self._buffer.find(_MARK)
        self._drop(len(self._buffer) if start < 0 else start)
        return start >= 0

    def _drop(self, count: int) -> None:
        self._skipped += count
        del self._buffer[:count]

    def _take(self, end: int) -> Frame:
        """Read the piece up to a mark; the mark stays, for it may open the next frame."""
        raw = bytes(self._buffer[: end + 1])
        header, body, faults = read_content(raw[1:-1])
        noise = (Fault.NOISE_BEFORE,) if self._skipped else ()
        frame = Frame(raw, header, body, noise + faults, self._skipped)
        del self._buffer[:end]
        self._skipped = 0
        return frame


def read_content(sent: bytes) -> tuple[Header | None, bytes, tuple[Fault, ...]]:
    """Read what stood between two marks: header, body and faults."""
    content = unescape(sent)
    faults = [Fault.ESCAPE_UNKNOWN] if _has_unknown_escape(sent) else []
    if check_byte(content) != 0:
        faults.append(Fault.CHECK_WRONG)
    header, start = _read_header(content)
    if header is None:
        return None, b"", (*faults, Fault.HEADER_SHORT)
    body = content[start:-1]
    if len(body) != int.from_bytes(content[2:4], "big") & _LENGTH:
        faults.append(Fault.LENGTH_WRONG)
    return header, body, tuple(faults)


def _has_unknown_escape(sent: bytes) -> bool:
    return sent.count(b"\x7d") != sent.count(b"\x7d\x01") + sent.count(b"\x7d\x02")


def _read_header(content: bytes) -> tuple[Header | None, int]:
    """Return the header and where the body starts."""
    attributes = int.from_bytes(content[2:4], "big")
    is_2019, is_split = bool(attributes & _V2019), bool(attributes & _SPLIT)
    phone_at, phone_size = (5, 10) if is_2019 else (4, 6)
    end = phone_at + phone_size + 2
    start = end + (4 if is_split else 0)
    if len(content) < start + 1:
        return None, 0
    part = None
    if is_split:
        part = int.from_bytes(content[end + 2 : end + 4], "big"), int.from_bytes(content[end : end + 2], "big")
    header = Header(
        message_id=int.from_bytes(content[:2], "big"),
        phone=content[phone_at : phone_at + phone_size].hex(),
        serial=int.from_bytes(content[end - 2 : end], "big"),
        version=content[4] if is_2019 else None,
        encryption=(attributes & _ENCRYPTION) >> 10,
        part=part,
    )
    return header, start
