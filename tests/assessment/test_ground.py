"""What rankings of a period rest on together: read once, whatever stretch is asked for."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest

from lantian.apps.assessment.selectors.rankings.ground import DUE, Ground
from lantian.apps.cases.models import CaseThread
from lantian.kernel.instants import beijing_day
from lantian.kernel.periods import Period

KNOWN = beijing_day(date(2026, 11, 5), 9)
SECOND = timedelta(seconds=1)


def test_steps_of_all_that_a_period_is_compared_with_are_read_once(
    verified: Callable[..., Any], django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    quarter = Period("quarter", 2026, 3)
    first, end = beijing_day(date(2026, 7, 1)), beijing_day(date(2026, 10, 1))
    ends = [first - SECOND, first, end - SECOND, end, beijing_day(date(2025, 7, 1)), beijing_day(date(2025, 6, 30), 23)]
    case = verified("110105001").case
    for number, due_at in enumerate(ends):
        CaseThread.objects.create(
            case=case, number=10 + number, step="verify", holder_id="urban-enforcement", since=due_at - SECOND,
            due_at=due_at,
        )  # fmt: skip
    ground = Ground(quarter, KNOWN)
    with django_assert_num_queries(1):
        stretches = [
            [one[DUE] for one in ground.steps(*stretch)]
            for stretch in (
                (quarter.first, quarter.last),
                (quarter.previous.first, quarter.previous.last),
                (date(2025, 7, 1), date(2025, 9, 30)),
                (date(2026, 1, 1), quarter.last),
            )
        ]
    assert stretches == [ends[1:3], ends[:1], ends[4:5], ends[:3]]


@pytest.mark.parametrize(
    ("span", "year", "number"), [("week", 2021, 1), ("week", 2020, 53), ("month", 2021, 1), ("year", 2021, 0)]
)
@pytest.mark.django_db
def test_the_same_period_of_last_year_is_read_with_the_period(
    span: Any, year: int, number: int, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    period = Period(span, year, number)
    last_year = Period(span, year - 1, min(number, 52))
    ground = Ground(period, KNOWN)
    with django_assert_num_queries(1):
        for one in (period, period.previous, last_year):
            ground.steps(one.first, one.last)
        ground.steps(date(year, 1, 1), period.last)
