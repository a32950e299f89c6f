"""A clean reading of a stretch of text that still knows where each character stands.

Line breaks and spaces inside Chinese text are left out and full-width digits become plain ones, so that rules see
2020年 where a page shows ２０２０ and 年 on the next line; every match can be put back to the text as read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lantian.policy.plantext.model import Span

_FULL = "０１２３４５６７８９％．＜＞＝～－／ⅠⅡⅢⅣⅤⅥ㎡"
_HALF = "0123456789%.<>=~-/ⅠⅡⅢⅣⅤⅥ㎡"
_PLAIN = str.maketrans(
    _FULL + "".join(chr(0xFF21 + i) for i in range(26)) + "".join(chr(0xFF41 + i) for i in range(26)) + "﹪",
    _HALF + "".join(chr(0x41 + i) for i in range(26)) + "".join(chr(0x61 + i) for i in range(26)) + "%",
)
_RUN = re.compile(r"[^\s\u3000\u200b\ufeff\xa0]+")


@dataclass(frozen=True)
class Clean:
    """Clean text; ``places[i]`` is the offset of its character i in the text as read."""

    text: str
    places: list[int]

    def span(self, start: int, end: int) -> Span:
        """Return the place of a part in the text as read."""
        return Span(self.places[start], self.places[end - 1] + 1)

    def part(self, start: int, end: int) -> "Clean":
        """Return a part as a clean text of its own."""
        return Clean(self.text[start:end], self.places[start:end])


def clean(source: str, spans: Iterable[Span]) -> Clean:
    """Read spans of the source as one clean text.

    >>> clean("到２０\\n 20 年", [Span(0, 9)]).text
    '到2020年'
    >>> clean("到２０\\n 20 年", [Span(0, 9)]).span(1, 6)
    Span(start=1, end=9)
    """
    parts: list[str] = []
    places: list[int] = []
    for span in spans:
        for run in _RUN.finditer(source, span.start, span.end):
            parts.append(run.group())
            places.extend(range(run.start(), run.end()))
    return Clean("".join(parts).translate(_PLAIN), places)


def words(text: str) -> list[str]:
    """Return the words of a list that is written with spaces.

    >>> words("家 辆 ")
    ['家', '辆']
    """
    return text.split()
