"""Comparing an answer with what a vector expects: exactly, unless its note states a tolerance."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

_TOLERANCE = re.compile(r"(relative\s+)?tolerance\s+([0-9.]+(?:e-?\d+)?)", re.IGNORECASE)
_ALSO_RELATIVE = re.compile(r"relative\s+([0-9.]+)\s*%", re.IGNORECASE)


def differences(found: Mapping[str, Any], expected: Mapping[str, Any], note: str) -> list[str]:
    """Return what differs among the keys a vector expects, as sentences; empty when all agree."""
    return [
        f"{key}: {found.get(key)!s} instead of {wanted!s}"
        for key, wanted in expected.items()
        if key not in found or not same(found[key], wanted, note)
    ]


def same(found: Any, wanted: Any, note: str) -> bool:
    """Tell whether two values agree; numbers by value, text of numbers as decimals."""
    if isinstance(wanted, Mapping):
        return (
            isinstance(found, Mapping)
            and set(found) == set(wanted)
            and all(same(found[key], wanted[key], note) for key in wanted)
        )
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return (
            _is_list(found)
            and len(found) == len(wanted)
            and all(same(left, right, note) for left, right in zip(found, wanted, strict=True))
        )
    if isinstance(wanted, bool) or wanted is None:
        return found is wanted
    number = _number(wanted)
    return _same_number(found, number, wanted, note) if number is not None else bool(found == wanted)


def _is_list(found: Any) -> bool:
    return isinstance(found, Sequence) and not isinstance(found, str)


def _same_number(found: Any, number: Fraction, wanted: Any, note: str) -> bool:
    value = _number(found)
    if value is None:
        return False
    if value == number:
        return True
    return abs(value - number) <= max(_room(number, note), _last_digit(found, wanted))


def _last_digit(found: Any, wanted: Any) -> Fraction:
    """An unrounded answer agrees with its print when it differs by at most one unit of the last printed digit."""
    if not isinstance(found, Fraction):
        return Fraction(0)
    exponent = Decimal(str(wanted)).as_tuple().exponent
    return Fraction(10) ** exponent if isinstance(exponent, int) else Fraction(0)


def _room(number: Fraction, note: str) -> Fraction:
    stated = _TOLERANCE.search(note)
    if not stated:
        return Fraction(0)
    room = Fraction(stated[2])
    percent = _ALSO_RELATIVE.search(note)
    relative = Fraction(percent[1]) / 100 * abs(number) if percent else Fraction(0)
    return max(room * abs(number), relative) if stated[1] else max(room, relative)


def _number(value: Any) -> Fraction | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, Fraction):
        return value
    try:
        return Fraction(Decimal(str(value)))
    except (InvalidOperation, ValueError, OverflowError):
        return None
