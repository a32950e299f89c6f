"""What people do with their notices: mark them read, and choose how they are told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from lantian.apps.accounts.models import Person
from lantian.apps.notices.models import Notice, Preference


@dataclass(frozen=True)
class Wishes:
    """How a person wants to be told."""

    email: str
    sms: str
    digest: str
    language: str
    quiet_from: time | None = None
    quiet_to: time | None = None


def mark_read(person: Person, notices: Iterable[int] | None, at: datetime) -> int:
    """Mark a person's notices read, or all of them; return how many were unread."""
    found = Notice.objects.of(person).unread()
    found = found if notices is None else found.filter(pk__in=list(notices))
    return found.update(read_at=at)


def choose(person: Person, wishes: Wishes) -> Preference:
    """Keep how a person wants to be told; it holds for what is told from now on."""
    return Preference.objects.update_or_create(person=person, defaults=vars(wishes))[0]
