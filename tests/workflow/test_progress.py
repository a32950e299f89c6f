"""Progress of tasks: by hand computation for each comparator, and what holds for any value."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.workflow.errors import WorkflowError
from lantian.workflow.progress import Goal, Portion, check_weights, even_weights, of_parts, progress, reached

D = Decimal
numbers = st.decimals(0, 1000, places=2)


@pytest.mark.parametrize(
    ("comparator", "target", "base", "about", "value", "met", "percent"),
    [
        (">=", "92", "0", "0", "91.9", False, "99.9"),
        (">=", "92", "0", "0", "92", True, "100.0"),
        (">=", "92", "60", "0", "76", False, "50.0"),
        ("=", "100", "0", "0", "85.5", False, "85.5"),
        ("=", "3", None, "0", "4", True, "100.0"),
        (">", "25", None, "0", "25", False, "99.9"),
        (">", "25", None, "0", "25.01", True, "100.0"),
        ("<", "0.9", "2.4", "0", "0.9", False, "99.9"),
        ("<", "0.9", "2.4", "0", "1.65", False, "50.0"),
        ("<", "0.9", None, "0", "1.8", False, "50.0"),
        ("<", "0.9", "2.4", "0", "0.89", True, "100.0"),
        ("<=", "52", "83.4", "0", "52", True, "100.0"),
        ("~", "52", "83.4", "2", "53.04", True, "100.0"),
        ("~", "52", "83.4", "2", "53.05", False, "96.7"),
        ("~", "52", "83.4", "0", "90", False, "0.0"),
        (">=", "10", "10", "0", "5", False, "50.0"),
        (">=", "0", None, "0", "-1", False, "0.0"),
    ],
)
def test_a_value_is_measured_between_base_and_target(
    comparator: str, target: str, base: str | None, about: str, value: str, met: bool, percent: str
) -> None:
    goal = Goal(comparator, D(target), D(base) if base is not None else None, D(about))  # type: ignore[arg-type]
    assert reached(D(value), goal) is met
    assert progress(D(value), goal) == D(percent)


@given(st.sampled_from([">=", ">", "="]), numbers, numbers, numbers, numbers)
def test_a_larger_value_never_has_less_progress_towards_a_rising_goal(
    comparator: str, base: D, step: D, one: D, other: D
) -> None:
    goal = Goal(comparator, base + step + 1, base)  # type: ignore[arg-type]
    assert progress(min(one, other), goal) <= progress(max(one, other), goal) <= 100


@given(st.sampled_from(["<=", "<", "~"]), numbers, numbers, numbers, numbers)
def test_a_smaller_value_never_has_less_progress_towards_a_falling_goal(
    comparator: str, target: D, step: D, one: D, other: D
) -> None:
    goal = Goal(comparator, target, target + step + 1)  # type: ignore[arg-type]
    assert progress(max(one, other), goal) <= progress(min(one, other), goal) <= 100


@given(numbers, numbers, st.sampled_from(["<", "<=", "=", ">=", ">", "~"]), st.none() | numbers)
def test_a_hundred_percent_is_shown_exactly_where_the_goal_is_reached(
    value: D, target: D, comparator: str, base: D | None
) -> None:
    goal = Goal(comparator, target, base)  # type: ignore[arg-type]
    assert (progress(value, goal) == 100) is reached(value, goal)


def test_a_whole_is_the_weighted_mean_of_its_parts() -> None:
    assert of_parts([Portion(D(60), D(50)), Portion(D(40), D(100))]) == D("70.0")
    assert of_parts([Portion(D("33.334"), D("99.9")), Portion(D("66.666"), D(100))]) == D("99.9")
    assert of_parts([Portion(D(50), D(100)), Portion(D(50), D(100))]) == D(100)
    assert of_parts([Portion(D(50), None), Portion(D(50), None)]) is None
    assert of_parts([]) is None


@given(st.integers(1, 50))
def test_even_weights_make_a_hundred(count: int) -> None:
    weights = even_weights(count)
    check_weights(weights)
    assert max(weights) - min(weights) <= D("0.001")


@pytest.mark.parametrize("weights", [["50", "49.999"], ["100", "0"], ["110", "-10"], []])
def test_weights_that_do_not_make_a_hundred_are_refused(weights: list[str]) -> None:
    with pytest.raises(WorkflowError) as caught:
        check_weights([D(one) for one in weights])
    assert "100%" in caught.value.text.zh
