"""Permitted courses of vehicles: read from GeoJSON, kept with the device, refused by name."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lantian.apps.audit.models import Entry
from lantian.apps.telemetry.models import Device, Point
from lantian.apps.telemetry.services import Course, CourseError, NewDevice, read_line, register_device, set_course
from lantian.apps.telemetry.services.courses import MOST_CORNERS

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LINE = ((116.4, 39.9), (116.5, 39.95))
GEOMETRY = {"type": "LineString", "coordinates": [[116.4, 39.9], [116.5, 39.95, 30.0]]}
FEATURE = {"type": "Feature", "properties": {}, "geometry": GEOMETRY}


@pytest.mark.parametrize(
    "value", [[[116.4, 39.9], [116.5, 39.95]], GEOMETRY, FEATURE, {"type": "FeatureCollection", "features": [FEATURE]}]
)
def test_a_line_is_read_from_coordinates_and_from_geojson(value: Any) -> None:
    assert read_line(json.dumps(value)) == LINE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[116.4, 39.9],", "no JSON: line 1"),
        ("[[116.4, 39.9]]", "2 to 500 pairs"),
        ("116.4", "2 to 500 pairs"),
        ('"ab"', "2 to 500 pairs"),
        (json.dumps([[116.4, 39.9]] * (MOST_CORNERS + 1)), "2 to 500 pairs"),
        ("[[116.4, 39.9], [39.9, 116.4]]", r"Coordinate 2 of the course, \[39.9, 116.4\]"),
        ("[[116.4, 39.9], [116.4]]", "Coordinate 2"),
        ('[["116.4", 39.9], [116.4, 39.9]]', "Coordinate 1"),
        ("[[true, 39.9], [116.4, 39.9]]", "Coordinate 1"),
        ("[[NaN, 39.9], [116.4, 39.9]]", "Coordinate 1"),
        ('{"type": "Point", "coordinates": [116.4, 39.9]}', "one GeoJSON LineString"),
        ('{"type": "FeatureCollection", "features": []}', "one GeoJSON LineString"),
        ('{"type": "Feature", "geometry": null}', "one GeoJSON LineString"),
    ],
)
def test_what_is_no_line_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        read_line(text)


def _truck() -> Device:
    return register_device(NewDevice("t1", "渣土车", "truck", "13800000001"), by=None, at=NOW)


@pytest.mark.django_db
def test_a_course_is_kept_put_on_record_and_taken_away() -> None:
    changed = set_course(_truck(), Course(LINE, 300), by=None, at=NOW)
    assert changed.details == {"route": [[116.4, 39.9], [116.5, 39.95]], "corridor_m": 300}
    assert Course.of(Device.objects.get().details) == Course(LINE, 300)
    assert Entry.objects.order_by("-pk")[0].verb == "device.changed"
    Device.objects.update(details={"note": "x", **changed.details})
    assert set_course(Device.objects.get(), None, by=None, at=NOW).details == {"note": "x"}
    assert Course.of({}) is None


@pytest.mark.django_db
@pytest.mark.parametrize("metres", [49, 10_001])
def test_a_corridor_has_bounds(metres: int) -> None:
    with pytest.raises(CourseError, match="must lie in 50…10000 m"):
        set_course(_truck(), Course(LINE, metres), by=None, at=NOW)


@pytest.mark.django_db
def test_only_vehicles_have_a_course() -> None:
    point = Point.objects.create(id="p", name_zh="站", kind="dust", area_code="110105")
    fixed = register_device(NewDevice("d1", "扬尘仪", "dust", "MN1", point=point), by=None, at=NOW)
    with pytest.raises(CourseError, match="Only a vehicle"):
        set_course(fixed, Course(LINE), by=None, at=NOW)
