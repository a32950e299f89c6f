"""Notices of accountability and objections as they stood at an instant (回看): rows that are shown, and never saved."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from lantian.apps.assessment.models import AccountabilityNotice, Appeal

State = AccountabilityNotice.State
GIVEN: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    State.DECIDED: ("decided_at", {"decided_at": None, "decided_by": None, "decision": ""}),
    State.SENT: (
        "sent_at",
        {"sent_at": None, "sent_by": None, "number": "", "body_text": {}, "docx_sha256": "", "pdf_sha256": ""},
    ),
    State.ACKNOWLEDGED: ("acknowledged_at", {"acknowledged_at": None, "acknowledged_by": None, "result": ""}),
    State.CANCELLED: ("cancelled_at", {"cancelled_at": None, "cancelled_by": None, "cancelled_why": ""}),
}
"""When a notice came to each state, one after the other, and what the act gave it that is not there before."""


def notices_at(rows: Iterable[AccountabilityNotice], at: datetime) -> list[AccountabilityNotice]:
    """Return the notices that had been drafted, each as it stood; whom a draft names is taken as it is now."""
    return [_put_back(one, at) for one in rows if one.drafted_at <= at]


def _put_back(one: AccountabilityNotice, at: datetime) -> AccountabilityNotice:
    later = {state for state, (name, _) in GIVEN.items() if (getattr(one, name) or at) > at}
    for state in later:
        for name, before in GIVEN[state][1].items():
            setattr(one, name, before)
    if later:
        reached = [state for state, (name, _) in GIVEN.items() if getattr(one, name) is not None]
        one.state = reached[-1] if reached else State.DRAFT
    return one


def objections_at(rows: Iterable[Appeal], at: datetime) -> list[Appeal]:
    """Return the objections that had been made, each as it stood: a decision that came later is not there."""
    found = [one for one in rows if one.at <= at]
    for one in found:
        if one.decided_at is not None and one.decided_at > at:
            one.state, one.answer, one.decided_at, one.decided_by = Appeal.State.OPEN, "", None, None
    return found
