"""Tracks: forbidden places, hours and speeds; permitted courses."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from lantian.analysis.detection.rules import Fence, Route
from lantian.analysis.detection.vehicles import distance_km
from lantian.analysis.detection.window import Track
from tests.analysis.district import KM, NOW, District, found, places, rule

SQUARE = ((116.4, 39.9), (116.5, 39.9), (116.5, 40.0), (116.4, 40.0))


def track(device: str, longitude: list[float], speed: float = 30, route: tuple[tuple[float, float], ...] = ()) -> Track:
    count = len(longitude)
    seconds = NOW.timestamp() - 60.0 * np.arange(count, dtype=np.float64)[::-1]
    latitude, speeds = np.full(count, 39.95), np.full(count, speed)
    return Track(device, "truck", seconds, np.array(longitude), latitude, speeds, route=route)


def fence(**more: object) -> Fence:
    return Fence(**({"polygon": SQUARE, "from_hour": 6, "to_hour": 23} | more))  # type: ignore[arg-type]


def test_a_truck_inside_a_closed_area_at_noon_is_found_with_its_position() -> None:
    tracks = (
        track("in", [116.3, 116.45, 116.46, 116.47, 116.48]),
        track("left", [116.45, 116.45, 116.45, 116.45, 116.6]),
        track("out", [116.6] * 5),
        track("short", [116.6, 116.6, 116.6, 116.45, 116.45]),
        track("empty", []),
        replace(track("bus", [116.45] * 5), kind="bus"),
    )
    results = found(rule(fence(), "truck", channel="", minimum=3), District().window(tracks=tracks))
    assert [(each.device, each.holds) for each in results] == [("in", True), ("left", False)]
    assert (results[0].start, results[0].end) == (NOW - timedelta(minutes=3), NOW)
    assert results[0].evidence == {"position": [116.45, 39.95]}


@pytest.mark.parametrize(("first", "last", "closed"), [(6, 23, True), (23, 6, False), (11, 13, True), (0, 0, True)])
def test_hours_are_beijing_hours_and_may_pass_midnight(first: int, last: int, closed: bool) -> None:
    window = District().window(tracks=(track("a", [116.45] * 5),))
    assert places(found(rule(fence(from_hour=first, to_hour=last), "truck", channel=""), window)) == ["a"] * closed


def test_without_a_polygon_only_speed_and_hours_count() -> None:
    window = District().window(tracks=(track("fast", [116.6] * 5, 90), track("slow", [116.6] * 5, 60)))
    assert places(found(rule(fence(polygon=(), speed_above=80.0), "truck", channel=""), window)) == ["fast"]


def test_a_truck_half_a_kilometre_off_its_course_is_found() -> None:
    east = KM / np.cos(np.radians(39.95))
    course = ((116.4, 39.9), (116.4, 40.0), (116.4, 40.0))
    away = track("a", [116.4, *[116.4 + 0.8 * east] * 4], route=course)
    assert distance_km(away).round(2).tolist() == [0.0, 0.8, 0.8, 0.8, 0.8]
    window = District().window(tracks=(away, track("free", [116.9] * 5)))
    [finding] = found(rule(Route(0.5), "truck", channel="", minimum=3), window)
    assert (finding.device, round(finding.peak, 2), finding.holds) == ("a", 0.8, True)
    wide = District().window(tracks=(replace(away, corridor_km=0.9), replace(away, device="b", corridor_km=0.7)))
    [finding] = found(rule(Route(0.5), "truck", channel="", minimum=3), wide)
    assert (finding.device, finding.limit) == ("b", 0.7)
