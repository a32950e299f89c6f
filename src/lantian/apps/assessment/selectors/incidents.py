"""Facts that make problems count (计入事实) by the pack's rules: late steps, failed re-checks, escalation, entries.

A case that went into another, or that grew out of it, is the same problem; so is one that somebody declared the same.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from lantian.apps.assessment.models import Exposure, Problem, RankingOrder
from lantian.apps.assessment.rectifying import counting_rules, ladder, rule
from lantian.apps.cases.models import Case, CaseStep, CaseThread
from lantian.apps.cases.selectors.holders import Holders, holders_of
from lantian.kernel.instants import beijing_day, day_of
from lantian.kernel.periods import Period
from lantian.policy.records_accountability import AccountabilityRule
from lantian.workflow.accountability import Incident


@dataclass(frozen=True)
class Known:
    """All facts with what ties them together. struck: when each problem was struck off, or its case closed."""

    incidents: Sequence[Incident]
    same: Sequence[tuple[str, str]]
    struck: Mapping[str, Sequence[datetime]]


def known(now: datetime) -> Known:
    """Read all facts up to a moment; a constant number of questions for each rule."""
    facts = [one for record in counting_rules(day_of(now)).values() for one in _READ[record.facts](record, now)]
    numbers = {int(one.problem.removeprefix("case:")) for one in facts if one.problem.startswith("case:")}
    cases = _with_relatives(numbers)
    return Known(facts, [*_same(cases), *_declared()], _struck(cases, now))


def name_of(case: int) -> str:
    """Return the name of a case's problem.

    >>> name_of(5)
    'case:5'
    """
    return f"case:{case}"


# facts -----------------------------------------------------------------------------------------------------------


def _late(record: AccountabilityRule, now: datetime) -> Iterator[Incident]:
    """Steps that were, or are, open past their end: whoever had one then answers, and a later stop changes nothing.

    A step that was split off is late in the new case, whose clock goes on.
    """
    found = CaseThread.objects.filter(case__type__in=record.types, step__in=record.steps, due_at__lt=now)
    found = found.exclude(outcome=CaseThread.SPLIT)
    late = found.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=F("due_at"))).select_related("case")
    rows = list(late.order_by("pk"))
    holders = holders_of(row.case_id for row in rows)
    for row in rows:
        assert row.due_at is not None
        if not row.paused or datetime.fromisoformat(row.pauses[-1]["since"]) > row.due_at:
            yield _incident(record, row, row.due_at, holders)


def _outcomes(record: AccountabilityRule, now: datetime) -> Iterator[Incident]:
    wanted = Q(pk__in=[])
    for step, _, outcome in (name.partition(":") for name in record.steps):
        wanted |= Q(step=step, outcome=outcome)
    found = CaseThread.objects.filter(wanted, case__type__in=record.types, ended_at__lte=now)
    rows = list(found.select_related("case").order_by("pk"))
    holders = holders_of(row.case_id for row in rows)
    for row in rows:
        assert row.ended_at is not None
        yield _incident(record, row, row.ended_at, holders)


def _incident(record: AccountabilityRule, row: CaseThread, at: datetime, holders: Holders) -> Incident:
    blamed = row.case.parties.get(record.blames, []) if record.blames else []
    body = blamed[0] if blamed else holders.at(row.case_id, row.number, row.holder_id, at)
    return Incident(f"{record.id}:{row.case_id}:{row.number}", body, name_of(row.case_id), at, record.id)


def _escalated(record: AccountabilityRule, now: datetime) -> Iterator[Incident]:
    """Steps that were escalated so far: whoever had one when it fell due answers, not who got it afterwards."""
    found = CaseStep.objects.filter(kind="escalated", level=record.level, at__lte=now)
    found = found.filter(case__type__in=record.types) if record.types else found
    found = found.exclude(case__type__in=record.leave_out)
    steps = list(found.order_by("pk").values_list("case", "thread", "at"))
    threads = CaseThread.objects.filter(case__in={case for case, _, _ in steps})
    held = {(row.case_id, row.number): row for row in threads}
    holders = holders_of(case for case, _, _ in steps)
    for case, thread, at in steps:
        row = held.get((case, thread))
        if row is not None:
            body = holders.at(case, thread, row.holder_id, min(at, row.due_at or at))
            yield Incident(f"{record.id}:{case}:{thread}", body, name_of(case), at, record.id)


def _entered(record: AccountabilityRule, now: datetime) -> Iterator[Incident]:
    for one in Exposure.objects.filter(rule=record.id, day__lte=day_of(now)).order_by("pk"):
        problem = name_of(one.case_id) if one.case_id else f"entry:{one.pk}"
        yield Incident(f"{record.id}:entry:{one.pk}", one.body_id, problem, beijing_day(one.day), record.id)


def _ranked_last(record: AccountabilityRule, now: datetime) -> Iterator[Incident]:
    """Orders that a place was given after one ranking, from the pack's number in a span on."""
    orders = list(RankingOrder.objects.filter(at__lte=now).order_by("at", "pk"))
    first = CaseThread.objects.filter(case__in=[one.case_id for one in orders], number=1)
    held = dict(first.values_list("case", "holder"))
    holders = holders_of(held)
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for one in orders:
        day = day_of(one.at)
        key = (one.record, one.place, str(Period.containing(ladder(day).span, day)))
        counts[key] += 1
        if counts[key] >= record.times and one.case_id in held:
            body = holders.at(one.case_id, 1, held[one.case_id], one.at)
            yield Incident(f"{record.id}:{one.pk}", body, name_of(one.case_id), one.at, record.id)


