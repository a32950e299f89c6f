"""Records of assessments (考核方案): what is marked by which rule and weight, what fails outright, what is published.

A scheme is one record: a published assessment keeps it whole in its snapshot, so that its marks can be computed again
when the pack has gone on.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Literal, Self, get_args

from pydantic import Field, model_validator

from lantian.kernel.errors import Text
from lantian.policy.records import BadValueError, Confidence, Model, Record, record_type
from lantian.policy.records_document import names_in
from lantian.workflow.errors import WorkflowError
from lantian.workflow.lamps import Colour
from lantian.workflow.scoring import Extra, Grade, Indicator, Missing, Scheme
from lantian.workflow.scoring_rules import Lamps, Linear, Places, Rule, Step, Steps

Bodies = Literal["streets", "departments"]
Reader = Literal[
    "entered", "ranking", "lamps", "cases-in-time", "checks-rank", "plan-share", "overdue-rectification", "published",
    "escalations", "sanctions",
]  # fmt: skip
"""Which mechanism a figure is read from."""
Form = Literal["linear", "steps", "by_place", "lamps"]
MEASURES: frozenset[Form] = frozenset({"linear", "steps"})
FORMS: Mapping[Reader, frozenset[Form]] = {
    "entered": MEASURES,
    "ranking": frozenset({"by_place"}),
    "lamps": frozenset({"lamps"}),
    "cases-in-time": MEASURES,
    "checks-rank": frozenset({"by_place"}),
    "plan-share": MEASURES,
    "overdue-rectification": MEASURES,
    "published": MEASURES,
}
"""By which rules the figures of a mechanism can be marked; a mechanism that is not here gives no figures."""
COUNTED: frozenset[Reader] = frozenset({"entered", "escalations", "sanctions"})
"""Mechanisms that count how often something happened."""

KNOWN: Mapping[str, Text] = {
    "no": Text("标题序号", "number of a heading"),
    "period": Text("考核期", "period"),
    "bodies": Text("被考核单位数", "number of bodies"),
    "full": Text("满分", "full marks"),
    "mean": Text("平均得分", "mean total"),
    "grades": Text("各等次单位", "bodies of each grade"),
    "first": Text("得分居前", "first places"),
    "last": Text("得分居后", "last places"),
    "failed": Text("一票否决", "failed by a veto"),
    "limited": Text("等次受限", "limited by a veto"),
    "vetoed": Text("一票否决或等次受限", "failed or limited by a veto"),
    "changes": Text("比上一版的变化", "changes since the version before"),
    "appeal_days": Text("申诉期限", "days for an appeal"),
    "appeals": Text("申诉情况", "appeals"),
    "snapshot": Text("数据快照", "snapshot"),
    "known": Text("数据截止", "as of"),
}
"""What the paper's texts may name, and how a reader calls it."""


