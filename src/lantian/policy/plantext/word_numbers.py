"""The numbers that Word makes by itself (自动编号), which a paragraph's text does not hold: 一、（一）1. 第一条 1.1."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

_DIGITS = "零一二三四五六七八九"
_CHINESE = frozenset(("chineseCounting", "chineseCountingThousand", "ideographTraditional", "japaneseCounting",
                      "taiwaneseCountingThousand", "chineseLegalSimplified"))  # fmt: skip
_PLAIN = frozenset(("decimal", "decimalFullWidth", "decimalHalfWidth", "decimalZero"))


@dataclass(frozen=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass
class WordNumbers:
    """Counts the numbered paragraphs of a document in their order."""

    document: Document
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    levels: dict[str, Mapping[int, _Level]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.levels = _lists(self.document)

    def label(self, paragraph: Paragraph) -> str:
        """Return the label of a paragraph, with nothing behind it; "" where it has none."""
        place = _place(paragraph)
        levels = self.levels.get(place[0], {}) if place else {}
        if place is None or place[1] not in levels:
            return ""
        depth = place[1]
        counts = self.counts.setdefault(place[0], {})
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for below in [each for each in counts if each > depth]:
            del counts[below]
        return _written(levels, counts, depth)


def _written(levels: Mapping[int, _Level], counts: Mapping[int, int], depth: int) -> str:
    def number(match: re.Match[str]) -> str:
        each = int(match[1]) - 1
        if each not in levels:
            return ""
        return _number(counts.get(each, levels[each].start), levels[each].form)

    return re.sub(r"%(\d)", number, levels[depth].text)


def _number(value: int, form: str) -> str:
    """Return a number in a list's form; unknown forms, as bullets, have none.

    >>> [_number(n, "chineseCounting") for n in (3, 10, 12, 20, 31)], _number(7, "decimal"), _number(2, "bullet")
    (['三', '十', '十二', '二十', '三十一'], '7', '')
    """
    if form in _PLAIN:
        return str(value)
    if form == "decimalEnclosedCircle":
        return chr(ord("①") + value - 1) if 1 <= value <= 20 else ""
    if form not in _CHINESE or not 0 < value < 100:
        return ""
    tens, ones = divmod(value, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def _place(paragraph: Paragraph) -> tuple[str, int] | None:
    """Return the list and the level of a paragraph, its own or its style's."""
    properties = [paragraph._p.pPr]
    style: Any = paragraph.style
    while style is not None:
        properties.append(style.element.find(qn("w:pPr")))
        style = getattr(style, "base_style", None)
    for each in properties:
        found = each.find(qn("w:numPr")) if each is not None else None
        number = _value(found, "w:numId")
        if number is not None:
            return None if number == "0" else (number, int(_value(found, "w:ilvl") or 0))
    return None


def _value(element: Any, name: str) -> str | None:
    child = element.find(qn(name)) if element is not None else None
    return child.get(qn("w:val")) if child is not None else None


def _lists(document: Document) -> dict[str, Mapping[int, _Level]]:
    """Return the levels of each list of the numbering part, by its id."""
    part = next((each for each in document.part.rels.values() if each.reltype.endswith("/numbering")), None)
    if part is None:
        return {}
    root: Any = part.target_part.element
    abstract = {each.get(qn("w:abstractNumId")): _levels(each) for each in root.findall(qn("w:abstractNum"))}
    return {
        each.get(qn("w:numId")): abstract.get(_value(each, "w:abstractNumId") or "", {})
        for each in root.findall(qn("w:num"))
    }


def _levels(abstract: Any) -> Mapping[int, _Level]:
    return {
        int(level.get(qn("w:ilvl"))): _Level(
            _value(level, "w:numFmt") or "decimal", _value(level, "w:lvlText") or "", int(_value(level, "w:start") or 1)
        )
        for level in abstract.findall(qn("w:lvl"))
    }
