"""Areas on a map: the schematic division of a district, and official borders read from GeoJSON."""

import json
import re
from itertools import combinations
from typing import Any, cast

import numpy
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box, mapping, shape

from lantian.kernel.coordinates import wgs84_to_gcj02
from lantian.policy.areas import (
    AreaError,
    AreaShape,
    Datum,
    bare_name,
    district_division,
    district_roads,
    feature_collection,
    geometry_json,
    read_official,
    schematic_division,
)
from lantian.policy.reader import Pack, load_pack
from lantian.policy.records_plan import AirPoint, Area, MapView, Outline, Position
from tests.shared import shared

DISTRICT = "110105"
SQUARE = ((116.0, 39.0), (117.0, 39.0), (117.0, 40.0), (116.0, 40.0))


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("cn-110105-2018")


@pytest.fixture(scope="module")
def streets(pack: Pack) -> list[Area]:
    return [area for area in pack.all(Area) if area.parent == DISTRICT]


@pytest.fixture(scope="module")
def division(pack: Pack) -> dict[str, AreaShape]:
    return district_division(pack, DISTRICT)


def area(code: str, *places: Position, short: str | None = None) -> Area:
    names = {"zh": f"{short or code}街道", "en": f"Street {code}", "short": short or code}
    source = {"standard": "made for a test", "kind": "street", "parent": DISTRICT}
    return Area.model_validate({"id": code, "reference_point": places[0], "further": places[1:], **names, **source})


def outline(ring: tuple[Position, ...], owner: str | None = None) -> Outline:
    names = {"id": owner or "main", "zh": "轮廓", "en": "outline", "standard": "made for a test"}
    return Outline.model_validate({"area": DISTRICT, "owner": owner, "ring": ring, **names})


# --- the schematic division ---


def test_the_division_has_the_district_and_its_43_streets(division: dict[str, AreaShape], streets: list[Area]) -> None:
    assert set(division) == {DISTRICT, *(street.id for street in streets)}
    assert len(division) == 44


def test_every_shape_says_that_it_is_schematic(division: dict[str, AreaShape], streets: list[Area]) -> None:
    assert all(shape.schematic for shape in division.values())
    features = feature_collection(division, streets)["features"]
    assert all(feature["properties"]["schematic"] is True for feature in features)


def test_the_streets_cover_the_outline_without_overlap(division: dict[str, AreaShape], streets: list[Area]) -> None:
    cells = [division[street.id].geometry for street in streets]
    whole = division[DISTRICT].geometry
    assert shapely.union_all(cells).symmetric_difference(whole).area < 1e-9
    assert sum(cell.area for cell in cells) == pytest.approx(whole.area, rel=1e-9)
    assert max(shapely.intersection(one, other).area for one, other in combinations(cells, 2)) < 1e-12


def test_every_reference_point_lies_in_its_own_cell(division: dict[str, AreaShape], streets: list[Area]) -> None:
    for street in streets:
        for place in (street.reference_point, *street.further):
            assert division[street.id].geometry.contains(Point(place)), street.en


def test_every_street_is_one_piece(division: dict[str, AreaShape], streets: list[Area]) -> None:
    assert {division[street.id].geometry.geom_type for street in streets} == {"Polygon"}


def test_the_airport_island_belongs_to_the_airport_street(pack: Pack, division: dict[str, AreaShape]) -> None:
    (island,) = [outline for outline in pack.all(Outline) if outline.owner]
    assert division["110105020"].geometry.equals(Polygon(island.ring))


def test_inner_streets_are_small_and_outer_townships_large(division: dict[str, AreaShape], streets: list[Area]) -> None:
    size = {street.short: division[street.id].geometry.area for street in streets}
    inner = ("朝外", "呼家楼", "三里屯", "团结湖", "和平街", "劲松", "潘家园")
    outer = ("金盏", "孙河", "来广营", "崔各庄", "黑庄户", "东坝", "十八里店")
    assert max(size[name] for name in inner) * 4 < min(size[name] for name in outer)


