"""Files of geometries: GeoJSON, KML and zipped Shapefiles in three datums, with whatever is wrong in them named."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import shapefile
from shapely.geometry import shape

from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services import geofiles
from lantian.apps.ledger.services.geofiles import read_geofile
from lantian.apps.ledger.services.imports import check_file, check_import, run_import
from lantian.apps.ledger.sheets.cells import FileProblem
from lantian.kernel.coordinates import bd09_to_wgs84, gcj02_to_wgs84
from tests.ledger.conftest import AT

LAND = "bare-land"
RING = [[116.45, 39.95], [116.46, 39.95], [116.46, 39.96], [116.45, 39.96], [116.45, 39.95]]
FACTS = {"名称": "驹子房地块", "land_type": "idle", "Area": 900, "责任主体": "某公司", "排查日期": "2019-05-01"}


def collection(*features: tuple[dict[str, Any], Any]) -> str:
    made = [{"type": "Feature", "properties": facts, "geometry": shape} for facts, shape in features]
    return json.dumps({"type": "FeatureCollection", "features": made}, ensure_ascii=False)


def geojson(path: Path, *features: tuple[dict[str, Any], Any]) -> Path:
    path.write_text(collection(*features), encoding="utf-8")
    return path


def polygon(ring: Any = None) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring or RING]}


def shapes(path: Path, *, encoding: str = "utf-8", said: bool = True, inside: str = "") -> Path:
    """Write a zipped Shapefile of one piece of bare land, its long names cut; ``said`` with a .cpg."""
    files = {name: io.BytesIO() for name in ("shp", "shx", "dbf")}
    with shapefile.Writer(**files, shapeType=shapefile.POLYGON, encoding=encoding) as writer:
        for name in ("名称", "land_type", "面积", "responsibl", "排查日期"[: 3 if encoding == "utf-8" else 4]):
            writer.field(name, "C", size=40)
        writer.poly([[*map(tuple, reversed(RING))]])
        writer.record("驹子房地块", "闲置地块", "900", "某公司", "2019-05-01")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{inside}land.{name}", content.getvalue())
        if said:
            archive.writestr(f"{inside}land.cpg", encoding)
    return path


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>驹子房地块</name>
<ExtendedData><Data name="裸地类型"><value>闲置地块</value></Data><Data name="面积"><value>900</value></Data>
<SchemaData><SimpleData name="责任主体">某公司</SimpleData>
<SimpleData name="排查日期">2019-05-01</SimpleData></SchemaData>
</ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>
116.45,39.95,0 116.46,39.95,0 116.46,39.96,0 116.45,39.96,0 116.45,39.95,0
</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"""


@pytest.mark.django_db
@pytest.mark.usefixtures("district")
@pytest.mark.parametrize("form", ["geojson", "kml", "zip"])
def test_the_three_forms_give_the_same_entry(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"a.{form}"
    if form == "geojson":
        geojson(path, (FACTS, polygon()))
    elif form == "kml":
        path.write_text(KML, encoding="utf-8")
    else:
        shapes(path)
    run_import(check_import(path, kind(LAND), by=None, at=AT), at=AT, folder=tmp_path)
    made = Source.objects.get()
    assert (made.name, made.area_id, made.attributes["land_type"]) == ("驹子房地块", "110105001", "idle")
    assert made.geometry is not None
    assert shape(made.geometry).equals(shape(polygon()))
    assert made.longitude == pytest.approx(116.455)
    assert made.latitude == pytest.approx(39.955)


@pytest.mark.django_db
@pytest.mark.usefixtures("district")
@pytest.mark.parametrize(("encoding", "said"), [("utf-8", True), ("gb18030", True), ("gb18030", False)])
def test_shapefiles_are_read_in_their_encoding_from_any_folder_of_the_zip(
    tmp_path: Path, encoding: str, said: bool
) -> None:
    sheet = read_geofile(shapes(tmp_path / "a.zip", encoding=encoding, said=said, inside="数据/"), kind(LAND))
    (row,) = sheet.rows
    assert row.own["name"] == "驹子房地块"
    assert row.attributes["area_m2"] == "900"
    assert row.geometry is not None
    assert row.geometry["type"] == "Polygon"


@pytest.mark.django_db
@pytest.mark.usefixtures("district")
@pytest.mark.parametrize(("datum", "convert"), [("gcj02", gcj02_to_wgs84), ("bd09", bd09_to_wgs84)])
def test_geometries_are_converted_from_their_named_datum(tmp_path: Path, datum: str, convert: Any) -> None:
    path = geojson(tmp_path / "a.geojson", (FACTS, polygon()))
    (planned,) = check_file(path, kind(LAND), by=None, datum=datum).planned
    assert planned.source is not None
    assert planned.source.geometry is not None
    assert planned.source.geometry["coordinates"][0][1] == [round(part, 7) for part in convert(116.46, 39.95)]


@pytest.mark.django_db
@pytest.mark.usefixtures("district")
@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (polygon([[116.45, 39.95], [116.46, 39.96], [116.46, 39.95], [116.45, 39.96], [116.45, 39.95]]), "自相交"),
        (polygon([[121.4, 31.2], [121.5, 31.2], [121.5, 31.3], [121.4, 31.2]]), "不在本区"),
        (polygon([[39.95, 116.45], [39.95, 116.46], [39.96, 116.46], [39.95, 116.45]]), "写反"),
        ({"type": "LineString", "coordinates": [[116.45, 39.95], [116.46, 39.95]]}, "图形类型"),
        ({"type": "Polygon", "coordinates": [[["a", "b"]]]}, "无法读取"),
        ({"type": "GeometryCollection", "geometries": []}, "图形类型"),
        (None, "没有图形"),
    ],
)
def test_what_is_wrong_with_a_geometry_is_said_at_its_row_and_the_others_are_taken(
    tmp_path: Path, shape: Any, why: str
) -> None:
    path = geojson(tmp_path / "a.geojson", (FACTS, polygon()), ({**FACTS, "名称": "另一地块"}, shape))
    good, bad = check_file(path, kind(LAND), by=None).planned
    assert good.action == "new"
    assert bad.action == "refused"
    assert why in bad.problems[0].text.zh


