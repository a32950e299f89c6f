"""Signing in and out; repeated failures lock a name for a while."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest

from lantian.apps.accounts.models import Person, SignInAttempt
from lantian.apps.audit.services import record
from lantian.kernel.errors import LantianError, Text

FAILURES_ALLOWED = 5
LOCK = timedelta(minutes=15)


class SignInRefused(LantianError):
    """The name and password do not fit, or the name is locked for a while."""


def sign_in(request: HttpRequest, *, username: str, password: str, at: datetime) -> Person:
    """Start a session; raises SignInRefused. Five failures within a quarter of an hour lock the name for as long."""
    if locked(username, at):
        raise SignInRefused(
            Text(
                f"连续 {FAILURES_ALLOWED} 次未通过，此登录名暂停使用，请 {LOCK.seconds // 60} 分钟后再试。",
                f"{FAILURES_ALLOWED} failures in a row: the name is locked. Try again in {LOCK.seconds // 60} minutes.",
            )
        )
    person = authenticate(request, username=username, password=password)
    SignInAttempt.objects.create(username=username[:64], at=at, succeeded=person is not None)
    if not isinstance(person, Person):
        record("person.sign-in-refused", subject=None, actor=None, at=at, detail={"username": username[:64]})
        raise SignInRefused(
            Text("登录名或口令不对。请核对大小写后再试。", "Name or password is wrong. Check capitals and try again.")
        )
    login(request, person)
    record("person.signed-in", subject=person, actor=person, at=at)
    return person


def locked(username: str, at: datetime) -> bool:
    """Tell whether a name has failed too often since its last success."""
    recent = SignInAttempt.objects.filter(username=username[:64], at__gt=at - LOCK).order_by("-at", "-pk")
    last = list(recent.values_list("succeeded", flat=True)[:FAILURES_ALLOWED])
    return len(last) == FAILURES_ALLOWED and not any(last)


def sign_out(request: HttpRequest, *, at: datetime) -> None:
    """End the session."""
    if isinstance(request.user, Person):
        record("person.signed-out", subject=request.user, actor=request.user, at=at)
    logout(request)
