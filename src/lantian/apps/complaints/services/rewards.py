"""Rewards (奖励): reckoned when the case finds the facts true, and again when a penalty follows, until it is paid."""

from collections.abc import Iterable
from datetime import datetime

from lantian.apps.cases.models import Case, CaseStep, Penalty
from lantian.apps.cases.rules import type_of
from lantian.apps.complaints.models import Complaint, Reward
from lantian.apps.complaints.rules import rules
from lantian.apps.complaints.services.state import note
from lantian.kernel.instants import day_of
from lantian.workflow.rewards import Facts

TRUE = "true"
"""The finding of a case whose facts are so."""


def settle(case: Case, *, at: datetime) -> None:
    """Reckon the rewards of the complaints that go with a case, as it now stands."""
    family = _family(case)
    true = any(one.finding == TRUE for one in family)
    if not true and not case.closed_at:
        return
    penalties = [found for one in family for found in _penalties(one)]
    findings = frozenset[str]().union(*penalties)
    for place, complaint in _in_order(case):
        facts = Facts(true, complaint.wants_reward, complaint.named, place, bool(penalties), findings)
        _keep(complaint, facts, at)


def _penalties(case: Case) -> list[frozenset[str]]:
    """The findings of each penalty of a case: those that a ladder counts and nobody revoked, else those served."""
    counted = list(Penalty.objects.filter(case=case))
    if counted:
        return [frozenset(one.findings) for one in counted if one.revoked_at is None]
    record = type_of(case)
    served = {(step.id, one.id) for step in record.steps for one in step.outcomes if one.penalty}
    taken = CaseStep.objects.filter(case=case, kind="taken")
    return [frozenset(one.detail.get("findings", ())) for one in taken if (one.step, one.outcome) in served]


def _in_order(case: Case) -> Iterable[tuple[int, Complaint]]:
    """The complaints of a case with their place among those of the same thing: the one joined to stands first."""
    found = Complaint.objects.filter(case=case).select_related("reward").order_by("received_at", "pk")
    places: dict[int, int] = {}
    for complaint in sorted(found, key=lambda one: one.duplicate_of_id is not None):
        root = complaint.duplicate_of_id or complaint.pk
        places[root] = places.get(root, 0) + 1
        yield places[root], complaint


def _keep(complaint: Complaint, facts: Facts, at: datetime) -> None:
    day = day_of(complaint.received_at)
    rule, found = rules().reward_rule(day), rules().reward(facts, day)
    known = Reward.objects.filter(complaint=complaint).first()
    if known and (known.paid_at or (known.yuan, known.band, known.why) == (found.yuan, found.band, found.why)):
        return
    Reward.objects.update_or_create(
        complaint=complaint,
        defaults={"rule": rule.id, "band": found.band, "why": found.why, "yuan": found.yuan, "computed_at": at},
    )
    detail = {"yuan": found.yuan, "band": found.band, "why": found.why, "rule": rule.id, "cite": rule.citation.zh}
    note(complaint, "reward", by=None, at=at, detail=detail)


def _family(case: Case) -> list[Case]:
    """A case and those that it opened, however far."""
    found, waiting = [case], [case.pk]
    while waiting:
        children = list(Case.objects.filter(parent__in=waiting))
        found += children
        waiting = [one.pk for one in children]
    return found
