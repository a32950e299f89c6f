"""HJ 212 messages written: requests, answers and uploads, those too long for one packet in several (6.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lantian.kernel.instants import BEIJING
from lantian.protocols.hj212.fields import Pair, write_fields
from lantian.protocols.hj212.frames import write_frame
from lantian.protocols.hj212.messages import ANSWER_WANTED, PACKETS, VERSIONS, Command, System, Version

MAX_AREA = 950
"""Bytes of the CP area in one packet (6.3.2)."""


def write_time(instant: datetime) -> str:
    """Return an instant as 14 digits of Beijing time."""
    return instant.astimezone(BEIJING).strftime("%Y%m%d%H%M%S")


def write_qn(instant: datetime) -> str:
    """Return an instant as a request number (QN): 17 digits, to the millisecond."""
    local = instant.astimezone(BEIJING)
    return f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}"


@dataclass(frozen=True, slots=True)
class Address:
    """Who talks: system code, password and device id (MN), and the edition whose Flag is written."""

    st: str
    mn: str
    pw: str = field(repr=False)
    version: Version = Version.V2017

    def header(self, qn: str, cn: str, *, wants_answer: bool, st: str | None = None) -> dict[str, str]:
        """Return the header fields in the standard's order."""
        version = next(number for number, name in VERSIONS.items() if name is self.version)
        flag = version << 2 | (ANSWER_WANTED if wants_answer else 0)
        return {"QN": qn, "ST": st or self.st, "CN": cn, "PW": self.pw, "MN": self.mn, "Flag": str(flag)}


def write_answer(address: Address, qn: str, cn: Command, parameters: Mapping[str, str] | None = None) -> bytes:
    """Return an answer (9011 to 9014): the request's QN, system code 91, no answer wanted in turn.

    >>> address = Address(st="32", mn="010000A8900016F000169DC0", pw="123456")
    >>> write_answer(address, "20160801085857223", Command.EXECUTION_RESULT, {"ExeRtn": "1"})[-18:]
    b'&&ExeRtn=1&&6240\\r\\n'
    """
    header = address.header(qn, cn, wants_answer=False, st=System.INTERACTION)
    return write_frame(write_fields(header, parameters or {}))


def write_request(address: Address, qn: str, cn: Command, parameters: Mapping[str, str] | None = None) -> bytes:
    """Return a request of the platform to a device.

    >>> address = Address(st="32", mn="010000A8900016F000169DC0", pw="100000")
    >>> write_request(address, "20160801085857223", Command.SET_REALTIME_INTERVAL, {"RtdInterval": "30"})[-8:]
    b'&&1C80\\r\\n'
    """
    return write_frame(write_fields(address.header(qn, cn, wants_answer=True), parameters or {}))


def history_request(address: Address, qn: str, cn: Command, begin: datetime, end: datetime) -> bytes:
    """Return the request for stored data (取历史数据, 2011 to 2061) between two instants."""
    return write_request(address, qn, cn, {"BeginTime": write_time(begin), "EndTime": write_time(end)})


@dataclass(frozen=True, slots=True)
class Upload:
    """Data to send: command, DataTime and factor groups, each group the values of one factor."""

    cn: Command
    data_time: datetime
    groups: Sequence[Sequence[Pair]]


def write_upload(address: Address, qn: datetime, upload: Upload, *, wants_answer: bool) -> list[bytes]:
    """Return the frames of an upload: one, or packets with PNUM and PNO where the CP area would pass 950 bytes.

    Each packet is a whole frame with a QN of its own, a millisecond apart; DataTime stands in the first (Annex C.50).
    """
    times = {"DataTime": write_time(upload.data_time)}
    parts = _split(upload.groups, MAX_AREA - 24)
    if len(parts) == 1:
        header = address.header(write_qn(qn), upload.cn, wants_answer=wants_answer)
        return [write_frame(write_fields(header, times, parts[0]))]
    frames = []
    for index, part in enumerate(parts):
        header = address.header(write_qn(qn + timedelta(milliseconds=index)), upload.cn, wants_answer=wants_answer)
        header["Flag"] = str(int(header["Flag"]) | PACKETS)
        header |= {"PNUM": str(len(parts)), "PNO": str(index + 1)}
        frames.append(write_frame(write_fields(header, {} if index else times, part)))
    return frames


def _split(groups: Sequence[Sequence[Pair]], limit: int) -> list[list[Sequence[Pair]]]:
    """Part factor groups so that each part's text stays within a number of bytes."""
    parts: list[list[Sequence[Pair]]] = [[]]
    used = 0
    for group in groups:
        size = sum(len(f"{pair.code}-{pair.suffix}={pair.text},".encode()) for pair in group)
        if parts[-1] and used + size > limit:
            parts.append([])
            used = 0
        parts[-1].append(group)
        used += size
    return parts
