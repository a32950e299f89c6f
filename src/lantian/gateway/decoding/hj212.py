"""HJ 212 frames to readings (HJ 212-2017, 6.3.3 and table 9; 6.6 for split messages).

What is read of each command: 2011 -Rtd (moments, or periods of ``Device.period_s``), 2051 / 2061 / 2031 -Avg (and -Data
of noise) as minutes, hours and days, 2021 -RS and 2041 -RT of facilities. Converted values are kept under the factor
with ``-Zs``, amounts under ``-Cou``, both beside the measured one.
"""

from collections.abc import Mapping, Set
from datetime import datetime, timedelta

from lantian.gateway.decoding.memory import Memory, Part
from lantian.gateway.decoding.plausibility import UNSTATED, VALID, judge, number_of
from lantian.gateway.decoding.rows import Decoded, Row
from lantian.gateway.ingested import FrameKind, Seen
from lantian.gateway.received import Received
from lantian.gateway.registry import Channel, Device
from lantian.lake.schema import HOUR_S, INVALID
from lantian.protocols.hj212 import tolerance
from lantian.protocols.hj212.factors import current_code
from lantian.protocols.hj212.faults import DAMAGE, Fault
from lantian.protocols.hj212.fields import MISSPELT
from lantian.protocols.hj212.frames import Frame, FrameReader
from lantian.protocols.hj212.messages import Message, read_message, read_time

DAY_S = 86_400
MINUTE_S = 60
_US = 1_000_000
_BEIJING_US = 8 * HOUR_S * _US
_AHEAD_US = HOUR_S * _US
"""A time so far ahead of its receipt comes from a wrong clock."""
_EARLIEST_US = 946_684_800 * _US

_MEANS = {"Avg": "", "Data": "", "ZsAvg": "-Zs", "Cou": "-Cou"}
_SUFFIXES: Mapping[str, Mapping[str, str]] = {
    "2011": {"Rtd": "", "ZsRtd": "-Zs"},
    "2021": {"RS": "-RS"},
    "2031": _MEANS,
    "2041": {"RT": "-RT"},
    "2051": _MEANS,
    "2061": _MEANS,
}
"""By command: the suffixes that carry its values, and what each adds to the factor's name."""

_ANSWERS = frozenset(["9011", "9012", "9013", "9014", "1011", "1061", "1063", "3015", "3017", "3018", "3019", "3020"])
_DAMAGE_NAMES = frozenset(fault.value for fault in DAMAGE)


def decode(received: Received, device: Device, memory: Memory, usable: Set[str]) -> Decoded:
    """Return what a frame of a device says; one that its envelope does not prove, or without a time, is ``bad``."""
    frame = _frame(received)
    if frame is None:
        return Decoded(Seen(received, "bad"))
    message = read_message(frame)
    code = message.cn or ""
    if not _is_proved(received, message, device):
        return Decoded(Seen(received, "bad", code))
    repaired = tuple(name for name in received.verdict if name in _DAMAGE_NAMES)
    suffixes = _SUFFIXES.get(code)
    sent_at = read_time(message.qn or "")
    if suffixes is None:
        kind: FrameKind = "answer" if code in _ANSWERS else "session"
        return Decoded(Seen(received, kind, code, sent_at, repaired=repaired))
    period_s = _period(code, device)
    moment = _moment(received, device, message, memory)
    if moment is None:
        return Decoded(Seen(received, "bad", code, sent_at, repaired=repaired))
    start = _floored(moment, period_s)
    rows = _Values(received, device, memory, usable).rows(message, suffixes, period_s, start)
    valid = sum(row[8] == VALID for row in rows)
    return Decoded(Seen(received, "data", code, sent_at, moment, period_s, len(rows), valid, repaired), rows)


def _frame(received: Received) -> Frame | None:
    """Return the frame in the raw bytes; where no fault was found they are cut by the announced length."""
    raw = received.raw
    if not received.verdict and raw[:2] == b"##" and raw[2:6].isdigit():
        return Frame(raw, raw[6 : 6 + int(raw[2:6])])
    reader = FrameReader()
    reader.receive_data(raw)
    reader.end_of_input()
    return reader.next_event()


