"""Figures of a bulletin as links to how they came about (数字来历)."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lantian.apps.assessment.reports.words import MARKED

register = template.Library()


@register.filter
def linked(text: str, number: str) -> SafeString:
    """Turn the marked figures of a text into links; number: of the snapshot that explains them."""
    address = reverse("assessment:figures", args=[number])
    pieces, last = [], 0
    for found in MARKED.finditer(text):
        pieces.append(format_html("{}", text[last : found.start()]))
        pieces.append(format_html('<a class="how" href="{}#{}">{}</a>', address, found[1], found[2]))
        last = found.end()
    pieces.append(format_html("{}", text[last:]))
    return format_html_join("", "{}", ((one,) for one in pieces))
