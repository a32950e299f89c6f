"""Monitoring factors (监测因子): one name, one HJ 212 code and one unit each."""

from dataclasses import dataclass
from enum import StrEnum


class Factor(StrEnum):
    """A pollutant as design.md and the standards write it; its value is the name used in files and JSON.

    >>> Factor("PM2.5").code
    'a34004'
    """

    PM25 = "PM2.5"
    PM10 = "PM10"
    SO2 = "SO2"
    NO2 = "NO2"
    CO = "CO"
    O3 = "O3"
    TSP = "TSP"
    NOX = "NOx"
    PB = "Pb"
    BAP = "BaP"

    @property
    def code(self) -> str:
        """The factor code of HJ 212-2017 (HJ 524), as the lake keeps it."""
        return _FACTS[self].code

    @property
    def unit(self) -> str:
        """The unit in which a concentration is stored and shown."""
        return _FACTS[self].unit

    @classmethod
    def from_code(cls, code: str) -> "Factor":
        """Return the factor of an HJ 212 code; KeyError if it is not one of these."""
        return _BY_CODE[code]


@dataclass(frozen=True)
class _Facts:
    code: str
    unit: str


_UG = "µg/m³"
_FACTS = {
    Factor.PM25: _Facts("a34004", _UG),
    Factor.PM10: _Facts("a34002", _UG),
    Factor.SO2: _Facts("a21026", _UG),
    Factor.NO2: _Facts("a21004", _UG),
    Factor.CO: _Facts("a21005", "mg/m³"),
    Factor.O3: _Facts("a05024", _UG),
    Factor.TSP: _Facts("a34001", _UG),
    Factor.NOX: _Facts("a21002", _UG),
    Factor.PB: _Facts("a20044", _UG),
    Factor.BAP: _Facts("a25044", _UG),
}
_BY_CODE = {facts.code: factor for factor, facts in _FACTS.items()}

SIX: tuple[Factor, ...] = (Factor.PM25, Factor.PM10, Factor.SO2, Factor.NO2, Factor.CO, Factor.O3)
"""The six items of the daily report, in the order in which design.md lists them."""
