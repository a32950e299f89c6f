"""Where vehicles go and what their engines do (行车与发动机), as pure functions of time.

Time is cut into slots of one length for each vehicle. In a slot it drives once, along streets that run north and east,
with stops at lights, and stands for the rest of it. A truck keeps to one course: between its site and two yards. A trip
is worked out once, second by second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lantian.gateway.simulators.district import District, Member
from lantian.gateway.simulators.faults import Fault, of_device
from lantian.gateway.simulators.noise import Floats, one, seed_of, smooth
from lantian.gateway.simulators.world import hour_of_day

SLOT_S = 3600
_KM_A_DEGREE = 111.195
_SHORTEST_S = 300
_LONGEST_S = 3200
_LOOK_BACK = 48
"""Slots in which a vehicle drives at least once, as good as surely."""

Place = tuple[float, float]


Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Trip:
    """One drive from ``start`` [s], a row a second; the vehicle stands before and after it.

    distance_km: driven, by second. corners: of the way, ``[corner, (°E, °N)]``; corner_km: how far each lies along it.
    """

    start: int
    distance_km: NDArray[np.float32]
    corners: Floats
    corner_km: Floats

    @property
    def seconds(self) -> int:
        """How long the engine runs."""
        return len(self.distance_km)

    @property
    def end(self) -> int:
        """When the engine stops [s]."""
        return self.start + self.seconds

    @property
    def rows(self) -> Rows:
        """All rows."""
        return np.arange(self.seconds)

    def runs(self, at: float) -> bool:
        """Tell whether the engine runs."""
        return self.start <= at < self.end

    def row(self, at: float) -> int:
        """Return the row of a moment, the nearest outside the drive."""
        return min(max(int(at) - self.start, 0), self.seconds - 1)

    def place(self, rows: Rows) -> tuple[Floats, Floats]:
        """Return longitude and latitude [°]."""
        driven = self.distance_km[rows]
        longitude, latitude = (np.interp(driven, self.corner_km, self.corners[:, axis]) for axis in (0, 1))
        return longitude, latitude

    def speed_kmh(self, rows: Rows) -> Floats:
        """Return the speed [km/h]: the way of the last second."""
        rows = np.maximum(rows, 1)
        found: Floats = (self.distance_km[rows] - self.distance_km[rows - 1]).astype(np.float64) * 3600
        return found

    def direction(self, row: int) -> int:
        """Return where the vehicle heads [°, clockwise from north]."""
        leg = int(np.searchsorted(self.corner_km, self.distance_km[row], side="right")) - 1
        leg = min(max(leg, 0), len(self.corners) - 2)
        east, north = (self.corners[leg + 1] - self.corners[leg]) * _km_a_degree(self.corners)
        return int(np.degrees(np.arctan2(east, north))) % 360


class Traffic:
    """The trips of a district's vehicles."""

    def __init__(self, district: District) -> None:
        self.district = district
        self._sites = [member.place for member in district.of_kind("dust")] or [
            (site.longitude, site.latitude) for site in district.sites
        ]
        self._streets = [(site.longitude, site.latitude) for site in district.sites]
        vehicles = len(district.of_kind("truck")) + len(district.of_kind("heavy-diesel"))
        self._trip = lru_cache(maxsize=2 * vehicles + 64)(self._plan)

    def trip(self, member: Member, at: float, faults: Sequence[Fault] = ()) -> Trip | None:
        """Return the trip of the slot around a moment, or None where the vehicle stands all the time."""
        slot = int((at + _phase(member)) // SLOT_S)
        start = slot * SLOT_S - _phase(member)
        detours = [
            fault
            for fault in of_device(faults, member.id)
            if fault.kind == "route" and fault.start < start + SLOT_S - _SHORTEST_S * 3 and fault.end > start
        ]
        return self._trip(member, slot, max(detours[0].start, start) if detours else None)

    def place(self, member: Member, at: float, faults: Sequence[Fault] = ()) -> Place:
        """Return where a vehicle is, driving or not."""
        trip = self.trip(member, at, faults)
        if trip is None:
            return self._ends(member, int((at + _phase(member)) // SLOT_S))[0]
        return _place_of(trip, trip.row(at))

    def course(self, truck: Member) -> list[Place]:
        """Return the streets that a truck may take: from one yard by its site to the other."""
        first, second = (self._way(truck, number).tolist() for number in (0, 1))
        return [(longitude, latitude) for longitude, latitude in (*reversed(first), *second[1:])]

    def _way(self, truck: Member, number: int) -> Floats:
        """Return the corners of a truck's way from its site to a yard."""
        site = self._sites[int(one(seed_of("stop", truck.id), 0) * len(self._sites))]
        return _streets(site, self.district.destinations[number], seed_of("course", truck.id, number))

    def _corners(self, member: Member, slot: int, ends: tuple[Place, Place]) -> Floats:
        if member.kind != "truck":
            return _streets(*ends, seed_of("way", member.id, slot))
        way = self._way(member, self._yard(member, slot))
        return way[::-1] if slot % 2 else way

    def _yard(self, truck: Member, slot: int) -> int:
        """Return the number of the yard to which a truck goes in a slot, or from which it returns."""
        return int(2 * one(seed_of("stop", truck.id), slot // 2))

    def _plan(self, member: Member, slot: int, detour_at: float | None) -> Trip | None:
        start = slot * SLOT_S - _phase(member)
        ends = self._ends(member, slot)
        usual = _drive(start, self._corners(member, slot, ends), slot) if _goes(member, slot) else None
        if detour_at is None:
            return usual
        return _detour(usual, ends, int(detour_at), start + SLOT_S, seed_of("detour", member.id, slot))

    def _ends(self, member: Member, slot: int) -> tuple[Place, Place]:
        """Return the first and last place of a slot; trips join, and a vehicle that stands stays where it was."""
        before = next((slot - back for back in range(1, _LOOK_BACK) if _goes(member, slot - back)), slot - _LOOK_BACK)
        first = self._stop(member, before)
        return first, self._stop(member, slot) if _goes(member, slot) else first

    def _stop(self, member: Member, slot: int) -> Place:
        if member.kind == "truck":
            longitude, latitude = self._way(member, self._yard(member, slot))[0 if slot % 2 else -1]
            return float(longitude), float(latitude)
        seed = seed_of("stop", member.id)
        longitude, latitude = self._streets[int(one(seed, slot) * len(self._streets))]
        return longitude + 0.008 * (one(seed, -slot) - 0.5), latitude + 0.006 * (one(seed, 3 - slot) - 0.5)


def _phase(member: Member) -> int:
    return int(SLOT_S * one(seed_of("phase", member.id)))


def _goes(member: Member, slot: int) -> bool:
    """Diesels drive mostly by day; muck trucks by night, out in one slot and back in the next."""
    slot = slot - slot % 2 if member.kind == "truck" else slot
    hour = float(hour_of_day(np.array([slot * SLOT_S]))[0])
    by_day = 6 <= hour < 21
    share = (0.45 if by_day else 0.9) if member.kind == "truck" else (0.85 if by_day else 0.6)
    return one(seed_of("goes", member.id), slot) < share


def _streets(first: Place, last: Place, seed: int) -> Floats:
    """Return the corners of a way along north-south and east-west streets, ``[corner, (°E, °N)]``."""
    share = 0.25 + 0.5 * one(seed)
    middle = first[0] + share * (last[0] - first[0])
    return np.array([first, (middle, first[1]), (middle, last[1]), last])


def _km_a_degree(corners: Floats) -> Floats:
    return np.array([np.cos(np.radians(corners[0, 1])), 1.0]) * _KM_A_DEGREE


def _drive(start: int, corners: Floats, seed: int, *, seconds: int | None = None) -> Trip:
    """Drive along corners: quicker and slower, with stops at lights, at a mean near 30 km/h."""
    legs = np.hypot(*(np.diff(corners, axis=0) * _km_a_degree(corners)).T)
    length = max(float(legs.sum()), 1e-3)
    size = seconds or int(np.clip(length / 30 * 3600, _SHORTEST_S, _LONGEST_S))
    clock = np.arange(size, dtype=np.float64)
    pace = np.clip(1 + 1.4 * smooth(seed_of("pace", seed, start), clock, 55), 0, 2.2)
    pace *= np.minimum(1, np.minimum(clock, clock[::-1]) / 20) + 1e-3
    distance = (np.cumsum(pace) / pace.sum() * length).astype(np.float32)
    return Trip(start, distance, corners, np.concatenate([[0.0], np.cumsum(legs)]))


def _detour(usual: Trip | None, ends: tuple[Place, Place], at: int, until: int, seed: int) -> Trip | None:
    """Leave the way at a moment for a place off it, and go on to the end: the rest of the slot."""
    left = until - at - _SHORTEST_S // 5
    if left < _SHORTEST_S:
        return usual
    row = usual.row(at) if usual is not None and at > usual.start else 0
    here = ends[0] if usual is None else _place_of(usual, row)
    aside = here[0] + 0.03 * (1 if one(seed, 1) < 0.5 else -1), here[1] + 0.022 * (1 if one(seed, 2) < 0.5 else -1)
    corners = np.concatenate([_streets(here, aside, seed), _streets(aside, ends[1], seed + 1)[1:]])
    rest = _drive(at, corners, seed, seconds=min(left, _LONGEST_S))
    return rest if usual is None or row == 0 else _joined(usual, row, rest)


def _place_of(trip: Trip, row: int) -> Place:
    longitude, latitude = trip.place(np.array([row]))
    return float(longitude[0]), float(latitude[0])


def _joined(first: Trip, row: int, rest: Trip) -> Trip:
    """Go the first way up to a row, stand until the rest begins where that is later, then go the rest."""
    driven = float(first.distance_km[row])
    passed = first.corner_km < driven
    before = first.distance_km[np.minimum(np.arange(rest.start - first.start), row)]
    return Trip(
        first.start,
        np.concatenate([before, driven + rest.distance_km]),
        np.concatenate([first.corners[passed], rest.corners]),
        np.concatenate([first.corner_km[passed], driven + rest.corner_km]),
    )


def engine(member: Member, trip: Trip, first: int, count: int, faults: Sequence[Fault]) -> list[Mapping[str, float]]:
    """Return one row of engine data for each second from ``first``, by the names of GB 17691's stream.

    Load follows speed and acceleration; NOx before the catalyst follows load; what the catalyst leaves depends on its
    temperature, and with tampered urea nearly all is left.
    """
    rows = np.clip(np.arange(first, first + count) - trip.start, 0, trip.seconds - 1)
    times, own = first + np.arange(count, dtype=np.float64), seed_of("engine", member.id)
    speed = trip.speed_kmh(rows)
    rise = speed - trip.speed_kmh(np.maximum(rows - 3, 0))
    longitude, latitude = trip.place(rows)
    moving = speed > 1
    torque = np.clip(np.where(moving, 22 + 0.55 * speed + 5 * rise, 9) + 4 * smooth(own, times, 7), 0, 100)
    rpm = np.where(moving, 950 + 9.5 * speed + 6 * rise, 650) + 12 * smooth(own + 1, times, 3)
    warmth = 1 - np.exp(-rows / 420)
    scr_in = 140 + 150 * warmth + 0.6 * torque + 6 * smooth(own + 2, times, 60)
    left = np.where(scr_in > 215, 0.06, 0.55)
    for fault in of_device(faults, member.id):
        if fault.kind == "urea":
            left = np.where(fault.covers(times), fault.strength, left)
    nox = 180 + 9 * torque + 25 * smooth(own + 3, times, 20)
    tank = 100 * one(own, 5)
    columns = {
        "speed_kmh": np.clip(speed, 0, 250),
        "baro_kpa": 101.0 + 0.0 * times,
        "net_torque_pct": torque,
        "friction_torque_pct": 18 + 0.004 * rpm,
        "rpm": np.clip(rpm, 600, 3200),
        "fuel_lph": 1.1 + rpm * torque * 2.1e-4,
        "nox_up_ppm": nox,
        "nox_down_ppm": nox * left,
        "reagent_pct": 30 + 60 * one(own, 6) + 0.0 * times,
        "air_kgph": 60 + rpm * (0.12 + 0.0016 * torque),
        "scr_in_c": scr_in,
        "scr_out_c": scr_in - 12,
        "dpf_kpa": 1.5 + rpm * torque * 3.5e-5,
        "coolant_c": 35 + 50 * warmth + smooth(own + 4, times, 120),
        "fuel_level_pct": 20 + 0.7 * tank - 0.1 * trip.distance_km[rows],
        "lon": longitude,
        "lat": latitude,
        "mileage_km": mileage(member, trip, rows),
    }
    return [{name: float(column[row]) for name, column in columns.items()} for row in range(count)]


def mileage(member: Member, trip: Trip, rows: Rows) -> Floats:
    """Return the mileage [km]: 25 km a slot, so that no trip begins below the end of the last; anew after two years."""
    slot = (trip.start + _phase(member)) // SLOT_S % 20_000
    found: Floats = 20_000 * one(seed_of("mileage", member.id)) + 25 * slot + np.minimum(trip.distance_km[rows], 25)
    return found
