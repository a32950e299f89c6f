"""The ranking of streets by checks made and by the share that found a violation, worked out by hand."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.analysis.league import Change, Check, LeagueRule, Standing, change, climb, league

AT = datetime(2026, 11, 17, 2, tzinfo=UTC)
RULE = LeagueRule(least=5)


def checks(place: str, made: int, violations: int, sort: str = "verify") -> list[Check]:
    """Return the checks of a place, the first of which found violations."""
    return [Check(f"{place}-{sort}-{number}", place, AT, sort, number < violations) for number in range(made)]


def ranks(found: tuple[Standing, ...]) -> list[tuple[str, int | None, int | None]]:
    """Return each place with its two ranks."""
    return [(one.place, one.checks_rank, one.rate_rank) for one in found]


def test_equal_counts_share_the_best_rank_and_the_next_is_skipped() -> None:
    made = [*checks("a", 9, 3), *checks("b", 12, 3), *checks("c", 9, 1), *checks("d", 5, 5)]
    found = league(made, ["a", "b", "c", "d"], RULE)
    # checks 12, 9, 9, 5: ranks 1, 2, 2, 4; rates 1/3, 1/4, 1/9, 1: ranks 2, 3, 4, 1
    assert ranks(found.standings) == [("a", 2, 2), ("b", 1, 3), ("c", 2, 4), ("d", 4, 1)]
    assert [one.tied for one in found.standings] == [(2, 1), (1, 1), (2, 1), (1, 1)]
    assert [one.place for one in found.by_checks()] == ["b", "a", "c", "d"]
    assert [one.place for one in found.by_rate()] == ["d", "a", "b", "c"]


@pytest.mark.parametrize(("made", "state", "rank"), [(4, "few", None), (5, "ranked", 1), (6, "ranked", 1)])
def test_a_rate_is_ranked_from_the_least_number_of_checks_on(made: int, state: str, rank: int | None) -> None:
    found = league(checks("a", made, 1), ["a"], RULE).standings[0]
    assert (found.state, found.rate_rank, found.checks_rank) == (state, rank, 1)
    assert found.rate == Fraction(1, made)


def test_places_without_checks_come_last_together_and_have_no_rate() -> None:
    found = league(checks("a", 6, 0), ["a", "b", "c"], RULE)
    assert ranks(found.standings) == [("a", 1, 1), ("b", 2, None), ("c", 2, None)]
    assert (found.standings[1].rate, found.standings[1].interval, found.standings[1].state) == (None, None, "silent")


def test_places_without_checks_may_stay_outside_the_ranking() -> None:
    found = league(checks("a", 6, 0), ["a", "b"], LeagueRule(5, silent="unranked"))
    assert ranks(found.standings) == [("a", 1, 1), ("b", None, None)]


def test_a_week_without_any_check_has_no_ranks() -> None:
    found = league([], ["a", "b"], RULE)
    assert ranks(found.standings) == [("a", None, None), ("b", None, None)]
    assert (found.checks, found.violations, found.rate) == (0, 0, None)


def test_totals_and_sorts_are_counted_and_a_check_elsewhere_counts_nowhere() -> None:
    made = [*checks("a", 3, 1), *checks("a", 2, 1, "inspection"), *checks("elsewhere", 9, 9)]
    found = league(made, ["a"], RULE)
    assert (found.checks, found.violations, found.rate) == (5, 2, Fraction(2, 5))
    assert found.standings[0].sorts == (("inspection", 2), ("verify", 3))
    assert found.of("elsewhere") is None
    assert found.of("a") == found.standings[0]


def test_the_interval_of_a_rate_is_wilsons() -> None:
    interval = league(checks("a", 263, 81), ["a"], RULE).standings[0].interval
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)  # Newcombe 1998, table I


@pytest.mark.parametrize(
    ("now", "before", "moved"),
    [
        (12, 9, Change("up", Fraction(3))),
        (9, 12, Change("down", Fraction(3))),
        (9, 9, Change("equal")),
        (None, 9, Change("none")),
        (9, None, Change("none")),
        (Fraction(1, 4), Fraction(1, 5), Change("up", Fraction(1, 20))),
    ],
)
def test_a_change_has_its_way_and_size(now: Fraction | None, before: Fraction | None, moved: Change) -> None:
    assert change(now, before) == moved


def test_a_smaller_rank_is_a_climb() -> None:
    assert climb(1, 4) == Change("up", Fraction(3))
    assert climb(4, 1) == Change("down", Fraction(3))
    assert climb(4, 4) == Change("equal")
    assert climb(None, 4) == climb(4, None) == Change("none")


@given(st.lists(st.integers(0, 8), min_size=1, max_size=12))
def test_a_rank_is_one_more_than_the_places_that_made_more_checks(counts: list[int]) -> None:
    places = [str(number) for number in range(len(counts))]
    made = [check for place, count in zip(places, counts, strict=True) for check in checks(place, count, 0)]
    for one in league(made, places, RULE).standings:
        better = sum(count > one.checks for count in counts)
        assert one.checks_rank == (better + 1 if any(counts) else None)
