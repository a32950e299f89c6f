"""Marks of an assessment: rules by hand, and what holds for every scheme."""

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.errors import Text
from lantian.workflow.scoring import (
    Decided,
    Extra,
    Grade,
    Indicator,
    Missing,
    Scheme,
    Score,
    ScoringError,
    ranks,
    score,
)
from lantian.workflow.scoring_rules import (
    Figure,
    Lamps,
    Linear,
    Lit,
    Measured,
    Placed,
    Places,
    Rule,
    RuleError,
    Step,
    Steps,
    plain,
)

D = Decimal
GRADES = (Grade("excellent", D(90)), Grade("good", D(80)), Grade("qualified", D(60)), Grade("failed", D(0)))
IN_TIME = Linear(D(60), D(95))
OVERDUE = Steps((Step(D(0), D(100)), Step(D(2), D(60)), Step(D(5), D(20))), falling=True)
TASKS = Lamps({"green": D(100), "yellow": D(60), "red": D(0)})


def one(rule: Rule, weight: str = "20", missing: Missing = "zero", name: str = "a") -> Indicator:
    return Indicator(name, D(weight), rule, missing)


def points(rule: Rule, figure: Figure, weight: str = "20") -> Decimal:
    """The points that a figure brings where nothing else is marked."""
    return score(Scheme((one(rule, weight),), GRADES), {"a": figure}).marks[0].points


@pytest.mark.parametrize(
    ("value", "expected"),
    # (x − 60) ÷ 35 × 20: 87.5 gives 15.714…, 60 and below nothing, 95 and above all
    [("87.5", "15.71"), ("60", "0"), ("10", "0"), ("95", "20"), ("100", "20"), ("77.5", "10")],
)
def test_marks_lie_on_the_line_between_two_figures(value: str, expected: str) -> None:
    assert points(IN_TIME, Measured(Fraction(value))) == D(expected)


def test_a_line_may_fall_and_a_half_is_rounded_to_even() -> None:
    # (6 − 1.5) ÷ (6 − 0) × 10 = 7.5; weight 0.1 with 5.55 ÷ 6 …: 0.01 × half
    assert points(Linear(D(6), D(0)), Measured(Fraction(3, 2)), "10") == D("7.5")
    assert points(Linear(D(0), D(2000)), Measured(Fraction(5)), "10") == D("0.02")  # 0.025
    assert points(Linear(D(0), D(2000)), Measured(Fraction(7)), "10") == D("0.04")  # 0.035


@pytest.mark.parametrize(("value", "expected"), [("0", "20"), ("1", "12"), ("2", "12"), ("5", "4"), ("6", "0")])
def test_a_figure_takes_the_first_step_that_it_reaches(value: str, expected: str) -> None:
    assert points(OVERDUE, Measured(Fraction(value))) == D(expected)


def test_steps_may_rise() -> None:
    rising = Steps((Step(D(90), D(100)), Step(D(70), D(50))))
    assert [points(rising, Measured(Fraction(value))) for value in (95, 90, 80, 69)] == [D(20), D(20), D(10), D(0)]


def test_marks_by_rank_fall_from_all_for_the_first_to_the_share_of_the_last() -> None:
    # 43 streets, last 40 %: the 22nd lies half way, 1 − 21/42 × 0.6 = 0.7
    assert [points(Places(D(40)), Placed(rank, 43)) for rank in (1, 22, 43)] == [D(20), D(14), D(8)]
    assert points(Places(), Placed(1, 1)) == D(20)


def test_marks_by_lamps_weigh_the_tasks_and_leave_grey_ones_out() -> None:
    # (6×1 + 3×0.6 + 1×0) ÷ 10 = 0.78
    assert points(TASKS, Lit({"green": D(6), "yellow": D(3), "red": D(1), "grey": D(5)})) == D("15.6")


def test_every_point_says_how_it_came_about() -> None:
    scheme = Scheme((one(IN_TIME),), GRADES)
    said = score(scheme, {"a": Measured(Fraction("87.5"))}).marks[0].formula
    assert said == Text("(87.5 − 60) ÷ (95 − 60) × 20 = 15.71 分", "(87.5 − 60) ÷ (95 − 60) × 20 = 15.71")
    assert "没有数据，不得分" in score(scheme, {}).marks[0].formula.zh


def test_a_weight_without_data_is_spread_over_the_others_and_the_sum_stays() -> None:
    scheme = Scheme(
        (
            one(IN_TIME, "30", "spread", "a"),
            one(IN_TIME, "10", "zero", "b"),
            one(IN_TIME, "20", "zero", "c"),
            one(IN_TIME, "40", "zero", "d"),
        ),
        GRADES,
    )
    got = score(scheme, {name: Measured(Fraction(100)) for name in "bcd"})
    # 100/70 × 10 = 14.2857, × 20 = 28.5714, × 40 = 57.1428; cut, they make 99.99: the cent goes to b (rest 0.57)
    assert [mark.most for mark in got.marks] == [D(0), D("14.29"), D("28.57"), D("57.14")]
    assert (got.total, got.grade) == (D(100), "excellent")


