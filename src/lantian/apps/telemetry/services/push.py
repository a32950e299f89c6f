"""The round that pushes readings up (数据上传): what came since the last settled commit goes to each target.

A target keeps the commit of the lake up to which everything is settled. It moves only past commits whose every value is
confirmed or refused, in one transaction with the day's counts: a round that breaks off sends again, and counts once.
Late and replenished data come with new commits and go up like any other; a correction goes up, and counts no second
time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F

from lantian.apps.telemetry.air import lake_at
from lantian.apps.telemetry.models import Channel, Device, Point, PushDay, PushTarget
from lantian.gateway.push.hj212_link import Hj212Link
from lantian.gateway.push.json_link import BATCH, JsonLink
from lantian.gateway.push.values import Outcome, PushedValue, Sender
from lantian.kernel.instants import day_of
from lantian.lake import Lake
from lantian.lake.lock import WriterLock
from lantian.lake.news import Since, counts, newest_commit, news, stretch_end
from lantian.lake.schema import INVALID
from lantian.policy.reader import load_pack
from lantian.policy.records_telemetry import PointKind

LOCK = "push.lock"
Clock = Callable[[], datetime]
MOST = BATCH
"""Rows of the lake that one step looks at: what it sends is one batch, or one commit that is larger."""
ROUND = timedelta(seconds=20)
"""A round begins no further step after this, for other jobs wait behind it: the next one comes with the next minute."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
"""The wait after a failure, doubled with each that follows, and the most it grows to."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_AMBIENT = "22"


@dataclass
class Senders:
    """Connections to the targets, kept from round to round."""

    make: Callable[[PushTarget, Clock], Sender]
    open: dict[int, tuple[str, Sender]] = field(default_factory=dict)

    def of(self, target: PushTarget, clock: Clock) -> Sender:
        """Return the connection of a target, a new one where its address or secret changed."""
        place = f"{target.manner} {target.address} {target.secret}"
        known = self.open.get(target.pk)
        if known is None or known[0] != place:
            if known is not None:
                known[1].close()
            known = self.open[target.pk] = (place, self.make(target, clock))
        return known[1]


def make_sender(target: PushTarget, clock: Clock) -> Sender:
    """Return a connection to a target in its manner."""
    if target.manner == PushTarget.Manner.JSON:
        return JsonLink(target.address, target.secret, clock=clock)
    place = urlsplit(target.address)
    return Hj212Link(place.hostname or "", place.port or 0, target.secret, clock=clock)


def push_alone(clock: Clock, senders: Senders) -> int:
    """Push in this process only; raises LakeBusy where another's round is not over."""
    with WriterLock(Path(settings.DATA_DIR, LOCK), wait_s=0).held():
        return push_due(clock, senders)


def push_due(clock: Clock, senders: Senders) -> int:
    """Push to every active target whose wait is over; returns the number of values confirmed."""
    lake, now = lake_at(settings.LAKE_URL), clock()
    due = [target for target in PushTarget.objects.filter(active=True) if not target.retry_at or target.retry_at <= now]
    return sum(push_target(target, lake, senders.of(target, clock), clock) for target in due)


def push_target(target: PushTarget, lake: Lake, sender: Sender, clock: Clock) -> int:
    """Count what is due and send until all is settled, something fails or the round's time is over.

    The first round of a target only notes where the lake stands: what is older is not pushed.
    """
    head, points = newest_commit(lake), points_of(target)
    if target.commit is None or target.counted is None:
        PushTarget.objects.filter(pk=target.pk, commit=None).update(commit=head, counted=head)
        return 0
    _count(target, lake, Since(target.counted, head, list(points), target.periods), points)
    until, confirmed = clock() + ROUND, 0
    while target.commit < head and clock() < until:
        upto = _end(target, lake, target.commit, head)
        step = _Step(
            target.commit, upto, _values(lake, Since(target.commit, upto, list(points), target.periods), points)
        )
        outcome = sender.send([each.value for each in step.sent]) if step.sent else Outcome()
        confirmed += _settle(target, step, outcome, clock())
        if outcome.error is not None:
            break
    return confirmed


def _end(target: PushTarget, lake: Lake, commit: int, head: int) -> int:
    """Return where the next step ends: as when it was last tried, so that a repeated batch is known as the same."""
    if target.upto is not None and target.upto > commit:
        return target.upto
    return min(stretch_end(lake, commit, MOST), head)


# -- what goes up ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A point as the platform above knows it: kind, device key (MN), system code, units by factor."""

    kind: str
    key: str
    st: str
    synthetic: bool
    units: Mapping[str, str]


def points_of(target: PushTarget) -> dict[str, Place]:
    """Return the points whose data go to a target; invented data only where the target is on this machine."""
    chosen = Point.objects.filter(kind__in=target.kinds)
    if urlsplit(target.address).hostname not in _HERE:
        chosen = chosen.measured()
    kinds = {kind.id: kind for kind in load_pack(settings.PACK).all(PointKind)}
    devices = Device.objects.filter(point__in=chosen, family="hj212").order_by("-active", "id")
    keys: dict[str, str] = {}
    for point, key in devices.values_list("point_id", "key"):
        keys.setdefault(point, key)
    units: dict[str, dict[str, str]] = {}
    for point, factor, unit in Channel.objects.filter(point__in=chosen).values_list("point_id", "factor", "unit"):
        units.setdefault(point, {})[factor] = unit
    return {
        point.id: Place(point.kind, keys.get(point.id, point.id), _st(kinds, point.kind), point.synthetic,
                        units.get(point.id, {}))
        for point in chosen
    }  # fmt: skip


