"""Facts as the rule engine sees them (事实): their values, units and what may be asked of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from lantian.kernel.errors import LantianError, Text
from lantian.policy.records_rule import OPERATORS, Condition, Fact, FactKind, Plain


class RuleError(LantianError):
    """Facts that do not fit their declarations: wrong kind, wrong unit, not declared."""


@dataclass(frozen=True)
class Measured:
    """A number with its unit (带单位的数)."""

    value: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{self.value} {self.unit}" if self.unit != "1" else str(self.value)


Value = Measured | Plain | Collection[str] | Collection[date]
Known = Mapping[str, Value]
"""What is known of an event, by fact name; a plain number counts in the fact's own unit."""


def checked(value: Value, fact: Fact) -> Value:
    """Return the value in its declared form, or raise RuleError."""
    if fact.kind == "number":
        return _number(value, fact)
    if fact.kind in ("texts", "days"):
        entry = str if fact.kind == "texts" else date
        if (
            isinstance(value, str)
            or not isinstance(value, Collection)
            or any(type(each) is not entry for each in value)
        ):
            raise RuleError(_misfit(fact, value))
        return cast("Collection[str] | Collection[date]", tuple(value))
    if type(value) is not {"text": str, "flag": bool, "day": date}[fact.kind]:
        raise RuleError(_misfit(fact, value))
    if fact.choices and value not in fact.choices:
        raise RuleError(_misfit(fact, value))
    return value


def _number(value: Value, fact: Fact) -> Measured:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return Measured(Decimal(value), str(fact.unit))
    if isinstance(value, Measured) and comparable_units(value.unit, str(fact.unit)):
        return value
    raise RuleError(_misfit(fact, value))


def _misfit(fact: Fact, value: object) -> Text:
    unit = f" [{fact.unit}]" if fact.unit else ""
    choices = f" ({', '.join(fact.choices)})" if fact.choices else ""
    wanted = f"{fact.kind}{unit}{choices}"
    return Text(
        f"事实“{fact.zh}”（{fact.id}）的值为 {value!s}，应为 {wanted}",
        f"the fact {fact.id} is {value!s}, expected {wanted}",
    )


def misuse(condition: Condition, fact: Fact) -> Text | None:
    """Say why a condition cannot be asked of a fact; None where it can.

    The checker asks this of every rule of a pack, the engine again of what it is given.
    """
    if condition.size:
        return _size_misuse(condition, fact)
    if condition.op not in OPERATORS[fact.kind]:
        allowed = ", ".join(sorted(OPERATORS[fact.kind]))
        return Text(f"{fact.kind} 类事实只能用 {allowed}", f"a {fact.kind} fact is asked by {allowed}")
    if condition.unit and not (fact.unit and comparable_units(condition.unit, fact.unit)):
        return Text(
            f"单位 {condition.unit} 不能与 {fact.unit or '无单位'} 比较",
            f"{condition.unit} cannot be compared with {fact.unit or 'a fact without unit'}",
        )
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    kinds = _PYTHON_TYPES[fact.kind]
    if not all(type(value) in kinds for value in values):
        return Text(f"value 应为 {fact.kind} 的值", f"value does not suit a {fact.kind} fact")
    stray = [str(value) for value in values if fact.choices and value not in fact.choices]
    if stray:
        allowed = ", ".join(fact.choices)
        return Text(f"{', '.join(stray)} 不在 {allowed} 之内", f"{', '.join(stray)} is none of {allowed}")
    return None


def _size_misuse(condition: Condition, fact: Fact) -> Text | None:
    if fact.kind not in ("texts", "days"):
        return Text("size 只能用于集合类事实", "size is asked of a collection only")
    if condition.last_days and fact.kind != "days":
        return Text("last_days 只能用于日期集合", "last_days is asked of days only")
    return None


_PYTHON_TYPES: Mapping[FactKind, tuple[type, ...]] = {
    "number": (int, Decimal),
    "text": (str,),
    "flag": (bool,),
    "day": (date,),
    "texts": (str,),
    "days": (date,),
}


def magnitude(value: object) -> object:
    """Return what is compared: a measured number exactly, in the base unit of its quantity; others as they are."""
    if isinstance(value, Measured):
        return Fraction(value.value) * UNITS.get(value.unit, (value.unit, Fraction(1)))[1]
    return value


UNITS: Mapping[str, tuple[str, Fraction]] = {
    "µg/m³": ("concentration", Fraction(1)),
    "mg/m³": ("concentration", Fraction(1000)),
    "min": ("time", Fraction(1)),
    "h": ("time", Fraction(60)),
    "day": ("time", Fraction(1440)),
    "week": ("time", Fraction(10080)),
    "m": ("length", Fraction(1)),
    "km": ("length", Fraction(1000)),
    "kg": ("mass", Fraction(1)),
    "t": ("mass", Fraction(1000)),
    "1": ("ratio", Fraction(1)),
    "%": ("ratio", Fraction(1, 100)),
}
"""Units that can be compared with others of the same quantity; any further unit compares with itself only."""


def comparable_units(one: str, other: str) -> bool:
    """Tell whether numbers in two units can be compared.

    >>> comparable_units("mg/m³", "µg/m³"), comparable_units("h", "km")
    (True, False)
    """
    return UNITS.get(one, (one,))[0] == UNITS.get(other, (other,))[0]
