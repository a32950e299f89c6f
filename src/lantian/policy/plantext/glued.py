"""Numbered headings that a pasted text runs on with (排在一行中的标题): …落实。（二）治理扬尘。1.检查工地。

One that follows a full stop begins a line of its own where its number goes on from the last of its kind, or is a first
one with a second behind it; numbers behind ： and ； list something within a sentence.
"""

import re
from collections.abc import Iterator

from lantian.policy.plantext.headings import LEVELS, Label, label_of

_CN = "[一二三四五六七八九十]+"
_STOP = re.compile(
    "[。！？](?:[”’）)〕】]*)|如下[：:](?=一、)"
    rf"|[）)〕】](?=(?:[（(]{_CN}[）)]|{_CN}、|\d{{1,2}}[.．、])[\u4e00-\u9fff])"
    rf"|(?<![\u4e00-\u9fff]){_CN}、[\u4e00-\u9fff]{{2,16}}(?=[（(]一[）)])"
    rf"|(?<=[\u4e00-\u9fff。；)）])(?=[ \u3000](?:[ \u3000]|\d{{1,3}}[ \u3000])*"
    rf"(?:{_CN}、|[（(]{_CN}[）)]|\d{{1,2}}[.．、]|第{_CN}条[ \u3000])[ \u3000]?[\u4e00-\u9fff])"
)
"""A full stop, a bracket before a label, a title above （一）, or spaces before a label, with a page's number there."""
_SPACES = re.compile("[ \u3000]*(?P<page>\\d{1,3}(?=[ \u3000]))?[ \u3000]*")
_TITLE = re.compile(
    "[^，。；：:,;\\s]{6,60}(?:计划|方案|规划|细则|意见|办法|规定|预案|要点|通知|通告)"
    "(?=[ \u3000]{1,9}(?:为|按照|根据|现将)[^，。；]{4})"
)
"""A plan's title in the line in which its text begins."""
_KINDS = frozenset(("chapter", "clause", "cn", "cn-bracket", "digit", "digit-bracket"))
_SHORTEST = 40
"""A line of fewer characters runs on with nothing."""
_LONGEST_LABEL = 12


class Glued:
    """Cuts the lines of a text; remembers the numbers of the headings before."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}

    def cuts(self, text: str) -> list[int]:
        """Return where lines of their own begin within a line.

        >>> text = "（一）治理扬尘。1.检查工地，每月两次。2.冲洗道路，每周三次。（二）治理锅炉，全部改造完成。"
        >>> [text[place:][:5] for place in Glued().cuts(text)]
        ['1.检查工', '2.冲洗道', '（二）治理']
        """
        begins = label_of(text[:_LONGEST_LABEL])
        if begins is not None:
            self._note(begins)
        if len(text) < _SHORTEST:
            return []
        found = list(_labels(text))
        seconds = {label.level: places[0] for places, label in found if label.number == 2}
        title = _TITLE.match(text)
        cuts = [title.end()] if title else []
        for places, label in found:
            seen = bool(cuts) and cuts[-1] >= places[0]
            if not seen and self._goes_on(label, places[0] < seconds.get(label.level, 0)):
                cuts += places
        return cuts

    def _goes_on(self, label: Label, has_second: bool) -> bool:
        before = self.last.get(label.level, 0)
        follows = label.number == before + 1
        first = label.number == 1 and has_second
        if not (first or (follows and (before > 0 or label.level in _OF_CHAPTERS))):
            return False
        self._note(label)
        return True

    def _note(self, label: Label) -> None:
        """Keep a number; those of lower kinds begin anew below it."""
        self.last = {kind: n for kind, n in self.last.items() if LEVELS.index(kind) < LEVELS.index(label.level)}
        self.last[label.level] = label.number


_OF_CHAPTERS = frozenset(("chapter", "clause", "cn", "cn-bracket"))


def _labels(text: str) -> Iterator[tuple[list[int], Label]]:
    """Yield labels with where they begin, and before that a page's number between spaces."""
    for stop in _STOP.finditer(text):
        spaces = _SPACES.match(text, stop.end())
        place = spaces.end() if spaces else stop.end()
        label = label_of(text[place : place + _LONGEST_LABEL])
        if label is not None and label.level in _KINDS:
            yield [*([spaces.start("page")] if spaces and spaces["page"] else []), place], label
