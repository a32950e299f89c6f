"""Filters of the tasks' pages: sums in 万元, and labels in the reader's language."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.utils.translation import get_language

from lantian.apps.plans.selectors.standing import SIGNS, plain
from lantian.apps.plans.selectors.task_words import unit_text, yuan
from lantian.kernel.errors import Text

register = template.Library()
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@register.filter
def wan(amount: Decimal) -> str:
    """``{{ sums.paid|wan }}``: yuan as 万元 with two decimals."""
    return yuan(amount)


@register.filter
def labelled(thing: Any) -> str:
    """``{{ record|labelled }}``: the ``zh`` or ``en`` of a record or a mapping, in the reader's language."""
    zh, en = (thing.get("zh"), thing.get("en")) if isinstance(thing, Mapping) else (thing.zh, thing.en)
    return Text(str(zh or ""), str(en or zh or "")).in_language(_language())


@register.filter
def amount(one: Mapping[str, Any]) -> str:
    """``{{ quantity|amount }}``: a quantity that a task keeps, ``≥ 92 %`` or ``至 2020-12-31``."""
    sign, value, unit = str(one["comparator"]), str(one["value"]), str(one.get("unit") or "")
    if DAY.fullmatch(value):
        until = {"<=": Text("至", "by"), ">=": Text("自", "from")}.get(sign, Text("", ""))
        return f"{until.in_language(_language())} {value}".strip()
    try:
        number = plain(Decimal(value))
    except InvalidOperation:
        number = value
    return f"{SIGNS.get(sign, sign)} {number} {unit_text(unit).in_language(_language()) if unit else ''}".strip()


def _language() -> str:
    return get_language() or "zh-hans"