class CitedModel(Model):
    """A part of a scheme with a source of its own; the scheme's where it names none."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    zh: str
    en: str
    article: int | None = None
    standard: str | None = None
    clause: str | None = None
    confidence: Confidence = "B?"
    note_zh: str | None = None
    note_en: str | None = None

    def cited(self, scheme: Record) -> Text:
        """Return where the part is written."""
        if self.article is None and self.standard is None:
            return scheme.citation
        own = Record(
            id=self.id, zh=self.zh, en=self.en, article=self.article, standard=self.standard, clause=self.clause
        )
        return own.citation


class LinearRecord(Model):
    """No marks at one figure, all at another, in a straight line between them."""

    zero: Decimal
    full: Decimal


class MarkStepRecord(Model):
    """From a figure on, so many percent of the marks."""

    at: Decimal
    percent: Decimal


class PlacesRecord(Model):
    """By place: all marks for the first, so many percent for the last. take: which place of the ranking."""

    last_gets: Decimal = Decimal(0)
    take: Literal["rank", "band"] = "rank"


class IndicatorRecord(CitedModel):
    """An indicator (考核指标). reader: where its figure comes from; reads: what of it, such as a ranking's id.

    linear, steps, by_place, lamps: the one rule. falling: of steps, less is better. missing: what missing data mean.
    """

    weight: Decimal = Field(gt=0)
    unit_zh: str = ""
    unit_en: str = ""
    reader: Reader
    reads: tuple[str, ...] = ()
    linear: LinearRecord | None = None
    steps: tuple[MarkStepRecord, ...] = ()
    falling: bool = False
    by_place: PlacesRecord | None = None
    lamps: dict[str, Decimal] = {}
    missing: Missing

    @model_validator(mode="after")
    def _has_one_rule(self) -> Self:
        forms = {form for form in get_args(Form) if getattr(self, form)}
        if len(forms) != 1:
            raise BadValueError(
                "须恰好写 linear、steps、by_place、lamps 之一", "needs exactly one of linear, steps, by_place and lamps"
            )
        if not forms <= FORMS.get(self.reader, frozenset()):
            raise BadValueError(
                f"来源 {self.reader} 的数不能按 {min(forms)} 计分", f"{self.reader} is not marked by {min(forms)}"
            )
        if strange := sorted(self.lamps.keys() - set(get_args(Colour))):
            raise BadValueError(f"没有的灯：{', '.join(strange)}", f"no such lamp: {', '.join(strange)}")
        return self

    def rule(self) -> Rule:
        """Return the pure rule."""
        if self.linear:
            return Linear(self.linear.zero, self.linear.full)
        if self.by_place:
            return Places(self.by_place.last_gets)
        if self.lamps:
            return Lamps(self.lamps)
        return Steps(tuple(Step(one.at, one.percent) for one in self.steps), self.falling)

    def indicator(self) -> Indicator:
        """Return the pure indicator."""
        return Indicator(self.id, self.weight, self.rule(), self.missing)


class ExtraRecord(CitedModel):
    """Bonus or deduction (加分、扣分). each: for each case, negative takes; most: of all together."""

    each: Decimal
    most: Decimal = Field(gt=0)
    reader: Reader
    reads: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _counts(self) -> Self:
        if self.reader not in COUNTED:
            raise BadValueError(f"来源 {self.reader} 不计次数", f"{self.reader} counts nothing")
        return self


class VetoRecord(CitedModel):
    """A veto (否决事项). best_grade: that it leaves; the last one is 一票否决.

    case_type, case_step, case_outcome: what of a case finds it; without them it is entered by hand with its evidence.
    counted: the year in which it happened, or in which it was confirmed.
    """

    best_grade: str
    case_type: str | None = None
    case_step: str | None = None
    case_outcome: str | None = None
    counted: Literal["happened", "confirmed"] = "happened"

    @model_validator(mode="after")
    def _says_who_finds_it(self) -> Self:
        if len({bool(one) for one in (self.case_type, self.case_step, self.case_outcome)}) != 1:
            raise BadValueError(
                "case_type、case_step、case_outcome 须同时写或都不写",
                "case_type, case_step and case_outcome go together",
            )
        return self

    @property
    def by_case(self) -> bool:
        """Whether a case finds it."""
        return self.case_type is not None


class GradeRecord(Model):
    """A grade (等次), from so many marks on."""

    id: str
    zh: str
    en: str
    least: Decimal = Field(ge=0)


class NoticeBlockRecord(Model):
    """A part of the published paper: a heading, a text, or a table. when: only if this name has a value."""

    heading: str | None = None
    level: int = Field(default=1, ge=1, le=4)
    text: str | None = None
    table: Literal["results", "marks"] | None = None
    caption: str = ""
    when: str | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum(part is not None for part in (self.heading, self.text, self.table)) != 1:
            raise BadValueError("须恰好写 heading、text、table 之一", "needs exactly one of heading, text and table")
        return self


@record_type("assessment_scheme")
class AssessmentSchemeRecord(Record):
    """A scheme (考核方案). bodies: who is assessed, organisations: the departments by id.

    span: every year, or once at the plan's end over first_year to last_year. decimals: of a mark. appeal_days: working
    days after publication. organisation, office, word, title, addressee, copies, contact, remark, blocks: the paper.
    drafters, signers: roles; nobody publishes what they drafted. shown: places that a sentence names.
    """

    references: ClassVar[Mapping[str, str]] = {
        "organisation": "organisation", "organisations": "organisation", "rankings": "ranking",
        "yearly": "assessment_scheme", "check_counts": "check_count", "ladders": "case_ladder",
        "case_types": "case_type",
    }  # fmt: skip

    order: int = 0
    bodies: Bodies
    organisations: tuple[str, ...] = ()
    span: Literal["year", "final"]
    first_year: int | None = None
    last_year: int | None = None
    decimals: int = Field(default=2, ge=0, le=4)
    appeal_days: int = Field(ge=1)
    organisation: str
    office: str
    word: str
    title: str
    addressee: str = ""
    copies: tuple[str, ...] = ()
    contact: str = ""
    remark: str = ""
    drafters: tuple[str, ...] = Field(min_length=1)
    signers: tuple[str, ...] = Field(min_length=1)
    shown: int = Field(default=5, ge=1)
    grades: tuple[GradeRecord, ...] = Field(min_length=1)
    indicators: tuple[IndicatorRecord, ...] = Field(min_length=1)
    extras: tuple[ExtraRecord, ...] = ()
    vetoes: tuple[VetoRecord, ...] = ()
    blocks: tuple[NoticeBlockRecord, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if (self.span == "final") != (self.first_year is not None and self.last_year is not None):
            raise BadValueError("终期考核须写起止年，年度考核不写", "a final assessment names its years, others do not")
        if (self.bodies == "departments") != bool(self.organisations):
            raise BadValueError("考核部门须写名单，考核街乡不写", "departments are listed, streets are not")
        unknown = sorted({name for text in self._texts() for name in names_in(text)} - set(KNOWN))
        if unknown:
            raise BadValueError(f"没有的占位：{', '.join(unknown)}", f"no such placeholder: {', '.join(unknown)}")
        try:
            full = self.scheme().full
        except WorkflowError as error:
            raise BadValueError(error.text.zh, error.text.en) from error
        if self.grades[0].least > full:
            raise BadValueError(
                f"权重合计 {full}，首等 {self.grades[0].least} 分无从达到",
                f"the weights sum to {full}; nobody reaches the best grade at {self.grades[0].least}",
            )
        return self

    @property
    def rankings(self) -> tuple[str, ...]:
        """The rankings that its indicators read."""
        return tuple(one.reads[0] if one.reads else "" for one in self.indicators if one.reader == "ranking")

    @property
    def yearly(self) -> tuple[str, ...]:
        """The schemes of the years whose published results its indicators read."""
        return self._reads("published")

    @property
    def check_counts(self) -> tuple[str, ...]:
        """What its indicators count as a check."""
        return self._reads("checks-rank")

    @property
    def ladders(self) -> tuple[str, ...]:
        """The ladders whose sanctions its extras count."""
        return self._reads("sanctions")

    @property
    def case_types(self) -> tuple[str, ...]:
        """The types of the cases that find its vetoes."""
        return tuple(one.case_type for one in self.vetoes if one.case_type)

    def _reads(self, reader: Reader) -> tuple[str, ...]:
        items: tuple[IndicatorRecord | ExtraRecord, ...] = (*self.indicators, *self.extras)
        return tuple(name for one in items if one.reader == reader for name in one.reads)

    def _texts(self) -> list[str]:
        blocks = [text for one in self.blocks for text in (one.heading, one.text, one.caption) if text]
        return [self.title, self.remark, *blocks, *(f"{{{one.when}}}" for one in self.blocks if one.when)]

    def scheme(self) -> Scheme:
        """Return the pure scheme."""
        return Scheme(
            tuple(one.indicator() for one in self.indicators),
            tuple(Grade(one.id, one.least) for one in self.grades),
            tuple(Extra(one.id, one.each, one.most) for one in self.extras),
            {one.id: one.best_grade for one in self.vetoes},
            self.decimals,
        )

    def grade(self, name: str) -> GradeRecord:
        """Return a grade by id; KeyError where there is none."""
        return {one.id: one for one in self.grades}[name]

    def indicator(self, name: str) -> IndicatorRecord:
        """Return an indicator by id; KeyError where there is none."""
        return {one.id: one for one in self.indicators}[name]

    def extra(self, name: str) -> ExtraRecord:
        """Return a bonus or deduction by id; KeyError where there is none."""
        return {one.id: one for one in self.extras}[name]

    def veto(self, name: str) -> VetoRecord:
        """Return a veto by id; KeyError where there is none."""
        return {one.id: one for one in self.vetoes}[name]

    def fails(self, veto: VetoRecord) -> bool:
        """Tell whether a veto leaves the last grade alone (一票否决)."""
        return veto.best_grade == self.grades[-1].id
