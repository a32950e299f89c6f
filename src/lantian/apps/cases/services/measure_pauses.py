"""A duty's period that stands still (中止): time for tests and expert opinions is not counted (standards.md 8)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import MeasureClock
from lantian.apps.cases.rules import rules
from lantian.apps.cases.services.errors import CaseActError
from lantian.apps.cases.services.measures import held_measure, tell_clock
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.workflow import clocks
from lantian.workflow.clocks import Clock, ClockUnit, Pause, Period


@transaction.atomic
def pause(clock: MeasureClock, *, text: str, by: Person, at: datetime, version: int | None = None) -> MeasureClock:
    """Stop the period of a duty, with the reason; raises CaseActError or the clock's own error."""
    return _change(clock, "paused", text, by, at, version)


@transaction.atomic
def resume(clock: MeasureClock, *, text: str, by: Person, at: datetime, version: int | None = None) -> MeasureClock:
    """Let the period go on; its end, and the last day of the measure's term, move by the days that it stood still."""
    return _change(clock, "resumed", text, by, at, version)


def _change(clock: MeasureClock, what: str, text: str, by: Person, at: datetime, version: int | None) -> MeasureClock:
    measure = held_measure(clock.measure, version, by)
    held = MeasureClock.objects.select_for_update().get(pk=clock.pk)
    if held.kind != MeasureClock.Kind.DUTY or held.ended_at is not None or not text.strip():
        raise CaseActError(
            Text("只有进行中的机关期限可以中止，并须写明理由。", "Only a running duty stands still, and for a reason.")
        )
    before, kept = held.due_at, clock_of(held)
    changed = clocks.pause(kept, at, text.strip()[:300]) if what == "paused" else clocks.resume(kept, at)
    _store(held, changed, at)
    if measure.last is not None and what == "resumed":
        measure.last += timedelta(days=(day_of(held.due_at) - day_of(before)).days)
    measure.version += 1
    measure.save(update_fields=["version", "last"])
    tell_clock(held, "measure-clock", what, by=by, at=at, reason=text.strip()[:1000], outcome=what)
    return held


def clock_of(row: MeasureClock) -> Clock:
    """Return a row as the pure clock."""
    pauses = tuple(Pause(_moment(one["since"]), _moment(one["until"]) if one["until"] else None, one["reason"])
                   for one in row.pauses)  # fmt: skip
    return Clock(row.started_at, Period(row.amount, cast(ClockUnit, row.unit), row.roll), pauses)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _store(row: MeasureClock, clock: Clock, at: datetime) -> None:
    calendar = rules().calendar
    row.pauses = [
        {"since": one.since.isoformat(), "until": one.until.isoformat() if one.until else None, "reason": one.reason}
        for one in clock.pauses
    ]
    row.paused = clock.paused is not None
    ended = replace(clock, ended=None)
    row.due_at, row.warn_at = clocks.due(ended, calendar, at), clocks.warning_at(ended, calendar, at)
    row.save()
