"""A report in words (通报成文): the pack's texts filled with figures, marked so that a page can lead to their making.

A marked figure becomes a link on a page, and on paper where the address of the pages is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Protocol

from lantian.apps.assessment.reports.charts import chart_svg
from lantian.apps.assessment.reports.checked import LABELS, key_of
from lantian.apps.assessment.reports.content import Content
from lantian.apps.assessment.reports.printed import NOTHING, Cell, Printed, cell_text, difference, percent_change
from lantian.apps.ui.official.document import marked
from lantian.kernel.errors import Text
from lantian.policy.bulletin_names import NUMBER, known_names
from lantian.policy.bulletins import Part, TableText, Wording, joined, table_text
from lantian.policy.records_bulletin import BulletinBlockRecord, PhraseRecord, TableRecord
from lantian.policy.records_document import filled

CHECKS = frozenset({"checks", "violations", "rate"})


def report_wording(content: Content) -> Wording:
    """Put a period's figures into the words of the pack; in texts and cells they carry their keys."""
    record, values = content.record, {**content.words, **{key: one.text for key, one in content.figures.items()}}
    saying, numbers = _Saying(content, values, _keyed(content)), Numbers()
    parts = ((one, saying.part(one, numbers.given(one, values))) for one in record.blocks if one.is_said(values))
    said = joined(pair for pair in parts if _says_something(pair[1]))
    return Wording(filled(record.title, values), said, filled(record.remark, values), values)


def _says_something(part: Part) -> bool:
    return bool(part.heading or part.text or part.map or (part.table and part.table.rows))


class Headed(Protocol):
    """A block that may be a heading."""

    @property
    def heading(self) -> str | None: ...
    @property
    def level(self) -> int: ...


@dataclass
class Numbers:
    """The numbers of headings, so that those which are said follow each other without a gap (GB/T 9704, 7.3.3)."""

    last: dict[int, int] = field(default_factory=dict)

    def given(self, block: Headed, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return the values with the number of a heading, which ends the counting of those below it."""
        if not block.heading or f"{{{NUMBER}}}" not in block.heading:
            return values
        here = self.last.get(block.level, 0) + 1
        self.last = {level: last for level, last in self.last.items() if level < block.level} | {block.level: here}
        return {**values, NUMBER: NUMERALS[here - 1] if block.level < 3 else str(here)}


NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五", "十六")


def _keyed(content: Content) -> dict[str, str]:
    """Return what names stand for in a text: figures and lists of them with their keys."""
    figures = {key: marked(key, one.text) for key, one in {**content.figures, **listings(content)}.items()}
    phrases = {one.id: phrase_words(one, phrase_change(content, one)) for one in content.record.phrases}
    return {**content.words, **figures, **phrases}


def phrase_change(content: Content, phrase: PhraseRecord) -> Printed:
    """Return how the figure of a phrase moved, as printed; without text where nothing can be compared."""
    key = f"{phrase.moved}_{phrase.against}_change"
    now, before = content.figures.get(phrase.moved), _before(content, phrase)
    if now is None or before is None:
        return Printed(key, Text("", ""), "")
    if phrase.in_percent:
        return percent_change(now, before, key)
    return difference(now, before, key, decimals=1 if phrase.moved.startswith(RATES) else 0)


RATES = ("rate", "good_rate")
"""Figures in percent, whose change is told in points with one decimal."""


def _before(content: Content, phrase: PhraseRecord) -> Printed | None:
    if phrase.moved not in CHECKS:
        return content.figures.get(f"{phrase.moved}_{phrase.against}")
    before = content.told.before
    if not before.checks:
        return None
    value = (before.rate or 0) * Fraction(100) if phrase.moved == "rate" else Fraction(getattr(before, phrase.moved))
    return replace(content.figures[phrase.moved], exact=value) if phrase.moved in content.figures else None


def phrase_words(phrase: PhraseRecord, found: Printed) -> str:
    """Put a change into the words of its way; what rounds to nothing is the same."""
    if not found.text:
        return phrase.none
    size = found.text.lstrip("+-")
    if Fraction(size) == 0:
        return phrase.equal
    words = phrase.up if found.text.startswith("+") else phrase.down
    return filled(words, {"by": marked(found.key, size)})


LISTED: Mapping[str, Text] = {
    "primary": Text("逐日首要污染物计数，并列的各计一天", "primary pollutants of the days counted, each of equal ones"),
    "heavy": Text("指数为 5、6 级的日", "days of levels 5 and 6"),
    "over": Text("累计统计值 ÷ 限值 − 1", "statistic to date ÷ limit − 1"),
    "short": Text("有效天数与规则所需天数相比", "valid days beside those that the rule needs"),
    "dust_days": Text("沙尘认定所涉的日", "days that decisions of sand dust touch"),
    **dict.fromkeys(
        (
            "sorts",
            "checks_first",
            "checks_last",
            "rate_first",
            "rate_last",
            "risen",
            "fallen",
            "silent",
            "silent_count",
            "few",
            "few_count",
        ),
        Text("由各街乡检查数字列出", "listed from the streets' checks"),
    ),
    **dict.fromkeys(("laggards", "laggards_count", "red"), Text("由任务灯列出", "listed from the lamps of tasks")),
    **dict.fromkeys(
        ("city", "city_worst", "city_worst_count", "city_last"),
        Text("由导入的市级名次列出", "listed from the city's lists as imported"),
    ),
}
"""Words that hold figures, and how they came about."""
RANKED_WORDS = ("_first", "_last", "_risen", "_fallen", "_missing", "_absent", "_excluded")


def listings(content: Content) -> dict[str, Printed]:
    """Return the words that list figures, as far as there is something to list."""
    labels = known_names(content.record.subject, content.record.rankings)
    ranked = Text("由排名表列出", "listed from the table of the ranking")
    hows = {key: ranked for key in content.words if key.startswith("rank_") and key.endswith(RANKED_WORDS)} | dict(
        LISTED
    )
    return {
        key: Printed(key, labels[key], content.words[key], how=how)
        for key, how in hows.items()
        if content.words.get(key) and key in labels
    }


@dataclass(frozen=True)
class _Saying:
    """What parts are made from. values: of names, bare; texts: the same with keys."""

    content: Content
    values: Mapping[str, str]
    texts: Mapping[str, str]

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
        return Part(text=filled(block.text or "", self.texts, record.phrase_names))

    def table(self, table: TableRecord) -> TableText:
        """Return a table in words; one without rows is left out."""
        caption = filled(table.caption, self.values)
        if table.source == "checks":
            return self._checks(table, caption) if self.content.told.now.checks else _bare(table, caption, ())
        rows = tuple(
            tuple(_cell(row.get(column.shows, NOTHING)) for column in table.columns) for row in self.content.rows(table)
        )
        return _bare(table, caption, rows)

    def _checks(self, table: TableRecord, caption: str) -> TableText:
        told = self.content.told
        found = table_text(table, told, caption)
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


def _cell(cell: Cell) -> str:
    if isinstance(cell, Printed) and cell.text:
        return marked(cell.key, cell.text)
    return cell_text(cell)


def all_figures(content: Content) -> dict[str, Printed]:
    """Return every figure of the report by key: those that sentences may name, and those of its tables."""
    found = {**content.figures, **listings(content)}
    found |= {one.key: one for phrase in content.record.phrases if (one := phrase_change(content, phrase)).text}
    for table in content.record.tables:
        if table.source != "checks":
            cells = (cell for row in content.rows(table) for cell in row.values())
            found |= {cell.key: cell for cell in cells if isinstance(cell, Printed)}
    return found
