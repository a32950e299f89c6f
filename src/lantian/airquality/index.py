"""Air quality index (空气质量指数, AQI), HJ 633-2012 and HJ 633-2026.

Concentrations are rounded half-even as the standard reports them (integers, CO one decimal), the sub-index is linear
between breakpoints and rounded *up*; both with integers, for a float ``ceil`` gives 56 for CO 2.2 mg/m³ where 55 is
exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor

Over = Literal["top", "none", "fixed"]


@dataclass(frozen=True)
class Scale:
    """One column of the breakpoint table (浓度限值表的一列).

    item: such as ``PM25_24H``; averaging: ``1h``, ``8h`` or ``24h``.
    breakpoints: (concentration, sub-index) pairs, both rising, in the factor's unit.
    decimals: digits to which the concentration is rounded first.
    over: above the last breakpoint ``top`` gives the last sub-index, ``fixed`` gives it too but as a fixed cap of this
    item, ``none`` gives no sub-index and ``instead`` names the item that is reported in its place.
    """

    item: str
    factor: Factor
    averaging: str
    breakpoints: tuple[tuple[Decimal, int], ...]
    decimals: int
    over: Over
    instead: str | None = None


@dataclass(frozen=True)
class Category:
    """A level of the index (级别): its range, colour and health text."""

    level: int
    low: int
    high: int
    name: Text
    colour: Text
    rgb: tuple[int, int, int]
    cmyk: tuple[int, int, int, int]
    advice: Text

    @property
    def hex(self) -> str:
        """The colour as ``#RRGGBB``."""
        return "#{:02X}{:02X}{:02X}".format(*self.rgb)


@dataclass(frozen=True)
class Edition:
    """One edition of the index.

    scales: by item; daily_items, hourly_items: the items of the two reports, in order, by factor.
    primary_above: the primary pollutant is named when the index lies above (50).
    lists_exceeding: whether exceeding pollutants (超标污染物) are listed, and exceeding_above: from which sub-index.
    publish_above: with an item missing the index is published only when above; None publishes always.
    sensitive: who is sensitive when a factor's sub-index lies above exceeding_above.
    """

    name: str
    valid_from: date | None
    valid_to: date | None
    scales: Mapping[str, Scale]
    daily_items: Mapping[Factor, str]
    hourly_items: Mapping[Factor, str]
    categories: tuple[Category, ...]
    primary_above: int
    lists_exceeding: bool
    exceeding_above: int
    publish_above: int | None
    sensitive: Mapping[Factor, Text]


@dataclass(frozen=True)
class DayIndex:
    """The index of one station-day or station-hour.

    iaqi: sub-index by factor, None where none can be given; computed: the maximum, None without any.
    published: the index as it may be published, None for ``NA``.
    primary, exceeding: factors; category: of the computed index.
    """

    edition: str
    iaqi: Mapping[Factor, int | None]
    computed: int | None
    published: int | None
    primary: tuple[Factor, ...]
    exceeding: tuple[Factor, ...]
    category: Category | None
