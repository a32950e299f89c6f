"""The ranking of a period: exact means, ranks of printed values, bands, and the last share with ties at its edge."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from lantian.analysis.ranking_periods import (
    Draws,
    RankRule,
    last_share,
    means,
    ranked,
    ranked_with_bands,
    with_bands,
)

RULE = RankRule(decimals=1)


def test_a_mean_is_exact_and_a_missing_day_counts_nowhere() -> None:
    days = np.array([[35.1, 35.15, np.nan], [35.2, np.nan, np.nan]])
    assert means(days) == [Fraction(3515, 100), Fraction(3515, 100), None]


def test_ranks_follow_the_printed_value_rounded_half_to_even() -> None:
    found = ranked([Fraction("35.15"), Fraction("35.24"), Fraction("35.25"), Fraction("35.1"), None], [True] * 5, RULE)
    assert [str(one.printed) for one in found] == ["35.2", "35.2", "35.2", "35.1", "None"]
    assert [(one.rank, one.tied) for one in found] == [(2, 3), (2, 3), (2, 3), (1, 1), (None, 1)]


def test_a_place_with_too_little_keeps_its_value_and_stands_outside_or_last() -> None:
    values = [Fraction(3), Fraction(1), Fraction(2)]
    outside = ranked(values, [True, False, True], RULE)
    assert [(one.rank, one.printed) for one in outside] == [
        (2, Decimal("3.0")),
        (None, Decimal("1.0")),
        (1, Decimal("2.0")),
    ]
    last = ranked(values, [True, False, True], RankRule(decimals=1, missing_last=True))
    assert [one.rank for one in last] == [2, 3, 1]
    nobody = ranked(values, [False] * 3, RankRule(decimals=1, missing_last=True))
    assert [one.rank for one in nobody] == [None] * 3


def test_the_largest_comes_first_where_the_rule_says_so() -> None:
    found = ranked([Fraction(3), Fraction(1)], [True, True], RankRule(decimals=0, largest_first=True))
    assert [one.rank for one in found] == [1, 2]


def test_places_far_apart_have_bands_of_their_own_and_those_close_together_share_one() -> None:
    random = np.random.default_rng(4)
    level = np.array([30.0, 30.2, 50.0, np.nan])
    days = level * random.lognormal(0, 0.3, (31, 1)) * (1 + random.normal(0, 0.05, (31, 4)))
    days[:3, 1] = np.nan
    found = ranked_with_bands(days, RULE, Draws(number=500, block_days=4, seed=1), least=27)
    assert [one.band for one in found] == [1, 1, 2, None]
    assert (found[2].low, found[2].high, found[2].rank) == (3, 3, 3)
    short = ranked_with_bands(days, RULE, Draws(number=50), least=29)
    assert [one.rank is None for one in short] == [False, True, False, True]
    assert short[1].band is None


def test_the_same_days_and_seed_give_the_same_bands() -> None:
    days = np.random.default_rng(5).normal(60, 8, (30, 6))
    first, second = (ranked_with_bands(days, RULE, Draws(number=200, seed=9)) for _ in range(2))
    assert first == second


def test_where_everything_is_counted_a_rank_is_its_own_interval() -> None:
    values: list[Fraction | None] = [Fraction(10), Fraction(20), Fraction(20), Fraction(30), None]
    rule = RankRule(decimals=0, largest_first=True)
    found = with_bands(ranked(values, [True] * 5, rule), [True] * 5, None, rule)
    assert [(one.low, one.high, one.band) for one in found] == [
        (4, 4, 3),
        (2, 3, 2),
        (2, 3, 2),
        (1, 1, 1),
        (None, None, None),
    ]


@pytest.mark.row("S27")
def test_the_last_fifteen_per_cent_are_rounded_up_and_a_tie_at_the_edge_follows_the_rule() -> None:
    ranks = [*range(1, 18), 18, 18, 20]
    assert sum(last_share(ranks, 15, ties_in=True)) == 3  # 15 % of 20: the tie at 18 and the last
    tied = [*range(1, 18), 17, 19, 20]
    assert [rank for rank, last in zip(tied, last_share(tied, 15, ties_in=True), strict=True) if last] == [
        17,
        17,
        19,
        20,
    ]
    assert [rank for rank, last in zip(tied, last_share(tied, 15, ties_in=False), strict=True) if last] == [19, 20]
    assert last_share([1, 2, None], 15, ties_in=True) == [False, True, False]
    assert last_share([None, None], 15, ties_in=True) == [False, False]


@pytest.mark.row("S27")
def test_who_stands_first_is_not_among_the_last_though_he_be_alone_or_all_be_equal() -> None:
    assert last_share([1, None], 15, ties_in=True) == [False, False]
    assert last_share([1, 1, 1], 15, ties_in=True) == [False] * 3
    assert last_share([1, 2, 2], 15, ties_in=True) == [False, True, True]


@pytest.mark.row("B9")
def test_places_of_one_printed_value_have_all_their_shared_ranks_in_their_interval() -> None:
    """41.04 and 40.96 print as 41.0 and share ranks 1 and 2, though one lies ahead in every draw."""
    exact: list[Fraction | None] = [Fraction("41.04"), Fraction("40.96"), Fraction(50)]
    drawn = np.array([[41.04, 40.96, 50.0]] * 20)
    found = with_bands(ranked(exact, [True] * 3, RULE), [True] * 3, drawn, RULE)
    assert [(one.rank, one.low, one.high, one.band) for one in found] == [(1, 1, 2, 1), (1, 1, 2, 1), (3, 3, 3, 2)]


def test_one_place_alone_is_first_in_a_band_of_its_own() -> None:
    days = np.array([[30.0, np.nan], [31.0, np.nan], [35.0, np.nan]])
    for wide in (False, True):
        alone, absent = ranked_with_bands(days, RULE, Draws(number=50, wide=wide))
        assert (alone.rank, alone.low, alone.high, alone.band) == (1, 1, 1, 1)
        assert (absent.rank, absent.band) == (None, None)
