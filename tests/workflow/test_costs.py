"""Shares of a budget and the cost of a unit of result, by hand computation."""

from decimal import Decimal

from lantian.workflow.costs import Sums, share, unit_cost

D = Decimal


def test_sums_add_up_and_have_shares() -> None:
    both = Sums(D(100), D(80), D(30)) + Sums(D(50), D(40), D(20))
    assert both == Sums(D(150), D(120), D(50))
    assert (both.paid_share, both.allotted_share) == (D("33.3"), D("80.0"))
    assert (Sums().paid_share, Sums().allotted_share) == (None, None)
    assert share(D(1), D(8)) == D("12.5")


def test_a_unit_of_result_costs_what_was_paid_by_how_far_the_value_moved() -> None:
    assert unit_cost(D(300_000), D("83.4"), D("73.4")) == D("30000.00")
    assert unit_cost(D(1000), D(0), D(3)) == D("333.33")
    assert unit_cost(D(0), D(0), D(3)) is None, "nothing was paid"
    assert unit_cost(D(1000), D(3), D(3)) is None, "nothing has changed"
