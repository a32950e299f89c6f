"""An official paper as plain data (公文): what it says, not how it is set. GB/T 9704-2012, section 7."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

OPEN, MIDDLE, CLOSE = "\ue000", "\ue001", "\ue002"
"""Around a figure's key and its text, in letters of the private use area that no other text holds."""
MARKED = re.compile(f"{OPEN}([^{MIDDLE}]*){MIDDLE}([^{CLOSE}]*){CLOSE}")


def marked(key: str, text: str) -> str:
    """Wrap a figure's text with its key, so that it can lead to how it came about."""
    return f"{OPEN}{key}{MIDDLE}{text}{CLOSE}" if text else ""


def unmarked(text: str) -> str:
    """Take the keys out.

    >>> unmarked(f"为{marked('pm25', '40')}微克")
    '为40微克'
    """
    return MARKED.sub(lambda found: found[2], text)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Return the parts of a text with the key of each, "" for what is no figure.

    >>> list(pieces(f"为{marked('pm25', '40')}微克"))
    [('为', ''), ('40', 'pm25'), ('微克', '')]
    """
    last = 0
    for found in MARKED.finditer(text):
        yield from ((one, "") for one in (text[last : found.start()],) if one)
        yield found[2], found[1]
        last = found.end()
    yield from ((one, "") for one in (text[last:],) if one)


@dataclass(frozen=True)
class Heading:
    """A heading of the body; its number stands in the text (“一、”, “（一）”, “1.”). level: 1 to 4 (7.3.3)."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the body."""

    text: str


@dataclass(frozen=True)
class Table:
    """A table with a heading row that is repeated on each page.

    widths: shares of the type area, any unit; none for equal ones. left: columns set flush left; others are centred.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    widths: tuple[float, ...] = ()
    left: tuple[int, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A picture as an SVG document, as wide as the type area at most."""

    svg: str
    caption: str


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Table | Figure | PageBreak


@dataclass(frozen=True)
class Official:
    """One official paper.

    title: a new line in it is kept, for a long title breaks between words (7.3.1).
    issuer: who issues it; the red head reads issuer + 文件. number: 〔year〕n号, empty while it has none.
    to: whom it is for (主送机关), without the colon; empty for a paper to all. signer: 签发人, shown beside the number
    only when given (papers to a higher office). copies: 抄送机关. contact, note: in brackets under the date (附注).
    head: the red head when it is not issuer + 文件. draft: not signed, which each page says.
    trace: how its figures are computed again, in brackets below the note. figures: the address that explains a figure
    under its key as a fragment: marked figures become links to it; without it they are plain.
    """

    issuer: str
    number: str
    title: str
    to: str
    blocks: tuple[Block, ...]
    signer: str
    day: date
    copies: tuple[str, ...] = ()
    contact: str = ""
    note: str = ""
    head: str = ""
    draft: bool = False
    trace: str = ""
    figures: str = ""

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return what stands in brackets under the date (附注)."""
        return tuple(one for one in (self.contact, self.note, self.trace) if one)

    @property
    def plain_title(self) -> str:
        """Return the title on one line."""
        return self.title.replace("\n", "")

    @property
    def head_text(self) -> str:
        """Return the red head (发文机关标志)."""
        return self.head or f"{self.issuer}文件"


def chinese_day(day: date) -> str:
    """Return a date as official papers write it: Arabic figures without leading zeros (7.3.5.4).

    >>> chinese_day(date(2026, 3, 5))
    '2026年3月5日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def width_in_characters(text: str) -> float:
    """Return how many full-width characters a text takes; Latin letters and figures take half of one.

    >>> width_in_characters("2026年3月5日")
    6.0
    """
    return sum(0.5 if ord(letter) < 0x2E80 else 1.0 for letter in text)


def signature_indents(issuer: str, day: str) -> tuple[float, float]:
    """Return the right indents of the issuer's name and of the date, in characters (7.3.5.1).

    The date stands four characters from the right and the name is centred above it; a name too long for that keeps two
    characters and the date moves in instead.

    >>> signature_indents("区蓝天办", "2026年3月5日")
    (5.0, 4.0)
    >>> signature_indents("北京市朝阳区蓝天保卫战指挥部办公室", "2026年3月5日")
    (2.0, 7.5)
    """
    spare = (width_in_characters(day) - width_in_characters(issuer)) / 2
    return (4 + spare, 4.0) if 4 + spare >= 2 else (2.0, 2 - spare)
