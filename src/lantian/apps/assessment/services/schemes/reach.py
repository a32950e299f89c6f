"""Whose assessments a person may see, and which body is their own (可见范围)."""

from typing import Any

from django.db.models import Q

from lantian.apps.accounts.models import Role
from lantian.apps.accounts.scope import scope_of
from lantian.apps.assessment.selectors.facts import STREET_DIGITS
from lantian.policy.records_assessment import AssessmentSchemeRecord

FILERS = frozenset({Role.DUTY, Role.BUREAU, Role.STREET, Role.ENFORCEMENT})
"""Roles that speak for their body in an appeal."""


def sees_all(person: Any, record: AssessmentSchemeRecord) -> bool:
    """Tell whether somebody sees every body's marks before they are published: whoever drafts or publishes them."""
    return bool(scope_of(person).roles & {*record.drafters, *record.signers})


def is_own(person: Any, body: str) -> bool:
    """Tell whether a body is somebody's own: their department, or the street that their post is bound to."""
    scope = scope_of(person)
    return body in scope.organisations or any(area.startswith(body) for area in scope.areas)


def own_bodies(person: Any) -> Q:
    """Return the condition on rows of somebody's own bodies; see ``is_own``."""
    scope = scope_of(person)
    return Q(body__in=[*scope.organisations, *(area[:STREET_DIGITS] for area in scope.areas)])


def may_see(person: Any, record: AssessmentSchemeRecord, body: str, *, published: bool) -> bool:
    """Tell whether somebody may see a body's marks: all once they are published, before that their own."""
    return published or sees_all(person, record) or is_own(person, body)
