"""Files of geometries (图形文件): GeoJSON, KML and zipped Shapefiles, read into rows as sheets are.

Their datum is named by who hands them in, for nothing in a pair of numbers tells it. Entities, paths and sizes of what
is inside are not trusted.
"""

import io
import json
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from warnings import catch_warnings
from xml.etree.ElementTree import Element, ParseError

import shapefile
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lantian.apps.ledger.sheets.cells import Cell, FileProblem
from lantian.apps.ledger.sheets.columns import columns_of, find_heads
from lantian.apps.ledger.sheets.reading import Problem, Row, Sheet
from lantian.kernel.errors import Text
from lantian.policy.records_ledger import Kind

SUFFIXES = (".geojson", ".json", ".kml", ".zip")
LARGEST = 128 * 2**20
"""Bytes of a file, and of what a Shapefile unpacks to."""

MOST = 50_000
_RATIO = 200
_FIELD_BYTES = 10
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")

Feature = tuple[Mapping[str, Any], Mapping[str, Any] | None]
"""Properties and geometry of one thing; the geometry as GeoJSON."""


def read_geofile(path: Path, kind: Kind) -> Sheet:
    """Read a file of geometries; properties are found by label or name. Raises FileProblem."""
    if path.stat().st_size > LARGEST:
        raise FileProblem(Text(f"文件超过 {LARGEST >> 20} MB。", f"The file has more than {LARGEST >> 20} MB."))
    readers = {".kml": _kml, ".zip": _shapefile}
    features = list(readers.get(path.suffix.lower(), _geojson)(path))
    if not features:
        raise FileProblem(Text("文件中没有图形。", "The file has no geometries."))
    if len(features) > MOST:
        raise FileProblem(
            Text(f"图形超过 {MOST} 个，请分批导入。", f"More than {MOST} geometries; import them in parts.")
        )
    return _sheet(features, kind)


def _sheet(features: Iterable[Feature], kind: Kind) -> Sheet:
    """Return features as rows; the columns are all properties that any of them has."""
    features = list(features)
    titles = dict(enumerate(dict.fromkeys(name for properties, _ in features for name in properties)))
    heads = find_heads(kind, {place: _whole(kind, title) for place, title in titles.items()})
    rows = []
    for number, (properties, geometry) in enumerate(features, 1):
        cells = {place: _cell(properties.get(title)) for place, title in titles.items()}
        row = Row(number, cells=cells, geometry=geometry)
        for place, column in heads.columns.items():
            (row.own if column.attribute is None else row.attributes)[column.name] = cells[place]
        if geometry is None:
            row.problems.append(Problem(Text("没有图形。", "It has no geometry.")))
        rows.append(row)
    return Sheet(rows, heads.columns, titles, tuple(_said(heads.strange)))


def _whole(kind: Kind, title: str) -> str:
    """Return the name that a Shapefile cut off after ten bytes, where only one column begins so."""
    for encoding in ("utf-8", "gb18030"):
        cut = title.encode(encoding, "replace")
        if len(cut) < _FIELD_BYTES - 1:
            continue
        labels = [label for column in columns_of(kind) for label in (column.name, column.text.zh, column.text.en)]
        found = {label for label in labels if label.encode(encoding, "replace").startswith(cut)}
        if len(found) == 1:
            return found.pop()
    return title


def _said(strange: Iterable[tuple[str, Text]]) -> Iterable[Text]:
    names = [name for name, _ in strange]
    if names:
        yield Text(f"未导入的属性：{'、'.join(names)}。", f"Properties that are not imported: {', '.join(names)}.")


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, (str, bool)):
        return value
    return float(value) if isinstance(value, (int, float)) else str(value)


# -- GeoJSON (RFC 7946) ----------------------------------------------------------------------------------------------


def _geojson(path: Path) -> Iterable[Feature]:
    try:
        found = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        where = f"{error.lineno}" if isinstance(error, json.JSONDecodeError) else "—"
        raise FileProblem(
            Text(f"不是有效的 GeoJSON（第 {where} 行）。", f"This is no valid GeoJSON (line {where}).")
        ) from error
    features = found.get("features") if isinstance(found, dict) else None
    if isinstance(found, dict) and found.get("type") == "Feature":
        features = [found]
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise FileProblem(
            Text(
                "GeoJSON 应为 FeatureCollection 或 Feature。", "The GeoJSON has to be a FeatureCollection or a Feature."
            )
        )
    for one in features:
        properties = one.get("properties")
        geometry = one.get("geometry")
        yield properties if isinstance(properties, dict) else {}, geometry if isinstance(geometry, dict) else None


# -- KML (OGC 12-007r2) ----------------------------------------------------------------------------------------------


