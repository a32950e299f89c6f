"""The count of problems (计入台账): what the facts say, written down once; appeals take out what does not hold.

The sweep may run at any time and any number of times: a row has one name, its body, problem and occurrence, and the
record store refuses a second. What facts no longer support lapses, and comes back when they do.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.accounts.scope import scope_of
from lantian.apps.assessment.models import AccountabilityNotice, Appeal, CountedProblem, Exposure
from lantian.apps.assessment.rectifying import RectificationError, acts_for, bare, counting_rules, ladder
from lantian.apps.assessment.selectors.accountability import objections_until
from lantian.apps.assessment.selectors.incidents import known, same_cases
from lantian.apps.audit.services import record
from lantian.apps.cases.models import Case
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.kernel.periods import Period
from lantian.workflow.accountability import Counted, Incident, counted


@transaction.atomic
def recount(now: datetime) -> int:
    """Write down what counts now; return how many rows are new, lapsed or back."""
    facts = known(now)
    found = counted(facts.incidents, facts.same, facts.struck)
    bodies = set(Organisation.objects.filter(pk__in={one.body for one in found}).values_list("pk", flat=True))
    wanted = {(one.body, one.problem, one.occurrence): one for one in found if one.body in bodies}
    rows = {(row.body_id, row.problem, row.occurrence): row for row in CountedProblem.objects.select_for_update()}
    _rename(rows, wanted)
    titles = _titles(wanted.values())
    changed = [_enter(one, titles, now) for key, one in wanted.items() if key not in rows]
    changed += [row for key, row in rows.items() if key in wanted and _renew(row, wanted[key], now)]
    changed += [row for key, row in rows.items() if key not in wanted and _lapse(row, now)]
    return len(changed)


Key = tuple[str, str, int]


def _rename(rows: dict[Key, CountedProblem], wanted: dict[Key, Counted]) -> None:
    """A problem that got another name, as when cases are merged, keeps its row and what was decided of it."""
    fresh = {(one.body, one.incidents[0].key): key for key, one in wanted.items() if key not in rows}
    for key, row in [(key, row) for key, row in rows.items() if key not in wanted]:
        named = fresh.get((row.body_id, row.facts[0]["key"]))
        if named is not None:
            del rows[key]
            rows[named] = row
            _, row.problem, row.occurrence = named
            row.save(update_fields=["problem", "occurrence"])


def _enter(one: Counted, titles: dict[str, tuple[str, int | None]], now: datetime) -> CountedProblem:
    first = one.incidents[0]
    title, case = titles.get(one.problem, (one.problem, None))
    made = CountedProblem.objects.create(
        body_id=one.body, problem=one.problem, occurrence=one.occurrence, rule=first.rule, at=one.at,
        title=title[:200], case_id=case, facts=_written(one.incidents), counted_at=now,
    )  # fmt: skip
    _note("counted", made, now, {"rule": first.rule})
    return made


def _written(incidents: Sequence[Incident]) -> list[dict[str, str]]:
    return [{"key": one.key, "rule": one.rule, "problem": one.problem, "at": one.at.isoformat()} for one in incidents]


def _renew(row: CountedProblem, one: Counted, now: datetime) -> bool:
    """Bring a row in line with its facts; a person's decision stands."""
    facts = _written(one.incidents)
    back = row.lapsed_at is not None
    if row.facts == facts and row.at == one.at and not back:
        return False
    row.facts, row.at, row.rule, row.lapsed_at = facts, one.at, one.incidents[0].rule, None
    row.save()
    if back:
        _note("back", row, now, {"rule": row.rule})
    return back


def _lapse(row: CountedProblem, now: datetime) -> bool:
    if row.lapsed_at is not None:
        return False
    row.lapsed_at = now
    row.save(update_fields=["lapsed_at"])
    _note("lapsed", row, now, {})
    return True


