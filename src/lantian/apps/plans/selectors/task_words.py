"""How tasks are called on pages (任务的说法): departments by name, lamps, values with unit."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from lantian.apps.accounts.models import Area
from lantian.apps.plans.selectors.standing import SIGNS, Standing, plain
from lantian.kernel.errors import Text
from lantian.policy.records_plan import UNITS

LETTERS: Mapping[str, str] = {"green": "g", "yellow": "y", "red": "r", "grey": "o"}
WORDS: Mapping[str, Text] = {
    "red": Text("逾期", "overdue"),
    "yellow": Text("临期", "near"),
    "green": Text("正常", "on schedule"),
    "grey": Text("无数据", "no data"),
    "struck": Text("已销号", "struck off"),
}
"""Lamps as pages call them, the most urgent first; one that is struck off has a ring."""


LAMPS: Mapping[str, Text] = {
    "red": Text("红灯", "red"),
    "yellow": Text("黄灯", "yellow"),
    "green": Text("绿灯", "green"),
    "grey": Text("无数据", "no data"),
    "struck": Text("已销号", "struck off"),
}
"""Lamps as tables count them: a red one is late or far behind, a yellow one near or behind."""
URGENT = ("red", "yellow")
"""Lamps whose reason is said beside them."""


def state_of_lamp(one: Standing) -> str:
    """Return the lamp's name for lists: its colour, or ``struck``."""
    return "struck" if one.struck_on is not None else one.lamp.colour


def letter(state: str) -> str:
    """Return the letter that a lamp's shape goes by."""
    return LETTERS.get(state, "o")


def area_names(codes: Iterable[str]) -> dict[str, Text]:
    """Return the short names of areas by code."""
    return short_names(Area.objects.filter(pk__in=set(codes)))


def short_names(areas: Iterable[Area]) -> dict[str, Text]:
    """Return the short names of areas that were read."""
    return {one.pk: Text(one.short_zh or one.name_zh, one.name_en or one.name_zh) for one in areas}


def unit_text(unit: str) -> Text:
    """Return a unit as a reader sees it."""
    return UNITS.get(unit, Text(unit, unit))


def target_text(one: Standing) -> Text:
    """Say the value reached and the target: ``71 / ≥ 90 %``."""
    now = plain(one.value.value) if one.value is not None else "—"
    sign = SIGNS[one.goal.comparator]
    unit = unit_text(one.task.unit)
    target = f"{sign} {plain(one.goal.target)}".strip()
    return Text(f"{now} / {target} {unit.zh}", f"{now} / {target} {unit.en}")


def yuan(amount: Decimal) -> str:
    """Write a sum in units of ten thousand yuan (万元).

    >>> yuan(Decimal("1234500"))
    '123.45'
    """
    return f"{amount / 10_000:,.2f}"
