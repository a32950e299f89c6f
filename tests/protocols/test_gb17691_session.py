"""GB 17691 conversations: login, reports and late reports, logout, and what is remarkable about them."""

from datetime import UTC, datetime

from lantian.protocols.gb17691.frames import Envelope, Frame, FrameReader, write_frame
from lantian.protocols.gb17691.messages import Command, write_time
from lantian.protocols.gb17691.session import LoggedIn, LoggedOut, Other, Platform, Remark, Reported

VIN, OTHER_VIN = "LFWSRXSJ0N1F00123", "LFWSRXSJ0N1F00124"
NOON = write_time(datetime(2019, 6, 1, 4, tzinfo=UTC))
LOGIN = NOON + b"\x00\x07" + b"8" * 20
LOGOUT = NOON + b"\x00\x07"


def frame(command: int, unit: bytes, vin: str = VIN) -> Frame:
    reader = FrameReader()
    reader.receive_data(write_frame(Envelope(command, vin), unit))
    found = reader.next_event()
    assert found is not None
    return found


def test_a_day_of_a_vehicle_has_login_reports_and_logout() -> None:
    platform = Platform()
    events = [
        platform.received(frame(Command.LOGIN, LOGIN)),
        platform.received(frame(Command.REPORT, NOON)),
        platform.received(frame(Command.SUPPLEMENT, NOON)),
        platform.received(frame(Command.LOGOUT, LOGOUT)),
    ]
    login, report, late, logout = events
    assert isinstance(login, LoggedIn)
    assert (login.vin, login.message.serial, login.message.iccid) == (VIN, 7, "8" * 20)
    assert isinstance(report, Reported)
    assert isinstance(late, Reported)
    assert (report.is_late, late.is_late) == (False, True)
    assert isinstance(logout, LoggedOut)
    assert [event.remarks for event in (login, report, late, logout)] == [()] * 4


def test_a_report_without_login_is_kept_and_remarked() -> None:
    event = Platform().received(frame(Command.REPORT, NOON))
    assert isinstance(event, Reported)
    assert event.remarks == (Remark.NOT_LOGGED_IN,)


def test_another_vin_on_the_same_connection_is_remarked() -> None:
    platform = Platform()
    platform.received(frame(Command.LOGIN, LOGIN))
    report = platform.received(frame(Command.REPORT, NOON, OTHER_VIN))
    login = platform.received(frame(Command.LOGIN, LOGIN, OTHER_VIN))
    assert isinstance(report, Reported)
    assert isinstance(login, LoggedIn)
    assert report.remarks == login.remarks == (Remark.VIN_CHANGED,)


def test_an_obd_block_of_another_vehicle_is_remarked() -> None:
    platform = Platform()
    platform.received(frame(Command.LOGIN, LOGIN))
    obd = bytes(6) + OTHER_VIN.encode() + bytes(73)
    event = platform.received(frame(Command.REPORT, NOON + b"\x01\x00\x01" + obd))
    assert isinstance(event, Reported)
    assert event.remarks == (Remark.OBD_VIN_DIFFERS,)


def test_a_logout_carries_the_serial_of_its_login() -> None:
    platform = Platform()
    platform.received(frame(Command.LOGIN, LOGIN))
    event = platform.received(frame(Command.LOGOUT, NOON + b"\x00\x08"))
    assert isinstance(event, LoggedOut)
    assert event.remarks == (Remark.LOGOUT_SERIAL,)


def test_commands_without_confirmed_meaning_are_handed_on_as_frames() -> None:
    removal = frame(0x06, b"\x01")
    assert Platform().received(removal) == Other(removal)
