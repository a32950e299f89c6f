"""Sheets of hotline orders (工单导入): tried first, then taken; refused rows come back without who reported."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.accounts.services.sheets import Heading, Line, read_lines
from lantian.apps.accounts.services.sheets import template as empty_sheet
from lantian.apps.complaints.models import OrderImport
from lantian.apps.complaints.redaction import HIDDEN
from lantian.apps.complaints.rules import rules
from lantian.apps.complaints.services.errors import ComplaintError
from lantian.apps.complaints.services.intake import NewComplaint, checked, known_order, take_in
from lantian.apps.complaints.services.sealing import Sealed, seal, unseal
from lantian.apps.ledger.places import Ground
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, day_of

HEADINGS: Sequence[Heading] = (
    Heading("order_number", Text("工单号", "Order number"), required=True, example="BJ12345-20261120-0001"),
    Heading("received_at", Text("受理时间", "Received"), required=True, example="2026-11-20 09:30"),
    Heading("text", Text("诉求内容", "Text"), required=True, example="夜间工地施工扬尘，未洒水"),
    Heading("place", Text("地点", "Place"), example="垡头金蝉西路18号"),
    Heading("street", Text("街乡", "Street"), example=""),
    Heading("longitude", Text("经度", "Longitude"), example="116.4832"),
    Heading("latitude", Text("纬度", "Latitude"), example="39.8721"),
    Heading("topic", Text("类别", "Topic"), example=""),
    Heading("happened_at", Text("发生时间", "Happened"), example="2026-11-19 22:10"),
    Heading("name", Text("诉求人", "Name"), example=""),
    Heading("phone", Text("联系电话", "Telephone"), example=""),
)
PRIVATE = frozenset({"name", "phone"})
SHOWN = 100
"""Problems that the page shows; the returned workbook has all."""
_TITLE = "问题 Problem"
_FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d")


@dataclass(frozen=True)
class Row:
    """A line with what would become of it: a new complaint, one that is known, or a problem at a column."""

    line: Line
    new: NewComplaint | None = None
    known: bool = False
    problem: Text | None = None
    column: str = ""


def template(language: str, at: datetime) -> bytes:
    """Return an empty sheet with the columns, an example and the topics to choose from."""
    topics = rules().topics(day_of(at)).values()
    key = "en" if language.startswith("en") else "zh"
    return empty_sheet(HEADINGS, {"topic": [getattr(one, key) for one in topics]}, language)


def rows_of(content: bytes, channel: str, at: datetime) -> list[Row]:
    """Read a sheet and try every row; raises SheetRefused when it cannot be read as a whole."""
    ground, seen = Ground.load(), set[str]()
    rows = []
    for line in read_lines(content, HEADINGS):
        row = _row(line, channel, at, ground)
        if row.new and row.new.order_number in seen:
            row = Row(
                line, problem=Text("工单号在表中重复。", "The sheet has this order twice."), column="order_number"
            )
        if row.new:
            seen.add(row.new.order_number)
        rows.append(row)
    return rows


def _row(line: Line, channel: str, at: datetime, ground: Ground) -> Row:
    try:
        new = _read(line, channel, at)
        if known_order(channel, new.order_number):
            return Row(line, new, known=True)
        checked(new, at=at, ground=ground)
    except ComplaintError as error:
        column = "longitude" if error.field == "position" else error.field
        return Row(line, problem=error.text, column=column)
    return Row(line, new)


def _read(line: Line, channel: str, at: datetime) -> NewComplaint:
    cells = line.cells
    topics = rules().topics(day_of(at)).values()
    said = cells.get("topic", "")
    topic = next((one.id for one in topics if said and said in (one.id, one.zh, one.en)), said)
    return NewComplaint(
        channel=channel, order_number=cells.get("order_number", ""), text=cells.get("text", ""),
        place=cells.get("place", ""), street=cells.get("street", ""), topic=topic,
        longitude=_degrees(cells, "longitude"), latitude=_degrees(cells, "latitude"),
        received_at=_moment(cells, "received_at"), happened_at=_moment(cells, "happened_at"),
        name=cells.get("name", ""), phone=cells.get("phone", ""),
    )  # fmt: skip


def _degrees(cells: dict[str, str], name: str) -> float | None:
    said = cells.get(name, "")
    try:
        return float(said) if said else None
    except ValueError:
        raise ComplaintError(Text(f"“{said}”不是数。", f"{said!r} is no number."), name) from None


def _moment(cells: dict[str, str], name: str) -> datetime | None:
    said = cells.get(name, "").replace("/", "-")
    if not said:
        return None
    for form in _FORMATS:
        try:
            return datetime.strptime(said, form).replace(tzinfo=BEIJING)
        except ValueError:
            continue
    raise ComplaintError(
        Text(f"“{said}”不是时间，应如 2026-11-20 09:30。", f"{said!r} is no time; write 2026-11-20 09:30."), name
    )


def check_orders(content: bytes, name: str, channel: str, *, by: Person, at: datetime) -> OrderImport:
    """Try a sheet without taking anything; the sheet waits sealed. Raises SheetRefused or ComplaintError."""
    known = rules().channels(day_of(at)).get(channel)
    if known is None or not known.order_number:
        raise ComplaintError(Text("请选一条热线渠道。", "Choose a hotline's channel."), "channel")
    rows = rows_of(content, channel, at)
    entry = OrderImport(channel=channel, file_name=name[:200], at=at, by=by)
    _count(entry, rows)
    entry.save()
    sealed = seal(content, _bound(entry))
    entry.key, entry.sealed = sealed.key, sealed.content
    entry.save(update_fields=["key", "sealed"])
    return entry


def _bound(entry: OrderImport) -> str:
    return f"order-import-{entry.pk}"


def _count(entry: OrderImport, rows: Sequence[Row]) -> None:
    refused = [row for row in rows if row.problem]
    entry.rows, entry.refused = len(rows), len(refused)
    entry.known = sum(row.known for row in rows)
    entry.fresh = len(rows) - entry.refused - entry.known
    entry.problems = [_problem(row) for row in refused][:SHOWN]


def _problem(row: Row) -> dict[str, Any]:
    heading = next((one.text for one in HEADINGS if one.name == row.column), Text("", ""))
    found = HIDDEN if row.column in PRIVATE else row.line.cells.get(row.column, "")
    said = row.problem or Text("", "")
    return {"row": row.line.number, "column_zh": heading.zh, "column_en": heading.en, "found": found[:80],
            "zh": said.zh, "en": said.en}  # fmt: skip


def run_orders(entry: OrderImport, *, at: datetime) -> OrderImport:
    """Take what fits of a tried sheet, each row once; the sheet is forgotten, the refused rows stay as a workbook."""
    _refuse_done(entry)
    rows = rows_of(unseal(Sealed(entry.key, bytes(entry.sealed or b"")), _bound(entry)), entry.channel, at)
    with transaction.atomic():
        held = OrderImport.objects.select_for_update().get(pk=entry.pk)
        _refuse_done(held)
        ground = Ground.load()
        _count(held, rows)
        for row in rows:
            if row.new and not row.known:
                take_in(row.new, by=held.by, at=at, ground=ground)
        refused = [row for row in rows if row.problem]
        held.returned = returned(refused) if refused else None
        _close(held, OrderImport.State.DONE, at)
    return held


def _refuse_done(entry: OrderImport) -> None:
    if entry.state != OrderImport.State.CHECKED:
        raise ComplaintError(Text("此表已处理。", "This sheet was dealt with already."))


def drop_orders(entry: OrderImport, *, at: datetime) -> None:
    """Forget a tried sheet."""
    if entry.state == OrderImport.State.CHECKED:
        _close(entry, OrderImport.State.DROPPED, at)


def _close(entry: OrderImport, state: str, at: datetime) -> None:
    entry.state, entry.finished_at, entry.sealed, entry.key = state, at, None, ""
    entry.save()


def returned(refused: Sequence[Row]) -> bytes:
    """Return the refused rows as a workbook with the reason of each; who reported is left out."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page, wrong = book.add_worksheet("退回 Returned"), book.add_format({"bg_color": "#FBD5D5"})
        head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
        columns = [one for one in HEADINGS if one.name not in PRIVATE]
        for place, one in enumerate(columns):
            page.write_string(0, place, one.text.zh, head)
        page.write_string(0, len(columns), _TITLE, head)
        page.freeze_panes(1, 0)
        page.set_column(0, len(columns), 20)
        for number, row in enumerate(refused, 1):
            for place, one in enumerate(columns):
                style = wrong if one.name == row.column else None
                page.write_string(number, place, row.line.cells.get(one.name, ""), style)
            said = row.problem or Text("", "")
            page.write_string(number, len(columns), f"{said.zh} {said.en}", wrong)
    return out.getvalue()
