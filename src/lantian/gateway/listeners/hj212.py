"""HJ 212 devices: every frame names its device (MN) and password; what is stored is answered (2017, 6.1, 6.2)."""

from functools import partial

from lantian.gateway.intake import Intake, is_secret
from lantian.gateway.listeners.connection import Connection
from lantian.gateway.quarantine import Reason
from lantian.gateway.registry import Device
from lantian.protocols.hj212.faults import DAMAGE
from lantian.protocols.hj212.fields import write_fields
from lantian.protocols.hj212.frames import Frame, FrameReader, write_frame
from lantian.protocols.hj212.messages import (
    Command,
    Message,
    RequestAnswer,
    System,
    Version,
    read_message,
    read_upload_head,
)
from lantian.protocols.hj212.session import NOTIFICATIONS
from lantian.protocols.hj212.tolerance import judge
from lantian.protocols.hj212.writing import Address, write_answer

_REFUSALS = {Reason.SECRET: RequestAnswer.PASSWORD}
_REQUESTS = ("1", "3")
"""First digits of commands that are requests, which alone have an answer that refuses (QnRtn)."""
_ANSWERS = frozenset({Command.REQUEST_ANSWER, Command.EXECUTION_RESULT, Command.NOTIFY_ANSWER, Command.DATA_ANSWER})


class Hj212Connection(Connection[Frame]):
    """A device, or a data logger that speaks for several."""

    family = "hj212"

    def __init__(self, intake: Intake) -> None:
        self._frames = FrameReader()
        super().__init__(intake, self._frames)
        self._last: dict[str, Message] = {}
        self._tails: dict[str, tuple[tuple[object, ...], bytes]] = {}

    def frame(self, frame: Frame) -> None:
        """Keep what a known device sent, with its faults; answer what is proved."""
        message = read_upload_head(frame) or read_message(frame)
        found = self._who(message)
        if isinstance(found, Device):
            is_proved = not message.faults or _is_proved(message, found)
            if message.cn not in _ANSWERS or found.id not in self._last:
                self._last[found.id] = message
            self.keep(found, frame.raw, message.faults, partial(self._is_stored, found.id, message, is_proved))
        elif not frame.is_intact:
            self._keep_as_evidence(frame, message)
        else:
            self.turn_away(message.mn or "", found, frame.raw, _refusal(message, found))

    def end_of_input(self) -> None:
        """Read a last frame without a line end."""
        self._frames.end_of_input()

    def address_of(self, device: str) -> Address | None:
        """Return how to address the device: as its last upload did; answers have a system code of their own."""
        message = self._last.get(device)
        return _address(message, message.st or "") if message else None

    def _who(self, message: Message) -> Device | Reason:
        found = self.intake.admit("hj212", message.mn or "", self.address)
        if isinstance(found, Device) and not is_secret(found, message.pw):
            return Reason.SECRET
        return found

    def _keep_as_evidence(self, frame: Frame, message: Message) -> None:
        """Keep damage that names nobody with the device that has this connection to itself, else count it."""
        if self.device is None or len(self._last) > 1:
            self.drop(message.faults)
        else:
            self.keep(self.device, frame.raw, message.faults, _no_answer)

    def _is_stored(self, device: str, message: Message, is_proved: bool) -> None:
        if not is_proved:
            return
        if message.wants_answer and message.qn is not None and message.cn not in _ANSWERS:
            self.send(self._answer(device, message, message.qn))
        self.intake.hear(device, message)

    def _answer(self, device: str, message: Message, qn: str) -> bytes:
        """Return 9014, or 9013 to a notice; all but the QN is the same for every upload of a device."""
        if message.cn in NOTIFICATIONS:
            return write_answer(_address(message), qn, Command.NOTIFY_ANSWER)
        known = self._tails.get(device)
        named = (message.mn, message.pw, message.flag)
        if known is None or known[0] != named:
            known = self._tails[device] = (named, _tail(_address(message)))
        return write_frame(b"QN=%b%b" % (qn.encode(), known[1]))


def _tail(address: Address) -> bytes:
    """Return the data segment of a 9014 behind its QN, as :func:`write_answer` writes it."""
    header = address.header("", Command.DATA_ANSWER, wants_answer=False, st=System.INTERACTION)
    return write_fields(header, {}).removeprefix(b"QN=")


def _is_proved(message: Message, device: Device) -> bool:
    return not DAMAGE.intersection(judge(message.faults, device.tolerated).refused)


def _no_answer() -> None:
    """Say nothing."""


def _address(message: Message, st: str = "") -> Address:
    return Address(st, message.mn or "", message.pw or "", message.version or Version.V2017)


def _refusal(message: Message, reason: Reason) -> bytes:
    """Return the answer to a request that is refused; uploads have none."""
    if not message.wants_answer or message.qn is None or not (message.cn or "").startswith(_REQUESTS):
        return b""
    answer = _REFUSALS.get(reason, RequestAnswer.MN)
    return write_answer(_address(message), message.qn, Command.REQUEST_ANSWER, {"QnRtn": answer})