def _kml(path: Path) -> Iterable[Feature]:
    try:
        root: Element = fromstring(path.read_bytes(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise FileProblem(
            Text("不是有效的 KML，或含有不允许的实体定义。", "This is no valid KML, or it defines entities.")
        ) from error
    for mark in root.iter():
        if _tag(mark) == "Placemark":
            yield _properties(mark), _kml_geometry(mark)


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _properties(mark: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in mark.iter():
        tag, text = _tag(part), (part.text or "").strip()
        if part in mark and tag in ("name", "address"):
            found[tag] = text
        elif tag == "SimpleData":
            found[part.get("name", "")] = text
        elif tag == "Data":
            found[part.get("name", "")] = next(((one.text or "").strip() for one in part if _tag(one) == "value"), "")
    return found


def _kml_geometry(mark: Element) -> dict[str, Any] | None:
    """Return the geometry of a placemark; several polygons are one of several parts."""
    found = [one for one in map(_kml_part, mark.iter()) if one is not None]
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    kinds = {one["type"] for one in found}
    if len(kinds) == 1:
        return {"type": f"Multi{kinds.pop()}", "coordinates": [one["coordinates"] for one in found]}
    return {"type": "GeometryCollection", "geometries": found}


def _kml_part(part: Element) -> dict[str, Any] | None:
    tag = _tag(part)
    if tag == "Point":
        positions = _positions(part)
        return {"type": "Point", "coordinates": positions[0] if positions else []}
    if tag == "LineString":
        return {"type": "LineString", "coordinates": _positions(part)}
    if tag == "Polygon":
        rings = [_positions(ring) for ring in part.iter() if _tag(ring) == "LinearRing"]
        return {"type": "Polygon", "coordinates": rings}
    return None


def _positions(part: Element) -> list[list[float]]:
    """Return the positions of a coordinates element: ``longitude,latitude[,height]`` parted by blanks."""
    text = next((one.text or "" for one in part.iter() if _tag(one) == "coordinates"), "")
    try:
        return [[float(number) for number in spot.split(",")[:2]] for spot in text.split()]
    except ValueError:
        return []


# -- Shapefile in a zip ----------------------------------------------------------------------------------------------


def _shapefile(path: Path) -> Iterable[Feature]:
    parts = _unpacked(path)
    encoding = parts.get(".cpg", b"").decode("ascii", "replace").strip() or "utf-8"
    for tried in (encoding, "gb18030"):
        try:
            yield from _features(parts, tried)
        except (UnicodeDecodeError, LookupError, shapefile.dbfFileException):
            continue
        except (shapefile.ShapefileException, Warning, struct.error, ValueError, IndexError, OSError) as error:
            raise FileProblem(
                Text("Shapefile 已损坏或不完整。", "The Shapefile is damaged or not complete.")
            ) from error
        return
    raise FileProblem(Text("属性表不是 UTF-8 或 GBK 编码。", "The attribute table is in neither UTF-8 nor GBK."))


def _features(parts: Mapping[str, bytes], encoding: str) -> list[Feature]:
    files = {name[1:]: io.BytesIO(parts[name]) for name in (".shp", ".shx", ".dbf") if name in parts}
    with catch_warnings(action="error"), shapefile.Reader(**files, encoding=encoding) as reader:
        return [
            (dict(one.record.as_dict()), dict(one.shape.__geo_interface__) if one.shape.points else None)
            for one in reader.iterShapeRecords()
        ]


def _unpacked(path: Path) -> dict[str, bytes]:
    """Return the parts of the one Shapefile in a zip; raises FileProblem for paths that lead out and for traps."""
    try:
        with zipfile.ZipFile(path) as archive:
            chosen = _chosen(archive)
            return {suffix: archive.read(info) for suffix, info in chosen.items()}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise FileProblem(Text("压缩包已损坏或加了密码。", "The zip is damaged or locked with a password.")) from error


def _chosen(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX")]
    for info in infos:
        inside = PurePosixPath(info.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in info.filename:
            raise FileProblem(
                Text(
                    f"压缩包中的路径“{info.filename[:60]}”指向包外，未读取。",
                    f"The path “{info.filename[:60]}” in the zip leads out of it; nothing was read.",
                )
            )
    packed = sum(info.compress_size for info in infos) or 1
    size = sum(info.file_size for info in infos)
    if size > LARGEST or (size > 2**20 and size / packed > _RATIO):
        raise FileProblem(Text("压缩包解压后过大，未读取。", "The zip unpacks to too much; nothing was read."))
    shapes = sorted({info.filename[:-4] for info in infos if info.filename.lower().endswith(".shp")})
    if len(shapes) != 1:
        raise FileProblem(
            Text(
                f"压缩包中应有且只有一个 Shapefile（.shp），有 {len(shapes)} 个。",
                f"The zip has to hold one Shapefile (.shp); it holds {len(shapes)}.",
            )
        )
    chosen = {info.filename[-4:].lower(): info for info in infos if info.filename[:-4] == shapes[0]}
    if ".dbf" not in chosen:
        raise FileProblem(Text("压缩包缺少 .dbf 属性表。", "The zip lacks the attribute table (.dbf)."))
    return {suffix: info for suffix, info in chosen.items() if suffix in _PARTS}
