"""The day of a patrol (当日巡查) as a phone takes it along: stops, steps of cases, checklists, and other entries.

Texts go in both languages, for the reader may change the language where there is no network.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from lantian.apps.accounts.models import Organisation, Person, Role
from lantian.apps.accounts.scope import scope_of
from lantian.apps.alarms.selectors.words import words
from lantian.apps.cases.models import CaseThread, Evidence
from lantian.apps.cases.selectors.lines import Line, sorted_lines
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Inspection, PlanEntry
from lantian.apps.inspections.selectors.route import PAST, Due, Stop, route_of_day
from lantian.apps.ledger.kinds import kinds
from lantian.apps.ledger.models import Source
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day, day_of
from lantian.policy.records_case import StepRecord
from lantian.policy.records_inspection import ChecklistItem, ChecklistRecord
from lantian.workflow.clocks import UNITS, allowed

MOST_OTHERS = 600
"""Entries beside the plan that a phone takes along."""
MOST_STEPS = 100

Json = dict[str, Any]
RESULTS = {
    Inspection.Result.PASSED: Text("合格", "passed"),
    Inspection.Result.FAILED: Text("不合格", "failed"),
    Inspection.Result.NO_ENTRY: Text("未能检查", "could not be inspected"),
}


def both(text: Text) -> Json:
    """Write a text for the phone."""
    return {"zh": text.zh, "en": text.en}


def named(record: Any) -> Json:
    """Write a record's name for the phone."""
    return {"zh": record.zh, "en": record.en or record.zh}


def edition_of(record: ChecklistRecord) -> str:
    """Return the edition of a checklist: a short hash of all that it says."""
    return hashlib.sha256(record.model_dump_json().encode()).hexdigest()[:12]


def day_bundle(person: Person, now: datetime) -> Json:
    """Return all that a person's phone needs for a day without a network."""
    day = day_of(now)
    stops = [_stop(stop, due, day) for stop in route_of_day(person, day) for due in stop.checks]
    stops += [_done(entry, day) for entry in _done_today(person, day)]
    steps = [_step(line) for line in open_steps(person, now)]
    usable = _usable(person, day)
    others = _others(person, usable)
    asked = {stop["checklist"] for stop in stops} | {one.id for one in usable}
    return {
        "moment": now.isoformat(),
        "day": day.isoformat(),
        "route": [one["key"] for one in (*steps, *stops)],
        "stops": stops,
        "steps": steps,
        "checklists": {name: _checklist(one) for name, one in rules.checklists(day).items() if name in asked},
        "others": [_source(source) | {"checklists": _for_kind(usable, source.kind)} for source in others],
        "places": [one.id for one in usable if one.place],
        "sample": any(source.synthetic for source in others),
    }


# stops ---------------------------------------------------------------------------------------------------------


def _stop(stop: Stop, due: Due, day: date) -> Json:
    lamp = "r" if due.overdue else "y" if due.due == day else "g"
    return _of_entry(due.entry, day) | {"lamp": lamp, "past": [_past(one, day) for one in stop.past]}


def _of_entry(entry: PlanEntry, day: date) -> Json:
    checklist = rules.checklists(day).get(entry.checklist)
    return {
        "key": f"stop:{entry.pk}",
        "plan": entry.pk,
        "source": _source(entry.source),
        "checklist": entry.checklist,
        "purpose": named(checklist) if checklist else both(Text(entry.plan.title, entry.plan.title)),
        "due": (beijing_day(entry.due) + timedelta(days=1, seconds=-1)).isoformat(),
        "lamp": "g",
        "done": None,
        "past": [],
    }


def _done_today(person: Person, day: date) -> Iterable[PlanEntry]:
    ended = Inspection.objects.filter(ended_at__gte=beijing_day(day), entry__isnull=False).values("entry")
    entries = PlanEntry.objects.for_person(person).filter(state=PlanEntry.State.DONE, pk__in=ended)
    return entries.select_related("source__area", "plan").distinct().order_by("pk")


def _done(entry: PlanEntry, day: date) -> Json:
    made = entry.inspections.select_related("recorded_by", "organisation").first()
    past = entry.source.inspections.select_related("organisation").prefetch_related("items")[:PAST]
    done = {"at": made.ended_at.isoformat(), "by": str(made.recorded_by or made.organisation)} if made else None
    return _of_entry(entry, day) | {"done": done, "past": [_past(one, day) for one in past]}


def _source(source: Source) -> Json:
    kind = kinds().get(source.kind)
    return {
        "kind": source.kind,
        "code": source.code,
        "name": source.name,
        "kind_label": named(kind) if kind else both(Text(source.kind, source.kind)),
        "address": source.address,
        "area": both(words().area(source.area_id or "")),
        "longitude": source.longitude,
        "latitude": source.latitude,
        "version": source.version,
    }


