"""Cells of a workbook (单元格): what an .xlsx file holds, read in one pass, with what must be said of it.

A streaming reader of our own, for two reasons: ten thousand rows take under a second, and one pass gives the values
together with formulas, merged ranges, hidden rows and hidden sheets (ECMA-376, part 1, clause 18).
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from posixpath import join, normpath
from typing import IO
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from lantian.kernel.errors import LantianError, Text

LARGEST = 256 * 2**20
"""Bytes that the parts of a workbook may have when unpacked; more is a trap or a mistake."""

_CHUNK = 1 << 16
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_PREFIXED_ROOT = re.compile(rb"<[A-Za-z_][\w.-]*:(?:worksheet|workbook|sst|styleSheet|Relationships)\b")
_COMPOUND = b"\xd0\xcf\x11\xe0"
"""How old .xls files and encrypted workbooks begin."""

Value = str | float | bool | date | None


class FileProblem(LantianError):
    """A file that cannot be read as a whole."""


@dataclass(frozen=True)
class Failed:
    """A cell that has no value: an error such as ``#REF!``, or (``error`` empty) a formula never computed."""

    error: str = ""


Cell = Value | Failed
Range = tuple[int, int, int, int]
"""First row, first column, last row, last column; rows from 1, columns from 0."""


@dataclass
class Grid:
    """One sheet: rows of cells by row number and column number (from 0), and what was met on the way."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Workbook:
    """The sheets that can be seen, in order, and the names of those that are hidden."""

    sheets: tuple[Grid, ...]
    hidden: tuple[str, ...]


def letters(column: int) -> str:
    """Return a column's letters.

    >>> letters(0), letters(26)
    ('A', 'AA')
    """
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


@cache
def number(text: str) -> int:
    """Return a column's number from 0.

    >>> number("A"), number("AA")
    (0, 26)
    """
    found = 0
    for one in text:
        found = found * 26 + ord(one) - 64
    return found - 1


def read_workbook(path: Path) -> Workbook:
    """Read a workbook; raises FileProblem when it is none, is locked with a password, or unpacks to too much."""
    with path.open("rb") as file:
        if file.read(4) == _COMPOUND:
            raise FileProblem(
                Text(
                    "这是旧版 .xls 或加了打开密码的文件，请在表格软件中另存为不加密的 .xlsx。",
                    "This is an old .xls file or one locked with a password; save it as .xlsx without a password.",
                )
            )
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > LARGEST:
                size = LARGEST >> 20
                raise FileProblem(
                    Text(f"表格解压后超过 {size} MB，未读取。", f"The workbook unpacks to more than {size} MB.")
                )
            return _Reader(archive).workbook()
    except (zipfile.BadZipFile, KeyError, expat.ExpatError, ValueError, EOFError) as error:
        raise FileProblem(
            Text(
                "文件已损坏或不是 .xlsx 工作簿，请重新另存后再试。",
                "The file is damaged or no .xlsx workbook; save it again and retry.",
            )
        ) from error


class _Reader:
    """Reads the parts of one workbook."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = set(archive.namelist())
        self.epoch = WINDOWS_EPOCH
        self.strings: list[str] = []
        self.dates: list[bool] = []

    def workbook(self) -> Workbook:
        sheets: list[tuple[str, str, str]] = []

        def start(name: str, given: Mapping[str, str]) -> None:
            if name == "sheet":
                link = next((value for key, value in given.items() if key.endswith(":id")), "")
                sheets.append((given["name"], given.get("state", "visible"), link))
            elif name == "workbookPr" and given.get("date1904") in ("1", "true"):
                self.epoch = MAC_EPOCH

        _parse(self.archive.open("xl/workbook.xml"), start)
        targets = self._targets()
        self._shared_strings()
        self._styles()
        seen = tuple(self._sheet(name, targets[link]) for name, state, link in sheets if state == "visible")
        return Workbook(seen, tuple(name for name, state, _ in sheets if state != "visible"))

    def _targets(self) -> dict[str, str]:
        found: dict[str, str] = {}

        def start(name: str, given: Mapping[str, str]) -> None:
            if name == "Relationship" and given.get("TargetMode") != "External":
                target = given["Target"]
                found[given["Id"]] = normpath(target[1:] if target.startswith("/") else join("xl", target))

        _parse(self.archive.open("xl/_rels/workbook.xml.rels"), start)
        return found

    def _shared_strings(self) -> None:
        if "xl/sharedStrings.xml" in self.names:
            taker = _Strings(self.strings)
            _parse(self.archive.open("xl/sharedStrings.xml"), taker.start, taker.end, taker.data)

    def _styles(self) -> None:
        """Note which cell formats show dates."""
        if "xl/styles.xml" not in self.names:
            return
        formats: dict[int, str] = dict(BUILTIN_FORMATS)
        used: list[int] = []
        inside = False

        def start(name: str, given: Mapping[str, str]) -> None:
            nonlocal inside
            if name == "numFmt":
                formats[int(given["numFmtId"])] = given["formatCode"]
            elif name == "cellXfs":
                inside = True
            elif name == "xf" and inside:
                used.append(int(given.get("numFmtId", "0")))

        def end(name: str) -> None:
            nonlocal inside
            inside = inside and name != "cellXfs"

        _parse(self.archive.open("xl/styles.xml"), start, end)
        self.dates = [_is_date(one, formats) for one in used]

    def _sheet(self, name: str, part: str) -> Grid:
        grid = Grid(name)
        sheet = _Sheet(self, grid)
        _parse(self.archive.open(part), sheet.start, sheet.end, sheet.data)
        return grid

    def value(self, kind: str, style: int, text: str) -> Value:
        """Return a cell's value from its type, its format and its text."""
        if kind == "s":
            return self.strings[int(text)]
        if kind in ("str", "inlineStr", "d"):
            return text
        if kind == "b":
            return text == "1"
        found = float(text)
        if style < len(self.dates) and self.dates[style]:
            moment = from_excel(found, self.epoch)
            if isinstance(moment, datetime):
                return moment.date()
        return found


