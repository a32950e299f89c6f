"""Checks of several departments at one entry are merged into the fewest visits that their windows allow."""

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from lantian.workflow.visits import Burden, Check, MergedVisit, burden, merge, spread

MONDAY = date(2019, 5, 6)


def on_weekdays(day: date) -> bool:
    return day.weekday() < 5


def every_day(day: date) -> bool:
    return True


def check(name: str, first: int, due: int) -> Check:
    return Check(name, MONDAY + timedelta(days=first), MONDAY + timedelta(days=due))


def test_checks_whose_windows_meet_are_made_on_one_day() -> None:
    found = merge([check("dust", 0, 10), check("trucks", 4, 20), check("gate", 8, 30)], MONDAY, every_day)
    assert found == [MergedVisit(MONDAY + timedelta(days=10), ("dust", "trucks", "gate"))]


def test_checks_whose_windows_do_not_meet_need_visits_of_their_own() -> None:
    found = merge([check("late", 20, 30), check("early", 0, 10)], MONDAY, every_day)
    assert [visit.checks for visit in found] == [("early",), ("late",)]


def test_a_visit_falls_on_the_last_working_day_of_all_its_windows() -> None:
    sunday = 6
    assert merge([check("a", 0, sunday)], MONDAY, on_weekdays)[0].day == date(2019, 5, 10)


def test_windows_without_a_working_day_lead_to_the_next_one() -> None:
    saturday, sunday = 5, 6
    assert merge([check("a", saturday, sunday)], MONDAY, on_weekdays)[0].day == date(2019, 5, 13)
    assert merge([check("a", saturday, saturday)], MONDAY, on_weekdays)[0].day == date(2019, 5, 13)


def test_what_is_overdue_is_made_today_with_all_that_may_be() -> None:
    found = merge([check("over", -40, -10), check("open", -5, 60), check("later", 1, 60)], MONDAY, every_day)
    assert [(visit.day, visit.checks) for visit in found] == [
        (MONDAY, ("over", "open")),
        (MONDAY + timedelta(days=60), ("later",)),
    ]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), min_size=1, max_size=6))
def test_no_choice_of_days_needs_fewer_visits(windows: list[tuple[int, int]]) -> None:
    checks = [check(str(index), first, first + length) for index, (first, length) in enumerate(windows)]
    found = merge(checks, MONDAY, every_day)
    by_id = {one.id: one for one in checks}
    assert sorted(name for visit in found for name in visit.checks) == sorted(by_id)
    assert all(by_id[name].first <= visit.day <= by_id[name].due for visit in found for name in visit.checks)
    days = [MONDAY + timedelta(days=offset) for offset in range(15)]
    fewest = next(
        count
        for count in range(1, 7)
        if any(
            all(any(one.first <= day <= one.due for day in chosen) for one in checks)
            for chosen in combinations(days, count)
        )
    )
    assert len(found) == fewest


def test_a_visit_is_a_day_however_many_checks_are_made() -> None:
    made = burden([("a", MONDAY), ("a", MONDAY), ("b", MONDAY)], 3)
    assert (made, made.saved, made.left) == (Burden(2, 3, 3), 1, 1)
    assert burden([], None).left is None
    assert burden([("a", MONDAY + timedelta(days=offset)) for offset in range(5)], 4).left == 0


def test_overdue_visits_are_spread_evenly_and_no_later_than_they_may_be() -> None:
    days = [MONDAY + timedelta(days=offset) for offset in range(5)]
    assert spread([None] * 10, days) == [day for day in days for _ in range(2)]
    assert spread([None, None, None, days[1], MONDAY - timedelta(days=3)], days) == [
        days[0], days[1], days[2], days[1], days[0]
    ]  # fmt: skip
    assert spread([], days) == []
