"""What GB 17691 frames say: login, report, supplement, logout, time; blocks in both layouts met in the field.

Layout A repeats {type, serial, body} after the time; layout B has one serial and then repeats {type, body}. The layout
is the one whose blocks end exactly at the end of the unit, A first. A signature may follow a block: 0x20, r (32), 0x20,
s (32).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import NamedTuple

from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.protocols.errors import ProtocolError
from lantian.protocols.gb17691.fields import (
    HYBRID,
    SIZES,
    STREAM,
    SUPPLEMENT,
    Measured,
    Quantity,
    read_quantities,
    write_quantities,
)
from lantian.protocols.gb17691.frames import Frame

_TIME, _SERIAL, _SIGNATURE, _OBD = 6, 2, 66, 96
_NO_ENCRYPTION = 1


class Command(IntEnum):
    """Commands (命令标识) of the terminal."""

    LOGIN = 1
    REPORT = 2
    SUPPLEMENT = 3
    LOGOUT = 4
    TIME = 5


class BlockType(IntEnum):
    """Types of report blocks; those of three-way catalysts and of provinces are kept as bytes."""

    OBD = 0x01
    STREAM = 0x02
    CATALYST = 0x03
    HYBRID = 0x04
    CATALYST_NOX = 0x05
    SUPPLEMENT = 0x80


_TABLES: Mapping[int, tuple[Quantity, ...]] = {BlockType.HYBRID: HYBRID, BlockType.SUPPLEMENT: SUPPLEMENT}


class Layout(StrEnum):
    """How the serials of a report stand."""

    SERIAL_PER_BLOCK = "serial_per_block"
    SERIAL_ONCE = "serial_once"


@dataclass(frozen=True, slots=True)
class Obd:
    """On-board diagnosis (车载诊断): protocol, lamp, monitors, VIN, calibration, counters, fault codes."""

    protocol: int
    lamp: int
    support: int
    ready: int
    vin: str
    calibration_id: str
    cvn: str
    iupr: bytes
    fault_count: int
    fault_codes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Location:
    """State of the position: fixed, south, west (定位状态)."""

    is_fixed: bool
    is_south: bool
    is_west: bool


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a report; what its type does not explain stays in ``body``."""

    type: int
    serial: int | None
    body: bytes
    signature: bytes | None = None
    obd: Obd | None = None
    quantities: Mapping[str, Measured] | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A frame's content. time is None where it has none or none that exists; rest: bytes that no layout explains."""

    time: datetime | None
    serial: int | None = None
    iccid: str | None = None
    layout: Layout | None = None
    blocks: tuple[Block, ...] = ()
    rest: bytes = b""
    is_opaque: bool = False


def read_message(frame: Frame) -> Message:
    """Read a frame's data unit; an encrypted unit is opaque, an unknown part is kept as bytes."""
    if frame.encryption != _NO_ENCRYPTION:
        return Message(None, rest=frame.unit, is_opaque=True)
    if frame.command in (Command.LOGIN, Command.LOGOUT):
        return _read_session(frame.unit)
    if frame.command in (Command.REPORT, Command.SUPPLEMENT):
        return _read_report(frame.unit)
    return Message(read_time(frame.unit), rest=frame.unit[_TIME:])


def read_time(data: bytes) -> datetime | None:
    """Return the instant of six binary bytes (year − 2000, month … second, Beijing time), or None."""
    if len(data) < _TIME:
        return None
    try:
        return datetime(2000 + data[0], data[1], data[2], data[3], data[4], data[5], tzinfo=BEIJING)
    except ValueError:
        return None


def write_time(instant: datetime) -> bytes:
    """Return an instant as six binary bytes of Beijing time."""
    local = instant.astimezone(BEIJING)
    return bytes([local.year - 2000, local.month, local.day, local.hour, local.minute, local.second])


def _read_session(unit: bytes) -> Message:
    if len(unit) < _TIME + _SERIAL:
        return Message(read_time(unit), rest=unit)
    serial = int.from_bytes(unit[_TIME : _TIME + _SERIAL], "big")
    iccid = unit[8:28].decode("ascii", "replace") if len(unit) >= 28 else None
    return Message(read_time(unit), serial, iccid)


class _Piece(NamedTuple):
    """A block cut out and not read yet."""

    type: int
    serial: int | None
    body: bytes
    signature: bytes | None

    @property
    def size(self) -> int:
        serial = 0 if self.serial is None else _SERIAL
        return 1 + serial + len(self.body) + len(self.signature or b"")


def _read_report(unit: bytes) -> Message:
    """Read a report in the layout that explains more of it; where both explain as much, in the first."""
    time = read_time(unit)
    if len(unit) < _TIME + _SERIAL:
        return Message(time, rest=unit[_TIME:] if len(unit) >= _TIME else unit)
    cuts = [(layout, *_cut_blocks(unit, layout)) for layout in Layout]
    layout, pieces, rest = min(cuts, key=lambda cut: len(cut[2]))
    serial = int.from_bytes(unit[_TIME : _TIME + _SERIAL], "big") if layout is Layout.SERIAL_ONCE else None
    return Message(time, serial, None, layout, tuple(_read_block(piece) for piece in pieces), rest)


