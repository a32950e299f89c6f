"""Tables on a page (版面上的表格): the cells of a row put together by their places, over however many lines.

Below the head of a task breakdown, the columns are parted where nothing stands across. A row ends where the gap to the
next line is the widest between two numbers of its first column; without such a column, where it is wider than between
the lines of one cell. Lengths are in points; y grows upwards.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from lantian.policy.plantext.columns import Table, header, meaning_of

_APART, _WIDER, _FAR = 0.6, 1.15, 5
"""Of the type's size: a gap between the words of a head; of the usual gap between lines: one between rows, one that
ends a table."""
AT_ONCE = 300
"""Over so many lines the shape of a page is looked at, more than stand on one in print: a longer one stays quick."""
_NUMBER = re.compile(r"\d{1,3}[.．、]?")
_FOOT = re.compile(r"[-—–―\s·.]*(?:第\s*)?\d{1,4}(?:\s*页.{0,14})?[-—–―\s·.]*")


@dataclass(frozen=True)
class Piece:
    """A stretch of text: where it begins, on which base line, and the size of its type."""

    x: float
    y: float
    size: float
    text: str

    @cached_property
    def end(self) -> float:
        """About where it ends: a Chinese character is as wide as the type, others half of it."""
        return self.x + self.size * sum(1.0 if ord(char) > 0x2E7F else 0.5 for char in self.text)


Line = Sequence[Piece]


@dataclass(frozen=True)
class Columns:
    """A table's columns: their meanings, and between which places on the page each stands."""

    table: Table
    edges: Sequence[float]

    def place(self, piece: Piece) -> int | None:
        """Return the column of a piece; None where it stands across an edge."""
        found = sum(piece.x >= edge - piece.size / 2 for edge in self.edges)
        crosses = found < len(self.edges) and piece.end > self.edges[found] + piece.size / 2
        return None if crosses else found


def is_page_number(line: Line) -> bool:
    """Tell whether a line is a page's number, as — 3 —."""
    return len(line) == 1 and bool(_FOOT.fullmatch(line[0].text))


def clusters(line: Line, wide: float = 1.2) -> list[list[Piece]]:
    """Return a line's pieces, parted at gaps that are wide, of the type's size."""
    parts: list[list[Piece]] = []
    for piece in line:
        if parts and piece.x - parts[-1][-1].end <= wide * piece.size:
            parts[-1].append(piece)
        else:
            parts.append([piece])
    return parts


@dataclass(frozen=True)
class Head:
    """The head of a table: its columns' meanings, where each word begins and ends, and how many lines it takes."""

    table: Table
    words: Sequence[tuple[float, float]]
    lines: int
    texts: Sequence[str]


def head_at(lines: Sequence[Line]) -> Head | None:
    """Return the head of a task breakdown in the first line; its words may be wrapped over three lines."""
    for count in (3, 2, 1):
        block = lines[:count]
        near = all(above[0].y - below[0].y < 2 * above[0].size for above, below in pairwise(block))
        words = _words(block) if near and len(block) == count else []
        texts = [text for text, _, _ in words]
        table = header(texts) if len(texts) > 2 else None
        if table is not None and (count == 1 or all(meaning_of(text) for text in texts)):
            return Head(table, [(left, right) for _, left, right in words], count, texts)
    return None


def _words(block: Sequence[Line]) -> list[tuple[str, float, float]]:
    """Return the words that stand above each other in lines, each with where it begins and ends."""
    words: list[tuple[str, float, float]] = []
    for line in block:
        for part in clusters(line, _APART):
            text, left, right = "".join(piece.text.strip() for piece in part), part[0].x, part[-1].end
            place = next((n for n, word in enumerate(words) if left < word[2] and word[1] < right), None)
            if place is None:
                words.append((text, left, right))
            else:
                above = words[place]
                words[place] = (above[0] + text, min(left, above[1]), max(right, above[2]))
    return sorted(words, key=lambda word: word[1])


