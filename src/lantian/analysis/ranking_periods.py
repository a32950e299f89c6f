"""The ranking of a period (期间排名): exact means, printed values, shared ranks, and bands of those not told apart.

A day's value is kept to a millionth of its unit, so that sums are exact; the mean of the period is rounded once by
GB/T 8170, and the printed value is what is ranked: two places that read the same share a rank. Intervals and bands
follow from resampled days (``rank_bands``). Nothing here knows where the days come from.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lantian.analysis.rank_bands import Floats, bands, block_means, rank_intervals
from lantian.analysis.rank_carry_over import widened
from lantian.kernel.ranks import competition_ranks
from lantian.kernel.rounding import half_even, round_up

MICRO = 1_000_000
"""Parts of a unit to which a day's value is kept."""


@dataclass(frozen=True, slots=True)
class RankRule:
    """decimals: of the printed value. level: of the intervals. missing_last: who has too little takes the last rank."""

    decimals: int
    largest_first: bool = False
    level: float = 0.9
    missing_last: bool = False


@dataclass(frozen=True, slots=True)
class Draws:
    """How days are resampled: how often, how many stay together, from which seed.

    wide: whether the draws are widened by what carries over from day to day.
    """

    number: int = 2000
    block_days: int = 4
    seed: int = 0
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a place stands (名次). exact: its value, None without any. rank: None outside the ranking.

    tied: how many share the rank. low, high: ends of the interval of its rank. band: from 1, the best.
    """

    exact: Fraction | None
    printed: Decimal | None
    rank: int | None = None
    tied: int = 1
    low: float | None = None
    high: float | None = None
    band: int | None = None


def means(days: Floats) -> list[Fraction | None]:
    """Return the exact mean of each place's days (days × places, NaN where missing), None without any.

    >>> means(np.array([[1.5, np.nan], [2.0, np.nan]]))
    [Fraction(7, 4), None]
    """
    there = np.isfinite(days)
    micro: NDArray[np.int64] = np.rint(np.where(there, days, 0.0) * MICRO).astype(np.int64)
    totals, counts = micro.sum(axis=0).tolist(), there.sum(axis=0).tolist()
    return [Fraction(total, count * MICRO) if count else None for total, count in zip(totals, counts, strict=True)]


def ranked(values: Sequence[Fraction | None], counts: Sequence[bool], rule: RankRule) -> list[Standing]:
    """Rank the printed values of the places that count; equal ones share the best rank and the next is skipped.

    >>> rule = RankRule(decimals=0)
    >>> [one.rank for one in ranked([Fraction(91, 10), Fraction(9), Fraction(8)], [True] * 3, rule)]
    [2, 2, 1]
    """
    found = [Standing(one, None if one is None else half_even(one, rule.decimals)) for one in values]
    inside = [one.printed for one, counted in zip(found, counts, strict=True) if counted and one.printed is not None]
    ranks = iter(competition_ranks(inside, largest_first=rule.largest_first))
    last = len(inside) + 1 if rule.missing_last and inside else None
    given = [
        next(ranks) if counted and one.printed is not None else last for one, counted in zip(found, counts, strict=True)
    ]
    shared = Counter(given)
    return [replace(one, rank=rank, tied=shared[rank] if rank else 1) for one, rank in zip(found, given, strict=True)]


def with_bands(
    standings: Sequence[Standing], counts: Sequence[bool], drawn: Floats | None, rule: RankRule
) -> list[Standing]:
    """Give the places that count the interval of their rank and their band.

    drawn: resampled values (draws × all places); without it everything is counted: a rank is its own interval and band.
    """
    inside = [place for place, counted in enumerate(counts) if counted and standings[place].printed is not None]
    found = list(standings)
    if drawn is None:
        order = {rank: band for band, rank in enumerate(sorted({found[place].rank or 0 for place in inside}), start=1)}
        for place in inside:
            rank = found[place].rank or 0
            found[place] = replace(found[place], low=rank, high=rank + found[place].tied - 1, band=order[rank])
        return found
    figures = [float(found[place].printed or 0) for place in inside]
    intervals = rank_intervals(figures, drawn[:, inside], level=rule.level, largest_first=rule.largest_first)
    for place, interval, band in zip(inside, intervals, bands(intervals), strict=True):
        found[place] = replace(found[place], low=interval.low, high=interval.high, band=band)
    return found


def drawn_means(days: Floats, draws: Draws) -> Floats:
    """Return resampled means of days (days × places, NaN where missing), draws × places."""
    found = block_means(days, draws=draws.number, block=draws.block_days, seed=draws.seed)
    return widened(days, found, block=draws.block_days, seed=draws.seed) if draws.wide else found


def ranked_with_bands(days: Floats, rule: RankRule, draws: Draws, *, least: int = 1) -> list[Standing]:
    """Rank a period's days (days × places, NaN where missing) with intervals and bands; least: days that are needed."""
    counts = [number >= max(least, 1) for number in np.isfinite(days).sum(axis=0).tolist()]
    return with_bands(ranked(means(days), counts, rule), counts, drawn_means(days, draws), rule)


def last_share(ranks: Sequence[int | None], percent: int, *, ties_in: bool) -> list[bool]:
    """Tell who belongs to the last share of a ranking (末位比例): percent of those ranked, rounded up.

    A tie that crosses the edge is taken in whole, or left out whole. Who stands first is never among the last, not
    even alone or where all are equal.

    >>> last_share([1, 2, 3, 3, None], 25, ties_in=True), last_share([1, 2, 3, 3, None], 25, ties_in=False)
    ([False, False, True, True, False], [False, False, False, False, False])
    """
    known = sorted((rank for rank in ranks if rank is not None), reverse=True)
    size = round_up(Fraction(len(known) * percent, 100))
    if not size:
        return [False] * len(ranks)
    edge = known[size - 1]
    split = known.count(edge) > sum(rank == edge for rank in known[:size])
    lowest = edge + 1 if split and not ties_in else edge
    return [rank is not None and rank >= max(lowest, 2) for rank in ranks]