def _is_proved(received: Received, message: Message, device: Device) -> bool:
    """Whether nothing makes the content doubtful but what is tolerated of this device."""
    if not message.faults and not received.verdict:
        return True
    noted = [Fault(name) for name in received.verdict if name in _DAMAGE_NAMES]
    return tolerance.judge([*message.faults, *noted], device.tolerated).is_accepted


def _period(code: str, device: Device) -> int:
    """Return the length of the periods that a command reports [s]."""
    if code == "2011":
        return device.period_s
    if code == "2051":
        return minute_period_s(device.interval_s)
    return {"2021": 0, "2061": HOUR_S}.get(code, DAY_S)


def _moment(received: Received, device: Device, message: Message, memory: Memory) -> datetime | None:
    """Return DataTime, for a later part of a split message that of its first; of a real-time value at least QN."""
    text = message.parameters.get("DataTime", "")
    if message.packet is not None:
        number, total = message.packet
        part = Part(number, message.qn or "", received.received_us, text)
        text = memory.time_of_part((device.id, message.cn or "", total), part)
        return read_time(text)
    found = read_time(text)
    return read_time(message.qn or "") if found is None and message.cn == "2011" else found


def minute_period_s(interval_s: int) -> int:
    """Return what one value of minute data (2051) stands for: the reporting interval where it is whole minutes [s].

    >>> minute_period_s(300), minute_period_s(90)
    (300, 60)
    """
    return interval_s if interval_s % MINUTE_S == 0 and MINUTE_S <= interval_s < HOUR_S else MINUTE_S


def _floored(moment: datetime, period_s: int) -> int:
    """Return the start of a moment's period, counted from Beijing midnight [µs since 1970]."""
    microseconds = (moment - _EPOCH) // _MICROSECOND
    if not period_s:
        return microseconds
    return microseconds - (microseconds + _BEIJING_US) % (period_s * _US)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)


class _Values:
    """The values of one message, judged one by one."""

    __slots__ = ("device", "memory", "received", "usable")

    def __init__(self, received: Received, device: Device, memory: Memory, usable: Set[str]) -> None:
        self.received = received
        self.device = device
        self.memory = memory
        self.usable = usable

    def rows(self, message: Message, suffixes: Mapping[str, str], period_s: int, start: int) -> list[Row]:
        """Return a row for every value of the suffixes that the command carries."""
        is_sane = _EARLIEST_US <= start <= self.received.received_us + _AHEAD_US
        common = message.parameters.get("Flag", UNSTATED)
        device, frame = self.device.id, self.received.seq
        found: list[Row] = []
        for code, values in message.factors.items():
            channel = self._channel(code)
            flag = values.get("Flag", common)
            for suffix, text in values.items():
                added = suffixes.get(suffix) if suffix in suffixes else suffixes.get(MISSPELT.get(suffix.upper(), ""))
                if added is None:
                    continue
                point, factor, value, verdict, reason = self._judged(code, channel, added, text, flag)
                if not is_sane:
                    verdict, reason = INVALID, "time"
                elif verdict == VALID:
                    self.memory.last[point, factor] = value
                found.append((device, code, point, factor, period_s, start, value, flag, verdict, reason, frame))
        return found

    def _channel(self, code: str) -> Channel | None:
        channels = self.device.channels
        return channels.get(code) or channels.get(current_code(code))

    def _judged(self, code: str, channel: Channel | None, added: str, text: str, flag: str) -> Row:
        """Return point, factor, value, verdict and reason."""
        if channel is None:
            return self.device.point or self.device.id, code + added, number_of(text), INVALID, "no-channel"
        factor = channel.factor + added
        if added:
            return channel.point, factor, *judge(text, flag, _derived(channel, added), None, self.usable)
        last = self.memory.last.get((channel.point, factor))
        return channel.point, factor, *judge(text, flag, channel, last, self.usable)


def _derived(channel: Channel, added: str) -> Channel:
    """The range is the instrument's, for what it measured; an amount has a unit of its own."""
    return Channel(channel.code, channel.factor, channel.point, "", channel.scale if added == "-Zs" else 1.0)
