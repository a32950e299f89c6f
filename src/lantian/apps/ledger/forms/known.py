"""What is known already (已知信息): an enterprise's facts in other ledgers, found by its credit code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from lantian.apps.accounts.models import Organisation
from lantian.apps.ledger.forms.fields import ATTRIBUTE, shown_of
from lantian.apps.ledger.kinds import kinds, label
from lantian.apps.ledger.models import Source
from lantian.kernel.identifiers import credit_code
from lantian.policy.records_ledger import Kind

MOST = 8
OWN = ("address", "owner", "longitude", "latitude")
"""Own fields that entries of one enterprise share."""


@dataclass(frozen=True)
class Known:
    """Texts by form field, and where each is from."""

    texts: Mapping[str, list[str]]
    origins: Mapping[str, str]


def known_of(person: Any, kind: Kind, code: str) -> Known:
    """Return what the register of organisations and the ledgers that a person sees know of an enterprise.

    Raises WrongIdentifier for a code that cannot be. Personal facts are not carried over.
    """
    wanted = credit_code(code)
    texts: dict[str, list[str]] = {}
    origins: dict[str, str] = {}
    names = {ATTRIBUTE + one.name for one in kind.attributes}
    for source in _sources(person, wanted):
        of = kinds()[source.kind]
        origin = f"{label(of)} {source.code}"
        for name, values in shown_of(of, source).items():
            if _shared(kind, of, name) and values and values[0] and name not in texts:
                texts[name], origins[name] = values, origin
    organisation = Organisation.objects.filter(credit_code=wanted).first()
    if organisation is not None:
        texts["owner"], origins["owner"] = [organisation.name], organisation.code
        for name in ("name", f"{ATTRIBUTE}company"):
            if name not in texts and (name == "name" or name in names):
                texts[name], origins[name] = [organisation.name_zh], organisation.code
    return Known(texts, origins)


def _shared(kind: Kind, other: Kind, name: str) -> bool:
    """Whether a field is the same fact in two ledgers: what every entry has, or a text or choice of the same name."""
    if name in OWN:
        return True
    mine, theirs = (one.attribute(name.removeprefix(ATTRIBUTE)) for one in (kind, other))
    if mine is None or theirs is None or not name.startswith(ATTRIBUTE):
        return False
    return mine.type in ("text", "choice", "credit_code") and (mine.zh, mine.type, mine.choices) == (
        theirs.zh,
        theirs.type,
        theirs.choices,
    )


def _sources(person: Any, code: str) -> list[Source]:
    """Entries of the enterprise with a credit code, the newest first."""
    carry = Q(owner__credit_code=code)
    carry |= Q(attributes__credit_code=code)
    visible = Source.objects.visible_to(person).current().filter(carry, kind__in=list(kinds()))
    return list(visible.select_related("area", "owner", "parent").order_by("-changed_at")[:MOST])
