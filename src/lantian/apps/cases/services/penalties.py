"""Penalties, where a subject stands on its ladder, and sanctions that begin and end by it (处罚与惩戒)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import Case, Penalty, Sanction
from lantian.apps.cases.services.errors import CaseActError
from lantian.apps.cases.services.state import note
from lantian.apps.cases.standings import OnLadder, ladder_of, standing_of
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.workflow import ladders

_DAY = timedelta(days=1)


class Unlawful(CaseActError):
    """A finding for the ladder beside an outcome that is no penalty."""

    def __init__(self) -> None:
        super().__init__(Text("只有处罚才能注明阶梯情形。", "Only a penalty carries findings for the ladder."))


def impose(case: Case, findings: Sequence[str], *, by: Person, at: datetime) -> Sanction | None:
    """Register a penalty, and the sanction to which the ladder leads; a consequence in force is not doubled."""
    record = ladder_of(case)
    if record is None:
        return None
    if not case.subject:
        raise CaseActError(
            Text("请先选定台账对象，处罚才能计入阶梯。", "Choose the ledger entry first, so that the penalty counts.")
        )
    unknown = sorted(set(findings) - {one.id for one in record.triggers})
    if unknown:
        raise CaseActError(Text(f"阶梯没有情形：{', '.join(unknown)}", f"The ladder has no {', '.join(unknown)}"))
    day = day_of(at)
    Penalty.objects.create(
        case=case, ladder=record.id, subject=case.subject, cycle=case.cycle, day=day, findings=list(findings), at=at,
        by=by,
    )  # fmt: skip
    found = standing_of(case, day)
    assert found is not None
    note(
        case, "penalty", by=by, at=at, cite=record.citation, detail={"count": found.standing.count, "cycle": case.cycle}
    )
    return _sanction(case, found, by=by, at=at)


def _sanction(case: Case, found: OnLadder, *, by: Person, at: datetime) -> Sanction | None:
    level = found.standing.level
    if level is None:
        return None
    first = day_of(at) + _DAY
    same = Sanction.objects.filter(ladder=found.record.id, subject=case.subject, consequence=level.consequence)
    if same.in_force(first).exists():
        return None
    term = ladders.sanction(level, first)
    made = Sanction.objects.create(
        case=case, ladder=found.record.id, consequence=level.consequence, subject=case.subject, name=_name(case),
        unit=_unit(case), count=found.standing.count, trigger=found.standing.trigger or "", first=first, last=term.last,
    )  # fmt: skip
    detail = {"consequence": level.consequence, "first": str(first), "last": str(term.last or "")}
    note(case, "sanction", by=by, at=at, cite=found.record.citation, detail=detail)
    return made


def _name(case: Case) -> str:
    return case.source.name if case.source else case.point.name_zh if case.point else case.title


def _unit(case: Case) -> str:
    return str(case.source.attributes.get("builder", ""))[:200] if case.source else ""


@transaction.atomic
def revoke_penalty(penalty: Penalty, *, reason: str, by: Person, at: datetime) -> Penalty:
    """Revoke a penalty: it counts nowhere from now on. A sanction that stood on it is lifted by a person."""
    held = Penalty.objects.select_for_update().get(pk=penalty.pk)
    if held.revoked_at is not None or not reason.strip():
        raise CaseActError(Text("处罚已撤销，或未写理由。", "The penalty is revoked already, or no reason was given."))
    held.revoked_at = at
    held.save(update_fields=["revoked_at"])
    note(held.case, "revoked", by=by, at=at, reason=reason.strip()[:1000], detail={"penalty": held.pk})
    return held


@transaction.atomic
def lift(sanction: Sanction, *, reason: str, by: Person, at: datetime) -> Sanction:
    """Lift a sanction before its end, or one that has none, with the reason."""
    held = Sanction.objects.select_for_update().get(pk=sanction.pk)
    if held.lifted_at is not None:
        raise CaseActError(Text("此惩戒已解除。", "This sanction has been lifted."))
    if not reason.strip():
        raise CaseActError(Text("请写明解除的理由。", "Say why it is lifted."))
    held.lifted_at, held.lifted_by, held.lift_reason = at, by, reason.strip()[:300]
    held.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    note(held.case, "lifted", by=by, at=at, reason=held.lift_reason, detail={"consequence": held.consequence})
    return held


@transaction.atomic
def lift_due(now: datetime) -> int:
    """Lift the sanctions whose last day is over; return how many."""
    over = list(Sanction.objects.select_for_update().expired(day_of(now)).select_related("case"))
    for sanction in over:
        sanction.lifted_at = now
        sanction.save(update_fields=["lifted_at"])
        note(sanction.case, "lifted", by=None, at=now, detail={"consequence": sanction.consequence})
    return len(over)
