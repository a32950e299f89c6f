"""Lists of problems that are handed in (问题清单导入): tried first, then taken; a list number is taken once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Area, Organisation, Person
from lantian.apps.accounts.services.sheets import Heading, Line, SheetRefused, read_table
from lantian.apps.accounts.services.sheets import day as read_day
from lantian.apps.accounts.services.sheets import template as empty_sheet
from lantian.apps.assessment.models import FeedbackBatch, Problem, ProblemImport
from lantian.apps.assessment.rectifying import RectificationError, bare, refuse_others, rule
from lantian.apps.assessment.rules import pack
from lantian.apps.assessment.services.rectification import NewProblem, add_problem
from lantian.apps.audit.services import record
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.places import Ground, WrongPlace, read_position
from lantian.apps.ui.days import LAST_YEAR
from lantian.kernel.errors import Text
from lantian.kernel.identifiers import plain
from lantian.kernel.instants import day_of
from lantian.policy.records_plan import Organisation as OrganisationRecord

HEADINGS: Sequence[Heading] = (
    Heading("list_number", Text("清单序号", "List number"), required=True, example="1"),
    Heading("text", Text("问题", "Problem"), required=True, example="某工地裸土未覆盖，进出车辆未冲洗"),
    Heading("category", Text("类别", "Category"), required=True, example=""),
    Heading("lead", Text("牵头单位", "Led by"), required=True, example=""),
    Heading("joint", Text("配合单位", "Joined by"), example=""),
    Heading("street", Text("街乡", "Street"), example=""),
    Heading("place", Text("地点", "Place"), example="东门外"),
    Heading("code", Text("台账编码", "Ledger code"), example=""),
    Heading("longitude", Text("经度", "Longitude"), example="116.4832"),
    Heading("latitude", Text("纬度", "Latitude"), example="39.8721"),
    Heading("goal", Text("整改目标", "Goal"), example="裸土全部覆盖"),
    Heading("deadline", Text("整改时限", "Deadline"), example="2026-12-31"),
)
LONGEST: Mapping[str, int] = {"list_number": 20, "text": 2000, "place": 200, "goal": 500}
"""Characters that a column may have."""
SHOWN = 100
"""Rows that a page names."""
_BETWEEN = "、,，;；"


@dataclass(frozen=True)
class Row:
    """A line with what would become of it: a new problem, one that is known, or a mistake at a column.

    alike: a problem that reads the same; like_row: an earlier row of the sheet that does, 0 for none.
    """

    line: Line
    new: NewProblem | None = None
    known: bool = False
    problem: Text | None = None
    column: str = ""
    alike: Problem | None = None
    like_row: int = 0


def template(language: str, at: datetime) -> bytes:
    """Return an empty sheet with the columns, an example, and the categories to choose from."""
    key = "en" if language.startswith("en") else "zh"
    categories = [getattr(one, key) for one in rule(day_of(at)).categories]
    return empty_sheet(HEADINGS, {"category": categories}, language)


class _Names:
    """Organisations, streets, categories and ledger codes by everything they are called; read once for a sheet."""

    def __init__(self, at: datetime, codes: Collection[str]) -> None:
        self.organisations: dict[str, Organisation] = {}
        known = {one.code: one for one in Organisation.objects.exclude(kind="enterprise")}
        for one in known.values():
            names = (one.code, one.name_zh, one.name_en, one.official_zh, one.official_en)
            self.organisations |= {plain(name): one for name in names if name}
        for also in pack().all(OrganisationRecord):
            if also.id in known:
                self.organisations |= {plain(name): known[also.id] for name in also.aliases}
        self.streets: dict[str, str] = {}
        for area in Area.objects.of_kind("street"):
            self.streets |= {plain(name): area.code for name in (area.code, area.name_zh, area.short_zh) if name}
        self.kinds = rule(day_of(at)).categories
        self.categories = {name: one.id for one in self.kinds for name in (one.id, one.zh, one.en)}
        self.sources = {one.code: one for one in Source.objects.filter(code__in=codes, merged_into__isnull=True)}
        self.ground = Ground.load()

    def source(self, code: str) -> Source | None:
        if not code:
            return None
        if code not in self.sources:
            raise RectificationError(Text(f"台账没有编码“{code}”。", f"No ledger has the code {code!r}."), "code")
        return self.sources[code]

    def organisation(self, said: str, field: str) -> Organisation:
        found = self.organisations.get(plain(said))
        if found is None:
            raise RectificationError(Text(f"没有单位“{said}”。", f"There is no organisation {said!r}."), field)
        return found


def rows_of(content: bytes, batch: FeedbackBatch, at: datetime) -> list[Row]:
    """Read a sheet and try every row; raises SheetRefused when it cannot be read as a whole."""
    lines = read_table(content, HEADINGS)
    names, seen = _Names(at, {code for one in lines if (code := one.cells.get("code"))}), set[str]()
    taken = set(batch.problems.values_list("list_number", flat=True))
    others = {bare(one.text): one for one in Problem.objects.select_related("batch", "case")}
    rows = []
    for line in lines:
        row = _row(line, names, batch, taken, others)
        if row.new and not row.known and row.new.list_number in seen:
            row = Row(
                line, problem=Text("清单序号在表中重复。", "The sheet has this number twice."), column="list_number"
            )
        if row.new:
            seen.add(row.new.list_number)
        rows.append(row)
    return _alike_inside(rows)


def _alike_inside(rows: Sequence[Row]) -> list[Row]:
    """Point out rows of the sheet that read like an earlier one of it."""
    first: dict[str, Row] = {}
    found = []
    for row in rows:
        before = first.setdefault(bare(row.new.text), row) if row.new and not row.known and not row.problem else row
        found.append(row if before is row else replace(row, like_row=before.line.number))
    return found


def _row(line: Line, names: _Names, batch: FeedbackBatch, taken: set[str], others: Mapping[str, Problem]) -> Row:
    try:
        new = _read(line, names)
        _refuse_slips(new, batch)
    except RectificationError as error:
        return Row(line, problem=error.text, column=error.field)
    return Row(line, new, known=new.list_number in taken, alike=others.get(bare(new.text)))


def _refuse_slips(new: NewProblem, batch: FeedbackBatch) -> None:
    """Refuse a deadline of a slip of the pen: before the feedback itself it would be overdue at once."""
    if new.deadline is not None and new.deadline.year > LAST_YEAR:
        raise RectificationError(Text("整改时限的年份有误。", "The deadline's year is a slip of the pen."), "deadline")
    if new.deadline is not None and new.deadline < batch.day:
        raise RectificationError(
            Text(f"整改时限早于反馈日期 {batch.day}。", f"The deadline lies before the feedback of {batch.day}."),
            "deadline",
        )


def _read(line: Line, names: _Names) -> NewProblem:
    cells = line.cells
    for heading in HEADINGS:
        if heading.required and not cells.get(heading.name):
            raise RectificationError(Text("必须填写。", "This is required."), heading.name)
        most = LONGEST.get(heading.name)
        if most is not None and len(cells.get(heading.name, "")) > most:
            raise RectificationError(Text(f"超过 {most} 字。", f"Longer than {most} characters."), heading.name)
    category = names.categories.get(cells["category"])
    if category is None:
        zh, en = ("、".join(one.zh for one in names.kinds), ", ".join(one.en for one in names.kinds))
        raise RectificationError(Text(f"没有此类别，可选：{zh}。", f"No such category; choose from {en}."), "category")
    street = cells.get("street", "")
    if street and plain(street) not in names.streets:
        raise RectificationError(Text(f"没有街乡“{street}”。", f"There is no street {street!r}."), "street")
    source = names.source(cells.get("code", ""))
    longitude, latitude = _position(cells, names.ground)
    return NewProblem(
        list_number=cells["list_number"], text=cells["text"], category=category,
        lead=names.organisation(cells["lead"], "lead"), joint=_several(cells.get("joint", ""), names),
        goal=cells.get("goal", ""), area_code=names.streets.get(plain(street), "") if street else "",
        place=cells.get("place", ""), source=source, longitude=longitude, latitude=latitude,
        deadline=_deadline(cells.get("deadline", "")),
    )  # fmt: skip


def _several(said: str, names: _Names) -> list[Organisation]:
    for mark in _BETWEEN[1:]:
        said = said.replace(mark, _BETWEEN[0])
    return [names.organisation(one.strip(), "joint") for one in said.split(_BETWEEN[0]) if one.strip()]


def _position(cells: Mapping[str, str], ground: Ground) -> tuple[float | None, float | None]:
    said = cells.get("longitude", ""), cells.get("latitude", "")
    if not any(said):
        return None, None
    try:
        longitude, latitude = float(said[0]), float(said[1])
    except ValueError:
        raise RectificationError(
            Text("经纬度应为两个数（度）。", "Two numbers of degrees are needed."), "longitude"
        ) from None
    try:
        place = read_position(longitude, latitude, "wgs84", ground)
    except WrongPlace as error:
        raise RectificationError(error.text, "longitude") from error
    return place.longitude, place.latitude


def _deadline(said: str) -> Any:
    try:
        return read_day(said)
    except SheetRefused as error:
        raise RectificationError(error.text, "deadline") from error


@transaction.atomic
def check_list(content: bytes, name: str, batch: FeedbackBatch, *, by: Person, at: datetime) -> ProblemImport:
    """Try a sheet without taking anything; raises SheetRefused or RectificationError."""
    refuse_others(by, day_of(at))
    rows = rows_of(content, batch, at)
    entry = ProblemImport(batch=batch, file_name=name[:200], content=content, at=at, by=by)
    _count(entry, rows)
    entry.save()
    return entry


def _count(entry: ProblemImport, rows: Sequence[Row]) -> None:
    refused = [row for row in rows if row.problem]
    entry.rows, entry.refused = len(rows), len(refused)
    entry.known = sum(row.known for row in rows)
    entry.fresh = len(rows) - entry.refused - entry.known
    entry.problems = [_problem(row) for row in refused][:SHOWN]
    entry.alike = [_likeness(row) for row in rows if (row.alike or row.like_row) and not row.known and not row.problem][
        :SHOWN
    ]


def _likeness(row: Row) -> dict[str, Any]:
    if row.alike is not None:
        name, text, slug = str(row.alike), row.alike.text, row.alike.case.slug
    else:
        name, text, slug = "", row.new.text if row.new else "", ""
    return {"row": row.line.number, "like_row": row.like_row, "slug": slug, "name": name, "text": text[:120]}


def _problem(row: Row) -> dict[str, Any]:
    heading = next((one.text for one in HEADINGS if one.name == row.column), Text("", ""))
    said = row.problem or Text("", "")
    return {
        "row": row.line.number, "column_zh": heading.zh, "column_en": heading.en,
        "found": row.line.cells.get(row.column, "")[:80], "zh": said.zh, "en": said.en,
    }  # fmt: skip


@transaction.atomic
def run_list(entry: ProblemImport, *, by: Person, at: datetime) -> ProblemImport:
    """Take what fits of a tried sheet, each list number once; every problem opens its case."""
    refuse_others(by, day_of(at))
    held = ProblemImport.objects.select_for_update().select_related("batch").get(pk=entry.pk)
    _refuse_done(held)
    rows = rows_of(bytes(held.content or b""), held.batch, at)
    _count(held, rows)
    for row in rows:
        if row.new and not row.known:
            add_problem(held.batch, row.new, by=by, at=at)
    _close(held, ProblemImport.State.DONE, at)
    detail = {"list": held.batch.number, "taken": held.fresh, "known": held.known, "refused": held.refused}
    record("rectification.import", subject=held.batch, actor=by, at=at, detail=detail)
    return held


def _refuse_done(entry: ProblemImport) -> None:
    if entry.state != ProblemImport.State.CHECKED:
        raise RectificationError(Text("此表已处理。", "This sheet was dealt with already."))


def drop_list(entry: ProblemImport, *, at: datetime) -> None:
    """Forget a tried sheet."""
    if entry.state == ProblemImport.State.CHECKED:
        _close(entry, ProblemImport.State.DROPPED, at)


def _close(entry: ProblemImport, state: str, at: datetime) -> None:
    entry.state, entry.finished_at, entry.content = state, at, None
    entry.save()
