"""How far plans and campaigns are (进度): by entry, by street, by sector."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from lantian.apps.alarms.selectors.words import words
from lantian.apps.inspections.models import Campaign, Inspection, Plan, PlanEntry
from lantian.apps.inspections.models.plans import PlanEntryQuerySet
from lantian.apps.inspections.selectors.board import DueLine, due_line, name_of
from lantian.apps.inspections.selectors.listing import MadeLine, made_lines
from lantian.apps.ledger.kinds import kinds
from lantian.kernel.errors import Text

MOST = 500


@dataclass(frozen=True)
class Progress:
    """Entries of a plan: all but those struck off, those done, those that are late; and how many failed."""

    of: int
    done: int
    late: int
    failed: int = 0

    @property
    def share(self) -> float | None:
        """The share done in percent."""
        return 100 * self.done / self.of if self.of else None

    @property
    def left(self) -> int:
        """How many are still to be inspected."""
        return self.of - self.done


@dataclass(frozen=True)
class PlanRow:
    """A plan in the list."""

    plan: Plan
    progress: Progress
    checklist: Text


@dataclass(frozen=True)
class EntryLine:
    """An entry of a plan with its lamp, its people, and its inspection if there is one."""

    due: DueLine
    people: str
    inspection: Inspection | None


@dataclass(frozen=True)
class PlanPage:
    """A plan as its page shows it."""

    plan: Plan
    progress: Progress
    checklist: Text
    lines: Sequence[EntryLine]


@dataclass(frozen=True)
class Group:
    """A street or a sector of a campaign."""

    label: Text
    progress: Progress


@dataclass(frozen=True)
class CampaignPage:
    """A campaign as its page shows it."""

    campaign: Campaign
    checklist: Text
    ledger: Text
    progress: Progress
    streets: Sequence[Group]
    sectors: Sequence[Group]
    failing: Sequence[MadeLine]
    plans: Sequence[Plan]


def _counts(day: date) -> dict[str, Any]:
    failed = Q(inspections__result=Inspection.Result.FAILED)
    return {
        "count": Count("pk", filter=~Q(state="dropped"), distinct=True),
        "done": Count("pk", filter=Q(state="done"), distinct=True),
        "late": Count("pk", filter=Q(state="open", due__lt=day), distinct=True),
        "failed": Count("pk", filter=failed, distinct=True),
    }


def _progress(counted: Mapping[str, Any]) -> Progress:
    return Progress(counted["count"], counted["done"], counted["late"], counted["failed"])


def plan_rows(person: Any, day: date) -> list[PlanRow]:
    """Return the plans that have entries which a person may see, newest first."""
    counted = PlanEntry.objects.visible_to(person).order_by().values("plan").annotate(**_counts(day))
    by_plan = {one["plan"]: _progress(one) for one in counted}
    plans = Plan.objects.filter(pk__in=by_plan).select_related("organisation", "campaign").order_by("-start", "-pk")
    return [PlanRow(plan, by_plan[plan.pk], name_of(plan.checklist, plan.start)) for plan in plans[:MOST]]


def plan_page(plan: Plan, person: Any, day: date) -> PlanPage:
    """Return a plan with the entries that a person may see, those that are due first ahead."""
    entries = plan.entries.visible_to(person)
    rows = entries.select_related("source__area", "organisation", "plan", "visit").prefetch_related(
        "people", "inspections"
    )
    lines = [_entry(row, day) for row in rows.order_by("-state", "due", "pk")[:MOST]]
    counted = entries.aggregate(**_counts(day))
    return PlanPage(plan, _progress(counted), name_of(plan.checklist, plan.start), lines)


def _entry(row: PlanEntry, day: date) -> EntryLine:
    made = max(row.inspections.all(), key=lambda one: one.began_at, default=None)
    return EntryLine(due_line(row, day), "、".join(one.name for one in row.people.all()), made)


def campaign_rows(day: date) -> list[tuple[Campaign, Progress, Text]]:
    """Return the campaigns with their progress, newest first."""
    counted = PlanEntry.objects.filter(plan__campaign__isnull=False).order_by().values("plan__campaign")
    by_campaign = {one["plan__campaign"]: _progress(one) for one in counted.annotate(**_counts(day))}
    nothing = Progress(0, 0, 0)
    return [
        (one, by_campaign.get(one.pk, nothing), name_of(one.checklist, one.start))
        for one in Campaign.objects.select_related("organisation")[:MOST]
    ]


def campaign_page(campaign: Campaign, person: Any, day: date) -> CampaignPage:
    """Return how far a campaign is, and what failed."""
    entries = PlanEntry.objects.filter(plan__campaign=campaign)
    ledger = kinds().get(campaign.kind)
    failing = Inspection.objects.visible_to(person).filter(campaign=campaign).failing()
    return CampaignPage(
        campaign=campaign,
        checklist=name_of(campaign.checklist, campaign.start),
        ledger=Text(ledger.zh, ledger.en) if ledger else Text(campaign.kind, campaign.kind),
        progress=_progress(entries.aggregate(**_counts(day))),
        streets=_groups(entries, day, lambda row: row.source.area_id[:9] if row.source.area_id else "", _street),
        sectors=_groups(entries, day, lambda row: str(row.source.attributes.get("sector", "")), _sector(campaign.kind)),
        failing=made_lines(failing, 0, 100),
        plans=list(campaign.plans.all()),
    )


def _groups(
    entries: PlanEntryQuerySet, day: date, key: Callable[[PlanEntry], str], name: Callable[[str], Text]
) -> list[Group]:
    """The progress by a key; the one with most left to do first."""
    rows: dict[str, list[PlanEntry]] = defaultdict(list)
    for row in entries.exclude(state="dropped").select_related("source").prefetch_related("inspections"):
        rows[key(row)].append(row)
    groups = [Group(name(code), _of_rows(found, day)) for code, found in rows.items()]
    return sorted(groups, key=lambda group: (-group.progress.left, -group.progress.of, group.label.zh))


def _of_rows(rows: Sequence[PlanEntry], day: date) -> Progress:
    failed = sum(any(one.result == "failed" for one in row.inspections.all()) for row in rows)
    late = sum(row.state == "open" and row.due < day for row in rows)
    return Progress(len(rows), sum(row.state == "done" for row in rows), late, failed)


def _street(code: str) -> Text:
    return words().area(code)


def _sector(kind: str) -> Callable[[str], Text]:
    ledger = kinds().get(kind)
    attribute = next((one for one in ledger.attributes if one.name == "sector"), None) if ledger else None
    names = {one.id: Text(one.zh, one.en) for one in attribute.choices} if attribute else {}
    return lambda code: names.get(code, Text(code or "—", code or "—"))