def test_the_same_input_gives_the_same_shapes(pack: Pack, division: dict[str, AreaShape]) -> None:
    again = district_division(pack, DISTRICT)
    assert {code: shape.geometry.wkb for code, shape in again.items()} == {
        code: shape.geometry.wkb for code, shape in division.items()
    }


def test_stations_and_map_bounds_agree_with_the_outline(pack: Pack, division: dict[str, AreaShape]) -> None:
    whole = division[DISTRICT].geometry
    points = [point for point in pack.all(AirPoint) if point.area == DISTRICT]
    assert all(whole.contains(Point(point.longitude, point.latitude)) for point in points)
    assert box(*pack.get(MapView, "district").bounds).contains(whole)


def test_roads_stay_inside_the_district(pack: Pack, division: dict[str, AreaShape]) -> None:
    roads = district_roads(pack, DISTRICT)
    assert {"third-ring", "fourth-ring", "fifth-ring"} <= set(roads)
    assert all(road.within(division[DISTRICT].geometry.buffer(1e-9)) for road in roads.values())


def test_the_drawn_outline_is_coarse_and_close_to_the_border(pack: Pack) -> None:
    rings = [outline.ring for outline in pack.all(Outline) if outline.area == DISTRICT]
    grid = [degree * 200 for ring in rings for place in ring for degree in place]
    assert all(abs(step - round(step)) < 1e-6 for step in grid), "vertices lie on a grid of 0.005°"
    assert 40 <= len(rings[0]) <= 70
    (feature,) = json.loads(shared("data/boundary_chaoyang_110105_wgs84.geojson").read_bytes())["features"]
    border = shape(feature["geometry"])
    drawn = shapely.union_all([Polygon(ring) for ring in rings])
    assert 0.01 < drawn.symmetric_difference(border).area / border.area < 0.06


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=1, max_size=12, unique=True))
def test_any_places_divide_a_square_without_gap_or_overlap(spots: list[tuple[int, int]]) -> None:
    areas = [area(f"a{n}", (116 + x / 100, 39 + y / 100)) for n, (x, y) in enumerate(spots)]
    shapes = schematic_division([outline(SQUARE)], areas)
    cells = [shapes[each.id].geometry for each in areas]
    assert sum(cell.area for cell in cells) == pytest.approx(1.0)
    assert shapely.union_all(cells).area == pytest.approx(1.0)
    assert all(cell.intersects(Point(each.reference_point)) for cell, each in zip(cells, areas, strict=True))


def test_two_places_of_one_street_share_its_cell() -> None:
    areas = [area("a", (116.1, 39.5), (116.9, 39.5)), area("b", (116.5, 39.9))]
    shapes = schematic_division([outline(SQUARE)], areas)
    assert shapes["a"].geometry.contains(Point(116.5, 39.1))


def test_a_piece_cut_off_by_a_bay_goes_to_the_neighbour_that_it_touches() -> None:
    # A cell of b behind the bay would lie nearest to b, but only through the water.
    bay = (*SQUARE[:3], (116.6, 40.0), (116.6, 39.3), (116.4, 39.3), (116.4, 40.0), SQUARE[3])
    areas = [area("a", (116.05, 39.1)), area("b", (116.65, 39.9))]
    shapes = schematic_division([outline(bay)], areas)
    assert {each.geometry.geom_type for each in shapes.values()} == {"Polygon"}
    assert sum(each.geometry.area for each in shapes.values()) == pytest.approx(Polygon(bay).area)
    assert shapes["a"].geometry.contains(Point(116.39, 39.95))


