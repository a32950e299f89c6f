"""Commands to devices: what the protocol allows, in order from the queue to the result, or out of time."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from lantian.apps.audit.models import Entry
from lantian.apps.telemetry.models import Command, Device
from lantian.apps.telemetry.services import (
    CommandError,
    cancel_command,
    fetch_commands,
    queue_command,
    registry_version,
    report_command,
)
from lantian.gateway.orders import OrderReport
from tests.telemetry.device_sample import NOW, a_device

pytestmark = pytest.mark.django_db

State = Command.State
SPAN = {"BeginTime": "20260301000000", "EndTime": "20260302000000"}


@pytest.fixture
def device() -> Device:
    return a_device("d1")


def _queue(device: Device, code: str = "1062", **parameters: str) -> Command:
    return queue_command(device, code, parameters or {"RtdInterval": "60"}, by=None, at=NOW)


def _report(command: Command, *states: str, **more: Any) -> Command:
    for number, state in enumerate(states):
        at = NOW + timedelta(seconds=number + 1)
        command = report_command(OrderReport(command.pk, state, at, **more))  # type: ignore[arg-type]
    return command


def test_a_command_goes_from_the_queue_to_its_result(device: Device) -> None:
    command = _queue(device)
    (order,) = fetch_commands(now=NOW)
    assert (order.id, order.device, order.code, order.parameters) == (command.pk, "d1", "1062", {"RtdInterval": "60"})
    assert fetch_commands(now=NOW) == [order]
    _report(command, "sent", attempts=2, qn="20260302123000000")
    assert fetch_commands(now=NOW) == []
    _report(command, "accepted", answer="1")
    _report(command, "accepted", reply={"a": "1\0"})
    done = _report(command, "done", result="1\0", reply={"b": "2"})
    assert (done.state, done.attempts, done.qn, done.answer, done.result) == (
        State.DONE, 2, "20260302123000000", "1", "1",
    )  # fmt: skip
    assert done.reply == {"a": "1", "b": "2"}
    assert done.ended_at is not None
    assert Entry.objects.get().detail["code"] == "1062"


@pytest.mark.parametrize(
    ("code", "parameters", "said"),
    [
        ("1062", {"RtdInterval": "29"}, "RtdInterval must be 30…3600"),
        ("1062", {}, "RtdInterval must be"),
        ("1064", {"MinInterval": "7"}, "MinInterval must be 1 2 3"),
        ("1072", {"NewPW": "12345"}, "NewPW must be 6 ×"),
        ("1000", {"OverTime": "5"}, "ReCount must be 1…99"),
        ("2051", {"BeginTime": "20260231000000", "EndTime": "20260302000000"}, "BeginTime must be"),
        ("2051", {"BeginTime": "20260302000000", "EndTime": "20260301000000"}, "before 20260302000000"),
        ("2012", {"PolId": "a34004"}, "has no parameter PolId"),
        ("9014", {}, "have no command “9014”"),
    ],
)
def test_what_the_protocol_does_not_know_is_refused(
    device: Device, code: str, parameters: Mapping[str, str], said: str
) -> None:
    with pytest.raises(CommandError, match=said) as caught:
        queue_command(device, code, parameters, by=None, at=NOW)
    assert "12345”" not in str(caught.value)
    assert not Command.objects.exists()


def test_history_may_be_asked_for(device: Device) -> None:
    assert _queue(device, "2061", **SPAN).parameters == SPAN


def test_vehicles_take_no_commands() -> None:
    with pytest.raises(CommandError, match="GB 17691 devices have no command"):
        _queue(a_device("v", (), family="gb17691"))


@pytest.mark.parametrize(
    ("before", "step"),
    [
        (("sent", "done"), "accepted"),
        (("sent", "accepted"), "sent"),
        (("sent", "refused"), "done"),
        ((), "accepted"),
        (("sent", "timed-out"), "done"),
    ],
)
def test_no_step_is_taken_that_the_state_does_not_allow(device: Device, before: tuple[str, ...], step: str) -> None:
    command = _report(_queue(device), *before)
    with pytest.raises(CommandError, match=f"cannot become {step}"):
        _report(command, step)
    command.refresh_from_db()
    assert command.state == (before[-1] if before else "queued")


def test_a_command_whose_device_never_comes_runs_out(device: Device) -> None:
    command = _queue(device)
    sent = _report(_queue(device), "sent")
    assert fetch_commands(now=command.expires_at) == []
    command.refresh_from_db()
    assert (command.state, command.ended_at) == (State.TIMED_OUT, command.expires_at)
    sent.refresh_from_db()
    assert sent.state == State.SENT
    fetch_commands(now=sent.expires_at)
    sent.refresh_from_db()
    assert sent.state == State.TIMED_OUT


def test_only_a_waiting_command_can_be_taken_back(device: Device) -> None:
    command = _queue(device)
    cancel_command(command, by=None, at=NOW)
    assert fetch_commands(now=NOW) == []
    with pytest.raises(CommandError, match="cancelled and cannot become cancelled"):
        cancel_command(command, by=None, at=NOW)


def test_a_password_that_the_device_took_becomes_its_secret_and_is_kept_nowhere_else(device: Device) -> None:
    before = registry_version()
    command = _queue(device, "1072", NewPW="abc123")
    assert "abc123" not in str(Entry.objects.get().detail)
    assert fetch_commands(now=NOW)[0].parameters == {"NewPW": "abc123"}
    done = _report(command, "sent", "done")
    device.refresh_from_db()
    assert (device.secret, done.parameters) == ("abc123", {"NewPW": "******"})
    assert registry_version() != before


@pytest.mark.parametrize("end", ["failed", "expired"])
def test_a_password_that_the_device_did_not_take_is_forgotten(device: Device, end: str) -> None:
    command = _queue(device, "1072", NewPW="abc123")
    if end == "failed":
        _report(command, "failed")
    else:
        fetch_commands(now=command.expires_at)
    command.refresh_from_db()
    device.refresh_from_db()
    assert (device.secret, command.parameters) == ("123456", {"NewPW": "******"})


def test_commands_of_a_suspended_device_wait(device: Device) -> None:
    _queue(device)
    Device.objects.update(active=False)
    assert fetch_commands(now=NOW) == []
