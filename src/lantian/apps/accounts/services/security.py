"""What the security administrator does (安全管理): rules, locks, sessions, administrators' posts."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from lantian.apps.accounts.models import OpenSession, Person, Post, PostRequest, SecurityRules, SignInAttempt
from lantian.apps.accounts.services.sessions import end_sessions
from lantian.apps.audit.services import record
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of


class RequestRefused(LantianError):
    """A request that may not be made, or not be decided by this person."""


@transaction.atomic
def change_rules(rules: SecurityRules, *, changed: list[str], by: Any, at: datetime) -> None:
    """Store rules that a form has checked; what they were and are is written down."""
    before = SecurityRules.now()
    rules.pk, rules.changed_at, rules.changed_by = 1, at, by
    rules.save()
    detail = {name: [getattr(before, name), getattr(rules, name)] for name in changed}
    record("security.rules-changed", subject=rules, actor=by, at=at, detail=detail)


@transaction.atomic
def unlock(person: Person, *, by: Any, at: datetime) -> None:
    """Open a name that failed too often."""
    forgotten, _ = SignInAttempt.objects.filter(username=person.username, succeeded=False).delete()
    record("person.unlocked", subject=person, actor=by, at=at, detail={"failures": forgotten})


def end_all(person: Person, *, by: Any, at: datetime) -> int:
    """Sign a person out of all browsers."""
    reason = "own" if by == person else "administrator"
    return end_sessions(OpenSession.objects.filter(person=person), by=by, at=at, reason=reason)


@transaction.atomic
def ask_for_post(asked: PostRequest, *, by: Person, at: datetime) -> PostRequest:
    """Ask for an administrator's post; raises RequestRefused. Nobody holds two kinds of administration."""
    if asked.role not in PostRequest.ADMINISTRATORS:
        raise RequestRefused(Text("此岗位无须审批。", "This post needs no approval."))
    _keep_apart(asked, at)
    asked.asked_by, asked.asked_at = by, at
    asked.save()
    record("post.asked", subject=asked.person, actor=by, at=at, detail={"role": asked.role})
    return asked


@transaction.atomic
def decide_request(asked: PostRequest, *, approved: bool, reason: str, by: Person, at: datetime) -> Post | None:
    """Approve or refuse, by somebody other than who asked and who gets the post; raises RequestRefused."""
    if asked.decided_at is not None:
        raise RequestRefused(Text("此申请已有结论。", "This request was decided already."))
    if by.pk in (asked.asked_by_id, asked.person_id):
        raise RequestRefused(
            Text("申请人与任职人不能自己审批。", "Who asked, or who would hold the post, cannot decide.")
        )
    if approved:
        _keep_apart(asked, at)
    asked.approved, asked.reason, asked.decided_by, asked.decided_at = approved, reason, by, at
    asked.save()
    detail = {"role": asked.role, "approved": approved, "reason": reason}
    record("post.decided", subject=asked.person, actor=by, at=at, detail=detail)
    return _granted(asked) if approved else None


def _granted(asked: PostRequest) -> Post:
    return Post.objects.create(
        person=asked.person,
        role=asked.role,
        organisation=asked.organisation,
        area=asked.area,
        valid_from=asked.valid_from,
        valid_to=asked.valid_to,
    )


def _keep_apart(asked: PostRequest, at: datetime) -> None:
    others = PostRequest.ADMINISTRATORS - {asked.role}
    start = asked.valid_from or day_of(at)
    lasting = Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=start), person=asked.person)
    if lasting.filter(role__in=others).exists():
        raise RequestRefused(
            Text(
                "系统、安全、审计三类管理岗不能由一人兼任。",
                "System, security and audit administration cannot be one person's.",
            )
        )
