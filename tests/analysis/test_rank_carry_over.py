"""Rank intervals where days carry over: they cover as often as they say; the variance behind them is the true one."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lantian.analysis.rank_bands import block_means, rank_intervals
from lantian.analysis.rank_carry_over import long_run, widened

Floats = NDArray[np.float64]
SEEDS = 12


def carried(random: np.random.Generator, carry: float, shape: tuple[int, int]) -> Floats:
    """Return noise of variance 1, days × places, of which each day keeps a part of the one before."""
    noise = random.normal(0, 1, shape)
    for day in range(1, shape[0]):
        noise[day] = carry * noise[day - 1] + np.sqrt(1 - carry**2) * noise[day]
    return noise


def month(seed: int, carry: float, spread: float) -> Floats:
    """Return 31 days of 43 places in a known order under one weather; 12 % of noise carry over."""
    random = np.random.default_rng([7, seed])
    true = np.sort(random.normal(0, spread, 43))
    weather = np.exp(random.normal(0, 0.4, 31))[:, None]
    return 60 * weather * np.exp(true) * (1 + 0.12 * carried(random, carry, (31, 43)))


@pytest.mark.row("B9")
@pytest.mark.parametrize("spread", [0.01, 0.02, 0.05])
@pytest.mark.parametrize("carry", [0.0, 0.3, 0.6])
def test_intervals_cover_the_true_rank_however_much_days_carry_over(carry: float, spread: float) -> None:
    covered: dict[float, list[bool]] = {0.8: [], 0.9: []}
    for seed in range(SEEDS):
        days = month(seed, carry, spread)
        drawn = widened(days, block_means(days, draws=400, block=4, seed=1), block=4, seed=1)
        for level, found in covered.items():
            intervals = rank_intervals(days.mean(axis=0).tolist(), drawn, level=level)
            found += [one.low <= rank <= one.high for rank, one in enumerate(intervals, start=1)]
    for level, found in covered.items():
        assert np.mean(found) >= level - 0.02


def test_intervals_stay_narrow_where_nothing_carries_over() -> None:
    """Widening costs less than a fifth where places are well apart and days are independent."""
    width = []
    for seed in range(SEEDS):
        days = month(seed, 0.0, 0.05)
        plain = block_means(days, draws=400, block=4, seed=1)
        wide = widened(days, plain, block=4, seed=1)
        figures = days.mean(axis=0).tolist()
        width.append([np.mean([one.high - one.low for one in rank_intervals(figures, of)]) for of in (plain, wide)])
    before, after = np.mean(width, axis=0)
    assert before < after < 1.2 * before


@pytest.mark.parametrize(("carry", "ratio"), [(0.0, 1.0), (0.3, 13 / 7), (0.6, 4.0)])
def test_the_long_run_variance_is_that_of_a_known_process(carry: float, ratio: float) -> None:
    """Of a process that keeps a share a of the day before, it is (1 + a) / (1 - a) times the variance of a day."""
    days = carried(np.random.default_rng(8), carry, (400, 60)) + np.linspace(0, 9, 60)
    found = long_run(days)
    assert found.day == pytest.approx(1, rel=0.1)
    assert found.lasting / found.day == pytest.approx(ratio, rel=0.1)
    days[np.random.default_rng(9).random(days.shape) < 0.1] = np.nan
    assert long_run(days).lasting == pytest.approx(found.lasting, rel=0.1)


def test_a_short_stretch_is_reckoned_by_hand() -> None:
    """Two places lie 0, 2 and 4 apart: each -1, 0 and 1 from the middle, by n - 1 a variance of 1."""
    found = long_run(np.array([[1.0, 1.0], [2.0, 0.0], [6.0, 2.0]]))
    assert [found.day, found.lasting] == pytest.approx([2 / 3, 1])
    assert found.reach == 1


def test_what_is_made_up_for_on_the_next_day_makes_no_mean_surer_than_independent_days() -> None:
    days = np.where(np.arange(60) % 2, 1.0, -1.0)[:, None] * np.array([1.0, -1.0, 0.5])
    found = long_run(days)
    assert found.lasting >= found.day > 0


def test_draws_keep_their_middle_and_are_the_same_by_seed() -> None:
    days = month(3, 0.6, 0.05)
    plain = block_means(days, draws=4000, block=4, seed=2)
    wide = widened(days, plain, block=4, seed=2)
    assert np.array_equal(wide, widened(days, plain, block=4, seed=2))
    assert not np.array_equal(wide, widened(days, plain, block=4, seed=3))
    assert wide.mean(axis=0) == pytest.approx(days.mean(axis=0), rel=0.01)
    assert (wide.std(axis=0) > plain.std(axis=0)).all()


def test_missing_days_and_places_without_any_stay_what_they_are() -> None:
    days = month(4, 0.3, 0.05)
    days[:20, 2] = np.nan
    days[:, 5] = np.nan
    drawn = block_means(days, draws=300, block=4, seed=1)
    wide = widened(days, drawn, block=4, seed=1)
    assert np.array_equal(np.isnan(wide), np.isnan(drawn))


@pytest.mark.parametrize(
    "days",
    [
        np.array([[3.0], [9.0], [4.0], [7.0]]),
        np.array([[1.0, 2.0], [4.0, 5.0], [2.0, 3.0]]),
        np.full((30, 3), np.nan),
        np.array([[1.0, 2.0]]),
    ],
    ids=["one place", "two that always lie as far apart", "nothing", "one day"],
)
def test_where_nothing_tells_how_places_lie_apart_draws_stay_as_they_are(days: Floats) -> None:
    drawn = block_means(days, draws=20, block=4, seed=1)
    assert np.array_equal(widened(days, drawn, block=4, seed=1), drawn, equal_nan=True)
