"""What JT/T 808 frames say: registration, authentication, positions, batches, answers (2011, 2013 and 2019)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum

from lantian.kernel.instants import BEIJING
from lantian.protocols.jt808.fields import Status
from lantian.protocols.jt808.frames import Frame

_LOCATION = 28
REGISTRATION_SIZES = {2011: (5, 8, 7), 2013: (5, 20, 7), 2019: (11, 30, 30)}
"""Bytes of maker, model and terminal id in a registration, by edition."""


class MessageId(IntEnum):
    """Message ids (消息 ID) that are read or written by name."""

    TERMINAL_ANSWER = 0x0001
    HEARTBEAT = 0x0002
    LOGOUT = 0x0003
    TIME_QUERY = 0x0004
    REGISTER = 0x0100
    AUTHENTICATE = 0x0102
    LOCATION = 0x0200
    LOCATION_ANSWER = 0x0201
    BATCH = 0x0704
    PASS_THROUGH = 0x0900
    PLATFORM_ANSWER = 0x8001
    MISSING_PARTS = 0x8003
    TIME_ANSWER = 0x8004
    REGISTER_ANSWER = 0x8100
    LOCATION_QUERY = 0x8201


class Result(IntEnum):
    """Result of a general answer (通用应答)."""

    OK = 0
    FAILED = 1
    BAD_MESSAGE = 2
    UNSUPPORTED = 3


class RegisterResult(IntEnum):
    """Result of a registration (注册结果)."""

    OK = 0
    VEHICLE_REGISTERED = 1
    NO_VEHICLE = 2
    TERMINAL_REGISTERED = 3
    NO_TERMINAL = 4


_MILEAGE = 0x01


@dataclass(frozen=True, slots=True)
class Answer:
    """A general answer: the serial and id that it answers, and the result."""

    serial: int
    message_id: int
    result: int


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration (注册): with plate colour 0 the plate is a VIN. edition: 2011, 2013 or 2019, by its sizes."""

    province: int
    city: int
    maker: str
    model: str
    terminal_id: str
    plate_colour: int
    plate: str
    edition: int


@dataclass(frozen=True, slots=True)
class RegistrationAnswer:
    """The answer to a registration; the code is given only with result 0."""

    serial: int
    result: int
    code: str


@dataclass(frozen=True, slots=True)
class Authentication:
    """An authentication (鉴权): the code, and in 2019 the IMEI and the software version."""

    code: str
    imei: str | None = None
    software: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One addition (附加信息) of a location; what the id means is the vendor's for ids above 0xE0."""

    id: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Location:
    """A position (位置汇报).

    alarm, status: bit fields as sent. latitude, longitude: degrees, south and west negative.
    time: None where the BCD digits are no time. is_truncated: the last addition announced more bytes than there are.
    """

    alarm: int
    status: int
    latitude: Decimal
    longitude: Decimal
    altitude_m: int
    speed_kmh: Decimal
    direction: int
    time: datetime | None
    items: tuple[Item, ...] = ()
    is_truncated: bool = False

    @property
    def is_on(self) -> bool:
        """Whether the ignition (ACC) is on."""
        return bool(self.status & Status.ACC)

    @property
    def is_fixed(self) -> bool:
        """Whether the position is a fix."""
        return bool(self.status & Status.FIX)

    @property
    def mileage_km(self) -> Decimal | None:
        """The mileage (里程) of addition 01 [km]; None where it is missing or not four bytes long."""
        found = [item.value for item in self.items if item.id == _MILEAGE and len(item.value) == 4]
        return int.from_bytes(found[-1], "big") * Decimal("0.1") if found else None


@dataclass(frozen=True, slots=True)
class Batch:
    """Several positions at once (定位数据批量上传): type 0 normal, 1 back-fill of a blind area."""

    type: int
    announced: int
    locations: tuple[Location, ...]


@dataclass(frozen=True, slots=True)
class LocationAnswer:
    """The position that a location query (8201) asked for; serial is the query's."""

    serial: int
    location: Location


@dataclass(frozen=True, slots=True)
class MissingParts:
    """The platform's request for missing parts (补传分包请求): serial of the first part, indices from 1."""

    first_serial: int
    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PassThrough:
    """Data of another protocol (数据上行透传); vendors carry OBD and emission data in types 0xF0 to 0xFF."""

    type: int
    data: bytes


Content = (
    Answer
    | Registration
    | RegistrationAnswer
    | Authentication
    | Location
    | LocationAnswer
    | Batch
    | MissingParts
    | PassThrough
    | None
)


def read_content(frame: Frame) -> Content:
    """Return what a frame says; None where its body is split, encrypted, too short or of a kind kept as bytes."""
    header = frame.header
    if header is None or header.encryption or header.part:
        return None
    if header.message_id == MessageId.REGISTER:
        return _read_registration(frame.body, is_2019=header.version is not None)
    if header.message_id == MessageId.AUTHENTICATE:
        return _read_authentication(frame.body, is_2019=header.version is not None)
    if header.message_id == MessageId.MISSING_PARTS:
        return _read_missing_parts(frame.body, is_2019=header.version is not None)
    reader = _READERS.get(header.message_id)
    return reader(frame.body) if reader else None


