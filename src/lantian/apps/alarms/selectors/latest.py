"""The latest alarms (最新报警) for the overview: what came last, and where on the map something waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from lantian.apps.alarms.models import Alarm
from lantian.apps.alarms.selectors.listing import Line, line
from lantian.apps.alarms.selectors.words import Words
from lantian.kernel.instants import beijing_day, day_of

READ = 80
SHOWN = 4


@dataclass(frozen=True)
class LatestAlarms:
    """The last alarms that called for somebody; waiting: those without outcome at a place with a position.

    today, suppressed: raised since midnight in Beijing: those that called for somebody, and those in maintenance.
    """

    lines: tuple[Line, ...]
    waiting: tuple[Line, ...]
    today: int
    suppressed: int

    @property
    def any(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.lines or self.suppressed)


def latest_alarms(person: Any, said: Words, moment: datetime) -> LatestAlarms:
    """Return the latest alarms that a person may see, raised up to a moment."""
    seen = Alarm.objects.visible_to(person).filter(raised_at__lte=moment)
    last = seen.shown().select_related("point", "device").order_by("-raised_at", "-pk")[:READ]
    lines = tuple(line(alarm, said) for alarm in last)
    day = beijing_day(day_of(moment))
    counts = seen.raised_between(day, moment + timedelta(seconds=1)).aggregate(
        today=Count("pk", filter=Q(handling=Alarm.Handling.RAISED)),
        suppressed=Count("pk", filter=Q(handling=Alarm.Handling.SUPPRESSED)),
    )
    return LatestAlarms(lines[:SHOWN], tuple(filter(_is_placed, lines)), counts["today"], counts["suppressed"])


def _is_placed(one: Line) -> bool:
    point = one.alarm.point
    waits = not one.alarm.outcome and one.alarm.state != Alarm.State.CLOSED
    return waits and point is not None and point.longitude is not None and point.latitude is not None
