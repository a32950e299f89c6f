"""Rows of tables that a page or a copy has flattened to text (表格文字化).

A row is a line whose cells stand between tabs or bars. Below the head of a task breakdown it may also be a line whose
cells stand between two or more spaces, or as many lines as the head has cells, one for each, each row beginning with
its number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    page, where form feeds part pages.
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
    spaced = _spaced(lines)
    return _stacked(spaced)


def _spaced(lines: Sequence[Line]) -> list[Line]:
    """Read cells between wide spaces below a head of that form; a line of another form ends no table."""
    table: Table | None = None
    result = []
    for line in lines:
        row = [] if line.row else _gaps(line)
        found = header([_cell(line, cell) for cell in row]) if len(row) >= _FEWEST else None
        table = found or table
        fits = table is not None and len(row) >= _FEWEST and abs(len(row) - table.width) <= 1
        result.append(replace(line, row=row) if fits else line)
    return result


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
    number = 1
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
