"""Ranks with their uncertainty (名次区间与分档): places that cannot be told apart share a band.

A figure is computed again many times from resampled data. One place is surely ahead of another where it lies ahead in
all but half of ``1 - level`` of the draws; a place's rank reaches from just behind those surely ahead of it to just
before those surely behind it. Ranking each draw anew and taking the middle ``level`` of its ranks looks simpler, but
covers too seldom: with places close together 78 % at a level of 90 % (``tests/analysis/test_rank_bands.py``), for noise
drives the ranks of resampled data to the middle. Comparing pair by pair is how ranks are bounded by Mogstad, Romano,
Shaikh & Wilhelm (2024), here with each pair at its own level.

Days are resampled in circular blocks, the same days for all places, so that the weather that they share and what
carries over from day to day stay as they are (Politis & Romano 1992); shares of checks are resampled from the binomial
with half a success and half a failure added (Jeffreys), for else a place that found nothing in two checks would be
certain. The seed is a parameter: the same data give the same bands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RankInterval:
    """A place's rank with the ends of its interval, and how often it came first.

    Equal ones stand at their middle rank; the interval of each holds all the ranks that they share.
    """

    rank: float
    low: float
    high: float
    first: float


def middle_ranks(figures: Floats, *, largest_first: bool) -> Floats:
    """Rank the last axis from 1; equal figures share the middle of their ranks. A missing figure (NaN) comes last.

    >>> middle_ranks(np.array([3.0, 1.0, 3.0]), largest_first=True).tolist()
    [1.5, 3.0, 1.5]
    """
    values = np.where(np.isnan(figures), np.inf, -figures if largest_first else figures)
    better = (values[..., None, :] < values[..., :, None]).sum(axis=-1)
    equal = (values[..., None, :] == values[..., :, None]).sum(axis=-1)
    ranks: Floats = better + (equal + 1) / 2
    return ranks


def block_means(days: Floats, *, draws: int, block: int, seed: int) -> Floats:
    """Return means of resampled days, draws × places. days: days × places, NaN where a value is missing.

    block: days that stay together.
    """
    length = days.shape[0]
    blocks = -(-length // block)
    starts = np.random.default_rng(seed).integers(0, length, (draws, blocks))
    chosen = (starts[:, :, None] + np.arange(block)).reshape(draws, -1)[:, :length] % length
    weights = np.zeros((draws, length))
    np.add.at(weights, (np.arange(draws)[:, None], chosen), 1.0)
    there = ~np.isnan(days)
    counts = weights @ there
    sums = weights @ np.where(there, days, 0.0)
    means: Floats = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    return means


def drawn_rates(successes: Sequence[int], trials: Sequence[int], *, draws: int, seed: int) -> Floats:
    """Return resampled shares, draws × places; each place has at least one trial."""
    made, found = np.asarray(trials), np.asarray(successes)
    drawn = np.random.default_rng(seed).binomial(made, (found + 0.5) / (made + 1), (draws, len(made)))
    rates: Floats = drawn / made
    return rates


def drawn_groups(groups: Sequence[Sequence[float]], *, draws: int, seed: int) -> Floats | None:
    """Return resampled means of groups of single results, draws × groups, NaN for an empty one.

    How results lie about their group's mean is taken from all groups together, for most have few. None where no group
    has two: then nothing tells how sure a mean is.
    """
    known = [np.asarray(one, dtype=np.float64) for one in groups]
    apart = [(one - one.mean()) * np.sqrt(len(one) / (len(one) - 1)) for one in known if len(one) > 1]
    if not apart:
        return None
    about, random = np.concatenate(apart), np.random.default_rng(seed)
    found = np.full((draws, len(known)), np.nan)
    for place, one in enumerate(known):
        if len(one):
            found[:, place] = one.mean() + random.choice(about, (draws, len(one))).mean(axis=1)
    return found


def rank_intervals(
    figures: Sequence[float], drawn: Floats, *, level: float = 0.9, largest_first: bool = False
) -> list[RankInterval]:
    """Return each place's rank by its figure with the interval that the draws (draws × places) leave to it."""
    values = np.asarray(figures, dtype=np.float64)
    ranks = middle_ranks(values, largest_first=largest_first)
    beside = ((values[:, None] == values).sum(axis=0) - 1) / 2
    ahead, first = _compared(np.where(np.isnan(drawn), np.inf, -drawn if largest_first else drawn))
    sure = (1 + level) / 2
    low = 1 + (ahead >= sure).sum(axis=0)
    high = len(ranks) - (ahead >= sure).sum(axis=1)
    return [
        RankInterval(float(rank), float(min(rank - tied, lowest)), float(max(rank + tied, highest)), float(share))
        for rank, tied, lowest, highest, share in zip(ranks, beside, low, high, first, strict=True)
    ]


def _compared(drawn: Floats) -> tuple[Floats, Floats]:
    """Return in which share of the draws one place (row) lies ahead of another (column), and how often each is first.

    Equal draws count half for either; a tie in front is nobody's first place.
    """
    places = drawn.shape[1]
    ahead = np.full((places, places), 0.5)
    for place in range(places - 1):
        others = drawn[:, place + 1 :]
        less = (drawn[:, [place]] < others).mean(axis=0) + (drawn[:, [place]] == others).mean(axis=0) / 2
        ahead[place, place + 1 :], ahead[place + 1 :, place] = less, 1 - less
    best = drawn == drawn.min(axis=1, keepdims=True)
    first: Floats = (best & (best.sum(axis=1, keepdims=True) == 1)).mean(axis=0)
    return ahead, first


def bands(intervals: Sequence[RankInterval]) -> list[int]:
    """Return each place's band from 1: a band begins with the best place left and takes all who overlap with it.

    Places of one rank are never parted.

    >>> bands([RankInterval(1, 1, 2, 0.8), RankInterval(3, 3, 3, 0), RankInterval(2, 1, 2, 0.2)])
    [1, 2, 1]
    """
    found = [0] * len(intervals)
    current, reach, rank = 0, 0.0, 0.0
    for place in sorted(range(len(intervals)), key=lambda one: (intervals[one].rank, intervals[one].low)):
        if current == 0 or (intervals[place].low > reach and intervals[place].rank > rank):
            current, reach = current + 1, intervals[place].high
        rank = intervals[place].rank
        found[place] = current
    return found
