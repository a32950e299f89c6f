"""What the pages of permits need beside the ledgers' filters: ``{% load conduct %}``."""

from django import template

register = template.Library()

POLLUTANTS = {"so2_t": "SO₂", "nox_t": "NOₓ", "pm_t": "PM", "voc_t": "VOC"}


@register.filter
def pollutant(name: str) -> str:
    """``{{ "so2_t"|pollutant }}``: a pollutant as it is written."""
    return POLLUTANTS.get(name, name)
