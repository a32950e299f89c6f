"""What fixed devices show (仪器读数): the world as it is, seen through an instrument that may be faulty or cheated.

Everything is a pure function of member, faults and times, for one minute or a whole day at once. Concentrations
[µg/m³; CO and emissions mg/m³], by factor code as the device sends it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.gateway.simulators.district import District, Member
from lantian.gateway.simulators.faults import Fault, of_device
from lantian.gateway.simulators.noise import Floats, bell, one, seed_of, smooth
from lantian.gateway.simulators.world import CODES, Weather, World, hour_of_day, mealtimes, working

Values = dict[str, Floats]
Flags = NDArray[np.str_]

PM25, PM10, TSP, NOISE, OXYGEN, FLOW = "a34004", "a34002", "a34001", "LA", "a19001", "a00000"
PARTICLES = (PM25, PM10, TSP)
_SURROUNDINGS = frozenset({"a01001", "a01002", "a01006", "a01007", "a01008", "a01011", "a01012", "a01013", "a01014"})
_AMBIENT_OXYGEN = 20.9
_KELVIN = 273.15
_NORMAL_KPA = 101.325


@dataclass(frozen=True, slots=True)
class Shown:
    """What a device shows: values by code, and the data flag of each moment."""

    values: Values
    flags: Flags


@dataclass(frozen=True)
class Instruments:
    """The instruments of a district in its world."""

    world: World
    district: District

    def shown(self, member: Member, times: Floats, faults: Sequence[Fault] = ()) -> Shown:
        """Return what a device shows at some moments, rounded as it sends them."""
        own = of_device(faults, member.id)
        values = self._measured(member, times, own)
        for fault in own:
            values = self._spoilt(member, times, values, fault)
        return Shown(self._rounded(member, values), _flags(member, times, own))

    def _measured(self, member: Member, times: Floats, faults: Sequence[Fault]) -> Values:
        """Return the truth with the noise of the instrument."""
        values = dict(_TRUE[member.kind](self.world, member, times, faults))
        spread = 0.06 if member.kind == "micro" else 0.02
        gain = 1 + 2 * spread * (one(seed_of("gain", member.id)) - 0.5)
        for place, (code, value) in enumerate(values.items()):
            if code not in _SURROUNDINGS:
                noise = spread * bell(seed_of("noise", member.id, place), times // 60)
                values[code] = value * (gain if code in CODES else 1.0) * (1 + noise)
        return values

    def _spoilt(self, member: Member, times: Floats, values: Values, fault: Fault) -> Values:
        spoil = _SPOILT.get(fault.kind)
        inside = fault.covers(times)
        if spoil is None or not inside.any():
            return values
        first = self._measured(member, np.array([fault.start]), [])
        for code in values:
            if fault.factor in ("", code):
                spoilt = spoil(_Spoilt(code, values[code], float(first[code][0]), fault, times))
                values[code] = np.where(inside, spoilt, values[code])
        return values

    def _rounded(self, member: Member, values: Values) -> Values:
        found: Values = {}
        for channel in self.district.kinds[member.kind].channels:
            low = -np.inf if channel.low is None else channel.low
            high = np.inf if channel.high is None else channel.high
            if channel.code in values:
                digits = channel.decimals or (1 if member.kind == "micro" else 0)
                found[channel.code] = np.round(np.clip(values[channel.code], low, high), digits).astype(np.float64)
        return found


# What is there -----------------------------------------------------------------------------------------------------


def _weather(weather: Weather, times: Floats, name: str) -> Values:
    own = seed_of("site weather", name)
    shelter = 0.6 + 0.4 * one(own)
    return {
        "a01001": weather.temperature + 0.4 * smooth(own, times, 1800),
        "a01002": np.clip(weather.humidity + 2 * smooth(own + 1, times, 1800), 5, 99),
        "a01006": weather.pressure,
        "a01007": weather.wind_speed * shelter * np.exp(0.2 * smooth(own + 2, times, 90)),
        "a01008": (weather.wind_direction + 12 * smooth(own + 3, times, 300)) % 360,
    }


def _ambient(world: World, member: Member, times: Floats, faults: Sequence[Fault]) -> Values:
    return world.air(member.place, times, faults) | _weather(world.weather(times), times, member.id)


def _dust(world: World, member: Member, times: Floats, faults: Sequence[Fault]) -> Values:
    """A building site: the air around it, and the coarse dust of its work, less in rain-moist air and more in wind."""
    air, weather = world.air(member.place, times, faults), world.weather(times)
    own, busy = seed_of("site", member.id), working(times, member.id)
    gusts = np.exp(0.4 * smooth(own, times, 420) + 0.25 * smooth(own + 1, times, 90))
    dryness = np.clip(1.3 - weather.humidity / 100, 0.3, 1.0) * (0.7 + 0.15 * weather.wind_speed)
    plume = (6 + 22 * one(own)) * busy * gusts * dryness
    for fault in faults:
        if fault.kind == "dust":
            plume = plume + fault.strength * fault.hill(times) * np.exp(0.35 * smooth(own + 2, times, 150))
    pm10 = air[PM10] + plume
    found = {
        PM10: pm10,
        PM25: air[PM25] + 0.14 * plume,
        TSP: pm10 + 0.35 * air[PM10] + 0.9 * plume,
        NOISE: 50 + 19 * busy + 2.5 * smooth(own + 4, times, 60),
    }
    return found | _weather(weather, times, member.id)


def load(member: Member, times: Floats) -> Floats:
    """Return how hard a plant works, 0 (stopped) to 1: more in the cold hours, slowly wandering."""
    hour, own = hour_of_day(times), seed_of("load", member.id)
    daily = 0.68 + 0.16 * np.cos(2 * np.pi * (hour - 7) / 24)
    found: Floats = np.clip(daily + 0.10 * smooth(own, times, 7200) + 0.02 * smooth(own + 1, times, 300), 0.35, 1.0)
    if member.plant.nightly:
        found = np.where((hour >= 6) & (hour < 22), found, 0.0)
    return found


def _stack(world: World, member: Member, times: Floats, faults: Sequence[Fault]) -> Values:
    """An outlet: oxygen falls with load, flow and temperature rise; concentrations as measured, not converted.

    Converted to the reference oxygen they lie at a third to two thirds of the limit. Flow: dry gas at 0 °C,
    101.325 kPa: speed × area × 3600 × 273.15/(273.15 + T) × (Ba + Ps)/101.325 × (1 − moisture).
    """
    plant, work, own = member.plant, load(member, times), seed_of("stack", member.id)
    running = work > 0
    oxygen = plant.usual_percent + (_AMBIENT_OXYGEN - plant.usual_percent) * 0.22 * (1 - work)
    oxygen = np.where(running, oxygen + 0.15 * smooth(own, times, 300), _AMBIENT_OXYGEN)
    excess = np.ones_like(times)
    for fault in faults:
        if fault.kind == "exceedance":
            excess = excess + (fault.strength - 1) * fault.hill(times)
    dilution = (21 - oxygen) / (21 - plant.reference_percent)
    values: Values = {}
    for place, code in enumerate(("a34013", "a21026", "a21002")):
        usual = plant.limits.get(code, 4.0) * (0.33 + 0.25 * one(own, place))
        wander = np.exp(0.14 * smooth(own + place + 1, times, 1500) + 0.05 * smooth(own + place + 9, times, 120))
        values[code] = np.where(running, usual * wander * excess * np.maximum(dilution, 0), 0.1)
    temperature = np.where(running, 70 + 55 * work + 1.5 * smooth(own + 5, times, 600), 28.0)
    speed = np.where(running, 2.5 + 12 * work + 0.3 * smooth(own + 6, times, 120), 0.1)
    moisture = np.where(running, 7 + 5 * work + 0.3 * smooth(own + 7, times, 600), 2.0)
    static = -0.05 - 0.2 * work
    normal = _KELVIN / (_KELVIN + temperature) * (world.weather(times).pressure + static) / _NORMAL_KPA
    return values | {
        OXYGEN: oxygen,
        "a01011": speed,
        "a01012": temperature,
        "a01013": static,
        "a01014": moisture,
        FLOW: speed * plant.area_m2 * 3600 * normal * (1 - moisture / 100),
    }


def _voc(world: World, member: Member, times: Floats, faults: Sequence[Fault]) -> Values:
    """The outlet of a paint shop behind its filter: NMHC with the working hours."""
    busy, own = working(times, member.id), seed_of("voc", member.id)
    excess = 1 + sum((fault.strength - 1) * fault.hill(times) for fault in faults if fault.kind == "exceedance")
    nmhc = (2.0 + 12 * busy * np.exp(0.3 * smooth(own, times, 600))) * excess
    return {
        "a24088": nmhc,
        "a25002": 0.004 + 0.006 * nmhc * (0.5 + one(own)),
        "a01012": world.weather(times).temperature * 0.3 + 18 + 8 * busy,
        FLOW: 2000 + 16000 * busy * (1 + 0.04 * smooth(own + 1, times, 300)),
    }


def _fume(_world: World, member: Member, times: Floats, faults: Sequence[Fault]) -> Values:
    """A kitchen behind its cleaner: fumes at meal times."""
    own = seed_of("fume", member.id)
    excess = 1 + sum((fault.strength - 1) * fault.hill(times) for fault in faults if fault.kind == "exceedance")
    cooking = mealtimes(times) * np.exp(0.25 * smooth(own, times, 700))
    fume = (0.05 + (0.25 + 0.3 * one(own)) * cooking) * excess
    return {"a34041": fume, "a34013": 0.4 + 2.2 * fume, "a24088": 0.8 + 4.5 * fume}


_True = Callable[[World, Member, Floats, Sequence[Fault]], Values]
_TRUE: Mapping[str, _True] = {
    "station": _ambient,
    "micro": _ambient,
    "dust": _dust,
    "stack": _stack,
    "voc": _voc,
    "fume": _fume,
}


# What faults and frauds make of it ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Spoilt:
    """One factor's values under a fault; first: what it was when the fault began."""

    code: str
    value: Floats
    first: float
    fault: Fault
    times: Floats

    @property
    def is_pollutant(self) -> bool:
        return self.code not in _SURROUNDINGS and self.code not in (OXYGEN, FLOW, NOISE)


