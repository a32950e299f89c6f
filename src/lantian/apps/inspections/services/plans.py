"""Plans (检查计划) and campaigns (专项行动): which entries, by which checklist, until when, by whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_hex

from django.db import transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.audit.services import record
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Campaign, Plan, PlanEntry
from lantian.apps.inspections.services.errors import InspectionError
from lantian.apps.inspections.services.notices import tell_assigned
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.apps.ledger.services.sources import working_states
from lantian.kernel.errors import Text
from lantian.policy.records_inspection import ChecklistRecord


@dataclass(frozen=True)
class NewPlan:
    """A plan as it is made; start: the first day on which its entries may be inspected."""

    title: str
    checklist: str
    organisation: Organisation
    start: date
    due: date
    sort: str = Plan.Sort.LIST
    campaign: Campaign | None = None
    synthetic: bool = False


@dataclass(frozen=True)
class NewCampaign:
    """A campaign as it is made. areas: codes of streets, none is the whole district. sector: an enterprise's sector."""

    title: str
    checklist: str
    kind: str
    organisation: Organisation
    start: date
    end: date
    purpose: str = ""
    areas: Sequence[str] = ()
    sector: str = ""
    synthetic: bool = False


@transaction.atomic
def make_plan(new: NewPlan, sources: Iterable[Source], *, by: Person | None, at: datetime) -> Plan:
    """Make a plan with an entry for each source; raises InspectionError."""
    if not new.title.strip():
        raise InspectionError(Text("请写明计划名称。", "Name the plan."))
    if new.due < new.start:
        raise InspectionError(Text("止于早于开始。", "It is due before it starts."))
    checklist = rules.checklist(new.checklist, new.start)
    chosen = list({source.pk: source for source in sources}.values())
    _check_sources(chosen, checklist)
    plan = Plan.objects.create(
        slug=f"{new.start:%Y%m}-{token_hex(3)}", sort=new.sort, title=new.title.strip()[:120], checklist=new.checklist,
        organisation=new.organisation, campaign=new.campaign, start=new.start, due=new.due, created_at=at,
        created_by=by, synthetic=new.synthetic,
    )  # fmt: skip
    PlanEntry.objects.bulk_create(
        PlanEntry(
            plan=plan, source=source, checklist=new.checklist, organisation=new.organisation, window_start=new.start,
            due=new.due,
        )
        for source in chosen
    )  # fmt: skip
    detail = {"sort": plan.sort, "checklist": plan.checklist, "entries": len(chosen), "due": str(plan.due)}
    record("inspection.planned", subject=plan, actor=by, at=at, detail=detail)
    return plan


def _check_sources(sources: Sequence[Source], checklist: ChecklistRecord) -> None:
    if not sources:
        raise InspectionError(Text("计划中没有对象。", "The plan has no entries."))
    other = [source.code for source in sources if source.kind not in checklist.kinds]
    if other:
        listed = "、".join(other[:5])
        raise InspectionError(
            Text(f"“{checklist.zh}”不适用于：{listed}", f"“{checklist.en}” is not for: {', '.join(other[:5])}")
        )


@transaction.atomic
def start_campaign(new: NewCampaign, *, by: Person | None, at: datetime) -> Campaign:
    """Start a campaign with its plan; raises InspectionError where nothing in the ledger is meant."""
    if new.end < new.start or not new.title.strip():
        raise InspectionError(Text("请写明名称；结束不得早于开始。", "Name it; it may not end before it starts."))
    record_ = rules.checklist(new.checklist, new.start)
    campaign = Campaign.objects.create(
        slug=f"{new.start:%Y%m}-{token_hex(3)}", title=new.title.strip()[:120], purpose=new.purpose.strip(),
        article=record_.article, kind=new.kind, checklist=new.checklist, organisation=new.organisation,
        start=new.start, end=new.end, created_at=at, created_by=by, synthetic=new.synthetic,
    )  # fmt: skip
    plan = NewPlan(
        new.title, new.checklist, new.organisation, new.start, new.end, Plan.Sort.CAMPAIGN, campaign, new.synthetic
    )
    make_plan(plan, meant(new.kind, new.areas, new.sector), by=by, at=at)
    return campaign


def meant(name: str, areas: Sequence[str] = (), sector: str = "") -> SourceQuerySet:
    """Return the working entries of a ledger, of some streets, and of a sector where the ledger has that attribute."""
    found = Source.objects.of_kind(name).current().filter(state__in=working_states(kind(name)))
    if areas:
        found = found.filter(area__code__in=areas)
    return found.filter(attributes__sector=sector) if sector else found


@transaction.atomic
def assign(entry: PlanEntry, people: Sequence[Person], *, by: Person, at: datetime) -> None:
    """Name who makes a check; those who are drawn cannot be exchanged."""
    if entry.plan.sort == Plan.Sort.DRAW:
        raise InspectionError(Text("双随机抽取的检查人员不能更换。", "Inspectors that were drawn are not exchanged."))
    entry.people.set(people)
    detail = {"entry": entry.pk, "people": sorted(one.username for one in people)}
    record("inspection.assigned", subject=entry.plan, actor=by, at=at, detail=detail)
    tell_assigned(entry, people, at=at)


@transaction.atomic
def drop(entry: PlanEntry, *, reason: str, by: Person, at: datetime) -> None:
    """Strike an entry off its plan, with the reason."""
    if entry.state != PlanEntry.State.OPEN or not reason.strip():
        raise InspectionError(
            Text("只有待检条目能撤销，且须写明理由。", "Only an open entry is dropped, with a reason.")
        )
    entry.state, entry.reason = PlanEntry.State.DROPPED, reason.strip()[:200]
    entry.save(update_fields=["state", "reason"])
    record("inspection.dropped", subject=entry.plan, actor=by, at=at, detail={"entry": entry.pk})
