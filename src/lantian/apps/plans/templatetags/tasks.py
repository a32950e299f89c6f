"""Filters of the tasks' pages: sums in 万元, and labels in the reader's language."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import get_language

from lantian.apps.plans.selectors.task_words import yuan
from lantian.kernel.errors import Text

register = template.Library()


@register.filter
def wan(amount: Decimal) -> str:
    """``{{ sums.paid|wan }}``: yuan as 万元 with two decimals."""
    return yuan(amount)


@register.filter
def labelled(thing: Any) -> str:
    """``{{ record|labelled }}``: the ``zh`` or ``en`` of a record or a mapping, in the reader's language."""
    zh, en = (thing.get("zh"), thing.get("en")) if isinstance(thing, Mapping) else (thing.zh, thing.en)
    return Text(str(zh or ""), str(en or zh or "")).in_language(get_language() or "zh-hans")
