"""The search box (检索): name, code, plate, credential number and address of everything that one may see.

Chinese has no blanks between words, so substrings are looked for; several words must all be found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When

from lantian.apps.ledger.models import Credential, Source
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.kernel.identifiers import plain

MOST = 30


@dataclass(frozen=True)
class Found:
    """What a search gave: sources, credentials, and whether there were more than are shown."""

    sources: Sequence[Source]
    credentials: Sequence[Credential]
    more: bool


def matching(sources: SourceQuerySet, text: str) -> SourceQuerySet:
    """Return the sources whose search text holds every word; all of them for an empty text."""
    for word in words(text):
        sources = sources.filter(search__contains=word)
    return sources


def words(text: str) -> list[str]:
    """Return what is looked for, mended as stored texts are."""
    return plain(text).lower().split()[:6]


def search(person: Any, text: str, *, most: int = MOST) -> Found:
    """Find entries that a person may see: exact codes and names first, then names that begin so, then the rest."""
    asked = words(text)
    if not asked:
        return Found([], [], more=False)
    whole = " ".join(asked)
    rank = Case(
        When(Q(name__iexact=whole) | Q(code__iexact=whole), then=Value(0)),
        When(name__istartswith=whole, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    visible = Source.objects.visible_to(person).current()
    sources = list(matching(visible, text).annotate(rank=rank).order_by("rank", "name")[: most + 1])
    numbers = Credential.objects.visible_to(person).filter(number__icontains=whole).select_related("source")
    credentials = list(numbers.order_by("number")[:most])
    return Found(sources[:most], credentials, more=len(sources) > most)
