"""A person's telephone, e-mail and identity number in full (查看个人信息): to themselves and to who keeps people."""

from typing import Any

from lantian.apps.accounts.masking import Unmasked
from lantian.apps.accounts.models import Person, Role
from lantian.apps.accounts.scope import people_visible_to, scope_of

FIELDS = ("phone", "email", "identity")


def personal_detail(reader: Any, key: str, name: str) -> Unmasked | None:
    """Return a detail in full: all to the system administrator and the person, the telephone to who works with them."""
    found = people_visible_to(reader).filter(pk=int(key)).first() if key.isdecimal() and name in FIELDS else None
    if found is None or not (_keeps(reader, found) or name == "phone"):
        return None
    return Unmasked(found, getattr(found, name))


def _keeps(reader: Person, found: Person) -> bool:
    return reader.pk == found.pk or Role.SYSTEM_ADMIN in scope_of(reader).roles
