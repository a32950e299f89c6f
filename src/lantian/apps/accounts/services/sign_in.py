"""Signing in and out: password, second factor where there is one, and a lock after repeated failures."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest

from lantian.apps.accounts.models import OpenSession, Person, SecurityRules, SignInAttempt
from lantian.apps.accounts.services import second_factor
from lantian.apps.accounts.services.passwords import is_old
from lantian.apps.accounts.services.sessions import begin_session, end_sessions
from lantian.apps.audit.services import record
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.plurals import counted

FAILURES_ALLOWED = 5
LOCK = timedelta(minutes=15)
"""What the security rules say where nobody changed them."""
WAITING, FACTOR_DUE = "waiting-for-code", "factor-due"
PATIENCE = timedelta(minutes=5)
"""How long a password that fitted waits for its code."""


class SignInRefused(LantianError):
    """The name and password do not fit, or the name is locked for a while."""


def sign_in(request: HttpRequest, *, username: str, password: str, at: datetime) -> Person | None:
    """Start a session, or return None where a code is still asked for; raises SignInRefused.

    Repeated failures (five within a quarter of an hour, unless the rules say otherwise) lock the name for as long.
    """
    rules = SecurityRules.now()
    _refuse_locked(username, rules, at)
    person = authenticate(request, username=username, password=password)
    if not isinstance(person, Person):
        _failed(username, "password", at)
        raise SignInRefused(
            Text("登录名或口令不对。请核对大小写后再试。", "Name or password is wrong. Check capitals and try again.")
        )
    if person.totp_confirmed_at:
        request.session[WAITING] = {"person": person.pk, "at": at.timestamp()}
        return None
    return _enter(request, person, rules, at)


def waiting(request: HttpRequest, at: datetime) -> Person | None:
    """Return whose password fitted a moment ago in this browser and who still owes a code."""
    asked = request.session.get(WAITING)
    if not asked or at.timestamp() - asked["at"] > PATIENCE.total_seconds():
        return None
    return Person.objects.filter(pk=asked["person"], is_active=True).first()


def give_code(request: HttpRequest, *, code: str, at: datetime) -> Person:
    """Finish a sign-in by its code; raises SignInRefused. Wrong codes lock the name as wrong passwords do."""
    person, rules = waiting(request, at), SecurityRules.now()
    if person is None:
        raise SignInRefused(Text("等候过久，请重新登录。", "That took too long; sign in again."))
    _refuse_locked(person.username, rules, at)
    try:
        second_factor.check(person, code, at=at)
    except second_factor.CodeRefused as refused:
        _failed(person.username, "code", at)
        raise SignInRefused(refused.text) from None
    request.session.pop(WAITING, None)
    return _enter(request, person, rules, at)


def _enter(request: HttpRequest, person: Person, rules: SecurityRules, at: datetime) -> Person:
    SignInAttempt.objects.create(username=person.username, at=at, succeeded=True)
    login(request, person)
    begin_session(request, person, rules=rules, at=at)
    _set_duties(request, person, rules, at)
    record("person.signed-in", subject=person, actor=person, at=at)
    return person


def _set_duties(request: HttpRequest, person: Person, rules: SecurityRules, at: datetime) -> None:
    """Note what must be done before anything else: a new password, a second factor."""
    if person.password_changed_at is None or is_old(person, rules, at):
        person.must_change_password = person.must_change_password or person.password_changed_at is not None
        person.password_changed_at = person.password_changed_at or at
        person.save(update_fields=["must_change_password", "password_changed_at"])
    request.session[FACTOR_DUE] = not person.totp_confirmed_at and bool(person.roles & set(rules.factor_roles))


def _refuse_locked(username: str, rules: SecurityRules, at: datetime) -> None:
    if locked(username, at, rules):
        raise SignInRefused(
            Text(
                f"连续 {rules.failures} 次未通过，此登录名暂停使用，请 {rules.lock_minutes} 分钟后再试。",
                f"{counted(rules.failures, 'failure')} in a row: the name is locked. "
                f"Try again in {counted(rules.lock_minutes, 'minute')}.",
            )
        )


def _failed(username: str, what: str, at: datetime) -> None:
    SignInAttempt.objects.create(username=username[:64], at=at, succeeded=False)
    detail = {"username": username[:64], "what": what}
    record("person.sign-in-refused", subject=None, actor=None, at=at, detail=detail)


def locked(username: str, at: datetime, rules: SecurityRules | None = None) -> bool:
    """Tell whether a name has failed too often since its last success."""
    allowed, lock = (rules.failures, rules.lock) if rules else (FAILURES_ALLOWED, LOCK)
    recent = SignInAttempt.objects.filter(username=username[:64], at__gt=at - lock).order_by("-at", "-pk")
    last = list(recent.values_list("succeeded", flat=True)[:allowed])
    return len(last) == allowed and not any(last)


def sign_out(request: HttpRequest, *, at: datetime, reason: str = "left") -> None:
    """End the session."""
    if isinstance(request.user, Person):
        own = OpenSession.objects.filter(session_key=request.session.session_key or "")
        own.delete() if reason == "left" else end_sessions(own, by=request.user, at=at, reason=reason)
        record("person.signed-out", subject=request.user, actor=request.user, at=at, detail={"reason": reason})
    logout(request)
