"""Fines, floors, rates."""

from datetime import date
from decimal import Decimal

import pytest

from lantian.workflow.errors import WorkflowError
from lantian.workflow.fines import daily_fine, late_surcharge, recheck_until, summary_allowed
from lantian.workflow.floors import Complaints, general_units, three_rates, units_to_inspect


def test_a_daily_fine_counts_from_the_day_after_service_to_the_recheck() -> None:
    found = daily_fine(date(2019, 3, 1), [date(2019, 3, 20)], Decimal(100_000), 30)
    assert (found.days, found.amount, found.within_limit) == (19, Decimal(1_900_000), True)


def test_later_failed_rechecks_add_up() -> None:
    found = daily_fine(date(2019, 3, 1), [date(2019, 3, 20), date(2019, 4, 20)], Decimal(100_000), 30)
    assert (found.days, found.within_limit) == (50, False)
    assert recheck_until(date(2019, 9, 3), 30) == date(2019, 10, 3)


@pytest.mark.parametrize("checks", [[], [date(2019, 3, 1)]])
def test_a_recheck_must_follow_the_service(checks: list[date]) -> None:
    with pytest.raises(WorkflowError, match="must follow"):
        daily_fine(date(2019, 3, 1), checks, Decimal(1), 30)


def test_the_surcharge_stops_at_the_fine() -> None:
    assert late_surcharge(Decimal(1000), 33, Decimal(3)) == 990
    assert late_surcharge(Decimal(1000), 34, Decimal(3)) == 1000
    with pytest.raises(WorkflowError, match="cannot be negative"):
        late_surcharge(Decimal(1000), -1, Decimal(3))


def test_only_small_fines_go_on_the_spot() -> None:
    limits = {"person": Decimal(200)}
    assert summary_allowed("person", Decimal(200), limits)
    assert not summary_allowed("person", Decimal(201), limits)
    with pytest.raises(WorkflowError, match="No subject"):
        summary_allowed("ghost", Decimal(1), limits)


def test_shares_of_units_round_up_and_rates_need_a_denominator() -> None:
    assert units_to_inspect(56, Decimal(5)) == 3
    assert general_units(8, 5) == 40
    assert three_rates(Complaints(50, 50, 41, 47), 1).solution == Decimal("82.0")
    assert three_rates(Complaints(0, 0, 0, 0), 1).response is None
