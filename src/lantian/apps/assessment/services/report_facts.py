"""The facts of a month, quarter or year as they were known at an instant (月季年通报取数)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from lantian.airquality.grid import DayGrid
from lantian.airquality.sanddust import SandDustDecision as Dust
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Problem
from lantian.apps.assessment.rankings import written
from lantian.apps.assessment.reports.facts import Air, CityRanks, Lamp, ReportFacts, Station
from lantian.apps.assessment.selectors.facts import facts_of
from lantian.apps.assessment.selectors.rankings.city import CityList, city_lists
from lantian.apps.assessment.selectors.rankings.ground import Ground
from lantian.apps.assessment.selectors.rectification import is_overdue
from lantian.apps.assessment.services.rankings import ranking_on
from lantian.apps.plans.selectors.lamps import lamps_on
from lantian.apps.plans.selectors.standing import Board, board
from lantian.apps.telemetry.air import lake_at
from lantian.apps.telemetry.models import Point
from lantian.kernel.factors import Factor
from lantian.kernel.instants import day_of
from lantian.kernel.periods import Period
from lantian.kernel.rounding import half_even
from lantian.policy.pack import Pack
from lantian.policy.records_bulletin import BulletinRecord
from lantian.policy.records_plan import AirPoint, Area, Organisation, PointGroup, Target
from lantian.policy.records_ranking import RankingRecord


def report_facts(
    record: BulletinRecord,
    period: Period,
    known_at: datetime,
    like: Mapping[str, Mapping[str, Any]] | None = None,
    tasks: Board | None = None,
) -> ReportFacts:
    """Return what a report rests on, nothing of it recorded after ``known_at``.

    like: rankings as they were made before, whose way to their intervals is kept, so that only data tell them apart.
    tasks: how they stood on the day of the lamps, where that has been read.
    """
    ground = Ground(period, known_at.replace(microsecond=0))
    checks = facts_of(record, period, ground.known_at, ground.streets)
    points = _points()
    air = air_facts(ground, points)
    rankings = ranking_tables(record, ground, like or {})
    tasks = tasks or board(lamps_day(period, ground.known_at), ground.known_at)
    lists = city_lists(ground.known_at, ground.names)
    lists = [one for one in lists if period.first <= one.first and one.last <= period.last]
    return ReportFacts(
        record=record.id,
        pack=rules.pack().id,
        period=str(period),
        known_at=ground.known_at,
        checks=checks,
        air=air,
        rankings=rankings,
        lamps=tuple(lamps_of(tasks)),
        rectification=rectification_of(period, ground.known_at),
        city=tuple(_city(one) for one in reversed(lists)),
        synthetic=any((checks.synthetic, tasks.synthetic, *_made_up(air, points, rankings, lists))),
    )


def _city(found: CityList) -> CityRanks:
    places = tuple((one.rank.rank, one.own.zh) for one in found.ours if one.own)
    worst = int(found.worst.value) if found.worst and found.worst.value is not None else 0
    return CityRanks(found.first.isoformat(), found.last.isoformat(), worst, places)


def _made_up(
    air: Air | None, points: Sequence[Point], rankings: Mapping[str, Mapping[str, Any]], lists: Sequence[CityList]
) -> Iterator[bool]:
    heard = {one.id for one in air.stations} if air else set()
    yield from (one.synthetic for one in points if one.pk in heard)
    yield from (one["synthetic"] for one in rankings.values())
    yield from (one.synthetic for one in lists)


# --- rankings, tasks, rectification


def ranking_tables(
    record: BulletinRecord, ground: Ground, like: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return the rankings that a bulletin tells of, made for its period; one without a ranked place is left out."""
    found, period = {}, ground.period
    for name in record.rankings:
        ranking = rules.pack().find(RankingRecord, name, period.last)
        if ranking is not None and period.span in ranking.spans:
            if name in like:
                ranking = ranking.with_intervals(like[name].get("intervals", "blocks"))
            table = ranking_on(ground, ranking)
            if table.ranked:
                found[name] = written(table)
    return found


