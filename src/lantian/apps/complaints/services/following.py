"""Complaints follow their cases (随案): what is said and found there is the reply, the visit, the reward here."""

from lantian.apps.cases.models import Case, CaseStep
from lantian.apps.complaints.models import Complaint
from lantian.apps.complaints.rules import rules
from lantian.apps.complaints.services.acts import Doing, answer
from lantian.apps.complaints.services.rewards import settle
from lantian.apps.complaints.services.state import note, store
from lantian.kernel.instants import day_of
from lantian.policy.records_complaint import ComplaintRuleRecord

_MONEY = frozenset({"taken", "penalty", "revoked"})
"""Acts on a case that may change what a report earns."""


def follow(case: Case, kind: str) -> None:
    """Hook of the cases: keep the complaints of a case, and of those that it came from, as it stands."""
    if kind not in _MONEY:
        return
    for one in _line(case):
        complaints = list(Complaint.objects.filter(case=one.pk, duplicate_of__isnull=True))
        if not complaints:
            continue
        written = CaseStep.objects.filter(case=case, kind=kind).select_related("by").order_by("-pk").first()
        if written and one.pk == case.pk and kind == "taken":
            for complaint in complaints:
                _step(complaint, case, written)
        if written:
            settle(one, at=written.at)


def _line(case: Case) -> list[Case]:
    """A case and those that it came from."""
    line, up = [case], case.parent
    while up is not None:
        line.append(up)
        up = up.parent
    return line


def _step(complaint: Complaint, case: Case, written: CaseStep) -> None:
    rule = rules().rule(day_of(complaint.received_at))
    doing = Doing(written.by, written.at)
    if case.type == rule.case_type:
        _of_its_case(complaint, written, rule, doing)
    if case.closed_at:
        note(complaint, "closed", by=None, at=written.at, text=case.number)


def _of_its_case(complaint: Complaint, written: CaseStep, rule: ComplaintRuleRecord, doing: Doing) -> None:
    if written.step == rule.reply_step and written.outcome in (rule.replied, rule.anonymous):
        answer(complaint, written.reason, doing)
    elif written.step == rule.visit_step and written.outcome in {one.id for one in rule.visits}:
        complaint.visit, complaint.visited_at = written.outcome, written.at
        store(complaint)
        note(complaint, "visited", by=written.by, at=written.at, text=written.reason, detail={"found": written.outcome})
