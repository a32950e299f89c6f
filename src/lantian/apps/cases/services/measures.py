"""Measures of a case (措施): proposed, told, heard, decided, served and carried out, in the order of the law.

Every step stands in the case's own history with its source. The periods that a step starts are real clocks by the legal
calendar: a right of the party keeps the decision back until it is used, waived in writing or over; a duty that is late
is told, level by level, as the pack says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.accounts.rights import may
from lantian.apps.accounts.scope import scope_of
from lantian.apps.cases.models import Case, Measure, MeasureClock, Sanction
from lantian.apps.cases.rules import measure_rules, rules
from lantian.apps.cases.services.amounts import Proposal, weigh
from lantian.apps.cases.services.errors import CaseActError, Changed, NotYours
from lantian.apps.cases.services.measure_notices import tell_due_soon, tell_late
from lantian.apps.cases.services.state import note
from lantian.kernel.calendar import add_months
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, day_of
from lantian.policy.measures import period_of
from lantian.policy.records_case import SENDER, STREET
from lantian.policy.records_duty import LegalDeadlineRecord
from lantian.policy.records_measure import MeasureRecord, MeasureStepRecord, StartedClock, TermRecord
from lantian.workflow.clocks import Clock, due, last_day, warning_at
from lantian.workflow.fines import late_surcharge

KIND = "measure"
"""The kind of a measure's lines in the history of its case."""


@dataclass(frozen=True)
class Step:
    """How a step of a measure is taken.

    amount: decided, at most what was proposed. day: of the hearing, of the payment. first: of a term.
    """

    step: str
    reason: str
    amount: Decimal | None = None
    day: date | None = None
    first: date | None = None
    version: int | None = None


def record_of(measure: Measure) -> MeasureRecord:
    """Return a measure's record as the law of the event had it."""
    return measure_rules().measure(measure.record, measure.law_day)


def holder_of(case: Case) -> Organisation | None:
    """Return who takes measures on a case: its enforcement, else whoever had a step first."""
    code = next(iter(case.parties.get("enforcement", [])), "")
    if code:
        return Organisation.objects.filter(code=code).first()
    thread = case.threads.select_related("holder").first()
    return thread.holder if thread else None


def may_handle(case: Case, person: Any) -> bool:
    """Tell whether a person takes measures and drafts papers on a case: an organisation of theirs has a part in it."""
    if not may(person, "cases:act", "POST"):
        return False
    parts = {code for party, codes in case.parties.items() if party not in (SENDER, STREET) for code in codes}
    return bool(scope_of(person).organisations & (parts | set(case.threads.values_list("holder", flat=True))))


def handling(case: Case, person: Person) -> None:
    """Raise NotYours unless a person takes measures on a case."""
    if not may_handle(case, person):
        holder = holder_of(case)
        raise NotYours(holder.name if holder else case.number)


@transaction.atomic
def propose(case: Case, asked: Proposal, *, by: Person, at: datetime) -> Measure:
    """Propose a measure that the law of the day of the event has; raises CaseActError or the errors of its parts."""
    held = Case.objects.select_for_update().get(pk=case.pk)
    handling(held, by)
    holder = holder_of(held)
    day = day_of(held.happened_at)
    record = measure_rules().measure(asked.record, day)
    first = measure_rules().procedure(record, day_of(at)).steps[0]
    if holder is None or not asked.party.strip() or not asked.reason.strip():
        raise CaseActError(Text("请写明当事人与事实理由。", "Name the party, and say what happened and why."))
    measure = Measure(
        case=held, record=record.id, law_day=day, holder=holder, party=asked.party.strip()[:200],
        party_kind=Measure.Party(asked.party_kind), reason=asked.reason.strip()[:1000], opened_at=at, opened_by=by,
    )  # fmt: skip
    weigh(measure, record, asked)
    _stand(measure, first, at)
    measure.save()
    _start(measure, first.starts, at)
    _write(measure, record, first, measure.reason, by=by, at=at)
    return measure


