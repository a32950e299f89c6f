"""When and where a photo was taken against what it is to prove (照片时空核对): agrees, differs, or unknown.

A photo says when and where by itself (EXIF), or the phone's browser says it when it is sent; neither proves anything,
but both are put beside the place of the subject and the time in which the step was open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Literal

Verdict = Literal["agrees", "differs", "unknown"]
EARTH_M = 6_371_008.8
"""Mean radius of the Earth [m] (IUGG)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said of a photo. by: ``exif`` or ``browser``. accuracy_m: of the position, 0 where it is not told."""

    by: str
    at: datetime | None = None
    longitude: float | None = None
    latitude: float | None = None
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Expected:
    """Where and when it should have been: the subject's position, and the time from the step's beginning to now."""

    start: datetime
    end: datetime
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Allowed distance [m] and error of clocks."""

    distance_m: float
    skew: timedelta


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer. metres: from the subject. minutes: before the step began (negative) or after now, 0 inside."""

    place: Verdict
    metres: int | None
    place_by: str
    time: Verdict
    minutes: int | None
    time_by: str


def check(claims: Iterable[Claim], expected: Expected, limits: Limits) -> Checked:
    """Judge a photo by the first claim that says a place, and by the first that says a time.

    >>> from datetime import UTC
    >>> noon = datetime(2019, 5, 6, 12, tzinfo=UTC)
    >>> found = check(
    ...     [Claim("exif", noon, 116.5, 39.9)],
    ...     Expected(noon, noon, 116.5, 39.901), Limits(200, timedelta(minutes=10)),
    ... )
    >>> found.place, found.metres, found.time
    ('agrees', 111, 'agrees')
    """
    claims = list(claims)
    placed = next((one for one in claims if one.longitude is not None and one.latitude is not None), None)
    timed = next((one for one in claims if one.at is not None), None)
    metres = _metres(placed, expected)
    minutes = _minutes(timed.at, expected) if timed and timed.at else None
    allowed = limits.distance_m + (placed.accuracy_m if placed else 0)
    near: Verdict = "unknown" if metres is None else "agrees" if metres <= allowed else "differs"
    within = timedelta(minutes=abs(minutes or 0)) <= limits.skew
    then: Verdict = "unknown" if minutes is None else "agrees" if within else "differs"
    return Checked(near, metres, placed.by if placed else "", then, minutes, timed.by if timed else "")


def _metres(claim: Claim | None, expected: Expected) -> int | None:
    if claim is None or claim.longitude is None or claim.latitude is None:
        return None
    if expected.longitude is None or expected.latitude is None:
        return None
    return round(distance_m((claim.longitude, claim.latitude), (expected.longitude, expected.latitude)))


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance [m] of two positions (longitude, latitude in degrees), by the haversine."""
    (east, north), (far_east, far_north) = ((radians(lon), radians(lat)) for lon, lat in (one, other))
    half = sin((far_north - north) / 2) ** 2 + cos(north) * cos(far_north) * sin((far_east - east) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))


def _minutes(at: datetime, expected: Expected) -> int:
    """Whole minutes outside the time expected, rounded away from it."""
    if at < expected.start:
        return -_up(expected.start - at)
    return _up(at - expected.end) if at > expected.end else 0


def _up(span: timedelta) -> int:
    return -(-span // timedelta(minutes=1))
