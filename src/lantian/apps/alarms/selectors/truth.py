"""Recall on injected faults (注入真值的召回): in a demonstration it is known what should be found, and since when."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from django.conf import settings

from lantian.analysis.proportions import wilson
from lantian.apps.alarms.models import Alarm, AlarmQuerySet
from lantian.gateway.simulators.faults import EVERYWHERE, KINDS
from lantian.gateway.simulators.truth import Records, Truth
from lantian.kernel.errors import Text

GRACE = timedelta(minutes=90)
"""How long after its end a fault may still be told: an hour has to end before its mean is judged."""

REGIONAL = "regional"


@dataclass(frozen=True)
class Recall:
    """A line of the table: faults of one kind injected, found, with interval and the median delay."""

    fault: Text
    injected: int
    found: int
    low: float
    high: float
    delay: timedelta | None

    @property
    def share(self) -> float:
        """Faults found of those injected."""
        return self.found / self.injected


def recall_table(alarms: AlarmQuerySet) -> list[Recall]:
    """Return the recall by kind of fault; nothing where nothing was injected."""
    injected = Records(Path(settings.DATA_DIR)).truth()
    if not injected:
        return []
    since = min(truth.start for truth in injected)
    raised = list(alarms.filter(last_at__gte=since).only("rule", "point", "device", "first_at", "last_at", "raised_at"))
    by_place: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in raised:
        for place in {alarm.point_id, alarm.device_id, REGIONAL if alarm.rule.startswith(REGIONAL) else None} - {None}:
            by_place[str(place)].append(alarm)
    kinds: dict[str, list[timedelta | None]] = defaultdict(list)
    for truth in injected:
        kinds[truth.fault].append(_delay(truth, by_place))
    return [_line(fault, delays) for fault, delays in sorted(kinds.items())]


def _delay(truth: Truth, by_place: dict[str, list[Alarm]]) -> timedelta | None:
    """Return how long after its start a fault was told; None where it was not."""
    places = (REGIONAL,) if truth.device == EVERYWHERE else (truth.device, truth.point)
    told = [moment for place in places if place for moment in _told(truth, by_place.get(place, ()))]
    return max(min(told) - truth.start, timedelta()) if told else None


def _told(truth: Truth, alarms: Iterable[Alarm]) -> Iterable[datetime]:
    for alarm in alarms:
        if alarm.first_at < truth.end and alarm.last_at > truth.start and alarm.raised_at <= truth.end + GRACE:
            yield alarm.raised_at


def _line(fault: str, delays: Sequence[timedelta | None]) -> Recall:
    found = [delay for delay in delays if delay is not None]
    interval = wilson(len(found), len(delays))
    return Recall(
        fault=KINDS[fault].text if fault in KINDS else Text(fault, fault),
        injected=len(delays),
        found=len(found),
        low=interval.low if interval else 0.0,
        high=interval.high if interval else 1.0,
        delay=timedelta(seconds=median(one.total_seconds() for one in found)) if found else None,
    )