@transaction.atomic
def take(measure: Measure, asked: Step, *, by: Person, at: datetime) -> Measure:
    """Take the next step of a measure; raises CaseActError where the law's order or the party's rights forbid it."""
    held = held_measure(measure, asked.version, by)
    record = record_of(held)
    procedure = measure_rules().procedure(record, day_of(at))
    if asked.step not in procedure.step(held.state).to:
        raise CaseActError(Text("此步骤现在不能办理。", "This step does not follow now."))
    step = procedure.step(asked.step)
    if not asked.reason.strip():
        raise CaseActError(Text("请写明办理情况。", "Say what was done."))
    _expire(held, at)
    EFFECTS.get(step.does or "", _nothing)(held, record, asked, at)
    _end(held, step, asked.reason, at)
    _stand(held, step, at)
    held.version += 1
    held.save()
    _start(held, step.starts, at)
    _write(held, record, step, asked.reason.strip()[:1000], by=by, at=at)
    return held


@transaction.atomic
def settle(
    clock: MeasureClock, *, outcome: str, text: str, by: Person, at: datetime, version: int | None = None
) -> MeasureClock:
    """Say what came of a period: a right was used or waived, a duty was done."""
    measure = held_measure(clock.measure, version, by, ended=True)
    held = MeasureClock.objects.select_for_update().get(pk=clock.pk)
    allowed = ("used", "waived") if held.kind == MeasureClock.Kind.RIGHT else ("done",)
    if held.ended_at is not None or outcome not in allowed:
        raise CaseActError(Text("此期限已终结，或没有这种结果。", "This period has ended, or has no such outcome."))
    if not text.strip():
        raise CaseActError(Text("请写明内容。", "Say what was stated or done."))
    if held.kind == MeasureClock.Kind.RIGHT and at > held.due_at:
        raise CaseActError(
            Text("期限已过，逾期提出的视为放弃。", "The period is over; what comes later counts as waived.")
        )
    held.outcome, held.text, held.ended_at = outcome, text.strip()[:1000], at
    held.save()
    measure.version += 1
    measure.save(update_fields=["version"])
    tell_clock(held, "measure-clock", outcome, by=by, at=at, reason=held.text, outcome=outcome)
    return held


def held_measure(measure: Measure, version: int | None, by: Person, *, ended: bool = False) -> Measure:
    """Lock a measure and read it again; raises Changed, NotYours, or CaseActError when it has ended."""
    held = Measure.objects.select_for_update(of=("self",)).select_related("case", "sanction").get(pk=measure.pk)
    if version is not None and held.version != version:
        raise Changed
    handling(held.case, by)
    if held.ended_at is not None and not ended:
        raise CaseActError(Text("此措施已终结。", "This measure has ended."))
    return held


def _stand(measure: Measure, step: MeasureStepRecord, at: datetime) -> None:
    measure.state = step.id
    measure.steps = [*measure.steps, {"step": step.id, "day": day_of(at).isoformat(), "at": at.isoformat()}]
    measure.ended_at = None if step.to else at


def _write(
    measure: Measure, record: MeasureRecord, step: MeasureStepRecord, reason: str, *, by: Person | None, at: datetime
) -> None:
    detail = {
        "measure": measure.pk, "record": record.id, "state": step.id, "zh": f"{record.zh}：{step.zh}",
        "en": f"{record.en}: {step.en}", "amount": str(measure.amount) if measure.amount is not None else "",
        "factors": measure.factors, "daily": measure.daily, "deviation": measure.deviation,
    }  # fmt: skip
    told = {name: value for name, value in detail.items() if value}
    note(measure.case, KIND, by=by, at=at, reason=reason, cite=record.citation, outcome=step.id, detail=told)


# --- clocks --------------------------------------------------------------------------------------------------------


def _start(measure: Measure, starts: Iterable[StartedClock], at: datetime) -> None:
    for one in starts:
        if one.kind == "right" and not one.exists_for(measure.party_kind, measure.amount):
            continue
        period = period_of(measure_rules().deadline(one.deadline, day_of(at)))
        clock, calendar = Clock(at, period), rules().calendar
        MeasureClock.objects.create(
            measure=measure, deadline=one.deadline, kind=one.kind, started_at=at, amount=period.amount,
            unit=period.unit, roll=period.roll, due_at=due(clock, calendar, at),
            warn_at=warning_at(clock, calendar, at),
        )  # fmt: skip