def test_missing_data_take_no_marks_or_wait_as_the_scheme_says() -> None:
    scheme = Scheme((one(IN_TIME, "30", "zero", "a"), one(IN_TIME, "70", "wait", "b")), GRADES)
    got = score(scheme, {})
    assert (got.total, got.grade, got.waiting) == (D(0), "failed", ("b",))
    assert [mark.state for mark in got.marks] == ["zero", "wait"]


def test_where_nothing_can_be_marked_there_is_no_total_and_no_grade() -> None:
    scheme = Scheme((one(IN_TIME, missing="spread"),), GRADES, vetoes={"falsified": "failed"})
    got = score(scheme, {})
    assert (got.total, got.grade, got.failed) == (None, "", False)
    failed = score(scheme, {}, vetoes=["falsified"])
    assert (failed.grade, failed.failed) == ("failed", True)


def test_extras_are_counted_up_to_their_most_and_no_total_lies_below_zero() -> None:
    extras = (Extra("praise", D("0.5"), D(2)), Extra("escalated", D(-3), D(10)))
    scheme = Scheme((one(IN_TIME),), GRADES, extras)
    got = score(scheme, {"a": Measured(Fraction(60))}, {"praise": 7, "escalated": 4})
    assert [extra.points for extra in got.extras] == [D(2), D(-10)]
    assert (got.lifted, got.total) == (D(8), D(0))
    assert "以 2 分为限" in got.extras[0].formula.zh
    assert score(scheme, {"a": Measured(Fraction(95))}, {"praise": 1}).total == D("20.5")


def test_a_decision_stands_in_place_of_the_rule_within_the_weight() -> None:
    scheme = Scheme((one(IN_TIME),), GRADES)
    why = Text("申诉成立", "appeal upheld")
    for given_points, expected in (("18.5", "18.5"), ("99", "20"), ("-1", "0")):
        mark = score(scheme, {"a": Decided(D(given_points), why)}).marks[0]
        assert (mark.points, mark.state, mark.formula) == (D(expected), "decided", why)


@pytest.mark.row("S51")
def test_a_falsification_finding_fails_the_best_score_and_another_veto_limits_it() -> None:
    scheme = Scheme((one(IN_TIME, "100"),), GRADES, vetoes={"falsified": "failed", "overdue": "good"})
    best = {"a": Measured(Fraction(100))}
    assert score(scheme, best).grade == "excellent"
    limited, failed = score(scheme, best, vetoes=["overdue"]), score(scheme, best, vetoes=["overdue", "falsified"])
    assert (limited.grade, limited.failed) == ("good", False)
    assert (failed.total, failed.by_score, failed.grade, failed.failed) == (D(100), "excellent", "failed", True)
    assert failed.vetoes == ("falsified", "overdue")
    assert score(scheme, best, vetoes=["of another scheme"]).grade == "excellent"


def test_equal_totals_share_a_rank_and_whoever_a_veto_failed_takes_none() -> None:
    scheme = Scheme((one(IN_TIME, "100"),), GRADES, vetoes={"falsified": "failed"})

    def got(value: int, *vetoes: str) -> Score:
        return score(scheme, {"a": Measured(Fraction(value))}, vetoes=vetoes)

    scores = {"a": got(90), "b": got(95, "falsified"), "c": got(90), "d": got(70)}
    assert ranks(scores) == {"a": 1, "b": None, "c": 1, "d": 3}
    nothing = Scheme((one(IN_TIME, missing="spread"),), GRADES)
    assert ranks({"a": score(nothing, {})}) == {"a": None}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Linear(D(1), D(1)),
        lambda: Steps(()),
        lambda: Steps((Step(D(1), D(50)), Step(D(2), D(20)))),
        lambda: Steps((Step(D(2), D(50)), Step(D(1), D(50)))),
        lambda: Steps((Step(D(2), D(101)),)),
        lambda: Places(D(-1)),
        lambda: Lamps({}),
        lambda: Lamps({"green": D(120)}),
        lambda: IN_TIME.share(Placed(1, 2)),
        lambda: Places().share(Measured(Fraction(1))),
        lambda: Places().share(Placed(3, 2)),
        lambda: TASKS.share(Lit({"grey": D(1)})),
        lambda: TASKS.share(Placed(1, 2)),
    ],
)
def test_rules_that_mark_nothing_and_figures_of_another_shape_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(RuleError):
        make()


