"""What the rankings of a period rest on together (排名共用的底数): streets, points, decisions and steps, read once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from lantian.apps.accounts.models import Area
from lantian.apps.assessment.selectors.facts import places
from lantian.apps.assessment.snapshots import Place
from lantian.apps.cases.models import CaseThread
from lantian.apps.telemetry.models import Point, SandDustDecision
from lantian.kernel.instants import beijing_day
from lantian.kernel.periods import Period
from lantian.policy.records_ranking import RankingRecord

STEP = ("case_id", "step", "case__area_code", "holder_id", "due_at", "ended_at", "case__synthetic")
"""Where what is wanted of a step stands."""
DUE = STEP.index("due_at")
YEAR_BACK = timedelta(days=373)
"""The same period of last year, a week of a year with 53 too, begins no earlier before a period."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The ground of a period's rankings, as it was known; opened once for all that are made together."""

    period: Period
    known_at: datetime
    _points: dict[tuple[str, ...], list[Point]] = field(default_factory=dict, repr=False)
    _steps: dict[tuple[date, date], list[tuple[Any, ...]]] = field(default_factory=dict, repr=False)

    @cached_property
    def streets(self) -> tuple[Place, ...]:
        """The streets at the end of the period."""
        return places(self.period)

    @cached_property
    def borders(self) -> Sequence[tuple[str, BaseGeometry]]:
        """The borders of the streets, by code."""
        drawn = Area.objects.filter(pk__in=[one.code for one in self.streets]).with_boundary().order_by("order", "code")
        return [(one.code, shape(one.geometry)) for one in drawn if one.geometry]

    @cached_property
    def decisions(self) -> tuple[SandDustDecision, ...]:
        """The official decisions on sand dust that had been recorded."""
        return tuple(SandDustDecision.objects.official().filter(at__lte=self.known_at).order_by("first_hour", "pk"))

    def points(self, kinds: Iterable[str]) -> list[Point]:
        """Return the points of some kinds."""
        wanted = tuple(sorted(kinds))
        if wanted not in self._points:
            self._points[wanted] = list(Point.objects.filter(kind__in=wanted).order_by("pk"))
        return self._points[wanted]

    def steps(self, first: date, last: date) -> list[tuple[Any, ...]]:
        """Return the steps of cases that fell due between two days, both inclusive, and by the instant; see STEP.

        All that a ranking compares with the period, back to the same one of last year, is read at once.
        """
        span = min(first, self.period.first - YEAR_BACK), max(last, self.period.last)
        if span not in self._steps:
            self._steps[span] = self._due(*span)
        start, end = beijing_day(first), beijing_day(last + timedelta(days=1))
        return [one for one in self._steps[span] if start <= one[DUE] < end]

    def _due(self, first: date, last: date) -> list[tuple[Any, ...]]:
        start, end = beijing_day(first), beijing_day(last + timedelta(days=1))
        rows = CaseThread.objects.filter(
            due_at__gte=start, due_at__lt=min(end, self.known_at), since__lte=self.known_at, case__merged_into=None
        ).exclude(paused=True, ended_at=None)
        if not settings.DEMO:
            rows = rows.filter(case__synthetic=False)
        return list(rows.order_by("pk").values_list(*STEP))


@dataclass(frozen=True)
class Grounded:
    """What each reader of a ranking stands on."""

    record: RankingRecord
    ground: Ground

    @property
    def period(self) -> Period:
        """The period that is ranked."""
        return self.ground.period

    @property
    def known_at(self) -> datetime:
        """The instant of the data."""
        return self.ground.known_at
