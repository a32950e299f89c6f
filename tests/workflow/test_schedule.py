"""Reverse schedules: milestones end on the deadline, follow one another and never begin before the start."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.errors import Text
from lantian.workflow.errors import WorkflowError
from lantian.workflow.schedule import Laid, Step, expected, reverse_schedule, state_of, straight, stretch

D = Decimal
NAME = Text("节点", "milestone")
START = date(2019, 1, 1)


def steps(*given_: tuple[str, int]) -> list[Step]:
    """``("s", 40)`` is a share, ``("d", 15)`` days; progress in even steps."""
    last = len(given_)
    return [
        Step(NAME, D(100 * n) / last, days=size if kind == "d" else None, share=D(size) if kind == "s" else None)
        for n, (kind, size) in enumerate(given_, 1)
    ]


def test_days_are_laid_from_the_deadline_back_and_shares_divide_what_is_left() -> None:
    laid = reverse_schedule(steps(("s", 25), ("s", 75), ("d", 10)), START, date(2019, 2, 19))
    assert [(one.begins, one.due) for one in laid] == [
        (date(2019, 1, 1), date(2019, 1, 10)),
        (date(2019, 1, 11), date(2019, 2, 9)),
        (date(2019, 2, 10), date(2019, 2, 19)),
    ]


def test_days_that_do_not_fit_shrink_in_proportion() -> None:
    laid = reverse_schedule(steps(("d", 30), ("d", 10), ("s", 5)), START, date(2019, 1, 20))
    assert [one.due for one in laid] == [date(2019, 1, 15), date(2019, 1, 20), date(2019, 1, 20)]
    assert laid[0].begins == START


@given(
    st.lists(st.tuples(st.sampled_from(["d", "s"]), st.integers(1, 60)), min_size=1, max_size=7), st.integers(0, 800)
)
def test_any_schedule_is_in_order_inside_its_task_and_ends_on_the_deadline(
    given_: list[tuple[str, int]], days: int
) -> None:
    due = START + timedelta(days=days)
    laid = reverse_schedule(steps(*given_), START, due)
    assert laid[-1].due == due
    assert all(START <= one.begins <= one.due <= due for one in laid)
    assert all(one.due <= other.due for one, other in pairwise(laid))
    progress = [expected(laid, START, START + timedelta(days=n)) for n in range(-1, days + 2)]
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (D(0), D(100))


def test_progress_due_runs_straight_from_milestone_to_milestone() -> None:
    laid = reverse_schedule(steps(("d", 10), ("d", 10)), START, date(2019, 1, 20))
    due = [expected(laid, START, date(2019, 1, day)) for day in (1, 10, 11, 20)]
    assert due == [D("5.0"), D("50.0"), D("55.0"), D("100.0")]
    assert expected(straight(START, date(2019, 1, 4)), START, date(2019, 1, 1)) == D("25.0")


@pytest.mark.parametrize(
    ("given_", "due"),
    [
        ([], date(2019, 2, 1)),
        ([Step(NAME, D(50), days=1)], date(2019, 2, 1)),
        ([Step(NAME, D(0), days=1), Step(NAME, D(100), days=1)], date(2019, 2, 1)),
        ([Step(NAME, D(60), days=1), Step(NAME, D(60), days=1)], date(2019, 2, 1)),
        ([Step(NAME, D(100), days=1)], date(2018, 12, 31)),
        ([Step(NAME, D(100))], date(2019, 2, 1)),
        ([Step(NAME, D(100), days=1, share=D(1))], date(2019, 2, 1)),
    ],
)
def test_steps_that_make_no_schedule_are_refused(given_: list[Step], due: date) -> None:
    with pytest.raises(WorkflowError):
        reverse_schedule(given_, START, due)


def test_a_milestone_is_late_from_the_day_after_its_deadline() -> None:
    due = date(2019, 3, 31)
    assert state_of(due, None, due) == "open"
    assert state_of(due, None, due + timedelta(days=1)) == "late"
    assert state_of(due, due, due) == "done"
    assert state_of(due, due + timedelta(days=2), due + timedelta(days=1)) == "late"
    assert state_of(due, due + timedelta(days=2), due + timedelta(days=2)) == "done-late"


def test_what_is_left_of_a_schedule_stretches_to_a_new_deadline() -> None:
    laid = [
        Laid(NAME, date(2019, 7, 1), date(2019, 7, 10), D(50)),
        Laid(NAME, date(2019, 7, 11), date(2019, 7, 30), D(100)),
    ]
    moved = stretch(laid, date(2019, 6, 30), date(2019, 7, 30), date(2019, 8, 29))  # 30 days become 60
    assert [(one.begins, one.due, one.progress) for one in moved] == [
        (date(2019, 7, 1), date(2019, 7, 20), D(50)),
        (date(2019, 7, 21), date(2019, 8, 29), D(100)),
    ]


def test_a_deadline_before_what_is_done_leaves_no_days() -> None:
    laid = [Laid(NAME, date(2019, 7, 1), date(2019, 7, 10), D(100))]
    assert stretch(laid, date(2019, 6, 30), date(2019, 7, 10), date(2019, 6, 1)) == [
        Laid(NAME, date(2019, 6, 1), date(2019, 6, 1), D(100))
    ]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.integers(1, 900))
def test_stretched_steps_follow_one_another_and_end_on_the_deadline(days: list[int], whole: int) -> None:
    laid, begins = [], START
    for length in days:
        laid.append(Laid(NAME, begins, begins + timedelta(days=length - 1), D(0)))
        begins += timedelta(days=length)
    anchor = START - timedelta(days=1)
    moved = stretch(laid, anchor, laid[-1].due, anchor + timedelta(days=whole))
    assert moved[-1].due == anchor + timedelta(days=whole)
    assert all(anchor < one.begins <= one.due for one in moved if whole >= sum(days))
    assert all(before.due <= after.due for before, after in pairwise(moved))


@pytest.mark.parametrize(
    ("due", "dues"),
    [
        (date(2020, 12, 30), [date(2019, 6, 30), date(2020, 6, 29), date(2020, 12, 30)]),
        (date(2019, 7, 31), [date(2019, 2, 22), date(2019, 6, 30), date(2019, 7, 31)]),
        (date(2019, 4, 30), [date(2019, 1, 30), date(2019, 4, 30), date(2019, 4, 30)]),
    ],
)
def test_open_steps_keep_their_order_with_the_done_ones_between_them(due: date, dues: list[date]) -> None:
    done = Laid(NAME, date(2019, 4, 1), date(2019, 6, 30), D(60))
    laid = [
        Laid(NAME, date(2019, 1, 1), date(2019, 4, 1), D(30)),
        Laid(NAME, date(2019, 7, 1), date(2019, 9, 30), D(80)),
        Laid(NAME, date(2019, 10, 1), date(2019, 12, 31), D(100)),
    ]
    assert [one.due for one in stretch(laid, date(2018, 12, 31), date(2019, 12, 31), due, [done])] == dues


def test_a_lone_open_step_keeps_its_place_where_the_last_one_is_done() -> None:
    done = Laid(NAME, date(2019, 4, 11), date(2019, 12, 31), D(100))
    lone = [Laid(NAME, date(2019, 1, 1), date(2019, 4, 10), D(30))]  # after 100 of 365 days
    dues = [
        stretch(lone, date(2018, 12, 31), date(2019, 12, 31), due, [done])[0].due
        for due in (date(2020, 12, 30), date(2019, 3, 14))
    ]
    assert dues == [date(2019, 7, 19), date(2019, 1, 20)], "200 of 730 days, 20 of 73"


def test_steps_that_had_no_days_of_their_own_are_due_on_the_new_deadline() -> None:
    laid = [Laid(NAME, date(2019, 3, 31), date(2019, 3, 31), D(100))]
    assert stretch(laid, date(2019, 6, 30), date(2019, 3, 31), date(2019, 12, 31))[0].due == date(2019, 12, 31)
