"""Rows of tables that a page or a copy has flattened to text (表格文字化).

A row is a line whose cells stand between tabs or bars. Below the head of a task breakdown it may also be a line whose
cells stand between two or more spaces, or as many lines as the head has cells, one for each, each row beginning with
its number. A cell that is wrapped goes on in the lines below, between the same bars or under the same word of the head.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lantian.policy.plantext.columns import Table, header, meaning_of
from lantian.policy.plantext.model import Span

_SEPARATOR = re.compile(r"\t|[|│┃｜]")
DRAWN = re.compile(r"[\s|│┃｜+\-=─━┌┬┐├┼┤└┴┘:]+")
_GAP = re.compile(r"[ \u3000\xa0]{2,}")
_FEWEST = 3


@dataclass(frozen=True)
class Line:
    """A line that carries text; ``row`` are the places of its cells where it is a table's row.

    listed: it began with the mark of a list. edge: "top" or "bottom" for the first two and the last two lines of a
    page, where form feeds part pages. goes_on: its cells go on with those of the row before.
    """

    span: Span
    text: str
    length: int
    columns: int
    after_blank: bool
    indented: bool
    row: Sequence[Span] = ()
    edge: str = ""
    listed: bool = False
    goes_on: bool = False


Cell = Sequence[Span]
Row = Sequence[Cell]
"""A cell is one stretch of the text, or more where it is wrapped."""


def rows_of(lines: Sequence[Line]) -> Sequence[Row]:
    """Return the rows of lines, each with the lines in which its cells go on."""
    rows: list[list[list[Span]]] = []
    for line in lines:
        if line.goes_on and rows:
            for cell, more in zip(rows[-1], line.row, strict=False):
                cell.extend([more] if more.end > more.start else [])
        else:
            rows.append([[cell] for cell in line.row])
    return rows


def width_of(text: str) -> int:
    """Return how wide a line is: a Chinese character takes two columns, as in GB 18030 two bytes."""
    return len(text.encode("gb18030", "replace"))


def cells(text: str, begin: int) -> list[Span]:
    """Return the places of a row's cells between tabs or bars; fewer than two make no row."""
    if not _SEPARATOR.search(text) or DRAWN.fullmatch(text):
        return []
    found = _between(text, begin, _SEPARATOR)
    if text[0] in "|│┃｜":
        found = found[1:] if text[-1] not in "|│┃｜" else found[1:-1]
    return found if len(found) > 1 else []


def _between(text: str, begin: int, separator: re.Pattern[str]) -> list[Span]:
    found, start = [], 0
    for mark in [*separator.finditer(text), None]:
        end = mark.start() if mark else len(text)
        body = text[start:end]
        left = start + len(body) - len(body.lstrip())
        found.append(Span(begin + left, begin + max(left, start + len(body.rstrip()))))
        start = mark.end() if mark else end
    return found