def _cut_blocks(unit: bytes, layout: Layout) -> tuple[list[_Piece], bytes]:
    """Cut a report's blocks apart in a layout; what it does not explain is the rest."""
    at, pieces = _TIME + (_SERIAL if layout is Layout.SERIAL_ONCE else 0), []
    while at < len(unit) and (piece := _cut_block(unit, at, layout)):
        pieces.append(piece)
        at += piece.size
    return pieces, unit[at:]


def _cut_block(unit: bytes, at: int, layout: Layout) -> _Piece | None:
    """Cut the block at a place; None where its type is unknown or its body incomplete."""
    kind, at = unit[at], at + 1
    serial = None
    if layout is Layout.SERIAL_PER_BLOCK:
        serial, at = int.from_bytes(unit[at : at + _SERIAL], "big"), at + _SERIAL
    size = _obd_size(unit, at) if kind == BlockType.OBD else SIZES.get(kind)
    if size is None or at + size > len(unit):
        return None
    return _Piece(kind, serial, unit[at : at + size], _read_signature(unit, at + size))


def _read_block(piece: _Piece) -> Block:
    kind, serial, body, signature = piece
    if kind == BlockType.OBD:
        return Block(kind, serial, body, signature, obd=_read_obd(body))
    if kind == BlockType.STREAM:
        location = Location(not body[24] & 1, bool(body[24] & 2), bool(body[24] & 4))
        return Block(kind, serial, body, signature, quantities=read_quantities(body, STREAM), location=location)
    table = _TABLES.get(kind)
    return Block(kind, serial, body, signature, quantities=read_quantities(body, table) if table else None)


def _obd_size(unit: bytes, at: int) -> int | None:
    if at + _OBD > len(unit):
        return None
    return _OBD + 4 * _code_count(unit[at + 95])


def _code_count(count: int) -> int:
    """0xFE means that the number is invalid: no list follows."""
    return count if count <= 253 else 0


def _read_signature(unit: bytes, at: int) -> bytes | None:
    found = unit[at : at + _SIGNATURE]
    return found if len(found) == _SIGNATURE and found[0] == found[33] == 0x20 else None


def _read_obd(body: bytes) -> Obd:
    codes = tuple(body[at : at + 4] for at in range(_OBD, len(body), 4))
    return Obd(
        protocol=body[0],
        lamp=body[1],
        support=int.from_bytes(body[2:4], "big"),
        ready=int.from_bytes(body[4:6], "big"),
        vin=body[6:23].decode("latin-1"),
        calibration_id=body[23:41].decode("latin-1"),
        cvn=body[41:59].decode("latin-1"),
        iupr=body[59:95],
        fault_count=body[95],
        fault_codes=codes,
    )


# writing ----------------------------------------------------------------------------------------------------


class WrongIccid(ProtocolError):
    """A card number that is not 20 ASCII characters."""

    def __init__(self, found: str) -> None:
        super().__init__(
            Text(
                f"ICCID 为“{found}”，应为 20 位 ASCII 字符", f"the ICCID is “{found}”, it has to be 20 ASCII characters"
            )
        )


def write_login(instant: datetime, serial: int, iccid: str) -> bytes:
    """Return the unit of a login (车辆登入, command 1): time, serial of the day from 1, card number."""
    if len(iccid) != 20 or not iccid.isascii():
        raise WrongIccid(iccid)
    return write_time(instant) + serial.to_bytes(_SERIAL, "big") + iccid.encode()


def write_logout(instant: datetime, serial: int) -> bytes:
    """Return the unit of a logout (车辆登出, command 4) with the serial of its login."""
    return write_time(instant) + serial.to_bytes(_SERIAL, "big")


def write_report(instant: datetime, serial: int, blocks: Sequence[Block], layout: Layout) -> bytes:
    """Return the unit of a report (command 2, or 3 for data sent afterwards) with its blocks in a layout.

    serial: of the report; where serials stand per block, a block's own serial goes before it.
    """
    once = layout is Layout.SERIAL_ONCE
    head = write_time(instant) + (serial.to_bytes(_SERIAL, "big") if once else b"")
    return head + b"".join(_write_block(block, None if once else serial) for block in blocks)


def _write_block(block: Block, serial: int | None) -> bytes:
    number = b"" if serial is None else (block.serial or serial).to_bytes(_SERIAL, "big")
    return bytes([block.type]) + number + block.body + (block.signature or b"")


def stream_block(values: Mapping[str, float | Decimal | None], location: Location, serial: int | None = None) -> Block:
    """Return a data stream block (type 0x02) of values named as in ``fields.STREAM``; a missing one is invalid."""
    body = bytearray(write_quantities(values, STREAM, SIZES[BlockType.STREAM]))
    body[24] = (not location.is_fixed) | location.is_south << 1 | location.is_west << 2
    return Block(BlockType.STREAM, serial, bytes(body), location=location)


def obd_block(obd: Obd, serial: int | None = None) -> Block:
    """Return a block of on-board diagnosis (type 0x01); texts are padded with zero bytes."""
    texts = ((obd.vin, 17), (obd.calibration_id, 18), (obd.cvn, 18))
    body = bytes([obd.protocol, obd.lamp]) + obd.support.to_bytes(2, "big") + obd.ready.to_bytes(2, "big")
    body += b"".join(text.encode("latin-1").ljust(size, b"\x00")[:size] for text, size in texts)
    body += obd.iupr.ljust(36, b"\x00")[:36] + bytes([obd.fault_count]) + b"".join(obd.fault_codes)
    return Block(BlockType.OBD, serial, body, obd=obd)
