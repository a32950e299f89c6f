"""Open a case (立案): its number, its subject, who takes which part, and the first clocks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.alarms.models import Alarm
from lantian.apps.cases import hooks
from lantian.apps.cases.cycles import cycle_of
from lantian.apps.cases.models import Case, CaseCounter
from lantian.apps.cases.rules import rules
from lantian.apps.cases.services.errors import CaseActError
from lantian.apps.cases.services.related import tie
from lantian.apps.cases.services.state import Held, holders_of, note
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.models import Point
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, day_of
from lantian.policy.records_case import SENDER, STREET, CaseTypeRecord


@dataclass(frozen=True)
class NewCase:
    """What a case is opened with. takers: organisations by party, instead of those of the pack.

    named: the organisations that are called where the type has a named part. category: where the type has categories.
    related: further entries of the ledgers by their part in the case.
    """

    type: str
    title: str
    happened_at: datetime
    origin: str = Case.Origin.OWN
    facts: str = ""
    source: Source | None = None
    point: Point | None = None
    alarm: Alarm | None = None
    parent: Case | None = None
    sender: Organisation | None = None
    area_code: str = ""
    category: str = ""
    named: Sequence[str] = ()
    takers: dict[str, str] = field(default_factory=dict)
    related: dict[str, Source] = field(default_factory=dict)
    synthetic: bool = False


@transaction.atomic
def open_case(new: NewCase, *, by: Person | None, at: datetime) -> Case:
    """Open a case; raises CaseActError, or the workflow's error where nobody takes a part."""
    record = rules().type(new.type, day_of(new.happened_at))
    case = register(new, record, by=by, at=at)
    held = Held(case, {})
    held.store(held.engine.open(holders_of(case), at), at)
    tell_opened(case, new, record, by=by, at=at)
    return case


def register(new: NewCase, record: CaseTypeRecord, *, by: Person | None, at: datetime) -> Case:
    """Store a case under the next number, with its subject and parties, and no step yet."""
    _check(new, record)
    year = at.astimezone(BEIJING).year
    serial = _next_number(new.type, year)
    source = new.source or (hooks.source_of_point[-1](new.point) if new.point else None)
    area = new.area_code or _area(source, new.point)
    case = Case(
        type=new.type, year=year, serial=serial, number=f"{record.word}〔{year}〕{serial}号",
        slug=f"{new.type}-{year}-{serial}", title=new.title.strip()[:200], facts=new.facts.strip(), origin=new.origin,
        alarm=new.alarm, parent=new.parent, sender=new.sender, source=source, point=new.point, area_code=area,
        category=new.category, happened_at=new.happened_at, opened_at=at, opened_by=by, synthetic=new.synthetic,
    )  # fmt: skip
    case.parties = _parties(record, new, area)
    about(case, record)
    case.save()
    return case


def tell_opened(case: Case, new: NewCase, record: CaseTypeRecord, *, by: Person | None, at: datetime) -> None:
    """Write the first line of the history, and the others that the case is about."""
    detail = {"origin": new.origin, "sender": new.sender.code if new.sender else "", "parties": case.parties}
    note(case, "opened", by=by, at=at, reason=case.facts[:1000], cite=record.citation, detail=detail)
    for role, other in new.related.items():
        tie(case, record, role, other, by=by, at=at)


def _check(new: NewCase, record: CaseTypeRecord) -> None:
    if not new.title.strip():
        raise CaseActError(Text("请写明案由。", "Say what the case is about."))
    if record.named and not new.named:
        raise CaseActError(Text("请至少点名一个部门。", "Name at least one department."))
    _check_category(new, record)
    if new.source and record.subjects and new.source.kind not in record.subjects:
        raise CaseActError(
            Text(
                f"“{new.source}”的台账不适用于{record.zh}。",
                f"{new.source} is of a ledger that {record.en} is not about.",
            )
        )


def _check_category(new: NewCase, record: CaseTypeRecord) -> None:
    allowed = [one.id for one in record.categories]
    if new.category not in (allowed or [""]):
        listed = ", ".join(allowed)
        raise CaseActError(
            Text(
                f"{record.zh}没有类别“{new.category}”，可选：{listed}。",
                f"{record.en} has no category {new.category!r}; it has: {listed}",
            )
        )


def _next_number(name: str, year: int) -> int:
    """Take the next serial; the counter's row is locked until the case is stored, so that no number is lost."""
    CaseCounter.objects.get_or_create(type=name, year=year)
    counter = CaseCounter.objects.select_for_update().get(type=name, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _area(source: Source | None, point: Point | None) -> str:
    return (source.area_id if source and source.area_id else "") or (point.area_code if point else "")


def _parties(record: CaseTypeRecord, new: NewCase, area: str) -> dict[str, list[str]]:
    given = {party: [new.takers.get(party, code)] for party, code in record.parties.items()}
    street = street_of(area)
    given |= {STREET: [street]} if street else {}
    given |= {SENDER: [new.sender.code]} if new.sender else {}
    if record.named:
        given[record.named] = list(dict.fromkeys(new.named))
    return given


def street_of(area: str) -> str:
    """Return the office that answers for a street, or ""."""
    code = area[:9]
    office = Organisation.objects.filter(area=code).exclude(kind="enterprise").order_by("code").first()
    return office.code if office and len(code) == len("110105001") else ""


def about(case: Case, record: CaseTypeRecord) -> None:
    """Set what the penalties of a case add up on, and the cycle that it belongs to."""
    ladder = rules().ladder(record, day_of(case.happened_at), case.source.kind if case.source else "")
    if case.source:
        case.subject = f"source:{case.source.pk}"
        case.cycle = cycle_of(case, ladder, day_of(case.happened_at)) if ladder else ""
    elif case.point:
        case.subject = f"point:{case.point.pk}"
