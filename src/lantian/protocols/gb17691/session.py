"""One vehicle's connection: login, reports, logout (Annex Q); no answer is defined for the terminal's frames.

Bytes become frames elsewhere; frames come in here and events go out. The session keeps nothing but who is logged in.
"""

from dataclasses import dataclass
from enum import StrEnum

from lantian.protocols.gb17691.frames import Frame
from lantian.protocols.gb17691.messages import Command, Message, read_message


class Remark(StrEnum):
    """What is unusual about a frame at its place in the conversation."""

    NOT_LOGGED_IN = "not-logged-in"
    VIN_CHANGED = "vin-changed"
    OBD_VIN_DIFFERS = "obd-vin-differs"
    LOGOUT_SERIAL = "logout-serial-differs"


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The vehicle (车辆登入) begins; ``message`` has the login serial and the card number (ICCID)."""

    vin: str
    message: Message
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Reported:
    """A report to be stored; is_late: sent afterwards with its original time (补发)."""

    vin: str
    message: Message
    is_late: bool
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """The vehicle (车辆登出) ends."""

    vin: str
    message: Message
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """A time request, or a command whose meaning is not confirmed: kept, not read further."""

    frame: Frame


Event = LoggedIn | Reported | LoggedOut | Other


@dataclass(slots=True)
class Platform:
    """The platform's side of one connection."""

    _vin: str | None = None
    _login_serial: int | None = None

    def received(self, frame: Frame) -> Event:
        """Take in an intact frame; returns what it means."""
        if frame.command not in (Command.LOGIN, Command.REPORT, Command.SUPPLEMENT, Command.LOGOUT):
            return Other(frame)
        message = read_message(frame)
        if frame.command == Command.LOGIN:
            return self._login(frame.vin, message)
        remarks = self._remarks(frame.vin, message)
        if frame.command == Command.LOGOUT:
            return self._logout(frame.vin, message, remarks)
        return Reported(frame.vin, message, frame.command == Command.SUPPLEMENT, remarks)

    def _login(self, vin: str, message: Message) -> LoggedIn:
        remarks = (Remark.VIN_CHANGED,) if self._vin not in (None, vin) else ()
        self._vin, self._login_serial = vin, message.serial
        return LoggedIn(vin, message, remarks)

    def _logout(self, vin: str, message: Message, remarks: tuple[Remark, ...]) -> LoggedOut:
        """A logout carries the serial of its login."""
        if self._vin is not None and message.serial != self._login_serial:
            remarks += (Remark.LOGOUT_SERIAL,)
        self._vin = self._login_serial = None
        return LoggedOut(vin, message, remarks)

    def _remarks(self, vin: str, message: Message) -> tuple[Remark, ...]:
        judged = (
            (Remark.NOT_LOGGED_IN, self._vin is None),
            (Remark.VIN_CHANGED, self._vin not in (None, vin)),
            (Remark.OBD_VIN_DIFFERS, any(block.obd and block.obd.vin != vin for block in message.blocks)),
        )
        return tuple(remark for remark, holds in judged if holds)
