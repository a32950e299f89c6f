"""Devices from a table (设备导入): an Excel or CSV file with one device a row, checked row by row.

A row that is wrong is told with its number, column and what was expected; the others are registered. Columns have
Chinese or English heads, in any order; a point that nobody knows is made where the row gives its position.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zipfile import BadZipFile

import xlsxwriter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from openpyxl import load_workbook

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.audit.services import record
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.services.channels import DeviceError
from lantian.apps.telemetry.services.devices import NewDevice, create_device, point_kind
from lantian.apps.telemetry.services.points import link_point
from lantian.kernel.errors import LantianError, Text

MOST_ROWS = 20_000

COLUMNS: Mapping[str, Text] = {
    "id": Text("编号", "id"),
    "name": Text("名称", "name"),
    "name_en": Text("英文名称", "English name"),
    "kind": Text("类别", "kind"),
    "key": Text("设备标识", "key"),
    "secret": Text("口令", "secret"),
    "point": Text("点位", "point"),
    "longitude": Text("经度", "longitude"),
    "latitude": Text("纬度", "latitude"),
    "area": Text("区域代码", "area code"),
    "networks": Text("允许地址", "addresses"),
    "interval": Text("上报间隔（秒）", "interval (s)"),
    "owner": Text("责任单位", "owner"),
    "maintainer": Text("运维单位", "maintainer"),
    "plate": Text("号牌", "plate"),
    "source": Text("治理对象", "ledger entry"),
}
NEEDED = ("id", "name", "kind", "key")
_EXAMPLE = {
    "id": "dust-001", "name": "某工地东门", "name_en": "Site 1, east gate", "kind": "dust",
    "key": "110105AABB0000000000D001", "secret": "123456", "point": "dust-001", "longitude": "116.4801",
    "latitude": "39.9289", "area": "110105", "networks": "10.1.2.0/24", "interval": "60",
}  # fmt: skip


class DeviceFileError(LantianError):
    """A file that is no table of devices."""


class _Wrong(DeviceError):
    """What is wrong in one column of a row."""

    def __init__(self, column: str, text: Text) -> None:
        super().__init__(text)
        self.column = column


@dataclass(frozen=True)
class RowError:
    """A row that was not taken: its number in the file (the head is 1), the column where it is known, and why."""

    row: int
    column: Text | None
    text: Text


@dataclass
class DeviceImport:
    """What became of a file: ids of the devices registered, and the rows that were not taken."""

    registered: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def device_template(language: str) -> bytes:
    """Return an empty table with its heads and one example, as an Excel file."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(
            0, 0, [head.in_language(language) for head in COLUMNS.values()], book.add_format({"bold": True})
        )
        sheet.write_row(1, 0, [_EXAMPLE.get(name, "") for name in COLUMNS])
        sheet.set_column(0, len(COLUMNS) - 1, 18)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


@transaction.atomic
def import_devices(content: bytes, name: str, *, by: Person | None, at: datetime) -> DeviceImport:
    """Register the devices of a file; raises DeviceFileError when it is no table of devices."""
    rows = _rows(content, name)
    columns = _columns(next(rows, (1, []))[1], name)
    done = DeviceImport()
    known = _Known()
    for number, cells in rows:
        if not any(cells):
            continue
        line = {column: cells[index] for column, index in columns.items() if index < len(cells) and cells[index]}
        _take(number, line, known, done, (by, at))
    if done.registered:
        detail = {"file": name, "devices": done.registered, "rejected": len(done.errors)}
        record("devices.imported", subject=None, actor=by, at=at, detail=detail)
    return done


def _take(
    number: int, line: Mapping[str, str], known: "_Known", done: DeviceImport, who: tuple[Person | None, datetime]
) -> None:
    known.made.clear()
    by, at = who
    try:
        with transaction.atomic():
            device = create_device(_device(line, known), at=at)
            if line.get("source"):
                link_point(_measured(device.point), _source(line["source"], by), by=by, at=at)
        done.registered.append(device.pk)
    except LantianError as error:
        known.forget()
        column = COLUMNS[error.column] if isinstance(error, _Wrong) else None
        done.errors.append(RowError(number, column, error.text))


def _measured(point: Point | None) -> Point:
    if point is None:
        why = Text(
            "移动设备按号牌对应台账，此格留空", "a mobile device belongs to the entry with its plate; leave it empty"
        )
        raise _Wrong("source", why)
    return point


def _source(named: str, by: Person | None) -> int:
    """The ledger entry that a code or a name means, among those that a person sees."""
    visible = Source.objects.all() if by is None else Source.objects.visible_to(by)
    found = list(visible.current().filter(Q(code=named) | Q(name=named)).values_list("pk", flat=True)[:2])
    if len(found) != 1:
        wrong = Text(f"没有对象“{named}”", f"there is no entry “{named}”")
        double = Text(f"“{named}”不止一个，请填编码", f"there is more than one “{named}”; give the code")
        raise _Wrong("source", double if found else wrong)
    return found[0]


