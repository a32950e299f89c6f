"""Coordinates of Chinese maps (坐标): the shifted GCJ-02 of public map services, BD-09 of one of them, and WGS-84.

GCJ-02 moves a place by some hundred metres through a smooth published function of its position; the way back is
found by iteration. Both hold for places in China only; nothing in a pair of numbers tells which of the two it is.
"""

from math import atan2, cos, hypot, pi, radians, sin, sqrt

Position = tuple[float, float]
"""Longitude and latitude in degrees."""

SEMI_MAJOR_M = 6378245.0
"""Semi-major axis of the Krasovsky 1940 ellipsoid [m], on which the shift is defined."""

ECCENTRICITY_SQUARED = 0.00669342162296594323

_ROUNDS = 8
_BD09_TURN = pi * 3000.0 / 180.0


def wgs84_to_gcj02(longitude: float, latitude: float) -> Position:
    """Return the GCJ-02 position [°E, °N] of a WGS-84 position.

    >>> [round(degree, 4) for degree in wgs84_to_gcj02(116.3912, 39.9068)]  # Tian'anmen: about 500 m to the east
    [116.3974, 39.9082]
    """
    east, north = _shift_m(longitude - 105.0, latitude - 35.0)
    angle = radians(latitude)
    flattened = 1.0 - ECCENTRICITY_SQUARED * sin(angle) ** 2
    prime_vertical = SEMI_MAJOR_M / sqrt(flattened)
    meridian = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / (flattened * sqrt(flattened))
    return (
        longitude + east * 180.0 / (prime_vertical * cos(angle) * pi),
        latitude + north * 180.0 / (meridian * pi),
    )


def gcj02_to_wgs84(longitude: float, latitude: float) -> Position:
    """Return the WGS-84 position [°E, °N] of a GCJ-02 position, within a millimetre.

    The shift changes by less than a thousandth of the way, so that subtracting the error again and again converges.
    """
    guess = (longitude, latitude)
    for _ in range(_ROUNDS):
        shifted = wgs84_to_gcj02(*guess)
        guess = (guess[0] + longitude - shifted[0], guess[1] + latitude - shifted[1])
    return guess


def bd09_to_gcj02(longitude: float, latitude: float) -> Position:
    """Return the GCJ-02 position [°E, °N] of a BD-09 position: a further shift with a turn (公开的换算式).

    >>> [round(degree, 6) for degree in bd09_to_gcj02(116.404, 39.915)]
    [116.397627, 39.908657]
    """
    east, north = longitude - 0.0065, latitude - 0.006
    distance = hypot(east, north) - 0.00002 * sin(north * _BD09_TURN)
    angle = atan2(north, east) - 0.000003 * cos(east * _BD09_TURN)
    return distance * cos(angle), distance * sin(angle)


def bd09_to_wgs84(longitude: float, latitude: float) -> Position:
    """Return the WGS-84 position [°E, °N] of a BD-09 position."""
    return gcj02_to_wgs84(*bd09_to_gcj02(longitude, latitude))


def _shift_m(x: float, y: float) -> Position:
    """Return the published shift eastward and northward [m] at x degrees from 105°E and y degrees from 35°N."""
    ripple = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    return east, north