def test_a_kind_without_places_takes_no_geometry_file_rows(tmp_path: Path) -> None:
    sheet = read_geofile(
        geojson(tmp_path / "a.geojson", ({"号牌号码": "京A12345", "x": 1}, polygon())), kind("vehicle")
    )
    assert sheet.rows[0].attributes == {"plate": "京A12345"}
    assert "x" in sheet.notes[0].zh


def zipped(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"..__..__etc__a_shp": b"", "a_dbf": b""}, "指向包外"),
        ({"a_shp": b"", "b_shp": b"", "a_dbf": b""}, "有 2 个"),
        ({"a_txt": b"x"}, "有 0 个"),
        ({"a_shp": b"x"}, "缺少 .dbf"),
        ({"a_shp": b"x" * 200, "a_dbf": b"y" * 200}, "已损坏"),
        ({"a_shp": b"0" * (4 * 2**20), "a_dbf": b"y"}, "解压后过大"),
    ],
)
def test_zips_that_are_traps_or_incomplete_are_not_unpacked(tmp_path: Path, files: dict[str, bytes], why: str) -> None:
    with pytest.raises(FileProblem) as error:
        read_geofile(zipped(tmp_path / "a.zip", **files), kind(LAND))
    assert why in error.value.text.zh


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.zip", b"no zip", "压缩包已损坏"),
        ("a.kml", b"<kml><Document/></kml>", "没有图形"),
        ("a.kml", b'<!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>', "实体"),
        ("a.geojson", b"{oops", "第 1 行"),
        ("a.geojson", b"[1, 2]", "FeatureCollection"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}', "没有图形"),
    ],
)
def test_files_that_are_none_are_refused_as_a_whole(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileProblem) as error:
        read_geofile(tmp_path / name, kind(LAND))
    assert why in error.value.text.zh


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = geojson(tmp_path / "a.geojson", (FACTS, polygon()), (FACTS, polygon()))
    monkeypatch.setattr(geofiles, "MOST", 1)
    with pytest.raises(FileProblem, match="More than 1"):
        read_geofile(path, kind(LAND))
    monkeypatch.setattr(geofiles, "LARGEST", 10)
    with pytest.raises(FileProblem, match="MB"):
        read_geofile(path, kind(LAND))


def test_placemarks_of_several_parts_are_one_geometry(tmp_path: Path) -> None:
    part = (
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>{}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    )
    ring = "116.45,39.95 116.46,39.95 116.46,39.96 116.45,39.95"
    line = f"<LineString><coordinates>{ring}</coordinates></LineString><Point><coordinates>x</coordinates></Point>"
    marks = [
        f"<MultiGeometry>{part.format(ring)}{part.format(ring)}</MultiGeometry>",
        f"<MultiGeometry>{part.format(ring)}{line}</MultiGeometry>",
        "<name>bare</name>",
    ]
    path = tmp_path / "a.kml"
    path.write_text(f"<kml>{''.join(f'<Placemark>{mark}</Placemark>' for mark in marks)}</kml>", encoding="utf-8")
    found = [row.geometry and row.geometry["type"] for row in read_geofile(path, kind(LAND)).rows]
    assert found == ["MultiPolygon", "GeometryCollection", None]
