"""Units in which devices report and in which values are kept (单位换算), with exact factors.

Only units of one quantity convert into each other; what needs more than a factor (ppm, temperature scales, the state
of a gas) is a calculation of ``airquality`` and no unit.
"""

from collections.abc import Mapping
from fractions import Fraction

from lantian.kernel.errors import LantianError, Text

_QUANTITIES: Mapping[str, Mapping[str, Fraction]] = {
    "concentration": {
        "ng/m³": Fraction(1, 1000),
        "µg/m³": Fraction(1),
        "mg/m³": Fraction(1000),
        "g/m³": Fraction(1_000_000),
    },
    "pressure": {"Pa": Fraction(1), "hPa": Fraction(100), "kPa": Fraction(1000), "MPa": Fraction(1_000_000)},
    "flow": {"m³/h": Fraction(1), "m³/min": Fraction(60), "m³/s": Fraction(3600)},
    "speed": {"m/s": Fraction(1), "km/h": Fraction(10, 36)},
    "share": {"%": Fraction(1), "‰": Fraction(1, 10)},
    "mixing": {"ppb": Fraction(1), "ppm": Fraction(1000)},
    "temperature": {"°C": Fraction(1)},
    "angle": {"°": Fraction(1)},
    "sound": {"dB": Fraction(1)},
}
"""Each quantity's units, in one of them."""

_KNOWN: Mapping[str, tuple[str, Fraction]] = {
    unit: (quantity, size) for quantity, units in _QUANTITIES.items() for unit, size in units.items()
}
_SPELLINGS = (("μ", "µ"), ("ug", "µg"), ("m3", "m³"), ("℃", "°C"), ("mbar", "hPa"))
"""How the field writes them: the Greek letter for the micro sign, digits for exponents."""


class UnitError(LantianError):
    """A unit that nobody knows, or two that measure different quantities."""


def unit(text: str) -> str:
    """Return a unit as Lantian writes it; raises UnitError on one that it does not know.

    >>> unit("ug/m3"), unit("μg/m³"), unit("mbar")
    ('µg/m³', 'µg/m³', 'hPa')
    """
    found = text.strip()
    for written, ours in _SPELLINGS:
        found = found if ours in found else found.replace(written, ours)
    if found not in _KNOWN:
        known = " ".join(_KNOWN)
        raise UnitError(Text(f"没有单位“{text}”，可用：{known}。", f"There is no unit “{text}”; use one of {known}."))
    return found


def units_like(text: str) -> tuple[str, ...]:
    """Return the units of the same quantity, smallest first.

    >>> units_like("kPa")
    ('Pa', 'hPa', 'kPa', 'MPa')
    """
    return tuple(sorted(_QUANTITIES[_KNOWN[unit(text)][0]], key=lambda name: _KNOWN[name][1]))


def conversion(sent: str, kept: str) -> Fraction:
    """Return what one unit as sent is in the unit kept; raises UnitError.

    >>> conversion("ng/m³", "µg/m³"), conversion("m³/s", "m³/h")
    (Fraction(1, 1000), Fraction(3600, 1))
    """
    (quantity, size), (wanted, other) = _KNOWN[unit(sent)], _KNOWN[unit(kept)]
    if quantity != wanted:
        raise UnitError(Text(f"“{sent}”不能换算为“{kept}”。", f"“{sent}” cannot be converted to “{kept}”."))
    return size / other
