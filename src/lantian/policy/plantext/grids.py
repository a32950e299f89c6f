"""Tables with merged cells (合并单元格) as lines: tabs between cells; a cell over rows or columns counts in each.

A cell over the whole row, as the heading of a group, is a line of its own.

A table that only sets out a page has one cell in each row, or holds a table of its own or a whole plan in a cell, and
no head of a task breakdown: the lines of its cells follow each other.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lantian.policy.plantext.bounds import MOST_CHARACTERS, TooLongError
from lantian.policy.plantext.columns import header

MOST_ACROSS, MOST_DOWN = 100, 1000
"""So many columns and rows may a cell take."""
_CHAPTER = re.compile("[一二三四五六七八九十]{1,3}、")
_LINES_OF_A_PLAN = 5


@dataclass
class GridCell:
    """A cell as its lines; above: it goes on with the cell above; holds_rows: a table of several columns is in it."""

    lines: list[str] = field(default_factory=list)
    across: int = 1
    down: int = 1
    above: bool = False
    holds_rows: bool = False

    def take(self, grid: "Grid") -> None:
        """Take in a table that stands in this cell."""
        self.lines += grid.lines
        self.holds_rows = self.holds_rows or (not grid.sets_out and len(grid.lines) > 1)

    @cached_property
    def text(self) -> str:
        """The cell's text on one line; to be asked for when the cell is whole."""
        return one_line(" ".join(self.lines))

    @property
    def is_page(self) -> bool:
        """Whether a whole page or plan stands in the cell."""
        chapters = sum(bool(_CHAPTER.match(line.strip())) for line in self.lines)
        return self.holds_rows or (chapters > 1 and len(self.lines) >= _LINES_OF_A_PLAN)


@dataclass
class Grid:
    """A table as its rows of cells; to be asked for its lines when it is whole.

    >>> Grid([[GridCell(["甲"], down=2), GridCell(["乙"])], [GridCell(["丙"])]]).lines
    ['甲\\t乙', '甲\\t丙']
    """

    rows: Sequence[Sequence[GridCell]]

    @cached_property
    def sets_out(self) -> bool:
        """Whether the table only sets out a page."""
        if all(sum(cell.across for cell in row) <= 1 for row in self.rows):
            return True
        heads = (header([cell.text for cell in row for _ in range(cell.across)]) for row in self.rows)
        return any(cell.is_page for row in self.rows for cell in row) and not any(heads)

    @cached_property
    def lines(self) -> list[str]:
        """One line for each row, or those of its cells where it only sets out a page."""
        if self.sets_out:
            return [line for row in self.rows for cell in row for line in cell.lines]
        return list(_rows(self.rows))


def one_line(text: str) -> str:
    """Return a text without line breaks and doubled spaces.

    >>> one_line(" 市财政局\\n 各街道 ")
    '市财政局 各街道'
    """
    return re.sub(r"\s+", " ", text).strip()


def _rows(rows: Sequence[Sequence[GridCell]]) -> Iterator[str]:
    below: dict[int, tuple[int, str]] = {}
    above: list[str] = []
    length = 0
    for row in rows:
        texts: list[str] = []
        for cell in row:
            _fill(texts, below)
            text = "".join(above[len(texts) : len(texts) + 1]) if cell.above else cell.text
            if cell.down > 1:
                below |= {len(texts) + place: (cell.down - 1, text) for place in range(cell.across)}
            texts += [text] * cell.across
            length += (len(text) + 1) * cell.across
            if length > MOST_CHARACTERS:
                raise TooLongError
        before = len(texts)
        _fill(texts, below)
        length += sum(map(len, texts[before:]))
        above = texts
        if len(row) == 1 and row[0].across == len(texts) and row[0].text:
            yield row[0].text
        elif any(cell.text and not cell.above for cell in row):
            yield "\t".join(texts)


def _fill(texts: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Repeat the cells of rows above that reach into this one."""
    while (waiting := below.pop(len(texts), None)) is not None:
        left, text = waiting
        if left > 1:
            below[len(texts)] = (left - 1, text)
        texts.append(text)
