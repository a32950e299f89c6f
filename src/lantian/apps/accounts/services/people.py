"""People and their posts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Area, Organisation, Person, Post
from lantian.apps.audit.services import record
from lantian.kernel.errors import LantianError, Text


class PersonExists(LantianError):
    """The name is taken."""


@dataclass(frozen=True)
class NewPerson:
    """Somebody to be added, with the role of a first post; a password of None lets nobody sign in."""

    username: str
    password: str | None
    name_zh: str
    name_en: str
    role: str


@transaction.atomic
def add_person(
    new: NewPerson, *, organisation: Organisation, by: Any, at: datetime, area: Area | None = None
) -> Person:
    """Store a person with a post; raises PersonExists."""
    if Person.objects.filter(username=new.username).exists():
        raise PersonExists(
            Text(f"登录名 {new.username} 已有人使用，请另取。", f"The name {new.username} is taken; choose another.")
        )
    person = Person.objects.create_person(new.username, new.password, name_zh=new.name_zh, name_en=new.name_en)
    Post.objects.create(person=person, role=new.role, organisation=organisation, area=area)
    record("person.created", subject=person, actor=by, at=at, detail={"role": new.role})
    return person
