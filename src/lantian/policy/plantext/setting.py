"""Lines from stretches of text with their places on a page (版面): top to bottom, left to right.

An indent of a line becomes two wide spaces, a gap as wide as a table's becomes three spaces, so that paragraphs and
rows are told as in other texts. Lengths are in points; y grows upwards.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lantian.policy.plantext.footing import foot_of, with_marks
from lantian.policy.plantext.sheets import AT_ONCE, Columns, Piece, clusters, columns_below, head_at, rows_below

INDENT, GAP = "\u3000\u3000", "   "
_SAME_LINE, _WIDE, _APART, _INDENTED = 0.5, 1.6, 0.2, 1.2
"""Of the type's size: how far a line's stretches stand apart, how wide a column's gap, a word's, an indent is."""


def pages_lines(pages: Iterable[Sequence[Piece]]) -> list[list[str]]:
    """Return the lines of pages; a table may go on from one to the next."""
    columns: Columns | None = None
    result: list[list[str]] = []
    for pieces in pages:
        lines, columns = _page(pieces, columns)
        if result and lines and columns and lines[0].startswith("\t"):
            _go_on(result[-1], lines.pop(0).split("\t"))
        result.append(lines)
    return result


def _go_on(lines: list[str], cells: Sequence[str]) -> None:
    """Put the rest of a row that a page break tore behind its cells on the page before."""
    place = next((n for n in range(len(lines) - 1, -1, -1) if lines[n].count("\t") == len(cells) - 1), None)
    if place is None:
        lines.append("\t".join(cells))
    else:
        lines[place] = "\t".join(above + below for above, below in zip(lines[place].split("\t"), cells, strict=True))


def page_lines(pieces: Sequence[Piece]) -> list[str]:
    """Return a page's lines.

    >>> page_lines([Piece(100, 700, 10, "一、任务"), Piece(80, 680, 10, "完成改造"), Piece(200, 680, 10, "市局")])
    ['　　一、任务', '完成改造   市局']
    """
    return _page(pieces, None)[0]


def _page(pieces: Sequence[Piece], before: Columns | None) -> tuple[list[str], Columns | None]:
    """Return a page's lines and the table at its end; ``before``: the table at the end of the page before."""
    foot = foot_of([with_marks(sorted(line, key=lambda piece: piece.x)) for line in _grouped(pieces)])
    lines = foot.lines
    margin = min((line[0].x for line in [*lines, *foot.number]), default=0.0)
    extents = [_extent(line) for line in lines]
    page = _Page(margin, max((extent.end for extent in extents), default=0.0))
    result: list[str] = []
    at, columns = 0, before
    while at < len(lines):
        if page.parts(lines, at):
            result.append("")
        taken, columns = _table(lines[at:], columns, result, margin, extents[at : at + AT_ONCE])
        at += taken or 1
    return [*result, *foot.below(), *(_line(line, margin) for line in foot.number)], columns


@dataclass(frozen=True)
class _Page:
    """Between which places a page's lines stand."""

    left: float
    right: float

    def parts(self, lines: Sequence[Sequence[Piece]], at: int) -> bool:
        """Tell whether a title or a signature, in the middle or far to the right, stands here or ends before.

        A page's first line may be its header, which parts nothing.
        """
        if not at or self._is_full(lines[at - 1]):
            return False
        return self._is_apart(lines[at]) or (at > 1 and self._is_apart(lines[at - 1]))

    def _is_full(self, line: Sequence[Piece]) -> bool:
        indent, gap = self._gaps(line)
        return gap <= _WIDE and indent <= _INDENT_AT_MOST

    def _is_apart(self, line: Sequence[Piece]) -> bool:
        indent, gap = self._gaps(line)
        centred = indent > _INDENT_AT_MOST and abs(indent - gap) <= _NEARLY_CENTRED
        return centred or indent * line[0].size > _FAR_RIGHT * (self.right - self.left)

    def _gaps(self, line: Sequence[Piece]) -> tuple[float, float]:
        """Return how far a line stands from the left and the right, of its type's size."""
        return (line[0].x - self.left) / line[0].size, (self.right - line[-1].end) / line[0].size


@dataclass(frozen=True)
class _Extent:
    """Where the stretches of a line that wide gaps part begin, and where the line ends."""

    starts: Sequence[float]
    end: float


