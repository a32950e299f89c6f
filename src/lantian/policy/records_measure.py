"""Records of measures (措施目录): what the law allows against a violation, in which steps, within which amounts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.policy.records import BadValueError, Model, Record, record_type
from lantian.workflow.discretion import Band, DiscretionError, Factor

MeasureKind = Literal[
    "warning", "fine", "daily-fine", "seizure", "limit", "stop", "closure", "detention", "criminal", "sanction"
]
ClockKind = Literal["right", "duty", "party"]
"""A right of the party, which the decision waits for; a duty of the authority; a duty of the party."""
StepEffect = Literal["decide", "set-hearing", "hear", "pay", "extend"]
PARTIES: tuple[str, ...] = ("organisation", "person")


class StartedClock(Model):
    """A clock that a step starts: the legal period by id, and whose it is.

    least: the amount [yuan] by kind of party from which the right exists; none is always.
    """

    deadline: str
    kind: ClockKind
    least: dict[str, Decimal] = {}

    def exists_for(self, party: str, amount: Decimal | None) -> bool:
        """Tell whether the clock exists for a party and an amount; a measure without an amount has every right."""
        bound = self.least.get(party)
        return bound is None or amount is None or amount >= bound


class MeasureStepRecord(Model):
    """A step in the order of the law. to: what may follow; none ends the measure. starts, ends: clocks.

    does: decide fixes the amount and waits for the party's rights; set-hearing names its day; hear waits for that day;
    pay adds what is due for lateness; extend makes the term longer, once. document: the paper that goes with it.
    """

    id: str
    zh: str
    en: str
    to: tuple[str, ...] = ()
    does: StepEffect | None = None
    document: str | None = None
    starts: tuple[StartedClock, ...] = ()
    ends: tuple[str, ...] = ()


@record_type("measure_procedure")
class MeasureProcedureRecord(Record):
    """The legal steps of a measure in their order (法定步骤), first to last."""

    steps: tuple[MeasureStepRecord, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        known = {step.id for step in self.steps}
        missing = sorted({name for step in self.steps for name in step.to} - known)
        if missing:
            raise BadValueError(f"没有的步骤：{', '.join(missing)}", f"no such step: {', '.join(missing)}")
        lost = sorted(known - {self.steps[0].id} - {name for step in self.steps for name in step.to})
        if lost:
            raise BadValueError(f"无法到达的步骤：{', '.join(lost)}", f"no way leads to: {', '.join(lost)}")
        return self

    def step(self, name: str) -> MeasureStepRecord:
        """Return a step by id; KeyError where there is none."""
        return {step.id: step for step in self.steps}[name]


class TermRecord(Model):
    """How long a measure lasts, in days or months."""

    days: int | None = Field(default=None, ge=1)
    months: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.days is None) == (self.months is None):
            raise BadValueError("须恰好写 days 或 months", "needs either days or months")
        return self


class BandRecord(Model):
    """The least and the most that the law allows, and the unit of the amounts that are worked out [yuan]."""

    low: Decimal = Field(ge=0)
    high: Decimal = Field(gt=0)
    unit: Decimal = Field(default=Decimal(1000), gt=0)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        try:
            self.band()
        except DiscretionError as error:
            raise BadValueError(error.text.zh, error.text.en) from error
        return self

    def band(self) -> Band:
        """Return the pure band."""
        return Band(self.low, self.high)


@record_type("measure")
class MeasureRecord(Record):
    """A measure of the catalogue (措施), as the law in force on the day of the event has it.

    band: of a fine, with the factors of discretion by id. term, extension: how long it lasts at most. consequence: of a
    sanction, the level of the ladder that it carries out. order: in the catalogue.
    """

    references: ClassVar[Mapping[str, str]] = {"procedure": "measure_procedure", "factors": "discretion_factor"}

    kind: MeasureKind
    procedure: str
    order: int = 0
    band: BandRecord | None = None
    factors: tuple[str, ...] = ()
    term: TermRecord | None = None
    extension: TermRecord | None = None
    consequence: str | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "fine") != (self.band is not None):
            raise BadValueError('kind = "fine" 须有 band，其他不得有', 'kind = "fine" needs a band, others have none')
        if (self.kind == "sanction") != (self.consequence is not None):
            raise BadValueError(
                'kind = "sanction" 须有 consequence，其他不得有',
                'kind = "sanction" needs a consequence, others have none',
            )
        return self


class FactorChoiceRecord(Model):
    """A choice of a factor, and how far up the band it leads [%]."""

    id: str
    zh: str
    en: str
    percent: int = Field(ge=0, le=100)


@record_type("discretion_factor")
class DiscretionFactorRecord(Record):
    """A factor of discretion (裁量因素) with its weight beside the others."""

    weight: int = Field(ge=1)
    choices: tuple[FactorChoiceRecord, ...] = Field(min_length=2)

    def factor(self) -> Factor:
        """Return the pure factor."""
        return Factor(self.id, self.weight, {one.id: one.percent for one in self.choices})

    def choice(self, name: str) -> FactorChoiceRecord:
        """Return a choice by id; KeyError where it has none."""
        return {one.id: one for one in self.choices}[name]
