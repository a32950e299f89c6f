"""Lines from stretches of text with their places on a page (版面): top to bottom, left to right.

An indent of a line becomes two wide spaces, a gap as wide as a table's becomes three spaces, so that paragraphs and
rows are told as in other texts. Lengths are in points; y grows upwards.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

INDENT, GAP = "\u3000\u3000", "   "
_SAME_LINE, _WIDE, _APART, _INDENTED = 0.5, 1.6, 0.2, 1.2
"""Of the type's size: how far a line's stretches stand apart, how wide a column's gap, a word's, an indent is."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text: where it begins, on which base line, and the size of its type."""

    x: float
    y: float
    size: float
    text: str

    @property
    def end(self) -> float:
        """About where it ends: a Chinese character is as wide as the type, others half of it."""
        return self.x + self.size * sum(1.0 if ord(char) > 0x2E7F else 0.5 for char in self.text)


def page_lines(pieces: Sequence[Piece]) -> list[str]:
    """Return a page's lines.

    >>> page_lines([Piece(100, 700, 10, "一、任务"), Piece(80, 680, 10, "完成改造"), Piece(200, 680, 10, "市局")])
    ['　　一、任务', '完成改造   市局']
    """
    lines = [sorted(line, key=lambda piece: piece.x) for line in _grouped(pieces)]
    margin = min((line[0].x for line in lines), default=0.0)
    return [_line(line, margin) for line in lines]


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
