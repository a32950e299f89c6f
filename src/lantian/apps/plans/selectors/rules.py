"""What the standards and article pages read out of the pack."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lantian.kernel.errors import Text
from lantian.policy.describe import Row, describe, validity
from lantian.policy.labels import table_label
from lantian.policy.layer import Header
from lantian.policy.pack import Pack
from lantian.policy.records import Record
from lantian.policy.records_plan import UNITS, Article, Chapter, Deadline, Organisation, Quantity, Task

State = Literal["in-force", "past", "to-come"]

_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """Write a number from 1 to 99 in Chinese characters, as article numbers are; a larger one in figures.

    >>> numeral(11), numeral(20), numeral(31), numeral(104)
    ('十一', '二十', '三十一', '104')
    """
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


def article_label(number: int) -> Text:
    """Name an article of the plan (条)."""
    return Text(f"第{numeral(number)}条", f"Art. {number}")


def cited(article: int, document: str = "") -> Text:
    """Name the article that a task stands on; of another document than the pack's own plan, with its name.

    >>> cited(3, "京政发〔2018〕22号").zh, cited(0, "京政发〔2018〕22号").en
    ('京政发〔2018〕22号第三条', '京政发〔2018〕22号')
    """
    label = article_label(article) if article or not document else Text("", "")
    return Text(f"{document}{label.zh}", f"{document} {label.en}".strip()) if document else label


def named(plan: Header) -> str:
    """Return the number of a plan's document, or what the plan is called."""
    return plan.source or plan.zh


def document_of(pack: Pack, record: Record) -> str:
    """Name the document whose article a record stands on; "" for the pack's own plan."""
    name = named(pack.plan_of(record))
    return "" if name == named(pack.plan) else name


def own_article(pack: Pack, record: Record) -> int | None:
    """Return the article of the pack's own plan that a record stands on; None for another plan's."""
    return None if document_of(pack, record) else record.article


def source(pack: Pack, record: Record) -> Text:
    """Say which article, or which place in which standard, a record stands on."""
    if record.article is not None:
        return cited(record.article, document_of(pack, record))
    place = " ".join(part for part in (record.standard, record.clause) if part)
    return Text(place, place)


def state(record: Record, day: date) -> State:
    """Tell whether a record is in force on a day, was before, or will be."""
    if record.holds_on(day):
        return "in-force"
    return "past" if record.valid_to and record.valid_to < day else "to-come"


def record_path(record: Record) -> str:
    """Return the path of a record's own page."""
    return f"/system/standards/{record.table}/{record.id}/"


@dataclass(frozen=True)
class Query:
    """What the reader asks the list for; an empty field asks nothing.

    on: the day on which a record has to be in force; view: ``unconfirmed``, ``past`` or ``to-come``.
    """

    text: str = ""
    table: str = ""
    standard: str = ""
    view: str = ""
    on: date | None = None

    def matches(self, line: "Line") -> bool:
        """Tell whether a line of the list answers the query."""
        record = line.record
        return (
            self._view_matches(line)
            and (not self.table or record.table == self.table)
            and (not self.standard or self.standard == (record.standard or "plan"))
            and (self.on is None or record.holds_on(self.on))
            and all(word in line.haystack for word in self.text.lower().split())
        )

    def _view_matches(self, line: "Line") -> bool:
        if self.view == "unconfirmed":
            return line.record.confidence != "A"
        return self.view in ("", line.state)


@dataclass(frozen=True)
class Line:
    """A record in the list."""

    record: Record
    table: Text
    source: Text
    layer: str
    state: State
    editions: int

    @property
    def name(self) -> Text:
        """The record's label."""
        return Text(self.record.zh, self.record.en)

    @property
    def url(self) -> str:
        """Path of the record's own page."""
        return record_path(self.record)

    @property
    def validity(self) -> Text:
        """The days on which it is in force."""
        return validity(self.record)

    @property
    def content(self) -> Text:
        """What the record says, in one line; the parts that only name it are left out."""
        rows = [row for row in describe(self.record) if row.key not in NAMING][:BRIEF]
        return Text("，".join(_brief(row, "zh") for row in rows), ", ".join(_brief(row, "en") for row in rows))

    @property
    def haystack(self) -> str:
        """All words by which the record may be found, in small letters."""
        record = self.record
        words = (record.id, record.zh, record.en, record.standard, record.clause, self.table.zh, self.table.en)
        sources = (self.source.zh, self.source.en, record.note_zh, record.note_en)
        return " ".join(word for word in (*words, *sources) if word).lower()


