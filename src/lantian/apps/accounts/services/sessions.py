"""Open sessions (在线会话): begun at sign-in, ended when idle, when there are too many, or when somebody says so.

A session carries when it was last used and how long it may rest, so that a request asks the database for nothing
more; both are renewed once a minute.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from lantian.apps.accounts.models import OpenSession, Person, SecurityRules
from lantian.apps.audit.services import record

SEEN, IDLE = "seen", "idle"
RENEW = timedelta(minutes=1)


@transaction.atomic
def begin_session(request: HttpRequest, person: Person, *, rules: SecurityRules, at: datetime) -> None:
    """Note a session that has just begun; the oldest beyond the number allowed end."""
    request.session[SEEN], request.session[IDLE] = at.timestamp(), rules.idle.total_seconds()
    forget_expired(person, at=at)
    kept = list(OpenSession.objects.filter(person=person).order_by("-started_at", "-pk")[: rules.sessions - 1])
    surplus = OpenSession.objects.filter(person=person).exclude(pk__in=[one.pk for one in kept])
    end_sessions(surplus, by=person, at=at, reason="limit")
    OpenSession.objects.create(
        person=person,
        session_key=request.session.session_key or "",
        address=address_of(request),
        agent=request.headers.get("User-Agent", "")[:200],
        started_at=at,
        seen_at=at,
    )


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from; behind our HTTPS proxy, what the proxy saw."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return (forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", "")))[:60]


def is_idle(request: HttpRequest, at: datetime) -> bool:
    """Tell whether a session has rested too long."""
    seen = request.session.get(SEEN)
    return seen is not None and at.timestamp() - seen > request.session.get(IDLE, 0)


def touch(request: HttpRequest, at: datetime) -> None:
    """Note, once a minute, that a session is in use."""
    seen = request.session.get(SEEN)
    if seen is None or at.timestamp() - seen < RENEW.total_seconds():
        return
    request.session[SEEN] = at.timestamp()
    request.session[IDLE] = SecurityRules.now().idle.total_seconds()
    OpenSession.objects.filter(session_key=request.session.session_key).update(seen_at=at)


@transaction.atomic
def end_sessions(sessions: Iterable[OpenSession], *, by: Any, at: datetime, reason: str) -> int:
    """Sign browsers out; returns how many. reason: limit, own, administrator, password, idle, or left."""
    ended = 0
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for one in list(sessions):
        store(one.session_key).delete()
        one.delete()
        detail = {"reason": reason, "address": one.address}
        record("session.ended", subject=one.person, actor=by, at=at, detail=detail)
        ended += 1
    return ended


def forget_expired(person: Person, *, at: datetime) -> None:
    """Drop the notes of sessions that no longer exist."""
    noted = OpenSession.objects.filter(person=person)
    alive = Session.objects.filter(session_key__in=noted.values("session_key"), expire_date__gt=at)
    noted.exclude(session_key__in=list(alive.values_list("session_key", flat=True))).delete()


def rename_session(old: str | None, new: str | None) -> None:
    """Follow a session whose key was changed."""
    OpenSession.objects.filter(session_key=old or "").update(session_key=new or "")
