"""Personal facts of an entry in full (查看个人信息): to those who keep it, and to its owner."""

from typing import Any

from lantian.apps.accounts.masking import Unmasked
from lantian.apps.ledger.kinds import kinds
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.rights import may_change


def personal_value(person: Any, key: str, name: str) -> Unmasked | None:
    """Return a personal attribute of an entry, None unless the reader may change the entry."""
    source = Source.objects.visible_to(person).filter(pk=int(key)).first() if key.isdecimal() else None
    if source is None or not may_change(person, source):
        return None
    kind = kinds().get(source.kind)
    attribute = kind.attribute(name) if kind else None
    value = source.attributes.get(name)
    if attribute is None or attribute.sensitivity != "personal" or value in (None, ""):
        return None
    return Unmasked(source, str(value))
