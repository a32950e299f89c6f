"""The made-up district (模拟世界): weather and the air of each place, as pure functions of time.

The air goes on with the demonstration history: between the centres of its hours it is interpolated, and minutes
flicker around it. Times are seconds since 1970 (UTC), arrays of any length; concentrations [µg/m³; CO mg/m³].
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

import numpy as np

from lantian.gateway.simulators.faults import HOUR_S, Fault
from lantian.gateway.simulators.noise import Floats, one, seed_of, smooth
from lantian.kernel.factors import SIX
from lantian.kernel.instants import BEIJING, beijing_day
from lantian.lake.synthetic import Site, true_air

_DAY_S = 86400.0
_BEIJING_S = 8 * 3600
_NEAR_DEGREES = 1e-4
CODES = tuple(factor.code for factor in SIX)


@dataclass(frozen=True, slots=True)
class Weather:
    """Temperature [°C], relative humidity [%], pressure [kPa], wind speed [m/s], direction it comes from [°]."""

    temperature: Floats
    humidity: Floats
    pressure: Floats
    wind_speed: Floats
    wind_direction: Floats


def hour_of_day(times: Floats) -> Floats:
    """Return the Beijing hour of the day, 0 to 24."""
    found: Floats = (times + _BEIJING_S) % _DAY_S / 3600
    return found


def day_of_week(times: Floats) -> Floats:
    """Return the Beijing weekday, Monday 0; 1 January 1970 was a Thursday."""
    found: Floats = ((times + _BEIJING_S) // _DAY_S + 3) % 7
    return found


class World:
    """The weather and the air of one district; sites: where the demonstration history is made."""

    def __init__(self, sites: Sequence[Site], *, seed: int, last_year: int) -> None:
        self.sites = tuple(sites)
        self.seed = seed
        self.last_year = last_year
        self._places = np.array([(site.longitude, site.latitude) for site in sites])
        self._year = lru_cache(maxsize=3)(self._compute_year)
        self._weights = lru_cache(maxsize=16384)(self._compute_weights)

    def air(self, place: tuple[float, float], times: Floats, events: Sequence[Fault] = ()) -> dict[str, Floats]:
        """Return the six factors by code at a place (°E, °N)."""
        weights = self._weights(*place)
        hours, centres = self._hours(times)
        local = np.tensordot(weights, hours, axes=1)
        values = {code: np.interp(times, centres, local[at]) for at, code in enumerate(CODES)}
        seed = seed_of(self.seed, "minutes", f"{place[0]:.5f},{place[1]:.5f}")
        flicker = np.exp(0.05 * smooth(seed, times, 400))
        for code in ("a34004", "a34002", "a21004"):
            values[code] = values[code] * flicker
        return self._with_events(values, times, events)

    def weather(self, times: Floats) -> Weather:
        """Return the weather of the district; stagnant, moist air comes with much PM2.5, northerly wind with little."""
        stagnation = np.clip(np.log(np.maximum(self.region(times), 1.0) / 46) / 0.72, -2.5, 2.5)
        season = np.cos(2 * np.pi * (times / _DAY_S - 197) / 365.25)
        day = np.cos(2 * np.pi * (hour_of_day(times) - 15) / 24)
        slow = smooth(seed_of(self.seed, "slow"), times, 30 * 3600)
        temperature = 13 + 15 * season + (4.5 - 0.8 * stagnation) * day + 2.5 * slow
        humidity = np.clip(48 + 10 * season + 13 * stagnation - 14 * day + 5 * slow, 10, 98)
        pressure = 101.4 - 1.1 * season - 0.5 * slow - 0.15 * stagnation
        gusts = np.exp(0.25 * smooth(seed_of(self.seed, "gusts"), times, 240))
        speed = np.maximum(2.3 * np.exp(-0.5 * stagnation) * (1 + 0.3 * day) * gusts, 0.1)
        turn = 35 * smooth(seed_of(self.seed, "turn"), times, 5400) + 12 * smooth(seed_of(self.seed, "t2"), times, 120)
        direction = (330 - 165 / (1 + np.exp(-1.6 * stagnation)) + turn) % 360
        return Weather(temperature, humidity, pressure, speed, direction)

    def region(self, times: Floats) -> Floats:
        """Return the mean PM2.5 of the district [µg/m³]."""
        hours, centres = self._hours(times)
        found: Floats = np.interp(times, centres, hours[:, 0].mean(axis=0))
        return found

    def _with_events(self, values: dict[str, Floats], times: Floats, events: Sequence[Fault]) -> dict[str, Floats]:
        for event in events:
            hill = event.hill(times)
            if event.kind == "episode":
                before = values["a34004"]
                values["a34004"] = before * (1 + (event.strength - 1) * hill)
                values["a34002"] = values["a34002"] + values["a34004"] - before
                values["a21005"] = values["a21005"] * (1 + 0.4 * (event.strength - 1) * hill)
            if event.kind == "dust-storm":
                values["a34002"] = values["a34002"] + event.strength * hill
                values["a34004"] = values["a34004"] + 0.12 * event.strength * hill
        return values

    def _compute_weights(self, longitude: float, latitude: float) -> Floats:
        """Return the share of each site in the air of a place: by inverse squared distance; a site's own is whole."""
        apart = (self._places - (longitude, latitude)) * (np.cos(np.radians(latitude)), 1.0)
        squared = (apart**2).sum(axis=1)
        if squared.min() < _NEAR_DEGREES**2:
            own: Floats = (np.arange(len(squared)) == squared.argmin()).astype(np.float64)
            return own
        near = 1.0 / squared
        shares: Floats = (near / near.sum()).astype(np.float64)
        return shares

    def _hours(self, times: Floats) -> tuple[Floats, Floats]:
        """Return ``[site, factor, hour]`` around some times, and the centres of the hours [s]."""
        first, last = int(times.min() // HOUR_S) - 1, int(times.max() // HOUR_S) + 2
        years = range(_year_of(first), _year_of(last - 1) + 1)
        start = int(beijing_day(date(years[0], 1, 1)).timestamp()) // HOUR_S
        pieces = [self._year(year) for year in years]
        whole = pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=2)
        centres = np.arange(first, last, dtype=np.float64) * HOUR_S + HOUR_S / 2
        return whole[:, :, first - start : last - start], centres

    def _compute_year(self, year: int) -> Floats:
        return true_air(self.sites, year=year, last_year=max(self.last_year, year), seed=self.seed)


