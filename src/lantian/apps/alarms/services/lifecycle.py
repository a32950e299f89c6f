"""The life of an alarm (报警生命周期): opened once, carried on while the condition holds, ended when it has ceased.

``follow`` compares what the rules found with the alarms that are active. One subject (rule, point or device, factor)
has at most one active alarm, which the database itself enforces; a finding that an ended alarm already covers opens
nothing. So a sweep may be repeated, overlap the last one's window, or die anywhere, and no alarm doubles.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from lantian.apps.alarms.models import Alarm, AlarmEvent
from lantian.apps.alarms.services import hooks
from lantian.kernel.instants import BEIJING, beijing_day, day_of

BATCH = 500
WORSE = 1.01
"""By which factor a severity must grow for the explanation to be kept anew; what grows by the minute is not."""

TOLD = 1.2
"""By which factor it must grow to be told in the history."""


@dataclass(frozen=True)
class Found:
    """What a rule found about one subject, ready to be kept.

    first_at, last_at: start of the first and end of the last period (UTC) in which the condition held; holds: whether
    it still did when last looked at. severity: how far beyond the limit; the explanation is kept of the worst.
    covered_by: subject of the regional notice that covers it. window_id: the maintenance window that it falls into.
    """

    subject: str
    rule: str
    rule_version: str
    first_at: datetime
    last_at: datetime
    level: int = 1
    point_id: str | None = None
    device_id: str | None = None
    area_code: str = ""
    factor: str = ""
    unit: str = ""
    value: float | None = None
    limit: float | None = None
    severity: float = 0.0
    holds: bool = True
    conditions: Sequence[Mapping[str, Any]] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    covered_by: str = ""
    window_id: int | None = None
    synthetic: bool = False


@dataclass(frozen=True)
class Terms:
    """How a rule's alarms are kept: whether it only observes, and for how long a condition must cease to have ended."""

    observe: bool = False
    clear_after: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class Followed:
    """What one sweep changed: keys of alarms opened, and how many were carried on and ended."""

    opened: tuple[int, ...] = ()
    carried: int = 0
    ended: int = 0


@transaction.atomic
def follow(found: Iterable[Found], terms: Mapping[str, Terms], *, prefix: str, now: datetime) -> Followed:
    """Bring the alarms up to what was found at ``now``; hooks run after commit.

    prefix: how numbers begin, such as ``110105``. terms: by rule; an active alarm of a rule without any ends.
    """
    by_subject = _latest_of_each(found)
    active = {alarm.subject: alarm for alarm in Alarm.objects.active().select_for_update()}
    fresh = [one for subject, one in by_subject.items() if subject not in active]
    opened = _open(_not_yet_told(fresh), active, terms, prefix, now)
    held = [(alarm, by_subject[s]) for s, alarm in active.items() if s in by_subject]
    carried = _carry_on(held, now)
    still = {subject for subject, one in by_subject.items() if one.holds}
    ended = _end([alarm for s, alarm in active.items() if s not in still], terms, now)
    notices = {alarm.subject: alarm for alarm in [*active.values(), *opened] if alarm.state == Alarm.State.ACTIVE}
    called = _handle_anew(held, notices, terms, now)
    calling = [alarm.pk for alarm in [*opened, *called] if alarm.handling == Alarm.Handling.RAISED]
    if calling:
        transaction.on_commit(partial(_tell, hooks.after_raise, calling))
    return Followed(tuple(alarm.pk for alarm in opened), carried, ended)


def _tell(listeners: Sequence[Callable[[Sequence[int]], None]], keys: Sequence[int]) -> None:
    for listener in listeners:
        listener(keys)


def _latest_of_each(found: Iterable[Found]) -> dict[str, Found]:
    return {one.subject: one for one in sorted(found, key=lambda one: (one.last_at, one.severity))}


