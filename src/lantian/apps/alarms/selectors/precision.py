"""The precision of rules (规则准确率): what became of their alarms, as a share with its interval, month by month."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncMonth

from lantian.analysis.proportions import wilson
from lantian.apps.alarms.models import Alarm, AlarmQuerySet, RuleDecision
from lantian.apps.alarms.selectors.rules import observing, rules_of
from lantian.apps.alarms.selectors.words import Words
from lantian.kernel.instants import BEIJING, day_of
from lantian.policy.records_alarm import AlarmPolicyRecord, AlarmRuleRecord

MONTHS = 6
Counts = Mapping[str, int]
"""Alarms by outcome."""


@dataclass(frozen=True)
class Share:
    """True alarms of those judged, with the interval of the policy's confidence level: all of it where none was."""

    true: int
    judged: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The precision, 0 to 1."""
        return self.true / self.judged if self.judged else None

    @property
    def untrue(self) -> "Share":
        """The false alarms of those judged (误报率): what is left of the precision, with the same interval."""
        return Share(self.judged - self.true, self.judged, 1 - self.high, 1 - self.low)


@dataclass(frozen=True)
class Month:
    """A month of the trend."""

    month: date
    share: Share


@dataclass(frozen=True)
class RulePrecision:
    """A rule's line of the board.

    counts: judged alarms by outcome in the policy's days; waiting: alarms without outcome in the same days.
    """

    record: AlarmRuleRecord
    counts: Counts
    waiting: int
    share: Share
    floor: float
    minimum_judged: int
    observes: bool
    months: tuple[Month, ...]

    @property
    def cells(self) -> list[int]:
        """The counts in the order of the outcomes."""
        return [self.counts.get(outcome, 0) for outcome in Alarm.Outcome.values]

    @property
    def any(self) -> bool:
        """Whether the rule had any alarm in the policy's days."""
        return bool(self.share.judged or self.waiting)

    @property
    def enough(self) -> bool:
        """Whether enough alarms were judged to say anything."""
        return self.share.judged >= self.minimum_judged

    @property
    def below(self) -> bool:
        """Whether the rule lies below its floor beyond doubt: the whole interval does."""
        return self.enough and self.share.high < self.floor

    @property
    def to_demote(self) -> bool:
        """Whether a person should decide that it only observes."""
        return self.below and not self.observes

    @property
    def to_promote(self) -> bool:
        """Whether an observing rule has shown itself above its floor."""
        return self.observes and self.enough and self.share.low >= self.floor


def share_of(true: int, judged: int, policy: AlarmPolicyRecord) -> Share:
    """Return a share with its Wilson interval."""
    interval = wilson(true, judged, float(policy.confidence_level))
    return Share(true, judged, interval.low if interval else 0.0, interval.high if interval else 1.0)


def policy_on(said: Words, now: datetime) -> AlarmPolicyRecord:
    """Return how precision is judged today."""
    return rules_of(said.pack).policy(day_of(now))


def board(alarms: AlarmQuerySet, said: Words, now: datetime, *, rule: str | None = None) -> list[RulePrecision]:
    """Return the board of some alarms: all rules in force, or one. Two questions, whatever the number of alarms."""
    policy, day = policy_on(said, now), day_of(now)
    since = now - timedelta(days=policy.days)
    counted = alarms.filter(rule=rule) if rule else alarms
    recent = _recent(counted, since, now)
    months = _monthly(counted, now)
    modes = RuleDecision.objects.modes()
    return [
        _line(record, policy, recent.get(record.id, {}), months.get(record.id, {}), observes, now)
        for record in said.pack.on(AlarmRuleRecord, day)
        if rule in (None, record.id)
        for observes in [observing(record.id, modes, said.pack, day)]
    ]


def _recent(alarms: AlarmQuerySet, since: datetime, now: datetime) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = alarms.raised_between(since, now + timedelta(minutes=1)).order_by()
    for rule, outcome, count in rows.values_list("rule", "outcome").annotate(n=Count("pk")):
        found[rule][outcome] = count
    return found


def _monthly(alarms: AlarmQuerySet, now: datetime) -> dict[str, dict[date, tuple[int, int]]]:
    first = _months(now)[0]
    start = datetime(first.year, first.month, 1, tzinfo=BEIJING)
    rows = alarms.judged().filter(raised_at__gte=start, raised_at__lte=now).order_by()
    found: dict[str, dict[date, tuple[int, int]]] = defaultdict(dict)
    by_month = rows.annotate(month=TruncMonth("raised_at", tzinfo=BEIJING))
    for rule, month, outcome, count in by_month.values_list("rule", "month", "outcome").annotate(n=Count("pk")):
        true, judged = found[rule].get(month.date(), (0, 0))
        found[rule][month.date()] = true + count * (outcome == Alarm.Outcome.TRUE), judged + count
    return found


def _months(now: datetime) -> list[date]:
    """Return the first days of the last months, the oldest first."""
    here = now.astimezone(BEIJING)
    number = here.year * 12 + here.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(number - MONTHS + 1, number + 1)]


def _line(
    record: AlarmRuleRecord,
    policy: AlarmPolicyRecord,
    counts: Counts,
    months: Mapping[date, tuple[int, int]],
    observes: bool,
    now: datetime,
) -> RulePrecision:
    judged = sum(count for outcome, count in counts.items() if outcome)
    floor = record.precision_floor if record.precision_floor is not None else policy.precision_floor
    return RulePrecision(
        record=record,
        counts={outcome: count for outcome, count in counts.items() if outcome},
        waiting=counts.get("", 0),
        share=share_of(counts.get(Alarm.Outcome.TRUE, 0), judged, policy),
        floor=float(floor),
        minimum_judged=policy.minimum_judged,
        observes=observes,
        months=tuple(Month(month, share_of(*months.get(month, (0, 0)), policy)) for month in _months(now)),
    )


def sorted_for_decision(lines: Sequence[RulePrecision]) -> list[RulePrecision]:
    """Return the lines, those to decide about first, then the most judged."""
    return sorted(lines, key=lambda line: (not line.to_demote, not line.to_promote, -line.share.judged, line.record.id))
