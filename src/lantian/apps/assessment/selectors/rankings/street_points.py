"""Which street a point lies in (点位所属街乡): by its own code, else by where it stands within the borders in force."""

from collections.abc import Iterable, Sequence

from shapely import contains_xy
from shapely.geometry.base import BaseGeometry

from lantian.apps.assessment.selectors.facts import STREET_DIGITS
from lantian.apps.assessment.selectors.rankings.ground import Ground
from lantian.apps.telemetry.models import Point


def streets_of(points: Iterable[Point], ground: Ground) -> dict[str, str]:
    """Return the street of each point that lies in one of the ground's, by the point's id.

    A station that is registered for the whole district, or for a street that has ended, belongs to the street in whose
    borders it stands; where that is not known, to the one that took its street over.
    """
    codes = {one.code for one in ground.streets}
    found = {}
    for point in points:
        code = point.area_code[:STREET_DIGITS]
        if len(code) < STREET_DIGITS or code in ground.heirs.keys() - codes:
            code = _within(point, ground.borders) or ground.street_of(code)
        if code in codes:
            found[point.pk] = code
    return found


def _within(point: Point, borders: Sequence[tuple[str, BaseGeometry]]) -> str:
    if point.longitude is None or point.latitude is None:
        return ""
    inside = (code for code, border in borders if contains_xy(border, point.longitude, point.latitude))
    return next(inside, "")