def _note(what: str, row: CountedProblem, at: datetime, detail: dict[str, Any], by: Person | None = None) -> None:
    told = {"body": row.body_id, "problem": row.problem, "occurrence": row.occurrence, **detail}
    record(f"accountability.{what}", subject=row, actor=by, at=at, detail=told)


def _titles(found: Any) -> dict[str, tuple[str, int | None]]:
    """What each problem is called, and its case."""
    names = {one.problem for one in found}
    cases = Case.objects.in_bulk([int(name.removeprefix("case:")) for name in names if name.startswith("case:")])
    titles: dict[str, tuple[str, int | None]] = {f"case:{pk}": (case.title, pk) for pk, case in cases.items()}
    entries = [int(name.removeprefix("entry:")) for name in names if name.startswith("entry:")]
    titles |= {f"entry:{pk}": (one.title, None) for pk, one in Exposure.objects.in_bulk(entries).items()}
    return titles


def count_of(body: str, period: Period) -> int:
    """Return how many problems count for a body in a period."""
    found = CountedProblem.objects.counting().filter(body=body, at__gte=period.start, at__lt=period.end)
    return found.count()


# entries and appeals ---------------------------------------------------------------------------------------------


@transaction.atomic
def enter_exposure(
    rule: str, body: Organisation, day: date, title: str, medium: str, *, case: Case | None = None, by: Person | None,
    at: datetime, synthetic: bool = False,
) -> Exposure:  # fmt: skip
    """Enter a fact by hand, once; it is the same problem as a case where one is named."""
    record_of = counting_rules(day_of(at)).get(rule)
    if record_of is None or record_of.facts != "entered":
        raise RectificationError(Text("此情形不由人录入。", "This is not entered by hand."), "rule")
    if by is not None and not acts_for(by, ladder(day_of(at)).offices):
        raise RectificationError(Text("只有管理单位可以录入。", "Only the offices that keep the ladder enter it."))
    if not title.strip() or not medium.strip() or day > day_of(at):
        raise RectificationError(
            Text("请写明问题、来源和不晚于今天的日期。", "Name problem, source and a day that has come.")
        )
    if _entered_before(body, day, title, case):
        raise RectificationError(
            Text(
                "本期已录入此单位的同名问题，未解决前不重复计入。",
                "A problem of this name was entered of this body and is not settled; it counts once.",
            ),
            "title",
        )
    values = {"medium": medium.strip()[:100], "case": case, "at": at, "by": by, "synthetic": synthetic}
    made, new = Exposure.objects.get_or_create(
        rule=rule, body=body, day=day, title=title.strip()[:200], defaults=values
    )
    if not new:
        raise RectificationError(Text("此情形已录入，不重复计入。", "It was entered before and counts once."), "title")
    detail = {"rule": rule, "body": body.code, "title": made.title}
    record("accountability.entered", subject=made, actor=by, at=at, detail=detail)
    return made


@transaction.atomic
def settle_exposure(made: Exposure, day: date, *, by: Person, at: datetime) -> Exposure:
    """Say on which day a fact that has no case was settled, once; what comes back after it counts anew."""
    held = Exposure.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if not acts_for(by, ladder(day_of(at)).offices):
        raise RectificationError(Text("只有管理单位可以录入。", "Only the offices that keep the ladder enter it."))
    if held.case_id is not None:
        raise RectificationError(
            Text(
                "此情形与案件为同一问题，随案件办结而解决。",
                "It is the same problem as its case, and settled when that is closed.",
            )
        )
    if held.struck_on is not None or not held.day <= day <= day_of(at):
        raise RectificationError(
            Text(
                "解决日期只填一次，不早于发生、不晚于今天。",
                "Settled once, not before it happened and not after today.",
            ),
            "day",
        )
    held.struck_on = day
    held.save(update_fields=["struck_on"])
    detail = {"body": held.body_id, "title": held.title, "day": str(day)}
    record("accountability.settled", subject=held, actor=by, at=at, detail=detail)
    return held


