"""One-visit planning (一次入户): routine checks and plans of several departments at one entry, merged into visits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db import transaction
from django.db.models import Max

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.audit.services import record
from lantian.apps.cases.rules import rules as case_rules
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Inspection, Plan, PlanEntry, Visit
from lantian.apps.inspections.selectors.burden import capped
from lantian.apps.inspections.services.plans import meant
from lantian.apps.ledger.conditions import as_filter
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.kernel.instants import day_of
from lantian.policy.records_inspection import VisitRuleRecord
from lantian.workflow.visits import Check, MergedVisit, merge, spread

HORIZON = 30
"""Days ahead for which visits are planned."""


@dataclass(frozen=True)
class DueCheck:
    """A check that is due at an entry. entry: of a plan, None for a routine check that has no plan yet."""

    source: Source
    checklist: str
    organisation: str
    first: date
    due: date
    entry: PlanEntry | None = None
    rule: str = ""


@dataclass(frozen=True)
class PlannedVisit:
    """A visit that is proposed: where, when, and which checks."""

    source: Source
    day: date
    checks: tuple[DueCheck, ...]

    @property
    def departments(self) -> int:
        """How many departments come together."""
        return len({check.organisation for check in self.checks})


@dataclass(frozen=True)
class VisitPlan:
    """What is proposed. capped: entries whose cap of visits is reached, with the checks that wait."""

    visits: tuple[PlannedVisit, ...]
    capped: Mapping[Source, Sequence[DueCheck]]

    @cached_property
    def checks(self) -> int:
        """How many checks the visits hold; so many visits there would be if each department came by itself."""
        return sum(len(visit.checks) for visit in self.visits)

    @property
    def saved(self) -> int:
        """How many visits are saved."""
        return self.checks - len(self.visits)


def propose(visible: SourceQuerySet, day: date, horizon: int = HORIZON) -> VisitPlan:
    """Return the visits that are needed within some days, without storing anything; later ones may still grow."""
    checks = [*_planned(visible, day, horizon), *_routine(visible, day, horizon)]
    by_source: dict[int, list[DueCheck]] = defaultdict(list)
    for check in _once(checks):
        by_source[check.source.pk].append(check)
    full = {kind: capped(kind, day) for kind in {check.source.kind for check in checks}}
    visits: list[PlannedVisit] = []
    waiting: dict[Source, Sequence[DueCheck]] = {}
    for rows in by_source.values():
        source = rows[0].source
        if source.pk in full[source.kind] and not any(row.entry for row in rows):
            waiting[source] = rows
        else:
            visits += _merged(rows, day)
    visits = [one for one in _spread(visits, day, horizon) if one.day <= day + timedelta(days=horizon)]
    return VisitPlan(tuple(sorted(visits, key=lambda one: (one.day, -len(one.checks), one.source.pk))), waiting)


def _spread(visits: Sequence[PlannedVisit], day: date, horizon: int) -> list[PlannedVisit]:
    """Spread what is overdue over the working days ahead, what has waited longest first."""
    late = sorted((one for one in visits if _waited(one) < day), key=lambda one: (_waited(one), one.source.pk))
    ahead = [day + timedelta(days=offset) for offset in range(horizon + 1)]
    days = [one for one in ahead if _is_working(one)] or [day]
    last = [min((check.due for check in one.checks if check.due >= day), default=None) for one in late]
    moved = [PlannedVisit(one.source, when, one.checks) for one, when in zip(late, spread(last, days), strict=True)]
    return [*moved, *(one for one in visits if _waited(one) >= day)]


def _waited(visit: PlannedVisit) -> date:
    """Since when the first of a visit's checks is due."""
    return min(check.due for check in visit.checks)


def _merged(rows: Sequence[DueCheck], day: date) -> list[PlannedVisit]:
    source = rows[0].source
    merged = merge([Check(str(n), row.first, row.due) for n, row in enumerate(rows)], day, _is_working)
    return [_visit(source, rows, one) for one in merged]


def _visit(source: Source, rows: Sequence[DueCheck], merged: MergedVisit) -> PlannedVisit:
    return PlannedVisit(source, merged.day, tuple(rows[int(name)] for name in merged.checks))


def _is_working(day: date) -> bool:
    return case_rules().calendar.is_working_day(day)


