"""Hotline systems that hand complaints in (对接系统): each has a token of its own, for one channel."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.complaints.models import HotlineClient
from lantian.apps.complaints.rules import rules
from lantian.apps.complaints.services.errors import ComplaintError
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of


@transaction.atomic
def make_client(name: str, channel: str, *, by: Person, at: datetime) -> tuple[HotlineClient, str]:
    """Register a system; the token is shown now and never again."""
    known = rules().channels(day_of(at)).get(channel)
    if not name.strip() or known is None or known.intake != "system":
        raise ComplaintError(Text("请填名称并选一条热线渠道。", "Write a name and choose a hotline's channel."))
    token = secrets.token_urlsafe(32)
    client = HotlineClient.objects.create(
        name=name.strip()[:80], channel=channel, token_hash=_hash(token), made_at=at, made_by=by
    )
    record("complaint.client-made", subject=client, actor=by, at=at, detail={"name": client.name, "channel": channel})
    return client, token


@transaction.atomic
def revoke_client(client: HotlineClient, *, by: Person, at: datetime) -> None:
    """Let a system in no more."""
    if client.revoked_at is None:
        client.revoked_at = at
        client.save(update_fields=["revoked_at"])
        record("complaint.client-revoked", subject=client, actor=by, at=at, detail={"name": client.name})


def client_of(token: str, *, at: datetime) -> HotlineClient | None:
    """Return the system that a token belongs to, unless it was revoked."""
    found = HotlineClient.objects.filter(token_hash=_hash(token), revoked_at__isnull=True).first() if token else None
    if found:
        HotlineClient.objects.filter(pk=found.pk).update(used_at=at)
    return found


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
