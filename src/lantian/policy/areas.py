"""Shapes of areas (区域边界): a schematic division from reference points, or official borders by import.

No street borders are public, so that a map first draws a *schematic* one: every street takes the ground nearest to its
reference point, inside a coarse outline drawn by hand. Every such shape says that it is schematic. A district that has
official borders imports them as GeoJSON; these replace the schematic ones.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any, Literal

import numpy
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from lantian.kernel.coordinates import gcj02_to_wgs84
from lantian.kernel.errors import LantianError, Text
from lantian.policy.reader import Pack
from lantian.policy.records_plan import Area, Outline, Position, Road

Geometry = Polygon | MultiPolygon
Datum = Literal["WGS-84", "GCJ-02"]
DATUMS: tuple[Datum, ...] = ("WGS-84", "GCJ-02")


class AreaError(LantianError):
    """Reference points, outlines or a GeoJSON file from which no areas can be made."""

    @classmethod
    def of(cls, texts: Sequence[Text]) -> "AreaError":
        """Join several sentences, one a line."""
        return cls(Text("\n".join(text.zh for text in texts), "\n".join(text.en for text in texts)))


@dataclass(frozen=True)
class AreaShape:
    """The shape of an area in WGS-84 degrees; schematic is shown on every map that draws it."""

    code: str
    geometry: Geometry
    schematic: bool


# --- the schematic division ------------------------------------------------------------------------------------------


def district_division(pack: Pack, district: str) -> dict[str, AreaShape]:
    """Return the schematic shapes of a district and of its streets, by code.

    pack: holds the tables area and outline. district: its division code, as 110105.
    """
    outlines = [outline for outline in pack.all(Outline) if outline.area == district]
    streets = [area for area in pack.all(Area) if area.parent == district]
    if not outlines:
        raise AreaError(Text(f"政策包没有 {district} 的轮廓", f"the pack has no outline of {district}"))
    whole = AreaShape(district, _faces(shapely.union_all([Polygon(outline.ring) for outline in outlines])), True)
    return {district: whole} | schematic_division(outlines, streets)


def district_roads(pack: Pack, district: str) -> dict[str, BaseGeometry]:
    """Return the pack's roads for orientation, cut at the district's outline, by id."""
    whole = district_division(pack, district)[district].geometry
    roads = [road for road in pack.all(Road) if road.area == district]
    return {road.id: shapely.intersection(LineString(road.line), whole) for road in roads}


def schematic_division(outlines: Sequence[Outline], areas: Sequence[Area]) -> dict[str, AreaShape]:
    """Divide a district among its streets: all ground goes to the nearest reference point.

    outlines: parts of the district; one with an owner is an island that belongs to it alone.
    areas: the streets; each needs its places inside the outline. Equal input gives equal output.
    Raises AreaError where a place lies outside, two coincide, or an island's owner is unknown.
    """
    islands = [outline for outline in outlines if outline.owner]
    main = shapely.union_all([Polygon(outline.ring) for outline in outlines if not outline.owner])
    owners = {str(outline.owner) for outline in islands}
    divided = [area for area in areas if area.id not in owners]
    _check_places(main, divided, owners - {area.id for area in areas})
    cells = _joined_pieces(_cells(main, divided), divided)
    for outline in islands:
        found = cells.get(str(outline.owner), Polygon())
        cells[str(outline.owner)] = shapely.union(found, Polygon(outline.ring))
    return {area.id: AreaShape(area.id, _faces(cells[area.id]), True) for area in areas}


def _places(area: Area) -> tuple[Position, ...]:
    return (area.reference_point, *area.further)


def _check_places(main: BaseGeometry, areas: Sequence[Area], strangers: Iterable[str]) -> None:
    texts = [
        Text(f"轮廓的所属街乡 {code} 不存在", f"the owner {code} of an outline does not exist")
        for code in sorted(strangers)
    ]
    seen: dict[Position, Area] = {}
    for area, place in [(owner, place) for owner in areas for place in _places(owner)]:
        if not main.contains(Point(place)):
            texts.append(Text(f"{area.zh}的参考点 {place} 不在轮廓内", f"{area.en}: {place} lies outside the outline"))
        if place in seen:
            texts.append(
                Text(
                    f"{area.zh}与{seen[place].zh}的参考点相同：{place}",
                    f"{area.en} and {seen[place].en} have the same place {place}",
                )
            )
        seen[place] = area
    if texts:
        raise AreaError.of(texts)


def _cells(main: BaseGeometry, areas: Sequence[Area]) -> dict[str, BaseGeometry]:
    """Return the ground nearest to each area's places, in degrees; distances are those on the ground."""
    owners = [area.id for area in areas for _ in _places(area)]
    places = [place for area in areas for place in _places(area)]
    shrink = cos(radians(main.centroid.y))
    flat = _scaled(main, shrink)
    points = MultiPoint([(x * shrink, y) for x, y in places])
    polygons = shapely.voronoi_polygons(points, extend_to=flat, ordered=True).geoms if len(places) > 1 else [flat]
    cells: dict[str, BaseGeometry] = {}
    for code, polygon in zip(owners, polygons, strict=True):
        cells[code] = shapely.union(cells.get(code, Polygon()), shapely.intersection(polygon, flat))
    return {code: _scaled(cell, 1 / shrink) for code, cell in cells.items()}