def _end(measure: Measure, step: MeasureStepRecord, reason: str, at: datetime) -> None:
    """End the duties that a step fulfils; with the last step all, but not the duties of a decision that stands."""
    running = measure.clocks.running()
    running.filter(deadline__in=step.ends).update(outcome="done", ended_at=at, text=reason.strip()[:1000])
    if step.to:
        return
    rest = measure.clocks.running()
    if measure.day_of_step("decided") is not None:
        rest = rest.exclude(kind=MeasureClock.Kind.DUTY)
    rest.update(outcome="over", ended_at=at)


def _expire(measure: Measure, at: datetime) -> None:
    for clock in measure.clocks.running().rights().filter(due_at__lt=at):
        _over(clock, at)


def _over(clock: MeasureClock, at: datetime) -> None:
    """End a right that nobody used in time; it ended when its period did."""
    clock.outcome, clock.ended_at = "expired", clock.due_at
    clock.save()
    tell_clock(clock, "measure-clock", "expired", by=None, at=at, outcome="expired")


OUTCOMES = {
    "used": Text("已行使", "used"),
    "waived": Text("已书面放弃", "waived in writing"),
    "expired": Text("期满未行使", "not used in time"),
    "done": Text("已办", "done"),
    "over": Text("终止", "ended with the measure"),
    "late": Text("逾期上报", "late, told"),
    "paused": Text("中止", "stands still"),
    "resumed": Text("恢复", "goes on"),
}
"""What came of a period, in words."""


def deadline_of(clock: MeasureClock) -> LegalDeadlineRecord:
    """Return the legal period that a clock counts."""
    return measure_rules().deadline(clock.deadline, day_of(clock.started_at))


def tell_clock(clock: MeasureClock, kind: str, what: str, *, by: Person | None, at: datetime, **fields: Any) -> None:
    """Write what came of a period into the history of the case."""
    record, said = deadline_of(clock), OUTCOMES[what]
    detail = {
        "measure": clock.measure_id, "deadline": clock.deadline, "zh": f"{record.zh}：{said.zh}",
        "en": f"{record.en}: {said.en}", **fields.pop("detail", {}),
    }  # fmt: skip
    cite = fields.pop("cite", record.citation)
    note(clock.measure.case, kind, by=by, at=at, cite=cite, detail=detail, **fields)


@transaction.atomic
def watch(now: datetime) -> int:
    """End the rights whose period is over, and tell of duties that are due soon or late; return how many there were."""
    over = list(MeasureClock.objects.select_for_update(of=("self",)).running().rights().filter(due_at__lt=now))
    for clock in over:
        _over(clock, now)
    told = 0
    for level in rules().escalations(day_of(now)):
        late = MeasureClock.objects.select_for_update(of=("self",)).late(now - level.escalation().after)
        for clock in late.filter(level__lt=level.level).select_related("measure__case", "measure__holder"):
            clock.level = level.level
            clock.save(update_fields=["level"])
            to = clock.measure.holder_id if level.to == "holder" else level.to
            detail = {"to": to, "level": level.level}
            tell_clock(clock, "measure-late", "late", by=None, at=now, cite=level.citation, detail=detail)
            tell_late(clock, level, to, now)
            told += 1
    return told + len(over) + tell_due_soon(now)


# --- what a step does ----------------------------------------------------------------------------------------------


def _nothing(measure: Measure, record: MeasureRecord, asked: Step, at: datetime) -> None:
    """Most steps only happen."""


def _decide(measure: Measure, record: MeasureRecord, asked: Step, at: datetime) -> None:
    """Fix the amount and the term, once the party's rights are used, waived or over."""
    open_right = measure.clocks.running().rights().order_by("due_at").last()
    if open_right is not None:
        name = deadline_of(open_right)
        until = f"{open_right.due_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        raise CaseActError(
            Text(
                f"当事人“{name.zh}”期限止于 {until}，届满、行使或书面放弃前不得作出决定。",
                f"The party's time for “{name.en}” ends {until}; no decision before it is over, used or waived.",
            )
        )
    asked_hearing = measure.clocks.filter(deadline="hearing-request", outcome="used").exists()
    if asked_hearing and measure.day_of_step("hearing") is None:
        raise CaseActError(Text("当事人已申请听证，须先举行听证。", "A hearing was asked for; it comes first."))
    if asked.amount is not None and measure.amount is not None:
        _less(measure, record, asked.amount)
    if record.term is not None:
        measure.first = asked.first or day_of(at)
        measure.last = _term_end(measure.first, record.term)


