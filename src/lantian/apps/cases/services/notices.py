"""Whom cases tell, and of what (案件通知): a new step, one sent back, due soon or late; feedback; sanctions.

What an act brings is told in the act's own transaction. Dates and delays come up by themselves: they are looked for
every minute, from where the last look ended, so that after a crash none is missed and none is told twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.cases.models import Case, CaseStep, CaseThread, Sanction
from lantian.apps.cases.rules import rules, type_of
from lantian.apps.cases.with_whom import concerned as in_charge
from lantian.apps.cases.with_whom import on_call
from lantian.apps.notices.models import Cursor
from lantian.apps.notices.selectors.people import people_of
from lantian.apps.notices.services import Event, tell, tell_each
from lantian.apps.notices.services.telling import Context, key_of
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, day_of
from lantian.policy.records_case import EscalationRecord

_LATEST_LOOK = timedelta(days=1)
"""How far back due dates are looked for after a pause of the worker; what is overdue by then is told as overdue."""


def tell_of_act(case: Case, kind: str) -> None:
    """Hook: tell what an act on a case brings to others."""
    told = _OF_ACTS.get(kind)
    step = case.history.order_by("-pk").first()
    if told is not None and step is not None:
        told(case, step)


def concerned(row: CaseThread, at: datetime) -> list[Person]:
    """Return whom a step concerns: who has it now, and who else holds a post in its organisation on the case's ground.

    Who has it may hold no post there: a deputy, or whoever is on duty out of hours.
    """
    everybody = [*in_charge(row, at), *people_of([row.holder_id], at, row.case.area_code)]
    return list(dict.fromkeys(everybody))


def _new_steps(case: Case, step: CaseStep) -> None:
    """Tell those who have a step now of each that began with an act; a step that was told stays told."""
    for row in _begun(case, step):
        _tell_holder(row, "case-step", f"case:{case.pk}:step:{row.number}:{row.holder_id}", step.at)


def _sent_back(case: Case, step: CaseStep) -> None:
    for row in _begun(case, step):
        key = f"case:{case.pk}:step:{row.number}:{row.holder_id}"
        _tell_holder(row, "case-sent-back", key, step.at, reason=step.reason)


def _begun(case: Case, step: CaseStep) -> Iterable[CaseThread]:
    return case.threads.open().filter(since=step.at).select_related("holder", "case")


def _tell_holder(row: CaseThread, template: str, key: str, at: datetime, **more: str) -> None:
    tell(
        concerned(row, at), template, _of_step(row) | more, link=_page(row.case), key=key, at=at,
        organisations=[row.holder_id],
    )  # fmt: skip


def _taken(case: Case, step: CaseStep) -> None:
    _new_steps(case, step)
    codes = step.detail.get("tells", [])
    if not codes:
        return
    row = case.threads.select_related("holder").get(number=step.thread)
    outcome = type_of(case).outcome(step.step, step.outcome)
    context = _of_case(case) | {
        "outcome": Text(outcome.zh, outcome.en), "holder": _name(row.holder), "reason": step.reason,
    }  # fmt: skip
    people = people_of(codes, step.at, case.area_code)
    key = f"case:{case.pk}:feedback:{step.pk}"
    tell(people, "case-feedback", context, link=_page(case), key=key, at=step.at, organisations=codes)


def _sanction(case: Case, step: CaseStep) -> None:
    """Tell the case's parties, its sender and its street of a sanction that begins."""
    made = case.sanctions.filter(consequence=step.detail.get("consequence")).order_by("-pk").first()
    if made is None:
        return
    context = _of_sanction(made) | {"first": made.first, "last": made.last or Text("由人解除", "it is lifted")}
    _tell_parties(case, "case-sanction", context, f"sanction:{made.pk}", step.at)


def _lifted(case: Case, step: CaseStep) -> None:
    lifted = case.sanctions.filter(consequence=step.detail.get("consequence"), lifted_at__isnull=False)
    made = lifted.order_by("-lifted_at", "-pk").first()
    if made is not None:
        _tell_parties(case, "case-sanction-lifted", _of_sanction(made), f"sanction:{made.pk}:lifted", step.at)


def _tell_parties(case: Case, template: str, context: Context, key: str, at: datetime) -> None:
    codes = sorted({code for held in case.parties.values() for code in held} | {case.sender_id or ""} - {""})
    people = people_of(codes, at, case.area_code)
    tell(people, template, context, link=_page(case), key=key, at=at, organisations=codes)


_OF_ACTS = {
    "opened": _new_steps,
    "taken": _taken,
    "sent-back": _sent_back,
    "transferred": _new_steps,
    "reopened": _new_steps,
    "sanction": _sanction,
    "lifted": _lifted,
}
"""What is told of each kind of act; of the others nothing."""


# what comes up by itself ------------------------------------------------------------------------------------------


