"""What people do with alarms: one verb per function, one transaction, one audit entry, one line in the history."""

from datetime import datetime
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.alarms.models import Alarm, AlarmEvent
from lantian.apps.alarms.services import hooks
from lantian.apps.alarms.services.errors import AlarmError
from lantian.apps.audit.services import record
from lantian.kernel.errors import Text


def _held(alarm: Alarm) -> Alarm:
    """Read the alarm again, for writing: two people may act at once."""
    return Alarm.objects.select_for_update().get(pk=alarm.pk)


def _note(alarm: Alarm, kind: str, by: Person, at: datetime, text: str = "", **detail: Any) -> AlarmEvent:
    """Write the history and the audit log."""
    record(f"alarm.{kind}", subject=alarm, actor=by, at=at, detail={"number": alarm.number, **detail})
    return AlarmEvent.objects.create(alarm=alarm, at=at, kind=kind, by=by, text=text, detail=detail)


@transaction.atomic
def mark_seen(alarm: Alarm, *, by: Person, at: datetime) -> None:
    """Note that a person looked at the alarm, once for each person; looking is no act, so nothing is audited."""
    if not alarm.events.filter(kind="seen", by=by).exists():
        AlarmEvent.objects.create(alarm=alarm, at=at, kind="seen", by=by)


@transaction.atomic
def acknowledge(alarm: Alarm, *, by: Person, at: datetime) -> Alarm:
    """Take the alarm on (确认); who did so first stays on record."""
    held = _held(alarm)
    if held.acknowledged_at is not None:
        who, when = held.acknowledged_by, held.acknowledged_at
        raise AlarmError(
            Text(f"{who} 已于 {when:%Y-%m-%d %H:%M} UTC 确认。", f"{who} took it on at {when:%Y-%m-%d %H:%M} UTC.")
        )
    held.acknowledged_at, held.acknowledged_by = at, by
    held.save(update_fields=["acknowledged_at", "acknowledged_by"])
    _note(held, "acknowledged", by, at)
    return held


@transaction.atomic
def comment(alarm: Alarm, *, text: str, by: Person, at: datetime) -> AlarmEvent:
    """Add a remark to the history."""
    said = text.strip()
    if not said:
        raise AlarmError(Text("请写下说明。", "Write a remark."))
    return _note(alarm, "commented", by, at, said[:1000])


@transaction.atomic
def judge(alarm: Alarm, *, outcome: str, reason: str, by: Person, at: datetime) -> Alarm:
    """Say what the alarm was (结论); any outcome but ``true`` dismisses it. Raises AlarmError.

    An alarm that still lasts is closed when it ends, so that the same cause opens no second one meanwhile.
    """
    if outcome not in Alarm.Outcome.values:
        raise AlarmError(Text(f"没有“{outcome}”这种结论。", f"There is no outcome '{outcome}'."))
    if not reason.strip():
        raise AlarmError(Text("请写明结论的理由。", "Say why."))
    held = _held(alarm)
    if held.outcome:
        raise AlarmError(
            Text("此报警已有结论；要改，请先重开。", "This alarm has been judged; reopen it to judge again.")
        )
    held.outcome, held.outcome_reason, held.outcome_at, held.outcome_by = outcome, reason.strip()[:500], at, by
    if held.state == Alarm.State.ENDED:
        held.state = Alarm.State.CLOSED
    held.save(update_fields=["outcome", "outcome_reason", "outcome_at", "outcome_by", "state"])
    _note(held, "judged", by, at, held.outcome_reason, outcome=outcome)
    return held


@transaction.atomic
def reopen(alarm: Alarm, *, reason: str, by: Person, at: datetime) -> Alarm:
    """Take an outcome back, with the reason; the former one stays in the history."""
    held = _held(alarm)
    if not held.outcome:
        raise AlarmError(Text("此报警还没有结论，无须重开。", "This alarm has not been judged: nothing to reopen."))
    if not reason.strip():
        raise AlarmError(Text("请写明重开的理由。", "Say why it is reopened."))
    former, held.outcome = held.outcome, ""
    held.outcome_reason, held.outcome_at, held.outcome_by = "", None, None
    if held.state == Alarm.State.CLOSED:
        held.state = Alarm.State.ENDED
    held.save(update_fields=["outcome", "outcome_reason", "outcome_at", "outcome_by", "state"])
    _note(held, "reopened", by, at, reason.strip()[:500], former=former)
    return held


@transaction.atomic
def hand_on(alarm: Alarm, *, to: Organisation, text: str, by: Person, at: datetime) -> Alarm:
    """Hand the alarm on to an organisation that deals with it (移交); the hooks open what follows from it."""
    held = _held(alarm)
    if held.outcome and held.outcome != Alarm.Outcome.TRUE:
        raise AlarmError(
            Text("已判为非事件的报警不能移交；请先重开。", "A dismissed alarm is not handed on; reopen it first.")
        )
    held.handed_on_at = at
    held.save(update_fields=["handed_on_at"])
    _note(held, "handed-on", by, at, text.strip()[:1000], to=to.code)
    for listener in hooks.after_hand_on:
        listener(held, to)
    return held
