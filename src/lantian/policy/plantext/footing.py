"""Footnotes of a page (页下注) and their marks: the small lines at a page's foot, and what is set higher than its line.

Lengths are in points; y grows upwards.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lantian.policy.plantext.notes import raised, with_notes
from lantian.policy.plantext.sheets import Line, Piece, clusters, is_page_number

_SMALL, _SMALLER, _HIGHER, _APART = 0.93, 0.8, 0.15, 0.6
"""Of the type's size: a note's, a mark's, how high a mark stands at least, and how far behind its word at most."""
_MOST_NUMBERS = 2
"""So many lines at a page's foot may be its number."""
_MARK = re.compile(r"\[\d{1,3}\]|[①-⑳]|［\d{1,3}］|〔\d{1,3}〕|\*{1,3}|注\s*[:：\d]")


@dataclass(frozen=True)
class Foot:
    """A page's lines, the notes below them, and the page's number."""

    lines: Sequence[Line]
    notes: Sequence[str]
    number: Sequence[Line]

    def below(self) -> list[str]:
        """Return the notes as lines."""
        return with_notes([], self.notes)


def with_marks(line: Line) -> Line:
    """Return a line whose raised stretches stand in it as marks of notes or powers.

    >>> line = [Piece(70, 699, 12, "18%以上"), Piece(113, 703.6, 7.2, "1"), Piece(117, 699, 12, "，")]
    >>> "".join(piece.text for piece in with_marks(line))
    '18%以上[1]，'
    """
    usual = max(line, key=lambda piece: piece.end - piece.x)
    result: list[Piece] = []
    for piece in line:
        near = result and piece.x - result[-1].end < _APART * usual.size
        if near and _is_raised(piece, usual):
            piece = replace(piece, y=usual.y, text=raised(result[-1].text, piece.text))
        result.append(piece)
    return result


def _is_raised(piece: Piece, usual: Piece) -> bool:
    return piece.size <= _SMALLER * usual.size and piece.y - usual.y > _HIGHER * usual.size


def foot_of(lines: Sequence[Line]) -> Foot:
    """Part a page's lines from the notes at its foot: smaller type, beginning with a mark."""
    sizes = Counter[float]()
    for line in lines:
        for piece in line:
            sizes[round(piece.size, 1)] += len(piece.text)
    small = _SMALL * sizes.most_common(1)[0][0] if sizes else 0.0
    end = len(lines)
    while end > max(0, len(lines) - _MOST_NUMBERS) and is_page_number(lines[end - 1]):
        end -= 1
    start = end
    while start and max(piece.size for piece in lines[start - 1]) <= small:
        start -= 1
    first = next((place for place in range(max(start, 1), end) if _note(lines[place])), end)
    return Foot(lines[:first], list(_notes(lines[first:end])), lines[end:])


def _notes(lines: Sequence[Line]) -> Iterator[str]:
    """Yield the notes, each on one line however it is wrapped."""
    words = ""
    for line in lines:
        note = _note(line)
        if note and words:
            yield words
        words = note or words + _words(line)
    if words:
        yield words


def _note(line: Line) -> str:
    """Return a note that begins here, with its mark in brackets; "" where none does."""
    first, *rest = line
    words = _words(rest)
    if rest and _is_raised(first, max(rest, key=lambda piece: piece.end - piece.x)):
        mark = raised("注", first.text)
        return mark + words if mark != first.text else ""
    found = _MARK.match(first.text)
    if found is None or len(clusters(line)) > 1:
        return ""
    return raised("注", found.group()) + first.text[found.end() :] + words


def _words(line: Line) -> str:
    return "".join(piece.text for piece in line)
