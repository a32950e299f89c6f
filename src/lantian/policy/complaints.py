"""The complaint rules of a pack (投诉举报规则), looked up by the day on which a complaint came."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from lantian.kernel.calendar import LegalCalendar
from lantian.kernel.errors import LantianError, Text
from lantian.policy.air import air_rules
from lantian.policy.duty import duty_rules
from lantian.policy.pack import Pack
from lantian.policy.records import Record
from lantian.policy.records_complaint import (
    ComplaintChannelRecord,
    ComplaintMatchRecord,
    ComplaintRepeatRecord,
    ComplaintRuleRecord,
    ComplaintTopicRecord,
    RewardRuleRecord,
)
from lantian.policy.records_duty import HotlineTimeRecord
from lantian.workflow.clocks import Clock, Period, due
from lantian.workflow.rewards import Facts, Reward, reward

R = TypeVar("R", bound=Record)


class ComplaintRulesError(LantianError):
    """A pack without the rule that a complaint needs."""


def complaint_rules(pack: Pack) -> "ComplaintRules":
    """Bind a pack's complaint rules."""
    return ComplaintRules(pack)


@dataclass(frozen=True)
class Times:
    """How long a complaint of a class may wait: to be taken up, and to be replied to; where that is written."""

    record: HotlineTimeRecord
    accept: Period
    reply: Period

    @property
    def label(self) -> Text:
        return Text(self.record.zh, self.record.en)


@dataclass(frozen=True, eq=False)
class ComplaintRules:
    """The complaint rules of one pack."""

    pack: Pack

    @cached_property
    def _calendar(self) -> LegalCalendar:
        return replace(air_rules(self.pack).calendar, years=None)

    @cached_property
    def rate_decimals(self) -> int:
        """Digits of the three rates."""
        return duty_rules(self.pack).rates().decimals

    def channels(self, day: date) -> Mapping[str, ComplaintChannelRecord]:
        """Return the channels in force by id, in the pack's order."""
        found = sorted(self.pack.on(ComplaintChannelRecord, day), key=lambda one: (one.order, one.id))
        return {one.id: one for one in found}

    def topics(self, day: date) -> Mapping[str, ComplaintTopicRecord]:
        """Return the topics in force by id, in the pack's order."""
        found = sorted(self.pack.on(ComplaintTopicRecord, day), key=lambda one: (one.order, one.id))
        return {one.id: one for one in found}

    def topic_of(self, text: str, day: date) -> ComplaintTopicRecord:
        """Return the topic that most of its words in a text suggest, the last of the pack where none does."""
        topics = list(self.topics(day).values())
        if not topics:
            raise ComplaintRulesError(
                Text(f"政策包在 {day} 没有投诉类别。", f"The pack has no topics of complaints on {day}.")
            )
        best = max(topics, key=lambda one: sum(word in text for word in one.words))
        return best if any(word in text for word in best.words) else topics[-1]

    def rule(self, day: date) -> ComplaintRuleRecord:
        """Return how complaints are cases; raises ComplaintRulesError."""
        return self._only(ComplaintRuleRecord, day)

    def match(self, day: date) -> ComplaintMatchRecord:
        """Return how near two complaints of one thing are; raises ComplaintRulesError."""
        return self._only(ComplaintMatchRecord, day)

    def repeat(self, day: date) -> ComplaintRepeatRecord:
        """Return what repeated complaints lead to; raises ComplaintRulesError."""
        return self._only(ComplaintRepeatRecord, day)

    def reward_rule(self, day: date) -> RewardRuleRecord:
        """Return what a true report earns; raises ComplaintRulesError."""
        return self._only(RewardRuleRecord, day)

    def reward(self, facts: Facts, day: date) -> Reward:
        """Return what a report earns by the rule of the day on which it came."""
        rule = self.reward_rule(day)
        return reward(rule.pure_bands(), facts, needs_name=rule.needs_name)

    def classes(self, day: date) -> Mapping[str, Times]:
        """Return the classes of times by name; before the first edition of a class its first one serves."""
        found: dict[str, Times] = {}
        for record in self.pack.all(HotlineTimeRecord):
            if record.dispatch and record.feedback and (record.kind not in found or record.holds_on(day)):
                found[record.kind] = Times(record, _period(record.dispatch), _period(record.feedback))
        return found

    def times(self, kind: str, day: date) -> Times:
        """Return the times of a class; raises ComplaintRulesError."""
        found = self.classes(day).get(kind)
        if found is None:
            raise ComplaintRulesError(Text(f"没有时限类别“{kind}”。", f"There is no class of times {kind!r}."))
        return found

    def due(self, start: datetime, period: Period) -> datetime:
        """Return when a period that begins at ``start`` ends."""
        return due(Clock(start, period), self._calendar, start)

    def _only(self, kind: type[R], day: date) -> R:
        found = self.pack.on(kind, day)
        if not found:
            raise ComplaintRulesError(
                Text(f"政策包在 {day} 没有 {kind.table}。", f"The pack has no {kind.table} on {day}.")
            )
        return found[0]


def _period(text: str) -> Period:
    """Read ``7d`` or ``24h``; days are calendar days that end on time, days off or not.

    >>> _period("24h")
    Period(amount=24, unit='hour', roll=True)
    """
    amount = int(text[:-1])
    return Period(amount, "hour") if text.endswith("h") else Period(amount, "calendar-day", roll=False)
