"""Where the subject of a case stands on its ladder (阶梯位置), now and with one more penalty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lantian.apps.cases.models import Case, Penalty
from lantian.apps.cases.rules import rules, type_of
from lantian.kernel.instants import day_of
from lantian.policy.records_case import CaseLadderRecord
from lantian.workflow import ladders
from lantian.workflow.ladders import Standing


@dataclass(frozen=True)
class OnLadder:
    """Where the subject of a case stands."""

    record: CaseLadderRecord
    standing: Standing


def ladder_of(case: Case) -> CaseLadderRecord | None:
    """Return the ladder on which a case's penalties count."""
    kind = case.source.kind if case.source else ""
    return rules().ladder(type_of(case), day_of(case.happened_at), kind)


def penalties_of(ladder: str, subject: str) -> list[ladders.Penalty]:
    """Return a subject's penalties as the ladder counts them; nobody named has none."""
    rows = Penalty.objects.filter(ladder=ladder, subject=subject) if subject else ()
    return [
        ladders.Penalty(
            str(row.pk), row.day, row.cycle, row.points, frozenset(row.findings), revoked=row.revoked_at is not None
        )
        for row in rows
    ]


def standing_of(case: Case, on: date) -> OnLadder | None:
    """Return where the subject of a case stands on a day; None for a type without ladder."""
    record = ladder_of(case)
    if record is None:
        return None
    found = ladders.standing(record.ladder(), penalties_of(record.id, case.subject), on, case.cycle)
    return OnLadder(record, found)


def standing_with(case: Case, on: date, findings: Sequence[str] = ()) -> OnLadder | None:
    """Return where the subject would stand with one more penalty on a day."""
    record = ladder_of(case)
    if record is None:
        return None
    more = ladders.Penalty("next", on, case.cycle, record.points_of(findings), frozenset(findings))
    known = [*penalties_of(record.id, case.subject), more]
    return OnLadder(record, ladders.standing(record.ladder(), known, on, case.cycle))