def _is_date(format_id: int, formats: Mapping[int, str]) -> bool:
    """Tell whether a number format shows a date; 27 to 36 and 50 to 58 are those of East Asia."""
    return 27 <= format_id <= 36 or 50 <= format_id <= 58 or bool(is_date_format(formats.get(format_id)))


class _Strings:
    """Takes the events of the shared texts; readings of Japanese signs (rPh) are no part of a text."""

    def __init__(self, found: list[str]) -> None:
        self.found = found
        self.text: list[str] = []
        self.reading = self.phonetic = False

    def start(self, name: str, _given: Mapping[str, str]) -> None:
        if name == "si":
            self.text = []
        elif name == "rPh":
            self.phonetic = True
        elif name == "t":
            self.reading = not self.phonetic

    def end(self, name: str) -> None:
        if name == "si":
            self.found.append("".join(self.text))
        elif name == "rPh":
            self.phonetic = False
        elif name == "t":
            self.reading = False

    def data(self, part: str) -> None:
        if self.reading:
            self.text.append(part)


class _Sheet:
    """Takes the events of one sheet's part; each event is brief, for a large sheet has millions."""

    def __init__(self, reader: _Reader, grid: Grid) -> None:
        self.reader, self.grid = reader, grid
        self.row: dict[int, Cell] = {}
        self.row_number = 0
        self.column = -1
        self.kind, self.style = "n", 0
        self.text: list[str] = []
        self.formula = self.phonetic = False
        self.starts: Mapping[str, Callable[[Mapping[str, str]], None]] = {
            "c": self._begin_cell,
            "f": self._begin_formula,
            "row": self._begin_row,
            "rPh": self._begin_phonetic,
            "mergeCell": self._merge,
        }
        self.ends: Mapping[str, Callable[[], None]] = {
            "c": self._end_cell,
            "f": self._end_formula,
            "row": self._end_row,
            "rPh": self._end_phonetic,
        }

    def start(self, name: str, given: Mapping[str, str]) -> None:
        begin = self.starts.get(name)
        if begin is not None:
            begin(given)

    def end(self, name: str) -> None:
        end = self.ends.get(name)
        if end is not None:
            end()

    def data(self, part: str) -> None:
        if not self.phonetic:
            self.text.append(part)

    def _begin_row(self, given: Mapping[str, str]) -> None:
        self.row_number = int(given["r"]) if "r" in given else self.row_number + 1
        self.column, self.row = -1, {}
        if given.get("hidden") in ("1", "true"):
            self.grid.hidden_rows.add(self.row_number)

    def _end_row(self) -> None:
        if self.row:
            self.grid.rows[self.row_number] = self.row

    def _begin_cell(self, given: Mapping[str, str]) -> None:
        reference = given.get("r")
        self.column = number(reference.rstrip("0123456789")) if reference else self.column + 1
        self.kind, self.style = given.get("t", "n"), int(given.get("s", "0"))
        self.text, self.formula = [], False

    def _begin_formula(self, _given: Mapping[str, str]) -> None:
        self.formula = True

    def _end_formula(self) -> None:
        self.text = []

    def _begin_phonetic(self, _given: Mapping[str, str]) -> None:
        self.phonetic = True

    def _end_phonetic(self) -> None:
        self.phonetic = False

    def _merge(self, given: Mapping[str, str]) -> None:
        ends = [_REFERENCE.fullmatch(one) for one in given["ref"].split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:
            first, last = ends[0], ends[1]
            self.grid.merged.append((int(first[2]), number(first[1]), int(last[2]), number(last[1])))

    def _end_cell(self) -> None:
        text = "".join(self.text)
        if self.formula:
            self.grid.formulas.append(f"{letters(self.column)}{self.row_number}")
        if self.kind == "e":
            self.row[self.column] = Failed(text or "#?")
        elif text:
            self.row[self.column] = self.reader.value(self.kind, self.style, text)
        elif self.formula:
            self.row[self.column] = "" if self.kind == "str" else Failed()


def _nothing(_name: str) -> None:
    pass


def _parse(
    file: IO[bytes],
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None] = _nothing,
    data: Callable[[str], None] = _nothing,
) -> None:
    """Parse one part; prefixes of names are dropped; a document type, which might hold entities, is refused."""

    def refuse(*_given: object) -> None:
        raise ValueError

    parser = expat.ParserCreate()
    parser.buffer_text = True

    def begins(name: str, given: Mapping[str, str]) -> None:
        start(name.rpartition(":")[2], given)

    def ends(name: str) -> None:
        end(name.rpartition(":")[2])

    with file:
        first = file.read(_CHUNK)
        is_prefixed = _PREFIXED_ROOT.search(first) is not None
        parser.StartElementHandler = begins if is_prefixed else start
        parser.EndElementHandler = ends if is_prefixed else end
        parser.CharacterDataHandler = data
        parser.StartDoctypeDeclHandler = refuse
        parser.Parse(first, False)
        for chunk in _chunks(file):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    size = 0
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST:
            raise ValueError
        yield chunk
