"""How far a day carries over to the next ones (逐日延续), and resampled means that are widened by it.

Days resampled in blocks vary too little: what carries over from block to block is cut, and what varies is measured from
the period's own mean. In a month of 31 days, blocks of four show 94 % of the standard deviation of a mean where nothing
carries over, and 72 % where a day keeps 0.6 of the one before. A longer block is no cure, for fewer blocks fit into a
month: the length that Politis & White (2004, corrected by Patton, Politis & White 2009) choose covers no more
(``docs/explanation/rank-bands.md``). But all places together have a thousand days from which to learn how much carries
over. So the long-run variance is taken from all of them, and the draws of each are widened to it about its mean.

With ``e`` a place's distance from the day's mean over all places, less its own mean, ``g(k)`` the mean of
``e(t) e(t + k)`` over places and days, and ``T`` days, the variance of a mean is ``L / T`` with

    L = sum over |k| < M of w(k) (1 - |k| / T) (g(k) + L / T)

where ``w`` is the flat top of Politis & Romano (1995), 1 up to ``M / 2`` and falling to 0 at ``M``; ``M / 2`` is the
last lag before five whose correlations all lie below ``2 sqrt(log10 N / N)`` of ``N`` values (Politis 2003; Politis &
White 2004, section 3.2); ``L / T`` puts back what subtracting the mean took away. What blocks of ``b`` days tell of a
variance is worth ``3 T / 2 b`` degrees of freedom (Priestley 1981, section 6.2.4, at frequency 0), so that each draw is
widened as Student's t is, too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LONGEST = 10
"""Days within which a connection counts at most, about as many as a month can show: beyond, it is the season."""

QUIET = 5
"""Lags without a connection that must follow each other."""


@dataclass(frozen=True, slots=True)
class LongRun:
    """day: variance of a day; lasting: of a mean, times its days; reach: lags with a weight, ``M``."""

    day: float
    lasting: float
    reach: int


def long_run(days: Floats) -> LongRun:
    """Return how places' days (days × places, NaN where missing) vary about those of all, and how that lasts.

    >>> long_run(np.array([[1.0, 2.0], [4.0, 5.0], [2.0, 3.0]]))  # the two always lie 1 apart
    LongRun(day=0.0, lasting=0.0, reach=1)
    """
    length, most = len(days), max(min(len(days) // 3, LONGEST), 1)
    products, pairs = _products(days, min(length - 1, most + QUIET))
    if not products[0] > 0:
        return LongRun(0.0, 0.0, 1)
    reach, lasting = 0, float(products[0])
    while (found := min(_reach(products + lasting / length, int(pairs[0])), most)) > reach:
        reach, lasting = found, _lasting(products, length, found)
    return LongRun(float(products[0]), lasting, reach)


def _products(days: Floats, lags: int) -> tuple[Floats, NDArray[np.int64]]:
    """Return the mean product of distances so many days apart, and of how many pairs it is, by the lag from 0."""
    there = np.isfinite(days)
    apart = _apart(np.where(there, days, 0.0), there, axis=1)
    apart = _apart(apart, there, axis=0)
    length = len(days)
    pairs = np.array([(there[lag:] & there[: length - lag]).sum() for lag in range(lags + 1)])
    sums = np.array([(apart[lag:] * apart[: length - lag]).sum() for lag in range(lags + 1)])
    found: Floats = sums / np.maximum(pairs, 1)
    return found, pairs


def _apart(values: Floats, there: NDArray[np.bool_], axis: int) -> Floats:
    """Return values less their mean over an axis, 0 where there is none."""
    mean = values.sum(axis=axis, keepdims=True) / np.maximum(there.sum(axis=axis, keepdims=True), 1)
    found: Floats = np.where(there, values - mean, 0.0)
    return found


def _reach(products: Floats, number: int) -> int:
    """Return twice the last lag before those that tell of no connection, at least 1."""
    limit = 2 * np.sqrt(np.log10(number) / number) * products[0]
    loud = np.flatnonzero(np.abs(products[1:]) >= limit) + 1
    gaps = np.diff(np.concatenate(([0], loud, [len(products) + QUIET])))
    last = int(np.argmax(gaps > QUIET))
    return 2 * int(loud[last - 1]) if last else 1


def _lasting(products: Floats, length: int, reach: int) -> float:
    """Return ``L``; no less than the variance of a day, for a place does not make up today for yesterday."""
    lags = np.arange(1, reach)
    weights = np.clip(2 - 2 * lags / reach, 0, 1) * (1 - lags / length)
    sums = products[0] + 2 * (weights * products[1:reach]).sum()
    return max(float(sums / (1 - (1 + 2 * weights.sum()) / length)), float(products[0]))


def widened(days: Floats, drawn: Floats, *, block: int, seed: int) -> Floats:
    """Return resampled means (draws × places) of days (days × places) widened about the means to their true variance.

    block: days that stayed together. They are never narrowed, and stay as they are where there is nothing to tell how
    places lie apart.
    """
    found, there = long_run(days), np.isfinite(days)
    counts = there.sum(axis=0)
    means = np.divide(
        np.where(there, days, 0.0).sum(axis=0), counts, out=np.full(len(counts), np.nan), where=counts > 0
    )
    distances = drawn - means
    known = np.isfinite(distances)
    about = _apart(np.where(known, distances, 0.0), known, axis=1)
    shown = float((about**2 * counts).sum() / max(known.sum(), 1))
    if not (shown > 0 and found.lasting > 0):
        return drawn
    freedom = 3 * len(days) / (2 * max(block, found.reach))
    random = np.random.default_rng([seed, 1])
    student = np.sqrt(freedom / random.chisquare(freedom, len(drawn)))
    wide: Floats = means + distances * student[:, None] * np.sqrt(max(found.lasting / shown, 1.0))
    return wide
