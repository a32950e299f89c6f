"""Records of cases (案件): their types as state tables, ladders of penalties, and levels of escalation."""

from collections.abc import Iterable, Mapping
from datetime import time, timedelta
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.kernel.errors import Text
from lantian.policy.records import BadValueError, Model, Record, record_type
from lantian.workflow.cases import CaseType, Escalation, Outcome, Step
from lantian.workflow.clocks import ClockUnit, Period
from lantian.workflow.errors import WorkflowError
from lantian.workflow.ladders import Counting, Ladder, Level

Evidence = Literal["photo", "document"]
"""Kinds of evidence that an outcome may ask for."""
Finding = Literal["true", "instrument", "maintenance", "regional", "duplicate"]
"""What an outcome says of an alarm, as the board of precision counts it."""
STREET, SENDER = "street", "sender"
"""Parties that no record can name: the street of the place, and whoever sent the case."""


class PeriodRecord(Model):
    """How long a step may take; roll: a last day off is moved."""

    amount: int = Field(ge=1)
    unit: ClockUnit
    roll: bool = True


class OutcomeRecord(Model):
    """How a step may end. legal: it has legal effect, so that its facts are said again before it is done.

    opens, category: a case that begins of itself, and of which category. penalty: it is a penalty that the type's
    ladder counts. names: parts in the case for which an entry of the ledgers must be named first. tells: parties to
    whom the result is sent.
    """

    id: str
    zh: str
    en: str
    to: tuple[str, ...] = ()
    needs: tuple[Evidence, ...] = ()
    opens: tuple[str, ...] = ()
    category: str = ""
    names: tuple[str, ...] = ()
    finding: Finding | None = None
    legal: bool = False
    penalty: bool = False
    tells: tuple[str, ...] = ()


class CategoryRecord(Model):
    """A class of cases of one type (类别) with periods of its own, as emergencies among complaints."""

    id: str
    zh: str
    en: str


class RoleRecord(Model):
    """A part that another entry of the ledgers plays in a case (涉案关系), as the site that a truck came from."""

    id: str
    zh: str
    en: str
    kinds: tuple[str, ...] = ()


class StepRecord(Model):
    """A step of a case; its source is the type's where it names none.

    party: who takes it. periods: by the category of the case, where it has one. after: steps that must be done first.
    apart: steps whose taker may not take this one, neither the organisation nor the person (异体复核). confidence: of
    the period.
    """

    id: str
    zh: str
    en: str
    party: str
    period: PeriodRecord | None = None
    periods: dict[str, PeriodRecord] = {}
    after: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    article: int | None = None
    standard: str | None = None
    clause: str | None = None
    confidence: Literal["A", "B", "B?"] = "A"
    note_zh: str | None = None
    note_en: str | None = None
    outcomes: tuple[OutcomeRecord, ...] = Field(min_length=1)

    def period_in(self, category: str) -> PeriodRecord | None:
        """Return how long the step may take in a case of a category."""
        return self.periods.get(category, self.period)