def _scaled(geometry: BaseGeometry, factor: float) -> BaseGeometry:
    return shapely.transform(geometry, lambda positions: positions * [factor, 1.0])


def _joined_pieces(cells: Mapping[str, BaseGeometry], areas: Sequence[Area]) -> dict[str, BaseGeometry]:
    """Give a piece that a bay of the outline cuts off from its street to the neighbour along its longest border."""
    whole: dict[str, BaseGeometry] = {}
    loose: list[Polygon] = []
    for area in areas:
        places = MultiPoint(_places(area))
        own = [piece for piece in _pieces(cells[area.id]) if piece.intersects(places)]
        whole[area.id] = shapely.union_all(own)
        loose += [piece for piece in _pieces(cells[area.id]) if piece not in own]
    for piece in loose:
        border = {code: shapely.intersection(cell.boundary, piece.boundary).length for code, cell in whole.items()}
        neighbour = max(sorted(border), key=lambda code: border[code])
        whole[neighbour] = shapely.union(whole[neighbour], piece)
    return whole


def _pieces(geometry: BaseGeometry) -> list[Polygon]:
    parts = shapely.get_parts(geometry)
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def _faces(geometry: BaseGeometry) -> Geometry:
    pieces = _pieces(geometry)
    return pieces[0] if len(pieces) == 1 else MultiPolygon(pieces)


# --- GeoJSON out -----------------------------------------------------------------------------------------------------


def feature_collection(shapes: Mapping[str, AreaShape], areas: Sequence[Area]) -> dict[str, Any]:
    """Return GeoJSON (RFC 7946, WGS-84, five decimals: about a metre) with code, names and the schematic mark."""
    labels = {area.id: area for area in areas}
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": code,
                "properties": {**_labels(labels.get(code)), "code": code, "schematic": shape.schematic},
                "geometry": geometry_json(shape.geometry),
            }
            for code, shape in shapes.items()
        ],
    }


def _labels(area: Area | None) -> dict[str, str]:
    return {"zh": area.zh, "en": area.en, "short": area.short, "kind": area.kind} if area else {}


def geometry_json(geometry: BaseGeometry, decimals: int = 5) -> dict[str, Any]:
    """Return a GeoJSON geometry; outer rings of polygons run counter-clockwise.

    >>> geometry_json(Polygon([(0, 0), (0, 1), (1, 1)]))["coordinates"]
    [[[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]]
    """
    oriented = shapely.transform(shapely.orient_polygons(geometry), lambda positions: positions.round(decimals))
    found: dict[str, Any] = json.loads(shapely.to_geojson(oriented))
    return found


# --- official borders in ---------------------------------------------------------------------------------------------


def read_official(
    geojson: str | bytes | Mapping[str, Any], areas: Sequence[Area], datum: Datum = "WGS-84"
) -> dict[str, AreaShape]:
    """Return the official shapes of a GeoJSON FeatureCollection by division code, in WGS-84.

    areas: the areas that a feature may be; it is matched by a property with the 6-, 9- or 12-digit code, or with the
    name in any of its usual forms. datum: the datum of the file's positions; GCJ-02 is converted.
    Raises AreaError with one sentence for every feature that cannot be used.
    """
    if datum not in DATUMS:
        raise AreaError(Text(f"坐标系应为 {DATUMS}，现为 {datum}", f"the datum must be one of {DATUMS}, found {datum}"))
    shapes: dict[str, AreaShape] = {}
    problems: list[Text] = []
    for number, feature in enumerate(_features(geojson), start=1):
        try:
            area = _area_of(feature, areas)
            if area.id in shapes:
                raise AreaError(Text(f"{area.zh}出现两次", f"{area.en} appears twice"))
            shapes[area.id] = AreaShape(area.id, _in_wgs84(_geometry(feature), datum), schematic=False)
        except AreaError as error:
            problems.append(_of_feature(number, feature, error.text))
    if problems:
        raise AreaError.of(problems)
    return shapes


def _of_feature(number: int, feature: Any, text: Text) -> Text:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    values = properties.values() if isinstance(properties, dict) else ()
    label = next((value for value in values if isinstance(value, str) and not value.isdigit()), "")
    return Text(
        f"第 {number} 个要素{f'（{label}）' if label else ''}：{text.zh}",
        f"feature {number}{f' ({label})' if label else ''}: {text.en}",
    )


