"""The ladder of accountability: each problem once, recurrence anew, levels at their numbers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.workflow.accountability import Incident, Ladder, LadderError, Level, counted, roots, within

START = datetime(2026, 3, 2, tzinfo=UTC)
LADDER = Ladder((Level("remind", 1), Level("deputy", 3), Level("chief", 5)))


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def incident(key: str, number: int, problem: str = "case:1", body: str = "office-1") -> Incident:
    return Incident(key, body, problem, day(number))


def test_a_problem_reported_twice_counts_once() -> None:
    found = counted([incident("overdue", 1), incident("failed", 4)])
    assert [(one.problem, one.occurrence, one.at) for one in found] == [("case:1", 1, day(1))]
    assert [one.key for one in found[0].incidents] == ["overdue", "failed"]


def test_problems_that_are_the_same_count_once_and_others_by_themselves() -> None:
    facts = [incident("a", 1, "case:11"), incident("b", 2, "case:9"), incident("c", 3, "case:12")]
    assert len(counted(facts)) == 3
    assert [one.problem for one in counted(facts, [("case:11", "case:9")])] == ["case:9", "case:12"]


def test_what_comes_back_after_it_was_struck_off_counts_anew() -> None:
    facts = [incident("a", 1), incident("b", 10), incident("c", 12)]
    found = counted(facts, struck={"case:1": [day(5)]})
    assert [(one.occurrence, one.at) for one in found] == [(1, day(1)), (2, day(10))]
    assert len(counted(facts, struck={"case:1": [day(10)]})) == 2  # c comes after, b at the moment itself does not
    assert counted(facts, struck={"case:1": [day(10)]})[1].at == day(12)


def test_a_strike_off_before_the_first_incident_ends_nothing() -> None:
    assert len(counted([incident("a", 4), incident("b", 6)], struck={"case:1": [day(2)]})) == 1


def test_the_strike_off_of_the_same_problem_elsewhere_ends_it_too() -> None:
    facts = [incident("a", 1, "case:1"), incident("b", 9, "case:2")]
    assert len(counted(facts, [("case:1", "case:2")], {"case:1": [day(5)]})) == 2
    assert len(counted(facts, [("case:1", "case:2")], {"case:3": [day(5)]})) == 1


def test_each_body_answers_for_itself() -> None:
    found = counted([incident("a", 1, body="office-1"), incident("a", 1, body="housing")])
    assert sorted(one.body for one in found) == ["housing", "office-1"]


def test_a_problem_counts_in_the_period_in_which_it_began_to_count() -> None:
    found = counted([incident("a", 1), incident("b", 40), incident("c", 41, "case:2")])
    assert [one.problem for one in within(found, day(0), day(30))] == ["case:1"]
    assert [one.problem for one in within(found, day(30), day(60))] == ["case:2"]
    assert within(found, day(2), day(30)) == ()


@pytest.mark.parametrize(
    ("count", "level", "following", "missing"),
    [
        (0, None, "remind", 1),
        (1, "remind", "deputy", 2),
        (2, "remind", "deputy", 1),
        (3, "deputy", "chief", 2),
        (4, "deputy", "chief", 1),
        (5, "chief", None, None),
        (6, "chief", None, None),
    ],
)
def test_levels_are_reached_at_their_numbers(
    count: int, level: str | None, following: str | None, missing: int | None
) -> None:
    found = LADDER.standing(count)
    assert (found.level.id if found.level else None) == level
    assert (found.next.id if found.next else None) == following
    assert found.missing == missing
    assert len(LADDER.reached(count)) == sum(one.at <= count for one in LADDER.levels)


@pytest.mark.parametrize("numbers", [(), (0,), (2, 2), (3, 1)])
def test_levels_that_do_not_rise_are_refused(numbers: tuple[int, ...]) -> None:
    with pytest.raises(LadderError):
        Ladder(tuple(Level(str(number), number) for number in numbers))


def test_names_that_only_a_pair_knows_are_named_too() -> None:
    assert roots([], [("case:20", "case:3")]) == {"case:20": "case:3", "case:3": "case:3"}


FACTS = st.lists(
    st.builds(
        Incident,
        key=st.sampled_from([f"k{number}" for number in range(12)]),
        body=st.sampled_from(["office-1", "housing"]),
        problem=st.sampled_from([f"case:{number}" for number in range(1, 6)]),
        at=st.integers(0, 60).map(day),
    ),
    max_size=14,
)
SAME = st.lists(st.tuples(*[st.sampled_from([f"case:{number}" for number in range(1, 6)])] * 2), max_size=3)
STRUCK = st.dictionaries(
    st.sampled_from([f"case:{number}" for number in range(1, 6)]), st.lists(st.integers(0, 60).map(day), max_size=3)
)


def totals(facts: list[Incident], same: list[tuple[str, ...]], struck: dict[str, list[datetime]]) -> dict[str, int]:
    found: dict[str, int] = {"office-1": 0, "housing": 0}
    for one in counted(facts, [(first, second) for first, second in same], struck):
        found[one.body] += 1
    return found


@given(FACTS, SAME, STRUCK, st.randoms())
def test_the_order_of_knowing_changes_nothing(facts, same, struck, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert counted(facts, same, struck) == counted(shuffled, same, struck)


@given(FACTS, SAME, STRUCK, st.data())
def test_a_fact_told_again_changes_nothing(facts, same, struck, data) -> None:  # type: ignore[no-untyped-def]
    again = data.draw(st.lists(st.sampled_from(facts), max_size=4)) if facts else []
    assert counted([*facts, *again], same, struck) == counted(facts, same, struck)


@given(FACTS, SAME, STRUCK)
def test_a_further_report_of_a_problem_that_counts_already_changes_no_number(facts, same, struck) -> None:  # type: ignore[no-untyped-def]
    found = counted(facts, same, struck)
    double = [Incident(f"again-{n}", one.body, one.problem, one.at) for n, one in enumerate(found)]
    assert totals([*facts, *double], same, struck) == totals(facts, same, struck)


@given(FACTS, SAME, STRUCK, st.integers(0, 60), st.sampled_from([f"case:{number}" for number in range(1, 6)]))
def test_a_new_fact_never_lowers_a_count(facts, same, struck, at, problem) -> None:  # type: ignore[no-untyped-def]
    before = totals(facts, same, struck)
    after = totals([*facts, Incident("new", "office-1", problem, day(at))], same, struck)
    assert after["office-1"] >= before["office-1"]
    assert after["housing"] == before["housing"]
    assert after["office-1"] - before["office-1"] <= 1
