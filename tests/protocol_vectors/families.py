"""How a vector of each protocol family is judged: validity first, then every field that the vector expects."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from lantian.protocols.gb17691 import frames as gb17691
from lantian.protocols.gb17691.fields import Measured, State
from lantian.protocols.gb17691.messages import Block
from lantian.protocols.gb17691.messages import read_message as read_gb17691
from lantian.protocols.hj212 import frames as hj212
from lantian.protocols.hj212.crc import crc
from lantian.protocols.hj212.messages import Message
from lantian.protocols.hj212.messages import read_message as read_hj212
from lantian.protocols.jt808 import frames as jt808
from lantian.protocols.jt808.messages import Answer, Authentication, Batch, Location, Registration, RegistrationAnswer
from lantian.protocols.jt808.messages import read_content as read_jt808

Expected = Mapping[str, Any]


class Reader(Protocol):
    """What the frame readers of all families have in common."""

    def receive_data(self, data: bytes) -> None: ...
    def next_event(self) -> Any: ...


READERS: dict[str, Callable[[], Reader]] = {
    "hj212": hj212.FrameReader,
    "gb17691": gb17691.FrameReader,
    "jt808": jt808.FrameReader,
}


def frames_of(family: str, chunks: list[bytes]) -> list[Any]:
    """Return every frame that a family's reader finds in chunks as they arrive."""
    reader = READERS[family]()
    found = []
    for chunk in chunks:
        reader.receive_data(chunk)
        found += list(iter(reader.next_event, None))
    end_of_input = getattr(reader, "end_of_input", None)
    if end_of_input is not None:
        end_of_input()
        found += list(iter(reader.next_event, None))
    return found


def differences(family: str, wire: bytes, vector: Expected) -> Iterator[str]:
    """Yield what differs from a vector: nothing when it passes."""
    frames = frames_of(family, [wire])
    is_valid = len(frames) == 1 and frames[0].is_intact
    if is_valid != vector["valid"]:
        yield f"valid is {is_valid}, expected {vector['valid']}: {[frame.faults for frame in frames]}"
        return
    if is_valid and vector.get("expect"):
        read = _fields(family, frames[0])
        for key, expected in vector["expect"].items():
            if not _same(read.get(key), expected):
                yield f"{key} is {read.get(key)!r}, expected {expected!r}"


def _fields(family: str, frame: Any) -> dict[str, Any]:
    match family:
        case "hj212":
            return _hj212(frame)
        case "gb17691":
            return _gb17691(frame)
        case _:
            return _jt808(frame)


def stream_differences(vector: Expected) -> Iterator[str]:
    """Yield what differs in a stream: the intact frames, line ends apart."""
    chunks = [bytes.fromhex(chunk) for chunk in vector["chunks_hex"]]
    found = [frame.raw for frame in frames_of(vector["protocol"], chunks) if frame.is_intact]
    expected = [bytes.fromhex(frame) for frame in vector["expect_frames_hex"]]
    if vector["protocol"] == "hj212":
        expected = [frame.rstrip(b"\r\n") for frame in expected]
    if found != expected:
        yield f"frames are {[frame.hex() for frame in found]}"


def _same(found: Any, expected: Any) -> bool:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        return all(_same(found.get(key), value) for key, value in expected.items())
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(_same, found, expected))
    if isinstance(expected, float) and isinstance(found, Decimal):
        return abs(found - Decimal(repr(expected))) <= Decimal("0.0000005")
    return bool(found == expected)


# HJ 212 ------------------------------------------------------------------------------------------


def _hj212(frame: hj212.Frame) -> dict[str, Any]:
    message = read_hj212(frame)
    parameters = dict(message.parameters)
    return {
        "qn": message.qn,
        "st": message.st,
        "cn": message.cn,
        "pw": message.pw,
        "mn": message.mn,
        "flag": message.flag,
        "flag_version": message.version,
        "need_ack": message.wants_answer,
        "has_packet_no": bool((message.flag or 0) & 2),
        "pnum": _header(frame, "PNUM"),
        "pno": _header(frame, "PNO"),
        "data_time": parameters.pop("DataTime", None),
        "params": parameters,
        "factors": _all_values(message),
        "crc": f"{crc(frame.segment):04X}",
        "length": len(frame.segment),
    }


def _header(frame: hj212.Frame, key: str) -> str | None:
    pieces = (piece.partition(b"=") for piece in frame.segment.split(b";"))
    return next((value.decode() for name, _, value in pieces if name.decode() == key), None)


