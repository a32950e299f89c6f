"""What is read from a plan's text; every part carries its place, the rule that fired and a confidence.

start, end: character offsets in the text as read, end exclusive. confidence: 0 to 1, set by the rule: 0.95 where the
text says it in so many words, 0.6 where another reading is likely.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Comparator = Literal["<", "<=", "=", ">=", ">", "~"]
DeadlineKind = Literal["by", "from", "every", "within", "on"]
Role = Literal["lead", "joint"]
Day = date


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of the text (原文位置)."""

    start: int
    end: int

    def covers(self, other: "Span") -> bool:
        """Tell whether another span lies within this one."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Reading:
    """How a field was read: its place, the rule and the rule's confidence (依据)."""

    span: Span
    rule: str
    confidence: float


@dataclass(frozen=True)
class Field:
    """A field of the document's head (文件头)."""

    value: str
    reading: Reading


@dataclass(frozen=True)
class Head:
    """Title, number, date and issuer (标题、文号、成文日期、发文机关)."""

    title: Field | None = None
    number: Field | None = None
    date: Field | None = None
    issuer: Field | None = None
    notice: Field | None = None

    @property
    def issued(self) -> Day | None:
        """The day of issue, against which 年底前 without a year is read."""
        return Day.fromisoformat(self.date.value) if self.date else None


@dataclass(frozen=True)
class Party:
    """A department with its part in a task (牵头单位、配合单位), named as printed."""

    name: str
    role: Role
    reading: Reading


@dataclass(frozen=True)
class Deadline:
    """When a task is due (期限).

    value: an ISO date for by, from and on; an ISO 8601 duration for within; week, month, quarter, year, day or a
    duration for every. working_days: the duration counts working days (工作日).
    """

    kind: DeadlineKind
    value: str
    reading: Reading
    working_days: bool = False


@dataclass(frozen=True)
class Quantity:
    """A number with its unit (量化要求); measure: the unit as printed; object: what is measured, as printed."""

    value: Decimal
    unit: str
    comparator: Comparator
    object: str
    measure: str
    reading: Reading


@dataclass(frozen=True)
class Condition:
    """When a duty applies (适用条件), as 空气重污染期间."""

    reading: Reading


@dataclass(frozen=True)
class Task:
    """One duty (任务): a sentence, or the part of one that has an acting department of its own.

    article: index in the plan's list of articles; None in a chapter's foreword. likely: who acts by the sentences
    before, where this one names nobody. words: as printed, without breaks, page headers and page numbers.
    """

    span: Span
    article: int | None
    chapter: int | None
    parties: Sequence[Party] = ()
    deadlines: Sequence[Deadline] = ()
    quantities: Sequence[Quantity] = ()
    conditions: Sequence[Condition] = ()
    likely: Sequence[str] = ()
    rule: str = "sentence"
    confidence: float = 0.8
    words: str = ""

    def names(self, role: Role) -> list[str]:
        """Return the departments with a role, each once, in the order of the text."""
        return list(dict.fromkeys(party.name for party in self.parties if party.role == role))

    @property
    def due(self) -> list[Deadline]:
        """The deadlines, each once: a sentence and its 完成时限 may name the same day."""
        once: dict[tuple[str, str, bool], Deadline] = {}
        for each in self.deadlines:
            once.setdefault((each.kind, each.value, each.working_days), each)
        return list(once.values())


@dataclass(frozen=True)
class Heading:
    """A numbered heading (编号标题): label as printed, title without the label."""

    level: str
    number: int
    label: str
    title: str
    span: Span
    title_span: Span
    chapter: int | None = None


@dataclass(frozen=True)
class Leftover:
    """Text that became no task (未解析), with the reason."""

    span: Span
    reason: str


@dataclass(frozen=True)
class Form:
    """Text of the plan's form (格式): a label, a statement of who answers, a table's row, a line of the head."""

    span: Span
    what: Literal["label", "statement", "row", "head"]


@dataclass(frozen=True)
class Plan:
    """A plan as read (计划); form and unparsed, the headings' titles and the tasks together hold every character."""

    text: str
    head: Head
    chapters: Sequence[Heading] = ()
    articles: Sequence[Heading] = ()
    paragraphs: Sequence[Span] = ()
    tasks: Sequence[Task] = ()
    unparsed: Sequence[Leftover] = field(default_factory=tuple)
    form: Sequence[Form] = ()

    def slice(self, span: Span) -> str:
        """Return the text at a span, as printed."""
        return self.text[span.start : span.end]
