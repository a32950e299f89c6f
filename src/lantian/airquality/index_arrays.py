"""The index over arrays: the same numbers as :mod:`lantian.airquality.index`, for years of hours.

Each scale becomes a table of sub-indices by rounded concentration, made once from the scalar form; an array is rounded
half-even by integer arithmetic and looked up. No float takes part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.grid import MICRO, DayGrid, HourGrid
from lantian.airquality.index import Edition, Scale
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import ceil_array, half_even_array

NONE = -1
"""What an array holds where there is no index."""

Ints = NDArray[np.int64]
Index = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Table:
    """A scale as an array: ``of_step[n]`` is the sub-index of ``n`` steps, the last entry that of everything above.

    step: size of one step in micro units (1 µg/m³, CO 0.1 mg/m³).
    """

    scale: Scale

    @cached_property
    def step(self) -> int:
        """Micro units in one step of the rounded concentration."""
        return MICRO // int(10**self.scale.decimals)

    @cached_property
    def of_step(self) -> Index:
        """Sub-indices by step, from 0 to one step above the last breakpoint."""
        tens = 10**self.scale.decimals
        points = [(int(limit * tens), index) for limit, index in self.scale.breakpoints]
        pieces = [np.array([points[0][1]], dtype=np.int64)]
        for (low, low_index), (high, high_index) in pairwise(points):
            steps = np.arange(1, high - low + 1, dtype=np.int64)
            pieces.append(low_index + ceil_array(steps * (high_index - low_index), high - low))
        last = NONE if self.scale.over == "none" else points[-1][1]
        return np.concatenate([*pieces, np.array([last])]).astype(np.int16)

    def of_rounded(self, steps: Ints) -> Index:
        """Return the sub-indices of rounded concentrations in steps; NONE for negative ones."""
        found: Index = self.of_step.take(steps, mode="clip")
        return np.where(steps < 0, np.int16(NONE), found)

    def of_micro(self, micro: Ints) -> Index:
        """Return the sub-indices of micro values (any shape); NONE where MISSING or negative."""
        return self.of_rounded(half_even_array(micro, self.step))

    def of_means(self, total: Ints, count: NDArray[np.integer[Any]]) -> Index:
        """Return the sub-indices of means ``total / count``; NONE where count is 0."""
        counted = count > 0
        divisor = np.where(counted, count, 1).astype(np.int64) * self.step
        return np.where(counted, self.of_rounded(half_even_array(total, divisor)), np.int16(NONE))


@dataclass(frozen=True)
class IndexGrid:
    """Indices of many stations over days or hours.

    iaqi: ``[station, factor, time]`` sub-indices, NONE where there is none.
    computed: ``[station, time]`` maximum, NONE without any; published: the same, NONE where only ``NA`` may
    be published.
    primary, exceeding: ``[station, factor, time]``.
    """

    edition: str
    factors: tuple[Factor, ...]
    iaqi: Index
    computed: Index
    published: Index
    primary: NDArray[np.bool_]
    exceeding: NDArray[np.bool_]

    def primary_of(self, station: int, time: int) -> tuple[Factor, ...]:
        """Return the primary pollutants of one cell; all ties."""
        return tuple(f for f, here in zip(self.factors, self.primary[station, :, time], strict=True) if here)


def daily_index_grid(days: DayGrid, edition: Edition, *, others: Mapping[str, Ints] | None = None) -> IndexGrid:
    """Return the daily index of every station-day; a cell counts only where it is valid.

    others: micro values ``[station, day]`` by item beside the daily means: ``O3_1H``, the 1 h maximum that HJ 633-2012
    reports when the 8 h mean lies above 800 µg/m³.
    """
    parts = []
    for factor, items in edition.daily_items.items():
        at = days.factors.index(factor)
        count = np.where(days.valid[:, at], days.count[:, at], 0)
        found = tables(edition)[items[0]].of_means(days.total[:, at], count)
        parts.append(_with_others(_Part(items, found, count > 0), edition, others or {}))
    return _grid(tuple(edition.daily_items), np.stack(parts, axis=1), edition)


def hourly_index_grid(hours: HourGrid, edition: Edition, *, others: Mapping[str, Ints] | None = None) -> IndexGrid:
    """Return the real-time index of every station-hour, from hourly means (PM on the 24 h column).

    others: micro values ``[station, hour]`` by item, such as ``SO2_24H``, which HJ 633-2012 reports when the hour lies
    above 800 µg/m³.
    """
    parts = []
    for factor, items in edition.hourly_items.items():
        micro = hours.factor(factor)
        found = tables(edition)[items[0]].of_micro(micro)
        parts.append(_with_others(_Part(items, found, micro >= 0), edition, others or {}))
    return _grid(tuple(edition.hourly_items), np.stack(parts, axis=1), edition)


@lru_cache(maxsize=8)
def tables(edition: Edition) -> Mapping[str, Table]:
    """Return the tables of an edition by item, made once."""
    return {item: Table(scale) for item, scale in edition.scales.items()}


@dataclass(frozen=True)
class _Part:
    """A factor's sub-indices from its first item; known: where that item has a value."""

    items: tuple[str, ...]
    found: Index
    known: NDArray[np.bool_]


def _with_others(part: _Part, edition: Edition, others: Mapping[str, Ints]) -> Index:
    found, instead = part.found, edition.scales[part.items[0]].instead
    if instead is not None and instead in others:
        found = np.where(part.known & (found == NONE), tables(edition)[instead].of_micro(others[instead]), found)
    for item in part.items[1:]:
        if item in others:
            found = np.maximum(found, tables(edition)[item].of_micro(others[item]))
    return found


def _grid(factors: tuple[Factor, ...], iaqi: Index, edition: Edition) -> IndexGrid:
    computed: Index = iaqi.max(axis=1)
    published = computed
    if edition.publish_above is not None:
        incomplete = (iaqi == NONE).any(axis=1)
        published = np.where(incomplete & (computed <= edition.publish_above), np.int16(NONE), computed)
    primary = (iaqi == computed[:, np.newaxis]) & (computed > edition.primary_above)[:, np.newaxis]
    exceeding = iaqi > edition.exceeding_above if edition.lists_exceeding else np.zeros_like(primary)
    return IndexGrid(edition.name, factors, iaqi, computed, published, primary, exceeding)
