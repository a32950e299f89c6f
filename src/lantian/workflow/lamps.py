"""Lamps of tasks (红黄绿灯): on schedule, near, overdue, or no data; each with its reason in words.

A lamp is decided by facts and a rule of the pack alone. More progress never makes it worse; a later day never makes it
better while the facts stay as they are.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, cast

from lantian.kernel.errors import Text
from lantian.kernel.periods import Period, Span
from lantian.kernel.plurals import counted

Colour = Literal["green", "yellow", "red", "grey"]
SEVERITY: dict[Colour, int] = {"green": 0, "grey": 1, "yellow": 2, "red": 3}
"""For sorting: what needs somebody most comes last."""


GOOD, DONE = Text("正常", "on schedule"), Text("已完成", "done")
NEAR, BEHIND = Text("临期", "near"), Text("落后", "behind")
LATE, FAR_BEHIND = Text("逾期", "overdue"), Text("严重落后", "far behind")
MISSED, TO_REPORT = Text("节点逾期", "milestone late"), Text("待填报", "to report")
NO_DATA, STRUCK, UNSAID = Text("无数据", "no data"), Text("已销号", "struck off"), Text("", "")
"""What a lamp says in a word."""


@dataclass(frozen=True, slots=True)
class LampRule:
    """When a lamp turns (亮灯规则), and the record that says so.

    near_days: so many days before the deadline a task is near, unless it has come to ``near_progress`` [%].
    lag, late_lag: percentage points behind the schedule from which a task is yellow, and red.
    milestone_days: days after which a milestone that is still not done turns its task red; before it is yellow.
    report_days: days after the end of a period in which a recurring duty may still be reported.
    """

    near_days: int
    near_progress: Decimal
    lag: Decimal
    late_lag: Decimal
    milestone_days: int
    report_days: int
    citation: Text


@dataclass(frozen=True, slots=True)
class Course:
    """How a task with a deadline stands. expected: progress due today [%]. late_since: deadline of the first milestone
    that is late."""

    due: date | None
    progress: Decimal | None
    expected: Decimal
    late_since: date | None = None
    struck_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reports:
    """How a recurring duty stands. reported: ever. missing_end: last day of the first period without a report."""

    reported: bool
    missing_end: date | None
    struck_on: date | None = None


@dataclass(frozen=True, slots=True)
class Lamp:
    """A colour, what it says in a word, and why; the reason names the rule, ``why`` does not."""

    colour: Colour
    reason: Text
    word: Text = NO_DATA
    why: Text = UNSAID


def lamp(course: Course, rule: LampRule, day: date) -> Lamp:
    """Return the lamp of a task with a deadline, or without one."""
    if course.struck_on is not None:
        return _lamp("green", _struck(course.struck_on), rule, STRUCK)
    if course.progress is not None and course.progress >= 100:
        return _lamp("green", Text("已达到目标，待销号", "the target is reached, to be struck off"), rule, DONE)
    if course.due is not None and day > course.due:
        return _overdue(course, rule, day)
    if course.progress is not None:
        return _running(course.progress, course, rule, day)
    if _waits(course, day) > 0:
        return _missed(course, rule, day)
    return _lamp("grey", Text("尚无进度数据", "no data on progress yet"), rule, NO_DATA)


def _struck(on: date) -> Text:
    return Text(f"{on} 已销号", f"struck off on {on}")


def _lamp(colour: Colour, why: Text, rule: LampRule, word: Text) -> Lamp:
    reason = Text(f"{why.zh}（{rule.citation.zh}）", f"{why.en} ({rule.citation.en})")
    return Lamp(colour, reason, word, why)


def _overdue(course: Course, rule: LampRule, day: date) -> Lamp:
    days = (day - course.due).days if course.due else 0
    done = Text("无进度数据", "no data on progress")
    if course.progress is not None:
        done = Text(f"完成 {course.progress}%", f"{course.progress} % done")
    return _lamp("red", Text(f"逾期 {days} 天，{done.zh}", f"{counted(days, 'day')} overdue, {done.en}"), rule, LATE)


def _running(progress: Decimal, course: Course, rule: LampRule, day: date) -> Lamp:
    """The lamp before the deadline: what is red first, then what is yellow."""
    behind = course.expected - progress
    lagging = Text(
        f"进度 {progress}%，应达 {course.expected}%，落后 {behind} 个百分点",
        f"progress {progress} %, {course.expected} % due, {counted(behind, 'point')} behind",
    )
    waits = _waits(course, day)
    if behind >= rule.late_lag:
        return _lamp("red", lagging, rule, FAR_BEHIND)
    if waits > rule.milestone_days:
        return _missed(course, rule, day)
    if behind >= rule.lag:
        return _lamp("yellow", lagging, rule, BEHIND)
    if waits > 0:
        return _missed(course, rule, day)
    return _near(progress, course.due, rule, day)


def _waits(course: Course, day: date) -> int:
    """Return how many days the first late milestone has waited; 0 where none is late."""
    return (day - course.late_since).days if course.late_since is not None else 0


def _missed(course: Course, rule: LampRule, day: date) -> Lamp:
    waits = _waits(course, day)
    why = Text(f"有节点逾期 {waits} 天未完成", f"a milestone is {counted(waits, 'day')} late")
    return _lamp("red" if waits > rule.milestone_days else "yellow", why, rule, MISSED)


def _near(progress: Decimal, due: date | None, rule: LampRule, day: date) -> Lamp:
    done = Text(f"进度 {progress}%", f"progress {progress} %")
    if due is not None and day + timedelta(days=rule.near_days) >= due and progress < rule.near_progress:
        left = (due - day).days
        return _lamp(
            "yellow",
            Text(f"距期限 {left} 天，{done.zh}", f"{counted(left, 'day')} to the deadline, {done.en}"),
            rule,
            NEAR,
        )
    return _lamp("green", Text(f"按进度推进，{done.zh}", f"on schedule, {done.en}"), rule, GOOD)


def lamp_of_reports(reports: Reports, rule: LampRule, day: date) -> Lamp:
    """Return the lamp of a recurring duty: by the first period that has ended without a report."""
    if reports.struck_on is not None:
        return _lamp("green", _struck(reports.struck_on), rule, STRUCK)
    if not reports.reported:
        return _lamp("grey", Text("周期性任务尚无填报", "a recurring duty without any report yet"), rule, NO_DATA)
    if reports.missing_end is None or day <= reports.missing_end:
        return _lamp("green", Text("各期均已填报", "each period is reported"), rule, GOOD)
    until = reports.missing_end + timedelta(days=rule.report_days)
    if day <= until:
        why = Text(
            f"截至 {reports.missing_end} 的一期待填报，{until} 前补齐",
            f"the period to {reports.missing_end} is to be reported by {until}",
        )
        return _lamp("yellow", why, rule, TO_REPORT)
    why = Text(
        f"截至 {reports.missing_end} 的一期逾期未填报", f"the period to {reports.missing_end} was not reported in time"
    )
    return _lamp("red", why, rule, LATE)


def missing_end(rhythm: str, reported: Collection[date], day: date) -> date | None:
    """Return the last day of the first period, from the first report on, that has no report; None where none lacks.

    rhythm: day, week, month, quarter or year. The period of ``day`` itself counts too: it ends in the future.

    >>> missing_end("month", [date(2019, 1, 9), date(2019, 3, 4)], date(2019, 3, 20))
    datetime.date(2019, 2, 28)
    """
    known = sorted(one for one in reported if one <= day)
    ends = {_end(rhythm, one) for one in known}
    end = _end(rhythm, known[0]) if known else _end(rhythm, day)
    while end in ends:
        end = _end(rhythm, end + timedelta(days=1))
    return end if end <= _end(rhythm, day) else None


def kept_share(rhythm: str, reported: Collection[date], start: date, day: date) -> tuple[int, int]:
    """Return how many of the periods from a start to a day have a report, and how many there are."""
    ends = periods_kept(rhythm, reported, start, day)
    return sum(had for _, had in ends), len(ends)


def periods_kept(rhythm: str, reported: Collection[date], start: date, day: date) -> list[tuple[date, bool]]:
    """Return the last day of each period from a start to a day, and whether it has a report by then.

    >>> periods_kept("month", [date(2019, 1, 9)], date(2019, 1, 1), date(2019, 2, 3))
    [(datetime.date(2019, 1, 31), True), (datetime.date(2019, 2, 28), False)]
    """
    had = {_end(rhythm, one) for one in reported if one <= day}
    found, end = [], _end(rhythm, start)
    while end <= _end(rhythm, day):
        found.append((end, end in had))
        end = _end(rhythm, end + timedelta(days=1))
    return found


def _end(rhythm: str, day: date) -> date:
    """The last day of the period in which a day lies."""
    return day if rhythm == "day" else Period.containing(cast(Span, rhythm), day).last
