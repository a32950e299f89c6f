"""Facets (筛选值): what an entry may be filtered by, as one short text that an index can hold.

A filter by attributes then reads the index alone, however many attributes are asked for at once, and in the order of
the codes. The text follows from the attributes; whoever stores an entry need not think of it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from django.db.models import Q

_WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}|[0-9A-Za-z]{1,2}")


def is_facet(value: object) -> bool:
    """Tell whether a value is kept: a flag, or an id of the pack; never a free text, a number plate or a telephone."""
    return isinstance(value, bool) or (isinstance(value, str) and _WORD.fullmatch(value) is not None)


def facets_of(attributes: Mapping[str, Any]) -> str:
    """Return the text of an entry's facets.

    >>> facets_of({"stage": "5", "purifier": True, "fuels": ["gas", "power"], "phone": "13800000000", "name": "甲"})
    '|fuels=gas|fuels=power|purifier=yes|stage=5|'
    """
    found = "|".join(f"{name}={_word(value)}" for name, value in _pairs(attributes))
    return f"|{found}|" if found else ""


def _pairs(attributes: Mapping[str, Any]) -> Iterator[tuple[str, bool | str]]:
    for name, value in sorted(attributes.items()):
        yield from ((name, one) for one in (value if isinstance(value, list) else [value]) if is_facet(one))


def _word(value: bool | str) -> str:
    return value if isinstance(value, str) else ("yes" if value else "no")


def having(name: str, value: bool | str) -> Q:
    """The condition that an attribute has a value, or that one of its values is it."""
    return Q(facets__contains=f"|{name}={_word(value)}|")


def filled(name: str) -> Q:
    """The condition that an attribute of flags or choices has any value."""
    return Q(facets__contains=f"|{name}=")


class FacetsField(models.TextField):  # type: ignore[type-arg]
    """A text that follows from the attributes whenever an entry is stored, one at a time or many at once."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Set and return the text."""
        text = facets_of(getattr(model_instance, "attributes", None) or {})
        setattr(model_instance, self.attname, text)
        return text