@dataclass(frozen=True)
class Count:
    """A choice of a filter and how many records it would leave."""

    value: str
    label: Text
    count: int


@dataclass(frozen=True)
class Shelf:
    """Every record of a pack, ready for the list."""

    lines: tuple[Line, ...]

    def found(self, query: Query) -> tuple[Line, ...]:
        """Return the lines that answer a query; unconfirmed ones come first in their own view, weakest first."""
        lines = [line for line in self.lines if query.matches(line)]
        if query.view == "unconfirmed":
            lines.sort(key=lambda line: line.record.confidence, reverse=True)
        return tuple(lines)

    def tables(self) -> tuple[Count, ...]:
        """Return the tables with their numbers of records."""
        return _counted((line.record.table, line.table) for line in self.lines)

    def standards(self) -> tuple[Count, ...]:
        """Return the standards that records cite, the plan first."""
        plan = Text("行动计划", "The plan")
        cited = [(line.record.standard or "plan") for line in self.lines]
        return _counted((name, plan if name == "plan" else Text(name, name)) for name in sorted(cited, key=_plan_first))

    def views(self) -> tuple[Count, ...]:
        """Return the saved views with their numbers."""
        names = (
            ("", Text("全部记录", "All records")),
            ("unconfirmed", Text("未确认", "Unconfirmed")),
            ("in-force", Text("现行", "In force")),
            ("to-come", Text("未生效", "To come")),
            ("past", Text("已失效", "Expired")),
        )
        return tuple(Count(name, label, len(self.found(Query(view=name)))) for name, label in names)


NAMING = frozenset({"aliases", "chapter", "note", "printed", "phase", "item", "name", "further", "ring", "line"})
"""Keys that name or explain a record and are no content of their own."""

BRIEF = 4
"""Rows of content that a line of the list has room for."""


def _brief(row: Row, language: str) -> str:
    value = row.value.in_language(language)
    return f"{row.label.in_language(language)} {value}{f' {row.unit}' if row.unit else ''}"


def _plan_first(name: str) -> tuple[bool, str]:
    return name != "plan", name


def _counted(pairs: Iterable[tuple[str, Text]]) -> tuple[Count, ...]:
    found: dict[str, Count] = {}
    for value, label in pairs:
        found[value] = Count(value, label, found[value].count + 1 if value in found else 1)
    return tuple(found.values())


def shelf(pack: Pack, day: date) -> Shelf:
    """Return every record of a pack that is not hidden by a nearer layer, table by table."""
    return Shelf(tuple(line for table in pack.tables for line in _lines(pack, table, day)))


def _lines(pack: Pack, table: str, day: date) -> list[Line]:
    records = list(pack.table(table))
    same = [record.id for record in records]
    name = table_label(table)
    return [
        Line(record, name, source(pack, record), _layer(record), state(record, day), same.count(record.id))
        for record in records
    ]


def _layer(record: Record) -> str:
    return record.origin.pack if record.origin else ""


def editions(pack: Pack, table: str, name: str) -> tuple[Record, ...]:
    """Return every edition of a record, oldest first."""
    found = [record for record in pack.table(table) if record.id == name]
    return tuple(sorted(found, key=lambda record: record.valid_from or date.min))


COMPARATORS = {"<": "<", "<=": "≤", "=": "", ">=": "≥", ">": ">", "~": "≈"}
"""How a comparator is printed before a number."""


@dataclass(frozen=True)
class Measured:
    """A quantity as a page shows it: the amount with its unit, and what it is of."""

    quantity: Quantity

    @property
    def amount(self) -> Text:
        """The number with comparator and unit, or the day."""
        quantity, sign = self.quantity, COMPARATORS[self.quantity.comparator]
        if quantity.day is not None:
            until = {"<=": Text("至 ", "by "), ">=": Text("自 ", "from ")}.get(quantity.comparator, Text("", ""))
            return Text(f"{until.zh}{quantity.day}", f"{until.en}{quantity.day}")
        unit = UNITS[quantity.unit] if quantity.unit else Text("", "")
        number = f"{sign} {quantity.value:f}".strip()
        return Text(f"{number} {unit.zh}", f"{number} {unit.en}")

    @property
    def object(self) -> Text:
        """What the number is of."""
        return Text(self.quantity.zh, self.quantity.en)


EVERY = {
    "day": Text("每日", "daily"),
    "week": Text("每周", "weekly"),
    "month": Text("每月", "monthly"),
    "quarter": Text("每季度", "quarterly"),
    "year": Text("每年", "yearly"),
}
"""How often, in words."""