def with_rows(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with rows where a head says that a table follows."""
    return _stacked(_wrapped(_spaced(lines)))


@dataclass
class _Columns:
    """The table whose rows stand between wide spaces: where its columns begin, counted in narrow characters."""

    table: Table | None = None
    starts: list[int] = field(default_factory=list)

    def take(self, line: Line, row: Sequence[Span]) -> None:
        """Take the head of a table."""
        if found := header([_cell(line, cell) for cell in row]) if len(row) >= _FEWEST else None:
            self.table, self.starts = found, [_column(line, cell) for cell in row]

    def under(self, line: Line, row: Sequence[Span]) -> list[Span]:
        """Return a row's cells, each under its word of the head, empty ones between; none where one stands apart."""
        cells = [Span(row[0].start, row[0].start)] * len(self.starts)
        for cell in row:
            begins = _column(line, cell)
            place = next((n for n, start in enumerate(self.starts) if abs(begins - start) <= _ASIDE), None)
            if place is None or cells[place].end > cells[place].start:
                return []
            cells[place] = cell
        return cells


_ASIDE = 2
"""So many columns may a cell stand beside the word at its column's head."""


def _column(line: Line, cell: Span) -> int:
    return line.columns - width_of(line.text[cell.start - line.span.start :])


def _spaced(lines: Sequence[Line]) -> list[Line]:
    """Read cells between wide spaces below a head of that form; a line of another form ends no table."""
    columns = _Columns()
    result: list[Line] = []
    for line in lines:
        row = [] if line.row else _gaps(line)
        columns.take(line, row)
        result.append(_with_row(line, row, columns, result))
    return result


def _with_row(line: Line, row: list[Span], columns: _Columns, before: Sequence[Line]) -> Line:
    if columns.table is None or line.row:
        return line
    if len(row) >= _FEWEST and abs(len(row) - columns.table.width) <= 1:
        under = columns.under(line, row) if len(row) < columns.table.width else []
        return replace(line, row=under or row)
    if line.indented and before and before[-1].row and not line.after_blank:
        under = columns.under(line, row or [line.span])
        return replace(line, row=under, goes_on=bool(under))
    return line


def _wrapped(lines: Sequence[Line]) -> list[Line]:
    """Let a row between bars go on with the one before where it has neither a number nor a deadline of its own."""
    table: Table | None = None
    result: list[Line] = []
    for line in lines:
        table = header([_cell(line, cell) for cell in line.row]) or table if line.row else table
        goes_on = table is not None and _is_wrapped(line, result[-1] if result else None, table)
        result.append(replace(line, goes_on=True) if goes_on else line)
    return result


def _is_wrapped(line: Line, before: Line | None, table: Table) -> bool:
    if before is None or line.after_blank or not _BAR.search(line.text) or len(line.row) != table.width:
        return False
    numbered = table.places("number")
    if not before.row or not numbered or any(_filled(line, n) for n in (*numbered, *table.places("deadline"))):
        return False
    ended = [_cell(before, before.row[n])[-1:] in ENDED for n in table.places("task") if _filled(line, n)]
    return len(before.row) == table.width and not all(ended or [False])


ENDED = frozenset("。！；")
_BAR = re.compile(r"[|│┃｜]")


def _filled(line: Line, place: int) -> bool:
    return line.row[place].end > line.row[place].start


def _gaps(line: Line) -> list[Span]:
    return _between(line.text, line.span.start, _GAP) if _GAP.search(line.text) else []


def _cell(line: Line, cell: Span) -> str:
    return line.text[cell.start - line.span.start : cell.end - line.span.start]


def _stacked(lines: Sequence[Line]) -> list[Line]:
    """Read tables of which each cell stands on a line of its own."""
    result: list[Line] = []
    at = 0
    while at < len(lines):
        head = _stacked_head(lines, at)
        if head is None:
            result.append(lines[at])
            at += 1
            continue
        result.append(_row(lines[at : at + head.width]))
        at += head.width
        at = _read_stacked(lines, at, head, result)
    return result


_HEAD_CELLS = range(10, 3, -1)


def _stacked_head(lines: Sequence[Line], at: int) -> Table | None:
    """Return the head that begins here: four to ten lines, all of them words of heads, the first a number's."""
    if lines[at].row or meaning_of(lines[at].text) != "number":
        return None
    width = 0
    while at + width < len(lines) and width < _HEAD_CELLS.start and _is_head_cell(lines[at + width]):
        width += 1
    return header([line.text for line in lines[at : at + width]]) if width in _HEAD_CELLS else None


def _is_head_cell(line: Line) -> bool:
    return not line.row and meaning_of(line.text) is not None


def _read_stacked(lines: Sequence[Line], at: int, head: Table, result: list[Line]) -> int:
    """Read the rows below a head: each begins with the next number and has a line for each cell."""
    first = lines[at].text.rstrip(".．、") if at < len(lines) else ""
    number = int(first) if first.isascii() and first.isdigit() else 1
    while at < len(lines):
        end = _row_end(lines, at, number, head)
        if end is None:
            break
        row = _fitted(lines[at:end], head)
        result += [row] if row else lines[at:end]
        at, number = end, number + 1
    return at


def _row_end(lines: Sequence[Line], at: int, number: int, head: Table) -> int | None:
    """Return where the row with this number ends: before the next number, or after as many lines as there are cells."""
    if lines[at].text.rstrip(".．、") != str(number):
        return None
    for end in range(at + 2, min(len(lines), at + head.width + 2)):
        if lines[end].text.rstrip(".．、") == str(number + 1):
            return end
    return min(len(lines), at + head.width)


def _fitted(lines: Sequence[Line], head: Table) -> Line | None:
    """Return the row; where cells merged over rows are missing, those before the last task are empty."""
    missing = head.width - len(lines)
    tasks = head.places("task")
    if missing == 0:
        return _row(lines)
    merged = [*head.places("group"), *tasks[:-1]]
    if not 0 < missing <= len(merged):
        return None
    spans = [line.span for line in lines]
    for place in sorted(merged)[:missing]:
        spans.insert(place, Span(spans[place].start, spans[place].start))
    return replace(_row(lines), row=spans)


def _row(lines: Sequence[Line]) -> Line:
    whole = Span(lines[0].span.start, lines[-1].span.end)
    return replace(lines[0], span=whole, text="\t".join(line.text for line in lines), row=[line.span for line in lines])
