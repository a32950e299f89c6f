"""Records of bulletins (通报): what counts as a check, how places are ranked, and what a bulletin says in which order.

The wording is data. A text holds names in braces that the figures answer (``KNOWN``), or phrases of the bulletin itself
that say how a figure moved: one wording for more, one for less, one for the same, one where nothing can be compared.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.kernel.errors import Text
from lantian.kernel.periods import Span
from lantian.policy.records import BadValueError, Model, Record, record_type
from lantian.policy.records_document import names_in

KNOWN: Mapping[str, Text] = {
    "period": Text("通报期", "period"),
    "first_day": Text("首日", "first day"),
    "last_day": Text("末日", "last day"),
    "places": Text("街乡数", "number of streets"),
    "checks": Text("检查次数", "checks made"),
    "violations": Text("查出违法", "violations found"),
    "rate": Text("违法查处率", "violation rate"),
    "sorts": Text("检查构成", "checks by sort"),
    "least": Text("参加查处率排名的最少检查次数", "checks from which a rate is ranked"),
    "level": Text("区间置信水平", "level of the interval"),
    "checks_first": Text("检查量在前", "most checks"),
    "checks_last": Text("检查量在后", "fewest checks"),
    "rate_first": Text("查处率在前", "highest rates"),
    "rate_last": Text("查处率在后", "lowest rates"),
    "risen": Text("上升最多", "risen most"),
    "fallen": Text("下降最多", "fallen most"),
    "ties": Text("并列情况", "ties"),
    "few": Text("检查次数不足的街乡", "streets with few checks"),
    "few_count": Text("检查次数不足的街乡数", "number of streets with few checks"),
    "silent": Text("没有检查记录的街乡", "streets without checks"),
    "silent_count": Text("没有检查记录的街乡数", "number of streets without checks"),
    "any": Text("本期有检查", "there are checks"),
    "nothing": Text("本期没有检查", "there are no checks"),
    "compared": Text("本期上期都有检查", "there are checks in both periods"),
    "no_before": Text("本期有、上期没有检查", "there are checks, and none before"),
    "requirements": Text("工作要求", "what is asked for"),
    "snapshot": Text("数据快照", "snapshot"),
    "known": Text("数据截止", "as of"),
}
"""What the figures of a period answer, and how a reader calls it."""

ColumnValue = Literal[
    "checks_rank", "rate_rank", "place", "checks", "violations", "rate", "interval", "checks_before", "rank_change",
    "checks_change", "rate_change", "note",
]  # fmt: skip
"""What a column of a table may show."""


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
    """How a change is put in words; ``{by}`` is its size. moved: the figure that moved."""

    id: str = Field(pattern=r"^[a-z_]+$")
    moved: Literal["checks", "violations", "rate"]
    up: str
    down: str
    equal: str
    none: str


class ColumnRecord(Model):
    """A column of a table: its head, what it shows, its share of the width, whether it stands flush left."""

    shows: ColumnValue
    head: str
    en: str
    width: float = Field(default=1, gt=0)
    left: bool = False


class TableRecord(Model):
    """A table of all places, in the order of one of the rankings."""

    id: str
    caption: str
    order: Literal["checks", "rate"]
    columns: tuple[ColumnRecord, ...] = Field(min_length=1)


class FigureRecord(Model):
    """A map of the places by one figure."""

    id: str
    caption: str
    map: Literal["checks", "rate"]


class BulletinBlockRecord(Model):
    """A part of the bulletin. when: only if this name has a value; unless: only if it has none."""

    heading: str | None = None
    level: int = Field(default=1, ge=1, le=4)
    text: str | None = None
    table: str | None = None
    figure: str | None = None
    when: str | None = None
    unless: str | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum(part is not None for part in (self.heading, self.text, self.table, self.figure)) != 1:
            raise BadValueError(
                "须恰好写 heading、text、table、figure 之一", "needs exactly one of heading, text, table and figure"
            )
        return self


@record_type("bulletin")
class BulletinRecord(Record):
    """A bulletin (通报) of a span of time, in official form.

    subject: whose figures its names stand for. also: further articles it rests on. office: who issues it, in full.
    word: before the year in its number. check_counts: what counts as a check. least: checks from which a rate is
    ranked. silent: where places without checks stand. level_percent: of intervals. shown: how many ranks a sentence
    names at most. drafters, signers: roles; nobody signs what they drafted.
    """

    references: ClassVar[Mapping[str, str]] = {"check_counts": "check_count", "organisation": "organisation"}

    span: Span
    subject: Literal["checks"] = "checks"
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
    phrases: tuple[PhraseRecord, ...] = ()
    tables: tuple[TableRecord, ...] = ()
    figures: tuple[FigureRecord, ...] = ()
    blocks: tuple[BulletinBlockRecord, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _knows_its_names(self) -> Self:
        unknown = sorted(self._names() - set(KNOWN) - {one.id for one in self.phrases})
        if unknown:
            raise BadValueError(f"没有的占位：{', '.join(unknown)}", f"no such placeholder: {', '.join(unknown)}")
        parts = {one.id for one in self.tables} | {one.id for one in self.figures}
        missing = sorted({name for one in self.blocks if (name := one.table or one.figure)} - parts)
        if missing:
            raise BadValueError(f"没有的表或图：{', '.join(missing)}", f"no such table or figure: {', '.join(missing)}")
        return self

    def _names(self) -> set[str]:
        texts = [self.title, self.remark, *(one.caption for one in self.tables), *(one.caption for one in self.figures)]
        texts += [one.heading or one.text or "" for one in self.blocks]
        named = {name for text in texts for name in names_in(text)}
        return named | {name for one in self.blocks for name in (one.when, one.unless) if name}

    @property
    def basis(self) -> Text:
        """All that it rests on: its own citation and the further articles."""
        cited = [self.citation, *(Record(id="x", zh="x", en="x", article=one).citation for one in self.also)]
        return Text("、".join(one.zh for one in cited), ", ".join(one.en for one in cited))