def columns_below(lines: Sequence[Line], head: Head) -> Columns:
    """Return the columns below a head; each edge stands where nothing of the lines below stands across."""
    pieces = [piece for line in lines[head.lines : AT_ONCE] for piece in line]
    edges = []
    for (left, _), (right, end) in pairwise(head.words):
        gaps = _free(pieces, left, end) or [(left, right)]
        edges.append(max(gaps, key=lambda gap: (gap[0] <= right <= gap[1] + 1, gap[1] - gap[0]))[1])
    return Columns(head.table, edges)


def _free(pieces: Sequence[Piece], left: float, right: float) -> list[tuple[float, float]]:
    """Return the stretches between two places over which nothing stands; what stands across all of them counts not."""
    taken = sorted((p.x, p.end) for p in pieces if p.end > left and p.x < right and p.end - p.x < 2 * (right - left))
    free, at = [], left
    for start, end in taken:
        if start > at:
            free.append((at, start))
        at = max(at, end)
    return [(start, end) for start, end in free if start > left]


def rows_below(lines: Sequence[Line], columns: Columns, *, torn: bool = False) -> tuple[list[str], int]:
    """Return the rows as lines of cells between tabs, and how many of the lines they take.

    torn: a page break may have torn the first row from its number.
    """
    count = _count(lines, columns)
    body = lines[:count]
    groups = _by_numbers(body, columns, torn=torn) if columns.table.places("number") else _by_gaps(body)
    return ["\t".join(_cells(group, columns)) for group in groups], count


def _count(lines: Sequence[Line], columns: Columns) -> int:
    """Return how many lines the table takes: until one stands across its columns or is the foot of the page."""
    pitch = _pitch(lines[:AT_ONCE])
    for place, line in enumerate(lines):
        foot = place == len(lines) - 1 and is_page_number(line)
        far = place > 0 and lines[place - 1][0].y - line[0].y > _FAR * pitch
        if any(columns.place(piece) is None for piece in line) or (foot and columns.place(line[0])) or far:
            return place
    return len(lines)


def _pitch(lines: Sequence[Line]) -> float:
    return median(above[0].y - below[0].y for above, below in pairwise(lines)) if len(lines) > 1 else 0.0


def _by_numbers(lines: Sequence[Line], columns: Columns, *, torn: bool) -> Iterator[Sequence[Line]]:
    numbered = [
        place for place, line in enumerate(lines)
        if any(columns.place(piece) == 0 and _NUMBER.fullmatch(piece.text.strip()) for piece in line)
    ]  # fmt: skip
    start = 0
    if torn and numbered and _is_apart(lines[: numbered[0] + 1], lines):
        numbered.insert(0, 0)
    for above, below in pairwise(numbered):
        gaps = {place: lines[place - 1][0].y - lines[place][0].y for place in range(above + 1, below + 1)}
        end = max(gaps, key=lambda place: (round(gaps[place], 1), place))
        yield lines[start:end]
        start = end
    if lines[start:]:
        yield lines[start:]


def _is_apart(first: Sequence[Line], lines: Sequence[Line]) -> bool:
    """Tell whether a gap between rows stands above the first number."""
    gaps = [above[0].y - below[0].y for above, below in pairwise(lines)]
    return max((a[0].y - b[0].y for a, b in pairwise(first)), default=0.0) > _WIDER * min(gaps, default=0.0)


def _by_gaps(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    gaps = [above[0].y - below[0].y for above, below in pairwise(lines)]
    usual = min(gaps, default=0.0)
    even = max(gaps, default=0.0) <= _WIDER * usual
    start = 0
    for place, gap in enumerate(gaps, 1):
        if even or gap > _WIDER * usual:
            yield lines[start:place]
            start = place
    if lines[start:]:
        yield lines[start:]


def _cells(lines: Sequence[Line], columns: Columns) -> list[str]:
    cells = [""] * (len(columns.edges) + 1)
    for line in lines:
        for piece in line:
            cells[columns.place(piece) or 0] += piece.text.strip()
    return cells
