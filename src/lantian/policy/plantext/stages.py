"""Stages (阶段) with their time in the title, as 整治阶段（3月16日—10月31日）: the duties below have that time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from lantian.policy.plantext.clean import Clean
from lantian.policy.plantext.deadlines import deadlines
from lantian.policy.plantext.model import Deadline
from lantian.policy.plantext.times import PlanTime

_STAGE = re.compile(
    "[^，。；：（]{2,16}（[\\d一二三四五六七八九十年月日上中下旬季度底前后起初末至到从自份—–\\-－~～.]{3,36}）[：:。]?"
)


@dataclass
class Stage:
    """When a stage is, and of which kind its heading is; its first duty is told it, others that have no time."""

    due: Sequence[Deadline] = ()
    level: int = -1
    told: bool = False

    def below(self, level: int) -> "Stage":
        """Return the stage in which a heading of a kind stands: this one where that is lower."""
        return self if level > self.level else Stage()

    def time(self, plan: PlanTime | None) -> PlanTime | None:
        """Return the time against which a duty's months without a year are read: no year before the stage's own."""
        first = next((date.fromisoformat(each.value) for each in self.due if each.kind == "from"), None)
        return replace(plan, begins=max(plan.begins, date(first.year, 1, 1))) if plan and first else plan

    def with_time(self, own: Sequence[Deadline]) -> list[Deadline]:
        """Return a duty's deadlines with those of its stage."""
        if not self.due or (self.told and any(each.kind in ("by", "from", "on") for each in own)):
            return [*own]
        self.told = True
        known = {each.reading.span for each in own}
        return [*own, *(each for each in self.due if each.reading.span not in known)]


def stage_of(title: Clean, level: int, time: PlanTime | None) -> Stage | None:
    """Return the stage that a title names with its time, and with nothing else, in brackets."""
    due = deadlines(title, time) if _STAGE.fullmatch(title.text) else ()
    return Stage(due, level) if due else None
