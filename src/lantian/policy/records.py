"""The record (记录): one rule, limit, deadline or name of a policy pack, with its source and validity dates.

Every record type derives from :class:`Record` and is registered under the name of its TOML table, so that
``[[limit]]`` in any file of a pack becomes ``Limit`` objects.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from lantian.kernel.errors import Text

Confidence = Literal["A", "B", "B?"]


class Model(BaseModel):
    """A frozen part of a record; an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class BadValueError(ValueError):
    """A value that a model's own validator refuses; raised there so that the report can speak both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


@dataclass(frozen=True)
class Origin:
    """Where a record was read: its pack, the file inside the pack's folder, and the line of its table header."""

    pack: str
    file: str
    line: int


class Record(Model):
    """What every record carries: id, labels, source, validity and confidence.

    id: unique among the records of its table in its pack.
    zh, en: labels in our own words.
    article: number of the plan's article (条), as 十一 is 11; or else
    standard and clause: the standard and the place in it.
    valid_from, valid_to: first and last day on which it holds (both inclusive); None is open.
    references: fields that hold ids of other records, and the table in which these must exist.
    continuous: fields that together name a thing which has exactly one edition on every day from its first to its last.
    confidence: A confirmed, B from memory, B? weak memory: an editable setting shown as unconfirmed.
    """

    table: ClassVar[str] = ""
    references: ClassVar[Mapping[str, str]] = {}
    continuous: ClassVar[tuple[str, ...]] = ()

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    article: int | None = None
    standard: str | None = None
    clause: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    confidence: Confidence = "A"
    note_zh: str | None = None
    note_en: str | None = None

    _origin: Origin | None = PrivateAttr(default=None)

    def model_post_init(self, context: Any, /) -> None:
        """Remember where the reader found the record: it hands the place over as the validation context."""
        if isinstance(context, Origin):
            self._origin = context

    @property
    def origin(self) -> Origin | None:
        """The file that holds the record; None for one made in code."""
        return self._origin

    @property
    def citation(self) -> Text:
        """The article, or the standard with its clause, as a reader would quote it (出处).

        >>> Record(id="x", zh="总量", en="total", article=11).citation
        Text(zh='第十一条', en='Article 11')
        """
        article = (f"第{_numeral(self.article)}条", f"Article {self.article}") if self.article is not None else ("", "")
        standard = " ".join(part for part in (self.standard, self.clause) if part)
        zh, en = ("，".join(filter(None, (article[0], standard))), ", ".join(filter(None, (article[1], standard))))
        return Text(zh, en)

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if self.article is None and self.standard is None:
            raise BadValueError(
                '须写 article = 条号 或 standard = "标准号"', 'needs either article = NUMBER or standard = "…"'
            )
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise BadValueError("valid_to 早于 valid_from", "valid_to lies before valid_from")
        return self

    def holds_on(self, day: date) -> bool:
        """Tell whether the record is in force on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def _numeral(number: int) -> str:
    """Write a number as articles are counted.

    >>> [_numeral(n) for n in (3, 10, 11, 20, 31, 104)]
    ['三', '十', '十一', '二十', '三十一', '104']
    """
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + _DIGITS[ones]


_DIGITS: tuple[str, ...] = ("", *"一二三四五六七八九")

RECORD_TYPES: dict[str, type[Record]] = {}


def record_type(table: str) -> Callable[[type[Record]], type[Record]]:
    """Register a record type under its TOML table name."""

    def register(cls: type[Record]) -> type[Record]:
        cls.table = table
        RECORD_TYPES[table] = cls
        return cls

    return register
