"""One device's conversation with the platform (HJ 212-2017, 6.1 to 6.5, Annex C): who must say what next.

Neither side owns a socket or a clock: bytes and instants come in, bytes and events go out. The platform answers an
upload only when it is told that the upload is stored (:meth:`Platform.stored`), so that *acknowledged* means *durable*.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lantian.protocols.hj212.messages import Command, Message, RequestAnswer
from lantian.protocols.hj212.writing import Address, write_answer, write_request

NOTIFICATIONS = frozenset({Command.TIME_WANTED, Command.STOP_REALTIME, Command.STOP_FACILITY_STATE, Command.HEARTBEAT})
"""Commands that a device sends as a notice (通知); they are answered with 9013 instead of 9014."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer is awaited, how often a request is sent (table 1: 5 s and 3 times; mobile links 10 s)."""

    timeout: timedelta = timedelta(seconds=5)
    attempts: int = 3


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Data or a notice of the device, to be stored; ``parts`` are all packets of a split message, in order.

    DataTime stands in the first part only (Annex C.50) and holds for all.
    """

    message: Message
    parts: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class PartReceived:
    """One packet of a split message that is not complete yet.

    It has to be stored and answered by itself: the device may wait for its answer before it sends the next packet.
    """

    message: Message


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The device has got a notice (9013) or data (9014) of the platform; it will not answer any further."""

    qn: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The device took a command up or refused it (9011); ``answer`` is its QnRtn as sent."""

    qn: str
    answer: str

    @property
    def is_ready(self) -> bool:
        """Whether the device will carry the command out."""
        return self.answer == RequestAnswer.READY


@dataclass(frozen=True, slots=True)
class Finished:
    """A command is over: ``result`` is the ExeRtn of 9012, or None when nobody answered the last attempt."""

    qn: str
    result: str | None


Event = Uploaded | PartReceived | Acknowledged | Answered | Finished
_UNFINISHED = 8
"""Split messages of one device that are awaited at once; before one more, the oldest is given up."""


@dataclass(slots=True)
class _Pending:
    wire: bytes
    due: datetime
    attempts: int = 1
    is_answered: bool = False


@dataclass(slots=True)
class Platform:
    """The platform's side of one device.

    >>> platform = Platform(Address(st="22", mn="A1", pw="123456"))
    >>> at = datetime.fromisoformat("2019-06-01T12:00:00+08:00")
    >>> wire = platform.command("20190601120000000", Command.SET_REALTIME_INTERVAL, {"RtdInterval": "60"}, at)
    >>> platform.due(at + timedelta(seconds=5)) == ([wire], [])
    True
    """

    address: Address
    patience: Patience = Patience()
    _pending: dict[str, _Pending] = field(default_factory=dict)
    _packets: dict[tuple[str, int], dict[int, Message]] = field(default_factory=dict)

    def received(self, message: Message, at: datetime) -> list[Event]:
        """Take in a message of the device; returns what it means."""
        if message.cn in (Command.REQUEST_ANSWER, Command.EXECUTION_RESULT):
            return self._answered(message, at)
        if message.cn in (Command.NOTIFY_ANSWER, Command.DATA_ANSWER):
            known = self._pending.pop(message.qn or "", None)
            return [Acknowledged(message.qn)] if known and message.qn else []
        if message.packet is None:
            return [Uploaded(message, (message,))]
        parts = self._joined(message, message.packet)
        return [Uploaded(message, parts) if parts else PartReceived(message)]

    def stored(self, message: Message) -> bytes:
        """Return the answer to a message that is now durably stored; nothing where none is wanted.

        A message that comes again because its answer was lost is answered again.
        """
        if not message.wants_answer or message.qn is None:
            return b""
        cn = Command.NOTIFY_ANSWER if message.cn in NOTIFICATIONS else Command.DATA_ANSWER
        return write_answer(self.address, message.qn, cn)

    def command(self, qn: str, cn: Command, parameters: Mapping[str, str], at: datetime) -> bytes:
        """Return a command to send, and await its answer."""
        wire = write_request(self.address, qn, cn, parameters)
        self._pending[qn] = _Pending(wire, at + self.patience.timeout)
        return wire

    def due(self, at: datetime) -> tuple[list[bytes], list[Event]]:
        """Return what to send again, and the commands that nobody answered after the last attempt."""
        again, ended = [], []
        for qn, pending in list(self._pending.items()):
            if at < pending.due:
                continue
            if pending.is_answered or pending.attempts >= self.patience.attempts:
                del self._pending[qn]
                ended.append(Finished(qn, None))
            else:
                pending.attempts += 1
                pending.due = at + self.patience.timeout
                again.append(pending.wire)
        return again, list(ended)

    def _answered(self, message: Message, at: datetime) -> list[Event]:
        pending = self._pending.get(message.qn or "")
        if pending is None or message.qn is None:
            return []
        if message.cn == Command.EXECUTION_RESULT:
            del self._pending[message.qn]
            return [Finished(message.qn, message.parameters.get("ExeRtn"))]
        answered = Answered(message.qn, message.parameters.get("QnRtn", ""))
        if answered.is_ready:
            pending.is_answered = True
            pending.due = at + self.patience.timeout * self.patience.attempts
        else:
            del self._pending[message.qn]
        return [answered]

    def _joined(self, message: Message, packet: tuple[int, int]) -> tuple[Message, ...]:
        """Keep a packet by command and total, as devices number them; return all once none is missing.

        A packet with a number that is there already, under another QN, begins a new message.
        """
        number, total = packet
        if not 1 <= number <= total:
            return (message,)
        key = (message.cn or "", total)
        parts = self._packets.pop(key, {})
        if number in parts and parts[number].qn != message.qn:
            parts = {}
        parts[number] = message
        if len(parts) == total:
            return tuple(parts[index] for index in range(1, total + 1))
        self._packets[key] = parts
        if len(self._packets) > _UNFINISHED:
            del self._packets[next(iter(self._packets))]
        return ()


@dataclass(slots=True)
class Device:
    """A device's side, for simulators and the upward push: uploads wait for their answer and are sent again."""

    patience: Patience = Patience()
    _waiting: dict[str, _Pending] = field(default_factory=dict)

    def upload(self, qn: str, wire: bytes, at: datetime) -> bytes:
        """Return an upload to send, and await its 9014."""
        self._waiting[qn] = _Pending(wire, at + self.patience.timeout)
        return wire

    @property
    def waiting(self) -> int:
        """Uploads without an answer."""
        return len(self._waiting)

    def received(self, message: Message) -> bool:
        """Take in a message; True when it answers an upload that was waiting."""
        is_answer = message.cn in (Command.DATA_ANSWER, Command.NOTIFY_ANSWER)
        return is_answer and self._waiting.pop(message.qn or "", None) is not None

    def due(self, at: datetime) -> tuple[list[bytes], list[str]]:
        """Return what to send again, and the numbers given up after the last attempt: the link is down."""
        again, given_up = [], []
        for qn, pending in list(self._waiting.items()):
            if at < pending.due:
                continue
            if pending.attempts >= self.patience.attempts:
                del self._waiting[qn]
                given_up.append(qn)
            else:
                pending.attempts += 1
                pending.due = at + self.patience.timeout
                again.append(pending.wire)
        return again, given_up
