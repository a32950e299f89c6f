"""Whose assessments a person may see, and which body is their own (可见范围)."""

from typing import Any

from lantian.apps.accounts.models import Role
from lantian.apps.accounts.scope import scope_of
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


def may_see(person: Any, record: AssessmentSchemeRecord, body: str, *, published: bool) -> bool:
    """Tell whether somebody may see a body's marks: all once they are published, before that their own."""
    return published or sees_all(person, record) or is_own(person, body)
