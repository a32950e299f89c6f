"""Ledgers to take away (导出): every row and field that one may see, personal ones masked, in constant memory.

CSV and GeoJSON are sent as they are read; workbooks and Parquet are written piece by piece to a file first.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language, override

from lantian.apps.ledger.kinds import label
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.apps.ledger.pages.look import hidden, own_label, state_name
from lantian.apps.ledger.values import written
from lantian.apps.ui.watermark import export_mark
from lantian.kernel.instants import BEIJING
from lantian.policy.records_ledger import Attribute, Kind

FORMATS: Mapping[str, str] = {"xlsx": "Excel", "csv": "CSV", "geojson": "GeoJSON", "parquet": "Parquet"}
MEDIA: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
}
CHUNK = 2000
OWN = ("code", "name", "state", "area", "address", "owner", "trade", "longitude", "latitude")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def answer(kind: Kind, sources: SourceQuerySet, form: str, at: datetime, by: Any) -> HttpResponseBase:
    """Return the answer with a file of the form asked for; who took it and when stands in the file."""
    if form not in FORMATS:
        raise Http404
    named = sources.select_related("area", "owner", "trade").defer("area__geometry", "search")
    rows = named.iterator(chunk_size=CHUNK)
    name = f"{kind.id}-{at.astimezone(BEIJING):%Y%m%d-%H%M}.{form}"
    if form in _STREAMED:
        parts = _in_language(_STREAMED[form](kind, rows, _made(at, by)), get_language() or "zh-hans")
        response: HttpResponseBase = StreamingHttpResponse(parts, content_type=MEDIA[form])
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    file = TemporaryFile()  # noqa: SIM115  # the response closes it
    _WRITTEN[form](file, kind, rows, _made(at, by))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA[form])


def _made(at: datetime, by: Any) -> str:
    return export_mark(by, at).in_language(get_language() or "zh-hans")


def _in_language(parts: Iterator[str], language: str) -> Iterator[str]:
    """A stream is read after the request: it keeps the request's language."""
    while True:
        with override(language):
            part = next(parts, None)
        if part is None:
            return
        yield part


def heads(kind: Kind) -> list[str]:
    """Return the headings: own fields, then attributes with their units."""
    return [
        *(own_label(name) for name in OWN),
        *(f"{label(one)} {one.unit}" if one.unit else label(one) for one in kind.attributes),
    ]


def cells(source: Source, kind: Kind) -> list[Any]:
    """Return an entry as a row; numbers stay numbers, nothing is empty, personal values are masked."""
    return [
        source.code,
        source.name,
        state_name(kind, source.state),
        source.area.name if source.area else None,
        source.address or None,
        source.owner.name if source.owner else None,
        source.trade.name if source.trade else None,
        source.longitude,
        source.latitude,
        *(cell(one, source.attributes.get(one.name)) for one in kind.attributes),
    ]


def cell(attribute: Attribute, value: Any) -> Any:
    """Return one attribute's value as a cell."""
    if value is None or value == [] or value == "":
        return None
    if attribute.sensitivity == "personal":
        return hidden(attribute, value)
    return value if attribute.type in ("number", "integer") else written(attribute, value)


def _batches(rows: Iterable[Source], size: int) -> Iterator[list[Source]]:
    """Rows in lists of so many; nothing else is held."""
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def _csv(kind: Kind, rows: Iterable[Source], made: str) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(heads(kind))
    for batch in _batches(rows, CHUNK):
        writer.writerows([_harmless(one) for one in cells(source, kind)] for source in batch)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    writer.writerow([made])
    yield buffer.getvalue()


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _geojson(kind: Kind, rows: Iterable[Source], made: str) -> Iterator[str]:
    yield f'{{"type":"FeatureCollection","name":{_json(kind.id)},"made":{_json(made)},"features":['
    joint = ""
    for batch in _batches(rows, CHUNK):
        yield joint + ",".join(_json(_feature(source, kind)) for source in batch)
        joint = ","
    yield "]}"


def _feature(source: Source, kind: Kind) -> dict[str, Any]:
    own = ("code", "name", "state", "area", "address", "owner", "trade")
    names = [*own, "longitude", "latitude", *(one.name for one in kind.attributes)]
    properties = {name: value for name, value in zip(names, cells(source, kind), strict=True) if value is not None}
    point = {"type": "Point", "coordinates": [properties.pop("longitude", None), properties.pop("latitude", None)]}
    placed = source.geometry or (point if source.longitude is not None else None)
    return {"type": "Feature", "id": source.code, "properties": properties, "geometry": placed}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _xlsx(file: IO[bytes], kind: Kind, rows: Iterable[Source], made: str) -> None:
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    at, number = 0, 0
    sheet = _sheet(book, kind, made, bold, number)
    for source in rows:
        if at == ROWS_OF_A_SHEET:
            at, number = 0, number + 1
            sheet = _sheet(book, kind, made, bold, number)
        sheet.write_row(at + 2, 0, cells(source, kind))
        at += 1
    book.close()


ROWS_OF_A_SHEET = 1_000_000
"""A sheet holds 2²⁰ rows; what is more goes on the next."""


def _sheet(book: Any, kind: Kind, made: str, bold: Any, number: int) -> Any:
    title = label(kind)[:25].translate(str.maketrans("", "", "[]:*?/\\"))
    sheet = book.add_worksheet(title if number == 0 else f"{title} {number + 1}")
    sheet.write_row(0, 0, [kind.official_title or label(kind), made])
    sheet.write_row(1, 0, heads(kind), bold)
    sheet.set_column(0, len(heads(kind)) - 1, 14)
    sheet.freeze_panes(2, 2)
    sheet.set_footer(f"&L{made}&R&P / &N")
    return sheet


_ARROW: Mapping[str, pa.DataType] = {"number": pa.float64(), "integer": pa.int64()}


def _parquet(file: IO[bytes], kind: Kind, rows: Iterable[Source], made: str) -> None:
    own = [(name, pa.float64() if name in ("longitude", "latitude") else pa.string()) for name in OWN]
    fields = [*own, *((one.name, _arrow(one)) for one in kind.attributes)]
    schema = pa.schema([pa.field(name, kind_of) for name, kind_of in fields], metadata={"made": made, "kind": kind.id})
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in _batches(rows, CHUNK * 5):
            columns = list(zip(*(cells(source, kind) for source in batch), strict=True))
            arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _arrow(attribute: Attribute) -> pa.DataType:
    return pa.string() if attribute.sensitivity == "personal" else _ARROW.get(attribute.type, pa.string())


_STREAMED = {"csv": _csv, "geojson": _geojson}
_WRITTEN = {"xlsx": _xlsx, "parquet": _parquet}
