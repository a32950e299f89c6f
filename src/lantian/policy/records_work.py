"""Records of tasks in work (任务推进): lamps, reverse schedules, indicators, and where money comes from."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.kernel.errors import Text
from lantian.policy.records import BadValueError, Model, Record, record_type
from lantian.policy.records_plan import Comparator, Unit

Feed = Literal["entered", "ledger", "air", "cases", "inspections"]
"""Where an indicator's values come from."""


@record_type("lamp_rule")
class LampRuleRecord(Record):
    """When lamps turn (亮灯规则); see ``workflow.lamps.LampRule`` for the thresholds.

    task_due: the deadline of a task for which the plan prints none, the last day of the plan. about: how far from the
    target "about" may be [%].
    """

    near_days: int = Field(ge=0)
    near_progress: Decimal = Field(ge=0, le=100)
    lag: Decimal = Field(gt=0, le=100)
    late_lag: Decimal = Field(gt=0, le=100)
    milestone_days: int = Field(ge=0)
    report_days: int = Field(ge=0)
    task_start: date
    task_due: date
    about: Decimal = Field(ge=0, le=100)

    @model_validator(mode="after")
    def _red_is_later(self) -> Self:
        if self.late_lag < self.lag:
            raise BadValueError("late_lag 不得小于 lag", "late_lag must not be below lag")
        return self


class ScheduleStep(Model):
    """A step of a reverse schedule: days, or a share of what is left; progress: of the whole when it is done [%]."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    days: int | None = Field(default=None, ge=1)
    share: Decimal | None = Field(default=None, gt=0, le=100)
    progress: Decimal = Field(gt=0, le=100)

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.days is None) == (self.share is None):
            raise BadValueError("须写 days 或 share 之一", "takes either days or share")
        return self


@record_type("schedule_template")
class ScheduleTemplate(Record):
    """Steps of a kind of task, laid from the deadline back (倒排工期)."""

    order: int = 0
    steps: tuple[ScheduleStep, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _progress_rises(self) -> Self:
        rising = [step.progress for step in self.steps]
        if rising != sorted(set(rising)) or rising[-1] != 100:
            raise BadValueError("progress 须逐步上升至 100", "progress must rise to 100")
        return self


@record_type("indicator")
class IndicatorRecord(Record):
    """By what a task is measured (指标), and where its values come from.

    tasks: of the pack; without any the indicator is a task of its own, with ``lead``. feed: ledger (with
    ``ledger_figure``), air (with ``target``), cases (share of the cases of ``case_types`` whose ``case_step`` was taken
    in time), inspections (share of ``checklist`` that passed), or entered. quantity: of the plan, whose comparator and
    value are the target where this record states none. base: where it began; base_year: the year that it is of.
    days: cases and inspections of so many days count. by: attribute of the ledger's entries by whose choices the figure
    is also told, as the goods of a park; an entry with several counts in each.
    """

    references: ClassVar[Mapping[str, str]] = {
        "tasks": "task", "ledger_figure": "ledger_figure", "target": "target", "quantity": "quantity",
        "case_types": "case_type", "checklist": "checklist", "lead": "organisation",
    }  # fmt: skip

    tasks: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    feed: Feed
    unit: Unit
    comparator: Comparator | None = None
    value: Decimal | None = None
    quantity: str | None = None
    base: Decimal | None = None
    base_year: int | None = None
    ledger_figure: str | None = None
    target: str | None = None
    by: str | None = None
    case_types: tuple[str, ...] = ()
    case_step: str | None = None
    checklist: str | None = None
    days: int | None = Field(default=None, ge=1)
    decimals: int = Field(default=1, ge=0, le=4)

    @model_validator(mode="after")
    def _has_what_its_feed_needs(self) -> Self:
        needed = {"ledger": self.ledger_figure, "air": self.target, "cases": self.case_types and self.days,
                  "inspections": self.checklist and self.days, "entered": True}  # fmt: skip
        if not needed[self.feed]:
            names = {
                "ledger": "ledger_figure",
                "air": "target",
                "cases": "case_types, days",
                "inspections": "checklist, days",
            }
            raise BadValueError(f"须写 {names[self.feed]}", f"needs {names[self.feed]}")
        if (self.comparator is None) != (self.value is None):
            raise BadValueError("comparator 与 value 须同时写", "comparator and value belong together")
        if bool(self.tasks) == bool(self.lead):
            raise BadValueError("须写 tasks 或 lead 之一", "takes either tasks or lead")
        return self

    @property
    def name(self) -> Text:
        """Its label."""
        return Text(self.zh, self.en)


@record_type("fund_source")
class FundSource(Record):
    """Where money comes from (资金来源)."""

    order: int = 0
