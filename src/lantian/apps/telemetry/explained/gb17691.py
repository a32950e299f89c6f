"""GB 17691 frames explained: envelope, session, report blocks."""

from collections.abc import Iterator
from datetime import datetime

from lantian.apps.telemetry.explained.parts import NOTHING, Explained, Field
from lantian.apps.telemetry.explained.words import (
    GB17691_BLOCKS,
    GB17691_COMMANDS,
    GB17691_QUANTITIES,
    GB17691_STATES,
)
from lantian.apps.telemetry.network import words_of
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.protocols.gb17691.fields import HYBRID, STREAM, SUPPLEMENT, Measured
from lantian.protocols.gb17691.frames import Frame, FrameReader
from lantian.protocols.gb17691.messages import Block, Message, Obd, read_message

ENVELOPE, UNIT = Text("报文外壳", "Envelope"), Text("数据单元", "Data unit")
UNITS = {quantity.name: quantity.unit for quantity in (*STREAM, *SUPPLEMENT, *HYBRID)}


def explain(raw: bytes) -> Explained:
    """Explain a frame; bytes that are none give their dump alone."""
    reader = FrameReader()
    reader.receive_data(raw)
    reader.end_of_input()
    frame = reader.next_event()
    if frame is None:
        return Explained(Text("不是完整的 GB 17691 报文", "Not a whole GB 17691 frame"), raw=raw)
    message = read_message(frame)
    command = GB17691_COMMANDS.get(frame.command, Text("未知命令", "unknown command"))
    return Explained(
        title=Text(f"0x{frame.command:02X} {command.zh}", f"0x{frame.command:02X} {command.en}"),
        fields=(*_envelope(frame), *_unit(message)),
        faults=tuple(frame.faults),
        raw=raw,
        notes=_notes(message),
    )


def _notes(message: Message) -> tuple[Text, ...]:
    found = []
    if message.is_opaque:
        found.append(Text("数据单元已加密，按字节保存", "the data unit is enciphered and kept as bytes"))
    if message.layout:
        found.append(Text(f"流水号排列：{message.layout}", f"layout of serials: {message.layout}"))
    if any(block.signature for block in message.blocks):
        found.append(Text("带签名，未验签", "signed; the signature was not verified"))
    return tuple(found)


def _envelope(frame: Frame) -> Iterator[Field]:
    sound = NOTHING if frame.is_intact else Text("内容未经证实", "content not proved")
    yield Field(ENVELOPE, "0", frame.start.value, Text("起始符", "start"))
    yield Field(ENVELOPE, "2", f"{frame.command:02x}", Text("命令标识", "command"), str(frame.command))
    yield Field(ENVELOPE, "3", frame.vin, Text("车辆识别代号 VIN", "VIN"))
    yield Field(ENVELOPE, "20", f"{frame.software_version:02x}", Text("终端软件版本", "software version"))
    yield Field(ENVELOPE, "21", f"{frame.encryption:02x}", Text("加密方式", "encryption"))
    yield Field(ENVELOPE, "22", f"{len(frame.unit):04x}", Text("数据单元长度", "length"), str(len(frame.unit)), "B")
    yield Field(ENVELOPE, "BCC", frame.raw[-1:].hex(), Text("校验码", "check byte"), verdict=sound)


def _unit(message: Message) -> Iterator[Field]:
    if message.time is not None:
        yield Field(UNIT, "time", _time(message.time), Text("采集时间", "time of the data"), _time(message.time))
    if message.serial is not None:
        yield Field(UNIT, "serial", str(message.serial), Text("流水号", "serial"), str(message.serial))
    if message.iccid is not None:
        yield Field(UNIT, "ICCID", message.iccid, Text("SIM 卡号", "card number"))
    for block in message.blocks:
        yield from _block(block)
    if message.rest:
        unread = Text("未解释的字节", "bytes that no layout explains")
        yield Field(UNIT, "rest", message.rest.hex(" "), unread, str(len(message.rest)), "B")


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def _block(block: Block) -> Iterator[Field]:
    name = GB17691_BLOCKS.get(block.type, Text("未知信息体", "unknown block"))
    group = Text(f"0x{block.type:02X} {name.zh}", f"0x{block.type:02X} {name.en}")
    if block.serial is not None:
        yield Field(group, "serial", str(block.serial), Text("流水号", "serial"), str(block.serial))
    if block.obd is not None:
        yield from _obd(group, block.obd)
    for quantity, measured in (block.quantities or {}).items():
        yield _quantity(group, quantity, measured)
    if block.location is not None and not block.location.is_fixed:
        yield Field(group, "fix", "", Text("定位状态", "state of the position"), verdict=Text("未定位", "no fix"))
    if block.obd is None and block.quantities is None:
        yield Field(group, "body", block.body.hex(" "), Text("按字节保存", "kept as bytes"), str(len(block.body)), "B")
    if block.signature:
        yield Field(group, "signature", block.signature.hex(), Text("签名", "signature"))


def _quantity(group: Text, name: str, measured: Measured) -> Field:
    value = "" if measured.value is None else f"{measured.value.normalize():f}"
    verdict = words_of(GB17691_STATES, measured.state.value)
    meaning = words_of(GB17691_QUANTITIES, name)
    return Field(group, name, f"0x{measured.raw:X}", meaning, value, UNITS.get(name, ""), verdict)


def _obd(group: Text, obd: Obd) -> Iterator[Field]:
    lit = Text("故障灯亮", "lamp lit") if obd.lamp == 1 else NOTHING
    yield Field(group, "protocol", str(obd.protocol), Text("OBD 诊断协议", "diagnosis protocol"))
    yield Field(group, "MIL", str(obd.lamp), Text("MIL 状态", "malfunction lamp"), verdict=lit)
    yield Field(group, "support", f"{obd.support:016b}", Text("诊断支持状态", "monitors supported"))
    yield Field(group, "ready", f"{obd.ready:016b}", Text("诊断就绪状态", "monitors ready"))
    yield Field(group, "VIN", obd.vin, Text("车辆识别代号", "VIN"))
    yield Field(group, "CALID", obd.calibration_id, Text("软件标定识别号", "calibration id"))
    yield Field(group, "CVN", obd.cvn, Text("标定验证码", "calibration verification"))
    yield Field(group, "IUPR", obd.iupr.hex(" "), Text("IUPR 值", "in-use performance"))
    codes = " ".join(code.hex() for code in obd.fault_codes)
    yield Field(group, "DTC", codes, Text("故障码", "fault codes"), str(obd.fault_count))
