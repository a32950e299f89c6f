"""Rows of tables as a copy from a word processor leaves them: tabs between cells, and line breaks within cells.

Below a head with tabs, lines are put together until a row has as many cells as the head; where the rows are numbered,
each begins with its number. The last cell goes on where it breaks off.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lantian.policy.plantext.columns import WHO, Table, header, meaning_of
from lantian.policy.plantext.headings import begins_heading
from lantian.policy.plantext.model import Span
from lantian.policy.plantext.names import name_at
from lantian.policy.plantext.rows import Line

ENDS_NAME = re.compile("[局委办厅府会队司所部处站院）]$|中心$")
"""How a department's name ends that stands alone."""
_NUMBER = re.compile(r"(\d{1,3})[.．、]?")
_REST_OF_TIME = re.compile(r"[\d年月日号底末前以之内季度旬]{1,10}")
_WORDS = re.compile("[\u4e00-\u9fff%％]")


def pasted(lines: Sequence[Line]) -> list[Line]:
    """Return the lines; those of a row that is wrapped within its cells have its cells, and go on with the first."""
    table: Table | None = None
    result: list[Line] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        head, count = _head(lines, at) if "\t" in line.text else (None, 0)
        table = head or table
        count = count or (1 if table is None else _Pasted(lines, at, table).count())
        result += [line] if count == 1 or table is None else _joined(lines[at : at + count], table.width)
        at += count
    return result


def _head(lines: Sequence[Line], at: int) -> tuple[Table | None, int]:
    """Return the head of a table that begins here, and how many lines it takes; its words may be wrapped."""
    words: list[str] = []
    found: tuple[Table | None, int] = header(_texts(lines[at])), 1
    for count, line in enumerate(lines[at : at + _LONGEST_HEAD], 1):
        first, *rest = _texts(line)
        words = [*words[:-1], (words[-1] if words else "") + first, *rest]
        if len(words) >= _FEWEST and all(meaning_of(word) for word in words) and (table := header(words)):
            found = table, count
    return found if found[0] else (None, 0)


_LONGEST_HEAD, _FEWEST = 10, 3


@dataclass(frozen=True)
class _Pasted:
    """The row that may begin at a line below a table's head."""

    lines: Sequence[Line]
    at: int
    table: Table

    def count(self) -> int:
        """Return how many lines the row takes; 1 where it is whole, or no such row."""
        first = self.lines[self.at]
        if "\t" not in first.text or not first.row or (self._numbered and not _NUMBER.fullmatch(_texts(first)[0])):
            return 1
        have, end = len(first.row), self.at + 1
        while end < len(self.lines) and self._goes_on(have, end):
            have, end = have + len(_cells(self.lines[end])) - 1, end + 1
        return end - self.at if have == self.table.width else 1

    @property
    def _numbered(self) -> bool:
        return self.table.places("number") == [0]

    def _goes_on(self, have: int, end: int) -> bool:
        line = self.lines[end]
        if line.after_blank or not _WORDS.search(line.text) or have + len(_cells(line)) - 1 > self.table.width:
            return False
        if have == self.table.width:
            return not begins_heading(line.text) and self._last_goes_on(_texts(self.lines[end - 1])[-1], line.text)
        return not self._is_next(line) and (
            have < self.table.width - 1 or "\t" in line.text or not begins_heading(line.text)
        )

    def _is_next(self, line: Line) -> bool:
        """Tell the row after this one by its number."""
        if not self._numbered:
            return False
        this, following = (_NUMBER.fullmatch(_texts(each)[0]) for each in (self.lines[self.at], line))
        return bool(this and following and int(following[1]) == int(this[1]) + 1)

    def _last_goes_on(self, before: str, text: str) -> bool:
        """Tell whether a line goes on with the last cell of a row that has all its cells."""
        meaning = self.table.columns.get(self.table.width - 1)
        if before.endswith(("、", "，")):
            return True
        if meaning in WHO:
            return not ENDS_NAME.search(before) and (_ends_as_name(before + text) or text.endswith("、"))
        if meaning == "deadline":
            return bool(_REST_OF_TIME.fullmatch(text))
        return meaning == "task" and before[-1:] not in _ENDED and text[-1] in _ENDED


_ENDED = frozenset("。；！")


def _ends_as_name(text: str) -> bool:
    """Tell whether a list ends with a whole name, as 县财政局、各乡镇."""
    last = re.split("[、，]", text)[-1]
    name = name_at(last, 0)
    return bool(ENDS_NAME.search(last)) or (name is not None and name.end == len(last))


def _unquoted(line: Line, cell: Span) -> Span:
    """Return a cell without the marks that a spreadsheet puts round one with line breaks."""
    text = line.text[cell.start - line.span.start : cell.end - line.span.start]
    start = cell.start + text.startswith('"')
    return Span(start, max(start, cell.end - text.endswith('"')))


def _cells(line: Line) -> Sequence[Span]:
    return line.row or [line.span]


def _texts(line: Line) -> list[str]:
    return [line.text[cell.start - line.span.start : cell.end - line.span.start] for cell in _cells(line)]


def _joined(lines: Sequence[Line], width: int) -> list[Line]:
    """Return the lines of a row, each with as many cells as the table, empty ones where it says nothing."""
    result: list[Line] = []
    place = 0
    quoted = sum(line.text.count('"') for line in lines) in range(2, 40, 2)
    for line in lines:
        found = [_unquoted(line, cell) for cell in _cells(line)] if quoted else _cells(line)
        empty = [Span(line.span.start, line.span.start)] * place
        rest = [Span(line.span.end, line.span.end)] * (width - place - len(found))
        result.append(replace(line, row=[*empty, *found, *rest], goes_on=bool(result)))
        place += len(found) - 1
    return result
