"""Where an indicator's values come from (指标数据来源): ledgers, air, cases, inspections; each says what it counted."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q

from lantian.airquality.index import daily_index
from lantian.airquality.spatial import DaySeries, area_series
from lantian.apps.cases.models import CaseThread
from lantian.apps.inspections.models import Inspection
from lantian.apps.ledger.figures import base, figure
from lantian.apps.ledger.kinds import ledger_figures
from lantian.apps.ledger.models import Source
from lantian.apps.plans.models import Task, TaskEntry
from lantian.apps.plans.rules import rules
from lantian.apps.telemetry.air import in_force, lake_at, rules_of
from lantian.kernel.factors import Factor
from lantian.kernel.instants import beijing_day
from lantian.kernel.rounding import half_even
from lantian.policy.air import AirRules
from lantian.policy.records_plan import PointGroup, Target
from lantian.policy.records_work import IndicatorRecord

HEAVY_LEVEL = 5
"""Days of heavy or severe pollution (重污染天): from this level of the index on."""
SHOWN = 60
"""Entries of a ledger that are kept one by one with a value, as the parks of a rail share."""


@dataclass(frozen=True)
class Measured:
    """A value [the indicator's unit], and what it was made of."""

    value: Decimal
    how: Mapping[str, Any] = field(default_factory=dict)


def measured(record: IndicatorRecord, day: date, area: str = "") -> Measured | None:
    """Return an indicator's value at the end of a day, of the district or of one ground; None where there is none."""
    feed = _FEEDS.get(record.feed)
    return feed(record, day, area) if feed else None


def measures_itself(task: Task) -> bool:
    """Tell whether a task's values come by themselves: its indicator has a mechanism, which has given a value."""
    record = rules().indicators.get(task.indicator)
    if record is None or record.feed == "entered":
        return False
    return task.entries.standing().exclude(way=TaskEntry.Way.ENTERED).exists()


def _share(hits: int, all_: int, record: IndicatorRecord, first: date, last: date) -> Measured | None:
    if not all_:
        return None
    how = {"numerator": hits, "denominator": all_, "first": first.isoformat(), "last": last.isoformat()}
    return Measured(half_even(Fraction(100 * hits, all_), record.decimals), how)


# Ledgers ------------------------------------------------------------------------------------------------------------


def _of_ledger(record: IndicatorRecord, day: date, area: str) -> Measured | None:
    wanted = ledger_figures().get(record.ledger_figure or "")
    if wanted is None:
        return None
    sources = Source.objects.filter(area__code__startswith=area) if area else Source.objects.all()
    found = figure(wanted, sources, day)
    if found.value is None:
        return None
    how: dict[str, Any] = {
        "figure": wanted.id, "numerator": round(found.whole.numerator, 3),
        "denominator": round(found.whole.denominator, 3),
        "groups": [[part.group, part.numerator, part.denominator] for part in found.groups],
    }  # fmt: skip
    if wanted.sum and wanted.per:
        rows = base(wanted, sources, day).order_by("code").values_list("name", "attributes")[:SHOWN]
        parts = [(name, facts, _number(facts, wanted.sum), _number(facts, wanted.per)) for name, facts in rows]
        how["entries"] = [[name, part, whole] for name, _, part, whole in parts]
        if record.by:
            how["by"], how["choices"] = record.by, _by_choice(record.by, parts)
    return Measured(Decimal(found.value), how)


def _number(facts: Mapping[str, Any], name: str) -> float:
    return float(facts.get(name) or 0)


def _by_choice(name: str, parts: Iterable[tuple[str, Mapping[str, Any], float, float]]) -> list[list[Any]]:
    """The sums by the choices of an attribute; an entry with several counts in each of them."""
    sums: dict[str, list[float]] = {}
    for _, facts, part, whole in parts:
        said = facts.get(name) or []
        for choice in [said] if isinstance(said, str) else said:
            held = sums.setdefault(choice, [0.0, 0.0])
            held[0], held[1] = held[0] + part, held[1] + whole
    return [[choice, *held] for choice, held in sorted(sums.items())]


# Air ----------------------------------------------------------------------------------------------------------------


def _of_air(record: IndicatorRecord, day: date, _area: str) -> Measured | None:
    target = rules().target(record.target or "")
    if target is None:
        return None
    series, points = _series(target, day)
    if target.statistic == "annual_mean":
        found = _mean(series, target, day)
    else:
        found = _heavy(series, day, rules_of(rules().pack))
    if found is None:
        return None
    value, days = found
    how = {"target": target.id, "points": list(points), "first": f"{day.year}-01-01", "last": day.isoformat()}
    return Measured(half_even(value, record.decimals), how | {"days": days})


def _series(target: Target, day: date) -> tuple[DaySeries, tuple[str, ...]]:
    """The daily values of the target's area in the year of a day, by HJ 663, and the points that they are of."""
    pack = rules().pack
    group = pack.find(PointGroup, target.point_group) if target.point_group else None
    points = group.points if group else ()
    grid = lake_at(settings.LAKE_URL).day_grid(first=date(day.year, 1, 1), last=day, points=points)
    return area_series(grid, rules_of(pack).evaluation(day), target.area), points


def _mean(series: DaySeries, target: Target, day: date) -> tuple[Fraction, int] | None:
    values = [value for value in _days(series, Factor(target.factor), day) if value is not None]
    return (sum(values, Fraction(0)) / len(values), len(values)) if values else None


def _days(series: DaySeries, factor: Factor, day: date) -> list[Fraction | None]:
    first = date(day.year, 1, 1)
    return [series.value(factor, first + timedelta(days=n)) for n in range((day - first).days + 1)]


def _heavy(series: DaySeries, day: date, air: AirRules) -> tuple[Fraction, int] | None:
    """The share of valid days from 1 January on that are heavily polluted [%], each by the edition of its date."""
    first, levels = date(day.year, 1, 1), []
    for offset in range((day - first).days + 1):
        one = first + timedelta(days=offset)
        edition = in_force(air, one)
        values = {own[0]: series.value(factor, one) for factor, own in edition.daily_items.items()}
        index = daily_index(values, edition).published
        if index is not None:
            levels.append(edition.category(index).level)
    return (Fraction(100 * sum(level >= HEAVY_LEVEL for level in levels), len(levels)), len(levels)) if levels else None


# Cases and inspections ------------------------------------------------------------------------------------------------


def _of_cases(record: IndicatorRecord, day: date, area: str) -> Measured | None:
    """Of the steps that were due in the last days or done in them: the share that was done in time."""
    first = day - timedelta(days=(record.days or 1) - 1)
    start, end = beijing_day(first), beijing_day(day, 24)
    rows = (
        CaseThread.objects.counted(end)
        .filter(
            case__type__in=record.case_types,
            step=record.case_step or "",
            due_at__gte=start,
            case__area_code__startswith=area,
        )
        .filter(Q(ended_at__lt=end) | Q(due_at__lt=end))
    )
    counts = rows.aggregate(all=Count("pk"), hits=Count("pk", filter=Q(ended_at__lte=F("due_at"), ended_at__lt=end)))
    return _share(counts["hits"], counts["all"], record, first, day)


def _of_inspections(record: IndicatorRecord, day: date, area: str) -> Measured | None:
    first = day - timedelta(days=(record.days or 1) - 1)
    rows = Inspection.objects.filter(
        checklist=record.checklist or "", began_at__gte=beijing_day(first), began_at__lt=beijing_day(day, 24),
        area_code__startswith=area,
    ).exclude(result=Inspection.Result.NO_ENTRY)  # fmt: skip
    counts = rows.aggregate(all=Count("pk"), hits=Count("pk", filter=Q(result=Inspection.Result.PASSED)))
    return _share(counts["hits"], counts["all"], record, first, day)


_FEEDS: Mapping[str, Callable[[IndicatorRecord, date, str], Measured | None]] = {
    "ledger": _of_ledger, "air": _of_air, "cases": _of_cases, "inspections": _of_inspections,
}  # fmt: skip