def _past(made: Inspection, day: date) -> Json:
    checklist = rules.checklists(day_of(made.began_at)).get(made.checklist)
    failed = [one for one in made.items.all() if one.answer == "fail"]
    return {
        "at": made.began_at.isoformat(),
        "by": _name_of(made.organisation),
        "checklist": named(checklist) if checklist else both(Text(made.checklist, made.checklist)),
        "result": both(RESULTS[Inspection.Result(made.result)]),
        "failed": [_item_name(checklist, one.item) for one in failed],
    }


def _name_of(organisation: Organisation) -> Json:
    return both(Text(organisation.name_zh, organisation.name_en or organisation.name_zh))


def _item_name(checklist: ChecklistRecord | None, item: str) -> Json:
    found = next((one for one in checklist.items if one.id == item), None) if checklist else None
    return named(found) if found else both(Text(item, item))


# checklists and what else may be checked -----------------------------------------------------------------------------


def _checklist(record: ChecklistRecord) -> Json:
    return {
        "id": record.id,
        "edition": edition_of(record),
        "name": named(record),
        "cite": both(record.citation),
        "least": record.photos.least,
        "within_m": record.photos.within_m,
        "items": [_item(record, item) for item in record.items],
    }


def _item(record: ChecklistRecord, item: ChecklistItem) -> Json:
    own = item.article is not None or item.standard is not None
    return {
        "id": item.id,
        "text": named(item),
        "answer": item.answer,
        "unit": item.unit,
        "low": None if item.low is None else float(item.low),
        "high": None if item.high is None else float(item.high),
        "choices": [{"id": one.id, "zh": one.zh, "en": one.en, "fails": one.fails} for one in item.choices],
        "must": item.must,
        "photo": item.photo,
        "cite": both(record.citation_of(item)) if own else None,
    }


def _usable(person: Person, day: date) -> list[ChecklistRecord]:
    """The checklists of a person's departments; streets, communities and the duty desk may use each."""
    scope = scope_of(person)
    whole = scope.roles & {Role.STREET, Role.COMMUNITY, Role.DUTY}
    return [one for one in rules.checklists(day).values() if whole or one.organisation in scope.organisations]


def _for_kind(usable: Sequence[ChecklistRecord], kind: str) -> list[str]:
    return [one.id for one in usable if kind in one.kinds]


def _others(person: Person, usable: Sequence[ChecklistRecord]) -> list[Source]:
    wanted = {kind for one in usable for kind in one.kinds}
    found = Source.objects.visible_to(person).current().filter(kind__in=wanted)
    return list(found.order_by("kind", "code")[:MOST_OTHERS])


# steps of cases ------------------------------------------------------------------------------------------------------


def open_steps(person: Person, now: datetime) -> list[Line]:
    """Return the open steps of a person that are taken on site: those with an outcome that asks for a photo."""
    mine = CaseThread.objects.for_person(person).open().select_related("case__source", "case__alarm", "holder")
    lines = sorted_lines(mine.order_by("due_at", "pk")[: 5 * MOST_STEPS], now)
    return [line for line in lines if _on_site(line.step)][:MOST_STEPS]


def _on_site(step: StepRecord) -> bool:
    return any("photo" in outcome.needs and not outcome.legal for outcome in step.outcomes)


def _step(line: Line) -> Json:
    case, step = line.case, line.step
    here = [one for one in step.outcomes if not (one.legal or one.penalty)]
    return {
        "key": f"step:{case.slug}:{line.row.number}",
        "case": {
            "slug": case.slug,
            "number": case.number,
            "title": case.title,
            "kind": both(line.kind),
            "facts": case.facts,
        },
        "thread": line.row.number,
        "name": both(line.label),
        "cite": both(line.citation),
        "given": _given(line.row),
        "started": line.row.started_at.isoformat() if line.row.started_at else None,
        "due": line.row.due_at.isoformat() if line.row.due_at else None,
        "warn_share": line.record.warn_percent / 100,
        "paused": line.row.paused,
        "source": _source(case.source) if case.source else None,
        "alarm": _alarm(line),
        "outcomes": [named(one) | {"id": one.id, "text": named(one), "photo": "photo" in one.needs} for one in here],
        "at_desk": len(here) < len(step.outcomes),
    }


def _given(row: CaseThread) -> Json | None:
    if row.amount is None or row.unit not in UNITS:
        return None
    period = allowed(row.amount, row.unit)
    return both(Text(f"时限 {period.zh}", f"{period.en} given"))


def _alarm(line: Line) -> Json | None:
    """What the alarm behind a case said, from the evidence that was kept of it."""
    if line.case.alarm is None:
        return None
    kept = line.case.evidence.filter(kind=Evidence.Kind.ALARM).first()
    detail = kept.detail if kept else {}
    rule = words().rule_name(line.case.alarm.rule, day_of(line.case.alarm.first_at))
    value, limit, unit = (detail.get(name) for name in ("value", "limit", "unit"))
    factor = words().factor(str(detail.get("factor", "")))
    if value is None or limit is None:
        return both(rule)
    return both(
        Text(
            f"{rule.zh}：{factor.zh} {value:g} {unit}，限值 {limit:g} {unit}",
            f"{rule.en}: {factor.en} {value:g} {unit}, limit {limit:g} {unit}",
        )
    )