# reading the file ------------------------------------------------------------------------------------------


def _rows(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    table = _excel(content, name) if content[:2] == b"PK" else _csv(content)
    for number, cells in enumerate(table, 1):
        if number > MOST_ROWS:
            raise DeviceFileError(
                Text(f"“{name}”超过 {MOST_ROWS} 行，请分批导入。", f"“{name}” has over {MOST_ROWS} rows; split it.")
            )
        yield number, cells


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
    for row in csv.reader(io.StringIO(text)):
        yield [cell.strip() for cell in row]


def _excel(content: bytes, name: str) -> Iterator[list[str]]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError):
        raise DeviceFileError(Text(f"“{name}”不是 Excel 文件。", f"“{name}” is no Excel file.")) from None
    for row in book.worksheets[0].iter_rows(values_only=True):
        yield [_text(cell) for cell in row]


def _text(cell: Any) -> str:
    """Return a cell as text; a whole number without the point that Excel gives it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _columns(head: Sequence[str], name: str) -> dict[str, int]:
    """Return where each column stands; raises DeviceFileError when a needed one is missing."""
    named = {alias.lower(): column for column, text in COLUMNS.items() for alias in (column, text.zh, text.en)}
    found = {named[cell.lower()]: index for index, cell in enumerate(head) if cell.lower() in named}
    missing = [COLUMNS[column] for column in NEEDED if column not in found]
    if missing:
        zh, en = "、".join(text.zh for text in missing), ", ".join(text.en for text in missing)
        raise DeviceFileError(
            Text(
                f"“{name}”缺少列：{zh}；找到的列：{'、'.join(filter(None, head)) or '—'}。",
                f"“{name}” lacks the columns {en}; it has {', '.join(filter(None, head)) or '—'}.",
            )
        )
    return found


# reading a row ------------------------------------------------------------------------------------------------


class _Known:
    """Points and organisations, read once for the whole file."""

    def __init__(self) -> None:
        self.organisations = {name: one for one in Organisation.objects.all() for name in (one.code, one.name_zh)}
        self.points = {point.pk: point for point in Point.objects.all()}
        self.made: list[str] = []

    def forget(self) -> None:
        """Forget the points that were made for a row that was not taken after all."""
        for made in self.made:
            self.points.pop(made, None)
        self.made.clear()


def _device(line: Mapping[str, str], known: _Known) -> NewDevice:
    for column in NEEDED:
        if column not in line:
            raise _Wrong(column, Text("此格不能为空", "must not be empty"))
    return NewDevice(
        id=line["id"],
        name_zh=line["name"],
        name_en=line.get("name_en", ""),
        kind=line["kind"],
        key=line["key"],
        secret=line.get("secret", ""),
        point=_point(line, known),
        networks=line.get("networks", "").replace("，", " ").replace(",", " ").split(),
        interval_s=_number(line, "interval", int),
        owner=_organisation(line, "owner", known),
        maintainer=_organisation(line, "maintainer", known),
        plate=line.get("plate", ""),
    )


def _number(line: Mapping[str, str], column: str, kind: Callable[[str], Any]) -> Any:
    text = line.get(column)
    try:
        return kind(text) if text else None
    except ValueError:
        raise _Wrong(column, Text(f"“{text}”不是数", f"“{text}” is no number")) from None


def _organisation(line: Mapping[str, str], column: str, known: _Known) -> Organisation | None:
    text = line.get(column)
    if not text:
        return None
    if text not in known.organisations:
        raise _Wrong(column, Text(f"没有单位“{text}”", f"there is no organisation “{text}”"))
    return known.organisations[text]


def _point(line: Mapping[str, str], known: _Known) -> Point | None:
    """Return the row's point; makes one where the row gives a new name and a position."""
    name = line.get("point")
    if not name or name in known.points:
        return known.points.get(name or "")
    longitude, latitude = _number(line, "longitude", float), _number(line, "latitude", float)
    if longitude is None or latitude is None:
        zh, en = f"没有点位“{name}”，新点位须有经纬度", f"there is no point “{name}”; a new one needs a position"
        raise _Wrong("point", Text(zh, en))
    for column, value, most in (("longitude", longitude, 180), ("latitude", latitude, 90)):
        if not -most <= value <= most:
            raise _Wrong(column, Text(f"{value} 不在 ±{most} 之间", f"{value} does not lie within ±{most}"))
    point = Point(
        id=name, name_zh=line["name"], name_en=line.get("name_en", ""), kind=point_kind(line["kind"]).id,
        area_code=line.get("area", ""), longitude=longitude, latitude=latitude,
    )  # fmt: skip
    known.points[name] = _stored(point)
    known.made.append(name)
    return point


def _stored(point: Point) -> Point:
    try:
        point.clean_fields()
    except ValidationError:
        zh, en = f"“{point.pk}”须为小写字母、数字、.、_、-", f"“{point.pk}” must be of a-z 0-9 . _ -"
        raise _Wrong("point", Text(zh, en)) from None
    point.save(force_insert=True)
    return point