def _year_of(hour: int) -> int:
    return datetime.fromtimestamp(hour * HOUR_S, UTC).astimezone(BEIJING).year


def working(times: Floats, name: str, *, nights: float = 0.1) -> Floats:
    """Return how busy a building site or workshop is, 0 to 1: by day, less at noon and at weekends; few work at night.

    nights: share of the places that also work at night.
    """
    hour, own = hour_of_day(times), seed_of("working", name)
    begins, ends = 6.5 + one(own, 1), 17.5 + 1.5 * one(own, 2)
    by_day = 1 / (1 + np.exp(-6 * (hour - begins))) / (1 + np.exp(6 * (hour - ends)))
    noon = 1 - 0.7 * np.exp(-((hour - 12.5) ** 2) / 0.5)
    weekend = np.where(day_of_week(times) >= 5, 0.6, 1.0)
    night = 0.55 if one(own, 3) < nights else 0.02
    found: Floats = np.maximum(by_day * noon * weekend, night)
    return found


def mealtimes(times: Floats) -> Floats:
    """Return how busy a kitchen is, 0 to 1: noon and evening."""
    hour = hour_of_day(times)
    found: Floats = np.exp(-((hour - 12) ** 2) / 1.6) + np.exp(-((hour - 18.8) ** 2) / 3.0)
    return found
