"""What the ledgers' pages show of higher parts (联动): filled in ``project/wiring.py``, empty until then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lantian.apps.ledger.models import Source


@dataclass(frozen=True)
class LinkedLine:
    """One linked thing: what it is called, how it stands (a lamp's letter and words), and where it opens."""

    label: str
    value: str = ""
    url: str = ""
    lamp: str = ""


@dataclass(frozen=True)
class Linked:
    """Things of one sort that belong to an entry, such as its devices or its open alarms."""

    title: str
    lines: Sequence[LinkedLine]


Linker = Callable[[Any, Source], Sequence[Linked]]

linked: list[Linker] = []
"""What is linked to an entry, as far as a person may see it."""


def _no_ground() -> dict[str, Any]:
    return {}


ground: list[Callable[[], dict[str, Any]]] = [_no_ground]
"""The ground that maps stand on: bounds, areas, outline, roads, names; the last one counts."""


def links_of(person: Any, source: Source) -> list[Linked]:
    """Return everything that is linked to an entry; groups without lines are left out."""
    return [group for linker in linked for group in linker(person, source) if group.lines]
