"""Commands to HJ 212 devices: sent, answered, refused, timed out, one at a time, and what they bring is data."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lantian.gateway.orders import Order, OrderReport
from lantian.kernel.errors import LantianError, Text
from lantian.protocols.hj212.messages import Command, Message
from tests.gateway.rig import MN, Line, Rig, qn, running, say, until, upload


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


def order(clock: Clock, number: int = 1, code: Command | str = Command.GET_TIME, **parameters: str) -> Order:
    """Return a command to the dust site."""
    return Order(number, "dust-1", str(code), parameters, clock.now + timedelta(minutes=10))


def play(folder: Path, scene: Callable[[Rig, Line, Clock], Awaitable[None]]) -> None:
    """Run a scene with one device that has shown itself."""

    async def whole() -> None:
        clock = Clock()
        async with running(folder, now=clock) as rig:
            line = await rig.dial()
            line.send(upload(1))
            await line.message()
            await scene(rig, line, clock)
            await line.hang_up()

    asyncio.run(whole())


def reply(line: Line, request: Message, cn: Command, parameters: dict[str, str]) -> None:
    """Answer a command as a device does: its QN, ST=91 is not checked, no answer wanted."""
    line.send(say(str(cn), parameters, qn=request.qn or "", flag="4"))


def test_a_command_is_sent_accepted_answered_and_done(tmp_path: Path) -> None:
    async def scene(rig: Rig, line: Line, clock: Clock) -> None:
        rig.orders.queued.append(order(clock, PolId="a34004"))
        request = await line.message()
        assert (request.cn, request.mn, request.pw, request.st, request.flag) == ("1011", MN, "123456", "39", 5)
        assert request.parameters == {"PolId": "a34004"}
        reply(line, request, Command.REQUEST_ANSWER, {"QnRtn": "1"})
        reply(line, request, Command.GET_TIME, {"PolId": "a34004", "SystemTime": "20260101080001"})
        reply(line, request, Command.EXECUTION_RESULT, {"ExeRtn": "1"})
        await until(lambda: rig.orders.states == ["sent", "accepted", "done"])
        sent, accepted, done = rig.orders.reports
        assert (sent.attempts, sent.qn, sent.at) == (1, request.qn, clock.now)
        assert accepted.answer == "1"
        assert (done.result, done.reply) == ("1", {"PolId": "a34004", "SystemTime": "20260101080001"})
        assert len(rig.frames) == 4

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("answers", "states"),
    [
        ([(Command.REQUEST_ANSWER, {"QnRtn": "3"})], ["sent", "refused"]),
        (
            [(Command.REQUEST_ANSWER, {"QnRtn": "1"}), (Command.EXECUTION_RESULT, {"ExeRtn": "100"})],
            ["sent", "accepted", "failed"],
        ),
        ([(Command.NOTIFY_ANSWER, {})], ["sent", "done"]),
    ],
    ids=["refused", "failed", "notice"],
)
def test_what_the_device_says_is_reported(
    tmp_path: Path, answers: list[tuple[Command, dict[str, str]]], states: list[str]
) -> None:
    async def scene(rig: Rig, line: Line, clock: Clock) -> None:
        rig.orders.queued.append(order(clock, code=Command.STOP_REALTIME))
        request = await line.message()
        for cn, parameters in answers:
            reply(line, request, cn, parameters)
        await until(lambda: rig.orders.states == states)
        last = rig.orders.reports[-1]
        assert last.answer + last.result in {"3", "100", ""}

    play(tmp_path, scene)


def test_a_command_without_an_answer_is_sent_three_times_five_seconds_apart_and_times_out(tmp_path: Path) -> None:
    async def scene(rig: Rig, line: Line, clock: Clock) -> None:
        rig.orders.queued.append(order(clock))
        first = await line.message()
        for attempt in (2, 3):
            clock.move(4.9)
            assert await line.is_silent(0.06)
            clock.move(0.1)
            assert (await line.message()).qn == first.qn
            await until(lambda attempt=attempt: rig.orders.reports[-1].attempts == attempt)  # type: ignore[misc]
        clock.move(5)
        await until(lambda: rig.orders.states == ["sent", "sent", "sent", "timed-out"])
        assert await line.is_silent(0.05)

    play(tmp_path, scene)


def test_a_device_that_is_away_finds_its_command_when_it_comes_back(tmp_path: Path) -> None:
    async def scene(rig: Rig, line: Line, clock: Clock) -> None:
        await line.hang_up()
        await until(lambda: rig.metric("connections", family="hj212") == 0)
        rig.orders.queued.append(order(clock))
        await asyncio.sleep(0.1)
        assert rig.orders.states == []
        again = await rig.dial()
        again.send(upload(2))
        assert {(await again.message()).cn, (await again.message()).cn} == {"9014", "1011"}  # whichever is first
        await again.hang_up()

    play(tmp_path, scene)


def test_a_command_whose_time_is_over_is_not_sent(tmp_path: Path) -> None:
    async def scene(rig: Rig, line: Line, clock: Clock) -> None:
        expired = Order(1, "dust-1", "1011", {}, clock.now)
        rig.orders.queued.append(expired)
        assert await line.is_silent(0.1)
        assert rig.orders.states == []

    play(tmp_path, scene)


def test_commands_of_one_device_go_one_after_another(tmp_path: Path) -> None:
    async def scene(rig: Rig, line: Line, clock: Clock) -> None:
        rig.orders.queued += [order(clock, 1), order(clock, 2, Command.GET_REALTIME_INTERVAL)]
        first = await line.message()
        assert await line.is_silent(0.1)
        reply(line, first, Command.EXECUTION_RESULT, {"ExeRtn": "1"})
        second = await line.message()
        assert (first.cn, second.cn) == ("1011", "1061")
        assert first.qn != second.qn

    play(tmp_path, scene)


def test_stored_data_that_a_command_brings_are_data_and_keep_the_command_waiting(tmp_path: Path) -> None:
    async def scene(rig: Rig, line: Line, clock: Clock) -> None:
        span = {"BeginTime": "20260101000000", "EndTime": "20260101010000"}
        rig.orders.queued.append(replace(order(clock, code=Command.MINUTE), parameters=span))
        request = await line.message()
        assert request.parameters == span
        reply(line, request, Command.REQUEST_ANSWER, {"QnRtn": "1"})
        await until(lambda: rig.orders.states == ["sent", "accepted"])
        for number in range(5):
            clock.move(40)
            line.send(say("2051", {"DataTime": f"2026010100{number:02}00", "a34004-Avg": "1"}, qn=qn(number)))
            assert (await line.message()).cn == "9014"
        assert rig.orders.states == ["sent", "accepted"]
        reply(line, request, Command.EXECUTION_RESULT, {"ExeRtn": "1"})
        await until(lambda: rig.orders.states == ["sent", "accepted", "done"])
        assert len(rig.frames) == 1 + 1 + 5 + 1

    play(tmp_path, scene)


def test_a_device_that_takes_a_command_up_and_then_falls_silent_times_out(tmp_path: Path) -> None:
    async def scene(rig: Rig, line: Line, clock: Clock) -> None:
        rig.orders.queued.append(order(clock))
        reply(line, await line.message(), Command.REQUEST_ANSWER, {"QnRtn": "1"})
        await until(lambda: rig.orders.states == ["sent", "accepted"])
        clock.move(59)
        assert await line.is_silent(0.06)
        clock.move(1)
        await until(lambda: rig.orders.states == ["sent", "accepted", "timed-out"])

    play(tmp_path, scene)


@pytest.mark.parametrize("code", ["0000", "9999", "8201"])
def test_a_command_that_the_protocol_does_not_have_fails_unsent(tmp_path: Path, code: str) -> None:
    async def scene(rig: Rig, line: Line, clock: Clock) -> None:
        rig.orders.queued.append(order(clock, code=code))
        await until(lambda: rig.orders.states == ["failed"])
        assert await line.is_silent(0.05)

    play(tmp_path, scene)


def test_answers_to_nothing_change_nothing(tmp_path: Path) -> None:
    async def scene(rig: Rig, line: Line, clock: Clock) -> None:
        rig.orders.queued.append(order(clock))
        await line.message()
        line.send(say("9011", {"QnRtn": "1"}, qn=qn(5), flag="4") + upload(6))
        await line.message()
        await until(lambda: rig.orders.states == ["sent"])
        assert await line.is_silent(0.05)
        assert rig.orders.states == ["sent"]

    play(tmp_path, scene)


def test_a_report_that_is_not_accepted_is_dropped_and_a_record_store_away_is_awaited(tmp_path: Path) -> None:
    async def scene(rig: Rig, line: Line, clock: Clock) -> None:
        plain = rig.orders.report
        troubles: list[Exception] = [LantianError(Text("不行", "no such step")), RuntimeError("database is away")]

        def report(report: OrderReport) -> None:
            if report.state != "sent" and troubles:
                raise troubles.pop()
            plain(report)

        rig.orders.report = report  # type: ignore[method-assign]
        rig.orders.queued.append(order(clock))
        reply(line, await line.message(), Command.REQUEST_ANSWER, {"QnRtn": "2"})
        await until(lambda: not troubles)
        rig.orders.queued.append(order(clock, 2))
        reply(line, await line.message(), Command.REQUEST_ANSWER, {"QnRtn": "2"})
        await until(lambda: rig.orders.states == ["sent", "sent", "refused"])

    play(tmp_path, scene)
