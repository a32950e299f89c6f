"""Lamps: each threshold below, at and above; more progress never worse, a later day never better."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.errors import Text
from lantian.workflow.lamps import (
    MISSED,
    NO_DATA,
    SEVERITY,
    Course,
    Lamp,
    LampRule,
    Reports,
    kept_share,
    lamp,
    lamp_of_reports,
    missing_end,
)
from lantian.workflow.schedule import expected, straight

D = Decimal
RULE = LampRule(30, D(90), D(10), D(25), 15, 7, Text("第三十一条 任务亮灯规则", "Article 31, Lamps of tasks"))
DUE = date(2019, 12, 31)
EARLY = date(2019, 6, 1)


def of(day: date = EARLY, **facts: object) -> Lamp:
    return lamp(Course(**({"due": DUE, "progress": D(50), "expected": D(50)} | facts)), RULE, day)  # type: ignore[arg-type]


def test_a_reason_is_in_words_and_names_the_rule() -> None:
    found = of(expected=D("62.5"))
    assert found.reason.zh == "进度 50%，应达 62.5%，落后 12.5 个百分点（第三十一条 任务亮灯规则）"
    assert found.reason.en == "progress 50 %, 62.5 % due, 12.5 points behind (Article 31, Lamps of tasks)"


@pytest.mark.parametrize(
    ("behind", "colour"),
    [("9.9", "green"), ("10", "yellow"), ("24.9", "yellow"), ("25", "red"), ("-5", "green")],
)
def test_a_lag_turns_yellow_and_then_red(behind: str, colour: str) -> None:
    assert of(expected=D(50) + D(behind)).colour == colour


@pytest.mark.parametrize(("left", "colour"), [(31, "green"), (30, "yellow"), (0, "yellow"), (-1, "red")])
def test_the_deadline_comes_near_and_passes(left: int, colour: str) -> None:
    assert of(DUE - timedelta(days=left), progress=D(89), expected=D(89)).colour == colour


def test_what_is_nearly_done_is_not_near() -> None:
    assert of(DUE, progress=D(90), expected=D(90)).colour == "green"


@pytest.mark.parametrize(("late", "colour"), [(0, "green"), (1, "yellow"), (15, "yellow"), (16, "red")])
def test_a_late_milestone_turns_yellow_and_then_red(late: int, colour: str) -> None:
    assert of(late_since=EARLY - timedelta(days=late)).colour == colour


@pytest.mark.parametrize(("late", "colour"), [(0, "grey"), (1, "yellow"), (15, "yellow"), (16, "red")])
def test_a_late_milestone_is_told_though_nobody_entered_any_progress(late: int, colour: str) -> None:
    found = of(progress=None, late_since=EARLY - timedelta(days=late))
    assert found.colour == colour
    assert found.word == (MISSED if late else NO_DATA)


def test_done_struck_off_and_silent_tasks() -> None:
    late = DUE + timedelta(days=10)
    assert of(late, progress=D(100)).colour == "green"
    assert of(late, progress=None, struck_on=DUE).reason.zh.startswith("2019-12-31 已销号")
    assert of(progress=None).colour == "grey"
    assert of(late, progress=None).reason.zh.startswith("逾期 10 天，无进度数据")
    assert of(late, progress=D(99)).reason.en.startswith("10 days overdue, 99 % done")
    assert of(date(2029, 1, 1), due=None).colour == "green", "a task without a deadline is never overdue"


courses = st.builds(
    Course, due=st.just(DUE), progress=st.none() | st.decimals(0, 100, places=1), expected=st.just(D(0)),
    late_since=st.none() | st.dates(date(2019, 1, 1), DUE), struck_on=st.none() | st.just(date(2019, 1, 2)),
)  # fmt: skip
days = st.dates(date(2018, 12, 1), date(2020, 3, 1))


def on(course: Course, day: date) -> int:
    """Severity on a day, with the progress due then and the milestone late only once it is."""
    due = expected(straight(date(2019, 1, 1), DUE), date(2019, 1, 1), day)
    late = course.late_since if course.late_since and course.late_since < day else None
    return SEVERITY[lamp(Course(DUE, course.progress, due, late, course.struck_on), RULE, day).colour]


@given(courses, st.decimals(0, 100, places=1), days)
def test_more_progress_never_makes_a_lamp_worse(course: Course, more: D, day: date) -> None:
    if course.progress is not None:
        better = Course(DUE, max(course.progress, more), D(0), course.late_since, course.struck_on)
        assert on(better, day) <= on(course, day)


@given(courses, days, days)
def test_a_later_day_never_makes_a_lamp_better(course: Course, one: date, other: date) -> None:
    assert on(course, min(one, other)) <= on(course, max(one, other))


def test_a_recurring_duty_is_judged_by_the_first_period_without_a_report() -> None:
    end = date(2019, 3, 31)
    assert lamp_of_reports(Reports(reported=False, missing_end=end), RULE, end).colour == "grey"
    assert lamp_of_reports(Reports(True, None), RULE, end).colour == "green"
    colours = [lamp_of_reports(Reports(True, end), RULE, end + timedelta(days=n)).colour for n in (0, 1, 7, 8)]
    assert colours == ["green", "yellow", "yellow", "red"]
    assert lamp_of_reports(Reports(True, end, struck_on=end), RULE, date(2020, 1, 1)).colour == "green"


@pytest.mark.parametrize(
    ("rhythm", "reported", "day", "missing"),
    [
        ("month", ["2019-01-31", "2019-02-01"], "2019-02-28", None),
        ("month", ["2019-01-31", "2019-02-01"], "2019-03-01", "2019-03-31"),
        ("month", ["2019-01-31", "2019-03-01"], "2019-03-05", "2019-02-28"),
        ("week", ["2019-01-06"], "2019-01-07", "2019-01-13"),
        ("quarter", ["2019-02-01"], "2019-12-31", "2019-06-30"),
        ("year", ["2019-02-01"], "2020-01-01", "2020-12-31"),
        ("day", ["2019-02-01", "2019-02-02"], "2019-02-02", None),
        ("day", ["2019-02-01", "2019-02-02"], "2019-02-03", "2019-02-03"),
        ("month", [], "2019-02-03", "2019-02-28"),
        ("month", ["2019-05-01"], "2019-02-03", "2019-02-28"),
    ],
)
def test_the_first_period_without_a_report(rhythm: str, reported: list[str], day: str, missing: str | None) -> None:
    found = missing_end(rhythm, [date.fromisoformat(one) for one in reported], date.fromisoformat(day))
    assert found == (date.fromisoformat(missing) if missing else None)


def test_kept_periods_are_counted_once_each() -> None:
    reported = [date(2019, 1, 3), date(2019, 1, 9), date(2019, 3, 1), date(2019, 9, 1)]
    assert kept_share("month", reported, date(2019, 1, 1), date(2019, 4, 2)) == (2, 4)


def test_one_day_and_one_point_are_said_in_the_singular() -> None:
    assert of(DUE + timedelta(days=1)).why.en == "1 day overdue, 50 % done"
    assert of(DUE - timedelta(days=1)).why.en == "1 day to the deadline, progress 50 %"
    assert of(late_since=EARLY - timedelta(days=1)).why.en == "a milestone is 1 day late"
