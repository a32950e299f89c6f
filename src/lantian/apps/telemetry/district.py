"""The district on the map (辖区地图): streets, borders, roads and where it opens, from the pack and areas in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from django.conf import settings
from django.utils.translation import get_language
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from lantian.apps.accounts.models import Area
from lantian.kernel.errors import Text
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.policy.records_plan import Area as AreaRecord
from lantian.policy.records_plan import MapView, Road


@dataclass(frozen=True)
class Street:
    """A street or township (街乡) of the district; the position is where its name stands on the map."""

    code: str
    name: Text
    short: Text
    longitude: float
    latitude: float


@dataclass(frozen=True)
class District:
    """The district of the pack: name, streets, and shapes in degrees (WGS-84)."""

    code: str
    name: Text
    streets: tuple[Street, ...]
    shapes: Mapping[str, dict[str, Any]]
    outline: dict[str, Any] | None
    schematic: bool


def district_of(plan: Pack) -> District:
    """Return the district of the pack's jurisdiction with the borders in force: official where imported."""
    code = plan.header.jurisdiction.removeprefix("cn-")
    areas = {area.code: area for area in Area.objects.filter(code__startswith=code).with_boundary()}
    drawn = {area.code: area.geometry for area in areas.values() if area.geometry}
    records = {record.id: record for record in plan.all(AreaRecord)}
    named = records.get(code)
    return District(
        code,
        Text(named.zh, named.en) if named else Text(code, code),
        tuple(_street(area, records.get(found), drawn[found]) for found, area in areas.items() if found != code),
        {found: geometry for found, geometry in drawn.items() if found != code},
        drawn.get(code),
        any(area.schematic for area in areas.values()),
    )


def _street(area: Area, record: AreaRecord | None, geometry: dict[str, Any]) -> Street:
    centre = shapely.point_on_surface(_largest(shape(geometry)))
    name = Text(area.name_zh, area.name_en or area.name_zh)
    short = Text(record.short, record.en) if record else name
    return Street(area.code, name, short, round(centre.x, 5), round(centre.y, 5))


def _largest(geometry: BaseGeometry) -> BaseGeometry:
    parts: list[BaseGeometry] = shapely.get_parts(geometry).tolist()
    return max(parts, key=lambda part: float(part.area))


def roads(plan: Pack, district: str) -> tuple[Road, ...]:
    """Return the roads that the map draws for orientation."""
    return tuple(road for road in plan.all(Road) if road.area == district)


def bounds(plan: Pack, district: District) -> tuple[tuple[float, float, float, float], float]:
    """Return where the map opens, west, south, east, north in degrees, and how far it may be enlarged."""
    view = next((view for view in plan.all(MapView) if view.area == district.code), None)
    if view:
        return view.bounds, view.max_zoom
    west, south, east, north = shape(district.outline).bounds if district.outline else (73.0, 18.0, 136.0, 54.0)
    return (west, south, east, north), 14.0


def ground(plan: Pack, district: District, language: str) -> dict[str, Any]:
    """Return what every map of the district stands on: where it opens, areas, outline, roads, names."""
    box, zoom = bounds(plan, district)
    return {
        "bounds": [[box[0], box[1]], [box[2], box[3]]],
        "max_zoom": zoom,
        "areas": _collection(district.shapes.items()),
        "outline": {"type": "Feature", "properties": {}, "geometry": district.outline}
        if district.outline
        else _collection(()),
        "roads": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"kind": road.kind},
                    "geometry": {"type": "LineString", "coordinates": road.line},
                }
                for road in roads(plan, district.code)
            ],
        },
        "names": [
            {
                "code": street.code,
                "short": street.short.in_language(language),
                "spoken": street.name.in_language(language),
                "longitude": street.longitude,
                "latitude": street.latitude,
            }
            for street in district.streets
        ],
    }


def ground_of_pack() -> dict[str, Any]:
    """Return the ground of the pack in use, in the reader's language."""
    plan = load_pack(settings.PACK)
    return ground(plan, district_of(plan), get_language() or "zh-hans")


def _collection(shapes: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": code}, "geometry": geometry} for code, geometry in shapes
        ],
    }
