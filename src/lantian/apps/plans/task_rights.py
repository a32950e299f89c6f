"""Who may do what with a task (任务权限): its departments work on it, its lead answers, the district office checks."""

from collections.abc import Iterable
from typing import Any

from lantian.apps.accounts.models import Organisation, Role
from lantian.apps.accounts.scope import Scope, scope_of
from lantian.apps.plans.models import Task, TaskError, TaskParty
from lantian.apps.plans.rules import rules
from lantian.kernel.errors import Text

FINANCE = "finance"
"""The department that answers for the money (article 29)."""
_WORKS = frozenset({Role.DUTY, Role.BUREAU, Role.STREET, Role.ENFORCEMENT, Role.COMMUNITY})


class NotYours(TaskError):
    """Somebody acts whose posts do not answer for the task."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "只有任务的责任单位或区蓝天办可以办理。",
                "Only the task's departments or the district office may do this.",
            )
        )


def may_work(task: Task, person: Any) -> bool:
    """Tell whether somebody enters values, milestones and evidence: a lead, a joint department, the ground's street."""
    scope = scope_of(person)
    return bool(scope.roles & _WORKS) and (_is_office(scope) or _answers(task, scope, TaskParty.Role.values))


def may_lead(task: Task, person: Any) -> bool:
    """Tell whether somebody splits, asks for changes and for the strike-off: a lead, or the district office."""
    scope = scope_of(person)
    return bool(scope.roles & _WORKS) and (_is_office(scope) or _answers(task, scope, [TaskParty.Role.LEAD]))


def may_check(person: Any) -> bool:
    """Tell whether somebody checks strike-offs and approves changes: the district office (蓝天办)."""
    return _is_office(scope_of(person))


def may_enter_money(task: Task, person: Any) -> bool:
    """Tell whether somebody enters money: the finance department, a lead, or the district office."""
    scope = scope_of(person)
    return may_lead(task, person) or (bool(scope.roles & _WORKS) and FINANCE in scope.organisations)


def _is_office(scope: Scope) -> bool:
    return Role.DUTY in scope.roles


def _answers(task: Task, scope: Scope, roles: Iterable[str]) -> bool:
    """Whether one of somebody's organisations has one of the roles, or belongs to a collective that has it."""
    named = set(task.parties.filter(role__in=roles).values_list("organisation_id", flat=True))
    if named & scope.organisations:
        return True
    kinds = {kind for name, kind in rules().members.items() if name in named}
    return bool(kinds) and Organisation.objects.filter(pk__in=scope.organisations, kind__in=kinds).exists()


def must(allowed: bool) -> None:
    """Raise NotYours unless something is allowed."""
    if not allowed:
        raise NotYours