@pytest.mark.parametrize(
    "changed",
    [
        {"indicators": ()},
        {"indicators": (one(IN_TIME), one(IN_TIME))},
        {"indicators": (one(IN_TIME, "0"),)},
        {"indicators": (one(IN_TIME, "0.001"),)},
        {"grades": ()},
        {"grades": GRADES[:-1]},
        {"grades": GRADES[::-1]},
        {"vetoes": {"x": "unheard"}},
        {"extras": (Extra("x", D(0), D(1)),)},
    ],
)
def test_schemes_that_do_not_add_up_are_refused(changed: dict[str, object]) -> None:
    scheme = Scheme((one(IN_TIME),), GRADES)
    with pytest.raises(ScoringError):
        replace(scheme, **changed)  # type: ignore[arg-type]


def test_a_number_is_written_short() -> None:
    assert [plain(value) for value in (D("12.50"), Fraction(1, 3), -1, 100)] == ["12.5", "0.33", "−1", "100"]


# --- what holds for every scheme

WEIGHTS = st.decimals("0.5", "50", places=1)
RULES: st.SearchStrategy[Rule] = st.sampled_from([IN_TIME, Linear(D(50), D(0)), OVERDUE])
WAYS: st.SearchStrategy[Missing] = st.sampled_from(["zero", "spread", "wait"])
INDICATORS = st.lists(st.tuples(WEIGHTS, RULES, WAYS), min_size=1, max_size=6)
VALUES = st.one_of(st.none(), st.fractions(0, 100, max_denominator=60))
COUNTS = st.integers(0, 30)


@st.composite
def assessed(draw: st.DrawFn) -> tuple[Scheme, dict[str, Measured | None], dict[str, int]]:
    """Return a scheme with a body's figures and counts."""
    drawn = draw(INDICATORS)
    indicators = tuple(Indicator(f"i{n}", weight, rule, missing) for n, (weight, rule, missing) in enumerate(drawn))
    values = [draw(VALUES) for _ in indicators]
    extras = (Extra("plus", D("0.5"), D(3)), Extra("minus", D(-2), D(12)))
    scheme = Scheme(indicators, GRADES, extras, {"falsified": "failed"})
    figures = {
        one.id: None if value is None else Measured(value) for one, value in zip(indicators, values, strict=True)
    }
    return scheme, figures, {"plus": draw(COUNTS), "minus": draw(COUNTS)}


@given(assessed())
def test_marks_lie_within_their_weight_and_the_parts_add_up_to_the_total(
    drawn: tuple[Scheme, dict[str, Measured | None], dict[str, int]],
) -> None:
    scheme, figures, counts = drawn
    got = score(scheme, figures, counts)
    assert all(0 <= mark.points <= mark.most for mark in got.marks)
    parts = sum(mark.points for mark in got.marks) + sum(extra.points for extra in got.extras) + got.lifted
    if got.total is None:
        assert all(mark.state == "spread" for mark in got.marks)
    else:
        assert got.total == parts >= 0
        assert sum(mark.most for mark in got.marks) == scheme.full


@given(assessed(), st.randoms(use_true_random=False))
def test_the_order_of_indicators_changes_no_mark(
    drawn: tuple[Scheme, dict[str, Measured | None], dict[str, int]], order: random.Random
) -> None:
    scheme, figures, counts = drawn
    shuffled = list(scheme.indicators)
    order.shuffle(shuffled)
    there, here = score(replace(scheme, indicators=tuple(shuffled)), figures, counts), score(scheme, figures, counts)
    assert {mark.id: mark for mark in there.marks} == {mark.id: mark for mark in here.marks}
    assert (there.total, there.grade) == (here.total, here.grade)


@given(assessed(), st.fractions(0, 100, max_denominator=60))
def test_a_better_figure_never_brings_fewer_marks(
    drawn: tuple[Scheme, dict[str, Measured | None], dict[str, int]], other: Fraction
) -> None:
    scheme, figures, counts = drawn
    name, figure = next(iter(figures.items()))
    if figure is None:
        return
    rises = scheme.indicators[0].rule is IN_TIME
    changed = score(scheme, figures | {name: Measured(other)}, counts)
    before = score(scheme, figures, counts)
    better = other >= figure.value if rises else other <= figure.value
    gained = changed.marks[0].points - before.marks[0].points
    assert gained >= 0 if better else gained <= 0


@given(assessed())
def test_a_veto_that_fails_beats_any_score(
    drawn: tuple[Scheme, dict[str, Measured | None], dict[str, int]],
) -> None:
    scheme, figures, counts = drawn
    got = score(scheme, figures, counts, ["falsified"])
    assert (got.grade, got.failed, ranks({"a": got})["a"]) == ("failed", True, None)
    assert got.total == score(scheme, figures, counts).total
