"""Where a source lies (位置): checked geometry in WGS-84, the area found by polygon, the grid owner by area."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shapely import STRtree
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from lantian.apps.accounts.models import Area, AreaKind
from lantian.kernel.coordinates import bd09_to_wgs84, gcj02_to_wgs84
from lantian.kernel.errors import LantianError, Text

DATUMS: Mapping[str, Callable[[float, float], tuple[float, float]]] = {
    "wgs84": lambda longitude, latitude: (longitude, latitude),
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
}
"""Coordinate systems that people hand in, and the way from each to WGS-84."""

DECIMALS = 7
_TYPES: Mapping[str, frozenset[str]] = {
    "point": frozenset({"Point"}),
    "line": frozenset({"LineString", "MultiLineString"}),
    "polygon": frozenset({"Polygon", "MultiPolygon"}),
    "none": frozenset(),
}


class WrongPlace(LantianError):
    """A position or geometry that cannot be: outside the district, crossing itself, of another type."""


@dataclass(frozen=True)
class Place:
    """A checked place: GeoJSON (None for a bare point), a position inside it, and the code of its street."""

    geometry: dict[str, Any] | None
    longitude: float
    latitude: float
    area: str | None


@dataclass(frozen=True)
class Ground:
    """The streets and townships of the district with their polygons, ready for questions."""

    codes: tuple[str, ...]
    shapes: tuple[BaseGeometry, ...]
    tree: STRtree
    schematic: bool

    @classmethod
    def load(cls) -> "Ground":
        """Read the areas once; callers keep it for a batch."""
        areas = list(Area.objects.of_kind(AreaKind.STREET).with_boundary())
        shapes = tuple(shape(area.geometry or {}) for area in areas)
        return cls(tuple(area.code for area in areas), shapes, STRtree(shapes), any(area.schematic for area in areas))

    def area_of(self, longitude: float, latitude: float) -> str | None:
        """Return the code of the street or township that a position lies in; None outside all."""
        spot = shape({"type": "Point", "coordinates": (longitude, latitude)})
        hits = [int(index) for index in self.tree.query(spot, predicate="intersects")]
        return self.codes[min(hits)] if hits else None

    def is_near(self, longitude: float, latitude: float, degrees: float = 0.02) -> bool:
        """Tell whether a position lies in the district or within about two kilometres of it."""
        spot = shape({"type": "Point", "coordinates": (longitude, latitude)}).buffer(degrees)
        return bool(len(self.tree.query(spot, predicate="intersects"))) or not self.codes


def read_position(longitude: float, latitude: float, datum: str, ground: Ground) -> Place:
    """Return a checked position; raises WrongPlace for numbers that are swapped or lie outside the district."""
    if -90 <= longitude <= 90 < latitude <= 180:
        raise WrongPlace(
            Text(
                f"经度 {longitude} 与纬度 {latitude} 像是写反了。",
                f"Longitude {longitude} and latitude {latitude} look swapped.",
            )
        )
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise WrongPlace(
            Text(
                f"经纬度 {longitude}, {latitude} 不是以度为单位的坐标。",
                f"{longitude}, {latitude} are no coordinates in degrees.",
            )
        )
    east, north = DATUMS[datum](longitude, latitude)
    east, north = round(east, DECIMALS), round(north, DECIMALS)
    if not ground.is_near(east, north):
        raise WrongPlace(
            Text(
                f"坐标 {longitude}, {latitude}（{datum}）不在本区范围内。",
                f"{longitude}, {latitude} ({datum}) lie outside the district.",
            )
        )
    return Place(None, east, north, ground.area_of(east, north))


def read_geometry(found: Mapping[str, Any], wanted: str, datum: str, ground: Ground) -> Place:
    """Return a checked GeoJSON geometry, in WGS-84; raises WrongPlace saying what is wrong with it and where."""
    if wanted == "none" or found.get("type") not in _TYPES[wanted] | {"Point"}:
        allowed = ", ".join(sorted(_TYPES[wanted] | {"Point"})) if wanted != "none" else "—"
        raise WrongPlace(
            Text(
                f"图形类型是 {found.get('type')}，应为 {allowed}。",
                f"The geometry is a {found.get('type')}; it has to be {allowed}.",
            )
        )
    made = _shape(found)
    if not made.is_valid or made.is_empty:
        reason = explain_validity(made)
        raise WrongPlace(Text(f"图形不合法（边界自相交或为空）：{reason}", f"The geometry is not valid: {reason}"))
    spot = made.representative_point()
    place = read_position(spot.x, spot.y, datum, ground)
    if found["type"] == "Point":
        return place
    return Place(_converted(mapping(made), datum), place.longitude, place.latitude, place.area)


def _shape(found: Mapping[str, Any]) -> BaseGeometry:
    try:
        return shape(dict(found))
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise WrongPlace(
            Text(f"图形坐标无法读取：{error}", f"The coordinates of the geometry cannot be read: {error}")
        ) from error


def _converted(geometry: Mapping[str, Any], datum: str) -> dict[str, Any]:
    convert = DATUMS[datum]

    def walk(part: Any) -> Any:
        if part and isinstance(part[0], (int, float)):
            east, north = convert(float(part[0]), float(part[1]))
            return [round(east, DECIMALS), round(north, DECIMALS)]
        return [walk(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}