def rectification_of(period: Period, known_at: datetime) -> tuple[int, int] | None:
    """Return the problems of inspectors open at the end of the period, and those overdue; None without any."""
    at = min(period.end, known_at)
    found = Problem.objects.filter(case__opened_at__lte=at)
    opened = Count("pk", filter=Q(case__closed_at__isnull=True) | Q(case__closed_at__gt=at))
    counts = found.aggregate(all=Count("pk"), opened=opened, late=Count("pk", filter=is_overdue(at)))
    return (counts["opened"], counts["late"]) if counts["all"] else None


def lamps_day(period: Period, known_at: datetime) -> date:
    """Return the day of whose lamps a report tells: the period's last, or that of the instant while it runs."""
    return min(period.last, day_of(known_at))


def lamps_of(tasks: Board) -> Iterator[Lamp]:
    """Return the lamps of the tasks as they stood on a day."""
    names = {one.id: one.zh for one in rules.pack().on(Organisation, tasks.day)}
    for one in lamps_on(tasks):
        yield Lamp(
            number=one.number,
            zh=one.zh,
            en=one.en,
            article=one.article,
            organisation=one.organisation,
            organisation_name=names.get(one.organisation, one.organisation),
            due=one.due.isoformat() if one.due else "",
            progress="" if one.progress is None else str(half_even(one.progress, 0)),
            colour=one.colour,
            reason_zh=one.reason.zh,
            reason_en=one.reason.en,
            struck=one.struck,
            document=one.document,
        )


# --- the air


def air_facts(ground: Ground, points: Sequence[Point]) -> Air | None:
    """Return the district's air from 1 January of the year before to the period's end; None without any point."""
    pack, period, known_at = rules.pack(), ground.period, ground.known_at
    district = _district()
    stations = _stations(pack, district, points)
    if not any(one.evaluated for one in stations):
        return None
    lake, first = lake_at(settings.LAKE_URL), date(period.year - 1, 1, 1)
    ids = tuple(one.id for one in stations)
    days = lake.day_grid(first=first, last=period.last, points=ids, as_of=known_at)
    heard = [one for row, one in enumerate(stations) if (days.count[row] > 0).any()]
    if not any(one.evaluated for one in heard):
        return None
    kept = days.of_stations(tuple(one.id for one in heard))
    named = pack.find(Area, district, period.last)
    zh, en = (named.zh, named.en) if named else (district, district)
    known = lake.snapshot(known_at).id
    return Air(district, zh, en, known, tuple(heard), kept, _dust(district, kept, ground))


def _district() -> str:
    return rules.pack().header.jurisdiction.removeprefix("cn-")


def _points() -> Sequence[Point]:
    """Return the district's points of the network, else those that are evaluated, read once."""
    inside = Point.objects.in_area(_district()).order_by("pk")
    named = list(inside.filter(pk__in={one.id for one in rules.pack().all(AirPoint)}))
    return named or list(inside.evaluated())


def _stations(pack: Pack, district: str, points: Sequence[Point]) -> list[Station]:
    """Return points as stations, those that count by the target's group of points first."""
    counted = _counted(pack, district)
    stations = [
        Station(one.pk, one.name_zh, one.name_en or one.name_zh, one.pk in counted if counted else one.evaluated)
        for one in points
    ]
    return sorted(stations, key=lambda one: (not one.evaluated, one.id))


def _counted(pack: Pack, district: str) -> frozenset[str]:
    named = {one.point_group for one in pack.all(Target) if one.statistic == "annual_mean" and one.area == district}
    groups = [one for one in pack.all(PointGroup) if one.id in named and one.area == district]
    return frozenset(point for one in groups for point in one.points)


def _dust(district: str, days: DayGrid, ground: Ground) -> tuple[Dust, ...]:
    """Return the official decisions of sand dust that were taken by then."""
    made = []
    for one in ground.decisions:
        points = tuple(name for name in days.stations if name in one.points) if one.points else ()
        if points or (not one.points and district.startswith(one.area_code)):
            factors = tuple(Factor(name) for name in one.factors)
            made.append(Dust(one.first_hour, one.last_hour, factors, points, "official", one.reference))
    return tuple(made)