@pytest.mark.parametrize(
    ("areas", "owner", "sentence"),
    [
        ([area("a", (115.0, 39.5))], None, "Street a: .* lies outside the outline"),
        ([area("a", (116.5, 39.5)), area("b", (116.5, 39.5))], None, "Street b and Street a have the same place"),
        ([area("a", (116.5, 39.5))], "nobody", "the owner nobody of an outline does not exist"),
    ],
)
def test_places_that_cannot_be_divided_are_named(areas: list[Area], owner: str | None, sentence: str) -> None:
    islands = [outline(((118.0, 39.0), (118.1, 39.0), (118.1, 39.1)), owner)] if owner else []
    with pytest.raises(AreaError, match=sentence):
        schematic_division([outline(SQUARE), *islands], areas)


def test_a_district_without_outline_is_named(pack: Pack) -> None:
    with pytest.raises(AreaError, match="no outline of 110101"):
        district_division(pack, "110101")


# --- official borders ---

AREAS = [area("110105023", (116.5, 39.5), short="将台"), area("110105033", (116.6, 39.5), short="常营")]
CELL = box(116.5, 39.9, 116.51, 39.91)


def feature(properties: dict[str, Any] | None, geometry: Any = CELL) -> dict[str, Any]:
    body = mapping(geometry) if isinstance(geometry, Polygon) else geometry
    return {"type": "Feature", "properties": properties, "geometry": body}


