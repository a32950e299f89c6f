"""Show personal data in part, with a button that shows the whole and is audited: ``{% load masking %}``."""

from typing import Any

from django import template
from django.urls import reverse

from lantian.apps.accounts import masking

register = template.Library()


@register.filter
def masked(value: str | None, kind: str = "text") -> str:
    """``{{ person.phone|masked:"phone" }}``: the value with its middle hidden."""
    return masking.masked(value, kind)


@register.inclusion_tag("accounts/_masked.html", takes_context=True)
def masked_field(context: dict[str, Any], value: str | None, kind: str, model: str, key: object, name: str) -> Any:
    """``{% masked_field person.phone "phone" "accounts.person" person.pk "phone" %}``: masked, with 显示 beside it."""
    return {
        "shown": masking.masked(value, kind),
        "url": reverse("accounts:unmask", args=[model, str(key), name]),
        "csrf_token": context.get("csrf_token"),
    }
