"""One terminal's conversation: register, authenticate, report; split messages are joined (JT/T 808).

Neither socket nor clock: frames and instants come in, bytes and events go out. Whether a terminal may register or a
code is right is for the caller to say; a message is answered once the caller says that it is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from lantian.protocols.jt808.frames import Frame, Header
from lantian.protocols.jt808.messages import (
    Authentication,
    Content,
    MessageId,
    RegisterResult,
    Registration,
    Result,
    read_content,
)
from lantian.protocols.jt808.writing import write_missing_parts, write_platform_answer, write_registration_answer

_UNFINISHED = 8
"""Split messages of one terminal that are awaited at once; before one more, the oldest is given up."""
_ANSWERS = frozenset({MessageId.TERMINAL_ANSWER, MessageId.LOCATION_ANSWER})
"""Messages of a terminal that answer a command; they are not answered in turn."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long missing parts are awaited, and how often they are asked for."""

    timeout: timedelta = timedelta(seconds=10)
    attempts: int = 3


@dataclass(frozen=True, slots=True)
class RegistrationWanted:
    """A terminal wants to register; :meth:`Platform.register` answers. registration: None where it cannot be read."""

    header: Header
    registration: Registration | None


@dataclass(frozen=True, slots=True)
class AuthenticationWanted:
    """A terminal shows its code; :meth:`Platform.authenticate` answers. code: None where it cannot be read."""

    header: Header
    code: str | None


@dataclass(frozen=True, slots=True)
class Received:
    """A message of an authenticated terminal: store it, then send what :meth:`Platform.stored` returns.

    header: of the message, or of the last part to arrive. body: joined. content: None where the body stays bytes.
    """

    header: Header
    body: bytes
    content: Content


@dataclass(frozen=True, slots=True)
class NotAuthenticated:
    """A message before the authentication; nothing of it may be stored as the terminal's."""

    header: Header


@dataclass(frozen=True, slots=True)
class PartsLost:
    """A split message whose missing parts never came."""

    message_id: int
    missing: tuple[int, ...]


Event = RegistrationWanted | AuthenticationWanted | Received | NotAuthenticated


@dataclass(slots=True)
class _Split:
    first_serial: int
    total: int
    due: datetime
    parts: dict[int, Frame] = field(default_factory=dict)
    attempts: int = 0

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(index for index in range(1, self.total + 1) if index not in self.parts)


@dataclass(slots=True)
class Platform:
    """The platform's side of one terminal."""

    patience: Patience = Patience()
    is_authenticated: bool = False
    _serial: int = -1
    _splits: dict[tuple[int, int, int], _Split] = field(default_factory=dict)

    def received(self, frame: Frame, at: datetime) -> Event | None:
        """Take in a frame whose check byte is right; None where it is a part and others are missing, or no header."""
        header = frame.header
        if header is None:
            return None
        if not self.is_authenticated and header.message_id not in (MessageId.REGISTER, MessageId.AUTHENTICATE):
            return NotAuthenticated(header)
        joined = self._joined(frame, header, header.part, at) if header.part else frame
        return self._event(header, joined, read_content(joined)) if joined else None

    def register(self, to: Header, result: RegisterResult, code: str = "") -> bytes:
        """Return the answer to a registration (8100)."""
        return write_registration_answer(to, self._next_serial(), result, code)

    def authenticate(self, to: Header, result: Result) -> bytes:
        """Return the answer to an authentication; with OK, what follows belongs to the terminal."""
        self.is_authenticated = result is Result.OK
        return write_platform_answer(to, self._next_serial(), result)

    def stored(self, to: Header, result: Result = Result.OK) -> bytes:
        """Return the general answer (8001) to a message that is durably stored; nothing where it was an answer."""
        return b"" if to.message_id in _ANSWERS else write_platform_answer(to, self._next_serial(), result)

    def due(self, at: datetime) -> tuple[list[bytes], list[PartsLost]]:
        """Return the requests for missing parts (8003), and the messages that are given up."""
        again, lost = [], []
        for key, split in list(self._splits.items()):
            if at < split.due:
                continue
            if split.attempts >= self.patience.attempts:
                del self._splits[key]
                lost.append(PartsLost(key[0], split.missing))
            else:
                split.attempts += 1
                split.due = at + self.patience.timeout
                again.append(self._ask(split))
        return again, lost

    def _ask(self, split: _Split) -> bytes:
        header = _header(split.parts)
        size = 255 if header.version is None else len(split.missing)
        return write_missing_parts(header, self._next_serial(), split.first_serial, split.missing[:size])

    def _event(self, header: Header, frame: Frame, content: Content) -> Event:
        if header.message_id == MessageId.REGISTER:
            return RegistrationWanted(header, content if isinstance(content, Registration) else None)
        if header.message_id == MessageId.AUTHENTICATE:
            return AuthenticationWanted(header, content.code if isinstance(content, Authentication) else None)
        return Received(header, frame.body, content)

    def _joined(self, frame: Frame, header: Header, part: tuple[int, int], at: datetime) -> Frame | None:
        """Keep a part; return the whole message once none is missing. An impossible number stands alone, unread."""
        index, total = part
        if not 1 <= index <= total:
            return frame
        first = (header.serial - index + 1) & 0xFFFF
        key = (header.message_id, total, first)
        split = self._splits.pop(key, None) or _Split(first, total, at)
        split.parts[index] = frame
        split.due = at + self.patience.timeout
        if len(split.parts) == total:
            body = b"".join(split.parts[number].body for number in range(1, total + 1))
            return replace(frame, header=replace(header, part=None), body=body)
        self._splits[key] = split
        if len(self._splits) > _UNFINISHED:
            del self._splits[next(iter(self._splits))]
        return None

    def _next_serial(self) -> int:
        self._serial = (self._serial + 1) & 0xFFFF
        return self._serial


def _header(parts: Mapping[int, Frame]) -> Header:
    """Return the header of any part that is there; a split has at least one."""
    return next(frame.header for frame in parts.values() if frame.header)
