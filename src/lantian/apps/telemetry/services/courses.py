"""Permitted courses (准运路线) of vehicles: the line that one may follow, and how far it may stray from it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lantian.apps.accounts.models import Person
from lantian.apps.telemetry.models import Device
from lantian.apps.telemetry.services.channels import DeviceError
from lantian.apps.telemetry.services.devices import change_device, point_kind
from lantian.kernel.errors import Text

MOST_CORNERS = 500
LEAST_M, MOST_M = 50, 10_000
"""Narrowest and widest corridor [m]."""

ROUTE, CORRIDOR = "route", "corridor_m"
"""Keys in ``Device.details``."""

Place = tuple[float, float]


class CourseError(DeviceError):
    """What is no permitted course."""


@dataclass(frozen=True)
class Course:
    """Corners (°E, °N; WGS-84) in order; corridor_m: how far off the line is still on it, None as the rule says [m]."""

    line: tuple[Place, ...]
    corridor_m: int | None = None

    @classmethod
    def of(cls, details: Mapping[str, Any]) -> "Course | None":
        """Return the course that a device's details hold, None where they hold none."""
        line = tuple((float(longitude), float(latitude)) for longitude, latitude in details.get(ROUTE, ()))
        return cls(line, details.get(CORRIDOR)) if line else None

    @property
    def details(self) -> dict[str, Any]:
        """The course as a device's details hold it."""
        corridor = {} if self.corridor_m is None else {CORRIDOR: self.corridor_m}
        return {ROUTE: [list(place) for place in self.line], **corridor}


def read_line(text: str) -> tuple[Place, ...]:
    """Return the corners of a line: a GeoJSON LineString, a Feature or a collection of one, or bare coordinates.

    >>> read_line('[[116.4, 39.9], [116.5, 39.95]]')
    ((116.4, 39.9), (116.5, 39.95))
    """
    try:
        found = _coordinates(json.loads(text))
    except json.JSONDecodeError as error:
        raise CourseError(
            Text(
                f"路线不是 JSON：第 {error.lineno} 行第 {error.colno} 列。",
                f"The course is no JSON: line {error.lineno}, column {error.colno}.",
            )
        ) from None
    return checked_line(found)


def _coordinates(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    if value.get("type") == "FeatureCollection":
        features = value.get("features")
        value = features[0] if isinstance(features, list) and len(features) == 1 else {}
    if isinstance(value, Mapping) and value.get("type") == "Feature":
        value = value.get("geometry")
    if not isinstance(value, Mapping) or value.get("type") != "LineString":
        raise CourseError(
            Text("路线须为一条 GeoJSON LineString，或坐标列表。", "A course is one GeoJSON LineString, or coordinates.")
        )
    return value.get("coordinates")


def checked_line(found: Any) -> tuple[Place, ...]:
    """Return corners that lie on the earth, 2 to 500 of them; raises CourseError."""
    if not isinstance(found, Sequence) or isinstance(found, str) or not 2 <= len(found) <= MOST_CORNERS:
        raise CourseError(
            Text(f"路线须有 2–{MOST_CORNERS} 个坐标。", f"A course has 2 to {MOST_CORNERS} pairs of coordinates.")
        )
    return tuple(_place(number, pair) for number, pair in enumerate(found, 1))


def _place(number: int, pair: Any) -> Place:
    if isinstance(pair, Sequence) and len(pair) in (2, 3) and all(_is_number(value) for value in pair):
        longitude, latitude = float(pair[0]), float(pair[1])
        if abs(longitude) <= 180 and abs(latitude) <= 90:
            return longitude, latitude
    raise CourseError(
        Text(
            f"路线第 {number} 个坐标 {pair} 应为 [经度, 纬度]（度）。",
            f"Coordinate {number} of the course, {pair}, must be [longitude, latitude] in degrees.",
        )
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def set_course(device: Device, course: Course | None, *, by: Person | None, at: datetime) -> Device:
    """Give a vehicle the course it was permitted, or take it away; other details stay."""
    if not point_kind(device.kind).mobile:
        raise CourseError(Text("只有车辆才有准运路线。", "Only a vehicle has a permitted course."))
    if course is not None:
        _check(course)
    kept = {name: value for name, value in device.details.items() if name not in (ROUTE, CORRIDOR)}
    return change_device(device, {"details": {**kept, **(course.details if course else {})}}, by=by, at=at)


def _check(course: Course) -> None:
    checked_line(course.line)
    if course.corridor_m is not None and not LEAST_M <= course.corridor_m <= MOST_M:
        raise CourseError(
            Text(
                f"偏离限度 {course.corridor_m} 米应在 {LEAST_M}–{MOST_M} 米之间。",
                f"The corridor of {course.corridor_m} m must lie in {LEAST_M}…{MOST_M} m.",
            )
        )


def as_geojson(line: Iterable[Place]) -> str:
    """Return a line as GeoJSON, as the form shows it.

    >>> as_geojson([(116.4, 39.9), (116.5, 39.95)])
    '{"type": "LineString", "coordinates": [[116.4, 39.9], [116.5, 39.95]]}'
    """
    return json.dumps({"type": "LineString", "coordinates": [list(place) for place in line]})
