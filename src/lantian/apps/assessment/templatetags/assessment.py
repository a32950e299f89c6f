"""Figures of a bulletin as links to how they came about (数字来历)."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lantian.apps.ui.official.document import pieces

register = template.Library()

SHAPES = {"●": "g", "▲": "y", "■": "r"}


@register.filter
def lamped(text: str) -> SafeString:
    """Give the lamp's shape that words begin with its colour; other words stay as they are."""
    letter = SHAPES.get(text[:1])
    if letter is None:
        return format_html("{}", text)
    return format_html('<i class="l-{}">{}</i>{}', letter, text[:1], text[1:])


@register.filter
def linked(text: str, number: str) -> SafeString:
    """Turn the marked figures of a text into links; number: of the snapshot that explains them."""
    address = reverse("assessment:figures", args=[number])
    parts = [
        format_html('<a class="how" href="{}#{}">{}</a>', address, key, said) if key else format_html("{}", said)
        for said, key in pieces(text)
    ]
    return format_html_join("", "{}", ((one,) for one in parts))
