"""Terminals by JT/T 808: register, authenticate, report; whatever is stored gets the general answer (8001)."""

from functools import partial

from lantian.gateway.intake import Intake, is_secret
from lantian.gateway.listeners.connection import Connection
from lantian.gateway.quarantine import Reason
from lantian.gateway.registry import Device
from lantian.protocols.jt808.frames import Frame, FrameReader, Header
from lantian.protocols.jt808.messages import MessageId, RegisterResult, Result
from lantian.protocols.jt808.session import AuthenticationWanted, NotAuthenticated, Platform, RegistrationWanted
from lantian.protocols.jt808.writing import write_time_answer


class Jt808Connection(Connection[Frame]):
    """One terminal."""

    family = "jt808"

    def __init__(self, intake: Intake) -> None:
        super().__init__(intake, FrameReader())
        self._platform = Platform()

    def frame(self, frame: Frame) -> None:
        """Keep an intact frame of a terminal that has authenticated itself; damage without an answer."""
        if frame.header is None or not frame.is_intact:
            self._keep_as_evidence(frame)
            return
        found = self._who(frame.header)
        if isinstance(found, Device):
            self._take(found, frame, frame.header)
        else:
            self._refuse(frame, frame.header, found)

    def watch(self) -> None:
        """Ask for the missing parts of split messages."""
        again, _lost = self._platform.due(self.intake.now())
        for wire in again:
            self.send(wire)

    def _who(self, header: Header) -> Device | Reason:
        """Find the terminal by its phone, with or without the zeros before it."""
        bare = header.phone.lstrip("0")
        found: Device | Reason = Reason.UNKNOWN
        for phone in dict.fromkeys((bare, header.phone, bare.zfill(12))):
            found = self.intake.admit("jt808", phone, self.address)
            if found is not Reason.UNKNOWN:
                break
        return found

    def _take(self, device: Device, frame: Frame, header: Header) -> None:
        if self.device is not None and self.device.id != device.id:
            self._platform = Platform()  # another terminal on this connection shows a code of its own
        self._platform.is_authenticated |= device.secret is None
        event = self._platform.received(frame, self.intake.now())
        has_wrong_code = isinstance(event, AuthenticationWanted) and not is_secret(device, event.code)
        if has_wrong_code or isinstance(event, NotAuthenticated):
            self._refuse(frame, header, Reason.SECRET)
        elif isinstance(event, RegistrationWanted):
            self.keep(device, frame.raw, frame.faults, partial(self._registered, device, header))
        else:
            self._platform.is_authenticated = True
            self.keep(device, frame.raw, frame.faults, partial(self._is_stored, header))

    def _registered(self, device: Device, header: Header) -> None:
        code = device.secret or device.key
        self.send(self._platform.register(header, RegisterResult.OK, code))

    def _is_stored(self, header: Header) -> None:
        if header.message_id == MessageId.AUTHENTICATE:
            self.send(self._platform.authenticate(header, Result.OK))
        elif header.message_id == MessageId.TIME_QUERY:
            self.send(write_time_answer(header, header.serial, self.intake.now()))
        else:
            self.send(self._platform.stored(header))

    def _refuse(self, frame: Frame, header: Header, reason: Reason) -> None:
        if header.message_id == MessageId.REGISTER:
            answer = self._platform.register(header, RegisterResult.NO_TERMINAL)
        else:
            answer = self._platform.stored(header, Result.FAILED)
        self.turn_away(header.phone.lstrip("0"), reason, frame.raw, answer)
        self.close(reason)

    def _keep_as_evidence(self, frame: Frame) -> None:
        if self.device is not None and self._platform.is_authenticated:
            self.keep(self.device, frame.raw, frame.faults, _no_answer)
        else:
            self.drop(frame.faults)


def _no_answer() -> None:
    """Say nothing to damage: the terminal sends it again."""
