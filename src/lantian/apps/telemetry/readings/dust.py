"""Sand-dust candidates (沙尘时段初判): the hours that the rule proposes for an area, with what it saw in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from lantian.airquality.grid import MICRO, MISSING, HourGrid
from lantian.airquality.sanddust import SandDustRules, before, propose_hours
from lantian.apps.telemetry.readings.spark import Box, spark_path
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import half_even

Series = list[Fraction | None]
LEAD, TAIL = 24, 24
WIDTH, HEIGHT = 720, 168


@dataclass(frozen=True)
class DustHours:
    """Hourly means of an area (mean of its points with a value), exact; positions count from the grid's first hour."""

    pm10: Series
    pm25: Series


def area_hours(hours: HourGrid, stop: int) -> DustHours:
    """Return an area's hourly PM10 and PM2.5, the first ``stop`` hours of the grid."""
    return DustHours(_means(hours, Factor.PM10, stop), _means(hours, Factor.PM25, stop))


def _means(hours: HourGrid, factor: Factor, stop: int) -> Series:
    micro = hours.factor(factor)[:, :stop]
    known = micro != MISSING
    totals, counts = np.where(known, micro, 0).sum(axis=0).tolist(), known.sum(axis=0).tolist()
    return [Fraction(total, count * MICRO) if count else None for total, count in zip(totals, counts, strict=True)]


@dataclass(frozen=True)
class Evidence:
    """What the rule compared in the first hour of a candidate: values and the thresholds they crossed.

    pm10 > above; pm10 ≥ times_before × base; ratio ≤ share × base_ratio. peak: the highest PM10 and its position.
    end_below: the PM10 at or below which the candidate ends.
    """

    pm10: Decimal
    base: Decimal
    least: Decimal
    ratio: Decimal
    base_ratio: Decimal
    most_ratio: Decimal
    end_below: Decimal
    peak: Decimal
    peak_at: int


@dataclass(frozen=True)
class Candidate:
    """Proposed hours: positions of the first and the last, and the evidence."""

    first: int
    last: int
    evidence: Evidence

    @property
    def hours(self) -> int:
        """How many hours it lasts."""
        return self.last - self.first + 1


def candidates(series: DustHours, rules: SandDustRules, *, since: int) -> tuple[Candidate, ...]:
    """Return what the rule proposes, oldest first; those that end before position ``since`` are left out."""
    found = propose_hours(series.pm10, series.pm25, rules)
    return tuple(Candidate(a, b, _evidence(series, a, b, rules)) for a, b in found if b >= since)


def _evidence(series: DustHours, first: int, last: int, rules: SandDustRules) -> Evidence:
    base, base_ratio = before(series.pm10, series.pm25, first, rules) or (Fraction(0), Fraction(0))
    coarse, fine = series.pm10[first] or Fraction(0), series.pm25[first] or Fraction(0)
    peak, at = max((value, -hour) for hour in range(first, last + 1) if (value := series.pm10[hour]) is not None)
    return Evidence(
        pm10=half_even(coarse, 0),
        base=half_even(base, 0),
        least=half_even(base * rules.times_before, 0),
        ratio=half_even(fine / coarse if coarse else Fraction(0), 2),
        base_ratio=half_even(base_ratio, 2),
        most_ratio=half_even(base_ratio * rules.ratio_share, 2),
        end_below=half_even(base * rules.end_times, 0),
        peak=half_even(peak, 0),
        peak_at=-at,
    )


@dataclass(frozen=True)
class Tick:
    """A place on the time axis [px] and the position of its hour."""

    x: float
    position: int


@dataclass(frozen=True)
class Drawing:
    """The hours around a candidate as a drawing of WIDTH × HEIGHT px: two lines, two thresholds, the candidate."""

    pm10: str
    pm25: str
    first: int
    last: int
    band_x: float
    band_width: float
    above_y: float
    least_y: float | None
    ticks: tuple[Tick, ...]
    marks: tuple[tuple[float, int], ...]
    gaps: tuple[Tick, ...]
    step: float


def drawing(series: DustHours, found: Candidate, rules: SandDustRules) -> Drawing:
    """Draw a candidate with a day before and a day after it."""
    first, stop = max(found.first - LEAD, 0), min(found.last + 1 + TAIL, len(series.pm10))
    coarse, fine = _floats(series.pm10[first:stop]), _floats(series.pm25[first:stop])
    top = max([*(v for v in (*coarse, *fine) if v is not None), float(rules.pm10_above)]) * 1.06
    step = WIDTH / max(stop - first - 1, 1)
    box = Box(WIDTH + 2, HEIGHT + 2)
    unit = next(n for n in (50, 100, 200, 500, 1000, 2000, 5000) if top / n <= 5)
    return Drawing(
        pm10=spark_path(coarse, box, top=top),
        pm25=spark_path(fine, box, top=top),
        first=first,
        last=stop - 1,
        band_x=(found.first - first - 0.5) * step,
        band_width=found.hours * step,
        above_y=_y(float(rules.pm10_above), top),
        least_y=_y(float(found.evidence.least), top),
        ticks=tuple(Tick((at - first) * step, at) for at in range(first, stop) if at % 24 == 0),
        marks=tuple((_y(value, top), value) for value in range(0, int(top) + 1, unit)),
        gaps=tuple(Tick((at - 0.5) * step, first + at) for at, value in enumerate(coarse) if value is None),
        step=step,
    )


def _floats(values: Sequence[Fraction | None]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def _y(value: float, top: float) -> float:
    return HEIGHT * (1 - min(value / top, 1))