def _not_yet_told(fresh: Sequence[Found]) -> list[Found]:
    """Leave out what an alarm that has ended covers: the window looks back over it until it slides on.

    What began again after it is told from where the ended alarm stopped.
    """
    if not fresh:
        return []
    oldest = min(one.first_at for one in fresh)
    past = Alarm.objects.exclude(state=Alarm.State.ACTIVE).filter(last_at__gte=oldest)
    told: dict[str, datetime] = {}
    for subject, last_at in past.values_list("subject", "last_at"):
        told[subject] = max(last_at, told.get(subject, last_at))
    begun = [replace(one, first_at=max(one.first_at, told.get(one.subject, one.first_at))) for one in fresh]
    return [one for one in begun if one.subject not in told or one.last_at > told[one.subject]]


# Opening ------------------------------------------------------------------------------------------------------


def _open(
    fresh: Sequence[Found], active: Mapping[str, Alarm], terms: Mapping[str, Terms], prefix: str, now: datetime
) -> list[Alarm]:
    """Open alarms: those that others refer to first, for a notice must exist before what it covers."""
    notices = {one.covered_by for one in fresh}
    first = [one for one in fresh if one.subject in notices]
    rest = [one for one in fresh if one.subject not in notices]
    known = dict(active)
    opened: list[Alarm] = []
    number = _last_number(prefix, now)
    for group in (first, rest):
        alarms = [
            _new(one, terms.get(one.rule, Terms()), known.get(one.covered_by), number(at), now)
            for at, one in enumerate(sorted(group, key=lambda one: (one.first_at, one.subject)), start=len(opened) + 1)
        ]
        stored = Alarm.objects.bulk_create(alarms, batch_size=BATCH)
        known.update({alarm.subject: alarm for alarm in stored})
        opened += stored
    AlarmEvent.objects.bulk_create([_raised(alarm, now) for alarm in opened], batch_size=BATCH)
    return opened


def _last_number(prefix: str, now: datetime) -> Callable[[int], str]:
    """Return what numbers the day's next alarms, without gaps: the caller's transaction holds them all."""
    day = f"{prefix}-{now.astimezone(BEIJING):%Y%m%d}-"
    today = Alarm.objects.raised_between(beijing_day(day_of(now)), beijing_day(day_of(now) + timedelta(days=1)))
    numbers = today.filter(number__startswith=day).values_list("number", flat=True)
    last = max((int(number.rpartition("-")[2]) for number in numbers), default=0)
    return lambda place: f"{day}{last + place:04}"


def _new(one: Found, terms: Terms, parent: Alarm | None, number: str, now: datetime) -> Alarm:
    return Alarm(
        number=number,
        rule=one.rule,
        rule_version=one.rule_version,
        subject=one.subject,
        point_id=one.point_id,
        device_id=one.device_id,
        area_code=one.area_code,
        factor=one.factor,
        unit=one.unit,
        value=one.value,
        limit=one.limit,
        level=one.level,
        handling=_handling(one, terms, parent),
        first_at=one.first_at,
        last_at=one.last_at,
        raised_at=now,
        conditions=[dict(row) for row in one.conditions],
        evidence=_evidence(one),
        parent=parent,
        window_id=one.window_id,
        synthetic=one.synthetic,
    )


def _handling(one: Found, terms: Terms, parent: Alarm | None) -> str:
    """Suppressed stands before regional, for a device in maintenance says nothing about the region."""
    if one.window_id is not None:
        return Alarm.Handling.SUPPRESSED
    if parent is not None:
        return Alarm.Handling.REGIONAL
    return Alarm.Handling.OBSERVED if terms.observe else Alarm.Handling.RAISED


def _evidence(one: Found) -> dict[str, Any]:
    return {**one.evidence, "severity": one.severity}


def _raised(alarm: Alarm, now: datetime) -> AlarmEvent:
    detail = {"handling": alarm.handling, "value": alarm.value, "limit": alarm.limit}
    return AlarmEvent(alarm=alarm, at=now, kind="raised", detail=detail)


# Carrying on and ending -----------------------------------------------------------------------------------------


