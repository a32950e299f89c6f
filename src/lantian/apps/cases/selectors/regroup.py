"""What the page of a case offers for merging, parting and taking up again, and the others that the case is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lantian.apps.accounts.models import Role
from lantian.apps.accounts.scope import scope_of
from lantian.apps.cases.models import Case, CaseSource, CaseThread
from lantian.kernel.errors import Text
from lantian.policy.records_case import CaseTypeRecord, RoleRecord
from lantian.workflow.cases import CaseState, Thread
from lantian.workflow.regroup import last_steps

OFFERED = 20


@dataclass(frozen=True)
class Regroup:
    """What may be done. others: open cases into which this one may go. steps: at which a closed case is taken up."""

    allowed: bool
    others: Sequence[Case]
    running: Sequence[tuple[CaseThread, Text]]
    steps: Sequence[tuple[CaseThread, Text]]
    merged: Sequence[Case]
    related: Sequence[tuple[Text, CaseSource]]
    roles: Sequence[RoleRecord]


def regroup_of(case: Case, record: CaseTypeRecord, rows: Sequence[CaseThread], person: Any) -> Regroup:
    """Read what the page offers to a person."""
    running = [row for row in rows if row.ended_at is None]
    last = _last(case, rows)
    return Regroup(
        allowed=_may(person, case, running or last),
        others=_others(case, person) if running else (),
        running=[(row, _label(record, row)) for row in running],
        steps=[(row, _label(record, row)) for row in last],
        merged=list(case.merged.order_by("pk")),
        related=_related(case, record),
        roles=record.roles,
    )


def _last(case: Case, rows: Sequence[CaseThread]) -> list[CaseThread]:
    """The steps at which a closed case may be taken up again."""
    if case.closed_at is None or case.merged_into_id is not None:
        return []
    ended = (Thread(row.number, row.step, row.holder_id, None, row.since, row.before) for row in rows)
    numbers = {thread.number for thread in last_steps(CaseState(case.type, (), tuple(ended), case.closed_at))}
    return [row for row in rows if row.number in numbers]


def _may(person: Any, case: Case, rows: Sequence[CaseThread]) -> bool:
    if Role.DUTY in scope_of(person).roles:
        return True
    numbers = [row.number for row in rows]
    return CaseThread.objects.for_person(person).filter(case=case, number__in=numbers).exists()


def _others(case: Case, person: Any) -> list[Case]:
    """Open cases of the same type and subject, or of the same ground where this one has none."""
    found = Case.objects.visible_to(person).open().filter(type=case.type).exclude(pk=case.pk)
    same = found.filter(subject=case.subject) if case.subject else found.filter(area_code=case.area_code)
    return list(same.order_by("opened_at", "pk")[:OFFERED])


def _label(record: CaseTypeRecord, row: CaseThread) -> Text:
    step = record.step(row.step)
    return Text(step.zh, step.en)


def _related(case: Case, record: CaseTypeRecord) -> list[tuple[Text, CaseSource]]:
    roles = {one.id: Text(one.zh, one.en) for one in record.roles}
    return [(roles.get(one.role, Text(one.role, one.role)), one) for one in case.related.select_related("source")]
