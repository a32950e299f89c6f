"""The plan's tables of the pack in use: tasks, indicators, lamps, schedules, funds; read once per process and pack."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.conf import settings

from lantian.kernel.errors import LantianError, Text
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.policy.records_plan import Organisation, Quantity, Target
from lantian.policy.records_plan import Task as TaskRecord
from lantian.policy.records_work import FundSource, IndicatorRecord, LampRuleRecord, ScheduleTemplate
from lantian.workflow.lamps import LampRule
from lantian.workflow.schedule import Step


class NoRule(LantianError):
    """The pack lacks a record that tasks need."""

    def __init__(self, what: str) -> None:
        super().__init__(Text(f"政策包中没有 {what}。", f"The pack has no {what}."))


@dataclass(frozen=True)
class PlanRules:
    """What a pack says of tasks in work."""

    pack: Pack
    tasks: Mapping[str, TaskRecord]
    indicators: Mapping[str, IndicatorRecord]
    templates: Mapping[str, ScheduleTemplate]
    funds: Mapping[str, FundSource]
    members: Mapping[str, str]

    def lamp_record(self, day: date) -> LampRuleRecord:
        """Return the record of the lamps on a day."""
        found = self.pack.on(LampRuleRecord, day)
        if not found:
            raise NoRule("lamp_rule")
        return found[0]

    def lamps(self, day: date) -> LampRule:
        """Return the thresholds on a day, with their source."""
        record = self.lamp_record(day)
        citation = Text(f"{record.citation.zh} {record.zh}", f"{record.citation.en}, {record.en}")
        return LampRule(
            record.near_days, record.near_progress, record.lag, record.late_lag, record.milestone_days,
            record.report_days, citation,
        )  # fmt: skip

    def steps(self, template: str) -> list[Step]:
        """Return the steps of a template for :func:`reverse_schedule`."""
        if template not in self.templates:
            raise NoRule(f"schedule_template {template}")
        return [Step(Text(one.zh, one.en), one.progress, one.days, one.share) for one in self.templates[template].steps]

    @property
    def money(self) -> FundSource | None:
        """The record that says where money comes from, and by which article; None where the pack has none."""
        return next(iter(self.funds.values()), None)

    def indicator_of(self, task: str) -> IndicatorRecord | None:
        """Return the indicator that measures a task of the pack."""
        return next((one for one in self.indicators.values() if task in one.tasks), None)

    def quantity(self, name: str) -> Quantity | None:
        """Return a quantity of the plan."""
        return self.pack.find(Quantity, name)

    def target(self, name: str) -> Target | None:
        """Return a target of the plan."""
        return self.pack.find(Target, name)


@lru_cache(maxsize=4)
def _of_pack(name: str) -> PlanRules:
    pack = load_pack(name)
    return PlanRules(
        pack=pack,
        tasks={one.id: one for one in pack.all(TaskRecord)},
        indicators={one.id: one for one in pack.all(IndicatorRecord)},
        templates={one.id: one for one in sorted(pack.all(ScheduleTemplate), key=lambda one: one.order)},
        funds={one.id: one for one in sorted(pack.all(FundSource), key=lambda one: one.order)},
        members={one.id: one.members for one in pack.all(Organisation) if one.members},
    )


def rules() -> PlanRules:
    """Return the plan's tables of the pack in use."""
    return _of_pack(str(settings.PACK))
