"""Valid daily means of points as whole numbers of millionths (点位日值), a calendar year at a time, from the lake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lantian.apps.telemetry.air import lake_at
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import half_even_array

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Daily:
    """Days of points, ``[factor, day, point]``: the mean in millionths, and whether there is a valid one."""

    first: date
    micro: Whole
    valid: Flags


@dataclass(frozen=True)
class Question:
    """Which points and factors are asked for, as the lake stood. state: its versions; as_of: None is now."""

    root: str
    state: str
    points: tuple[str, ...]
    factors: tuple[Factor, ...]
    as_of: datetime | None

    def year(self, year: int) -> Daily:
        """Return the days of a calendar year."""
        return _year(self, year)

    def between(self, first: date, last: date) -> Daily:
        """Return the days from first to last, both inclusive."""
        years = [self.year(year) for year in range(first.year, last.year + 1)]
        start, size = (first - date(first.year, 1, 1)).days, (last - first).days + 1
        micro = np.concatenate([one.micro for one in years], axis=1)[:, start : start + size]
        valid = np.concatenate([one.valid for one in years], axis=1)[:, start : start + size]
        return Daily(first, micro, valid)


def question(root: str, points: Sequence[str], factors: Sequence[Factor], known_at: datetime) -> Question:
    """Ask for what was known at an instant; later than the newest receipt, it is what is known now."""
    lake = lake_at(root)
    now = lake.snapshot()
    as_of = None if now.at <= known_at else known_at + timedelta(microseconds=1)
    return Question(lake.root, str(sorted(now.versions.items())), tuple(points), tuple(factors), as_of)


@lru_cache(maxsize=64)
def _year(asked: Question, year: int) -> Daily:
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = lake_at(asked.root).daily(
        first=first, last=last, points=asked.points, factors=[one.code for one in asked.factors], as_of=asked.as_of
    )
    shape = (len(asked.factors), (last - first).days + 1, len(asked.points))
    micro, valid = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    if rows.num_rows:
        points = {point: place for place, point in enumerate(asked.points)}
        factors = {factor.code: place for place, factor in enumerate(asked.factors)}
        at = (
            np.array([factors[code] for code in rows.column("factor").to_pylist()]),
            (rows.column("day").to_numpy().astype("datetime64[D]") - np.datetime64(first)).astype(np.int64),
            np.array([points[point] for point in rows.column("point").to_pylist()]),
        )
        count = rows.column("count").to_numpy().astype(np.int64)
        micro[at] = half_even_array(rows.column("total").to_numpy().astype(np.int64), np.maximum(count, 1))
        valid[at] = rows.column("valid").to_numpy(zero_copy_only=False) & (count > 0)
    return Daily(first, micro, valid)
