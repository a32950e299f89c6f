"""What an import would do (试算): for each row a new entry, an update, nothing, or why it is refused.

Nothing is written here. An entry is found again by its code, else by the key attribute of its kind, else by name and
address. An empty cell leaves what is stored; a masked personal value does too.
"""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from lantian.apps.accounts.models import Area, AreaKind
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.places import Ground, Place, WrongPlace, read_geometry, read_position
from lantian.apps.ledger.services import rights
from lantian.apps.ledger.services.matching import Asked, Known, References, RowProblems, name_of
from lantian.apps.ledger.services.sources import Values, apply_values, differences, snapshot
from lantian.apps.ledger.sheets.columns import Column, columns_of
from lantian.apps.ledger.sheets.reading import Problem, Row, shown
from lantian.apps.ledger.values import read_all
from lantian.kernel.errors import Text
from lantian.kernel.identifiers import plain, tidy
from lantian.kernel.plurals import counted
from lantian.policy.records_ledger import Kind

_NAMES = frozenset({"name", "address", "reason"})
_LONGEST: Mapping[str, int] = {"code": 60, "name": 160, "address": 200}
Action = Literal["new", "updated", "unchanged", "refused"]
_DATUMS: Mapping[str, str] = {
    "wgs84": "wgs84", "wgs-84": "wgs84", "cgcs2000": "wgs84", "2000": "wgs84", "gps": "wgs84",
    "gcj02": "gcj02", "gcj-02": "gcj02", "火星": "gcj02", "高德": "gcj02", "腾讯": "gcj02",
    "bd09": "bd09", "bd-09": "bd09", "百度": "bd09",
}  # fmt: skip


@dataclass
class Planned:
    """A row with what becomes of it; ``source`` is as it would be stored, ``fields`` are its differences."""

    row: Row
    action: Action = "refused"
    source: Source | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, *problems: Problem) -> None:
        """Say why the row is not taken."""
        self.action, self.source = "refused", None
        self.problems += problems