def _st(kinds: Mapping[str, PointKind], kind: str) -> str:
    return (kinds[kind].st if kind in kinds else None) or _AMBIENT


@dataclass(frozen=True)
class _Sent:
    """A value on its way: the commit that first brought it, and whether one before had."""

    value: PushedValue
    first: int
    again: bool


@dataclass(frozen=True)
class _Step:
    """The values of the commits ``after < commit <= upto``."""

    after: int
    upto: int
    sent: Sequence[_Sent]


def _values(lake: Lake, since: Since, points: Mapping[str, Place]) -> list[_Sent]:
    return [_sent(row, points[row["point"]]) for row in news(lake, since).to_pylist()]


def _sent(row: Mapping[str, Any], place: Place) -> _Sent:
    value = PushedValue(
        point=row["point"],
        kind=place.kind,
        key=place.key,
        st=place.st,
        factor=row["factor"],
        unit=place.units.get(row["factor"], ""),
        period_s=row["period_s"],
        start=row["start"],
        value=row["value"],
        flag=_flag(row),
        synthetic=place.synthetic,
    )
    return _Sent(value, row["first"], row["again"])


def _flag(row: Mapping[str, Any]) -> str:
    """Return the device's flag; a value that we hold invalid does not go up as normal: T out of range, D otherwise."""
    flag: str = row["flag"] or "N"
    if row["verdict"] != INVALID or flag != "N":
        return flag
    return "T" if row["reason"] == "range" else "D"


# -- what became of it -------------------------------------------------------------------------------------------------


@transaction.atomic
def _count(target: PushTarget, lake: Lake, since: Since, points: Mapping[str, Place]) -> None:
    """Count as due what came since the last count."""
    if since.upto <= since.after:
        return
    due: Counter[tuple[date, str]] = Counter()
    for row in counts(lake, since).to_pylist():
        due[row["day"], points[row["point"]].kind] += row["count"]
    for (day, kind), number in due.items():
        _day(target, day, kind).update(due=F("due") + number)
    target.counted = since.upto
    target.save(update_fields=["counted"])


def _settle(target: PushTarget, step: _Step, outcome: Outcome, at: datetime) -> int:
    """Keep what became of a step; returns the number of values confirmed for the first time."""
    done = outcome.confirmed | outcome.refused.keys()
    open_commits = [each.first for place, each in enumerate(step.sent) if place not in done]
    commit = min(open_commits, default=step.upto + 1) - 1
    settled = [(place, each) for place, each in enumerate(step.sent) if each.first <= commit]
    confirmed = [each for place, each in settled if place in outcome.confirmed and not each.again]
    refused = [each for place, each in settled if place in outcome.refused and not each.again]
    with transaction.atomic():
        for day, kind in _by_day(step.sent):
            _day(target, day, kind).update(attempts=F("attempts") + 1)
        _add(target, confirmed, refused, at)
        target.upto = step.upto if outcome.error else None
        _move(target, commit, outcome, at)
    return len(confirmed)


def _by_day(sent: Iterable[_Sent]) -> Counter[tuple[date, str]]:
    return Counter(map(_of, sent))


def _of(each: _Sent) -> tuple[date, str]:
    return day_of(each.value.start), each.value.kind


def _add(target: PushTarget, confirmed: Sequence[_Sent], refused: Sequence[_Sent], at: datetime) -> None:
    """Add what is settled for the first time to its days."""
    for (day, kind), number in _by_day(confirmed).items():
        delay = sum((at - each.value.end).total_seconds() for each in confirmed if _of(each) == (day, kind))
        _day(target, day, kind).update(
            confirmed=F("confirmed") + number, sent=F("sent") + number, delay_s=F("delay_s") + delay
        )
    for (day, kind), number in _by_day(refused).items():
        _day(target, day, kind).update(refused=F("refused") + number, sent=F("sent") + number)


def _move(target: PushTarget, commit: int, outcome: Outcome, at: datetime) -> None:
    """Move the target to what is settled; after a failure say why, and when it is tried again."""
    target.commit = commit
    if outcome.error is None:
        target.cursor, target.failures, target.retry_at, target.error_zh, target.error_en = at, 0, None, "", ""
    else:
        wait = min(FIRST_WAIT * 2 ** min(target.failures, 16), LONGEST_WAIT)
        asked = timedelta(seconds=min(outcome.retry_after_s or 0, LONGEST_WAIT.total_seconds()))
        target.failures += 1
        target.retry_at = at + max(wait, asked)
        target.error_zh, target.error_en = outcome.error.zh[:300], outcome.error.en[:300]
    target.save(update_fields=["commit", "upto", "cursor", "failures", "retry_at", "error_zh", "error_en"])


def _day(target: PushTarget, day: date, kind: str) -> Any:
    """Return the day's row as a query, made where it is missing."""
    found, _ = PushDay.objects.get_or_create(target=target, day=day, kind=kind)
    return PushDay.objects.filter(pk=found.pk)
