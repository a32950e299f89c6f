"""HJ 212 exchanges: an upload is answered once it is stored, a command is repeated and then given up."""

from datetime import UTC, datetime, timedelta

import pytest

from lantian.protocols.hj212.frames import Frame, FrameReader
from lantian.protocols.hj212.messages import Command, Message, Version, read_message
from lantian.protocols.hj212.session import Acknowledged, Answered, Device, Finished, PartReceived, Platform, Uploaded
from lantian.protocols.hj212.writing import Address, write_answer

MN = "010000A8900016F000169DC0"
ADDRESS = Address(st="22", mn=MN, pw="123456")
AT = datetime(2019, 6, 1, 4, tzinfo=UTC)
QN = "20190601120000000"


def message(segment: str) -> Message:
    return read_message(Frame(b"", segment.encode()))


def read(wire: bytes) -> Message:
    reader = FrameReader()
    reader.receive_data(wire)
    frame = reader.next_event()
    assert frame is not None
    return read_message(frame)


def upload(flag: int, extra: str = "", cn: str = "2011") -> Message:
    return message(f"QN={QN};ST=22;CN={cn};PW=123456;MN={MN};Flag={flag};{extra}CP=&&DataTime=20190601120000&&")


@pytest.mark.parametrize(("flag", "cn", "answer"), [(5, "2011", "9014"), (5, "1013", "9013")])
def test_what_is_stored_is_answered_with_its_own_number(flag: int, cn: str, answer: str) -> None:
    reply = read(Platform(ADDRESS).stored(upload(flag, cn=cn)))
    assert (reply.cn, reply.qn, reply.st, reply.flag, reply.mn) == (answer, QN, "91", 4, MN)


def test_what_wants_no_answer_gets_none() -> None:
    assert Platform(ADDRESS).stored(upload(4)) == b""


def test_an_upload_that_comes_again_is_answered_again() -> None:
    platform = Platform(ADDRESS)
    assert platform.stored(upload(5)) == platform.stored(upload(5)) != b""


def test_packets_are_joined_when_the_last_one_is_there() -> None:
    platform = Platform(ADDRESS)
    second, first = upload(7, "PNUM=2;PNO=2;"), upload(7, "PNUM=2;PNO=1;")
    assert platform.received(second, AT) == [PartReceived(second)]
    assert platform.received(first, AT) == [Uploaded(first, (first, second))]


def test_a_packet_is_answered_before_the_message_is_complete() -> None:
    reply = read(Platform(ADDRESS).stored(upload(7, "PNUM=2;PNO=1;")))
    assert (reply.cn, reply.qn) == ("9014", QN)


def test_a_packet_number_under_a_new_qn_begins_a_new_message() -> None:
    platform = Platform(ADDRESS)
    old, first, second = (
        message(f"QN=2019060112000000{n};CN=2011;Flag=7;PNUM=2;PNO={number};CP=&&&&")
        for n, number in ((1, 1), (2, 1), (3, 2))
    )
    platform.received(old, AT)
    assert platform.received(first, AT) == [PartReceived(first)]
    assert platform.received(second, AT) == [Uploaded(second, (first, second))]


def test_unfinished_messages_do_not_fill_memory() -> None:
    platform = Platform(ADDRESS)
    for total in range(2, 100):
        platform.received(upload(7, f"PNUM={total};PNO=1;"), AT)
    late = upload(7, "PNUM=2;PNO=2;")
    assert platform.received(late, AT) == [PartReceived(late)]  # its first packet was given up long ago


def test_a_notice_of_the_platform_is_over_with_its_answer() -> None:
    platform = Platform(ADDRESS)
    platform.command(QN, Command.STOP_REALTIME, {}, AT)
    answer = read(write_answer(ADDRESS, QN, Command.NOTIFY_ANSWER))
    assert platform.received(answer, AT) == [Acknowledged(QN)]
    assert platform.received(answer, AT) == []
    assert platform.due(AT + timedelta(seconds=60)) == ([], [])