def _all_values(message: Message) -> dict[str, dict[str, Any]]:
    """Return the factors with every value of a repeated one."""
    found: dict[str, dict[str, Any]] = {}
    for pair in message.pairs:
        if pair.suffix:
            values = found.setdefault(pair.code, {})
            earlier = values.get(pair.suffix)
            together = [earlier] if isinstance(earlier, str) else (earlier or [])
            values[pair.suffix] = [*together, pair.text] if together else pair.text
    return found


# GB 17691 ----------------------------------------------------------------------------------------


def _gb17691(frame: gb17691.Frame) -> dict[str, Any]:
    message = read_gb17691(frame)
    return {
        "cmd": frame.command,
        "vin": frame.vin,
        "sw_version": frame.software_version,
        "encryption": frame.encryption,
        "data_len": len(frame.unit),
        "bcc": f"{frame.raw[-1]:02X}",
        "time": _time(message.time),
        "serial": message.serial,
        "iccid": message.iccid,
        "layout": message.layout,
        "blocks": [_block(block, message.serial) for block in message.blocks],
    }


def _time(instant: datetime | None) -> str | None:
    return instant.strftime("%Y-%m-%d %H:%M:%S") if instant else None


def _block(block: Block, serial: int | None) -> dict[str, Any]:
    read: dict[str, Any] = {"type": block.type, "serial": block.serial if block.serial is not None else serial}
    if block.obd:
        obd = block.obd
        read |= {"obd_protocol": obd.protocol, "mil": obd.lamp, "diag_support": obd.support, "diag_ready": obd.ready}
        read |= {"vin": obd.vin, "cal_id": obd.calibration_id, "cvn": obd.cvn, "iupr_hex": obd.iupr.hex()}
        read |= {"fault_count": obd.fault_count, "faults": [code.hex() for code in obd.fault_codes]}
    if block.location:
        where = block.location
        read |= {"loc_valid": where.is_fixed, "lat_south": where.is_south, "lon_west": where.is_west}
    return read | {name: _measured(measured) for name, measured in (block.quantities or {}).items()}


def _measured(measured: Measured) -> Any:
    if measured.state is State.OUT_OF_RANGE:
        return {"raw": measured.raw, "value": measured.nominal, "out_of_range": True}
    return measured.value


# JT/T 808 ----------------------------------------------------------------------------------------


def _jt808(frame: jt808.Frame) -> dict[str, Any]:
    header = frame.header
    if header is None:
        return {}
    read: dict[str, Any] = {
        "msg_id": f"{header.message_id:04x}",
        "body_len": len(frame.body),
        "encrypt": header.encryption,
        "subpackage": header.part is not None,
        "v2019": header.version is not None,
        "protocol_version": header.version,
        "phone": header.phone,
        "serial": header.serial,
        "xor": f"{jt808.unescape(frame.raw[1:-1])[-1]:02X}",
    }
    if header.part:
        read |= {"index": header.part[0], "total": header.part[1]}
    return read | _content(read_jt808(frame))


def _content(content: Any) -> dict[str, Any]:
    match content:
        case Answer():
            answered = {"ack_serial": content.serial, "ack_id": f"{content.message_id:04x}", "result": content.result}
            return {"ack": answered}
        case Registration():
            names = {"plate_color": content.plate_colour, "plate": content.plate, "terminal_id": content.terminal_id}
            places = {"province": content.province, "city": content.city, "maker": content.maker}
            layout = {"layout": str(content.edition)}
            return {"register": names | places | layout | {"model": content.model}}
        case RegistrationAnswer():
            return {"register_ack": {"ack_serial": content.serial, "result": content.result, "auth_code": content.code}}
        case Authentication():
            return {"auth": {"code": content.code, "imei": content.imei, "software": content.software}}
        case Location():
            return {"location": _location(content)}
        case Batch():
            batch = [_location(location) for location in content.locations]
            return {"batch_count": content.announced, "batch_type": content.type, "batch": batch}
    return {}


def _location(location: Location) -> dict[str, Any]:
    return {
        "alarm": location.alarm,
        "status": location.status,
        "lat": location.latitude,
        "lon": location.longitude,
        "fix": location.is_fixed,
        "acc": location.is_on,
        "alt_m": location.altitude_m,
        "speed_kmh": location.speed_kmh,
        "dir": location.direction,
        "time": _time(location.time),
        "items_truncated": location.is_truncated,
        "items": [{"id": f"{item.id:02x}", "len": len(item.value), "hex": item.value.hex()} for item in location.items],
    }