def collection(*features: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return plain


@pytest.mark.parametrize(
    "properties",
    [
        {"code": "110105023"},
        {"adcode": 110105023},
        {"code12": "110105023000"},
        {"name": "将台地区"},
        {"名称": "将台乡"},
        {"NAME": "北京市朝阳区将台地区办事处"},
        {"name": "将台", "code": "110105023", "adcode": "110105"},
        {"name": "将台地区", "code": "110105400"},
    ],
)
def test_an_official_area_is_found_by_code_or_name(properties: dict[str, Any]) -> None:
    shapes = read_official(collection(feature(properties)), AREAS)
    assert list(shapes) == ["110105023"]
    assert shapes["110105023"].schematic is False
    assert shapes["110105023"].geometry.equals(CELL)


@pytest.mark.parametrize("name", ["亚运村街道", "亚运村", "朝阳区亚运村街道", "北京市朝阳区亚运村街道办事处"])
def test_all_forms_of_a_name_are_one(name: str) -> None:
    assert bare_name(name) == "亚运村"


def test_every_street_of_the_pack_is_found_by_its_full_name(streets: list[Area]) -> None:
    step = 0.02
    features = [
        feature({"name": f"北京市朝阳区{street.zh}办事处"}, box(100 + n * step, 30, 100 + (n + 0.5) * step, 30.01))
        for n, street in enumerate(streets)
    ]
    assert sorted(read_official(collection(*features), streets)) == sorted(street.id for street in streets)


def test_gcj02_borders_are_turned_into_wgs84() -> None:
    shifted = shapely.transform(CELL, lambda places: numpy.array([wgs84_to_gcj02(x, y) for x, y in places]))
    (found,) = read_official(collection(feature({"name": "常营"}, shifted)), AREAS, "GCJ-02").values()
    assert found.geometry.symmetric_difference(CELL).area < 1e-12


def test_a_file_of_bytes_is_read() -> None:
    text = json.dumps(collection(feature({"name": "常营"}))).encode()
    assert list(read_official(text, AREAS)) == ["110105033"]


BOW_TIE = {"type": "Polygon", "coordinates": [[[116, 39], [117, 40], [117, 39], [116, 40], [116, 39]]]}
OPEN = {"type": "Polygon", "coordinates": [[[116, 39], [117, 39], [117, 40], [116, 40]]]}
SHORT = {"type": "Polygon", "coordinates": [[[116, 39], [117, 39], [116, 39]]]}
SWAPPED = {"type": "Polygon", "coordinates": [[[39, 116], [40, 116], [40, 117], [39, 116]]]}
METRES = {"type": "Polygon", "coordinates": [[[448000, 4420000], [449000, 0], [449000, 1], [448000, 4420000]]]}
TEXT = {"type": "Polygon", "coordinates": [[["116", "39"], [117, 39], [117, 40], ["116", "39"]]]}


@pytest.mark.parametrize(
    ("geojson", "en", "zh"),
    [
        ("{", "not JSON: line 1", "不是 JSON：第 1 行"),
        (b"\xff\xfe", "not UTF-8", "不是 UTF-8"),
        ("[]", "expected a GeoJSON FeatureCollection, found list", "现为 list"),
        ({"type": "Polygon"}, "expected a GeoJSON FeatureCollection, found Polygon", "现为 Polygon"),
        (collection(), "no features", "没有任何要素"),
        (collection(feature(None)), "feature 1: it has no properties", "第 1 个要素：没有 properties"),
        (collection(feature({"name": "望京街道"})), r"feature 1 \(望京街道\): neither code nor name", "都不属于本区"),
        (collection(feature({"name": "常营", "code": "110105023"})), "point to several areas", "指向不同街乡"),
        (collection(*[feature({"name": "常营"})] * 2), r"feature 2 \(常营\): .* appears twice", "出现两次"),
        (collection(feature({"name": "常营"}, None)), "expected Polygon or MultiPolygon, found None", "现为 None"),
        (collection(feature({"name": "常营"}, {"type": "Point"})), "found Point", "现为 Point"),
        (collection(feature({"name": "常营"}, {"type": "Polygon"})), "a polygon has no ring", "没有环"),
        (collection(feature({"name": "常营"}, {"type": "MultiPolygon"})), "has no coordinates", "没有坐标"),
        (collection(feature({"name": "常营"}, BOW_TIE)), "a ring is invalid: Self-intersection", "环无效"),
        (collection(feature({"name": "常营"}, OPEN)), "a ring is open", "环未闭合"),
        (collection(feature({"name": "常营"}, SHORT)), "needs four positions, found 3", "至少 4 个坐标"),
        (collection(feature({"name": "常营"}, SWAPPED)), r"expected \[longitude, latitude\]", r"\[经度, 纬度\]"),
        (collection(feature({"name": "常营"}, METRES)), r"found \[448000, 4420000\]", "现为"),
        (collection(feature({"name": "常营"}, TEXT)), "not a position", "不是坐标"),
    ],
)
def test_a_wrong_file_is_told_in_two_languages(geojson: Any, en: str, zh: str) -> None:
    with pytest.raises(AreaError, match=en) as caught:
        read_official(geojson, AREAS)
    assert re.search(zh, caught.value.text.zh)


def test_all_wrong_features_are_told_at_once() -> None:
    with pytest.raises(AreaError) as caught:
        read_official(collection(feature({"name": "常营"}, OPEN), feature({"name": "不明"})), AREAS)
    assert [line.split(":")[0] for line in caught.value.text.en.splitlines()] == [
        "feature 1 (常营)",
        "feature 2 (不明)",
    ]


def test_an_unknown_datum_is_refused() -> None:
    with pytest.raises(AreaError, match="BD-09"):
        read_official(collection(feature({"name": "常营"})), AREAS, cast(Datum, "BD-09"))


# --- GeoJSON out ---


def test_what_is_written_can_be_read_as_official_borders(division: dict[str, AreaShape], streets: list[Area]) -> None:
    cells = {street.id: division[street.id] for street in streets}
    again = read_official(json.dumps(feature_collection(cells, streets)), streets)
    assert set(again) == set(cells)
    for code, cell in cells.items():
        assert again[code].geometry.symmetric_difference(cell.geometry).area < 1e-6


def test_outer_rings_run_counter_clockwise() -> None:
    ring = geometry_json(Polygon([(0, 0), (0, 1), (1, 1), (1, 0)]))["coordinates"][0]
    assert shapely.is_ccw(shapely.LinearRing(ring))
