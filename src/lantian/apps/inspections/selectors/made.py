"""Counts of inspections that were made (检查量): for the week's ranking, for found rates, and for coverage."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from lantian.analysis.found import Compared, Share, compare
from lantian.apps.accounts.models import Area
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Inspection
from lantian.apps.ledger.kinds import kind as ledger_of
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.sources import working_states
from lantian.kernel.instants import beijing_day

STREET = 9
"""Digits of a street's code."""


@dataclass(frozen=True)
class CheckMade:
    """An inspection that was made: its street's code, its id, and whether something failed."""

    street: str
    inspection: int
    violation: bool


def checks_made(start: datetime, end: datetime) -> list[CheckMade]:
    """Return the inspections that began from start on and before end, in their order; doors that stayed shut not."""
    found = Inspection.objects.filter(began_at__gte=start, began_at__lt=end).exclude(result=Inspection.Result.NO_ENTRY)
    rows = found.order_by("began_at", "pk").values_list("area_code", "pk", "result")
    return [CheckMade(area[:STREET], key, result == Inspection.Result.FAILED) for area, key, result in rows]


@dataclass(frozen=True)
class StreetFound:
    """A street with what its ordinary checks find beside the random draws; pooled: the district's draws stand in."""

    area: Area | None
    compared: Compared
    pooled: bool


def found_rates(start: date, end: date) -> list[StreetFound]:
    """Return found against expected by street, the district (area None) last. Both days are included."""
    shares = _shares(start, end)
    rule = rules.found_rate(end)
    if rule is None:
        return []
    level, minimum = float(rule.coverage), rule.minimum
    drawn_all = sum((drawn for _, drawn in shares.values()), Share(0, 0))
    found_all = sum((found for found, _ in shares.values()), Share(0, 0))
    lines = []
    for area in Area.objects.of_kind("street").order_by("order", "code"):
        found, drawn = shares.get(area.code, (Share(0, 0), Share(0, 0)))
        pooled = drawn.of < minimum
        against = drawn_all if pooled else drawn
        lines.append(StreetFound(area, compare(found, against, level=level, minimum=minimum), pooled))
    lines.append(StreetFound(None, compare(found_all, drawn_all, level=level, minimum=minimum), pooled=False))
    return lines


def _shares(start: date, end: date) -> Mapping[str, tuple[Share, Share]]:
    """Ordinary checks and drawn checks by street. Checks that an alarm or complaint brought about are neither."""
    ordinary = (Inspection.Origin.PATROL, Inspection.Origin.ROUTINE, Inspection.Origin.CAMPAIGN)
    made = Inspection.objects.filter(
        began_at__gte=beijing_day(start), began_at__lt=beijing_day(end + timedelta(days=1))
    ).exclude(result=Inspection.Result.NO_ENTRY)
    failed = Count("pk", filter=Q(result=Inspection.Result.FAILED))
    rows = made.values_list("area_code", "origin").annotate(count=Count("pk"), bad=failed)
    found: dict[str, Share] = defaultdict(lambda: Share(0, 0))
    drawn: dict[str, Share] = defaultdict(lambda: Share(0, 0))
    for area, origin, count, bad in rows.order_by():
        if origin in ordinary:
            found[area[:STREET]] += Share(bad, count)
        elif origin == Inspection.Origin.DRAW:
            drawn[area[:STREET]] += Share(bad, count)
    return {code: (found[code], drawn[code]) for code in {*found, *drawn}}


@dataclass(frozen=True)
class Coverage:
    """A street's patrols: of so many working entries, so many were inspected; of so many communities likewise."""

    area: Area
    sites: int
    visited: int
    communities: int
    communities_visited: int
    checks: int

    @property
    def share(self) -> float | None:
        """The share of entries that were inspected, None where there are none."""
        return self.visited / self.sites if self.sites else None


def coverage(kinds: Sequence[str], start: date, end: date) -> list[Coverage]:
    """Return how far the patrols of each street reach: entries of some ledgers, and communities, both days included."""
    sites: dict[str, int] = defaultdict(int)
    seen: dict[str, set[int]] = defaultdict(set)
    checks: dict[str, int] = defaultdict(int)
    visited: dict[str, set[str]] = defaultdict(set)
    for name in kinds:
        working = Source.objects.of_kind(name).current().filter(state__in=working_states(ledger_of(name)))
        for area, count in working.values_list("area").annotate(Count("pk")).order_by():
            sites[(area or "")[:STREET]] += count
    made = Inspection.objects.filter(
        began_at__gte=beijing_day(start), began_at__lt=beijing_day(end + timedelta(days=1)), source__kind__in=kinds
    )
    for code, source, area in made.values_list("area_code", "source", "source__area"):
        street = code[:STREET]
        checks[street] += 1
        seen[street].add(source)
        if area and len(area) > STREET:
            visited[street].add(area)
    communities = dict(Area.objects.of_kind("community").values_list("parent").annotate(Count("pk")).order_by())
    return [
        Coverage(
            area, sites[area.code], len(seen[area.code]), communities.get(area.code, 0), len(visited[area.code]),
            checks[area.code],
        )
        for area in Area.objects.of_kind("street").order_by("order", "code")
    ]  # fmt: skip
