"""What HJ 212 frames say: uploads, commands and answers, read (HJ 212-2017, 6.1 to 6.6, tables 5 to 9)."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from lantian.kernel.instants import BEIJING
from lantian.protocols.hj212.faults import Fault
from lantian.protocols.hj212.fields import (
    Fields,
    Pair,
    is_known,
    read_clean_area,
    read_clean_parameters,
    read_fields,
)
from lantian.protocols.hj212.frames import Frame


class Command(StrEnum):
    """The command codes (命令编码, table 9) that Lantian reads or writes by name; others are kept as sent."""

    SET_TIMEOUT = "1000"
    GET_TIME = "1011"
    SET_TIME = "1012"
    TIME_WANTED = "1013"
    GET_REALTIME_INTERVAL = "1061"
    SET_REALTIME_INTERVAL = "1062"
    GET_MINUTE_INTERVAL = "1063"
    SET_MINUTE_INTERVAL = "1064"
    SET_PASSWORD = "1072"
    REALTIME = "2011"
    STOP_REALTIME = "2012"
    FACILITY_STATE = "2021"
    STOP_FACILITY_STATE = "2022"
    DAY = "2031"
    RUN_TIME = "2041"
    MINUTE = "2051"
    HOUR = "2061"
    LOGGER_STARTED = "2081"
    CALIBRATE = "3011"
    SAMPLE = "3012"
    CLEAN = "3013"
    COMPARE = "3014"
    KEEP_SAMPLE = "3015"
    SET_SAMPLING_PERIOD = "3016"
    GET_SAMPLING_PERIOD = "3017"
    GET_SAMPLE_OUT_TIME = "3018"
    INSTRUMENT_ID = "3019"
    DEVICE_INFORMATION = "3020"
    SET_DEVICE_PARAMETER = "3021"
    REQUEST_ANSWER = "9011"
    EXECUTION_RESULT = "9012"
    NOTIFY_ANSWER = "9013"
    DATA_ANSWER = "9014"
    HEARTBEAT = "9015"


class System(StrEnum):
    """System codes (系统编码, table 5) of what a device watches; 44 and 45 since 2025. Others are kept as sent."""

    AMBIENT_AIR = "22"
    NOISE = "23"
    VOC = "27"
    AIR_SOURCE = "31"
    DUST = "39"
    ELECTRICITY = "44"
    PRODUCTION = "45"
    FLUE_GAS_PROCESS = "51"
    INTERACTION = "91"


class RequestAnswer(StrEnum):
    """QnRtn (table 7)."""

    READY = "1"
    REFUSED = "2"
    PASSWORD = "3"
    MN = "4"
    ST = "5"
    FLAG = "6"
    QN = "7"
    CN = "8"
    CRC = "9"
    UNKNOWN = "100"


class ExecutionResult(StrEnum):
    """ExeRtn (table 6)."""

    DONE = "1"
    FAILED = "2"
    CONDITION = "3"
    TIMEOUT = "4"
    BUSY = "5"
    SYSTEM = "6"
    NO_DATA = "100"


class DataFlag(StrEnum):
    """The data flag of a value (数据标记, table 8); only ``is_measurement`` values enter statistics."""

    NORMAL = "N"
    STOPPED = "F"
    MAINTENANCE = "M"
    SET_BY_HAND = "S"
    FAULT = "D"
    CALIBRATION = "C"
    OVER_RANGE = "T"
    NO_LINK = "B"

    @property
    def is_measurement(self) -> bool:
        """Whether the value counts in statistics."""
        return self is DataFlag.NORMAL


class Version(StrEnum):
    """The edition that the version bits of Flag name (bits 2 to 7)."""

    V2005 = "2005"
    V2017 = "2017"
    V2025 = "2025"


VERSIONS = {0: Version.V2005, 1: Version.V2017, 2: Version.V2025}
"""The edition by the version bits of Flag."""
ANSWER_WANTED, PACKETS = 0b01, 0b10
"""Bits of Flag: the sender waits for an answer; the message is one of several packets."""
_KNOWN_BY_NAME = frozenset({"1001", "1002", "1014", "2013", "2052", "2062", "2111", "3022", "3024"})
"""Commands of 2025 whose content no confirmed text explains."""
_MAY_BE_CIPHER = re.compile(r"2[0-9]{3}|1014|3020")
"""Commands whose CP area is SM4 cipher on public networks (2025)."""
_HEADER_NAMES = tuple((key, key.lower()) for key in ("QN", "ST", "CN", "PW", "MN"))
_MN = re.compile(r"[0-9A-F]{24}")
_QN = re.compile(r"[0-9]{17}")
_NOTHING: Mapping[str, str] = {}
_NO_FACTORS: Mapping[str, Mapping[str, str]] = {}
_UPLOADS = frozenset(
    {Command.REALTIME, Command.FACILITY_STATE, Command.DAY, Command.RUN_TIME, Command.MINUTE, Command.HOUR}
)
_TIME = re.compile(r"[0-9]{14}")


class Message(NamedTuple):
    """One frame's content.

    qn, st, cn, pw, mn: header texts as sent, None where absent. flag: the number, None where absent or not a number.
    packet: (number, total) of a split message. pairs: every value in order. faults: those of frame and fields.
    """

    qn: str | None
    st: str | None
    cn: str | None
    pw: str | None
    mn: str | None
    flag: int | None
    packet: tuple[int, int] | None
    parameters: Mapping[str, str]
    factors: Mapping[str, Mapping[str, str]]
    pairs: tuple[Pair, ...]
    extra: Mapping[str, str]
    faults: tuple[Fault, ...]

    def __repr__(self) -> str:
        """Say what the message is without its password."""
        said = {name: value for name, value in self._asdict().items() if name not in ("pw", "pairs")}
        return f"Message({', '.join(f'{name}={value!r}' for name, value in said.items())})"

    @property
    def wants_answer(self) -> bool:
        """Whether bit 0 of Flag asks for an answer."""
        return self.flag is not None and bool(self.flag & ANSWER_WANTED)

    @property
    def version(self) -> Version | None:
        """The edition named by Flag; 2005 where Flag is missing; None for version bits that no edition has."""
        return VERSIONS.get((self.flag or 0) >> 2)

    @property
    def data_time(self) -> datetime | None:
        """DataTime as an instant: of acquisition for 2011 and 2021, the start of the period for 2031 to 2061."""
        return read_time(self.parameters.get("DataTime", ""))


@lru_cache(maxsize=1024)
def read_time(text: str) -> datetime | None:
    """Return the instant of the first 14 digits (Beijing time), or None where they are no time.

    >>> read_time("20190601120000123").isoformat()
    '2019-06-01T12:00:00+08:00'
    """
    found = _TIME.match(text)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(f"{found[0][:8]}T{found[0][8:]}").replace(tzinfo=BEIJING)
    except ValueError:
        return None


_STANDARD = re.compile(
    r"QN=([0-9]{17});ST=([0-9A-Z]{2});CN=([0-9]{4});PW=([0-9A-Za-z]*);MN=([0-9A-F]{24});Flag=([0145]);CP=&&(.*)&&",
    re.DOTALL,
)
"""The data segment as the standard prints it: every field, in its order, without packets, of 2005 or 2017."""


def read_message(frame: Frame) -> Message:
    """Read a frame; what is missing or unusual is named among the faults, nothing is refused here."""
    return _read_standard(frame) or read_any(frame)


def _read_standard(frame: Frame) -> Message | None:
    """Read a segment that is as the standard prints it, at once; None for any other (see :func:`read_any`)."""
    found = _standard_texts(frame)
    if found is None:
        return None
    qn, st, cn, pw, mn, flag, text = found
    area = read_clean_area(text)
    if area is None or cn in _KNOWN_BY_NAME:
        return None
    pairs, parameters, factors = area
    if "DataTime" in parameters and not _is_time(parameters["DataTime"]):
        return None
    return Message(qn, st, cn, pw, mn, int(flag), None, parameters, factors, pairs, _NOTHING, frame.faults)


def _standard_texts(frame: Frame) -> tuple[str, ...] | None:
    try:
        found = _STANDARD.fullmatch(frame.segment.decode())
    except UnicodeDecodeError:
        return None
    return found.groups() if found else None


def read_upload_head(frame: Frame) -> Message | None:
    """Read an upload (2011 to 2061) in which nothing is unusual, without its values; None for any other message.

    For those who answer an upload and leave its values to others: a third of the work of :func:`read_message`.
    """
    found = _standard_texts(frame)
    if found is None or found[2] not in _UPLOADS:
        return None
    qn, st, cn, pw, mn, flag, text = found
    parameters = read_clean_parameters(text)
    if parameters is None or not _is_time(parameters.get("DataTime", "")):
        return None
    return Message(qn, st, cn, pw, mn, int(flag), None, parameters, _NO_FACTORS, (), _NOTHING, frame.faults)


def read_any(frame: Frame) -> Message:
    """Read a frame field by field, whatever its order and faults.

    >>> frame = Frame(b"", b"QN=20190601120000001;ST=91;CN=9014;PW=1;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&")
    >>> read_any(frame) == read_message(frame)
    True
    """
    fields = read_fields(frame.segment)
    header = dict(fields.header)
    flag = _number(header.pop("Flag", None))
    numbers = _number(header.pop("PNO", None)), _number(header.pop("PNUM", None))
    packet = (numbers[0], numbers[1]) if numbers[0] is not None and numbers[1] is not None else None
    known = {name: header.pop(key, None) for key, name in _HEADER_NAMES}
    judged = _judge(known, flag, packet, flagged="Flag" in fields.header)
    parameters = fields.parameters
    time = (Fault.TIME_FORMAT,) if "DataTime" in parameters and not _is_time(parameters["DataTime"]) else ()
    return Message(
        **known,
        flag=flag,
        packet=packet,
        parameters=parameters,
        factors=fields.factors,
        pairs=fields.pairs,
        extra=header,
        faults=frame.faults + fields.faults + judged + time + _cipher(known["cn"], flag, fields),
    )


def _cipher(cn: str | None, flag: int | None, fields: Fields) -> tuple[Fault, ...]:
    """Name an area of 2025 in which nothing known can be read: it is SM4 cipher, whose padding is not confirmed."""
    is_possible = VERSIONS.get((flag or 0) >> 2) is Version.V2025 and _MAY_BE_CIPHER.fullmatch(cn or "")
    if not is_possible or any(is_known(pair) for pair in fields.pairs):
        return ()
    return (Fault.CIPHER,) if fields.pairs or Fault.ITEM_WITHOUT_VALUE in fields.faults else ()


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) <= 4 else None


def _is_time(text: str) -> bool:
    return len(text) == 14 and read_time(text) is not None


def _judge(
    known: Mapping[str, str | None], flag: int | None, packet: tuple[int, int] | None, flagged: bool
) -> tuple[Fault, ...]:
    """Name what is missing or unusual in the header."""
    mn, qn = known["mn"], known["qn"]
    verdicts = (
        (Fault.NO_QN, qn is None),
        (Fault.QN_FORMAT, qn is not None and not _QN.fullmatch(qn)),
        (Fault.NO_MN, not mn),
        (Fault.MN_FORMAT, bool(mn) and not _MN.fullmatch(mn or "")),
        (Fault.NO_CN, not known["cn"]),
        (Fault.NO_FLAG, not flagged),
        (Fault.FLAG_FORMAT, flagged and (flag is None or flag > 255)),
        (Fault.PACKET_FIELDS, bool((flag or 0) & PACKETS) != (packet is not None)),
        (Fault.VERSION_UNCONFIRMED, (flag or 0) >> 2 > 2 or known["cn"] in _KNOWN_BY_NAME),
    )
    return tuple([fault for fault, holds in verdicts if holds])
