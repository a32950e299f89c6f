"""GCJ-02 and WGS-84: there and back again, and how far apart they are."""

from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.coordinates import bd09_to_gcj02, bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_gcj02

METRES_PER_DEGREE = 111_320
longitudes = st.floats(75, 134)
latitudes = st.floats(5, 53)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (one[0] - other[0]) * cos(radians(one[1]))
    return hypot(east, one[1] - other[1]) * METRES_PER_DEGREE


@given(longitude=longitudes, latitude=latitudes)
def test_the_way_back_leads_to_the_start_within_a_millimetre(longitude: float, latitude: float) -> None:
    start = (longitude, latitude)
    assert metres(gcj02_to_wgs84(*wgs84_to_gcj02(*start)), start) < 0.001


@given(longitude=longitudes, latitude=latitudes)
def test_the_way_there_leads_to_the_start_within_a_millimetre(longitude: float, latitude: float) -> None:
    start = (longitude, latitude)
    assert metres(wgs84_to_gcj02(*gcj02_to_wgs84(*start)), start) < 0.001


@given(longitude=longitudes, latitude=latitudes)
def test_the_shift_is_less_than_a_kilometre_and_a_half(longitude: float, latitude: float) -> None:
    assert metres(wgs84_to_gcj02(longitude, latitude), (longitude, latitude)) < 1500


def test_in_beijing_the_shift_is_five_to_six_hundred_metres_to_the_north_east() -> None:
    east, north = wgs84_to_gcj02(116.4, 39.9)
    assert east > 116.4
    assert north > 39.9
    assert 500 < metres((east, north), (116.4, 39.9)) < 600


def test_bd09_follows_the_published_pair() -> None:
    # The worked example that the public conversion libraries print.
    assert bd09_to_gcj02(116.404, 39.915) == pytest.approx((116.39762729119315, 39.90865673957631), abs=1e-9)
    assert bd09_to_wgs84(116.404, 39.915) == pytest.approx(gcj02_to_wgs84(116.39762729, 39.90865674), abs=1e-7)