def _once(checks: Iterable[DueCheck]) -> list[DueCheck]:
    """The same checklist at the same entry is asked once, by whoever has it planned, else by the first rule."""
    found: dict[tuple[int, str], DueCheck] = {}
    for check in checks:
        found.setdefault((check.source.pk, check.checklist), check)
    return list(found.values())


def _planned(visible: SourceQuerySet, day: date, horizon: int) -> list[DueCheck]:
    entries = PlanEntry.objects.open().filter(
        visit__isnull=True, source__in=visible, window_start__lte=day + timedelta(days=horizon)
    )
    rows = entries.select_related("source__area").order_by("due", "pk")
    return [DueCheck(row.source, row.checklist, row.organisation_id, row.window_start, row.due, row) for row in rows]


def _routine(visible: SourceQuerySet, day: date, horizon: int) -> list[DueCheck]:
    found: list[DueCheck] = []
    for rule in rules.visit_rules(day):
        for kind in rule.kinds:
            sources = meant(kind).filter(as_filter(rule.when), pk__in=visible.values("pk"))
            found += _of_rule(rule, sources, day, horizon)
    return found


def _of_rule(rule: VisitRuleRecord, sources: SourceQuerySet, day: date, horizon: int) -> list[DueCheck]:
    last = dict(
        Inspection.objects.filter(source__in=sources, checklist=rule.checklist)
        .exclude(result=Inspection.Result.NO_ENTRY).values_list("source").annotate(Max("began_at"))
    )  # fmt: skip
    open_already = set(
        PlanEntry.objects.open().filter(source__in=sources, checklist=rule.checklist).values_list("source", flat=True)
    )
    streets = _offices() if rule.organisation is None else {}
    found = []
    for source in sources.exclude(pk__in=open_already).select_related("area").only(*_SHOWN):
        made = last.get(source.pk)
        since = day_of(made) if made else day_of(source.created_at)
        due = since + timedelta(days=rule.every_days)
        first = due - timedelta(days=rule.early_days)
        whose = rule.organisation or streets.get(source.area_id[:9] if source.area_id else "")
        if whose and first <= day + timedelta(days=horizon):
            found.append(DueCheck(source, rule.checklist, whose, first, due, rule=rule.id))
    return found


_SHOWN = ("kind", "code", "name", "created_at", "area__code", "area__name_zh", "area__name_en")
"""What a visit shows of its entry: thousands are looked at, so that attributes and geometry stay where they are."""


def _offices() -> dict[str, str]:
    """The office that answers for each street."""
    rows = Organisation.objects.filter(area__kind="street").exclude(kind="enterprise").order_by("-code")
    return {str(area): code for area, code in rows.values_list("area", "code")}


@transaction.atomic
def keep(proposed: Sequence[PlannedVisit], *, by: Person | None, at: datetime) -> list[Visit]:
    """Store visits with their checks: a routine check gets an entry of its department's plan of the month."""
    kept: list[Visit] = []
    for visit in proposed:
        row, _ = Visit.objects.get_or_create(
            source=visit.source, day=visit.day, defaults={"planned_at": at, "planned_by": by}
        )
        for check in visit.checks:
            entry = check.entry or _entry(check, visit.day, by, at)
            PlanEntry.objects.filter(pk=entry.pk, visit__isnull=True).update(visit=row)
        kept.append(row)
    detail = {"visits": len(kept), "checks": sum(len(visit.checks) for visit in proposed)}
    record("inspection.visits-planned", subject=None, actor=by, at=at, detail=detail)
    return kept


def _entry(check: DueCheck, day: date, by: Person | None, at: datetime) -> PlanEntry:
    month = max(check.first, day).replace(day=1)
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    whose = Organisation.objects.get(pk=check.organisation)
    plan, _ = Plan.objects.get_or_create(
        slug=f"routine-{month:%Y%m}-{check.organisation}-{check.checklist}"[:60],
        defaults={
            "sort": Plan.Sort.ROUTINE, "title": f"{rules.checklist(check.checklist, day).zh} {month:%Y-%m}",
            "checklist": check.checklist, "organisation": whose, "start": month, "due": last, "created_at": at,
            "created_by": by,
        },
    )  # fmt: skip
    entry, _ = PlanEntry.objects.get_or_create(
        plan=plan, source=check.source, checklist=check.checklist,
        defaults={"organisation": whose, "window_start": min(check.first, day), "due": max(check.due, day)},
    )  # fmt: skip
    return entry