def _extent(line: Sequence[Piece]) -> _Extent:
    return _Extent([part[0].x for part in clusters(line)], max(piece.end for piece in line))


def _table(
    lines: Sequence[Sequence[Piece]],
    columns: Columns | None,
    result: list[str],
    margin: float,
    extents: Sequence[_Extent],
) -> tuple[int, Columns | None]:
    """Write the table that begins here, or else one line or the two columns of text that begin here."""
    head = head_at(lines)
    columns = columns_below(lines, head) if head else columns
    if columns is None or not (head or _goes_on(lines, columns)):
        text, count = _beside(lines[: len(extents)], margin, extents)
        result.extend(text or [_line(lines[0], margin)])
        return count, columns
    start = head.lines if head else 0
    rows, count = rows_below(lines[start:], columns, torn=head is None)
    result.extend(["\t".join(head.texts), *rows] if head else rows)
    return start + count, columns


def _goes_on(lines: Sequence[Sequence[Piece]], columns: Columns) -> bool:
    """Tell whether the lines at the top of a page go on with the table before: soon one has cells in many columns."""
    for line in lines[:_SOON]:
        places = {columns.place(piece) for piece in line}
        if None in places:
            return False
        if len(places) > 2:
            return True
    return False


_SOON = 6
_NEARLY_CENTRED, _FAR_RIGHT = 2, 0.4
"""Of the type's size: how far a title may be from the middle; of the page's width: where a signature begins."""


def _beside(lines: Sequence[Sequence[Piece]], margin: float, extents: Sequence[_Extent]) -> tuple[list[str], int]:
    """Return the lines of two columns of running text side by side, first the left one, and how many they take."""
    gutter = _gutter(extents, margin, lines[0][0].size)
    if gutter is None:
        return [], 0
    count = next((place for place, line in enumerate(lines) if _crosses(line, gutter)), len(lines))
    left = [part for line in lines[:count] if (part := [piece for piece in line if piece.x < gutter])]
    right = [part for line in lines[:count] if (part := [piece for piece in line if piece.x >= gutter])]
    full = [line for line in left if line[-1].end > gutter - _NEARLY * line[-1].size]
    if min(len(left), len(right)) < _FEWEST or len(full) < _MOSTLY * len(left):
        return [], 0
    return [*(_line(line, margin) for line in left), *(_line(line, gutter) for line in right)], count


_FEWEST, _MOSTLY, _NEARLY, _INDENT_AT_MOST = 5, 0.5, 4.5, 2.6
"""Two columns of text have so many lines each; most of the left ones reach nearly to the right column."""


def _gutter(extents: Sequence[_Extent], margin: float, size: float) -> float | None:
    """Return where a right column begins: the most usual place about the middle behind gaps."""
    end = max(extent.end for extent in extents)
    low, high = margin + 0.4 * (end - margin), margin + 0.65 * (end - margin)
    starts = Counter(round(start) for extent in extents for start in extent.starts if low < start < high)
    if not starts:
        return None
    usual = max(starts, key=lambda start: (starts[start], -start))
    count = sum(number for start, number in starts.items() if -1 <= start - usual <= _INDENT_AT_MOST * size)
    return usual - size / 2 if count >= _FEWEST else None


def _crosses(line: Sequence[Piece], gutter: float) -> bool:
    return any(piece.x < gutter and piece.end > gutter + piece.size for piece in line)


def _grouped(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    line: list[Piece] = []
    for piece in sorted(pieces, key=lambda each: (-each.y, each.x)):
        if line and line[0].y - piece.y > _SAME_LINE * max(line[0].size, piece.size):
            yield line
            line = []
        line.append(piece)
    if line:
        yield line


def _line(line: Sequence[Piece], margin: float) -> str:
    text = INDENT if line[0].x - margin > _INDENTED * line[0].size else ""
    before: Piece | None = None
    for piece in line:
        text += _between(before, piece) + piece.text
        before = piece
    return text.rstrip()


def _between(before: Piece | None, piece: Piece) -> str:
    if before is None:
        return ""
    gap = (piece.x - before.end) / before.size
    if gap > _WIDE:
        return GAP
    return " " if gap > _APART and before.text[-1].isascii() and piece.text[0].isascii() else ""
