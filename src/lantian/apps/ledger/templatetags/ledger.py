"""What the ledgers' templates need beside the shared components: ``{% load ledger %}``."""

from typing import Any

from django import template

from lantian.apps.ledger.kinds import label
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.pages.look import address, own_label

register = template.Library()


@register.filter
def labelled(record: Any) -> str:
    """``{{ kind|labelled }}``: a record's name in the reader's language."""
    return label(record)


@register.filter
def link(source: Source, name: str = "source") -> str:
    """``{{ source|link:"edit" }}``: where one of an entry's pages is."""
    return address(source, f"ledger:{name}")


@register.filter
def own(name: str) -> str:
    """``{{ "trade"|own }}``: what a field that every entry has is called."""
    return own_label(name)


@register.filter
def measure(value: float) -> str:
    """``{{ part.numerator|measure }}``: a count as a whole number, a sum with at most three decimals."""
    return f"{value:,.3f}".rstrip("0").rstrip(".")


@register.filter
def letter(status: str) -> str:
    """``{{ one.status|letter }}``: the lamp of a duty's standing."""
    return {"has": "g", "missing": "y", "soon": "y", "late": "r"}.get(status, "o")