def _features(geojson: str | bytes | Mapping[str, Any]) -> list[Any]:
    if isinstance(geojson, (str, bytes)):
        geojson = _parsed(geojson)
    if not isinstance(geojson, Mapping) or geojson.get("type") != "FeatureCollection":
        found = geojson.get("type") if isinstance(geojson, Mapping) else type(geojson).__name__
        raise AreaError(
            Text(
                f"应为 GeoJSON FeatureCollection，现为 {found}", f"expected a GeoJSON FeatureCollection, found {found}"
            )
        )
    features = geojson.get("features")
    if not isinstance(features, list) or not features:
        raise AreaError(Text("文件没有任何要素（features）", "the file has no features"))
    return features


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except UnicodeDecodeError as error:
        raise AreaError(Text("文件不是 UTF-8 编码", "the file is not UTF-8")) from error
    except json.JSONDecodeError as error:
        raise AreaError(
            Text(
                f"不是 JSON：第 {error.lineno} 行第 {error.colno} 列",
                f"not JSON: line {error.lineno}, column {error.colno}: {error.msg}",
            )
        ) from error


def _area_of(feature: Any, areas: Sequence[Area]) -> Area:
    """Find the feature's area by code, else by name; a code and a name that disagree are a mistake."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise AreaError(Text("没有 properties", "it has no properties"))
    values = [
        str(value).strip() for value in (feature.get("id"), *properties.values()) if isinstance(value, (str, int))
    ]
    codes = {_short_code(value) for value in values}
    names = {bare_name(value) for value in values}
    by_code = [area for area in areas if area.id in codes]
    by_name = [area for area in areas if names & {bare_name(name) for name in (area.zh, area.short, *area.aliases)}]
    found = by_code or by_name
    if not found:
        raise AreaError(Text("编码和名称都不属于本区", "neither code nor name belongs to an area of the pack"))
    if len(found) > 1 or (by_name and by_code != by_name and by_code):
        zh, en = (", ".join(sorted({getattr(a, tag) for a in (*by_code, *by_name)})) for tag in ("zh", "en"))
        raise AreaError(Text(f"编码与名称指向不同街乡：{zh}", f"its code and name point to several areas: {en}"))
    return found[0]


def _short_code(value: str) -> str:
    return value[:9] if re.fullmatch(r"\d{9}000", value) else value


_PREFIX = re.compile(r"^([^市]{2,4}市)?([^地区]{1,4}区)?(?=.)")
_SUFFIX = re.compile(r"(?<=.)(街道办事处|地区办事处|街道|地区|乡人民政府|乡政府|乡|镇)$")


def bare_name(name: str) -> str:
    """Return a street's name without what it is: 街道, 地区 and 乡 of one name are the same place.

    >>> bare_name("北京市朝阳区将台乡"), bare_name("将台地区"), bare_name("亚运村街道办事处")
    ('将台', '将台', '亚运村')
    """
    return _SUFFIX.sub("", _PREFIX.sub("", name.strip()))


def _geometry(feature: Mapping[str, Any]) -> Geometry:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise AreaError(
            Text(f"应为 Polygon 或 MultiPolygon，现为 {kind}", f"expected Polygon or MultiPolygon, found {kind}")
        )
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise AreaError(Text("没有坐标", "it has no coordinates"))
    return _faces(shapely.MultiPolygon([_polygon(rings) for rings in polygons]))


def _polygon(rings: Any) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise AreaError(Text("多边形没有环", "a polygon has no ring"))
    outer, *holes = [_ring(ring) for ring in rings]
    polygon = Polygon(outer, holes)
    if not polygon.is_valid:
        why = explain_validity(polygon)
        raise AreaError(Text(f"环无效：{why}", f"a ring is invalid: {why}"))
    return polygon


def _ring(ring: Any) -> list[Position]:
    positions = [_position(position) for position in ring] if isinstance(ring, list) else []
    if len(positions) < LEAST_POSITIONS:
        raise AreaError(
            Text(f"环至少 4 个坐标，现为 {len(positions)}", f"a ring needs four positions, found {len(positions)}")
        )
    if positions[0] != positions[-1]:
        raise AreaError(
            Text(f"环未闭合：{positions[0]} 与 {positions[-1]}", f"a ring is open: {positions[0]} and {positions[-1]}")
        )
    return positions


def _position(position: Any) -> Position:
    numbers = position[:2] if isinstance(position, list) else []
    if len(numbers) != 2 or any(isinstance(n, bool) or not isinstance(n, (int, float)) for n in numbers):
        raise AreaError(Text(f"不是坐标：{position}", f"not a position: {position}"))
    longitude, latitude = numbers
    if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
        raise AreaError(
            Text(
                f"应为 [经度, 纬度]（度，中国境内），现为 {position}",
                f"expected [longitude, latitude] in degrees inside China, found {position}",
            )
        )
    return float(longitude), float(latitude)


LEAST_POSITIONS = 4
WEST, EAST, SOUTH, NORTH = 73, 136, 3, 54


def _in_wgs84(geometry: Geometry, datum: Datum) -> Geometry:
    if datum == "WGS-84":
        return geometry
    return shapely.transform(geometry, _unshifted)


def _unshifted(positions: NDArray[numpy.float64]) -> NDArray[numpy.float64]:
    return numpy.array([gcj02_to_wgs84(x, y) for x, y in positions])