@transaction.atomic
def tell_of_clocks(now: datetime) -> None:
    """Tell of steps that have become due soon, and of delays that were escalated, since the last look."""
    cursor = Cursor.objects.select_for_update().filter(pk="cases").first()
    if cursor is None:
        last = CaseStep.objects.aggregate(last=Max("pk"))["last"] or 0
        Cursor.objects.create(name="cases", at=now, last=last)
        return
    _due_soon(max(cursor.at or now, now - _LATEST_LOOK), now)
    cursor.last = _overdue(cursor.last, now)
    cursor.at = now
    cursor.save()


def _due_soon(since: datetime, now: datetime) -> None:
    found = CaseThread.objects.running().filter(due_at__gt=now, warn_at__gt=since, warn_at__lte=now)
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for pk, holder, area in found.order_by("pk").values_list("pk", "holder_id", "case__area_code"):
        groups[holder].append((pk, area))
    names = Organisation.objects.in_bulk(list(groups))
    for code, rows in groups.items():
        many = Event(
            {"count": len(rows), "holder": _name(names[code])}, reverse("cases:mine"),
            key_of("due-soon", code, *(pk for pk, _ in rows)),
        )  # fmt: skip
        people = people_of([code], now, _common({area for _, area in rows}))
        tell_each(
            people, "case-due-soon", (_due_event(pk) for pk, _ in rows), len(rows), many=many,
            many_template="case-due-soon-many", at=now, organisations=[code],
        )  # fmt: skip


def _due_event(pk: int) -> Event:
    row = CaseThread.objects.select_related("case", "holder").get(pk=pk)
    key = f"case:{row.case_id}:due-soon:{row.number}:{row.due_at:%Y%m%d%H%M}"
    return Event(_of_step(row), _page(row.case), key)


def _common(areas: set[str]) -> str:
    """The area where all have one in common; "" is the whole district."""
    return areas.copy().pop() if len(areas) == 1 else ""


def _overdue(last: int, now: datetime) -> int:
    """Tell of the levels that were reached since a line of the history; return the last line seen."""
    lines = list(CaseStep.objects.filter(kind="escalated", pk__gt=last).order_by("pk").values_list(
        "pk", "case_id", "thread", "level", "detail"))  # fmt: skip
    groups: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for _, case, thread, level, detail in lines:
        groups[level or 0, str(detail.get("to", ""))].append((case, thread))
    levels = {one.level: one for one in rules().escalations(day_of(now))}
    for (level, to), places in groups.items():
        if level in levels:
            _tell_level(levels[level], to, places, now)
    return max([last, *(pk for pk, *_ in lines)])


def _tell_level(record: EscalationRecord, to: str, places: Sequence[tuple[int, int]], now: datetime) -> None:
    """Tell the head of whoever has the step, or the organisation that a level names."""
    label, people = Text(record.zh, record.en), people_of([to], now, heads=record.to == "holder")
    people = list(dict.fromkeys([*people, *on_call(to, now)]))
    many = Event(
        {"count": len(places), "level": label}, reverse("cases:overdue"),
        key_of("overdue", record.level, to, *(f"{case}-{thread}" for case, thread in places)),
    )  # fmt: skip
    events = (_late_event(case, thread, record) for case, thread in places)
    tell_each(
        people,
        "case-overdue",
        events,
        len(places),
        many=many,
        many_template="case-overdue-many",
        at=now,
        organisations=[to],
    )


def _late_event(case: int, thread: int, record: EscalationRecord) -> Event:
    row = CaseThread.objects.select_related("case", "holder").get(case=case, number=thread)
    context = _of_step(row) | {"level": Text(record.zh, record.en)}
    return Event(context, _page(row.case), f"case:{case}:overdue:{thread}:{record.level}")


# words -----------------------------------------------------------------------------------------------------------


def _of_case(case: Case) -> dict[str, object]:
    made_up = Text("〔模拟〕", "[simulated] ") if case.synthetic else Text("", "")
    return {"number": case.number, "title": Text(f"{made_up.zh}{case.title}", f"{made_up.en}{case.title}")}


def _of_step(row: CaseThread) -> dict[str, object]:
    step = type_of(row.case).step(row.step)
    return _of_case(row.case) | {
        "step": Text(step.zh, step.en), "holder": _name(row.holder), "due": _due(row.due_at),
    }  # fmt: skip


def _of_sanction(made: Sanction) -> dict[str, object]:
    ladder = rules().ladder(type_of(made.case), day_of(made.case.happened_at))
    known = {one.consequence: Text(one.zh, one.en) for one in ladder.levels} if ladder else {}
    consequence = known.get(made.consequence, Text(made.consequence, made.consequence))
    return {"number": made.case.number, "name": made.name, "unit": made.unit, "consequence": consequence}


def _due(at: datetime | None) -> Text:
    if at is None:
        return Text("无时限", "without a time limit")
    said = f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    return Text(f"{said} 前办毕", f"due by {said}")


def _name(organisation: Organisation) -> Text:
    return Text(organisation.name_zh, organisation.name_en or organisation.name_zh)


def _page(case: Case) -> str:
    return reverse("cases:one", args=[case.slug])
