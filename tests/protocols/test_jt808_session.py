"""JT/T 808 conversations: registration, authentication, positions, split messages and their missing parts."""

from datetime import UTC, datetime, timedelta

import pytest

from lantian.protocols.jt808.frames import Frame, FrameReader, Header, write_frame
from lantian.protocols.jt808.messages import (
    Answer,
    Authentication,
    Location,
    MessageId,
    PassThrough,
    RegisterResult,
    Registration,
    RegistrationAnswer,
    Result,
    read_content,
)
from lantian.protocols.jt808.session import (
    AuthenticationWanted,
    NotAuthenticated,
    PartsLost,
    Platform,
    Received,
    RegistrationWanted,
)
from lantian.protocols.jt808.writing import write_authentication, write_registration

PHONE = "012345678900"
AT = datetime(2019, 6, 1, 4, tzinfo=UTC)
CAR = Registration(11, 105, "MAKER", "MODEL", "T000001", 1, "京A12345", 2013)


def frame(wire: bytes) -> Frame:
    reader = FrameReader()
    reader.receive_data(wire)
    found = reader.next_event()
    assert found is not None
    return found


def sent(kind: int, body: bytes, serial: int = 1, part: tuple[int, int] | None = None) -> Frame:
    return frame(write_frame(Header(kind, PHONE, serial, part=part), body))


def parts(*numbers: int, total: int = 3) -> list[Frame]:
    return [sent(MessageId.PASS_THROUGH, b"\xf0%d" % number, 9 + number, (number, total)) for number in numbers]


def test_a_terminal_registers_authenticates_and_reports() -> None:
    platform = Platform()
    wish = platform.received(sent(MessageId.REGISTER, write_registration(CAR)), AT)
    assert isinstance(wish, RegistrationWanted)
    assert wish.registration == CAR
    answer = frame(platform.register(wish.header, RegisterResult.OK, "secret"))
    assert read_content(answer) == RegistrationAnswer(1, 0, "secret")

    shown = platform.received(sent(MessageId.AUTHENTICATE, write_authentication(Authentication("secret")), 2), AT)
    assert shown == AuthenticationWanted(Header(MessageId.AUTHENTICATE, PHONE, 2), "secret")
    assert isinstance(shown, AuthenticationWanted)
    assert read_content(frame(platform.authenticate(shown.header, Result.OK))) == Answer(2, MessageId.AUTHENTICATE, 0)

    report = platform.received(sent(MessageId.LOCATION, bytes(28), 3), AT)
    assert isinstance(report, Received)
    assert isinstance(report.content, Location)
    stored = frame(platform.stored(report.header))
    assert read_content(stored) == Answer(3, MessageId.LOCATION, 0)
    assert stored.header is not None
    assert stored.header.serial == 2  # the platform's third message


def test_nothing_is_taken_from_a_terminal_that_has_not_shown_its_code() -> None:
    platform = Platform()
    report = sent(MessageId.LOCATION, bytes(28))
    assert isinstance(platform.received(report, AT), NotAuthenticated)
    platform.authenticate(Header(MessageId.AUTHENTICATE, PHONE, 2), Result.FAILED)
    assert isinstance(platform.received(report, AT), NotAuthenticated)


def test_what_cannot_be_read_wants_its_answer_too() -> None:
    platform = Platform()
    wish = platform.received(sent(MessageId.REGISTER, b"\x00"), AT)
    shown = platform.received(frame(write_frame(Header(MessageId.AUTHENTICATE, PHONE.zfill(20), 1, 1), b"")), AT)
    assert isinstance(wish, RegistrationWanted)
    assert isinstance(shown, AuthenticationWanted)
    assert (wish.registration, shown.code) == (None, None)


def test_a_piece_without_header_is_no_event() -> None:
    assert Platform(is_authenticated=True).received(frame(bytes.fromhex("7e00027e")), AT) is None


def test_an_answer_of_the_terminal_is_not_answered() -> None:
    assert Platform().stored(Header(MessageId.TERMINAL_ANSWER, PHONE, 1)) == b""


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 2, 3, 1)])
def test_parts_are_joined_in_their_order_whatever_order_they_came_in(order: tuple[int, ...]) -> None:
    platform = Platform(is_authenticated=True)
    *earlier, last = [platform.received(part, AT) for part in parts(*order)]
    assert earlier == [None] * (len(order) - 1)
    assert isinstance(last, Received)
    assert (last.body, last.content) == (b"\xf01\xf02\xf03", PassThrough(0xF0, b"1\xf02\xf03"))


def test_missing_parts_are_asked_for_three_times_and_then_given_up() -> None:
    platform = Platform(is_authenticated=True)
    platform.received(parts(2)[0], AT)
    assert platform.due(AT + timedelta(seconds=9)) == ([], [])
    for seconds in (10, 20, 30):
        [wire], lost = platform.due(AT + timedelta(seconds=seconds))
        # first part's serial 10, two parts, their numbers 1 and 3
        assert (frame(wire).body.hex(), lost) == ("000a0200010003", [])
    assert platform.due(AT + timedelta(seconds=40)) == ([], [PartsLost(MessageId.PASS_THROUGH, (1, 3))])
    assert platform.due(AT + timedelta(seconds=90)) == ([], [])


def test_a_part_with_an_impossible_number_stands_alone_unread() -> None:
    event = Platform(is_authenticated=True).received(parts(4)[0], AT)
    assert isinstance(event, Received)
    assert (event.body, event.content) == (b"\xf04", None)


def test_unfinished_messages_do_not_fill_memory() -> None:
    platform = Platform(is_authenticated=True)
    for total in range(2, 100):
        platform.received(parts(1, total=total)[0], AT)
    again, _ = platform.due(AT + timedelta(seconds=10))
    assert len(again) == 8