def _carry_on(pairs: Sequence[tuple[Alarm, Found]], now: datetime) -> int:
    """Move the last period on, in one statement for each moment; keep the explanation of the worst."""
    moved: dict[datetime, list[int]] = defaultdict(list)
    worse: list[tuple[Alarm, Found]] = []
    for alarm, one in pairs:
        if one.last_at > alarm.last_at:
            alarm.last_at = one.last_at
            moved[one.last_at].append(alarm.pk)
        if one.severity > alarm.evidence.get("severity", 0.0) * WORSE:
            worse.append((alarm, one))
    for last_at, keys in moved.items():
        _update(keys, last_at=last_at)
    _keep_peaks(worse, now)
    return sum(len(keys) for keys in moved.values())


def _update(keys: Sequence[int], **values: Any) -> None:
    for start in range(0, len(keys), BATCH):
        Alarm.objects.filter(pk__in=keys[start : start + BATCH]).update(**values)


def _keep_peaks(worse: Sequence[tuple[Alarm, Found]], now: datetime) -> None:
    events = []
    for alarm, one in worse:
        told = alarm.evidence.get("told", alarm.evidence.get("severity", 0.0))
        if one.severity > told * TOLD:
            told = one.severity
            events.append(AlarmEvent(alarm=alarm, at=now, kind="peak", detail={"value": one.value, "unit": one.unit}))
        alarm.value, alarm.level = one.value, max(alarm.level, one.level)
        alarm.conditions, alarm.evidence = [dict(row) for row in one.conditions], {**_evidence(one), "told": told}
    fields = ["value", "level", "conditions", "evidence"]
    Alarm.objects.bulk_update([alarm for alarm, _ in worse], fields, batch_size=BATCH)
    AlarmEvent.objects.bulk_create(events, batch_size=BATCH)


def _handle_anew(
    held: Sequence[tuple[Alarm, Found]], notices: Mapping[str, Alarm], terms: Mapping[str, Terms], now: datetime
) -> list[Alarm]:
    """Change how active alarms are handled where what covered them is over, or a regional notice came later.

    A window declared after an alarm was raised does not silence it. What is only observed stays so to its end.
    """
    changed = []
    by_key = {notice.pk: notice for notice in notices.values()}  # it covers until it ends, whatever this minute says
    for alarm, one in held:
        parent = notices.get(one.covered_by) or by_key.get(alarm.parent_id or 0)
        handling = _handling(
            replace(one, window_id=one.window_id and alarm.window_id), terms.get(one.rule, Terms()), parent
        )
        if alarm.handling not in (Alarm.Handling.OBSERVED, handling):
            alarm.handling, alarm.parent = handling, parent
            changed.append(alarm)
    Alarm.objects.bulk_update(changed, ["handling", "parent"], batch_size=BATCH)
    AlarmEvent.objects.bulk_create(
        [AlarmEvent(alarm=alarm, at=now, kind="handled", detail={"handling": alarm.handling}) for alarm in changed],
        batch_size=BATCH,
    )
    return changed


def _end(alarms: Sequence[Alarm], terms: Mapping[str, Terms], now: datetime) -> int:
    """End alarms whose condition has ceased for the rule's time; judged ones are then closed."""
    over = [alarm for alarm in alarms if now - alarm.last_at >= _clear_after(alarm, terms)]
    for alarm in over:
        alarm.state = Alarm.State.CLOSED if alarm.outcome else Alarm.State.ENDED
    for state in (Alarm.State.CLOSED, Alarm.State.ENDED):
        _update([alarm.pk for alarm in over if alarm.state == state], state=state, ended_at=now)
    AlarmEvent.objects.bulk_create([AlarmEvent(alarm=alarm, at=now, kind="ended") for alarm in over], batch_size=BATCH)
    return len(over)


def _clear_after(alarm: Alarm, terms: Mapping[str, Terms]) -> timedelta:
    return terms[alarm.rule].clear_after if alarm.rule in terms else timedelta()
