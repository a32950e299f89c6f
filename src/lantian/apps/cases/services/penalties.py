"""Penalties, where a subject stands on its ladder, and sanctions that begin and end by it (处罚与惩戒)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.cases.cycles import credential_of, cycle_of
from lantian.apps.cases.models import Case, Penalty, Sanction
from lantian.apps.cases.rules import rules
from lantian.apps.cases.services.errors import CaseActError
from lantian.apps.cases.services.measures import follow_lift
from lantian.apps.cases.services.recount import recount
from lantian.apps.cases.services.state import note
from lantian.apps.cases.standings import OnLadder, ladder_of, standing_of
from lantian.apps.ledger.services import ratings
from lantian.apps.ledger.services.credentials import Act, give_points, take_points
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.records_case import CaseLadderRecord
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
    points = _points(record, findings)
    day = day_of(at)
    if record.cycle_credential:
        case.cycle = cycle_of(case, record, day)
        case.save(update_fields=["cycle"])
    made = Penalty.objects.create(
        case=case, ladder=record.id, subject=case.subject, cycle=case.cycle, day=day, findings=list(findings),
        points=points, at=at, by=by,
    )  # fmt: skip
    _enter(made, record, Act(by, at, f"{case.number}：{case.title}"[:300]))
    found = standing_of(case, day)
    assert found is not None
    note(
        case, "penalty", by=by, at=at, cite=record.citation, detail={"count": found.standing.count, "cycle": case.cycle}
    )
    return _sanction(case, found, by=by, at=at)


def _points(record: CaseLadderRecord, findings: Sequence[str]) -> int:
    """The points that findings cost; raises CaseActError for a finding that the ladder does not know."""
    unknown = sorted(set(findings) - {one.id for one in record.triggers})
    if unknown:
        raise CaseActError(Text(f"阶梯没有情形：{', '.join(unknown)}", f"The ladder has no {', '.join(unknown)}"))
    points = record.points_of(findings)
    if record.counting == "points" and not points:
        raise CaseActError(Text("请选择扣分的情形。", "Choose what points are taken for."))
    return points


def _enter(penalty: Penalty, record: CaseLadderRecord, act: Act) -> None:
    """Enter a penalty in the ledger of its subject, and take its points, where the ladder says so."""
    case = penalty.case
    if record.recorded and case.source:
        ratings.record_penalty(case.source, _entered_as(penalty), penalty.day, case.title, act)
    credential = credential_of(case, record, penalty.day)
    if credential is not None and credential.points is not None:
        take_points(credential, penalty.points, act)


def _entered_as(penalty: Penalty) -> str:
    """The number under which the ledger knows a penalty: the case's, with a serial from the second on."""
    place = penalty.case.penalties.filter(pk__lte=penalty.pk).count()
    return penalty.case.number if place == 1 else f"{penalty.case.number}-{place}"


def _strike(penalty: Penalty, record: CaseLadderRecord | None, act: Act) -> None:
    """Undo what the ledger was told of a penalty."""
    if record is None or penalty.case.source is None:
        return
    entered = penalty.case.source.penalties.filter(number=_entered_as(penalty), revoked=False).first()
    if record.recorded and entered is not None:
        ratings.revoke_penalty(entered, act)
    credential = credential_of(penalty.case, record, penalty.day)
    if credential is not None and credential.number == penalty.cycle and penalty.points:
        give_points(credential, penalty.points, act)


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
    """Revoke a penalty: it counts nowhere from now on, and a sanction whose level is no longer reached is lifted."""
    held = Penalty.objects.select_for_update().get(pk=penalty.pk)
    if held.revoked_at is not None or not reason.strip():
        raise CaseActError(Text("处罚已撤销，或未写理由。", "The penalty is revoked already, or no reason was given."))
    held.revoked_at = at
    held.save(update_fields=["revoked_at"])
    record = rules().pack.find(CaseLadderRecord, held.ladder, held.day)
    _strike(held, record, Act(by, at, reason.strip()[:300]))
    note(held.case, "revoked", by=by, at=at, reason=reason.strip()[:1000], detail={"penalty": held.pk})
    recount(held, reason=reason.strip(), by=by, at=at)
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
    follow_lift(held, held.lift_reason, by=by, at=at)
    return held


@transaction.atomic
def lift_due(now: datetime) -> int:
    """Lift the sanctions whose last day is over; return how many."""
    over = list(Sanction.objects.select_for_update().expired(day_of(now)).select_related("case"))
    for sanction in over:
        sanction.lifted_at = now
        sanction.save(update_fields=["lifted_at"])
        note(sanction.case, "lifted", by=None, at=now, detail={"consequence": sanction.consequence})
        follow_lift(sanction, "到期自动解除", by=None, at=now)
    return len(over)
