"""The numbers that Word makes by itself (自动编号), which a paragraph's text does not hold: 一、（一）1. 第一条 1.1."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from lantian.policy.plantext.word_parts import Parts, attribute, child, local, value

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

    parts: Parts
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    levels: dict[str, Mapping[int, _Level]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.levels = _lists(self.parts.numbering)

    def label(self, properties: Element | None, style: str | None) -> str:
        """Return the label of a paragraph, with nothing behind it; "" where it has none."""
        place = self._place(properties, style)
        levels = self.levels.get(place[0], {}) if place else {}
        if place is None or place[1] not in levels:
            return ""
        depth = place[1]
        counts = self.counts.setdefault(place[0], {})
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for below in [each for each in counts if each > depth]:
            del counts[below]
        return _written(levels, counts, depth)

    def _place(self, properties: Element | None, style: str | None) -> tuple[str, int] | None:
        """Return the list and the level of a paragraph, its own or its style's."""
        for each in (properties, *(style.paragraph for style in self.parts.line_of(style))):
            found = child(each, "numPr")
            number = value(found, "numId")
            if number is not None:
                return None if number == "0" else (number, _whole(value(found, "ilvl"), 0))
        return None


def _written(levels: Mapping[int, _Level], counts: Mapping[int, int], depth: int) -> str:
    def number(match: re.Match[str]) -> str:
        each = int(match[1]) - 1
        if each not in levels:
            return ""
        return number_in(counts.get(each, levels[each].start), levels[each].form)

    return re.sub(r"%(\d)", number, levels[depth].text)


def number_in(value: int, form: str) -> str:
    """Return a number in a list's form; unknown forms, as bullets, have none.

    >>> [number_in(n, "chineseCounting") for n in (3, 10, 12, 20, 31)], number_in(7, "decimal"), number_in(2, "bullet")
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


def _lists(root: Element | None) -> dict[str, Mapping[int, _Level]]:
    """Return the levels of each list of the numbering part, by its id."""
    abstract: dict[str | None, Mapping[int, _Level]] = {}
    lists: dict[str, Mapping[int, _Level]] = {}
    for each in root if root is not None else ():
        if local(each) == "abstractNum":
            abstract[attribute(each, "abstractNumId")] = _levels(each)
        elif local(each) == "num":
            levels = abstract.get(value(each, "abstractNumId"), {})
            lists[attribute(each, "numId") or ""] = {**levels, **dict(_restarted(each, levels))}
    return lists


def _restarted(number: Element, levels: Mapping[int, _Level]) -> Iterator[tuple[int, _Level]]:
    """Yield the levels that a list begins with another number."""
    for each in number:
        depth, start = _whole(attribute(each, "ilvl"), 0), value(each, "startOverride")
        if local(each) == "lvlOverride" and start is not None and depth in levels:
            yield depth, replace(levels[depth], start=_whole(start, 1))


def _levels(abstract: Element) -> Mapping[int, _Level]:
    return {
        _whole(attribute(level, "ilvl"), 0): _Level(
            value(level, "numFmt") or "decimal", value(level, "lvlText") or "", _whole(value(level, "start"), 1)
        )
        for level in abstract
        if local(level) == "lvl"
    }


def _whole(text: str | None, usual: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else usual
