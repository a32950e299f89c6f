"""A fixed device (数采仪) that speaks HJ 212-2017: minutes or real-time values, hours, answers, commands."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from lantian.gateway.simulators.district import Member
from lantian.gateway.simulators.instruments import FLOW, Shown, clock_ahead, is_silent
from lantian.gateway.simulators.noise import Floats, one, seed_of
from lantian.gateway.simulators.stage import Counts, Moment, Stage
from lantian.protocols.hj212.fields import Pair, write_fields
from lantian.protocols.hj212.frames import FrameReader, write_frame
from lantian.protocols.hj212.messages import (
    Command,
    DataFlag,
    ExecutionResult,
    Message,
    RequestAnswer,
    read_message,
    read_time,
)
from lantian.protocols.hj212.session import Device
from lantian.protocols.hj212.writing import Address, Upload, write_answer, write_qn, write_time, write_upload

REAL_TIME = frozenset({"dust", "fume"})
"""Kinds that send real-time values (2011) at their interval; the others send minute means (2051)."""
HOURLY = frozenset({"station", "stack", "voc"})
"""Kinds that send their own hours (2061) as well."""

_LATE_PERIODS = 30
_HISTORY_PERIODS = 120
_HOUR_S, _MINUTE_S = 3600, 60
_EMISSIONS = frozenset({"a34013", "a21026", "a21002", "a24088"})
_PERIODS = {Command.MINUTE: _MINUTE_S, Command.HOUR: _HOUR_S, Command.DAY: 24 * _HOUR_S}
_ANSWERS = frozenset({Command.REQUEST_ANSWER, Command.EXECUTION_RESULT, Command.NOTIFY_ANSWER, Command.DATA_ANSWER})
_DONE_SILENTLY = frozenset(
    {
        Command.SET_TIMEOUT,
        Command.CALIBRATE,
        Command.SAMPLE,
        Command.CLEAN,
        Command.COMPARE,
        Command.KEEP_SAMPLE,
        Command.STOP_REALTIME,
    }
)


class Hj212Terminal:
    """One device; it keeps its interval, password and clock as commands set them."""

    def __init__(self, member: Member, stage: Stage) -> None:
        self.member = member
        self.stage = stage
        self.counts = Counts()
        kind = stage.district.kinds[member.kind]
        self.decimals = {channel.code: channel.decimals for channel in kind.channels}
        self.interval_s = {Command.REALTIME: kind.interval_s, Command.MINUTE: _MINUTE_S}
        self.address = Address(kind.st or "22", member.key, member.secret)
        self.command = Command.REALTIME if member.kind in REAL_TIME else Command.MINUTE
        self._spread_s = 2 + 25 * one(seed_of("spread", member.id))
        self._session, self._reader = Device(), FrameReader()
        self._done: dict[Command, int] = {}
        self._set_right_s = 0.0

    def wants_link(self, moment: Moment) -> bool:
        """A device without power has no link; what it would have measured meanwhile is lost."""
        silent = is_silent(self.stage.of(self.member), self.member, moment.now)
        if silent:
            self._done.clear()
        return not silent

    def connected(self, _moment: Moment) -> list[bytes]:
        """Say nothing before there are data."""
        self._reader = FrameReader()
        return []

    def leaving(self, _moment: Moment) -> list[bytes]:
        """Say nothing: the power is gone."""
        return []

    def next_at(self, moment: Moment) -> float:
        """Return when the next period has ended, or an answer is missed."""
        if self._session.waiting:
            return moment.now + 1
        device_now = moment.now + self._ahead(moment.now)
        ends = [(self._last(cn, device_now) + 2) * period for cn, period in self._kept().items()]
        return min(ends) + self._spread_s - self._ahead(moment.now)

    def due(self, moment: Moment) -> list[bytes]:
        """Return the periods that have ended since the last call, and what nobody answered."""
        again, given_up = self._session.due(moment.awaited)
        self.counts.resent += len(again)
        self.counts.lost += len(given_up)
        frames = [frame for cn, period in self._kept().items() for frame in self._ended(cn, period, moment)]
        return again + frames

    def received(self, data: bytes, moment: Moment) -> list[bytes]:
        """Take in answers and commands."""
        self._reader.receive_data(data)
        said: list[bytes] = []
        while (frame := self._reader.next_event()) is not None:
            message = read_message(frame)
            if self._session.received(message):
                self.counts.acknowledged += 1
            elif message.cn and message.cn not in _ANSWERS:
                said += self._obey(message, moment)
        return said

    # what it measures ---------------------------------------------------------------------------------------------

    def _kept(self) -> Mapping[Command, int]:
        """Return the periods that this device reports, by command [s]."""
        periods = {self.command: self.interval_s[self.command]}
        return periods | ({Command.HOUR: _HOUR_S} if self.member.kind in HOURLY else {})

    def _last(self, cn: Command, device_now: float) -> int:
        """Return the number of the last period that has ended and whose turn has come."""
        return int((device_now - self._spread_s) // self._kept()[cn]) - 1

    def _ended(self, cn: Command, period: int, moment: Moment) -> list[bytes]:
        device_now = moment.now + self._ahead(moment.now)
        last = self._last(cn, device_now)
        first = max(self._done.get(cn, last - (cn is not Command.HOUR)) + 1, last - _LATE_PERIODS)
        self._done[cn] = max(last, self._done.get(cn, last))
        frames: list[bytes] = []
        for number in range(first, last + 1):
            frames += self._upload(cn, number * period, moment, len(frames))
        return frames

    def _upload(self, cn: Command, start: float, moment: Moment, behind: int) -> list[bytes]:
        """Return a period that starts at a moment of the device's clock, and await its answers."""
        device_now = datetime.fromtimestamp(moment.now + self._ahead(moment.now), UTC) + timedelta(milliseconds=behind)
        upload = Upload(cn, datetime.fromtimestamp(start, UTC), self._groups(cn, start, moment))
        frames = write_upload(self.address, device_now, upload, wants_answer=True)
        for index, frame in enumerate(frames):
            self._session.upload(write_qn(device_now + timedelta(milliseconds=index)), frame, moment.awaited)
        self.counts.sent += len(frames)
        return frames

    def _ahead(self, now: float) -> float:
        """Return how far its clock is ahead [s]; setting it by command takes that away."""
        ahead = clock_ahead(self.stage.of(self.member), self.member, now)
        if not ahead:
            self._set_right_s = 0.0
        return max(ahead - self._set_right_s, 0.0)

    def _groups(self, cn: Command, start: float, moment: Moment) -> list[list[Pair]]:
        """Return the factors of a period as they are sent."""
        begins = start - self._ahead(moment.now)
        period = self.interval_s[Command.REALTIME] if cn is Command.REALTIME else _PERIODS[cn]
        if cn is Command.REALTIME:
            shown = self._shown(np.array([begins]))
            return [self._real_time(code, shown) for code in shown.values]
        times = begins + np.arange(0, period, 10 if period == _MINUTE_S else _MINUTE_S, dtype=np.float64)
        shown = self._shown(times)
        return [self._mean(code, shown, period) for code in shown.values]

    def _shown(self, times: Floats) -> Shown:
        return self.stage.instruments.shown(self.member, times, self.stage.of(self.member))

    def _real_time(self, code: str, shown: Shown) -> list[Pair]:
        return [
            Pair(code, "Rtd", self._text(code, float(shown.values[code][0]))),
            Pair(code, "Flag", str(shown.flags[0])),
        ]

    def _mean(self, code: str, shown: Shown, period: int) -> list[Pair]:
        """Return mean, smallest and largest value; of an emission by the hour also its mass [kg]."""
        values = shown.values[code]
        usable = values[shown.flags == DataFlag.NORMAL]
        flag = DataFlag.NORMAL.value if usable.size * 4 >= values.size * 3 else str(shown.flags[-1])
        told = {"Avg": values.mean(), "Min": values.min(), "Max": values.max()}
        pairs = [Pair(code, suffix, self._text(code, float(value))) for suffix, value in told.items()]
        if code in _EMISSIONS and FLOW in shown.values and period >= _HOUR_S:
            mass = float(np.mean(values * shown.values[FLOW])) * period / _HOUR_S / 1e6
            pairs.insert(0, Pair(code, "Cou", f"{mass:.3f}"))
        return [*pairs, Pair(code, "Flag", flag)]

    def _text(self, code: str, value: float) -> str:
        digits = self.decimals[code] or (1 if self.member.kind == "micro" else 0)
        return f"{value:.{digits}f}"

    # what it is told ----------------------------------------------------------------------------------------------

    def _obey(self, message: Message, moment: Moment) -> list[bytes]:
        """Answer a command: taken up or refused (9011), the data it asks for, the result (9012)."""
        qn = message.qn or ""
        if message.pw != self.address.pw:
            return [write_answer(self.address, qn, Command.REQUEST_ANSWER, {"QnRtn": RequestAnswer.PASSWORD})]
        said = self._carried_out(message, moment)
        if said is None:
            return [write_answer(self.address, qn, Command.REQUEST_ANSWER, {"QnRtn": RequestAnswer.CN})]
        self.counts.commands += 1
        ready = write_answer(self.address, qn, Command.REQUEST_ANSWER, {"QnRtn": RequestAnswer.READY})
        if message.cn == Command.SET_PASSWORD and message.parameters.get("NewPW"):
            self.address = Address(self.address.st, self.address.mn, message.parameters["NewPW"])
        is_empty = message.cn in _PERIODS and not said
        result = ExecutionResult.NO_DATA if is_empty else ExecutionResult.DONE
        return [ready, *said, write_answer(self.address, qn, Command.EXECUTION_RESULT, {"ExeRtn": result})]

    def _carried_out(self, message: Message, moment: Moment) -> list[bytes] | None:
        """Do what a command asks; return the data it asks for, None where it is not known."""
        cn, told = message.cn or "", message.parameters
        if cn in _PERIODS and "BeginTime" in told:
            return self._history(Command(cn), message, moment)
        if cn == Command.REALTIME:
            return [
                self._told(
                    message, {"DataTime": self._clock(moment)}, self._groups(Command.REALTIME, moment.now, moment)
                )
            ]
        if cn == Command.GET_TIME:
            return [self._told(message, {"PolId": told.get("PolId", "w00000"), "SystemTime": self._clock(moment)})]
        if cn == Command.SET_TIME:
            self._set_right_s = clock_ahead(self.stage.of(self.member), self.member, moment.now)
            return []
        if cn in _INTERVALS:
            return self._interval(message, *_INTERVALS[Command(cn)])
        return [] if cn in _DONE_SILENTLY or cn == Command.SET_PASSWORD else None

    def _interval(self, message: Message, of: Command, name: str, unit_s: int) -> list[bytes]:
        """Tell an interval, or set it where the command brings one."""
        wanted = message.parameters.get(name, "")
        if not wanted:
            return [self._told(message, {name: str(self.interval_s[of] // unit_s)})]
        if wanted.isdecimal() and 10 <= int(wanted) * unit_s <= _HOUR_S:
            self.interval_s[of] = int(wanted) * unit_s
            self._done.pop(of, None)
        return []

    def _history(self, cn: Command, message: Message, moment: Moment) -> list[bytes]:
        """Return stored periods that start between two moments, 120 at most, under the request's number."""
        begin, end = (read_time(message.parameters.get(name, "")) for name in ("BeginTime", "EndTime"))
        if begin is None or end is None:
            return []
        period = _PERIODS[cn]
        last = min(end.timestamp(), moment.now - period)
        starts = range(int(begin.timestamp()) // period * period, int(last) + 1, period)
        return [
            self._told(
                message,
                {"DataTime": write_time(datetime.fromtimestamp(start, UTC))},
                self._groups(cn, start, moment),
            )
            for start in starts[:_HISTORY_PERIODS]
            if start >= begin.timestamp()
        ]

    def _told(self, message: Message, parameters: Mapping[str, str], groups: Sequence[Sequence[Pair]] = ()) -> bytes:
        """Return data that a command asked for: its number and command, no answer wanted."""
        header = self.address.header(message.qn or "", message.cn or "", wants_answer=False)
        return write_frame(write_fields(header, parameters, groups))

    def _clock(self, moment: Moment) -> str:
        return write_time(datetime.fromtimestamp(moment.now + self._ahead(moment.now), UTC))


_INTERVALS: Mapping[Command, tuple[Command, str, int]] = {
    Command.GET_REALTIME_INTERVAL: (Command.REALTIME, "RtdInterval", 1),
    Command.SET_REALTIME_INTERVAL: (Command.REALTIME, "RtdInterval", 1),
    Command.GET_MINUTE_INTERVAL: (Command.MINUTE, "MinInterval", 60),
    Command.SET_MINUTE_INTERVAL: (Command.MINUTE, "MinInterval", 60),
}
