"""Trucks and their permitted courses: what the simulated district drives, through the lake, to the sweep (S22)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from lantian.apps.alarms.models import Alarm
from lantian.apps.alarms.services import sweep
from lantian.apps.telemetry.models import Device
from lantian.apps.telemetry.services import Course
from lantian.gateway.simulators.district import District, Member
from lantian.gateway.simulators.faults import Fault
from lantian.gateway.simulators.traffic import Traffic
from lantian.lake import Lake
from lantian.lake.schema import POSITIONS
from lantian.lake.streams import Stretch
from tests.gateway.simulated import few

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
"""00:00 in Beijing, when trucks drive most."""

MINUTE = timedelta(minutes=1)
EVERY_S = 30


@pytest.fixture
def lake(tmp_path: Path, settings: Any) -> Lake:
    settings.DATA_DIR, settings.LAKE_URL, settings.PACK = tmp_path, str(tmp_path / "lake"), "cn-110105-2018"
    return Lake(tmp_path / "lake")


@pytest.fixture
def district() -> District:
    return few()


def _register(trucks: Iterable[Member], traffic: Traffic, corridor_m: int | None = None) -> None:
    Device.objects.bulk_create(
        Device(
            id=one.id, name_zh=one.text.zh, kind="truck", family="jt808", key=one.key, registered_at=NIGHT,
            details=Course(tuple(traffic.course(one)), corridor_m).details,
        )
        for one in trucks
    )  # fmt: skip


def _drive(lake: Lake, trucks: Sequence[Member], traffic: Traffic, end: datetime, faults: Sequence[Fault] = ()) -> None:
    """Store where the trucks are every half minute of the half hour before ``end``, as their terminals tell it."""
    rows: list[dict[str, object]] = []
    for one in trucks:
        for back in range(60):
            at = end.timestamp() - EVERY_S * (back + 1)
            trip = traffic.trip(one, at, faults)
            longitude, latitude = traffic.place(one, at, faults)
            speed = float(trip.speed_kmh(trip.rows[[trip.row(at)]])[0]) if trip and trip.runs(at) else 0.0
            moment = datetime.fromtimestamp(at, UTC)
            rows.append(
                {"device": one.id, "start": moment, "longitude": round(longitude, 6), "latitude": round(latitude, 6),
                 "altitude_m": None, "speed_kmh": speed, "direction": 0, "status": 3, "alarm": 0, "mileage_km": None,
                 "received_at": end, "frame": len(rows) + 1}
            )  # fmt: skip
    columns = [field for field in POSITIONS.columns if field.name not in ("received_at", "commit")]
    table = pa.Table.from_pylist(rows, schema=pa.schema(columns))
    lake.append_stretch(POSITIONS, table, Stretch(f"s-{end:%H%M}", len(rows), end))


def _detour(truck: Member, end: datetime) -> Fault:
    """Return the simulator's fault: the truck leaves its way 25 minutes before ``end``."""
    return Fault("f1", "route", truck.id, (end - 25 * MINUTE).timestamp(), (end + 60 * MINUTE).timestamp(), 1.0)


def distance_to(place: Sequence[float], course: Iterable[tuple[float, float]]) -> float:
    """Return how far a place lies from the nearest of the streets, which run north and east [km]."""
    east_km, north_km = 111.2 * np.cos(np.radians(39.9)), 111.2
    away = []
    for (x1, y1), (x2, y2) in pairwise(course):
        nearest = np.clip(place[0], min(x1, x2), max(x1, x2)), np.clip(place[1], min(y1, y2), max(y1, y2))
        away.append(np.hypot((place[0] - nearest[0]) * east_km, (place[1] - nearest[1]) * north_km))
    return float(min(away))


def _strayed() -> set[str]:
    return {alarm.device_id or "" for alarm in Alarm.objects.filter(rule="truck-route")}


@pytest.mark.row("S22")
def test_a_truck_that_leaves_its_permitted_course_is_found_with_its_place(lake: Lake, district: District) -> None:
    traffic, trucks = Traffic(district), district.of_kind("truck")
    _register(trucks, traffic)
    end = NIGHT + 40 * MINUTE
    _drive(lake, trucks, traffic, end, [_detour(trucks[0], end)])
    for back in (15, 10, 5, 0):
        sweep(end - back * MINUTE, lake=lake)
    assert _strayed() == {trucks[0].id}
    alarm = Alarm.objects.get(rule="truck-route")
    assert (alarm.limit, alarm.unit) == (0.5, "km")
    assert alarm.value is not None
    assert alarm.value > 1
    away = distance_to(alarm.evidence["position"], traffic.course(trucks[0]))
    assert away == pytest.approx(alarm.value, abs=0.05)


def test_trips_between_site_and_yards_are_no_alarm(lake: Lake, district: District) -> None:
    traffic, trucks = Traffic(district), district.of_kind("truck")
    _register(trucks, traffic)
    driven = 0
    for half_hour in range(6):
        end = NIGHT + half_hour * 30 * MINUTE
        _drive(lake, trucks, traffic, end)
        sweep(end, lake=lake)
        trips = [traffic.trip(one, end.timestamp() - 60 * back) for one in trucks for back in (5, 15, 25)]
        driven += sum(trip is not None for trip in trips)
    assert driven > 20
    assert _strayed() == set()


def test_a_course_with_a_corridor_of_its_own_is_judged_by_it(lake: Lake, district: District) -> None:
    traffic, trucks = Traffic(district), district.of_kind("truck")
    _register(trucks, traffic, corridor_m=10_000)
    end = NIGHT + 40 * MINUTE
    _drive(lake, trucks, traffic, end, [_detour(trucks[0], end)])
    sweep(end, lake=lake)
    assert _strayed() == set()


def test_a_truck_without_a_permitted_course_is_not_judged(lake: Lake, district: District) -> None:
    traffic, trucks = Traffic(district), district.of_kind("truck")
    _register(trucks[:1], traffic)
    Device.objects.update(details={})
    end = NIGHT + 40 * MINUTE
    _drive(lake, trucks, traffic, end, [_detour(trucks[0], end)])
    sweep(end, lake=lake)
    assert _strayed() == set()
