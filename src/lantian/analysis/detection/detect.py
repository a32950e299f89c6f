"""All rules over one window (检测): mechanisms by name, then what covers, suppresses or doubles what."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lantian.analysis.detection import instruments, levels, links, vehicles
from lantian.analysis.detection import rules as kinds
from lantian.analysis.detection.findings import Finding
from lantian.analysis.detection.maintenance import suppress, window_abuse
from lantian.analysis.detection.regional import cover, regional
from lantian.analysis.detection.rules import Rule, WindowAbuse
from lantian.analysis.detection.window import Window

MECHANISMS: Mapping[type, Callable[[Rule, Any, Window], list[Finding]]] = {
    kinds.Exceedance: levels.exceedance,
    kinds.AboveBackground: levels.above_background,
    kinds.DailyCount: levels.daily_count,
    kinds.NeighbourRatio: levels.neighbour_ratio,
    kinds.RateOfChange: levels.rate_of_change,
    kinds.OperatingState: levels.operating_state,
    kinds.Frozen: instruments.frozen,
    kinds.Clipped: instruments.clipped,
    kinds.Ordering: instruments.ordering,
    kinds.NeighbourOutlier: instruments.neighbour_outlier,
    kinds.Drift: instruments.drift,
    kinds.OxygenStep: instruments.oxygen_step,
    kinds.Sprinkling: instruments.sprinkling,
    kinds.Offline: links.offline,
    kinds.ClockDrift: links.clock_drift,
    kinds.Late: links.late,
    kinds.Fence: vehicles.fence,
    kinds.Route: vehicles.route,
    kinds.Regional: regional,
}
"""What judges a rule, by the class of its mechanism; ``WindowAbuse`` looks at the findings and comes last."""


def detect(rules: Sequence[Rule], window: Window) -> list[Finding]:
    """Judge all rules over a window; each subject is found at most once.

    An absent subject is one whose condition does not hold (or that could not be judged for lack of data).
    """
    found = [each for rule in rules if type(rule.mechanism) in MECHANISMS for each in judge(rule, window)]
    by_id = {rule.id: rule for rule in rules}
    found = suppress(yielding(cover(found, by_id, window), by_id), window)
    abused = (
        each
        for rule in rules
        if isinstance(rule.mechanism, WindowAbuse)
        for each in window_abuse(rule, rule.mechanism, window, found)
    )
    return [*found, *abused]


def judge(rule: Rule, window: Window) -> list[Finding]:
    """Return what one rule finds by itself."""
    return MECHANISMS[type(rule.mechanism)](rule, rule.mechanism, window)


def yielding(found: Iterable[Finding], rules: Mapping[str, Rule]) -> list[Finding]:
    """Mark the findings whose rule yields to another that found something at the same place."""
    found = list(found)
    first = {(each.rule, each.point or each.device, each.factor): each.subject for each in found}
    return [_yielded(each, rules[each.rule], first) for each in found]


def _yielded(each: Finding, rule: Rule, first: Mapping[tuple[str, str, str], str]) -> Finding:
    place = each.point or each.device
    for other in rule.yields_to:
        subject = first.get((other, place, each.factor)) or first.get((other, place, ""))
        if subject:
            return replace(each, duplicate_of=subject)
    return each


def minutes_needed(rules: Sequence[Rule]) -> int:
    """Return how many minutes a window should hold for these rules."""
    return max([_LEAST_MINUTES, *(_minutes(rule) + rule.minimum_minutes + rule.clear_minutes for rule in rules)])


def _minutes(rule: Rule) -> int:
    mechanism = rule.mechanism
    if isinstance(mechanism, kinds.OxygenStep | kinds.Sprinkling):
        return mechanism.before_minutes + mechanism.after_minutes
    if isinstance(mechanism, kinds.Frozen | kinds.RateOfChange):
        return mechanism.minutes
    return 0


_LEAST_MINUTES = 180


def days_needed(rules: Sequence[Rule]) -> int:
    """Return how many daily means a window should hold for these rules; 0 where none looks at days."""
    return max([0, *(rule.mechanism.days for rule in rules if isinstance(rule.mechanism, kinds.Drift))])


HOURS_NEEDED = 48
QUARTERS_NEEDED = 96
"""Validated hours, and 15-minute means, that a window should hold."""
