"""What the rankings of a period rest on together (排名共用的底数): places, points, steps, results, all read once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from lantian.apps.accounts.models import Area
from lantian.apps.assessment.models import RoadDust
from lantian.apps.assessment.ranking_rules import rankings_for
from lantian.apps.assessment.selectors.facts import STREET_DIGITS, heirs_among, place_of, streets_ever
from lantian.apps.assessment.snapshots import Place
from lantian.apps.cases.models import CaseThread
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.models import Point, SandDustDecision
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day
from lantian.kernel.periods import Period
from lantian.policy.records_ranking import RankingRecord

STEP = (
    "case_id", "step", "case__area_code", "holder_id", "due_at", "ended_at", "case__synthetic", "holder__kind",
    "holder__name_zh", "holder__name_en",
)  # fmt: skip
"""Where what is wanted of a step stands."""
ROAD = (
    "month", "area_code", "street", "road", "grade", "body", "organisation_id", "organisation__name_zh",
    "organisation__name_en", "value", "batch__synthetic", "batch_id",
)  # fmt: skip
"""Where what is wanted of a result of road dust stands."""
ENTRY = (
    "kind", "pk", "code", "name", "area_id", "state", "attributes", "created_at", "synthetic", "changes__at",
    "changes__kind", "changes__fields",
)  # fmt: skip
"""Where what is wanted of an entry of a ledger stands, once for each of its changes, the newest first."""
LEDGERS = ("bare-land", "cluster")
DUE = STEP.index("due_at")
YEAR_BACK = timedelta(days=373)
"""The same period of last year, a week of a year with 53 too, begins no earlier before a period."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The ground of a period's rankings, as it was known; opened once for all that are made together."""

    period: Period
    known_at: datetime
    _points: dict[str, list[Point]] = field(default_factory=dict, repr=False)
    _steps: dict[tuple[date, date], list[tuple[Any, ...]]] = field(default_factory=dict, repr=False)

    @cached_property
    def _areas(self) -> tuple[Area, ...]:
        return tuple(streets_ever())

    @cached_property
    def _standing(self) -> tuple[Area, ...]:
        day = self.period.last
        return tuple(one for one in self._areas if (one.valid_from or day) <= day <= (one.valid_to or day))

    @cached_property
    def streets(self) -> tuple[Place, ...]:
        """The streets at the end of the period."""
        return tuple(map(place_of, self._standing))

    @cached_property
    def heirs(self) -> Mapping[str, str]:
        """The street at the end of the period of each that ever was: itself, or the one that took it over, or ""."""
        return heirs_among(self._areas, {one.code for one in self._standing})

    def street_of(self, area: str) -> str:
        """Return the code of the street at the end of the period in which an area lies, "" where there is none."""
        return self.heirs.get(area[:STREET_DIGITS], "")

    @cached_property
    def names(self) -> Mapping[str, Text]:
        """What each street that ever was is called, by code."""
        return {one.code: Text(one.zh, one.en) for one in map(place_of, self._areas)}

    @cached_property
    def borders(self) -> Sequence[tuple[str, BaseGeometry]]:
        """The borders of the streets, by code."""
        return [(one.code, shape(one.geometry)) for one in self._standing if one.geometry]

    @cached_property
    def decisions(self) -> tuple[SandDustDecision, ...]:
        """The official decisions on sand dust that had been recorded."""
        return tuple(SandDustDecision.objects.official().filter(at__lte=self.known_at).order_by("first_hour", "pk"))

    def points(self, kinds: Iterable[str]) -> list[Point]:
        """Return the points of some kinds; those of all rankings of the period are read at once."""
        wanted = set(kinds)
        if missing := wanted - self._points.keys():
            missing |= {kind for one in rankings_for(self.period) for kind in one.points} - self._points.keys()
            self._points.update({kind: [] for kind in missing})
            for one in Point.objects.filter(kind__in=missing):
                self._points[one.kind].append(one)
        return sorted((one for kind in wanted for one in self._points[kind]), key=lambda one: one.pk)

    def steps(self, first: date, last: date) -> list[tuple[Any, ...]]:
        """Return the steps of cases that fell due between two days, both inclusive, and by the instant; see STEP.

        All that a ranking compares with the period, back to the same one of last year, is read at once.
        """
        span = min(first, self.period.first - YEAR_BACK), max(last, self.period.last)
        if span not in self._steps:
            self._steps[span] = self._due(*span)
        start, end = beijing_day(first), beijing_day(last + timedelta(days=1))
        return [one for one in self._steps[span] if start <= one[DUE] < end]

    @cached_property
    def roads(self) -> list[tuple[Any, ...]]:
        """The results of road dust in our own streets of this and last year, the last import last; see ROAD."""
        years = f"{self.period.year - 1}-01", f"{self.period.year}-12"
        found = RoadDust.objects.known(self.known_at).measured().filter(month__range=years).exclude(area_code="")
        if not settings.DEMO:
            found = found.filter(batch__synthetic=False)
        return list(found.order_by("batch__at", "pk").values_list(*ROAD))

    @cached_property
    def ledgers(self) -> Mapping[str, Sequence[tuple[Any, ...]]]:
        """What is stored of the ledgers that are ranked, by kind; see ENTRY."""
        rows = Source.objects.current().filter(kind__in=LEDGERS, created_at__lte=self.known_at)
        if not settings.DEMO:
            rows = rows.filter(synthetic=False)
        found: dict[str, list[tuple[Any, ...]]] = {kind: [] for kind in LEDGERS}
        for kind, *rest in rows.order_by("code", "pk", "-changes__at", "-changes__pk").values_list(*ENTRY):
            found[kind].append(tuple(rest))
        return found

    def _due(self, first: date, last: date) -> list[tuple[Any, ...]]:
        start, end = beijing_day(first), beijing_day(last + timedelta(days=1))
        rows = CaseThread.objects.counted(self.known_at)
        rows = rows.filter(due_at__gte=start, due_at__lt=min(end, self.known_at))
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
