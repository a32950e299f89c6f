"""Many points rise together (区域过程): one notice, and findings that the common rise explains are covered by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from lantian.analysis.detection import wording
from lantian.analysis.detection.findings import Finding, subject_key
from lantian.analysis.detection.measure import nan_mean, nan_median
from lantian.analysis.detection.rules import Regional, Rule
from lantian.analysis.detection.window import Bools, Floats, Grid, Indices, Window
from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted

NEVER = -1


@dataclass(frozen=True, eq=False)
class Course:
    """An episode on the hours: first and last hour, the median rise of all points in each hour, the share that rose."""

    first: int
    last: int
    rise: Floats
    share: float
    points: int


def regional(rule: Rule, mechanism: Regional, window: Window) -> list[Finding]:
    """Find the episode in which many points of the rule's kinds have risen together, if there is one."""
    course = course_of(rule, mechanism, window)
    if course is None:
        return []
    grid = hours_until_now(window, window.rows(rule.kinds, rule.channel))
    peak = course.first + int(np.nanargmax(course.rise[course.first : course.last + 1]))
    share = wording.amount(100 * mechanism.share, "%", "≥ ")
    rose = wording.amount(float(course.rise[peak]), rule.unit)
    label = Text(
        f"{mechanism.hours_before} 小时内一同升高的点位", f"points that rose together in {mechanism.hours_before} h"
    )
    percent = f"{100 * course.share:.0f} %"
    found = Text(f"{course.points} 个点中的 {percent}", f"{percent} of {counted(course.points, 'point')}")
    conditions = (
        wording.row(label, found, share),
        wording.row(Text("升高的中位数", "median rise"), rose, wording.amount(mechanism.difference, rule.unit, "≥ ")),
    )
    return [
        Finding(
            rule=rule.id,
            subject=subject_key(rule.id, "district", rule.channel),
            point="",
            device="",
            area="",
            factor=rule.channel,
            start=grid.at(course.first),
            end=min(grid.at(course.last + 1), window.now),
            peak=float(course.rise[peak]),
            peak_at=grid.at(peak),
            limit=mechanism.difference,
            unit=rule.unit,
            level=rule.level,
            conditions=conditions,
            judged_at=window.now,
            holds=course.last == grid.steps - 1,
        )
    ]


def hours_until_now(window: Window, rows: Indices) -> Grid:
    """Return the validated hours and, last, the mean of the minutes since; without minutes the hours alone."""
    hours = window.hours.of(rows)
    since = max(0, window.minutes.step_of(hours.at(hours.steps)))
    minutes = window.usable.values[rows, since:]
    if minutes.shape[1] < _FEWEST_MINUTES:
        return hours
    return hours.with_values(np.concatenate([hours.values, nan_mean(minutes, 1)[:, np.newaxis]], axis=1))


_FEWEST_MINUTES = 10
"""Minutes since the last full hour from which their mean is taken for the hour."""


def course_of(rule: Rule, mechanism: Regional, window: Window) -> Course | None:
    """Follow the hours and return the last episode, if it reaches the last three hours."""
    values = hours_until_now(window, window.rows(rule.kinds, rule.channel)).values
    steps, back = values.shape[1], mechanism.hours_before
    found: Course | None = None
    step = back
    while step < steps:
        base = nan_mean(values[:, step - back : step], 1)
        risen, known = _risen(values[:, step], base, mechanism)
        if known < mechanism.minimum_points or risen < mechanism.share * known:
            step += 1
            continue
        last = _last(values, base, step, mechanism)
        with np.errstate(invalid="ignore"):
            rise = nan_median(values - base[:, np.newaxis], 0)
        found = Course(step, last, rise, risen / known, known)
        step = last + 1
    return found if found and found.last >= steps - _REACHES else None


_REACHES = 3


def _risen(values: Floats, base: Floats, mechanism: Regional) -> tuple[int, int]:
    """Count the points that lie far enough above their base, and those that could."""
    known: Bools = ~np.isnan(values) & ~np.isnan(base)
    with np.errstate(invalid="ignore"):
        risen = known & (values >= mechanism.times * base) & (values - base >= mechanism.difference)
    return int(risen.sum()), int(known.sum())


def _last(values: Floats, base: Floats, first: int, mechanism: Regional) -> int:
    """Return the last hour of an episode: as long as half the share still lies far above the level before it."""
    last = first
    for step in range(first + 1, min(values.shape[1], first + mechanism.longest_hours)):
        risen, known = _risen(values[:, step], base, mechanism)
        if known and risen < mechanism.share / 2 * known:
            break
        last = step
    return last


def cover(found: Sequence[Finding], rules: Mapping[str, Rule], window: Window) -> list[Finding]:
    """Mark the findings that a regional rise explains: their peak, less the median rise of all, is within the limit."""
    courses = {
        finding.rule: (finding, course)
        for finding in found
        if isinstance((rule := rules[finding.rule]).mechanism, Regional)
        and (course := course_of(rule, rule.mechanism, window))
    }
    return [_covered(each, courses.get(rules[each.rule].regional), window) for each in found]


def _covered(each: Finding, what: tuple[Finding, Course] | None, window: Window) -> Finding:
    if what is None:
        return each
    notice, course = what
    step = _hour(each.peak_at, window)
    if not course.first <= step <= course.last:
        return each
    if each.peak - float(course.rise[step]) > each.limit:
        return each
    return replace(each, covered_by=notice.subject)


def _hour(moment: datetime, window: Window) -> int:
    return window.hours.step_of(moment)
