"""To the platform above as a device speaks to ours: HJ 212 uploads, each sent again until its 9014 comes.

The district's platform passes every point's data on under the point's own MN. One connection carries them all and is
kept; some uploads may be on their way at once. What a platform above commands is refused (QnRtn 2): commands are given
here.
"""

import socket
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lantian.gateway.push.values import Outcome, PushedValue, written
from lantian.kernel.errors import Text
from lantian.protocols.hj212.fields import Pair
from lantian.protocols.hj212.frames import FrameReader
from lantian.protocols.hj212.messages import Command, Message, RequestAnswer, read_message
from lantian.protocols.hj212.session import Device, Patience
from lantian.protocols.hj212.tolerance import judge
from lantian.protocols.hj212.writing import Address, Upload, write_answer, write_qn, write_upload

PATIENCE = Patience()
LIMIT = timedelta(seconds=20)
"""No further upload is begun so long after the first: what a slow platform has not got by then waits its turn."""
WINDOW = 16
"""Uploads that may wait for their answer at once."""
_ANSWERS = frozenset({Command.NOTIFY_ANSWER, Command.DATA_ANSWER, Command.REQUEST_ANSWER, Command.EXECUTION_RESULT})
_MILLISECOND = timedelta(milliseconds=1)
_PIECE = 65_536


@dataclass(slots=True)
class _Parcel:
    """One upload: its frames by QN, and the places of its values; confirmed when no frame is left."""

    frames: dict[str, bytes]
    places: tuple[int, ...]


@dataclass(slots=True)
class _Line:
    """An open connection."""

    socket: socket.socket
    reader: FrameReader = field(default_factory=FrameReader)


class Hj212Link:
    """A connection to a platform above that speaks HJ 212.

    host, port: where it listens; password: PW. clock: gives now. patience: how long each answer is awaited, how often
    an upload is sent before the link counts as down.
    """

    def __init__(
        self,
        host: str,
        port: int,
        password: str,
        *,
        clock: Callable[[], datetime],
        patience: Patience = PATIENCE,
        limit: timedelta = LIMIT,
    ) -> None:
        self._place = (host, port)
        self._password = password
        self._clock = clock
        self._patience = patience
        self._limit = limit
        self._line: _Line | None = None
        self._last_qn: datetime | None = None

    def send(self, values: Sequence[PushedValue]) -> Outcome:
        """Send values, one upload for each point, command and period; see :class:`Sender`."""
        parcels = [self._parcel(values, places) for places in uploads(values)]
        error = None
        for is_kept in (self._line is not None, False):
            error = self._attempt(parcels)
            if error is None or not is_kept:
                break
        confirmed = frozenset(place for parcel in parcels if not parcel.frames for place in parcel.places)
        return Outcome(confirmed, error=error)

    def close(self) -> None:
        """End the connection."""
        if self._line is not None:
            self._line.socket.close()
            self._line = None

    def _attempt(self, parcels: Sequence[_Parcel]) -> Text | None:
        """Send what is not confirmed yet; a connection that was kept may turn out to be dead."""
        host, port = self._place
        try:
            if self._line is None:
                self._line = _Line(socket.create_connection(self._place, self._patience.timeout.total_seconds()))
            self._converse(self._line, parcels)
        except OSError as error:
            self.close()
            reason = str(error) or type(error).__name__
            return Text(f"上级平台 {host}:{port} 未应答：{reason}", f"{host}:{port} does not answer: {reason}")
        return None

    def _converse(self, line: _Line, parcels: Sequence[_Parcel]) -> None:
        """Send the frames and wait until each that is on its way has its answer."""
        owners = {qn: parcel for parcel in parcels for qn in parcel.frames}
        queue = deque((qn, wire) for parcel in parcels for qn, wire in parcel.frames.items())
        device = Device(self._patience)
        end = self._clock() + self._limit
        while device.waiting or (queue and self._clock() < end):
            while queue and device.waiting < WINDOW and self._clock() < end:
                line.socket.sendall(device.upload(*queue.popleft(), self._clock()))
            for message in self._received(line):
                if device.received(message):
                    owners[message.qn or ""].frames.pop(message.qn or "")
                elif message.wants_answer and message.cn not in _ANSWERS:
                    line.socket.sendall(self._refusal(message))
            again, given_up = device.due(self._clock())
            if given_up:
                raise TimeoutError(f"{self._patience.attempts} x {self._patience.timeout.total_seconds():g} s")
            for wire in again:
                line.socket.sendall(wire)

    def _received(self, line: _Line) -> Iterator[Message]:
        """Yield the proved messages that came within a short while."""
        line.socket.settimeout(self._patience.timeout.total_seconds() / 5)
        try:
            piece = line.socket.recv(_PIECE)
        except TimeoutError:
            return
        finally:
            line.socket.settimeout(self._patience.timeout.total_seconds())
        if not piece:
            raise ConnectionResetError("connection closed")
        line.reader.receive_data(piece)
        for frame in iter(line.reader.next_event, None):
            message = read_message(frame)
            if judge(message.faults, ()).is_accepted:
                yield message

    def _refusal(self, message: Message) -> bytes:
        address = Address("91", message.mn or "", self._password)
        return write_answer(address, message.qn or "", Command.REQUEST_ANSWER, {"QnRtn": RequestAnswer.REFUSED})

    def _parcel(self, values: Sequence[PushedValue], places: tuple[int, ...]) -> _Parcel:
        """Write an upload; each frame's QN is later than any before it, by a millisecond at least."""
        first = values[places[0]]
        groups = [
            [Pair(value.factor, "Avg", written(value.value)), Pair(value.factor, "Flag", value.flag)]
            for value in (values[place] for place in places)
        ]
        now = self._clock()
        at = now if self._last_qn is None else max(now, self._last_qn + _MILLISECOND)
        upload = Upload(command(first.period_s), first.start, groups)
        wires = write_upload(Address(first.st, first.key, self._password), at, upload, wants_answer=True)
        self._last_qn = at + (len(wires) - 1) * _MILLISECOND
        return _Parcel({write_qn(at + index * _MILLISECOND): wire for index, wire in enumerate(wires)}, places)


def command(period_s: int) -> Command:
    """Return the command under which means of a period length are sent: minutes 2051, hours 2061, days 2031.

    >>> [command(seconds).value for seconds in (60, 600, 3600, 86400)]
    ['2051', '2051', '2061', '2031']
    """
    if period_s < 3600:
        return Command.MINUTE
    return Command.HOUR if period_s < 86_400 else Command.DAY


def uploads(values: Sequence[PushedValue]) -> list[tuple[int, ...]]:
    """Put the values of one device, command and period together; returns their places, in order of arrival."""
    together: dict[object, list[int]] = {}
    for place, value in enumerate(values):
        together.setdefault((value.key, value.st, command(value.period_s), value.start), []).append(place)
    return [tuple(places) for places in together.values()]
