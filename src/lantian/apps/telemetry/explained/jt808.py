"""JT/T 808 frames explained: header, registration, authentication, locations with their bits and additions."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from lantian.apps.telemetry.explained.parts import HIDDEN, NOTHING, Explained, Field
from lantian.apps.telemetry.explained.words import JT808_ALARMS, JT808_MESSAGES, JT808_STATUS, bits
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.protocols.jt808.frames import Frame, FrameReader, Header
from lantian.protocols.jt808.messages import (
    Answer,
    Authentication,
    Batch,
    Location,
    LocationAnswer,
    MessageId,
    PassThrough,
    Registration,
    read_content,
)

HEADER, BODY = Text("消息头", "Header"), Text("消息体", "Body")
ITEMS = {0x01: Text("里程", "mileage"), 0x02: Text("油量", "fuel"), 0x03: Text("行驶记录仪车速", "recorder speed")}


def explain(raw: bytes) -> Explained:
    """Explain a frame; bytes that are none give their dump alone."""
    reader = FrameReader()
    reader.receive_data(raw)
    frame = reader.next_event()
    if frame is None or frame.header is None:
        faults = tuple(frame.faults) if frame else ()
        return Explained(Text("不是完整的 JT/T 808 报文", "Not a whole JT/T 808 frame"), faults=faults, raw=raw)
    header = frame.header
    name = JT808_MESSAGES.get(header.message_id, Text("其他消息", "other message"))
    return Explained(
        title=Text(f"0x{header.message_id:04X} {name.zh}", f"0x{header.message_id:04X} {name.en}"),
        fields=(*_header(header, name), *_body(frame)),
        faults=tuple(frame.faults),
        raw=hidden(raw, frame),
        notes=_notes(header),
    )


def hidden(raw: bytes, frame: Frame) -> bytes:
    """Return a frame with the body of an authentication replaced by stars."""
    if frame.header is None or frame.header.message_id != MessageId.AUTHENTICATE or not frame.body:
        return raw
    return raw.replace(frame.body, b"*" * len(frame.body))


def _notes(header: Header) -> tuple[Text, ...]:
    edition = "2019" if header.version is not None else "2013"
    found = [Text(f"{edition} 版消息头", f"header of {edition}")]
    if header.encryption:
        found.append(Text("消息体已加密", "the body is enciphered"))
    return tuple(found)


def _header(header: Header, name: Text) -> Iterator[Field]:
    yield Field(HEADER, "id", f"0x{header.message_id:04X}", Text(f"消息 ID：{name.zh}", f"message id: {name.en}"))
    yield Field(HEADER, "phone", header.phone, Text("终端手机号", "terminal phone"))
    yield Field(HEADER, "serial", str(header.serial), Text("流水号", "serial"))
    if header.version is not None:
        yield Field(HEADER, "version", str(header.version), Text("协议版本号", "protocol version"))
    if header.part:
        yield Field(HEADER, "part", f"{header.part[0]} / {header.part[1]}", Text("分包", "part"))


def _body(frame: Frame) -> Iterator[Field]:
    content: Any = read_content(frame)
    reader = _READERS.get(type(content))
    if reader is not None:
        yield from reader(content)
    elif frame.body:
        size = str(len(frame.body))
        yield Field(BODY, "body", frame.body.hex(" "), Text("按字节保存", "kept as bytes"), size, "B")


def _location(found: Location, group: Text = BODY) -> Iterator[Field]:
    alarm, status = bits(found.alarm, JT808_ALARMS), bits(found.status, JT808_STATUS)
    no_fix = NOTHING if found.is_fixed else Text("未定位", "no fix")
    yield Field(group, "alarm", f"0x{found.alarm:08X}", _named("报警标志", "alarm bits", alarm))
    yield Field(group, "status", f"0x{found.status:08X}", _named("状态", "status", status), verdict=no_fix)
    yield Field(group, "latitude", str(found.latitude), Text("纬度", "latitude"), str(found.latitude), "°")
    yield Field(group, "longitude", str(found.longitude), Text("经度", "longitude"), str(found.longitude), "°")
    yield Field(group, "altitude", str(found.altitude_m), Text("高程", "altitude"), str(found.altitude_m), "m")
    yield Field(group, "speed", str(found.speed_kmh), Text("速度", "speed"), str(found.speed_kmh), "km/h")
    yield Field(group, "direction", str(found.direction), Text("方向", "direction"), str(found.direction), "°")
    wrong = NOTHING if found.time else Text("不是时间", "is no time")
    yield Field(group, "time", _time(found.time), Text("时间", "time"), _time(found.time), verdict=wrong)
    for item in found.items:
        meaning = ITEMS.get(item.id, Text("附加信息", "addition"))
        value, unit = ("", "") if item.id != 0x01 else (str(found.mileage_km or ""), "km")
        yield Field(group, f"0x{item.id:02X}", item.value.hex(" "), meaning, value, unit)
    if found.is_truncated:
        yield Field(group, "…", "", Text("附加信息", "addition"), verdict=Text("长度不足", "cut short"))


def _named(zh: str, en: str, held: Text) -> Text:
    return Text(f"{zh}：{held.zh or '无'}", f"{en}: {held.en or 'none'}")


def _time(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def _registration(found: Registration) -> Iterator[Field]:
    yield Field(BODY, "province", str(found.province), Text("省域 ID", "province"))
    yield Field(BODY, "city", str(found.city), Text("市县域 ID", "city"))
    yield Field(BODY, "maker", found.maker, Text("制造商", "maker"))
    yield Field(BODY, "model", found.model, Text("终端型号", "model"))
    yield Field(BODY, "terminal", found.terminal_id, Text("终端 ID", "terminal id"))
    yield Field(BODY, "colour", str(found.plate_colour), Text("车牌颜色", "colour of the plate"))
    yield Field(BODY, "plate", found.plate, Text("车辆标识", "plate or VIN"))


def _authentication(found: Authentication) -> Iterator[Field]:
    yield Field(BODY, "code", HIDDEN, Text("鉴权码", "authentication code"))
    if found.imei is not None:
        yield Field(BODY, "IMEI", found.imei, Text("终端 IMEI", "IMEI"))
    if found.software is not None:
        yield Field(BODY, "software", found.software, Text("软件版本号", "software version"))


def _answer(found: Answer) -> Iterator[Field]:
    yield Field(BODY, "serial", str(found.serial), Text("应答流水号", "serial answered"))
    yield Field(BODY, "id", f"0x{found.message_id:04X}", Text("应答 ID", "id answered"))
    yield Field(BODY, "result", str(found.result), Text("结果", "result"))


def _batch(found: Batch) -> Iterator[Field]:
    late = Text("盲区补报", "back-fill") if found.type == 1 else Text("正常批量", "normal")
    yield Field(BODY, "type", str(found.type), _named("位置数据类型", "type", late))
    for at, one in enumerate(found.locations, start=1):
        yield from _location(one, Text(f"第 {at} 个位置", f"Location {at}"))


def _location_answer(found: LocationAnswer) -> Iterator[Field]:
    yield Field(BODY, "serial", str(found.serial), Text("应答流水号", "serial answered"))
    yield from _location(found.location)


def _pass_through(found: PassThrough) -> Iterator[Field]:
    yield Field(BODY, "type", f"0x{found.type:02X}", Text("透传消息类型", "type of what is passed"))
    yield Field(BODY, "data", found.data.hex(" "), Text("按字节保存", "kept as bytes"), str(len(found.data)), "B")


_READERS: dict[type, Callable[[Any], Iterator[Field]]] = {
    Location: _location,
    Registration: _registration,
    Authentication: _authentication,
    Answer: _answer,
    Batch: _batch,
    LocationAnswer: _location_answer,
    PassThrough: _pass_through,
}
