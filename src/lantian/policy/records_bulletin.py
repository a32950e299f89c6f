"""Records of bulletins (通报): what counts as a check, how places are ranked, and what a bulletin says in which order.

The wording is data. A text holds names in braces that the figures of the bulletin's subject answer
(``bulletin_names``), or phrases of the bulletin itself that say how a figure moved: one wording for more, one for less,
one for the same, one where nothing can be compared. Tables, charts and maps stand where the record puts them.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from lantian.kernel.errors import Text
from lantian.kernel.periods import Span
from lantian.policy.bulletin_names import FACTORS, OF_FACTOR, TABLES, Subject, known_names, moved_of, tables_of
from lantian.policy.records import BadValueError, Model, Record, record_type
from lantian.policy.records_document import names_in


@record_type("check_count")
class CheckCountRecord(Record):
    """What counts as a check (检查量计入范围), and when it found a violation.

    kind: steps of cases, or inspections. types: types of cases, or checklists; none: all. steps: of the cases.
    results: outcomes or results that count; none: all. violations: those that are a finding. leave_out: origins of
    cases or inspections that do not count, as a case that an inspection opened, whose check is that inspection.
    """

    kind: Literal["case-step", "inspection"]
    order: int = 0
    types: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    violations: tuple[str, ...] = Field(min_length=1)
    leave_out: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_steps(self) -> Self:
        if (self.kind == "case-step") != bool(self.steps):
            raise BadValueError("案件环节须写 steps，检查不得写", "steps of cases are named; inspections have none")
        return self


class PhraseRecord(Model):
    """How a change is put in words; ``{by}`` is its size. moved: the figure that moved; against: since when.

    in_percent: whether ``{by}`` is a share of what was before, else the difference.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    moved: str
    against: Literal["previous", "last_year"] = "previous"
    in_percent: bool = False
    up: str
    down: str
    equal: str
    none: str


class ColumnRecord(Model):
    """A column of a table: its head, what it shows, its share of the width, whether it stands flush left."""

    shows: str
    head: str
    en: str
    width: float = Field(default=1, gt=0)
    left: bool = False


class TableRecord(Model):
    """A table. source: what its rows are; order: of the checks' places; ranking: its id; most: rows at most."""

    id: str
    caption: str
    source: Literal[
        "checks", "factors", "stations", "levels", "days", "heavy", "months", "ranking", "departments", "laggards"
    ] = "checks"
    ranking: str = ""
    order: Literal["checks", "rate"] | None = None
    most: int | None = Field(default=None, ge=1)
    columns: tuple[ColumnRecord, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_its_columns(self) -> Self:
        unknown = sorted({one.shows for one in self.columns} - TABLES[self.source])
        if unknown:
            raise BadValueError(f"没有的列：{', '.join(unknown)}", f"no such column: {', '.join(unknown)}")
        if (self.source == "checks") != (self.order is not None):
            raise BadValueError("检查表须写 order，其他表不得写", "a table of checks has an order; others have none")
        if (self.source == "ranking") != bool(self.ranking):
            raise BadValueError("排名表须写 ranking，其他表不得写", "a table of a ranking says of which; others do not")
        return self


class FigureRecord(Model):
    """A map of the places by one figure, or a chart. factor, ranking: what a chart shows, of those that show one."""

    id: str
    caption: str
    map: Literal["checks", "rate"] | None = None
    chart: Literal["days", "months", "stations", "calendar", "levels", "ranking", "lamps"] | None = None
    factor: str = ""
    ranking: str = ""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.map is None) == (self.chart is None):
            raise BadValueError("须恰好写 map、chart 之一", "needs exactly one of map and chart")
        if bool(self.factor) != (self.chart in OF_FACTOR) or bool(self.ranking) != (self.chart == "ranking"):
            raise BadValueError("factor、ranking 只用于相应的图", "factor and ranking belong to charts of such alone")
        if self.factor and self.factor not in FACTORS:
            raise BadValueError(f"没有的项目：{self.factor}", f"no such factor: {self.factor}")
        return self


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class BulletinBlockRecord(Model):
    """A part of the bulletin. when: only if each of these names has a value; unless: only if this one has none.

    joins: a text that goes on in the paragraph of the text before it.
    """

    heading: str | None = None
    level: int = Field(default=1, ge=1, le=4)
    text: str | None = None
    table: str | None = None
    figure: str | None = None
    when: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    unless: str | None = None
    joins: bool = False

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum(part is not None for part in (self.heading, self.text, self.table, self.figure)) != 1:
            raise BadValueError(
                "须恰好写 heading、text、table、figure 之一", "needs exactly one of heading, text, table and figure"
            )
        if self.joins and self.text is None:
            raise BadValueError("joins 只用于 text", "joins belongs to a text alone")
        return self

    def is_said(self, values: Mapping[str, str]) -> bool:
        """Tell whether the part is said, by what its names stand for."""
        return all(values.get(one) for one in self.when) and not (self.unless and values.get(self.unless))


