"""Found against expected (查处率与实际违法情况是否相匹配): what a street finds, beside what random draws find there.

Random draws look at entries that nobody chose, so the share that fails there estimates how things are. The share that
fails in the ordinary checks is what is found. Their difference is given with its interval: Wilson's score interval for
one share, Newcombe's hybrid score interval (method 10) for the difference of two (Newcombe 1998, Statist. Med. 17,
873-890). Only where that interval leaves out 0 is anything said.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from lantian.analysis.proportions import Interval, wilson

Match = Literal["too-few", "fewer", "fits", "more"]


@dataclass(frozen=True, slots=True)
class Share:
    """Of ``of`` inspections, ``failed`` failed."""

    failed: int
    of: int

    def __add__(self, other: "Share") -> "Share":
        """Pool two groups."""
        return Share(self.failed + other.failed, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Compared:
    """What is found beside what is expected. expected: failures at the draws' share, with its ends.

    difference: the found share less that of the draws, with its interval; None where nothing is said.
    """

    found: Share
    drawn: Share
    match: Match
    expected: Interval | None = None
    difference: Interval | None = None


def difference(one: Share, other: Share, level: float) -> Interval | None:
    """Return the share of ``one`` less that of ``other`` with its interval; None where either has no inspection.

    >>> found = difference(Share(56, 70), Share(48, 80), 0.95)
    >>> found and (round(found.low, 4), round(found.high, 4))
    (0.0524, 0.3339)
    """
    a, b = wilson(one.failed, one.of, level), wilson(other.failed, other.of, level)
    if a is None or b is None:
        return None
    gap = a.share - b.share
    below = sqrt((a.share - a.low) ** 2 + (b.high - b.share) ** 2)
    above = sqrt((a.high - a.share) ** 2 + (b.share - b.low) ** 2)
    return Interval(gap, gap - below, gap + above)


def compare(found: Share, drawn: Share, *, level: float, minimum: int) -> Compared:
    """Compare the ordinary checks with the draws; with fewer than ``minimum`` inspections of either nothing is said."""
    rate, gap = wilson(drawn.failed, drawn.of, level), difference(found, drawn, level)
    if rate is None or gap is None or min(found.of, drawn.of) < minimum:
        return Compared(found, drawn, "too-few")
    match: Match = "fewer" if gap.high < 0 else "more" if gap.low > 0 else "fits"
    expected = Interval(rate.share * found.of, rate.low * found.of, rate.high * found.of)
    return Compared(found, drawn, match, expected, gap)
