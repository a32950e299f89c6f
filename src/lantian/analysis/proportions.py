"""Shares with their uncertainty (比例及其区间)."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True)
class Interval:
    """A share from 0 to 1 with the ends of its interval."""

    share: float
    low: float
    high: float


def wilson(successes: int, trials: int, level: float = 0.95) -> Interval | None:
    """Return a share with its Wilson score interval without continuity correction (Wilson 1927); None of no trials.

    centre ± half = (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n).

    >>> found = wilson(81, 263)  # Newcombe 1998, table I: 0.2553 to 0.3662
    >>> found and (round(found.low, 4), round(found.high, 4))
    (0.2553, 0.3662)
    """
    if trials == 0:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials**2)) / (1 + z * z / trials)
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))