class ReviewRecord(Model):
    """How much the slides of a quarterly review show (季度调度): more is in the bulletin.

    laggards: tasks that lag; each_end: places at each end of a ranking; departments: those with most red lamps.
    """

    laggards: int = Field(default=7, ge=1, le=12)
    each_end: int = Field(default=4, ge=1, le=6)
    departments: int = Field(default=10, ge=1, le=14)


@record_type("bulletin")
class BulletinRecord(Record):
    """A bulletin (通报) of a span of time, in official form.

    subject: whose figures its names stand for; rankings: those it tells of. also: further articles it rests on.
    office: who issues it, in full. word: before the year in its number. check_counts: what counts as a check. least:
    checks from which a rate is ranked. silent: where places without checks stand. level_percent: of intervals. shown:
    places that a sentence names from an end of a ranking, more only where they are equal. drafters, signers: roles;
    nobody signs what they drafted. review: of a quarter, what its slides show.
    """

    references: ClassVar[Mapping[str, str]] = {
        "check_counts": "check_count", "organisation": "organisation", "rankings": "ranking",
    }  # fmt: skip

    span: Span
    subject: Subject = "checks"
    rankings: tuple[str, ...] = ()
    order: int = 0
    also: tuple[int, ...] = ()
    organisation: str
    office: str
    word: str
    title: str
    addressee: str = ""
    copies: tuple[str, ...] = ()
    contact: str = ""
    remark: str = ""
    check_counts: tuple[str, ...] = Field(min_length=1)
    least: int = Field(ge=1)
    silent: Literal["last", "unranked"]
    level_percent: int = Field(default=95, gt=50, lt=100)
    shown: int = Field(default=3, ge=1)
    drafters: tuple[str, ...] = Field(min_length=1)
    signers: tuple[str, ...] = Field(min_length=1)
    review: ReviewRecord = ReviewRecord()
    phrases: tuple[PhraseRecord, ...] = ()
    tables: tuple[TableRecord, ...] = ()
    figures: tuple[FigureRecord, ...] = ()
    blocks: tuple[BulletinBlockRecord, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _knows_its_names(self) -> Self:
        known = known_names(self.subject, self.rankings)
        unknown = sorted(self._names() - set(known) - {one.id for one in self.phrases})
        if unknown:
            raise BadValueError(f"没有的占位：{', '.join(unknown)}", f"no such placeholder: {', '.join(unknown)}")
        parts = {one.id for one in self.tables} | {one.id for one in self.figures}
        missing = sorted({name for one in self.blocks if (name := one.table or one.figure)} - parts)
        if missing:
            raise BadValueError(f"没有的表或图：{', '.join(missing)}", f"no such table or figure: {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _keeps_to_its_subject(self) -> Self:
        if self.subject != "checks" and self.subject != self.span:
            raise BadValueError("subject 与 span 须一致", "subject and span must agree")
        if self.subject == "checks" and self.rankings:
            raise BadValueError("检查通报不得写 rankings", "a bulletin of checks has no rankings")
        strange = sorted(self._strange())
        if strange:
            raise BadValueError(f"本类通报没有：{', '.join(strange)}", f"not of this subject: {', '.join(strange)}")
        return self

    def _strange(self) -> Iterator[str]:
        """Name what the subject does not answer: changes, tables, charts and rankings."""
        moves = moved_of(self.subject)
        yield from (one.id for one in self.phrases if one.against not in moves.get(one.moved, ()))
        yield from (one.id for one in self.tables if one.source not in tables_of(self.subject))
        yield from (one.id for one in self.figures if one.chart and self.subject == "checks")
        ranked = [(one.id, one.ranking) for one in self.tables if one.ranking]
        ranked += [(one.id, one.ranking) for one in self.figures if one.ranking]
        yield from (name for name, ranking in ranked if ranking not in self.rankings)

    @property
    def phrase_names(self) -> frozenset[str]:
        """The names of its phrases, which say nothing where nothing can be compared and the record gives no words."""
        return frozenset(one.id for one in self.phrases)

    def _names(self) -> set[str]:
        texts = [self.title, self.remark, *(one.caption for one in self.tables), *(one.caption for one in self.figures)]
        texts += [one.heading or one.text or "" for one in self.blocks]
        named = {name for text in texts for name in names_in(text)}
        return named | {name for one in self.blocks for name in (*one.when, one.unless) if name}

    @property
    def basis(self) -> Text:
        """All that it rests on: its own citation and the further articles."""
        cited = [self.citation, *(Record(id="x", zh="x", en="x", article=one).citation for one in self.also)]
        return Text("、".join(one.zh for one in cited), ", ".join(one.en for one in cited))