def _read_answer(body: bytes) -> Answer | None:
    if len(body) < 5:
        return None
    return Answer(int.from_bytes(body[:2], "big"), int.from_bytes(body[2:4], "big"), body[4])


def _text(data: bytes) -> str:
    return data.replace(b"\x00", b"").decode("gb18030", "replace").strip(" ")


def _read_registration(body: bytes, *, is_2019: bool) -> Registration | None:
    edition, sizes = _registration_sizes(body, is_2019=is_2019)
    start = 4 + sum(sizes)
    if len(body) < start + 1:
        return None
    ends = (4 + sizes[0], 4 + sizes[0] + sizes[1], start)
    maker, model, terminal = (_text(body[end - size : end]) for size, end in zip(sizes, ends, strict=True))
    province, city = int.from_bytes(body[:2], "big"), int.from_bytes(body[2:4], "big")
    return Registration(province, city, maker, model, terminal, body[start], _text(body[start + 1 :]), edition)


def _registration_sizes(body: bytes, *, is_2019: bool) -> tuple[int, tuple[int, int, int]]:
    """Edition, and bytes of maker, model and terminal id: 2019, 2013, or 2011 where the body is too short for 2013."""
    edition = 2019 if is_2019 else 2013 if len(body) >= 37 else 2011
    return edition, REGISTRATION_SIZES[edition]


def _read_registration_answer(body: bytes) -> RegistrationAnswer | None:
    if len(body) < 3:
        return None
    return RegistrationAnswer(int.from_bytes(body[:2], "big"), body[2], _text(body[3:]))


def _read_authentication(body: bytes, *, is_2019: bool) -> Authentication | None:
    if not is_2019:
        return Authentication(_text(body))
    if not body or len(body) < 1 + body[0]:
        return None
    at = 1 + body[0]
    return Authentication(_text(body[1:at]), _text(body[at : at + 15]), _text(body[at + 15 : at + 35]))


def read_location(body: bytes) -> Location | None:
    """Return the position of a location body; None where it is shorter than 28 bytes."""
    if len(body) < _LOCATION:
        return None
    items, is_truncated = _read_items(body[_LOCATION:])
    return Location(
        alarm=int.from_bytes(body[:4], "big"),
        status=int.from_bytes(body[4:8], "big"),
        latitude=_degrees(body[8:12], is_negative=bool(body[7] & 4)),
        longitude=_degrees(body[12:16], is_negative=bool(body[7] & 8)),
        altitude_m=int.from_bytes(body[16:18], "big"),
        speed_kmh=int.from_bytes(body[18:20], "big") * Decimal("0.1"),
        direction=int.from_bytes(body[20:22], "big"),
        time=read_time(body[22:28]),
        items=items,
        is_truncated=is_truncated,
    )


def _degrees(data: bytes, *, is_negative: bool) -> Decimal:
    degrees = int.from_bytes(data, "big") * Decimal("0.000001")
    return -degrees if is_negative else degrees


def _read_items(data: bytes) -> tuple[tuple[Item, ...], bool]:
    items: list[Item] = []
    at = 0
    while at + 2 <= len(data):
        size = data[at + 1]
        if at + 2 + size > len(data):
            return tuple(items), True
        items.append(Item(data[at], data[at + 2 : at + 2 + size]))
        at += 2 + size
    return tuple(items), at < len(data)


def read_time(bcd: bytes) -> datetime | None:
    """Return the instant of six BCD bytes (YYMMDDhhmmss, GMT+8), or None where they are no time."""
    digits = bcd.hex()
    if not digits.isdecimal():
        return None
    try:
        return datetime.strptime(f"20{digits}", "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    except ValueError:
        return None


def _read_batch(body: bytes) -> Batch | None:
    if len(body) < 3:
        return None
    locations, at = [], 3
    while at + 2 <= len(body):
        size = int.from_bytes(body[at : at + 2], "big")
        location = read_location(body[at + 2 : at + 2 + size])
        if location is None:
            break
        locations.append(location)
        at += 2 + size
    return Batch(body[2], int.from_bytes(body[:2], "big"), tuple(locations))


def _read_location_answer(body: bytes) -> LocationAnswer | None:
    location = read_location(body[2:])
    return LocationAnswer(int.from_bytes(body[:2], "big"), location) if location else None


def _read_missing_parts(body: bytes, *, is_2019: bool) -> MissingParts | None:
    start = 4 if is_2019 else 3
    if len(body) < start:
        return None
    ends = range(start + 2, len(body) + 1, 2)
    return MissingParts(
        int.from_bytes(body[:2], "big"), tuple(int.from_bytes(body[end - 2 : end], "big") for end in ends)
    )


def _read_pass_through(body: bytes) -> PassThrough | None:
    return PassThrough(body[0], body[1:]) if body else None


_READERS: Mapping[int, Callable[[bytes], Content]] = {
    MessageId.TERMINAL_ANSWER: _read_answer,
    MessageId.PLATFORM_ANSWER: _read_answer,
    MessageId.REGISTER_ANSWER: _read_registration_answer,
    MessageId.LOCATION: read_location,
    MessageId.LOCATION_ANSWER: _read_location_answer,
    MessageId.BATCH: _read_batch,
    MessageId.PASS_THROUGH: _read_pass_through,
}
