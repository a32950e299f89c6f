"""Commands to devices (反控命令): a person queues one, the gateway fetches and sends it and reports what came of it."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import Command, Device
from lantian.gateway.orders import Order, OrderReport
from lantian.kernel.errors import LantianError, Text
from lantian.protocols.hj212.messages import Command as Code
from lantian.protocols.hj212.messages import read_time

State = Command.State

EXPIRES_AFTER = timedelta(minutes=10)
"""How long a command waits for its device to be connected, and once sent for the next word of it."""

HIDDEN = "******"
NEW_WORD = "NewPW"

TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENT, State.FAILED, State.TIMED_OUT, State.CANCELLED}),
    State.SENT: frozenset({State.SENT, State.ACCEPTED, State.DONE, State.REFUSED, State.FAILED, State.TIMED_OUT}),
    State.ACCEPTED: frozenset({State.ACCEPTED, State.DONE, State.FAILED, State.TIMED_OUT}),
    State.DONE: frozenset(),
    State.REFUSED: frozenset(),
    State.FAILED: frozenset(),
    State.TIMED_OUT: frozenset(),
    State.CANCELLED: frozenset(),
}
"""What may follow what (HJ 212-2017, 6.2: request, answer 9011, data, result 9012)."""


class CommandError(LantianError):
    """A command that the protocol does not know, or a step that its state does not allow."""


# -- what may be asked -----------------------------------------------------------------------------------------------


def _whole(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: text.isascii() and text.isdecimal() and low <= int(text) <= high


def _like(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


def _is_time(text: str) -> bool:
    return len(text) == 14 and read_time(text) is not None


_MINUTES = frozenset(str(number) for number in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30))
_ALLOWED: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "OverTime": (_whole(1, 99), "1…99"),
    "ReCount": (_whole(1, 99), "1…99"),
    "RtdInterval": (_whole(30, 3600), "30…3600"),
    "MinInterval": (_MINUTES.__contains__, "1 2 3 4 5 6 10 12 15 20 30"),
    NEW_WORD: (_like(r"[0-9A-Za-z]{6}"), "6 × 0-9 A-Z a-z"),
    "SystemTime": (_is_time, "YYYYMMDDhhmmss"),
    "BeginTime": (_is_time, "YYYYMMDDhhmmss"),
    "EndTime": (_is_time, "YYYYMMDDhhmmss"),
    "PolId": (_like(r"[0-9A-Za-z]{1,6}"), "a34004 …"),
    "InfoId": (_like(r"[0-9A-Za-z]{1,6}"), "i13001 …"),
}
"""What a parameter may be (HJ 212-2017, 6.3.3)."""

_SPAN = ("BeginTime", "EndTime")
HJ212: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Code.SET_TIMEOUT: (("OverTime", "ReCount"), ()),
    Code.GET_TIME: ((), ("PolId",)),
    Code.SET_TIME: (("SystemTime",), ("PolId",)),
    Code.GET_REALTIME_INTERVAL: ((), ()),
    Code.SET_REALTIME_INTERVAL: (("RtdInterval",), ()),
    Code.GET_MINUTE_INTERVAL: ((), ()),
    Code.SET_MINUTE_INTERVAL: (("MinInterval",), ()),
    Code.SET_PASSWORD: ((NEW_WORD,), ()),
    Code.REALTIME: ((), _SPAN),
    Code.STOP_REALTIME: ((), ()),
    Code.FACILITY_STATE: ((), ()),
    Code.STOP_FACILITY_STATE: ((), ()),
    Code.DAY: (_SPAN, ()),
    Code.RUN_TIME: (_SPAN, ()),
    Code.MINUTE: (_SPAN, ()),
    Code.HOUR: (_SPAN, ()),
    Code.CALIBRATE: (("PolId",), ()),
    Code.SAMPLE: (("PolId",), ()),
    Code.CLEAN: (("PolId",), ()),
    Code.COMPARE: (("PolId",), ()),
    Code.GET_SAMPLING_PERIOD: (("PolId",), ()),
    Code.GET_SAMPLE_OUT_TIME: (("PolId",), ()),
    Code.INSTRUMENT_ID: (("PolId",), ()),
    Code.DEVICE_INFORMATION: (("PolId", "InfoId"), ()),
}
"""The platform's commands (table 9): needed and allowed parameters."""


def _check(device: Device, code: str, parameters: Mapping[str, str]) -> None:
    if device.family != "hj212" or code not in HJ212:
        known = " ".join(HJ212) if device.family == "hj212" else "—"
        raise CommandError(
            Text(
                f"{device.get_family_display()} 设备没有命令“{code}”，可用：{known}。",
                f"{device.get_family_display()} devices have no command “{code}”; there are: {known}.",
            )
        )
    needed, allowed = HJ212[code]
    for name in {**dict.fromkeys(needed), **parameters}:
        _check_parameter(code, name, parameters.get(name), (*needed, *allowed))
    begin, end = (parameters.get(name, "") for name in _SPAN)
    if begin and end and end < begin:
        raise CommandError(Text(f"结束时间 {end} 早于开始时间 {begin}。", f"It ends at {end}, before {begin}."))


