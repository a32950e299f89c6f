"""Roles × pages: the one table that says who may open and who may change what. Deny by default.

A view's name is ``app:name`` (its app's ``app_name`` and the name of its path). A line that ends in ``*`` covers all
names that begin so; the longest line that fits counts. ``read`` answers GET and HEAD, ``write`` everything else.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest

from lantian.apps.accounts.models import Person, Role
from lantian.apps.ui.navigation import view_at
from lantian.kernel.errors import LantianError, Text

EVERYONE = frozenset(Role.values)
OFFICERS = frozenset(
    {Role.DUTY, Role.BUREAU, Role.STREET, Role.ENFORCEMENT, Role.COMMUNITY, Role.VIEWER, Role.SYSTEM_ADMIN}
)
DUTY = frozenset({Role.DUTY})
ACTORS = frozenset({Role.DUTY, Role.BUREAU})
IMPORTERS = frozenset({Role.DUTY, Role.SYSTEM_ADMIN})
DECLARERS = frozenset({Role.DUTY, Role.BUREAU, Role.SYSTEM_ADMIN})
SYSTEM = frozenset({Role.SYSTEM_ADMIN})
KEEPERS = frozenset({Role.DUTY, Role.BUREAU, Role.STREET, Role.COMMUNITY})
SECURITY = frozenset({Role.SECURITY_ADMIN})
ROSTER = frozenset({Role.DUTY, Role.BUREAU, Role.STREET, Role.ENFORCEMENT, Role.SYSTEM_ADMIN})
AUDITORS = frozenset({Role.AUDIT_ADMIN})
ENTERPRISE = frozenset({Role.ENTERPRISE})
FIELD = frozenset({Role.DUTY, Role.BUREAU, Role.STREET, Role.ENFORCEMENT, Role.COMMUNITY})
PUNISHERS = frozenset({Role.DUTY, Role.BUREAU, Role.ENFORCEMENT})
CASE_ACTORS = frozenset({Role.DUTY, Role.BUREAU, Role.STREET, Role.ENFORCEMENT, Role.COMMUNITY})
LIFTERS = frozenset({Role.DUTY, Role.ENFORCEMENT})
COMPLAINT_DESK = frozenset({Role.DUTY, Role.BUREAU, Role.STREET})
COMPLAINT_IMPORTERS = frozenset({Role.DUTY, Role.BUREAU})
APPELLANTS = frozenset({Role.DUTY, Role.BUREAU, Role.STREET, Role.ENFORCEMENT})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Right:
    """Which roles may open a page, and which may change something there."""

    read: frozenset[str]
    write: frozenset[str] = NOBODY


RIGHTS: dict[str, Right] = {
    # everybody who is signed in
    "portal:*": Right(EVERYONE),
    "portal:wall-network": Right(OFFICERS),
    "ui:*": Right(EVERYONE),
    "plans:*": Right(EVERYONE),
    # the wall chart, calendar, publicity and capacity: officers read
    "plans:wall*": Right(OFFICERS),
    "plans:calendar*": Right(OFFICERS),
    "plans:publicity": Right(OFFICERS),
    "plans:capacity": Right(OFFICERS),
    "accounts:areas": Right(EVERYONE),
    "accounts:sign-out": Right(EVERYONE, EVERYONE),
    # the plan's text under review: officers read it, the duty desk and the bureaus decide what it obliges to
    "plans:text*": Right(OFFICERS),
    "plans:text-upload": Right(ACTORS, ACTORS),
    "plans:text-act": Right(NOBODY, ACTORS),
    "plans:text-left": Right(NOBODY, ACTORS),
    "plans:text-take": Right(NOBODY, ACTORS),
    # tasks in work: each sees those of their organisation and ground; the services ask again who leads and who checks
    "plans:task*": Right(OFFICERS | ENTERPRISE),
    "plans:task-act": Right(NOBODY, FIELD),
    "plans:task-new": Right(ACTORS, ACTORS),
    "plans:task-take": Right(NOBODY, ACTORS),
    "plans:department": Right(OFFICERS),
    "plans:money*": Right(OFFICERS),
    "plans:money-import": Right(NOBODY, ACTORS),
    # one's own sign-in
    "accounts:password": Right(EVERYONE, EVERYONE),
    "accounts:factor": Right(EVERYONE, EVERYONE),
    "accounts:sessions": Right(EVERYONE, EVERYONE),
    # a masked value in full, on record: each model's resolver says to whom
    "accounts:unmask": Right(NOBODY, OFFICERS | ENTERPRISE),
    # one's own notices; channels and what became of each delivery are the system administrator's
    "notices:*": Right(EVERYONE, EVERYONE),
    "notices:system": Right(SYSTEM),
    "notices:channel*": Right(SYSTEM, SYSTEM),
    # observations: all may read, those who answer for the data may import
    "telemetry:*": Right(OFFICERS),
    "telemetry:import*": Right(OFFICERS, IMPORTERS),
    # a decision on sand dust changes evaluations: the duty desk alone records it
    "telemetry:sand-dust*": Right(OFFICERS, DUTY),
    # alarms: officers read; those who answer for the air act; anyone who receives counter-evidence enters it
    "alarms:*": Right(OFFICERS),
    "alarms:act": Right(OFFICERS, ACTORS),
    "alarms:evidence": Right(OFFICERS, OFFICERS),
    "alarms:decide": Right(OFFICERS, DUTY),
    # cases: officers read; who may take which step is asked again by the service, of the step's holder
    "cases:*": Right(OFFICERS),
    "cases:act": Right(OFFICERS, CASE_ACTORS),
    "cases:evidence": Right(OFFICERS, CASE_ACTORS),
    "cases:new": Right(CASE_ACTORS, CASE_ACTORS),
    "cases:lift": Right(OFFICERS, LIFTERS),
    "cases:revoke": Right(OFFICERS, LIFTERS),
    "cases:measure*": Right(OFFICERS, CASE_ACTORS),
    "cases:paper*": Right(OFFICERS, CASE_ACTORS),
    # the patrol phone: whoever works outdoors; which entries and steps, the services ask again
    "inspections:patrol*": Right(FIELD, FIELD),
    # complaints: officers read; who answers for the ground takes them up; the duty desk sees who reported, and pays
    "complaints:*": Right(OFFICERS),
    "complaints:public*": Right(EVERYONE),
    "complaints:act": Right(NOBODY, COMPLAINT_DESK),
    "complaints:new": Right(COMPLAINT_DESK, COMPLAINT_DESK),
    "complaints:import*": Right(COMPLAINT_IMPORTERS, COMPLAINT_IMPORTERS),
    "complaints:reporter": Right(NOBODY, DUTY),
    "complaints:pay": Right(NOBODY, DUTY),
    "complaints:clients*": Right(SYSTEM, SYSTEM),
    # inspections: officers read; who works in the field inspects; departments plan, draw and publish
    "inspections:*": Right(OFFICERS),
    "inspections:public*": Right(EVERYONE),
    "inspections:one": Right(OFFICERS | ENTERPRISE),
    "inspections:photo": Right(OFFICERS | ENTERPRISE),
    "inspections:burden": Right(OFFICERS | ENTERPRISE),
    "inspections:new": Right(FIELD, FIELD),
    "inspections:visits": Right(OFFICERS, PUNISHERS),
    "inspections:plan-new": Right(PUNISHERS, PUNISHERS),
    "inspections:plan-act": Right(NOBODY, PUNISHERS),
    "inspections:campaign-new": Right(PUNISHERS, PUNISHERS),
    "inspections:draw-new": Right(PUNISHERS, PUNISHERS),
    "inspections:draw-run": Right(NOBODY, PUNISHERS),
    "inspections:draw-publish": Right(NOBODY, PUNISHERS),
    "inspections:draw-recusal": Right(NOBODY, PUNISHERS),
    "inspections:sample-new": Right(PUNISHERS, PUNISHERS),
    "inspections:sample-move": Right(NOBODY, PUNISHERS),
    "inspections:sample-result": Right(NOBODY, PUNISHERS),
    # rankings and bulletins: officers read; the pack says which roles draft and which sign, and the service asks again
    "assessment:*": Right(OFFICERS),
    "assessment:bulletin-new": Right(NOBODY, PUNISHERS),
    "assessment:bulletin-act": Right(NOBODY, PUNISHERS),
    "assessment:ranking-order": Right(NOBODY, PUNISHERS),
    "assessment:ranking-mark": Right(NOBODY, PUNISHERS),
    "assessment:results": Right(OFFICERS, PUNISHERS),
    "assessment:review-decide": Right(NOBODY, DUTY),
    # assessments: the duty desk drafts, enters, publishes and answers; an assessed body appeals for itself
    "assessment:scheme-act": Right(NOBODY, DUTY),
    "assessment:scheme-enter": Right(NOBODY, DUTY),
    "assessment:veto-finding-new": Right(NOBODY, DUTY),
    "assessment:veto-finding-revoke": Right(NOBODY, DUTY),
    "assessment:assessment-appeal-answer": Right(NOBODY, DUTY),
    "assessment:assessment-appeal-new": Right(NOBODY, APPELLANTS),
    # inspectors' problems and accountability: the pack names the offices that keep, decide and send; the services ask
    "assessment:rectification-lists": Right(OFFICERS, ACTORS),
    "assessment:rectification-list": Right(OFFICERS, ACTORS),
    "assessment:rectification-import": Right(OFFICERS, ACTORS),
    "assessment:problem-act": Right(NOBODY, CASE_ACTORS),
    "assessment:accountability-enter": Right(NOBODY, ACTORS),
    "assessment:accountability-act": Right(NOBODY, CASE_ACTORS),
    "assessment:accountability-notice-act": Right(NOBODY, CASE_ACTORS),
    # monitoring: the system administrator keeps the register and sends commands; who is in charge declares windows
    "telemetry:device*": Right(OFFICERS, SYSTEM),
    "telemetry:quarantine*": Right(OFFICERS, SYSTEM),
    "telemetry:commands": Right(OFFICERS, SYSTEM),
    "telemetry:camera-snapshot": Right(OFFICERS, IMPORTERS),
    "telemetry:maintenance": Right(OFFICERS, DECLARERS),
    # made-up devices of a demonstration
    "telemetry:simulator": Right(OFFICERS, IMPORTERS),
    # ledgers: officers read what lies on their ground, enterprises what is theirs; ledger/services/rights.py says which
    # entries and fields a keeper or an owner may change
    "ledger:*": Right(OFFICERS | ENTERPRISE),
    "ledger:new": Right(KEEPERS, KEEPERS),
    "ledger:edit": Right(KEEPERS | ENTERPRISE, KEEPERS | ENTERPRISE),
    "ledger:move": Right(KEEPERS, KEEPERS),
    "ledger:merge": Right(KEEPERS, KEEPERS),
    "ledger:pick*": Right(KEEPERS),
    "ledger:pick-source": Right(KEEPERS | SYSTEM),
    "ledger:import*": Right(KEEPERS | ENTERPRISE, KEEPERS | ENTERPRISE),
    "ledger:attach": Right(NOBODY, KEEPERS | ENTERPRISE | frozenset({Role.ENFORCEMENT})),
    "ledger:views*": Right(NOBODY, OFFICERS | ENTERPRISE),
    "ledger:duties": Right(OFFICERS),
    "ledger:figure*": Right(OFFICERS),
    "ledger:notices": Right(OFFICERS, OFFICERS),
    "ledger:subscriptions": Right(OFFICERS, KEEPERS),
    # who is responsible and who answers: officers read; each organisation keeps its own roster, each person their leave
    "accounts:responsibility": Right(OFFICERS),
    "accounts:roster": Right(OFFICERS),
    "accounts:roster-*": Right(OFFICERS, ROSTER),
    "accounts:leave": Right(OFFICERS, OFFICERS),
    # three administrators: one keeps people and places, one keeps sign-ins safe, one reads what all did
    "accounts:people*": Right(SYSTEM, SYSTEM),
    "accounts:person*": Right(SYSTEM, SYSTEM),
    "accounts:post-*": Right(SYSTEM, SYSTEM),
    "accounts:organisation*": Right(SYSTEM, SYSTEM),
    "accounts:place*": Right(SYSTEM, SYSTEM),
    "accounts:security*": Right(SECURITY, SECURITY),
    "audit:*": Right(AUDITORS),
    "audit:verify": Right(NOBODY, AUDITORS),
    # credentials: their issuers act; enterprises file machines, hand in reports and stand at their own gates
    "ledger:credential-new": Right(ACTORS, ACTORS),
    "ledger:credential-act": Right(NOBODY, ACTORS),
    "ledger:machine-file": Right(ACTORS | ENTERPRISE, ACTORS | ENTERPRISE),
    "ledger:machine-review": Right(NOBODY, ACTORS),
    "ledger:machine-again": Right(NOBODY, ACTORS | ENTERPRISE),
    "ledger:machine-check": Right(FIELD, FIELD),
    "ledger:gate": Right(FIELD | ENTERPRISE, FIELD | ENTERPRISE),
    "ledger:safety-notice": Right(OFFICERS, ACTORS),
    "ledger:permit-report": Right(NOBODY, ACTORS | ENTERPRISE),
    "ledger:registration": Right(OFFICERS),
    "ledger:ratings": Right(OFFICERS, PUNISHERS),
    "ledger:charging": Right(OFFICERS),
    # new projects: officers read; the pack's reviewers decide and keep the account of closures
    "ledger:project*": Right(OFFICERS),
    "ledger:project-new": Right(ACTORS, ACTORS),
    "ledger:project-act": Right(NOBODY, ACTORS),
    "ledger:offsets": Right(OFFICERS, ACTORS),
    # administration
    "admin:*": Right(SYSTEM, SYSTEM),
    "admin-sign-out": Right(NOBODY, SYSTEM),
}


class Denied(LantianError):
    """The signed-in person's posts do not open this page; ``roles`` would."""

    def __init__(self, view_name: str, roles: frozenset[str]) -> None:
        self.view_name = view_name
        self.roles = [Role(role) for role in Role.values if role in roles]
        super().__init__(
            Text(f"您的岗位不能打开此页（{view_name}）。", f"Your posts do not open this page ({view_name}).")
        )


@cache
def right_for(view_name: str) -> Right:
    """Return the longest line that fits a view, else nobody's right; the shell asks for some sixty on every page.

    >>> right_for("nowhere:page").read
    frozenset()
    """
    lines = [line for line in RIGHTS if line == view_name or (line[-1] == "*" and view_name.startswith(line[:-1]))]
    return RIGHTS[max(lines, key=len)] if lines else Right(NOBODY)


def roles_for(view_name: str, method: str) -> frozenset[str]:
    """Return the roles that may call a view with a method."""
    right = right_for(view_name)
    return right.read if method in {"GET", "HEAD", "OPTIONS"} else right.write


def may(person: Any, view_name: str, method: str = "GET") -> bool:
    """Tell whether a person's posts open a view."""
    return isinstance(person, Person) and person.is_active and bool(person.roles & roles_for(view_name, method))


def check(person: Any, view_name: str, method: str) -> None:
    """Raise Denied unless the person's posts open the view."""
    if not may(person, view_name, method):
        raise Denied(view_name, roles_for(view_name, method))


def may_open(request: HttpRequest, path: str) -> bool:
    """Tell whether the reader's posts open a path; the shell shows no link that would be refused."""
    return may(request.user, view_at(path) or "")
