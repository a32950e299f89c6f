"""A ladder counted again (重新累计): a sanction whose level is no longer reached is lifted, with the reason."""

from datetime import datetime, timedelta

from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import Penalty, Sanction
from lantian.apps.cases.rules import rules
from lantian.apps.cases.services.measures import follow_lift
from lantian.apps.cases.services.state import note
from lantian.apps.cases.standings import penalties_of
from lantian.kernel.instants import day_of
from lantian.policy.records_case import CaseLadderRecord
from lantian.workflow import ladders

_DAY = timedelta(days=1)


def recount(penalty: Penalty, *, reason: str, by: Person, at: datetime) -> list[Sanction]:
    """Lift the sanctions of a subject that its ladder no longer leads to, now that a penalty is revoked.

    A level counts as reached when it is so today, or was on the day before the sanction began without what is revoked:
    time alone lifts nothing here.
    """
    record = rules().pack.find(CaseLadderRecord, penalty.ladder, penalty.day)
    running = Sanction.objects.filter(ladder=penalty.ladder, subject=penalty.subject, lifted_at=None)
    if record is None:
        return []
    lifted = []
    for sanction in running.select_related("case"):
        count = _count(sanction, record, at)
        if count is not None:
            _lift(sanction, f"处罚撤销后累计 {count} 次，未达该级别：{reason}"[:300], by, at)
            lifted.append(sanction)
    return lifted


def _count(sanction: Sanction, record: CaseLadderRecord, at: datetime) -> int | None:
    """How many penalties count today, where a sanction's level is not reached; None where it is."""
    penalties, cycle = penalties_of(record.id, sanction.subject), sanction.case.cycle
    least = record.level(sanction.consequence).at
    found = [ladders.standing(record.ladder(), penalties, day, cycle) for day in (day_of(at), sanction.first - _DAY)]
    reached = any(one.level is not None and one.level.at >= least for one in found)
    return None if reached else found[0].count


def _lift(sanction: Sanction, reason: str, by: Person, at: datetime) -> None:
    sanction.lifted_at, sanction.lifted_by, sanction.lift_reason = at, by, reason
    sanction.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    note(sanction.case, "lifted", by=by, at=at, reason=reason, detail={"consequence": sanction.consequence})
    follow_lift(sanction, reason, by=by, at=at)