def _entered_before(body: Organisation, day: date, title: str, case: Case | None) -> bool:
    """Tell whether a problem of the same name was entered of a body in the span, under whatever rule and from whom.

    What was settled before the day is another problem by then. Entries of a case, and of those that are the same as it,
    are the same problem already.
    """
    period = Period.containing(ladder(day).span, day)
    found = Exposure.objects.filter(body=body, day__gte=period.first, day__lte=period.last).select_related("case")
    entered = list(found)
    ours = same_cases(case.pk, {one.case_id for one in entered if one.case_id}) if case else set()
    others = [one for one in entered if one.case_id not in ours and _stands(one, day)]
    return bare(title) in {bare(one.title) for one in others}


def _stands(one: Exposure, day: date) -> bool:
    """Tell whether an entry was not settled before a day, nor its case closed since but by going into another."""
    settled = one.struck_on
    if one.case is not None:
        closed = None if one.case.merged_into_id else one.case.closed_at
        settled = day_of(closed) if closed else None
    return settled is None or not one.day <= settled < day


@transaction.atomic
def appeal(row: CountedProblem, reason: str, *, by: Person, at: datetime) -> Appeal:
    """Object to a problem that counts; only somebody of the body does so."""
    held = CountedProblem.objects.select_for_update().get(pk=row.pk)
    if held.body_id not in scope_of(by).organisations:
        raise RectificationError(Text("只有责任单位可以提出异议。", "Only the responsible body objects."))
    if not reason.strip() or not held.counts:
        raise RectificationError(
            Text("请写明理由；不再计入的无须异议。", "Say why; what does not count needs no objection.")
        )
    until = _last_day(held)
    if until is not None and day_of(at) > until:
        raise RectificationError(Text(f"提出异议的期限已于 {until} 届满。", f"Objections could be made until {until}."))
    if held.appeals.filter(state=Appeal.State.OPEN).exists():
        raise RectificationError(Text("已有异议待复核。", "An objection is waiting already."))
    made = Appeal.objects.create(counted=held, reason=reason.strip()[:1000], at=at, by=by)
    _note("appealed", held, at, {"reason": made.reason}, by)
    return made


def _last_day(row: CountedProblem) -> date | None:
    period = Period.containing(ladder(day_of(row.at)).span, day_of(row.at))
    return objections_until(row, AccountabilityNotice.objects.filter(body=row.body_id, period=str(period)))


@transaction.atomic
def decide_appeal(made: Appeal, *, upheld: bool, answer: str, by: Person, at: datetime) -> Appeal:
    """Decide an objection: upheld, the problem counts no more."""
    held = Appeal.objects.select_for_update().select_related("counted").get(pk=made.pk)
    if not acts_for(by, ladder(day_of(at)).deciders) or held.by_id == by.pk:
        raise RectificationError(
            Text("只有决定单位的其他人员可以复核。", "Only another officer of a deciding office decides.")
        )
    if held.state != Appeal.State.OPEN or not answer.strip():
        raise RectificationError(Text("请写明复核意见；已复核的不再改。", "Write the opinion; what is decided stays."))
    held.state = Appeal.State.UPHELD if upheld else Appeal.State.REFUSED
    held.answer, held.decided_at, held.decided_by = answer.strip()[:1000], at, by
    held.save()
    if upheld:
        withdraw(held.counted, held.answer, by=by, at=at)
    _note("appeal-decided", held.counted, at, {"state": held.state, "answer": held.answer}, by)
    return held


def withdraw(row: CountedProblem, why: str, *, by: Person, at: datetime) -> None:
    """Take a problem out of the count, with the reason; the sweep does not bring it back."""
    row.withdrawn_at, row.withdrawn_why, row.withdrawn_by = at, why[:500], by
    row.save(update_fields=["withdrawn_at", "withdrawn_why", "withdrawn_by"])
    _note("withdrawn", row, at, {"why": row.withdrawn_why}, by)
