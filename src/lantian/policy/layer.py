"""One folder of a pack, read: its header and its records, with every mistake that the schema finds.

``pack.toml`` holds the table ``[pack]``; every other ``*.toml`` holds arrays of tables, ``[[limit]]``, whose name
says which record type they are. Nothing here looks at two records together; that is the checker's work.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from lantian.kernel.errors import Text
from lantian.policy.kinds import record_types
from lantian.policy.problems import Problem, Where, one_of
from lantian.policy.records import Model, Origin, Record
from lantian.policy.sentences import schema_problem, show

HEADER_FILE = "pack.toml"
Contents = tuple[tuple[str, bytes], ...]
"""The TOML files of a folder, by name: what a cached reading depends on."""


class Header(Model):
    """The table ``[pack]``: who the pack is and which packs it stands on, nearest first."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    jurisdiction: str = Field(pattern=r"^[a-z]{2}(-\d{6})?$|^\d{6}$")
    extends: tuple[str, ...] = ()
    source: str | None = None
    source_zh: str | None = None
    source_en: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    note_zh: str | None = None
    note_en: str | None = None


@dataclass(frozen=True, eq=False)
class Layer:
    """A read folder (一层): the header (None when unreadable), the records in file order, the problems."""

    folder: Path
    header: Header | None
    records: tuple[Record, ...]
    problems: tuple[Problem, ...]

    @property
    def broken(self) -> frozenset[tuple[str, str]]:
        """Table and id of the records that the schema refused; what refers to them is not wrong for that."""
        return frozenset((p.where.table, p.where.record) for p in self.problems if p.where.table and p.where.record)

    @property
    def id(self) -> str:
        """The pack's id, or the folder's name where the header cannot be read."""
        return self.header.id if self.header else self.folder.name


def read_layer(folder: Path) -> Layer:
    """Read a folder; the same files are parsed once however often they are asked for."""
    return _read(folder, contents(folder))


def contents(folder: Path) -> Contents:
    """Return names and bytes of the folder's TOML files, in order of name."""
    return tuple((path.name, path.read_bytes()) for path in sorted(folder.glob("*.toml")))


@lru_cache(maxsize=64)
def _read(folder: Path, files: Contents) -> Layer:
    problems: list[Problem] = []
    tables = {name: _parse(Where(folder.name, name), data, problems) for name, data in files}
    header = _header(folder, tables.pop(HEADER_FILE, None), problems)
    texts = dict(files)
    records = [
        record
        for name, tree in tables.items()
        for record in _records(Where(folder.name, name), tree, _lines(texts[name]), problems)
    ]
    return Layer(folder, header, tuple(records), tuple(problems))


def _parse(where: Where, data: bytes, problems: list[Problem]) -> Mapping[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8").replace("\r\n", "\n"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = Text("文件不是 UTF-8 编码", "the file is not UTF-8")
        problems.append(Problem("not-utf-8", Where(where.pack, where.file, line), what, hex(data[error.start])))
    except tomllib.TOMLDecodeError as error:
        line = _line_of(str(error), data)
        what = Text(f"TOML 语法错误（{error}）", f"TOML syntax: {error}")
        problems.append(Problem("bad-toml", Where(where.pack, where.file, line), what))
    return {}


def _line_of(message: str, data: bytes) -> int:
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else data.count(b"\n") + 1


def _header(folder: Path, tree: Mapping[str, Any] | None, problems: list[Problem]) -> Header | None:
    where = Where(folder.name, HEADER_FILE)
    if tree is None:
        what = Text("缺少 pack.toml", "there is no pack.toml")
        problems.append(
            Problem("no-header", Where(folder.name), what, None, Text("含 [pack] 表", "a table [pack] in it"))
        )
        return None
    for name in tree:
        if name != "pack":
            what = Text("pack.toml 只能含 [pack] 表", "pack.toml holds the table [pack] only")
            problems.append(Problem("unknown-table", Where(folder.name, HEADER_FILE, None, name), what, name))
    try:
        return Header.model_validate(tree.get("pack", {}))
    except ValidationError as error:
        problems += [schema_problem(detail, Header, where) for detail in error.errors()]
        return None


def _records(
    where: Where, tree: Mapping[str, Any], lines: Mapping[str, list[int]], problems: list[Problem]
) -> Iterator[Record]:
    for table, rows in tree.items():
        place = Where(where.pack, where.file, next(iter(lines.get(table, [])), None), table)
        kind = record_types().get(table)
        if kind is None:
            what = Text("没有这种表", "there is no such table")
            problems.append(Problem("unknown-table", place, what, table, one_of(table, record_types())))
        elif not isinstance(rows, list):
            allowed = Text(f"[[{table}]]", f"[[{table}]]")
            what = Text("须写成表的数组", "must be an array of tables")
            problems.append(Problem("wrong-type", place, what, show(rows), allowed))
        else:
            yield from _rows(kind, rows, place, lines.get(table, []), problems)


def _rows(
    kind: type[Record], rows: list[Any], where: Where, lines: list[int], problems: list[Problem]
) -> Iterator[Record]:
    for number, row in enumerate(rows):
        line = lines[number] if number < len(lines) else 0
        name = str(row.get("id", f"#{number + 1}")) if isinstance(row, dict) else f"#{number + 1}"
        place = Where(where.pack, where.file, line or None, where.table, name)
        try:
            record = kind.model_validate(row, context=Origin(where.pack, where.file, line))
        except ValidationError as error:
            problems += [schema_problem(detail, kind, place) for detail in error.errors()]
        else:
            problems += _quoted(row, record, place)
            yield record


def _quoted(row: Mapping[str, Any], record: Record, where: Where) -> Iterable[Problem]:
    """Find values that only passed because the schema is lenient: quoted whole numbers, true for 1."""
    for key, found in row.items():
        kept = getattr(record, key, None)
        if (isinstance(found, str) and type(kept) in (int, bool, float)) or (
            isinstance(found, bool) and type(kept) is int
        ):
            place = Where(where.pack, where.file, where.line, where.table, where.record, key)
            what, allowed = Text("类型不对", "wrong type"), Text(show(kept), show(kept))
            yield Problem("wrong-type", place, what, show(found), allowed)


def _lines(data: bytes) -> dict[str, list[int]]:
    """Return the lines on which the records of each table start."""
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(data.split(b"\n"), start=1):
        header = _TABLE.match(line)
        if header:
            lines.setdefault(header[1].decode("ascii"), []).append(number)
    return lines


_TABLE = re.compile(rb"\s*\[\[?\s*([A-Za-z0-9_-]+)\s*\]")