class Planner:
    """Plans the rows of one file for one kind and one person; ``by`` None is the system itself.

    owner: the enterprise that files its own entries: it makes and sees no others, and no state but the first.
    """

    def __init__(self, kind: Kind, by: Any, datum: str = "wgs84", owner: str | None = None) -> None:
        self.kind, self.by, self.datum, self.owner = kind, by, datum, owner
        self.columns = {column.name: column for column in columns_of(kind) if column.attribute is not None}
        self.own_columns = {column.name: column for column in columns_of(kind) if column.attribute is None}
        self.ground = Ground.load()
        self.streets = _streets()
        self.known = Known(kind, owner)
        self.references = References()
        self.grid_owner: Callable[[str | None], Any] = cache(rights.grid_owner_of)

    def plan(self, rows: Sequence[Row]) -> list[Planned]:
        """Return what becomes of each row, in order."""
        self.references.load(self.kind, rows)
        reads = [self._read(row) for row in rows]
        self.known.load(reads)
        first: dict[tuple[str, str], int] = {}
        return [self._plan(read, first) for read in reads]

    # -- reading ------------------------------------------------------------------------------------------------------

    def _read(self, row: Row) -> Asked:
        given = {name: value for name, value in row.attributes.items() if self._is_given(name, value)}
        found = read_all(self.kind, given, complete=False)
        problems = list(row.problems)
        for name, text in found.problems.items():
            problems.append(Problem(text, self.columns[name], _found(self.columns[name], given[name])))
        attributes = dict(found.values)
        problems += self.references.resolve(self.kind, attributes, self.columns)
        own = {name: (tidy if name in _NAMES else plain)(shown(value)) for name, value in row.own.items()}
        place = None
        try:
            place = self._place(row, own)
        except RowProblems as error:
            problems += error.problems
        return Asked(row, own, attributes, place, problems)

    def _is_given(self, name: str, value: Any) -> bool:
        """Tell whether a cell says something: not empty, and no personal value as exports mask it."""
        if value is None or (isinstance(value, str) and not plain(value)):
            return False
        attribute = self.columns[name].attribute
        return not (attribute is not None and attribute.sensitivity == "personal" and "*" in str(value))

    def _place(self, row: Row, own: Mapping[str, str]) -> Place | None:
        longitude, latitude = own.get("longitude", ""), own.get("latitude", "")
        if row.geometry is None and not longitude and not latitude:
            return None
        column = self.own_columns.get("longitude")
        found = "" if row.geometry is not None else f"{longitude}, {latitude}"
        try:
            if row.geometry is not None:
                return read_geometry(row.geometry, self.kind.geometry, self._datum(own), self.ground)
            return read_position(
                self._degrees("longitude", longitude),
                self._degrees("latitude", latitude),
                self._datum(own),
                self.ground,
            )
        except WrongPlace as error:
            raise RowProblems(Problem(error.text, column, found)) from error

    def _degrees(self, name: str, text: str) -> float:
        try:
            return float(text)
        except ValueError as error:
            why = Text(
                f"应为以度为单位的小数，如 {'116.4832' if name == 'longitude' else '39.9214'}，读到“{text[:40]}”",
                f"it has to be degrees as a decimal number; found “{text[:40]}”",
            )
            raise RowProblems(Problem(why, self.own_columns[name], text)) from error

    def _datum(self, own: Mapping[str, str]) -> str:
        text = own.get("datum", "").lower().replace(" ", "")
        if not text:
            return self.datum
        found = _DATUMS.get(text)
        if found is None:
            why = Text("可填：WGS-84、GCJ-02、BD-09", "it may be: WGS-84, GCJ-02, BD-09")
            raise RowProblems(Problem(why, self.own_columns["datum"], text))
        return found

    # -- planning -----------------------------------------------------------------------------------------------------

    def _plan(self, read: Asked, first: dict[tuple[str, str], int]) -> Planned:
        planned = Planned(read.row, problems=list(read.problems))
        try:
            found = self._match(read)
            self._once(read, first)
            if found is None:
                self._new(planned, read)
            else:
                self._update(planned, read, found)
        except RowProblems as error:
            planned.refuse(*error.problems)
        if planned.problems:
            planned.refuse()
        return planned

    def _match(self, read: Asked) -> Source | None:
        """Return the entry that a row means; to an owner, nothing is said of other owners' entries."""
        if self.owner is None:
            return self.known.match(read)
        try:
            found = self.known.match(read)
        except RowProblems as error:
            why = Text("此条已有其他登记，请核对编码。", "It is on file already; check the code.")
            raise RowProblems(Problem(why, error.problems[0].column, error.problems[0].found)) from error
        code = read.own.get("code", "")
        if found is None and code:
            why = Text("本单位没有此编码的条目；新申报请留空。", "You have no entry of this code; leave it empty.")
            raise RowProblems(Problem(why, self.own_columns["code"], code))
        return found

    def _once(self, read: Asked, first: dict[tuple[str, str], int]) -> None:
        """Refuse a row that names an entry again that an earlier row named."""
        names = {"code": read.own.get("code", ""), "key": read.key(self.kind)}
        if not any(names.values()):
            names["name"] = "\n".join(name_of(read))
        for which, value in names.items():
            earlier = first.setdefault((which, value), read.row.number) if value else read.row.number
            if earlier != read.row.number:
                column = self.columns.get(self.kind.key) if which == "key" else self.own_columns[which]
                text = Text(f"与本表第 {earlier} 行重复。", f"It doubles row {earlier} of this file.")
                raise RowProblems(Problem(text, column, value.partition("\n")[0]))

    def _new(self, planned: Planned, read: Asked) -> None:
        name = read.own.get("name") or read.key(self.kind)
        missing = [
            Problem(Text(f"“{column.text.zh}”必填。", f"“{column.text.en}” is required."), column)
            for column in self.columns.values()
            if column.required and read.attributes.get(column.name) in (None, [], "") and not _said(planned, column)
        ]
        if not name:
            column = self.own_columns["name"]
            missing.append(Problem(Text("“名称”必填。", "“Name” is required."), column))
        own = {**self._own(read), "name": name}
        source = Source(kind=self.kind.id, code=read.own.get("code", ""), state=self._state(read, None))
        source.trade_id, source.owner_id = rights.trade_for(self.by, self.kind), self.owner
        apply_values(source, Values(own, read.attributes))
        planned.problems += [*missing, *self._too_long(source)]
        self._check_right(source)
        source.grid_owner = self.grid_owner(source.area_id)
        planned.action, planned.source = "new", source
        planned.fields = {
            name: [None, value] for name, value in snapshot(source).items() if value not in (None, "", {})
        }

    def _update(self, planned: Planned, read: Asked, found: Source) -> None:
        self._check_right(found)
        before = snapshot(found)
        changed = copy.copy(found)
        own = self._own(read)
        if read.own.get("name"):
            own["name"] = read.own["name"]
        apply_values(changed, Values(own, read.attributes))
        changed.state = self._state(read, found)
        planned.fields = differences(before, snapshot(changed))
        planned.problems += self._too_long(changed)
        self._check_right(changed)
        planned.problems += self._not_theirs(changed, planned.fields)
        planned.action, planned.source = ("updated" if planned.fields else "unchanged"), changed

    def _own(self, read: Asked) -> dict[str, Any]:
        """Return what a row says of the fields that every entry has; the street's own column goes before the map."""
        own: dict[str, Any] = {}
        if read.own.get("address"):
            own["address"] = read.own["address"]
        if read.place is not None:
            own |= {"longitude": read.place.longitude, "latitude": read.place.latitude, "area_id": read.place.area}
            if read.place.geometry is not None:
                own["geometry"] = read.place.geometry
        street = read.own.get("street", "")
        if street:
            code = self.streets.get(street.lower())
            if code is None:
                why = Text(
                    "本区没有这个街乡，可填名称或代码。", "The district has no such street; write its name or code."
                )
                raise RowProblems(Problem(why, self.own_columns["street"], street))
            own["area_id"] = code
        parent = self.references.parent(self.kind, read.attributes)
        if parent is not None:
            own["parent_id"] = parent
        return own

    def _state(self, read: Asked, found: Source | None) -> str:
        text = read.own.get("state", "")
        if not text:
            return found.state if found else self.kind.states[0].id
        column = self.own_columns["state"]
        state = next((one for one in self.kind.states if text in (one.id, plain(one.zh), one.en)), None)
        if state is None:
            zh, en = "、".join(one.zh for one in self.kind.states), ", ".join(one.en for one in self.kind.states)
            raise RowProblems(Problem(Text(f"可填：{zh}。", f"it may be: {en}."), column, text))
        if self.owner is not None and state.id != (found.state if found else self.kind.states[0].id):
            why = Text("状态由主管部门办理，申报时请留空。", "A bureau moves the state; leave it empty.")
            raise RowProblems(Problem(why, column, text))
        if found is not None and state.id != found.state:
            self._check_move(read, found, state.id, text)
        return state.id

    def _check_move(self, read: Asked, found: Source, end: str, text: str) -> None:
        moves = [one for one in self.kind.moves if one.start == found.state]
        move = next((one for one in moves if one.end == end), None)
        if move is None:
            named = [self.kind.state(one.end) for one in moves]
            zh = "、".join(one.zh for one in named if one) or "无"
            en = ", ".join(one.en for one in named if one) or "none"
            why = Text(
                f"不能从现状态改为“{text}”，可以改为：{zh}。", f"it cannot become that from its state; only: {en}."
            )
            raise RowProblems(Problem(why, self.own_columns["state"], text))
        if move.reason and not read.own.get("reason"):
            why = Text(f"“{move.zh}”须写明变更事由。", f"to {move.en}, give a reason for the change.")
            raise RowProblems(Problem(why, self.own_columns["reason"]))

    def _check_right(self, source: Source) -> None:
        if self.owner is not None:
            if source.owner_id != self.owner:
                why = Text("此条不属于本单位，不能导入。", "It is not an entry of your organisation.")
                raise RowProblems(Problem(why, self.columns.get(self.kind.key)))
        elif self.by is not None and not rights.may_keep(self.by, source):
            why = Text("不在您的管辖范围内，不能导入。", "It lies outside what your posts cover.")
            raise RowProblems(Problem(why, self.own_columns["street"], source.area.name if source.area else ""))

    def _not_theirs(self, source: Source, fields: Mapping[str, Any]) -> Iterable[Problem]:
        """Facts by which an entry is judged, that its owner would change: they are the bureau's, once filed."""
        if self.owner is None:
            return
        allowed = rights.editable(self.by, self.kind, source)
        why = Text("申报后由主管部门核改，不能由此修改。", "Once filed, only a bureau changes it.")
        for name, (_before, after) in fields.items():
            own = name.removesuffix("_id")
            bare = {"area": "street", "longitude": "longitude", "latitude": "latitude"}.get(own, own)
            bare = bare.removeprefix("attributes.")
            if bare not in allowed:
                column = self.columns.get(bare) or self.own_columns.get(bare)
                yield Problem(why, column, _found(column, after) if column and after is not None else "")

    def _too_long(self, source: Source) -> Iterable[Problem]:
        for name, longest in _LONGEST.items():
            if len(getattr(source, name)) > longest:
                why = Text(f"最多 {longest} 个字符。", f"it may have {counted(longest, 'character')} at most.")
                yield Problem(why, self.own_columns[name], getattr(source, name)[:20] + "…")


def _said(planned: Planned, column: Column) -> bool:
    """Tell whether a column has a problem already."""
    return any(problem.column == column for problem in planned.problems)


def _found(column: Column, value: Any) -> str:
    """What was found, unless it is personal."""
    text = shown(value)
    is_personal = column.attribute is not None and column.attribute.sensitivity == "personal"
    return "*" * min(len(text), 8) if is_personal else text[:80]


def _streets() -> dict[str, str]:
    found: dict[str, str] = {}
    for area in Area.objects.of_kind(AreaKind.STREET):
        for label in (area.code, area.name_zh, area.short_zh, area.name_en):
            if label:
                found.setdefault(plain(label).lower(), area.code)
    return found