_READ: Mapping[str, Callable[[AccountabilityRule, datetime], Iterable[Incident]]] = {
    "late": _late, "outcome": _outcomes, "escalated": _escalated, "ranked-last": _ranked_last,
    "entered": _entered,
}  # fmt: skip


# what is the same ------------------------------------------------------------------------------------------------


def _with_relatives(numbers: set[int]) -> list[Case]:
    """The cases, and those from which they grew or into which they went, up to the first of each."""
    found: dict[int, Case] = {}
    wanted = set(numbers)
    fields = ("pk", "parent_id", "origin", "merged_into_id", "subject", "closed_at", "type")
    while wanted:
        fresh = Case.objects.only(*fields).in_bulk(list(wanted))
        found |= fresh
        above = {one for case in fresh.values() for one in (case.parent_id, case.merged_into_id) if one}
        wanted = above - set(found)
    return list(found.values())


def _same(cases: Sequence[Case]) -> Iterator[tuple[str, str]]:
    """A merged case is the one it went into; one that grew out of another about the same is that one."""
    known_cases = {case.pk: case for case in cases}
    for case in cases:
        if case.merged_into_id:
            yield name_of(case.pk), name_of(case.merged_into_id)
        parent = known_cases.get(case.parent_id or 0)
        if parent is not None and parent.subject == case.subject:
            yield name_of(case.pk), name_of(parent.pk)


def _declared() -> Iterator[tuple[str, str]]:
    pairs = Problem.objects.filter(same_as__isnull=False).values_list("case", "same_as__case")
    yield from ((name_of(one), name_of(other)) for one, other in pairs)


def same_cases(case: int, others: Iterable[int]) -> set[int]:
    """Return those among cases that are the same problem as a case, as problems are counted."""
    wanted = {name_of(one): one for one in others}
    pairs = [set(pair) for pair in (*_same(_with_relatives({case, *wanted.values()})), *_declared())]
    found, known_before = {name_of(case)}, 0
    while len(found) > known_before:
        known_before = len(found)
        found |= {name for pair in pairs if pair & found for name in pair}
    return {one for name, one in wanted.items() if name in found}


def _struck(cases: Sequence[Case], now: datetime) -> dict[str, list[datetime]]:
    """When problems were struck off: by the second check where the type has one, else when the case closed."""
    asked = rule(day_of(now))
    step, _, outcome = asked.struck.partition(":")
    found: dict[str, list[datetime]] = defaultdict(list)
    rows = CaseThread.objects.filter(case__type=asked.case_type, step=step, outcome=outcome, ended_at__lte=now)
    for case, at in rows.values_list("case", "ended_at"):
        found[name_of(case)] += [at] if at else []
    for one in cases:
        if one.type != asked.case_type and one.closed_at and one.closed_at <= now and not one.merged_into_id:
            found[name_of(one.pk)].append(one.closed_at)
    settled = Exposure.objects.filter(case__isnull=True, struck_on__lte=day_of(now))
    for pk, day in settled.values_list("pk", "struck_on"):
        found[f"entry:{pk}"] += [beijing_day(day)] if day else []
    return found
