"""Cases that are put together, parted or taken up again (并案、分案、重新办理), and others that they are about.

With a reason, and no clock anew; only who has an open step in them, and the duty desk, do any of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from lantian.apps.accounts.models import Person, Role
from lantian.apps.accounts.scope import scope_of
from lantian.apps.cases.models import Case, CaseSource, CaseThread
from lantian.apps.cases.rules import rules
from lantian.apps.cases.services.acts import may_take
from lantian.apps.cases.services.errors import CaseActError, Changed, NotYours
from lantian.apps.cases.services.opening import NewCase, register, tell_opened
from lantian.apps.cases.services.related import tie
from lantian.apps.cases.services.state import Held, note
from lantian.apps.ledger.models import Source
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.kernel.plurals import counted
from lantian.workflow import regroup
from lantian.workflow.cases import CaseState


@transaction.atomic
def merge(case: Case, *, into: Case, reason: str, by: Person, at: datetime, version: int | None = None) -> Case:
    """Put a case into another, which goes on for both; returns that one.

    The steps of the other are due no later than those that ended here; a case with a penalty is not merged away, so
    that nothing is penalised twice. Raises CaseActError, NotYours, Changed, or the workflow's CaseError.
    """
    first, second = sorted((case, into), key=lambda one: one.pk)
    known = {one.pk: Held.of(one) for one in dict.fromkeys((first, second))}
    held, target = known[case.pk], known[into.pk]
    if version is not None and held.case.version != version:
        raise Changed
    _refuse_merging(held, target)
    _refuse_without(reason)
    _refuse_others(held, by)
    _refuse_others(target, by)
    goes_on, closed = regroup.merge(target.engine, target.state, held.state, at)
    held.case.merged_into = target.case
    held.store(closed, at, {thread.number: "merged" for thread in held.state.threads})
    for party, codes in held.case.parties.items():
        target.case.parties[party] = list(dict.fromkeys([*target.case.parties.get(party, []), *codes]))
    target.store(goes_on, at)
    said = reason.strip()[:1000]
    note(held.case, "merged", by=by, at=at, reason=said, detail={"into": target.case.number})
    note(target.case, "absorbed", by=by, at=at, reason=said, detail={"of": held.case.number})
    return target.case


def _refuse_merging(held: Held, target: Held) -> None:
    if held.case.pk == target.case.pk:
        raise CaseActError(Text("案件不能并入自己。", "A case cannot be merged into itself."))
    if held.case.subject and target.case.subject and held.case.subject != target.case.subject:
        raise CaseActError(Text("两案对象不同，不能合并。", "The cases are about two subjects; they cannot be merged."))
    if held.case.penalties.filter(revoked_at__isnull=True).exists():
        raise CaseActError(
            Text(
                "此案已有处罚，不能并入他案；请把他案并入此案，以免重复处罚。",
                "A case with a penalty is not merged away; merge the other into it, so that nothing is doubled.",
            )
        )


@transaction.atomic
def relate(
    case: Case, *, role: str, source: Source, by: Person, at: datetime, version: int | None = None
) -> CaseSource:
    """Name an entry of the ledgers for a part in an open case, on its page."""
    held = Held.of(case, version)
    if held.case.closed_at is not None:
        raise CaseActError(Text("案件已办结。", "The case is closed."))
    _refuse_others(held, by)
    made = tie(held.case, held.type, role, source, by=by, at=at)
    held.case.version += 1
    held.case.save(update_fields=["version"])
    return made


@dataclass(frozen=True)
class Split:
    """What goes into the new case: chosen open steps, or, with another subject, the same steps for it as well."""

    title: str
    reason: str
    numbers: Sequence[int] = ()
    source: Source | None = None


@transaction.atomic
def split(case: Case, asked: Split, *, by: Person, at: datetime, version: int | None = None) -> Case:
    """Part a case; returns the new one, whose steps keep the clocks, ends and levels that they had."""
    held = Held.of(case, version)
    _refuse_without(asked.reason)
    _refuse_others(held, by)
    stays, goes = _parted(held, asked, at)
    old = held.case
    new = NewCase(
        type=old.type, title=asked.title or old.title, facts=asked.reason, origin=Case.Origin.SPLIT, parent=old,
        source=asked.source or old.source, point=None if asked.source else old.point, sender=old.sender,
        area_code=old.area_code, category=old.category, happened_at=old.happened_at, synthetic=old.synthetic,
        named=old.parties.get(held.type.named or "", ()),
    )  # fmt: skip
    made = register(new, held.type, by=by, at=at)
    made.parties = {**old.parties, **_holding(held, goes)}
    Held(made, {}).store(goes, at)
    held.store(stays, at, dict.fromkeys(asked.numbers, CaseThread.SPLIT))
    tell_opened(made, new, held.type, by=by, at=at)
    note(old, "split", by=by, at=at, reason=asked.reason.strip()[:1000], detail={"into": made.number})
    return made


def _parted(held: Held, asked: Split, at: datetime) -> tuple[CaseState, CaseState]:
    """What stays and what goes."""
    state = held.state
    if asked.numbers:
        stays, going = regroup.part(state, asked.numbers, at)
        return stays, regroup.begun_with(state.type, going.threads, at)
    if asked.source is None or asked.source == held.case.source or not state.threads:
        raise CaseActError(
            Text("请选择分出的环节，或另一个对象。", "Choose the steps that go, or another subject for the new case.")
        )
    return state, regroup.begun_with(state.type, state.threads, at)


def _holding(held: Held, goes: CaseState) -> dict[str, list[str]]:
    """Who takes the parties of the steps that go: whoever has them."""
    found: dict[str, list[str]] = {}
    for thread in goes.threads:
        found.setdefault(held.type.step(thread.step).party, []).append(thread.holder)
    return {party: list(dict.fromkeys(codes)) for party, codes in found.items()}


@transaction.atomic
def reopen(case: Case, number: int, *, reason: str, by: Person, at: datetime, version: int | None = None) -> Case:
    """Take a closed case up again at one of its last steps, while the pack's rule allows it; its clock goes on."""
    held = Held.of(case, version)
    _refuse_without(reason)
    _refuse_reopening(held.case, at)
    row = held.rows.get(number)
    if row is None or not (may_take(row, by, desk=True)):
        raise NotYours(row.holder.name if row else "")
    held.store(regroup.reopen(held.state, number, at, reason.strip()), at)
    note(
        held.case, "reopened", by=by, at=at, thread=number, step=row.step, reason=reason.strip()[:1000],
        cite=held.type.citation_of(held.type.step(row.step)),
    )  # fmt: skip
    return held.case


def _refuse_reopening(case: Case, at: datetime) -> None:
    if case.merged_into is not None:
        raise CaseActError(
            Text(
                f"此案已并入 {case.merged_into}，请在该案办理。", f"This case went into {case.merged_into}; act there."
            )
        )
    days = rules().settings(day_of(at)).reopen_days
    if case.closed_at is not None and at > case.closed_at + timedelta(days=days):
        raise CaseActError(
            Text(
                f"办结已超过 {days} 天，不能重新办理。",
                f"Closed more than {counted(days, 'day')} ago; it stays closed.",
            )
        )


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise CaseActError(Text("请写明理由。", "Say why."))


def _refuse_others(held: Held, by: Person) -> None:
    """Only who has an open step, and the duty desk, regroup a case."""
    if Role.DUTY in scope_of(by).roles:
        return
    running = [row for row in held.rows.values() if row.ended_at is None]
    if not any(may_take(row, by) for row in running):
        raise NotYours(running[0].holder.name if running else held.case.number)
