"""Runs in a series: gaps (缺测) that a chart hatches, and episodes (污染过程) of consecutive days over an index."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.grid import MISSING
from lantian.kernel.factors import Factor


@dataclass(frozen=True)
class Run:
    """Positions first…last of a series, both inclusive."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def runs(flags: NDArray[np.bool_]) -> tuple[Run, ...]:
    """Return the runs of consecutive true positions.

    >>> [(run.first, run.last) for run in runs(np.array([True, False, True, True]))]
    [(0, 0), (2, 3)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return tuple(Run(int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True))


def gaps(micro: NDArray[np.int64]) -> tuple[Run, ...]:
    """Return where a series of micro values has nothing valid."""
    return runs(micro == MISSING)


@dataclass(frozen=True)
class IndexDay:
    """A day's index (日指数): aqi is None where no index may be given; primary as HJ 633 names it (all ties)."""

    day: date
    aqi: int | None
    primary: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class Episode:
    """Consecutive days whose index lies above a threshold; a day without an index ends it: a gap is never bridged."""

    first: date
    last: date
    peak: int
    peak_day: date
    primary: tuple[Factor, ...]
    mean: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def episodes(days: Sequence[IndexDay], *, above: int) -> tuple[Episode, ...]:
    """Return the runs of days with an index above the threshold, oldest first.

    days: consecutive calendar days, oldest first.

    >>> found = [IndexDay(date(2020, 1, day), aqi) for day, aqi in enumerate((90, 120, 180, None, 101), 1)]
    >>> [episode.days for episode in episodes(found, above=100)]
    [2, 1]
    """
    over = np.array([day.aqi is not None and day.aqi > above for day in days], dtype=np.bool_)
    return tuple(_episode(days[run.first : run.last + 1]) for run in runs(over))


def _episode(days: Sequence[IndexDay]) -> Episode:
    values = [day.aqi or 0 for day in days]
    peak = max(values)
    led = Counter(factor for day in days for factor in day.primary)
    most = max(led.values(), default=0)
    return Episode(
        first=days[0].day,
        last=days[-1].day,
        peak=peak,
        peak_day=days[values.index(peak)].day,
        primary=tuple(factor for factor, count in led.most_common() if count == most),
        mean=round(sum(values) / len(values)),
    )


def consecutive(first: date, count: int) -> tuple[date, ...]:
    """Return ``count`` calendar days from ``first`` on."""
    return tuple(first + timedelta(days=offset) for offset in range(count))