DURATION_UNITS = {
    "H": Text("小时", "h"),
    "D": Text("天", "d"),
    "W": Text("周", "week"),
    "M": Text("个月", "month"),
    "Y": Text("年", "year"),
}
"""Units of the durations that a deadline may be given in; h and d are signs, the others words."""


def deadline_text(deadline: Deadline) -> Text:
    """Say when a task is due.

    >>> [deadline_text(Deadline(kind="within", value=each, printed="-")).en for each in ("PT24H", "P1W", "P2M")]
    ['within 24 h', 'within 1 week', 'within 2 months']
    """
    value = str(deadline.value)
    if deadline.kind == "every":
        return EVERY[value]
    if deadline.kind == "within":
        unit = DURATION_UNITS[value[-1]]
        length = value.strip("PTHDWMY")
        several = "s" if len(unit.en) > 1 and length != "1" else ""
        return Text(f"{length} {unit.zh}内", f"within {length} {unit.en}{several}")
    zh, en = {"by": ("{} 前", "by {}"), "from": ("{} 起", "from {}"), "on": ("{}", "on {}")}[deadline.kind]
    return Text(zh.format(value), en.format(value))


def deadline_words(due: date | None, rhythm: str) -> Text:
    """Say when a task in work is due: its day, how often, or both; a dash for neither."""
    every = EVERY.get(rhythm, Text("", ""))
    day = str(due) if due else ""
    zh, en = f"{every.zh} {day}".strip(), f"{every.en} {day}".strip()
    return Text(zh or "—", en or "—")


@dataclass(frozen=True)
class TaskLine:
    """A task with the names of its departments, its deadlines and the numbers it is measured by."""

    task: Task
    lead: tuple[Text, ...]
    joint: tuple[Text, ...]
    deadlines: tuple[Text, ...]
    quantities: tuple[Measured, ...]

    @property
    def name(self) -> Text:
        """What has to be done."""
        return Text(self.task.zh, self.task.en)


@dataclass(frozen=True)
class Contents:
    """An entry of the list of articles."""

    article: int
    title: Text


@dataclass(frozen=True)
class ArticlePage:
    """An article with what it obliges to, and the records that stand on it."""

    article: Article
    label: Text
    chapter: Chapter | None
    tasks: tuple[TaskLine, ...]
    records: tuple[Line, ...]
    contents: tuple[Contents, ...]
    before: int | None
    after: int | None

    @property
    def title(self) -> Text:
        """The article's title."""
        return Text(self.article.zh, self.article.en)

    @property
    def summary(self) -> Text:
        """The article in our own words."""
        return Text(self.article.summary_zh, self.article.summary_en)


def articles(pack: Pack) -> tuple[Article, ...]:
    """Return the articles of the pack's own plan in order."""
    own = (article for article in pack.all(Article) if own_article(pack, article) is not None)
    return tuple(sorted(own, key=lambda article: article.article))


def article_page(pack: Pack, number: int, day: date) -> ArticlePage | None:
    """Return one article's page, or None where the plan has no such article."""
    every = articles(pack)
    numbers = [article.article for article in every]
    if number not in numbers:
        return None
    place = numbers.index(number)
    article = every[place]
    names = {organisation.id: Text(organisation.zh, organisation.en) for organisation in pack.all(Organisation)}
    quantities = {quantity.id: quantity for quantity in pack.all(Quantity)}
    return ArticlePage(
        article=article,
        label=article_label(number),
        chapter=next((chapter for chapter in pack.all(Chapter) if chapter.id == article.chapter), None),
        tasks=tuple(
            _task_line(task, names, quantities) for task in pack.all(Task) if own_article(pack, task) == number
        ),
        records=tuple(line for line in shelf(pack, day).lines if own_article(pack, line.record) == number),
        contents=tuple(Contents(article.article, Text(article.zh, article.en)) for article in every),
        before=numbers[place - 1] if place else None,
        after=numbers[place + 1] if place + 1 < len(numbers) else None,
    )


def _task_line(task: Task, names: Mapping[str, Text], quantities: Mapping[str, Quantity]) -> TaskLine:
    def named(ids: Sequence[str]) -> tuple[Text, ...]:
        return tuple(names.get(name, Text(name, name)) for name in ids)

    return TaskLine(
        task,
        named(task.lead),
        named(task.joint),
        tuple(deadline_text(deadline) for deadline in task.deadlines),
        tuple(Measured(quantities[name]) for name in task.quantities if name in quantities),
    )
