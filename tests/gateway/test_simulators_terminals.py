"""Simulated devices speak their protocols without a fault, answer commands, and make up for a lost link."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from lantian.gateway.simulators.district import SEED
from lantian.gateway.simulators.faults import begin
from lantian.gateway.simulators.gb17691 import Gb17691Terminal
from lantian.gateway.simulators.hj212 import Hj212Terminal
from lantian.gateway.simulators.jt808 import Jt808Terminal
from lantian.gateway.simulators.stage import Moment, Stage
from lantian.kernel.instants import BEIJING
from lantian.protocols.gb17691.frames import FrameReader as Gb17691Reader
from lantian.protocols.gb17691.messages import Command as EngineCommand
from lantian.protocols.gb17691.messages import Message as EngineMessage
from lantian.protocols.gb17691.messages import read_message as read_engine
from lantian.protocols.hj212.frames import FrameReader
from lantian.protocols.hj212.messages import Command, Message, read_message
from lantian.protocols.hj212.writing import Address, write_answer, write_request
from lantian.protocols.jt808.frames import Frame, Header
from lantian.protocols.jt808.frames import FrameReader as Jt808Reader
from lantian.protocols.jt808.frames import write_frame as write_jt808
from lantian.protocols.jt808.messages import (
    Authentication,
    Batch,
    Location,
    LocationAnswer,
    MessageId,
    RegisterResult,
    Registration,
    Result,
    read_content,
)
from lantian.protocols.jt808.writing import write_platform_answer, write_registration_answer
from tests.gateway.simulated import NOON, few, member

QN = "20261126120100000"


def stage() -> Stage:
    found = Stage(few(), scenario="calm", seed=SEED, begun=NOON)
    found.turn_to(NOON.timestamp())
    return found


def at(seconds: float) -> Moment:
    return Moment(NOON.timestamp() + seconds, NOON.timestamp() + seconds)


def messages(frames: Sequence[bytes]) -> list[Message]:
    reader = FrameReader()
    reader.receive_data(b"".join(frames))
    found = []
    while (frame := reader.next_event()) is not None:
        assert frame.is_intact
        found.append(read_message(frame))
    return found


# HJ 212 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("device", "cn", "suffix"),
    [("sim-station-001", "2051", "Avg"), ("sim-micro-001", "2051", "Avg"), ("sim-dust-001", "2011", "Rtd"),
     ("sim-stack-001", "2051", "Avg"), ("sim-voc-001", "2051", "Avg")],
)  # fmt: skip
def test_the_first_report_comes_at_once_and_has_no_fault(device: str, cn: str, suffix: str) -> None:
    one = member(device)
    terminal = Hj212Terminal(one, stage())
    found = messages(terminal.due(at(40)))
    assert {message.cn for message in found} == {cn}
    assert all(message.faults == () for message in found)
    message = found[0]
    assert (message.mn, message.pw, message.wants_answer) == (one.key, one.secret, True)
    assert message.data_time == NOON - timedelta(minutes=1)
    factors = {code for message in found for code in message.factors}
    assert factors == {channel.code for channel in few().kinds[one.kind].channels}
    assert all(suffix in values and values["Flag"] in "NF" for each in found for values in each.factors.values())


def test_every_minute_is_reported_once_and_every_answer_counts() -> None:
    terminal = Hj212Terminal(member("sim-dust-001"), stage())
    times, address = [], Address("39", terminal.member.key, terminal.member.secret)
    for second in range(40, 600, 5):
        for message in messages(terminal.due(at(second))):
            times.append(message.data_time)
            terminal.received(write_answer(address, message.qn or "", Command.DATA_ANSWER), at(second))
    assert times == [NOON + timedelta(minutes=number) for number in range(-1, 9)]
    assert (terminal.counts.sent, terminal.counts.acknowledged, terminal.counts.lost) == (10, 10, 0)


def test_what_nobody_answers_is_sent_three_times_and_given_up() -> None:
    terminal = Hj212Terminal(member("sim-dust-001"), stage())
    [wire] = terminal.due(at(40))
    assert terminal.due(at(44)) == []
    assert terminal.due(at(45)) == [wire]
    assert terminal.due(at(50)) == [wire]
    assert terminal.due(at(55)) == []
    assert (terminal.counts.resent, terminal.counts.lost) == (2, 1)


def test_minutes_of_a_lost_link_come_later_and_those_without_power_never() -> None:
    terminal = Hj212Terminal(member("sim-micro-001"), stage())
    terminal.due(at(40))
    late = messages(terminal.due(at(600)))
    times = [message.data_time for message in late if message.data_time and message.data_time >= NOON]
    assert times == [NOON + timedelta(minutes=number) for number in range(9)]
    played = stage()
    silent = Hj212Terminal(member("sim-micro-001"), played)
    silent.due(at(40))
    played.add(begin("offline", "sim-micro-001", NOON.timestamp() + 60, minutes=9))
    assert not silent.wants_link(at(120))
    assert silent.wants_link(at(640))
    fresh = [one.data_time for one in messages(silent.due(at(640))) if one.data_time and one.data_time >= NOON]
    assert fresh == [NOON + timedelta(minutes=9)]


def test_an_outlet_reports_its_hour_with_the_mass() -> None:
    terminal = Hj212Terminal(member("sim-stack-001"), stage())
    terminal.due(at(-600))
    found = [message for message in messages(terminal.due(at(40))) if message.cn == "2061"]
    assert [message.data_time for message in found if message.data_time] == [NOON - timedelta(hours=1)]
    [nox] = [message.factors["a21002"] for message in found if "a21002" in message.factors]
    [flow] = [message.factors["a00000"] for message in found if "a00000" in message.factors]
    # mass [kg] = mean concentration [mg/m³] × mean flow [m³/h] × 1 h / 1,000,000
    assert float(nox["Cou"]) == pytest.approx(float(nox["Avg"]) * float(flow["Avg"]) / 1e6, rel=0.1)


def test_a_drifting_clock_shows_in_the_request_number_and_can_be_set_right() -> None:
    played = stage()
    terminal = Hj212Terminal(member("sim-micro-001"), played)
    played.add(begin("clock-drift", "sim-micro-001", NOON.timestamp() - 3600))
    [message] = messages(terminal.due(at(40)))
    assert message.qn is not None
    sent = datetime.strptime(message.qn[:14], "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    assert (sent - NOON).total_seconds() == pytest.approx(40 + 450, abs=8)
    command(terminal, Command.SET_TIME, {"SystemTime": "20261126120040"}, 41)
    [later] = messages(terminal.due(at(600)))[-1:]
    assert later.qn is not None
    sent = datetime.strptime(later.qn[:14], "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    assert (sent - NOON).total_seconds() == pytest.approx(600, abs=80)


def command(terminal: Hj212Terminal, cn: Command | str, told: dict[str, str], second: float = 60) -> list[Message]:
    """Send a command; return what the device says, after checking that the request is answered first."""
    address = Address("32", terminal.member.key, terminal.address.pw)
    wire = write_request(address, QN, cn, told)  # type: ignore[arg-type]
    return messages(terminal.received(wire, at(second)))


def test_commands_are_taken_up_carried_out_and_reported() -> None:
    terminal = Hj212Terminal(member("sim-dust-001"), stage())
    first, told, last = command(terminal, Command.GET_TIME, {"PolId": "w01018"})
    assert (first.cn, first.parameters["QnRtn"], first.qn) == ("9011", "1", QN)
    assert (told.cn, told.parameters["SystemTime"], told.qn) == ("1011", "20261126120100", QN)
    assert (last.cn, last.parameters["ExeRtn"]) == ("9012", "1")
    assert [one.cn for one in command(terminal, Command.CALIBRATE, {"PolId": "a34002"})] == ["9011", "9012"]
    assert [one.cn for one in command(terminal, Command.REALTIME, {})] == ["9011", "2011", "9012"]
    assert terminal.counts.commands == 3


def test_intervals_are_told_and_set() -> None:
    terminal = Hj212Terminal(member("sim-dust-001"), stage())
    assert command(terminal, Command.GET_REALTIME_INTERVAL, {})[1].parameters["RtdInterval"] == "60"
    command(terminal, Command.SET_REALTIME_INTERVAL, {"RtdInterval": "30"})
    assert command(terminal, Command.GET_REALTIME_INTERVAL, {})[1].parameters["RtdInterval"] == "30"
    assert command(terminal, Command.GET_MINUTE_INTERVAL, {})[1].parameters["MinInterval"] == "1"


def test_history_comes_period_by_period_under_the_request_and_emptiness_is_said() -> None:
    terminal = Hj212Terminal(member("sim-micro-001"), stage())
    span = {"BeginTime": "20261126110000", "EndTime": "20261126110900"}
    found = command(terminal, Command.MINUTE, span)
    times = [message.data_time for message in found if message.cn == "2051"]
    assert times == [NOON - timedelta(minutes=60 - number) for number in range(10)]
    assert {message.qn for message in found} == {QN}
    future = {"BeginTime": "20261127110000", "EndTime": "20261127110900"}
    assert [one.parameters for one in command(terminal, Command.MINUTE, future)][-1] == {"ExeRtn": "100"}
    unread = command(terminal, Command.HOUR, {"BeginTime": "x", "EndTime": "y"})
    assert [one.cn for one in unread] == ["9011", "9012"]


def test_a_wrong_password_and_an_unknown_command_are_refused_by_name() -> None:
    terminal = Hj212Terminal(member("sim-micro-001"), stage())
    wire = write_request(Address("22", terminal.member.key, "wrong!"), QN, Command.GET_TIME, {})
    assert messages(terminal.received(wire, at(60)))[0].parameters == {"QnRtn": "3"}
    [refused] = command(terminal, Command.SET_SAMPLING_PERIOD, {})
    assert refused.parameters == {"QnRtn": "8"}
    command(terminal, Command.SET_PASSWORD, {"NewPW": "654321"})
    assert terminal.address.pw == "654321"
    assert command(terminal, Command.GET_TIME, {})[0].parameters == {"QnRtn": "1"}


# GB 17691 ---------------------------------------------------------------------------------------------------------


def engine_frames(frames: Sequence[bytes]) -> list[tuple[int, EngineMessage]]:
    reader = Gb17691Reader()
    reader.receive_data(b"".join(frames))
    found = []
    while (frame := reader.next_event()) is not None:
        assert frame.is_intact
        found.append((frame.command, read_engine(frame)))
    return found


@pytest.mark.parametrize("device", ["sim-heavy-diesel-0001", "sim-heavy-diesel-0002"])
def test_a_diesel_logs_in_reports_ten_seconds_at_a_time_and_logs_out(device: str) -> None:
    played = stage()
    terminal = Gb17691Terminal(member(device), played)
    trips = (played.traffic.trip(terminal.member, NOON.timestamp() + 3600 * hour) for hour in range(48))
    trip = next(trip for trip in trips if trip is not None and trip.end - trip.start > 600)
    begins = trip.start - NOON.timestamp()
    assert not terminal.wants_link(at(begins - 5))
    assert terminal.wants_link(at(begins + 5))
    frames = terminal.connected(at(begins))
    for second in range(0, 121, 10):
        frames += terminal.due(at(begins + second))
    frames += terminal.leaving(at(begins + 125))
    found = engine_frames(frames)
    assert [command for command, _ in found] == [
        EngineCommand.LOGIN,
        *[EngineCommand.REPORT] * 12,
        EngineCommand.LOGOUT,
    ]
    assert found[0][1].serial == found[-1][1].serial == 1
    reports = [message for _, message in found[1:-1]]
    assert all(len(message.blocks) == 10 and message.rest == b"" for message in reports)
    starts = [message.time for message in reports if message.time]
    assert {later - earlier for earlier, later in pairwise(starts)} == {timedelta(seconds=10)}
    speeds = [
        block.quantities["speed_kmh"].value for message in reports for block in message.blocks if block.quantities
    ]
    assert len(speeds) == 120
    assert all(speed is not None and speed < 130 for speed in speeds)


def test_packets_of_a_lost_link_come_as_supplements() -> None:
    played = stage()
    terminal = Gb17691Terminal(member("sim-heavy-diesel-0001"), played)
    trips = (played.traffic.trip(terminal.member, NOON.timestamp() + 3600 * hour) for hour in range(48))
    trip = next(trip for trip in trips if trip is not None and trip.end - trip.start > 600)
    begins = trip.start - NOON.timestamp()
    terminal.due(at(begins + 20))
    found = [command for command, _ in engine_frames(terminal.due(at(begins + 60)))]
    assert found == [*[EngineCommand.SUPPLEMENT] * 3, EngineCommand.REPORT]
    assert terminal.received(b"noise", at(begins)) == []
    played.add(begin("offline", terminal.member.id, trip.start))
    assert terminal.leaving(at(begins + 70)) == []


# JT/T 808 -----------------------------------------------------------------------------------------------------------


def truck_frames(frames: Sequence[bytes]) -> list[tuple[Frame, Header]]:
    reader = Jt808Reader()
    reader.receive_data(b"".join(frames))
    found = []
    while (frame := reader.next_event()) is not None:
        assert frame.is_intact
        assert frame.header is not None
        found.append((frame, frame.header))
    return found


def signed_in(terminal: Jt808Terminal, second: float) -> list[bytes]:
    """Lead a truck through registration and authentication; returns what it says then."""
    [(frame, header)] = truck_frames(terminal.connected(at(second)))
    registration = read_content(frame)
    assert isinstance(registration, Registration)
    assert (registration.plate, registration.edition) == (terminal.member.plate, 2013)
    answer = write_registration_answer(header, 0, RegisterResult.OK, "code-1")
    [(frame, header)] = truck_frames(terminal.received(answer, at(second)))
    assert read_content(frame) == Authentication("code-1")
    return terminal.received(write_platform_answer(header, 1, Result.OK), at(second))


def test_a_truck_registers_shows_its_code_and_says_where_it_is() -> None:
    terminal = Jt808Terminal(member("sim-truck-0001"), stage())
    said = truck_frames(signed_in(terminal, 0))
    assert [header.message_id for _, header in said] == [MessageId.LOCATION, MessageId.HEARTBEAT]
    location = read_content(said[0][0])
    assert isinstance(location, Location)
    assert location.time == NOON
    assert location.is_fixed
    assert 116.2 < location.longitude < 116.7
    assert 39.7 < location.latitude < 40.2
    assert location.mileage_km is not None or not location.is_on


def test_positions_without_an_answer_come_again_and_those_of_a_lost_link_in_a_batch() -> None:
    terminal = Jt808Terminal(member("sim-truck-0001"), stage())
    first = signed_in(terminal, 0)
    assert terminal.due(at(10)) == first
    assert terminal.due(at(20)) == first
    terminal.due(at(30))
    assert terminal.counts.lost == 2
    late = Jt808Terminal(member("sim-truck-0001"), stage())
    signed_in(late, 0)
    [(_, header)] = truck_frames(late.connected(at(900)))
    assert header.message_id == MessageId.AUTHENTICATE
    said = truck_frames(late.received(write_platform_answer(header, 1, Result.OK), at(900)))
    batch = read_content(said[0][0])
    assert isinstance(batch, Batch)
    assert batch.type == 1
    assert batch.locations[0].time == NOON


def test_a_refused_code_is_forgotten_and_commands_are_answered() -> None:
    terminal = Jt808Terminal(member("sim-truck-0001"), stage())
    signed_in(terminal, 0)
    key = terminal.member.key
    [(frame, _)] = truck_frames(terminal.received(write_jt808(Header(MessageId.LOCATION_QUERY, key, 77), b""), at(5)))
    answer = read_content(frame)
    assert isinstance(answer, LocationAnswer)
    assert answer.serial == 77
    [(_, header)] = truck_frames(terminal.received(write_jt808(Header(MessageId.MISSING_PARTS, key, 78), b""), at(5)))
    assert header.message_id == MessageId.TERMINAL_ANSWER
    [(_, header)] = truck_frames(terminal.connected(at(60)))
    terminal.received(write_platform_answer(header, 1, Result.FAILED), at(60))
    [(_, header)] = truck_frames(terminal.connected(at(70)))
    assert header.message_id == MessageId.REGISTER
