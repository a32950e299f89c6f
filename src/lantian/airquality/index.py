"""Air quality index (空气质量指数, AQI), HJ 633-2012 and HJ 633-2026.

Concentrations are rounded half-even as the standard reports them (integers, CO one decimal), the sub-index is linear
between breakpoints and rounded *up*; both with integers, for a float ``ceil`` gives 56 for CO 2.2 mg/m³ where 55 is
exact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from lantian.airquality.errors import AirQualityError
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import Exact, half_even, round_up

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


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition of the index.

    scales: by item; daily_items, hourly_items: the items of the two reports, in order, by factor; where a factor has
    several (O3 1 h beside 8 h, a setting), its sub-index is the largest.
    primary_above: the primary pollutant is named when the index lies above (50).
    lists_exceeding: whether exceeding pollutants (超标污染物) are listed, and exceeding_above: from which sub-index.
    publish_above: with an item missing the index is published only when above; None publishes always.
    sensitive: who is sensitive when a factor's sub-index lies above exceeding_above.
    """

    name: str
    valid_from: date | None
    valid_to: date | None
    scales: Mapping[str, Scale]
    daily_items: Mapping[Factor, tuple[str, ...]]
    hourly_items: Mapping[Factor, tuple[str, ...]]
    categories: tuple[Category, ...]
    primary_above: int
    lists_exceeding: bool
    exceeding_above: int
    publish_above: int | None
    sensitive: Mapping[Factor, Text]

    def scale(self, item: str) -> Scale:
        """Return the scale of an item; AirQualityError names the items there are."""
        if item not in self.scales:
            known = ", ".join(sorted(self.scales))
            raise AirQualityError(
                Text(
                    f"{self.name} 版没有项目 {item}，可用：{known}。",
                    f"Edition {self.name} has no item {item}; it has {known}.",
                )
            )
        return self.scales[item]

    def category(self, index: int) -> Category:
        """Return the level of an index (0…500)."""
        for category in self.categories:
            if category.low <= index <= category.high:
                return category
        top = self.categories[-1].high
        raise AirQualityError(Text(f"指数 {index} 不在 0–{top} 内。", f"Index {index} is not within 0–{top}."))

    def publishable(self, computed: int | None, *, complete: bool) -> int | None:
        """Return the index if it may be published, None for ``NA`` (HJ 633-2026 5.3.1)."""
        if computed is None or complete or self.publish_above is None or computed > self.publish_above:
            return computed
        return None

    def exceeding(self, parts: Mapping[Factor, int | None]) -> tuple[Factor, ...]:
        """Return the exceeding pollutants (超标污染物), a concept of the 2012 edition only."""
        if not self.lists_exceeding:
            return ()
        return tuple(factor for factor, part in parts.items() if part is not None and part > self.exceeding_above)


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


def round_concentration(value: Exact, scale: Scale) -> Decimal:
    """Round a concentration as the report states it: integer, CO one decimal (HJ 633-2026 4.2.2).

    value: mean over the scale's averaging period [µg/m³; CO mg/m³].
    """
    return half_even(value, scale.decimals)


def iaqi(concentration: Decimal | int, scale: Scale) -> int | None:
    """Return the individual index of a rounded concentration (空气质量分指数): linear, rounded up (4.2.6, Eq. 1).

    None above the last breakpoint of an item that then gives no sub-index. A negative concentration is an error.
    With PM2.5 of the 2012 edition, 43 µg/m³: 50 + 50 / 40 × 8 = 60.
    """
    value = Fraction(concentration)
    if value < 0:
        raise AirQualityError(
            Text(
                f"{scale.item} 浓度为 {concentration}，不能为负。",
                f"{scale.item} is {concentration}; it cannot be negative.",
            )
        )
    points = scale.breakpoints
    if value > points[-1][0]:
        return None if scale.over == "none" else points[-1][1]
    upper = next(index for index, (limit, _) in enumerate(points) if value <= limit)
    if upper == 0:
        return points[0][1]
    (low, low_index), (high, high_index) = points[upper - 1], points[upper]
    return round_up(low_index + (high_index - low_index) * (value - Fraction(low)) / Fraction(high - low))


def sub_index(concentrations: Mapping[str, Exact], item: str, edition: Edition) -> tuple[str, int | None]:
    """Return the item that is reported and its sub-index, after rounding; follows ``instead`` above 800 µg/m³.

    concentrations: by item, such as ``SO2_1H`` and ``SO2_24H``. HJ 633-2012: SO2 1 h above 800 is reported by its 24 h
    mean and O3 8 h above 800 by its 1 h mean; HJ 633-2026 fixes 200 and 300.
    """
    scale = edition.scale(item)
    if item not in concentrations:
        return item, None
    found = iaqi(round_concentration(concentrations[item], scale), scale)
    if found is None and scale.instead is not None:
        return sub_index(concentrations, scale.instead, edition)
    return item, found


def daily_index(concentrations: Mapping[str, Exact | None], edition: Edition) -> DayIndex:
    """Return a station-day's index from its items, such as ``PM25_24H``; None or absent where missing.

    Concentrations are rounded here. ``SO2_1H`` and ``O3_1H`` may come along as fallbacks.
    """
    return _index(concentrations, edition.daily_items, edition)


def hourly_index(concentrations: Mapping[str, Exact | None], edition: Edition) -> DayIndex:
    """Return a station-hour's real-time index (实时报) from its items, such as ``PM25_1H``."""
    return _index(concentrations, edition.hourly_items, edition)


def _index(
    concentrations: Mapping[str, Exact | None], items: Mapping[Factor, tuple[str, ...]], edition: Edition
) -> DayIndex:
    known = {item: value for item, value in concentrations.items() if value is not None}
    parts = {factor: _largest(sub_index(known, item, edition)[1] for item in own) for factor, own in items.items()}
    computed = _largest(parts.values())
    complete = all(item in known for own in items.values() for item in own)
    above = computed is not None and computed > edition.primary_above
    return DayIndex(
        edition.name,
        parts,
        computed,
        edition.publishable(computed, complete=complete),
        tuple(factor for factor, part in parts.items() if above and part == computed),
        edition.exceeding(parts),
        None if computed is None else edition.category(computed),
    )


def _largest(parts: Iterable[int | None]) -> int | None:
    return max((part for part in parts if part is not None), default=None)