def _less(measure: Measure, record: MeasureRecord, amount: Decimal) -> None:
    assert measure.amount is not None
    low = record.band.low if record.band else measure.amount
    if not low <= amount <= measure.amount:
        raise CaseActError(
            Text(
                f"决定金额须在 {low:f} 元与告知的 {measure.amount:f} 元之间，不因陈述申辩加重。",
                f"The amount lies between {low:f} and the {measure.amount:f} yuan that were told: a defence makes "
                "nothing worse.",
            )
        )
    measure.amount = amount


def _term_end(first: date, term: TermRecord) -> date:
    """The last day of a term: 30 days from 1 June last to 30 June, three months to 31 August."""
    end = date.fromordinal(first.toordinal() + term.days) if term.days else add_months(first, term.months or 0)
    return date.fromordinal(end.toordinal() - 1)


def _set_hearing(measure: Measure, record: MeasureRecord, asked: Step, at: datetime) -> None:
    """Name the hearing's day: a whole period of notice lies before it."""
    if not measure.clocks.filter(deadline="hearing-request", outcome="used").exists():
        raise CaseActError(Text("当事人没有申请听证。", "Nobody asked for a hearing."))
    notice = measure_rules().deadline("hearing-notice", day_of(at))
    earliest = last_day(Clock(at, period_of(notice)), rules().calendar, at)
    if asked.day is None or asked.day < earliest:
        raise CaseActError(
            Text(
                f"听证日期不得早于 {earliest}（提前通知）。",
                f"The hearing is not before {earliest}: notice comes first.",
            )
        )
    measure.hearing_day = asked.day


def _hear(measure: Measure, record: MeasureRecord, asked: Step, at: datetime) -> None:
    if measure.hearing_day is None or day_of(at) < measure.hearing_day:
        raise CaseActError(Text("听证日期未到。", "The day of the hearing has not come."))


def _pay(measure: Measure, record: MeasureRecord, asked: Step, at: datetime) -> None:
    """Take the payment, with the surcharge for each day after the last day of the period."""
    day = asked.day or day_of(at)
    served = measure.day_of_step("served")
    if day > day_of(at) or (served is not None and day < served):
        raise CaseActError(Text("缴清日期应在送达日与今日之间。", "The day of payment lies between service and today."))
    measure.paid_day, measure.surcharge = day, surcharge(measure, day)


def surcharge(measure: Measure, day: date) -> Decimal | None:
    """Return what is due for lateness on a day [yuan]; None for a measure without an amount."""
    clock = measure.clocks.filter(deadline="payment").order_by("started_at").first()
    if clock is None or measure.amount is None:
        return None
    period_end = day_of(clock.due_at).toordinal() - 1
    late = max(0, day.toordinal() - period_end)
    return late_surcharge(measure.amount, late, measure_rules().fines().late_percent)


def _extend(measure: Measure, record: MeasureRecord, asked: Step, at: datetime) -> None:
    if record.extension is None or measure.last is None or measure.day_of_step("extended") is not None:
        raise CaseActError(Text("此措施不能延长，或已延长一次。", "This is not extended, or was extended once."))
    measure.last = _term_end(date.fromordinal(measure.last.toordinal() + 1), record.extension)


EFFECTS = {"decide": _decide, "set-hearing": _set_hearing, "hear": _hear, "pay": _pay, "extend": _extend}
"""What a step does beside happening."""


def follow_lift(sanction: Sanction, reason: str, *, by: Person | None, at: datetime) -> None:
    """End the measures that carried out a sanction which is lifted."""
    for measure in Measure.objects.filter(sanction=sanction, ended_at=None).select_related("case"):
        record = record_of(measure)
        step = measure_rules().procedure(record, day_of(at)).step("lifted")
        _stand(measure, step, at)
        measure.version += 1
        measure.save()
        _end(measure, step, reason, at)
        _write(measure, record, step, reason, by=by, at=at)
