"""A report in words (通报成文): the pack's texts filled with figures, marked so that a page can lead to their making.

A figure in a text is wrapped in characters of the private use area that no other text holds: they are taken out for
paper, and become links on a page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from lantian.analysis.league import Change
from lantian.apps.assessment.reports.charts import chart_svg
from lantian.apps.assessment.reports.checked import LABELS, key_of
from lantian.apps.assessment.reports.content import Content
from lantian.apps.assessment.reports.printed import NOTHING, Cell, Printed, cell_text, moved_between
from lantian.kernel.rounding import half_even
from lantian.policy.bulletin_names import NUMBER
from lantian.policy.bulletins import Part, TableText, Wording, change_of, moved, table_text
from lantian.policy.records_bulletin import BulletinBlockRecord, PhraseRecord, TableRecord
from lantian.policy.records_document import filled

OPEN, MIDDLE, CLOSE = "\ue000", "\ue001", "\ue002"
MARKED = re.compile(f"{OPEN}([^{MIDDLE}]*){MIDDLE}([^{CLOSE}]*){CLOSE}")
CHECKS = frozenset({"checks", "violations", "rate"})


def marked(key: str, text: str) -> str:
    """Wrap a figure's text with its key."""
    return f"{OPEN}{key}{MIDDLE}{text}{CLOSE}" if text else ""


def unmarked(text: str) -> str:
    """Take the keys out.

    >>> unmarked(f"为{marked('pm25', '40')}微克")
    '为40微克'
    """
    return MARKED.sub(lambda found: found[2], text)


def report_wording(content: Content, *, keyed: bool = False) -> Wording:
    """Put a period's figures into the words of the pack. keyed: leave the keys of figures in texts and cells."""
    record, values = content.record, _values(content, keyed=False)
    texts = _values(content, keyed=True) if keyed else values
    saying, numbers = _Saying(content, values, texts, keyed), Numbers()
    parts = [saying.part(one, numbers.given(one, values)) for one in record.blocks if _is_said(one, values)]
    said = [one for one in parts if one.heading or one.text or one.map or (one.table and one.table.rows)]
    return Wording(filled(record.title, values), tuple(said), filled(record.remark, values), values)


@dataclass
class Numbers:
    """The numbers of headings, so that those which are said follow each other without a gap (GB/T 9704, 7.3.3)."""

    last: dict[int, int] = field(default_factory=dict)

    def given(self, block: BulletinBlockRecord, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return the values with the number of a heading, which ends the counting of those below it."""
        if not block.heading or f"{{{NUMBER}}}" not in block.heading:
            return values
        here = self.last.get(block.level, 0) + 1
        self.last = {level: last for level, last in self.last.items() if level < block.level} | {block.level: here}
        return {**values, NUMBER: NUMERALS[here - 1] if block.level < 3 else str(here)}


NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五", "十六")


def _is_said(block: BulletinBlockRecord, values: Mapping[str, str]) -> bool:
    wanted = block.when is None or bool(values.get(block.when))
    return wanted and not (block.unless and values.get(block.unless))


def _values(content: Content, *, keyed: bool) -> dict[str, str]:
    figures = {key: marked(key, one.text) if keyed else one.text for key, one in content.figures.items()}
    values = {**content.words, **figures}
    return values | {one.id: _phrase(content, one) for one in content.record.phrases}


def _phrase(content: Content, phrase: PhraseRecord) -> str:
    if phrase.moved in CHECKS:
        return moved(phrase, change_of(phrase.moved, content.told))
    now, before = content.figures.get(phrase.moved), content.figures.get(_before(phrase))
    percent = phrase.in_percent
    found = moved_between(now, before, percent=percent) if now else Change("none")
    return phrase_words(phrase, found, decimals=1 if percent or phrase.moved.startswith("good_rate") else None)


def _before(phrase: PhraseRecord) -> str:
    return f"{phrase.moved}_{phrase.against}"


def phrase_words(phrase: PhraseRecord, found: Change, *, decimals: int | None) -> str:
    """Put a change into the words of its way; what rounds to nothing is the same."""
    size = half_even(found.by, decimals or 0)
    if found.way in {"up", "down"} and Fraction(size) == 0:
        return phrase.equal
    words = {"up": phrase.up, "down": phrase.down, "equal": phrase.equal, "none": phrase.none}
    return filled(words[found.way], {"by": str(size)})


@dataclass(frozen=True)
class _Saying:
    """What parts are made from. values: of names, bare; texts: the same as texts take them."""

    content: Content
    values: Mapping[str, str]
    texts: Mapping[str, str]
    keyed: bool

    def part(self, block: BulletinBlockRecord, numbered: Mapping[str, str]) -> Part:
        """Return a block in words."""
        record = self.content.record
        if block.heading:
            return Part(heading=filled(block.heading, numbered), level=block.level)
        if block.table:
            return Part(table=self.table(next(one for one in record.tables if one.id == block.table)))
        if block.figure:
            figure = next(one for one in record.figures if one.id == block.figure)
            caption = filled(figure.caption, self.values)
            drawn = f"map:{figure.map}" if figure.map else chart_svg(self.content, figure, caption)
            return Part(map=drawn, caption=caption)
        return Part(text=filled(block.text or "", self.texts))

    def table(self, table: TableRecord) -> TableText:
        """Return a table in words; one without rows is left out."""
        caption = filled(table.caption, self.values)
        if table.source == "checks":
            return self._checks(table, caption) if self.content.told.now.checks else _bare(table, caption, ())
        rows = tuple(
            tuple(_cell(row.get(column.shows, NOTHING), self.keyed) for column in table.columns)
            for row in self.content.rows(table)
        )
        return _bare(table, caption, rows)

    def _checks(self, table: TableRecord, caption: str) -> TableText:
        told = self.content.told
        found = table_text(table, told, caption)
        if not self.keyed:
            return found
        ordered = told.now.by_checks() if table.order == "checks" else told.now.by_rate()
        rows = [
            tuple(
                marked(key_of(one, column.shows), cell) if column.shows in LABELS and cell != NOTHING else cell
                for column, cell in zip(table.columns, row, strict=True)
            )
            for one, row in zip(ordered, found.rows, strict=True)
        ]
        return replace(found, rows=tuple(rows))


def _bare(table: TableRecord, caption: str, rows: tuple[tuple[str, ...], ...]) -> TableText:
    left = tuple(place for place, column in enumerate(table.columns) if column.left)
    heads, widths = tuple(one.head for one in table.columns), tuple(one.width for one in table.columns)
    return TableText(caption, heads, rows, widths, left)


def _cell(cell: Cell, keyed: bool) -> str:
    if keyed and isinstance(cell, Printed) and cell.text:
        return marked(cell.key, cell.text)
    return cell_text(cell)


def all_figures(content: Content) -> dict[str, Printed]:
    """Return every figure of the report by key: those that sentences may name, and those of its tables."""
    found = dict(content.figures)
    for table in content.record.tables:
        if table.source != "checks":
            cells = (cell for row in content.rows(table) for cell in row.values())
            found |= {cell.key: cell for cell in cells if isinstance(cell, Printed)}
    return found
