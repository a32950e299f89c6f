"""Conditions of the pack over ledger entries (条件): as a filter of the database, and on one entry with reasons.

Both read the same record. In the database an attribute that is not filled in fulfils no comparison, as an unknown fact
decides nothing.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from lantian.apps.ledger.kinds import facts_of
from lantian.apps.ledger.models import Source
from lantian.policy.facts import Known
from lantian.policy.records_ledger import Kind
from lantian.policy.records_rule import Condition, Plain
from lantian.policy.rules import Case, Finding, judge

_LOOKUPS: Mapping[str, str] = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_FIELDS: Mapping[str, str] = {"state": "state", "area": "area__code"}
EVERY = Q()
NONE = Q(pk__in=[])


def as_filter(condition: Condition | None) -> Q:
    """Return a condition as a filter of sources; None is every source.

    >>> str(as_filter(Condition(fact="stage", op="=", value="3")))
    "(AND: ('attributes__stage', '3'))"
    """
    if condition is None:
        return EVERY
    made: Mapping[str, Callable[[Condition], Q]] = {"all": _all, "any": _any, "not": _not, "count": _count}
    return made.get(condition.form, _leaf)(condition)


def _all(condition: Condition) -> Q:
    found = Q()
    for part in condition.parts:
        found &= as_filter(part)
    return found


def _any(condition: Condition) -> Q:
    found = NONE
    for part in condition.parts:
        found |= as_filter(part)
    return found


def _not(condition: Condition) -> Q:
    return ~as_filter(condition.parts[0])


def _count(condition: Condition) -> Q:
    """At least or at most so many of some parts: every way in which that can hold, few parts only."""
    parts, low = condition.parts, condition.at_least or 0
    high = len(parts) if condition.at_most is None else condition.at_most
    found = NONE
    for choice in range(1 << len(parts)):
        if low <= choice.bit_count() <= high:
            one = Q()
            for index, part in enumerate(parts):
                one &= as_filter(part) if choice >> index & 1 else ~as_filter(part)
            found |= one
    return found


def _leaf(condition: Condition) -> Q:
    name = str(condition.name)
    field = _FIELDS.get(name, f"attributes__{name}")
    value = condition.value
    lookup = _LOOKUPS.get(str(condition.op))
    if lookup:
        return Q(**{f"{field}__{lookup}": stored(value)})
    if condition.op in ("in", "not in"):
        values = [stored(one) for one in value] if isinstance(value, tuple) else [stored(value)]
        chosen = Q(**{f"{field}__in": values})
        return chosen if condition.op == "in" else ~chosen
    if condition.op == "has":
        return Q(**{f"{field}__contains": stored(value)})
    equal = Q(**{field: stored(value)})
    return equal if condition.op == "=" else ~equal


def stored(value: Plain | tuple[Plain, ...] | None) -> Any:
    """Return a value as the attributes keep it: numbers as numbers, days as ISO text."""
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def known(source: Source, kind: Kind) -> Known:
    """Return what an entry says of itself, as facts of the rule engine."""
    found: dict[str, Any] = {"state": source.state}
    if source.area_id:
        found["area"] = source.area_id
    for attribute in kind.attributes:
        value = source.attributes.get(attribute.name)
        if value is not None and value != "":
            found[attribute.name] = _as_fact(attribute.type, value)
    return found


def _as_fact(kind: str, value: Any) -> Any:
    if kind in ("number", "integer"):
        return Decimal(str(value))
    return date.fromisoformat(value) if kind == "date" else value


def holds(condition: Condition | None, source: Source, kind: Kind, on: date) -> Finding:
    """Judge a condition on one entry, with the reasons in both languages."""
    if condition is None:
        return Finding(True, ())
    return judge(condition, Case(known(source, kind), facts_of(kind), on))