def test_a_packet_with_an_impossible_number_stands_alone() -> None:
    odd = upload(7, "PNUM=2;PNO=3;")
    assert Platform(ADDRESS).received(odd, AT) == [Uploaded(odd, (odd,))]


def test_a_command_is_sent_three_times_five_seconds_apart_and_then_given_up() -> None:
    platform = Platform(ADDRESS)
    wire = platform.command(QN, Command.GET_TIME, {}, AT)
    for seconds, expected in [
        (4, ([], [])),
        (5, ([wire], [])),
        (9, ([], [])),
        (10, ([wire], [])),
        (15, ([], [Finished(QN, None)])),
        (60, ([], [])),
    ]:
        assert platform.due(AT + timedelta(seconds=seconds)) == expected


def test_a_command_runs_from_answer_to_result() -> None:
    platform = Platform(ADDRESS)
    platform.command(QN, Command.SET_REALTIME_INTERVAL, {"RtdInterval": "60"}, AT)
    ready = read(write_answer(ADDRESS, QN, Command.REQUEST_ANSWER, {"QnRtn": "1"}))
    done = read(write_answer(ADDRESS, QN, Command.EXECUTION_RESULT, {"ExeRtn": "1"}))
    assert platform.received(ready, AT) == [Answered(QN, "1")]
    assert platform.due(AT + timedelta(seconds=5)) == ([], [])
    assert platform.received(done, AT) == [Finished(QN, "1")]
    assert platform.received(done, AT) == []


def test_a_command_that_is_taken_up_but_never_finished_ends() -> None:
    platform = Platform(ADDRESS)
    platform.command(QN, Command.GET_TIME, {}, AT)
    platform.received(read(write_answer(ADDRESS, QN, Command.REQUEST_ANSWER, {"QnRtn": "1"})), AT)
    assert platform.due(AT + timedelta(seconds=15)) == ([], [Finished(QN, None)])


def test_a_refused_command_ends_with_its_reason() -> None:
    platform = Platform(ADDRESS)
    platform.command(QN, Command.SET_PASSWORD, {"NewPW": "654321"}, AT)
    [event] = platform.received(read(write_answer(ADDRESS, QN, Command.REQUEST_ANSWER, {"QnRtn": "3"})), AT)
    assert event == Answered(QN, "3")
    assert isinstance(event, Answered)
    assert not event.is_ready
    assert platform.due(AT + timedelta(seconds=60)) == ([], [])


def test_a_device_repeats_an_upload_until_it_is_answered_or_the_link_is_down() -> None:
    device = Device()
    device.upload(QN, b"wire", AT)
    assert device.due(AT + timedelta(seconds=5)) == ([b"wire"], [])
    assert device.due(AT + timedelta(seconds=6)) == ([], [])
    assert device.received(read(write_answer(ADDRESS, QN, Command.DATA_ANSWER)))
    assert not device.received(read(write_answer(ADDRESS, QN, Command.DATA_ANSWER)))
    device.upload(QN, b"wire", AT)
    device.due(AT + timedelta(seconds=5))
    device.due(AT + timedelta(seconds=10))
    assert device.due(AT + timedelta(seconds=15)) == ([], [QN])
    assert device.waiting == 0


def test_an_upload_in_one_frame_is_complete_at_once() -> None:
    whole = upload(5)
    assert Platform(ADDRESS).received(whole, AT) == [Uploaded(whole, (whole,))]


def test_a_heartbeat_of_2025_is_answered_with_9013() -> None:
    beat = upload(9, cn="9015")
    platform = Platform(Address("22", MN, "123456", Version.V2025))
    [event] = platform.received(beat, AT)
    assert event == Uploaded(beat, (beat,))
    answer = read(platform.stored(beat))
    assert (answer.cn, answer.qn, answer.version) == ("9013", beat.qn, Version.V2025)