@record_type("case_type")
class CaseTypeRecord(Record):
    """A type of case (案件类型): its table of steps.

    word: the word before the year in its numbers. subjects: ledgers whose entries it may be about. parties: who takes
    each part; ``street`` and ``sender`` follow from the case itself, a part without organisation is named when the
    case opens. named: the part for which several are named. points: kinds of points whose alarms open it when they are
    handed on. categories: classes with periods of their own. roles: of further entries that it is traced to. ladder:
    where its penalties count; ladders: by the ledger of the subject. by_hand: whether people open it themselves.
    warn_percent: elapsed share of a period from which its lamp is yellow.
    """

    references: ClassVar[Mapping[str, str]] = {"subjects": "kind", "points": "point_kind", "ladder": "case_ladder"}

    word: str
    order: int = 0
    subjects: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    parties: dict[str, str]
    named: str | None = None
    categories: tuple[CategoryRecord, ...] = ()
    roles: tuple[RoleRecord, ...] = ()
    ladder: str | None = None
    ladders: dict[str, str] = {}
    by_hand: bool = True
    warn_percent: int = Field(gt=0, lt=100)
    start: tuple[str, ...] = Field(min_length=1)
    steps: tuple[StepRecord, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_a_table(self) -> Self:
        outcomes = [one for step in self.steps for one in step.outcomes]
        parts = {*self.parties, STREET, SENDER, *([self.named] if self.named else [])}
        _refuse({step.party for step in self.steps} - parts, Text("没有写明谁承担", "nobody is named for"))
        known = {one.id for one in self.categories}
        _refuse({name for step in self.steps for name in step.periods} - known, Text("没有的类别", "no such category"))
        roles = {one.id for one in self.roles}
        _refuse({name for one in outcomes for name in one.names} - roles, Text("没有的涉案关系", "no such part"))
        steps = {step.id for step in self.steps}
        _refuse({name for step in self.steps for name in step.apart} - steps, Text("没有的环节", "no such step"))
        try:
            self.table_of_steps()
        except WorkflowError as error:
            raise BadValueError(error.text.zh, error.text.en) from error
        return self

    def table_of_steps(self, category: str = "") -> CaseType:
        """Return the pure table for cases of a category."""
        return CaseType(self.id, self.start, {step.id: _step(step, category) for step in self.steps})

    def ladder_of(self, kind: str) -> str | None:
        """Return where a penalty of a subject of a ledger counts, or None."""
        return self.ladders.get(kind, self.ladder)

    def step(self, name: str) -> StepRecord:
        """Return a step by id; KeyError where the type has none."""
        return {step.id: step for step in self.steps}[name]

    def outcome(self, step: str, name: str) -> OutcomeRecord:
        """Return an outcome of a step; KeyError where it has none."""
        return {one.id: one for one in self.step(step).outcomes}[name]

    def citation_of(self, step: StepRecord) -> Text:
        """Return where a step and its period are written."""
        if step.article is None and step.standard is None:
            return self.citation
        cited = Record(
            id="step", zh=step.zh, en=step.en, article=step.article, standard=step.standard, clause=step.clause
        )
        return cited.citation


def _refuse(strange: set[str], what: Text) -> None:
    if strange:
        listed = ", ".join(sorted(strange))
        raise BadValueError(f"{what.zh}：{listed}", f"{what.en}: {listed}")


def _step(record: StepRecord, category: str) -> Step:
    outcomes = tuple(
        Outcome(one.id, one.to, frozenset(one.needs), one.opens, one.finding or "") for one in record.outcomes
    )
    given = record.period_in(category)
    period = Period(given.amount, given.unit, given.roll) if given else None
    return Step(record.id, record.party, outcomes, period, frozenset(record.after))


class LadderLevelRecord(Model):
    """A level: from so many penalties on, this follows, for so long; triggers lead here at once."""

    at: int = Field(ge=1)
    consequence: str
    zh: str
    en: str
    days: int | None = Field(default=None, ge=1)
    months: int | None = Field(default=None, ge=1)
    triggers: tuple[str, ...] = ()
    public: bool = False


class TriggerRecord(Model):
    """A finding that leads to a level at once, or one for which points are taken."""

    id: str
    zh: str
    en: str
    costs: int = Field(default=0, ge=0)


@record_type("case_ladder")
class CaseLadderRecord(Record):
    """What repeated penalties lead to (阶梯惩戒). cycle: the attribute of the subject that names its cycle.

    cycle_credential: the kind of credential whose number names the cycle, and from which points are taken. triggers:
    findings that a penalty may carry. recorded: whether its penalties are entered in the subject's ledger as well.
    """

    references: ClassVar[Mapping[str, str]] = {"cycle_credential": "credential_kind"}

    counting: Counting
    window_days: int | None = None
    cycle: str | None = None
    cycle_zh: str | None = None
    cycle_en: str | None = None
    cycle_credential: str | None = None
    recorded: bool = False
    triggers: tuple[TriggerRecord, ...] = ()
    levels: tuple[LadderLevelRecord, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        unknown = sorted({name for level in self.levels for name in level.triggers} - {one.id for one in self.triggers})
        if unknown:
            raise BadValueError(f"没有的情形：{', '.join(unknown)}", f"no such trigger: {', '.join(unknown)}")
        try:
            self.ladder()
        except WorkflowError as error:
            raise BadValueError(error.text.zh, error.text.en) from error
        return self

    def ladder(self) -> Ladder:
        """Return the pure ladder."""
        levels = (Level(one.at, one.consequence, one.days, one.months, frozenset(one.triggers)) for one in self.levels)
        return Ladder(self.id, self.counting, tuple(levels), self.window_days)

    def level(self, consequence: str) -> LadderLevelRecord:
        """Return the level of a consequence; KeyError where it has none."""
        return {one.consequence: one for one in self.levels}[consequence]

    def points_of(self, findings: Iterable[str]) -> int:
        """Return the points that findings cost."""
        asked = set(findings)
        return sum(one.costs for one in self.triggers if one.id in asked)


@record_type("escalation")
class EscalationRecord(Record):
    """A level of escalation (逐级上报): reached so many hours after the end of a step's period.

    to: whom it is told, an organisation, or ``holder`` for the head of whoever has the step.
    """

    level: int = Field(ge=1)
    after_hours: int = Field(ge=0)
    to: str

    def escalation(self) -> Escalation:
        """Return the pure level."""
        return Escalation(self.level, timedelta(hours=self.after_hours), self.to)


@record_type("case_rule")
class CaseSettings(Record):
    """What holds for all cases (案件通则).

    reopen_days: after its closing a case may be taken up again for so long. photo_within_m: a photo taken farther from
    the subject differs in place. skew_minutes: clocks of phones may be wrong by so much before a photo differs in time.
    work_from, work_until: working hours, out of which the duty roster has a step. warn_percent: elapsed share of a
    measure's period from which its lamp is yellow.
    """

    reopen_days: int = Field(ge=1)
    photo_within_m: int = Field(ge=1)
    skew_minutes: int = Field(ge=0)
    work_from: time
    work_until: time
    warn_percent: int = Field(gt=0, lt=100)