def _check_parameter(code: str, name: str, value: str | None, known: tuple[str, ...]) -> None:
    if name not in known:
        zh, en = f"命令 {code} 没有参数 {name}", f"Command {code} has no parameter {name}"
        raise CommandError(Text(f"{zh}，可用：{' '.join(known) or '—'}。", f"{en}; it has: {' '.join(known) or '—'}."))
    fits, wanted = _ALLOWED[name]
    if value is None or not fits(value):
        shown = HIDDEN if name == NEW_WORD else value
        raise CommandError(
            Text(
                f"参数 {name} 须为 {wanted}，现为“{shown or ''}”。", f"{name} must be {wanted}; it is “{shown or ''}”."
            )
        )


# -- the steps -------------------------------------------------------------------------------------------------------


@transaction.atomic
def queue_command(
    device: Device, code: str, parameters: Mapping[str, str], *, by: Person | None, at: datetime
) -> Command:
    """Queue a command; it waits ``EXPIRES_AFTER`` for its device. Raises CommandError on what the protocol lacks."""
    _check(device, code, parameters)
    command = Command.objects.create(
        device=device, code=code, parameters=dict(parameters), by=by, queued_at=at, expires_at=at + EXPIRES_AFTER
    )
    said = {name: HIDDEN if name == NEW_WORD else value for name, value in parameters.items()}
    detail = {"device": device.pk, "code": code, "parameters": said}
    record("command.queued", subject=command, actor=by, at=at, detail=detail)
    return command


@transaction.atomic
def cancel_command(command: Command, *, by: Person | None, at: datetime) -> None:
    """Take back a command that was not sent yet; raises CommandError when it was."""
    command = Command.objects.select_for_update().get(pk=command.pk)
    _step(command, State.CANCELLED, at)
    _end(command)
    command.save()
    record("command.cancelled", subject=command, actor=by, at=at, detail={"device": command.device_id})


@transaction.atomic
def fetch_commands(*, now: datetime, limit: int = 200) -> list[Order]:
    """Return the queued commands, oldest first, and end those whose time is over.

    Fetching changes nothing of a command: until it is reported as sent it is returned again.
    """
    overdue = Command.objects.unfinished().filter(expires_at__lte=now)
    overdue.filter(code=Code.SET_PASSWORD).update(parameters={NEW_WORD: HIDDEN})
    overdue.update(state=State.TIMED_OUT, ended_at=now)
    queued = Command.objects.queued().filter(device__active=True).order_by("queued_at", "pk")[:limit]
    return [Order(row.pk, row.device_id, row.code, row.parameters, row.expires_at) for row in queued]


@transaction.atomic
def report_command(report: OrderReport) -> Command:
    """Note what became of a command; raises CommandError where its state does not allow that step.

    A password that the device took (1072) becomes the device's secret, and is no longer kept with the command.
    """
    command = Command.objects.select_for_update().get(pk=report.id)
    _step(command, State(report.state), report.at)
    command.sent_at = command.sent_at or report.at
    command.expires_at = report.at + EXPIRES_AFTER
    command.attempts = command.attempts if report.attempts is None else report.attempts
    for name, length in _LENGTHS.items():
        setattr(command, name, _plain(getattr(report, name))[:length] or getattr(command, name))
    command.reply = {**command.reply, **{_plain(name): _plain(value) for name, value in report.reply.items()}}
    if command.ended_at:
        _end(command)
    command.save()
    return command


_LENGTHS = {"qn": 20, "answer": 8, "result": 8}


def _plain(text: str) -> str:
    """Return what a device sent without the zero bytes that PostgreSQL does not take."""
    return text.replace("\0", "")


def _step(command: Command, to: State, at: datetime) -> None:
    state = State(command.state)
    if to not in TRANSITIONS[state]:
        allowed = "、".join(str(one.label) for one in sorted(TRANSITIONS[state])) or "—"
        names = " ".join(sorted(TRANSITIONS[state])) or "—"
        raise CommandError(
            Text(
                f"命令 {command.pk} 处于“{state.label}”，不能转为“{to.label}”，可转：{allowed}。",
                f"Command {command.pk} is {state.value} and cannot become {to.value}, only: {names}.",
            )
        )
    command.state = to
    command.ended_at = None if TRANSITIONS[to] else at


def _end(command: Command) -> None:
    secret = command.parameters.get(NEW_WORD)
    if secret is None:
        return
    if command.state == State.DONE:
        Device.objects.filter(pk=command.device_id).update(secret=secret)
    command.parameters = {**command.parameters, NEW_WORD: HIDDEN}
