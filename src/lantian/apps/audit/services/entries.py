"""Write an entry, and prove that none was changed."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from lantian.apps.audit.models import GENESIS, AuditError, Entry
from lantian.kernel.errors import Text


@transaction.atomic
def record(
    verb: str,
    *,
    subject: models.Model | None,
    actor: Any,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> Entry:
    """Append one entry in the caller's transaction.

    verb: such as ``person.signed-in``. actor: a Person, or None for the system itself or somebody unknown.
    detail: plain JSON values; keep passwords and personal data out.
    """
    last = Entry.objects.select_for_update().order_by("-pk").first()
    entry = Entry(
        at=at,
        verb=verb,
        actor=actor,
        actor_name=actor.get_username() if actor else "system",
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        detail=dict(detail or {}),
        previous_hash=last.hash if last else GENESIS,
    )
    entry.hash = entry.computed_hash()
    entry.save()
    return entry


def verify_chain() -> int:
    """Return the number of entries; raises AuditError naming the first entry that was changed or is missing."""
    count = 0
    for entry, previous in _with_previous():
        if entry.previous_hash != previous or entry.hash != entry.computed_hash():
            raise AuditError(
                Text(
                    f"审计日志第 {entry.pk} 条与前后不符，已被改动或其前有缺失。",
                    f"Audit entry {entry.pk} does not fit the one before: it was changed, or one is missing.",
                )
            )
        count += 1
    return count


def _with_previous() -> Iterator[tuple[Entry, str]]:
    previous = GENESIS
    for entry in Entry.objects.order_by("pk").iterator():
        yield entry, previous
        previous = entry.hash
