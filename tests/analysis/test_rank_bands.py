"""Ranks with their uncertainty: coverage of the truth, a planted best place; order and labels do not matter."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lantian.analysis.rank_bands import (
    RankInterval,
    bands,
    block_means,
    drawn_groups,
    drawn_rates,
    middle_ranks,
    rank_intervals,
)

Floats = NDArray[np.float64]


def month(seed: int, places: int, days: int = 31, best: float = 1.0) -> Floats:
    """Return daily values of places under one weather that carries over from day to day; best: of the first place."""
    random = np.random.default_rng(seed)
    weather = np.empty(days)
    weather[0] = 0
    for day in range(1, days):
        weather[day] = 0.6 * weather[day - 1] + random.normal(0, 0.4)
    values = 60 * np.exp(weather)[:, None] * (1 + random.normal(0, 0.12, (days, places)))
    values[:, 0] *= best
    return values


def intervals(values: Floats, seed: int = 1, draws: int = 600) -> list[RankInterval]:
    """Return the places' rank intervals by their means, the smallest first."""
    drawn = block_means(values, draws=draws, block=4, seed=seed)
    return rank_intervals(np.nanmean(values, axis=0).tolist(), drawn)


def test_equal_figures_share_the_middle_of_their_ranks_and_missing_ones_come_last() -> None:
    ranks = middle_ranks(np.array([[5.0, 4.0, 5.0, np.nan]]), largest_first=True)
    assert ranks.tolist() == [[1.5, 3.0, 1.5, 4.0]]
    assert middle_ranks(np.array([5.0, 4.0, 5.0]), largest_first=False).tolist() == [2.5, 1.0, 2.5]


def test_places_that_are_equal_have_the_middle_rank_inside_their_interval() -> None:
    covered = [one.low <= 6.5 <= one.high for seed in range(40) for one in intervals(month(seed, places=12), draws=300)]
    assert np.mean(covered) >= 0.85  # methods, section 10: at least 85 % at a level of 90 %


def test_places_that_are_equal_mostly_share_the_first_band() -> None:
    shares = [np.mean(np.array(bands(intervals(month(seed, places=12), draws=300))) == 1) for seed in range(40)]
    assert np.mean(shares) >= 0.9


def test_a_place_that_is_ten_per_cent_better_comes_first_in_nine_of_ten_draws() -> None:
    first = [intervals(month(seed, places=12, best=0.9), draws=300)[0].first for seed in range(20)]
    assert np.mean(first) > 0.9
    assert bands(intervals(month(3, places=12, best=0.7)))[:1] == [1]
    assert set(bands(intervals(month(3, places=12, best=0.7)))[1:]) >= {2}


@pytest.mark.row("B9")
@pytest.mark.parametrize("spread", [0.02, 0.05, 0.1])
@pytest.mark.parametrize("level", [0.8, 0.9])
def test_intervals_cover_the_true_rank_as_often_as_they_say(spread: float, level: float) -> None:
    """43 places in a known order, a month of days; what sets places apart carries over from day to day, too (0.3)."""
    covered = []
    for seed in range(12):
        random = np.random.default_rng([7, seed])
        true = np.sort(random.normal(0, spread, 43))
        noise = random.normal(0, 0.12, (31, 43))
        for day in range(1, 31):
            noise[day] = 0.3 * noise[day - 1] + np.sqrt(1 - 0.3**2) * noise[day]
        weather = np.exp(random.normal(0, 0.4, 31))[:, None]
        days = 60 * weather * np.exp(true) * (1 + noise)
        drawn = block_means(days, draws=400, block=4, seed=1)
        found = rank_intervals(days.mean(axis=0).tolist(), drawn, level=level)
        covered += [one.low <= rank <= one.high for rank, one in enumerate(found, start=1)]
    assert np.mean(covered) >= level - 0.03


def test_the_order_in_which_places_are_given_does_not_matter() -> None:
    values = month(5, places=8)
    order = np.array([3, 1, 7, 0, 2, 6, 5, 4])
    plain, shuffled = intervals(values), intervals(values[:, order])
    assert [plain[place] for place in order] == shuffled


def test_the_same_seed_gives_the_same_and_missing_days_are_left_out() -> None:
    values = month(6, places=5)
    values[4:9, 2] = np.nan
    assert intervals(values) == intervals(values)
    values[:, 3] = np.nan
    drawn = block_means(values, draws=50, block=4, seed=1)
    assert np.isnan(drawn[:, 3]).all()
    assert not np.isnan(drawn[:, 2]).any()


def test_a_block_keeps_its_days_together() -> None:
    days = np.arange(12.0)[:, None]
    drawn = block_means(days, draws=200, block=12, seed=2)
    assert drawn == pytest.approx(5.5)  # one block of the whole circle is every day once


def test_shares_of_few_checks_are_uncertain_and_those_of_many_are_not() -> None:
    few = rank_intervals([1.0, 0.0], drawn_rates([2, 0], [2, 2], draws=2000, seed=1), largest_first=True)
    many = rank_intervals([0.9, 0.1], drawn_rates([180, 20], [200, 200], draws=2000, seed=1), largest_first=True)
    assert bands(few) == [1, 1]
    assert bands(many) == [1, 2]


def test_means_of_few_results_borrow_how_results_lie_apart_elsewhere() -> None:
    drawn = drawn_groups([[1.0, 3.0], [5.0], []], draws=4000, seed=3)
    assert drawn is not None
    assert drawn[:, :2].mean(axis=0) == pytest.approx([2, 5], abs=0.1)
    # results lie 1 apart from their mean, times the root of 2 for a group of two: 1.41; the mean of two varies by 1
    assert drawn[:, :2].std(axis=0) == pytest.approx([1, 2**0.5], abs=0.05)
    assert np.isnan(drawn[:, 2]).all()
    assert drawn_groups([[1.0], [2.0], []], draws=10, seed=3) is None


def test_places_of_one_rank_share_a_band_though_one_reaches_less_far() -> None:
    apart = [RankInterval(1, 1, 1, 1), RankInterval(2.5, 1, 3, 0), RankInterval(2.5, 2, 3, 0)]
    assert bands(apart) == [1, 1, 1]


def test_nobody_is_in_no_band() -> None:
    assert bands([]) == []


def test_the_interval_of_a_tie_holds_all_the_ranks_that_it_shares() -> None:
    """Three equal figures share the ranks 1 to 3, though their draws lie one behind the other every time."""
    found = rank_intervals([2.0, 2.0, 2.0, 9.0], np.array([[1.9, 2.0, 2.1, 9.0]] * 20))
    assert [(one.rank, one.low, one.high) for one in found] == [(2, 1, 3)] * 3 + [(4, 4, 4)]
