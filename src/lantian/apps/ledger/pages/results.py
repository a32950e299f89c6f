"""What a search found (检索结果), by ledger, with credentials by their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from lantian.apps.ledger.kinds import credential_kinds, kinds, label
from lantian.apps.ledger.models import Credential, Source
from lantian.apps.ledger.pages.look import address, with_query
from lantian.apps.ledger.search import search


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, what it is beside, and where it opens."""

    name: str
    code: str
    beside: str
    url: str


@dataclass(frozen=True)
class HitGroup:
    """Hits of one ledger or of credentials; ``more`` opens the ledger with the same words."""

    label: str
    hits: Sequence[Hit]
    more: str = ""


@dataclass(frozen=True)
class Results:
    """All groups, and whether there was more than is shown."""

    groups: Sequence[HitGroup]
    total: int
    more: bool


def results(person: Any, text: str) -> Results:
    """Return what a person finds by a text, by ledger in the order of the best hit."""
    found = search(person, text)
    grouped: dict[str, list[Source]] = {}
    for source in found.sources:
        grouped.setdefault(source.kind, []).append(source)
    groups = [_ledger(name, sources, text) for name, sources in grouped.items() if name in kinds()]
    named: dict[str, list[Credential]] = {}
    for credential in found.credentials:
        named.setdefault(credential.kind, []).append(credential)
    groups += [_credentials(name, some) for name, some in named.items()]
    return Results(groups, sum(len(group.hits) for group in groups), found.more)


def _ledger(name: str, sources: Sequence[Source], text: str) -> HitGroup:
    hits = [Hit(one.name, one.code, one.address, address(one)) for one in sources]
    return HitGroup(label(kinds()[name]), hits, with_query(reverse("ledger:list", args=[name]), text=text))


def _credentials(name: str, some: Sequence[Credential]) -> HitGroup:
    known = credential_kinds().get(name)
    hits = [
        Hit(one.number, str(one.get_state_display()), one.source.name, reverse("ledger:credential", args=[one.pk]))
        for one in some
    ]
    return HitGroup(label(known) if known else name, hits)