def _frozen(it: _Spoilt) -> Floats:
    return it.value if it.code in _SURROUNDINGS else np.full_like(it.value, it.first)


def _drifting(it: _Spoilt) -> Floats:
    return it.value * (1 + it.fault.strength * it.fault.progress(it.times)) if it.code in CODES else it.value


def _clipped(it: _Spoilt) -> Floats:
    return np.minimum(it.value, it.fault.strength * it.first) if it.is_pollutant else it.value


def _sprinkled(it: _Spoilt) -> Floats:
    if it.code == "a01002":
        return np.minimum(it.value + 25, 99)
    sudden = np.clip((it.times - it.fault.start) / 180, 0, 1)
    return it.value * (1 - (1 - it.fault.strength) * sudden) if it.code in PARTICLES else it.value


def _less_oxygen(it: _Spoilt) -> Floats:
    return it.value * it.fault.strength if it.code == OXYGEN else it.value


_SPOILT: Mapping[str, Callable[[_Spoilt], Floats]] = {
    "frozen": _frozen,
    "drift": _drifting,
    "clipped": _clipped,
    "sprinkling": _sprinkled,
    "oxygen": _less_oxygen,
}


def _flags(member: Member, times: Floats, faults: Sequence[Fault]) -> Flags:
    """N where the device says that it measures, F where the plant is stopped or said to be."""
    flags = np.full(times.shape, "N")
    if member.kind == "stack":
        flags = np.where(load(member, times) > 0, flags, "F")
    for fault in faults:
        if fault.kind == "stopped":
            flags = np.where(fault.covers(times), "F", flags)
    return flags


def clock_ahead(faults: Sequence[Fault], member: Member, at: float) -> float:
    """Return how many seconds a device's clock is ahead."""
    now = np.array([at])
    return sum(
        float(fault.strength * fault.progress(now)[0])
        for fault in of_device(faults, member.id)
        if fault.kind == "clock-drift" and fault.covers(now)[0]
    )


def is_silent(faults: Sequence[Fault], member: Member, at: float) -> bool:
    """Tell whether a device is off at a moment."""
    now = np.array([at])
    return any(fault.kind == "offline" and fault.covers(now)[0] for fault in of_device(faults, member.id))
