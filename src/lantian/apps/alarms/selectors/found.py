"""Which alarm found an injected fault first (注入故障与报警): for the control page of a demonstration."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from lantian.apps.alarms.models import Alarm
from lantian.apps.alarms.selectors.truth import GRACE, REGIONAL
from lantian.apps.telemetry.simulation import Finding
from lantian.gateway.simulators.faults import EVERYWHERE
from lantian.gateway.simulators.truth import Truth


def found_faults(truths: Sequence[Truth]) -> Mapping[str, Finding]:
    """Return the first alarm of each fault's device or point that overlaps it in time, by the fault's id."""
    if not truths:
        return {}
    since = min(truth.start for truth in truths)
    by_place: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in Alarm.objects.filter(last_at__gte=since).order_by("raised_at"):
        for place in {alarm.point_id, alarm.device_id, REGIONAL if alarm.rule.startswith(REGIONAL) else None}:
            if place:
                by_place[place].append(alarm)
    first = {truth.id: _first(truth, by_place) for truth in truths}
    return {key: Finding(alarm.number, alarm.raised_at) for key, alarm in first.items() if alarm}


def _first(truth: Truth, by_place: Mapping[str, Sequence[Alarm]]) -> Alarm | None:
    places = (REGIONAL,) if truth.device == EVERYWHERE else (truth.device, truth.point)
    told = [
        alarm
        for place in places
        for alarm in by_place.get(place, ())
        if alarm.first_at < truth.end and alarm.last_at > truth.start and alarm.raised_at <= truth.end + GRACE
    ]
    return min(told, key=lambda alarm: alarm.raised_at, default=None)
