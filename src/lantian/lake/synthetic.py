"""Made-up air for demonstrations (模拟数据): seeded, plausible for Beijing, and marked as synthetic in every reading.

A regional pattern (weather moves all sites together: clean winds, episodes of days) is multiplied with season, hour,
weekday and site; spring brings sand dust, summer afternoons ozone; instruments fail, freeze and spike as real ones do.
A year depends on the seed and the year alone, so that a history can be prolonged hour by hour and stay the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lantian.kernel.factors import SIX, Factor
from lantian.kernel.instants import BEIJING, beijing_day
from lantian.lake.schema import HOUR_S, INSTANT

SYNTHETIC = "synthetic"
"""The device flag of a made-up reading."""

Floats = NDArray[np.float64]

LEVELS = (46.0, 49.5, 53.5, 58.0)
"""PM2.5 means aimed at [µg/m³]: this year, last year, and so on; the last one for all years before."""

_DAY = 24


@dataclass(frozen=True)
class Site:
    """A place with made-up air; position in degrees makes neighbours alike. level: times the regional PM2.5."""

    point: str
    longitude: float
    latitude: float
    traffic: float = 1.0


@dataclass(frozen=True)
class _Year:
    """Clock of one Beijing year: hour of day, day of year, weekday, each ``[hour]``."""

    year: int
    hour: Floats
    day: Floats
    weekday: NDArray[np.int64]

    @property
    def size(self) -> int:
        return len(self.hour)

    @classmethod
    def of(cls, year: int) -> "_Year":
        days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
        hours = np.arange(days * _DAY)
        day = hours // _DAY
        return cls(year, (hours % _DAY).astype(float), day.astype(float), (day + date(year, 1, 1).weekday()) % 7)

    def season(self, peak_day: float, depth: float) -> Floats:
        """A yearly wave with mean 1 that is highest on a day of the year."""
        found: Floats = 1 + depth * np.cos(2 * np.pi * (self.day - peak_day) / 365.25)
        return found

    def daily(self, peak_hour: float, depth: float) -> Floats:
        """A daily wave with mean 1 that is highest at an hour."""
        found: Floats = 1 + depth * np.cos(2 * np.pi * (self.hour - peak_hour) / _DAY)
        return found


def synthetic_readings(
    sites: Sequence[Site], *, first_year: int, start: datetime, end: datetime, seed: int
) -> Iterator[pa.Table]:
    """Yield the readings of hours that start in ``[start, end)`` (UTC), one table for each Beijing year.

    first_year: the first year of the history; its level is the highest, that of the year of ``end`` the lowest.
    """
    last_year = end.astimezone(BEIJING).year
    for year in range(max(first_year, start.astimezone(BEIJING).year), last_year + 1):
        first = beijing_day(date(year, 1, 1))
        low = max(int((start - first) // timedelta(hours=1)), 0)
        values = _year_of_air(sites, _Year.of(year), LEVELS[min(last_year - year, len(LEVELS) - 1)], seed)
        high = min(int((end - first) // timedelta(hours=1)), values.shape[2])
        if low < high:
            yield _table(sites, values[:, :, low:high], first + timedelta(hours=low))


def true_air(sites: Sequence[Site], *, year: int, last_year: int, seed: int) -> Floats:
    """Return the air of a Beijing year before any instrument, ``[site, factor, hour]``, in the factors' units.

    The made-up readings of the year follow from it; a simulated device that reports by the minute goes on with it.
    """
    level = LEVELS[min(last_year - year, len(LEVELS) - 1)]
    return _air(sites, _Year.of(year), level, np.random.default_rng([seed, year]))


def _year_of_air(sites: Sequence[Site], clock: _Year, level: float, seed: int) -> Floats:
    """Return ``[site, factor, hour]`` in the factor's unit, NaN where the instrument gave nothing."""
    rng = np.random.default_rng([seed, clock.year])
    values = _air(sites, clock, level, rng)
    _measure(rng, values)
    return values


def _air(sites: Sequence[Site], clock: _Year, level: float, rng: np.random.Generator) -> Floats:
    region = _wave(rng, clock.size, 46.0)
    dust = _sand_dust(rng, clock)
    clean = _scaled(clock.season(15, 0.28) * clock.daily(23, 0.13) * np.exp(0.72 * region), level)
    local = _local(rng, sites, clock.size)
    traffic = _traffic(clock)
    share = np.array([site.traffic for site in sites])[:, np.newaxis]
    pm25 = clean * np.exp(0.10 * local) + 0.12 * dust
    pm10 = pm25 * 1.32 + 16 * clock.season(105, 0.45) * np.exp(0.35 * local) * (0.7 + 0.3 * traffic) + dust
    no2 = 29 * clock.season(0, 0.34) * traffic * share * np.exp(0.34 * region + 0.14 * local)
    ozone = _ozone(rng, clock) * np.exp(0.06 * local) - 0.35 * (no2 - 29)
    so2 = 3.6 * clock.season(10, 0.42) * np.exp(0.30 * region + 0.12 * local)
    co = (0.22 + 0.0098 * pm25) * clock.season(5, 0.2) * (0.85 + 0.15 * traffic)
    return np.stack([pm25, pm10, so2, no2, co, np.maximum(ozone, 2)], axis=1)


def _scaled(shape: Floats, level: float) -> Floats:
    """Scale a positive series to a mean over the whole year."""
    found: Floats = shape * (level / shape.mean())
    return found


