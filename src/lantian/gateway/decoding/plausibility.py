"""Whether a value counts (数据有效性判定): the device's flag, the instrument's range, and the unit trap.

The standard prints ng/m³ as the unit of particulates; devices send ng, µg or mg, and some change after a repair. A
concentration that is suddenly about a thousand times the one before, or a thousandth, is no weather.
"""

from collections.abc import Set
from math import isfinite

from lantian.gateway.registry import Channel
from lantian.lake.schema import INVALID

VALID = "valid"
Judged = tuple[float | None, str, str]
"""Value in the stored unit (None where the text is no number), verdict, and why it is not valid."""

UNSTATED = ""
"""The flag of a value that came without one: no statement, so it counts unless something else speaks against it."""

JUMP_LEAST, JUMP_MOST = 300.0, 3000.0
_MASS = "g/m³"


def judge(text: str, flag: str, channel: Channel, last: float | None, usable: Set[str]) -> Judged:
    """Judge a value as sent.

    last: the valid value before it, in the stored unit. usable: flags whose values count. Reasons: ``format`` (no
    number), ``flag``, ``unit-jump``, ``range``.

    >>> pm = Channel("a34004", "a34004", "p", "µg/m³", low=0, high=1000)
    >>> judge("35", "N", pm, None, {"N"}), judge("35000", "N", pm, 40.0, {"N"})
    ((35.0, 'valid', ''), (35000.0, 'invalid', 'unit-jump'))
    """
    number = number_of(text)
    if number is None:
        return None, INVALID, "format"
    value = number * channel.scale
    if flag and flag not in usable:
        return value, INVALID, "flag"
    if is_unit_jump(value, last, channel):
        return value, INVALID, "unit-jump"
    if (channel.low is not None and value < channel.low) or (channel.high is not None and value > channel.high):
        return value, INVALID, "range"
    return value, VALID, ""


def number_of(text: str) -> float | None:
    """Return a finite decimal number, or None.

    >>> number_of(" 1.5"), number_of("1e3"), number_of("1_0"), number_of("nan"), number_of("")
    (1.5, 1000.0, None, None, None)
    """
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in text and text.isascii() else None


def is_unit_jump(value: float, last: float | None, channel: Channel) -> bool:
    """Tell whether a mass concentration is 300 to 3,000 times the one before, or that much less.

    >>> is_unit_jump(0.035, 35.0, Channel("a34004", "a34004", "p", "µg/m³"))
    True
    >>> is_unit_jump(3500, 3.5, Channel("a00000", "a00000", "p", "m³/h"))
    False
    """
    if last is None or last <= 0 or value <= 0 or not channel.unit.endswith(_MASS):
        return False
    ratio = value / last
    return JUMP_LEAST <= ratio <= JUMP_MOST or JUMP_LEAST <= 1 / ratio <= JUMP_MOST
