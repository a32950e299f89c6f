"""Which street a point lies in (点位所属街乡): by its own code, else by where it stands within the borders in force."""

from collections.abc import Iterable, Sequence

from shapely import contains_xy
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from lantian.apps.accounts.models import Area
from lantian.apps.assessment.selectors.facts import STREET_DIGITS
from lantian.apps.assessment.snapshots import Place
from lantian.apps.telemetry.models import Point


def streets_of(points: Iterable[Point], places: Sequence[Place]) -> dict[str, str]:
    """Return the street of each point that lies in one of the places, by the point's id.

    A station that is registered for the whole district belongs to the street in whose borders it stands.
    """
    codes = {one.code for one in places}
    drawn = Area.objects.filter(pk__in=codes).with_boundary().order_by("order", "code")
    borders = [(one.code, shape(one.geometry)) for one in drawn if one.geometry]
    found = {}
    for point in points:
        code = point.area_code[:STREET_DIGITS]
        if len(code) < STREET_DIGITS:
            code = _within(point, borders)
        if code in codes:
            found[point.pk] = code
    return found


def _within(point: Point, borders: Sequence[tuple[str, BaseGeometry]]) -> str:
    if point.longitude is None or point.latitude is None:
        return ""
    inside = (code for code, border in borders if contains_xy(border, point.longitude, point.latitude))
    return next(inside, "")
