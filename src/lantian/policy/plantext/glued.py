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
)
"""A full stop, a bracket before a label, or a title above （一）."""
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
        seconds = {label.level: place for place, label in found if label.number == 2}
        return [place for place, label in found if self._goes_on(label, place < seconds.get(label.level, 0))]

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


def _labels(text: str) -> Iterator[tuple[int, Label]]:
    for stop in _STOP.finditer(text):
        label = label_of(text[stop.end() : stop.end() + _LONGEST_LABEL])
        if label is not None and label.level in _KINDS:
            yield stop.end(), label
