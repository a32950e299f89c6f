"""Who may do what with a task (任务权限): its departments work on it, its lead answers, the district office checks."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from lantian.apps.accounts.models import Organisation, Role
from lantian.apps.accounts.scope import Scope, scope_of
from lantian.apps.plans.models import Task, TaskError, TaskParty
from lantian.apps.plans.rules import rules
from lantian.kernel.errors import Text

FINANCE = "finance"
"""The department that answers for the money (article 29)."""
_WORKS = frozenset({Role.DUTY, Role.BUREAU, Role.STREET, Role.ENFORCEMENT, Role.COMMUNITY})


@dataclass(frozen=True)
class Rights:
    """What somebody may do with a task."""

    work: bool
    lead: bool
    check: bool
    money: bool


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
    return _works(_named(task, TaskParty.Role.values), scope_of(person))


def may_lead(task: Task, person: Any) -> bool:
    """Tell whether somebody splits, asks for changes and for the strike-off: a lead, or the district office."""
    return _works(_named(task, [TaskParty.Role.LEAD]), scope_of(person))


def may_check(person: Any) -> bool:
    """Tell whether somebody checks strike-offs and approves changes: the district office (蓝天办)."""
    return _is_office(scope_of(person))


def may_enter_money(task: Task, person: Any) -> bool:
    """Tell whether somebody enters money: the finance department, a lead, or the district office."""
    return may_lead(task, person) or _keeps_money(scope_of(person))


def rights_in(leads: Collection[str], joints: Collection[str], person: Any) -> Rights:
    """Return what somebody may do with a task of these departments, without asking for its departments again."""
    scope = scope_of(person)
    lead = _works(leads, scope)
    return Rights(
        work=lead or _works(joints, scope), lead=lead, check=_is_office(scope), money=lead or _keeps_money(scope)
    )


def _keeps_money(scope: Scope) -> bool:
    return bool(scope.roles & _WORKS) and FINANCE in scope.organisations


def _named(task: Task, roles: Collection[str]) -> set[str]:
    return set(task.parties.filter(role__in=roles).values_list("organisation_id", flat=True))


def _works(named: Collection[str], scope: Scope) -> bool:
    return bool(scope.roles & _WORKS) and (_is_office(scope) or _answers(named, scope))


def _is_office(scope: Scope) -> bool:
    return Role.DUTY in scope.roles


def _answers(named: Collection[str], scope: Scope) -> bool:
    """Whether one of somebody's organisations is named, or belongs to a collective that is."""
    if scope.organisations.intersection(named):
        return True
    kinds = {kind for name, kind in rules().members.items() if name in named}
    return bool(kinds) and Organisation.objects.filter(pk__in=scope.organisations, kind__in=kinds).exists()


def must(allowed: bool) -> None:
    """Raise NotYours unless something is allowed."""
    if not allowed:
        raise NotYours