def _wave(rng: np.random.Generator, size: int, memory_h: float) -> Floats:
    """A random series with mean 0, variance 1 that forgets within ``memory_h`` hours: smoothed twice, like weather."""
    width = int(memory_h)
    noise = rng.standard_normal(size + 2 * width)
    window = np.hanning(2 * width + 1)
    found: Floats = np.convolve(noise, window / np.sqrt((window**2).sum()), mode="valid")
    return found


def _local(rng: np.random.Generator, sites: Sequence[Site], size: int) -> Floats:
    """What sets sites apart, ``[site, hour]``: three patterns over the district, and each site's own."""
    places = np.array([(site.longitude, site.latitude) for site in sites])
    spread = (places - places.mean(axis=0)) / np.maximum(places.std(axis=0), 1e-6)
    patterns = np.stack([_wave(rng, size, 20.0) for _ in range(2)])
    own = np.stack([_wave(rng, size, 6.0) for _ in sites])
    bias = rng.standard_normal((len(sites), 1))
    found: Floats = 0.5 * spread @ patterns + 0.5 * own + 0.4 * bias
    return found


def _traffic(clock: _Year) -> Floats:
    """Traffic by hour and weekday with mean near 1: two rush hours, less at weekends."""
    morning = np.exp(-((clock.hour - 8) ** 2) / 8)
    evening = np.exp(-((clock.hour - 20) ** 2) / 18)
    weekend = np.where(clock.weekday >= 5, 0.9, 1.04)
    found: Floats = (0.72 + 0.45 * morning + 0.62 * evening) * weekend
    return found


def _ozone(rng: np.random.Generator, clock: _Year) -> Floats:
    """Regional ozone [µg/m³]: high on sunny afternoons from May to September."""
    sunny = np.clip(1 + 0.38 * _wave(rng, clock.size, 40.0), 0.15, 1.9)
    summer = np.clip(0.5 - 0.5 * np.cos(2 * np.pi * (clock.day + 10) / 365.25), 0, 1)
    noon = np.exp(-((clock.hour - 15.5) ** 2) / 22)
    found: Floats = 22 + 26 * summer + (18 + 128 * summer) * noon * sunny
    return found


def _sand_dust(rng: np.random.Generator, clock: _Year) -> Floats:
    """Coarse dust of spring storms [µg/m³]: a steep rise, a slow fall."""
    dust = np.zeros(clock.size)
    for _ in range(int(rng.integers(4, 8))):
        start = int(rng.integers(62 * _DAY, 140 * _DAY))
        length = int(rng.integers(10, 40))
        rise = np.minimum(np.arange(length) / 3, 1) * np.exp(-np.arange(length) / (length / 2.5))
        dust[start : start + length] += rng.gamma(2.0, 260.0) * rise
    return dust


def _measure(rng: np.random.Generator, values: Floats) -> None:
    """Add what instruments do, in place: noise, resolution, frozen values, spikes, gaps."""
    sites, factors, size = values.shape
    values *= 1 + 0.05 * rng.standard_normal(values.shape, dtype=np.float32)
    decimals = [1 if factor is Factor.CO else 0 for factor in SIX]
    for at, digits in enumerate(decimals):
        np.round(np.maximum(values[:, at], 0.1 if digits else 1.0), digits, out=values[:, at])
    for site, factor, start in _moments(rng, (sites, factors, size), 2.0):
        length = int(rng.integers(8, 36))
        values[site, factor, start : start + length] = values[site, factor, start]
    for site, factor, hour in _moments(rng, (sites, factors, size), 3.0):
        values[site, factor, hour] = np.round(values[site, factor, hour] * rng.uniform(4, 9), decimals[factor])
    for site, _, start in _moments(rng, (sites, 1, size), 14.0):
        values[site, :, start : start + int(rng.gamma(1.2, 9.0)) + 1] = np.nan
    for site, factor, start in _moments(rng, (sites, factors, size), 5.0):
        values[site, factor, start : start + int(rng.gamma(1.0, 10.0)) + 1] = np.nan


def _moments(rng: np.random.Generator, shape: tuple[int, int, int], a_year: float) -> Iterator[tuple[int, int, int]]:
    """Yield random (site, factor, hour) cells, so many a year for each series."""
    count = int(rng.poisson(a_year * shape[0] * shape[1]))
    for site, factor, hour in zip(*(rng.integers(0, limit, count) for limit in shape), strict=True):
        yield int(site), int(factor), int(hour)


def _table(sites: Sequence[Site], values: Floats, first: datetime) -> pa.Table:
    """Return ``[site, factor, hour]`` as readings, those that are NaN left out."""
    site, factor, hour = np.nonzero(np.isfinite(values))
    start = int((first - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) + hour * HOUR_S
    size = len(hour)
    return pa.table(
        {
            "point": _texts(site, [one.point for one in sites]),
            "factor": _texts(factor, [one.code for one in SIX]),
            "period_s": pa.repeat(pa.scalar(HOUR_S, pa.int32()), size),
            "start": pa.array(start * 1_000_000, pa.int64()).cast(INSTANT),
            "value": pa.array(values[site, factor, hour]),
            "flag": _texts(np.zeros(size, dtype=np.int64), [SYNTHETIC]),
            "verdict": _texts(np.zeros(size, dtype=np.int64), ["ok"]),
        }
    )


def _texts(indices: NDArray[np.int64], texts: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(indices.astype(np.int32)), pa.array(list(texts), pa.string()))
