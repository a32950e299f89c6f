"""What the pages of permits need beside the ledgers' filters: ``{% load conduct %}``."""

from django import template

from lantian.apps.ledger.pages.look import is_english
from lantian.policy.records import Record

register = template.Library()

POLLUTANTS = {"so2_t": "SO₂", "nox_t": "NOₓ", "pm_t": "PM", "voc_t": "VOC"}


@register.filter
def tonnes(kilograms: int) -> str:
    """``{{ credit.left_kg|tonnes }}``: kilograms in tonnes, with as many decimals as they have.

    >>> tonnes(1500), tonnes(2000), tonnes(1)
    ('1.5', '2', '0.001')
    """
    return f"{kilograms / 1000:.3f}".rstrip("0").rstrip(".")


@register.filter
def note_of(record: Record) -> str:
    """``{{ rule|note_of }}``: what a record of the pack says besides, in the reader's language."""
    return (record.note_en if is_english() else record.note_zh) or ""


@register.filter
def pollutant(name: str) -> str:
    """``{{ "so2_t"|pollutant }}``: a pollutant as it is written."""
    return POLLUTANTS.get(name, name)
