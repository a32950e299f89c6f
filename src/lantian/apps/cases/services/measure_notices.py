"""Whom measures tell (措施通知): a duty that is due soon, and one that is late, level by level."""

from datetime import datetime, timedelta

from django.urls import reverse

from lantian.apps.cases.models import MeasureClock
from lantian.apps.cases.rules import measure_rules
from lantian.apps.notices.models import Message
from lantian.apps.notices.selectors.people import people_of
from lantian.apps.notices.services import tell
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, day_of
from lantian.policy.records_case import EscalationRecord

_LATEST_LOOK = timedelta(days=1)
"""How far back a warning is looked for after a pause of the worker."""


def tell_due_soon(now: datetime) -> int:
    """Tell who takes a measure of a duty that is due soon, once; return of how many."""
    soon = MeasureClock.objects.duties()
    soon = soon.filter(due_at__gt=now, warn_at__lte=now, warn_at__gt=now - _LATEST_LOOK)
    clocks = {_key(clock, "due-soon"): clock for clock in soon.select_related("measure__case", "measure__holder")}
    told = set(Message.objects.filter(key__in=clocks).values_list("key", flat=True))
    for key, clock in clocks.items():
        if key not in told:
            holder = clock.measure.holder_id
            people = people_of([holder], now, clock.measure.case.area_code)
            tell(people, "case-due-soon", _context(clock), link=_page(clock), key=key, at=now, organisations=[holder])
    return len(set(clocks) - told)


def tell_late(clock: MeasureClock, level: EscalationRecord, to: str, now: datetime) -> None:
    """Tell the head of whoever takes the measure, or the organisation that a level names, that a duty is late."""
    context = _context(clock) | {"level": Text(level.zh, level.en)}
    key = _key(clock, f"late-{level.level}")
    people = people_of([to], now, heads=level.to == "holder")
    tell(people, "case-overdue", context, link=_page(clock), key=key, at=now, organisations=[to])


def _key(clock: MeasureClock, what: str) -> str:
    return f"measure-clock:{clock.pk}:{what}"


def _page(clock: MeasureClock) -> str:
    return reverse("cases:measure", args=[clock.measure.case.slug, clock.measure_id])


def _context(clock: MeasureClock) -> dict[str, object]:
    case, holder = clock.measure.case, clock.measure.holder
    made_up = Text("〔模拟〕", "[simulated] ") if case.synthetic else Text("", "")
    period = measure_rules().deadline(clock.deadline, day_of(clock.started_at))
    due = f"{clock.due_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    return {
        "number": case.number, "title": Text(f"{made_up.zh}{case.title}", f"{made_up.en}{case.title}"),
        "step": Text(period.zh, period.en), "holder": Text(holder.name_zh, holder.name_en or holder.name_zh),
        "due": Text(f"{due} 前办毕", f"due by {due}"),
    }  # fmt: skip
