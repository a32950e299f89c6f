"""HJ 212 frames explained: envelope, header, parameters, factors."""

import re
from collections.abc import Iterator

from lantian.apps.telemetry.explained.parts import HIDDEN, NOTHING, Explained, Field
from lantian.apps.telemetry.explained.words import (
    HJ212_COMMANDS,
    HJ212_FIELDS,
    HJ212_SUFFIXES,
    HJ212_SYSTEMS,
)
from lantian.apps.telemetry.network import FLAG_WORDS, factor_name, factor_unit, words_of
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.protocols.hj212.factors import current_code
from lantian.protocols.hj212.fields import Pair
from lantian.protocols.hj212.frames import Frame, FrameReader
from lantian.protocols.hj212.messages import Message, read_message, read_time

ENVELOPE, HEADER = Text("报文外壳", "Envelope"), Text("数据段头", "Header")
PARAMETERS, FACTORS = Text("参数", "Parameters"), Text("监测因子", "Factors")
_SECRET = re.compile(rb"((?:PW|NewPW)=)([^;&]*)", re.IGNORECASE)
_TIMES = frozenset({"DataTime", "SystemTime", "BeginTime", "EndTime", "RestartTime"})
_HAS_UNIT = re.compile(r"(Zs)?(Rtd|Min|Avg|Max)|Data|DayData|NightData")


def hidden(raw: bytes) -> bytes:
    """Return a frame with its passwords replaced by stars of the same length.

    >>> hidden(b"ST=22;PW=123456;MN=1")
    b'ST=22;PW=******;MN=1'
    """
    return _SECRET.sub(lambda found: found[1] + b"*" * len(found[2]), raw)


def explain(raw: bytes) -> Explained:
    """Explain a frame; bytes that are none give their dump alone."""
    reader = FrameReader()
    reader.receive_data(raw)
    reader.end_of_input()
    frame = reader.next_event()
    if frame is None:
        return Explained(Text("不是完整的 HJ 212 报文", "Not a whole HJ 212 frame"), raw=hidden(raw))
    message = read_message(frame)
    command = words_of(HJ212_COMMANDS, message.cn or "—")
    return Explained(
        title=Text(f"{message.cn or '—'} {command.zh}", f"{message.cn or '—'} {command.en}"),
        fields=(*_envelope(frame), *_header(message), *_pairs(message)),
        faults=tuple(message.faults),
        raw=hidden(raw),
        notes=_notes(message),
    )


def _notes(message: Message) -> tuple[Text, ...]:
    version = message.version
    edition = f"HJ 212-{version.value}" if version else "?"
    return (Text(f"按 Flag 为 {edition} 版", f"edition by its Flag: {edition}"),)


def _envelope(frame: Frame) -> Iterator[Field]:
    sound = NOTHING if frame.is_intact else Text("内容未经证实", "content not proved")
    yield Field(ENVELOPE, "##", frame.raw[:2].decode("latin-1"), Text("包头", "start"))
    length = frame.raw[2:6].decode("latin-1")
    yield Field(ENVELOPE, "LEN", length, Text("数据段长度", "length of the segment"), str(len(frame.segment)), "B")
    check = frame.raw[6 + len(frame.segment) :].decode("latin-1").strip()
    yield Field(ENVELOPE, "CRC", check, Text("CRC 校验", "check sum"), verdict=sound)


def _header(message: Message) -> Iterator[Field]:
    flag = None if message.flag is None else str(message.flag)
    for name, text in (("QN", message.qn), ("ST", message.st), ("CN", message.cn), ("PW", message.pw)):
        yield _head(name, text)
    yield _head("MN", message.mn)
    yield _head("Flag", flag)
    if message.packet:
        yield _head("PNUM", str(message.packet[1]))
        yield _head("PNO", str(message.packet[0]))
    for name, text in message.extra.items():
        yield Field(HEADER, name, text, words_of(HJ212_FIELDS, name))


def _head(name: str, text: str | None) -> Field:
    missing = NOTHING if text else Text("缺", "missing")
    shown = "" if text is None else (HIDDEN if name == "PW" and text else text)
    meaning, said = HJ212_FIELDS[name], meaning_of(name, text or "")
    if said.zh:
        meaning = Text(f"{meaning.zh}：{said.zh}", f"{meaning.en}: {said.en}")
    return Field(HEADER, name, shown, meaning, _said(name, text or ""), verdict=missing)


def _said(name: str, text: str) -> str:
    if name == "QN":
        return _time(text[:14])
    if name == "Flag" and text.isdecimal():
        return f"{int(text):08b}"
    return ""


def _time(text: str) -> str:
    moment = read_time(text)
    return "" if moment is None else f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def meaning_of(name: str, text: str) -> Text:
    """Return what a header's or parameter's text stands for, as ``22`` is air quality."""
    known = {"ST": HJ212_SYSTEMS, "CN": HJ212_COMMANDS}.get(name, {})
    return known.get(text, NOTHING)


def _pairs(message: Message) -> Iterator[Field]:
    flags = {code: by.get("Flag", "") for code, by in message.factors.items()}
    for pair in message.pairs:
        yield _factor(pair, flags.get(pair.code, "")) if pair.suffix else _parameter(pair)


def _parameter(pair: Pair) -> Field:
    secret = pair.code == "NewPW"
    value = _time(pair.text) if pair.code in _TIMES else ""
    wrong = Text("不是时间", "is no time") if pair.code in _TIMES and not value else NOTHING
    text = HIDDEN if secret else pair.text
    return Field(PARAMETERS, pair.code, text, words_of(HJ212_FIELDS, pair.code), value, verdict=wrong)


def _factor(pair: Pair, flag: str) -> Field:
    code = current_code(pair.code)
    name, suffix = factor_name(code), words_of(HJ212_SUFFIXES, pair.suffix)
    meaning = Text(f"{name.zh} {suffix.zh}", f"{name.en}, {suffix.en}")
    if pair.suffix == "Flag":
        said = words_of(FLAG_WORDS, pair.text)
        verdict = NOTHING if pair.text == "N" else Text(f"{said.zh}，不计入均值", f"{said.en}, counts in no mean")
        return Field(FACTORS, f"{pair.code}-{pair.suffix}", pair.text, meaning, verdict=verdict)
    measured = _HAS_UNIT.fullmatch(pair.suffix) is not None
    wrong = Text("不是数值", "is no number") if measured and not _is_number(pair.text) else NOTHING
    unit = factor_unit(code) if measured else ""
    held = NOTHING if flag in ("", "N") or wrong is not NOTHING else words_of(FLAG_WORDS, flag)
    return Field(
        FACTORS, f"{pair.code}-{pair.suffix}", pair.text, meaning,
        pair.text if measured and wrong is NOTHING else "", unit, wrong if wrong is not NOTHING else held,
    )  # fmt: skip


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
