"""Assessments, appeals and findings as they stood at an instant (回看): rows that are shown, and never saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from lantian.apps.assessment.marking import Inputs
from lantian.apps.assessment.models import Assessment, AssessmentAppeal, AssessmentEvent, VetoFinding
from lantian.apps.assessment.models.scheme import AssessmentAppealQuerySet, AssessmentQuerySet, VetoFindingQuerySet
from lantian.apps.assessment.services.schemes.results import Came, computed, stored

State = Assessment.State
STATES = {
    "drafted": State.DRAFT, "refreshed": State.DRAFT, "submitted": State.REVIEW, "returned": State.DRAFT,
    "published": State.PUBLISHED, "withdrawn": State.WITHDRAWN,
}  # fmt: skip
"""The state in which each act leaves a version."""


@dataclass(frozen=True)
class Version:
    """A version as it stood at an instant, with what had happened to it by then. moved: something happened since."""

    assessment: Assessment
    history: Sequence[AssessmentEvent]
    moved: bool

    def came(self, inputs: Inputs, body: str = "") -> list[Came]:
        """Return how the bodies had come out; what a later act wrote over follows from the inputs of then."""
        return computed(self.assessment, inputs, body) if self.moved else stored(self.assessment, body)


def versions_at(rows: AssessmentQuerySet, at: datetime) -> list[Version]:
    """Return the versions among rows that had been drafted, each as it stood; two questions."""
    history = Prefetch("history", AssessmentEvent.objects.select_related("by").order_by("at", "pk"))
    return [_version(one, at) for one in rows.filter(drafted_at__lte=at).prefetch_related(history)]


def _version(one: Assessment, at: datetime) -> Version:
    events = list(one.history.all())
    history = [event for event in events if event.at <= at]
    moved = len(history) < len(events)
    if moved and history:
        _put_back(one, history)
    return Version(one, history, moved)


def _put_back(one: Assessment, history: Sequence[AssessmentEvent]) -> None:
    """Put a version back to what its history says; what a publication gives it is not there before one."""
    last = history[-1]
    one.state = STATES[last.kind]
    one.snapshot_id = last.snapshot
    if one.previous_id is not None:
        whys = (event.reason for event in history if event.kind in ("drafted", "refreshed") and event.reason)
        one.reason = "；".join(dict.fromkeys(whys))
    if not one.published:
        one.put_back()
        one.published_by, one.published_at = None, None


def appeals_at(rows: AssessmentAppealQuerySet, at: datetime) -> list[AssessmentAppeal]:
    """Return the appeals among rows that had been filed, each as it stood: an answer that came later is not there."""
    found = list(rows.filter(filed_at__lte=at))
    for one in found:
        if one.answered_at is not None and one.answered_at > at:
            one.state, one.answer, one.points = AssessmentAppeal.State.OPEN, "", None
            one.answered_at, one.answered_by, one.led_to = None, None, None
    return found


def findings_at(rows: VetoFindingQuerySet, at: datetime) -> list[VetoFinding]:
    """Return the findings among rows that had been entered, each as it stood: revoked only if it was by then."""
    found = list(rows.filter(at__lte=at))
    for one in found:
        if one.revoked_at is not None and one.revoked_at > at:
            one.revoked_at, one.revoked_by = None, None
            one.revoke_reason = one.revoke_path = one.revoke_sha256 = ""
    return found
