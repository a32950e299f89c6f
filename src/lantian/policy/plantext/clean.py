"""A clean reading of a stretch of text that still knows where each character stands.

Line breaks and spaces inside Chinese text are left out, full-width digits become plain ones and traditional characters
simplified ones, so that rules see 2020年底 where a page shows ２０２０ and 年底 on the next line; readings in brackets
behind a word, as 扬（yáng）, and marks of notes, as 以上[1], are left out. Every match can be put back to the text as
read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lantian.policy.plantext.model import Span
from lantian.policy.plantext.traditional import simplified

_FULL = "０１２３４５６７８９％．＜＞＝～－／ⅠⅡⅢⅣⅤⅥ㎡"
_HALF = "0123456789%.<>=~-/ⅠⅡⅢⅣⅤⅥ㎡"
_PLAIN = str.maketrans(
    _FULL + "".join(chr(0xFF21 + i) for i in range(26)) + "".join(chr(0xFF41 + i) for i in range(26)) + "﹪µ",
    _HALF + "".join(chr(0x41 + i) for i in range(26)) + "".join(chr(0x61 + i) for i in range(26)) + "%μ",
)
UNSEEN = "\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
"""Characters that print nothing: marks of direction, joiners, soft hyphens."""
_RUN = re.compile(rf"[^\s\u3000\xa0{UNSEEN}]+")
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
_GLOSS = re.compile(
    rf"(?<=[\u4e00-\u9fff])[（(](?=[^（()）]*[{_TONES}])[a-z{_TONES}ü\s']{{1,30}}[)）]"
    r"|(?<=[\w\u4e00-\u9fff%％³”》）)，。；：、])[\[［〔]\d{1,2}[\]］〕](?![\d第])"
)


@dataclass(frozen=True)
class Clean:
    """Clean text; ``places[i]`` is the offset of its character i in the text as read, ``printed`` its characters."""

    text: str
    places: list[int]
    printed: str

    def span(self, start: int, end: int) -> Span:
        """Return the place of a part in the text as read."""
        return Span(self.places[start], self.places[end - 1] + 1)

    def part(self, start: int, end: int) -> "Clean":
        """Return a part as a clean text of its own."""
        return Clean(self.text[start:end], self.places[start:end], self.printed[start:end])


def clean(source: str, spans: Iterable[Span]) -> Clean:
    """Read spans of the source as one clean text.

    >>> clean("到２０\\n 20 年", [Span(0, 9)]).text
    '到2020年'
    >>> clean("到２０\\n 20 年", [Span(0, 9)]).span(1, 6)
    Span(start=1, end=9)
    >>> clean("揚（yáng）塵95%以上[1]", [Span(0, 16)]).text
    '扬尘95%以上'
    """
    parts: list[str] = []
    places: list[int] = []
    for span in spans:
        for start, end in without_glosses(source, span):
            for run in _RUN.finditer(source, start, end):
                parts.append(run.group())
                places.extend(range(run.start(), run.end()))
    plain = _half_width("".join(parts))
    return Clean(_one_punctuation(simplified(plain)), places, plain)


def _half_width(text: str) -> str:
    return text.translate(_PLAIN) if _WIDE.search(text) else text


_WIDE = re.compile("[" + "".join(map(chr, _PLAIN)) + "]")
_MARKS = str.maketrans("()【】［］;〝〞", "（）（）（）；“”")


def _one_punctuation(text: str) -> str:
    """Write brackets and commas as Chinese ones; years in document numbers, thousands and clock times stay.

    >>> _one_punctuation("〔市局牵头,京发〔2018〕1号〕22:00;1,200")
    '（市局牵头，京发〔2018〕1号）22:00；1,200'
    """
    text = text.translate(_MARKS)
    for pattern, mark in _PUNCTUATION:
        text = pattern.sub(mark, text)
    return text


_PUNCTUATION = [
    (re.compile(r"〔(?!\d{4}〕)"), "（"), (re.compile(r"(?<!〔\d{4})〕"), "）"),
    (re.compile(r"(?<!\d),|,(?!\d)|(?<=\d{4}),"), "，"), (re.compile(r"(?<!\d):|:(?!\d)"), "："),
    (re.compile(r"(?<=[\u4e00-\u9fff”）])(?<![一二三四五六七八九十])\.(?=[\u4e00-\u9fff（]|$)(?!月)"), "。"),
]  # fmt: skip


def without_glosses(source: str, span: Span) -> Iterable[tuple[int, int]]:
    """Yield the stretches of a span between readings in brackets and marks of notes."""
    start = span.start
    for gloss in _GLOSS.finditer(source, span.start, span.end):
        yield start, gloss.start()
        start = gloss.end()
    yield start, span.end


def words(text: str) -> list[str]:
    """Return the words of a list that is written with spaces.

    >>> words("家 辆 ")
    ['家', '辆']
    """
    return text.split()
