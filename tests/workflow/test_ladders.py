"""Ladders at, below and above each number: those of the plan (articles 11 and 22), with days counted by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.workflow.errors import WorkflowError
from lantian.workflow.ladders import Ladder, Level, Penalty, Sanction, sanction, standing

DUST = Ladder(
    "dust",
    "cycle",
    (
        Level(2, "stop-work", days=7),
        Level(3, "bidding", months=6),
        Level(4, "blacklist", triggers=frozenset({"malice", "refusal"})),
    ),
)
RESTAURANT = Ladder("restaurant", "days", (Level(2, "notice"),), window_days=365)
DAY = date(2019, 6, 1)


def penalties(count: int, cycle: str = "c") -> list[Penalty]:
    return [Penalty(f"p{n}", DAY + timedelta(days=n), cycle) for n in range(count)]


@pytest.mark.parametrize(
    ("count", "consequence", "following"),
    [
        (0, None, 2),
        (1, None, 2),
        (2, "stop-work", 3),
        (3, "bidding", 4),
        (4, "blacklist", None),
        (9, "blacklist", None),
    ],
)
def test_each_number_of_penalties_in_a_cycle_has_its_consequence(
    count: int, consequence: str | None, following: int | None
) -> None:
    found = standing(DUST, penalties(count), date(2020, 1, 1), "c")
    assert (found.level.consequence if found.level else None) == consequence
    assert (found.next.at if found.next else None) == following


def test_penalties_of_another_cycle_revoked_ones_and_later_ones_do_not_count() -> None:
    given_ = [*penalties(1), Penalty("x", DAY, "other"), Penalty("y", DAY, "c", revoked=True)]
    given_ += [Penalty("z", date(2020, 1, 2), "c"), Penalty("p0", DAY, "c")]
    assert standing(DUST, given_, date(2020, 1, 1), "c").count == 1
    assert standing(DUST, given_, date(2020, 1, 2), "c").count == 2


@pytest.mark.parametrize("finding", ["malice", "refusal"])
def test_malice_and_refusal_lead_to_the_blacklist_at_the_first_penalty(finding: str) -> None:
    found = standing(DUST, [Penalty("a", DAY, "c", findings=frozenset({finding}))], DAY, "c")
    assert found.level is not None
    assert (found.level.consequence, found.trigger, found.next) == ("blacklist", finding, None)


def test_a_finding_that_no_level_names_changes_nothing() -> None:
    assert standing(DUST, [Penalty("a", DAY, "c", findings=frozenset({"haste"}))], DAY, "c").level is None


@pytest.mark.parametrize(("days_before", "reached"), [(363, True), (364, True), (365, False), (366, False)])
def test_the_second_penalty_counts_inside_365_days_and_not_on_the_366th(days_before: int, reached: bool) -> None:
    two = [Penalty("a", DAY - timedelta(days=days_before)), Penalty("b", DAY)]
    assert (standing(RESTAURANT, two, DAY).level is not None) is reached


def test_a_calendar_year_begins_anew() -> None:
    yearly = Ladder("yearly", "calendar-year", (Level(2, "notice"),))
    two = [Penalty("a", date(2018, 12, 31)), Penalty("b", date(2019, 1, 1))]
    assert standing(yearly, two, date(2019, 1, 1)).count == 1


@pytest.mark.parametrize(("points", "consequence"), [(11, None), (12, "suspend"), (13, "suspend")])
def test_points_of_a_cycle_add_up(points: int, consequence: str | None) -> None:
    ladder = Ladder("points", "points", (Level(12, "suspend", months=1),))
    given_ = [Penalty("a", DAY, "2019", points=6), Penalty("b", DAY, "2019", points=points - 6)]
    level = standing(ladder, [*given_, Penalty("c", DAY, "2018", points=12)], DAY, "2019").level
    assert (level.consequence if level else None) == consequence


@pytest.mark.parametrize(
    ("level", "last"),
    [
        (Level(2, "stop", days=7), date(2019, 6, 7)),
        (Level(3, "bidding", months=6), date(2019, 11, 30)),
        (Level(4, "blacklist"), None),
    ],
)
def test_a_sanction_lasts_from_its_first_to_its_last_day(level: Level, last: date | None) -> None:
    found = sanction(level, DAY)
    assert found == Sanction(level.consequence, DAY, last)
    assert found.holds_on(DAY)
    assert not found.holds_on(DAY - timedelta(days=1))
    assert last is None or (found.holds_on(last) and not found.holds_on(last + timedelta(days=1)))


def test_half_a_year_from_the_last_of_august_ends_in_february() -> None:
    assert sanction(Level(3, "bidding", months=6), date(2019, 8, 31)).last == date(2020, 2, 28)


@pytest.mark.parametrize(
    "levels", [(), (Level(0, "a"),), (Level(2, "a"), Level(2, "b")), (Level(3, "a"), Level(2, "b"))]
)
def test_a_ladder_must_rise(levels: tuple[Level, ...]) -> None:
    with pytest.raises(WorkflowError):
        Ladder("x", "cycle", levels)


def test_counting_days_needs_a_window() -> None:
    with pytest.raises(WorkflowError):
        Ladder("x", "days", (Level(1, "a"),))


histories = st.lists(st.builds(Penalty, st.text("abcdef", min_size=1, max_size=2), st.dates(DAY, date(2020, 6, 1))))


@given(histories)
def test_the_order_and_repetition_of_telling_do_not_matter(history: list[Penalty]) -> None:
    once = {penalty.id: penalty for penalty in history}
    told = [*once.values()]
    assert standing(RESTAURANT, [*reversed(told), *told], date(2020, 6, 1)) == standing(
        RESTAURANT, told, date(2020, 6, 1)
    )


@given(histories)
def test_one_more_penalty_never_lowers_the_level(history: list[Penalty]) -> None:
    more = [*history, Penalty("new", date(2020, 6, 1))]
    before, after = (standing(DUST, each, date(2020, 6, 1)) for each in (history, more))
    assert (after.level.at if after.level else 0) >= (before.level.at if before.level else 0)
