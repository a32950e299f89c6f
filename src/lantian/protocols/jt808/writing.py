"""JT/T 808 messages written: the platform's answers and requests, and what a terminal sends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from lantian.kernel.instants import BEIJING
from lantian.protocols.jt808.frames import MAX_BODY, Header, write_frame
from lantian.protocols.jt808.messages import (
    REGISTRATION_SIZES,
    Authentication,
    Batch,
    Location,
    MessageId,
    RegisterResult,
    Registration,
    Result,
)


def write_time(instant: datetime) -> bytes:
    """Return an instant as six BCD bytes of GMT+8."""
    return bytes.fromhex(f"{instant.astimezone(BEIJING):%y%m%d%H%M%S}")


def write_platform_answer(to: Header, serial: int, result: Result) -> bytes:
    """Return the platform's general answer (8001) to a message."""
    body = to.serial.to_bytes(2, "big") + to.message_id.to_bytes(2, "big") + bytes([result])
    return write_frame(Header(MessageId.PLATFORM_ANSWER, to.phone, serial, to.version), body)


def write_registration_answer(to: Header, serial: int, result: RegisterResult, code: str = "") -> bytes:
    """Return the answer to a registration (8100); the code goes only with result 0."""
    body = to.serial.to_bytes(2, "big") + bytes([result])
    if result is RegisterResult.OK:
        body += code.encode("gb18030")
    return write_frame(Header(MessageId.REGISTER_ANSWER, to.phone, serial, to.version), body)


def write_missing_parts(to: Header, serial: int, first_serial: int, missing: Sequence[int]) -> bytes:
    """Return the request for missing parts of a split message (8003): its first part's serial, then indices."""
    size = 1 if to.version is None else 2
    body = first_serial.to_bytes(2, "big") + len(missing).to_bytes(size, "big")
    body += b"".join(index.to_bytes(2, "big") for index in missing)
    return write_frame(Header(MessageId.MISSING_PARTS, to.phone, serial, to.version), body)


def write_location(location: Location) -> bytes:
    """Return the body of a position, as a terminal sends it."""
    numbers = (
        (location.alarm, 4),
        (location.status, 4),
        (round(abs(location.latitude) * 1_000_000), 4),
        (round(abs(location.longitude) * 1_000_000), 4),
        (location.altitude_m, 2),
        (round(location.speed_kmh * 10), 2),
        (location.direction, 2),
    )
    body = b"".join(number.to_bytes(size, "big") for number, size in numbers)
    body += write_time(location.time) if location.time else bytes(6)
    return body + b"".join(bytes([item.id, len(item.value)]) + item.value for item in location.items)


def write_batch(batch: Batch) -> bytes:
    """Return the body of a batch of positions (0704), as a terminal sends it after a blind area."""
    bodies = [write_location(location) for location in batch.locations]
    entries = b"".join(len(body).to_bytes(2, "big") + body for body in bodies)
    return len(bodies).to_bytes(2, "big") + bytes([batch.type]) + entries


def write_terminal_answer(to: Header, serial: int, result: Result) -> bytes:
    """Return the terminal's general answer (0001) to a message of the platform."""
    body = to.serial.to_bytes(2, "big") + to.message_id.to_bytes(2, "big") + bytes([result])
    return write_frame(Header(MessageId.TERMINAL_ANSWER, to.phone, serial, to.version), body)


def write_parts(header: Header, body: bytes, size: int = MAX_BODY) -> list[bytes]:
    """Return the frames of a body: one, or parts of at most ``size`` bytes with serials that follow one another."""
    if len(body) <= size:
        return [write_frame(header, body)]
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return [
        write_frame(replace(header, serial=(header.serial + index) & 0xFFFF, part=(index + 1, len(pieces))), piece)
        for index, piece in enumerate(pieces)
    ]


def write_registration(registration: Registration) -> bytes:
    """Return the body of a registration in its edition's sizes, as a terminal sends it."""
    sizes = REGISTRATION_SIZES[registration.edition]
    texts = (registration.maker, registration.model, registration.terminal_id)
    body = registration.province.to_bytes(2, "big") + registration.city.to_bytes(2, "big")
    body += b"".join(text.encode("gb18030").ljust(size, b"\x00") for text, size in zip(texts, sizes, strict=True))
    return body + bytes([registration.plate_colour]) + registration.plate.encode("gb18030")


def write_authentication(authentication: Authentication) -> bytes:
    """Return the body of an authentication, in the form of 2019 where it names an IMEI."""
    code = authentication.code.encode("gb18030")
    if authentication.imei is None:
        return code
    imei = authentication.imei.encode().ljust(15, b"\x00")
    return bytes([len(code)]) + code + imei + (authentication.software or "").encode().ljust(20, b"\x00")


def write_time_answer(to: Header, serial: int, instant: datetime) -> bytes:
    """Return the answer to a time query (8004, 2019): UTC as BCD."""
    body = bytes.fromhex(f"{instant.astimezone(UTC):%y%m%d%H%M%S}")
    return write_frame(Header(MessageId.TIME_ANSWER, to.phone, serial, to.version), body)
