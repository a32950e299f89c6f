"""When a condition begins and ends (起止判定): hysteresis, minimum duration, gaps; all series at once, step by step.

A condition begins when values beyond the limit have lasted for the minimum time without one that is not; it then
lasts until values beyond the off limit have been absent for the clearing time. What lies between the two limits
neither begins nor ends anything. A missing value says nothing: it neither counts for nor against; after a gap longer
than ``gap`` a beginning has to start anew.
"""

from dataclasses import dataclass

import numpy as np

from lantian.analysis.detection.window import Bools, Indices


@dataclass(frozen=True)
class Timing:
    """Steps that a condition must last to begin, must be absent to end, and that a gap may last within a beginning."""

    minimum: int = 1
    clear: int = 1
    gap: int = 15


@dataclass(frozen=True, eq=False)
class Episodes:
    """The last episode of each series: first and last step in which it held; -1 where there is none.

    holds: whether it still did at the end.
    """

    first: Indices
    last: Indices
    holds: Bools


def episodes(over: Bools, under: Bools, present: Bools, timing: Timing, active: Bools) -> Episodes:
    """Find the last episode of each series.

    over: beyond the limit; under: beyond the off limit on the good side; present: a value is there [series, step].
    active: series whose condition held before the first step.

    >>> x = np.array([[0, 9, 9, 5, 9, 0, 0]])
    >>> found = episodes(x > 6, x < 4, x >= 0, Timing(minimum=2, clear=2), np.array([False]))
    >>> int(found.first[0]), int(found.last[0]), bool(found.holds[0])
    (1, 4, False)
    """
    count = over.shape[0]
    on = active.copy()
    first = np.where(active, 0, -1)
    last, seen, rising, falling = (np.full(count, -1) for _ in range(4))
    for step in range(over.shape[1]):
        above, below, here = over[:, step], under[:, step], present[:, step]
        rising[here & (~above | (step - seen > timing.gap))] = -1
        rising[above & (rising < 0)] = step
        falling[here & ~below] = -1
        falling[below & (falling < 0)] = step
        begins = ~on & above & (step - rising + 1 >= timing.minimum)
        first[begins] = rising[begins]
        on |= begins
        on &= ~(below & (step - falling + 1 >= timing.clear))
        last[on & here & ~below] = step
        seen[here] = step
    silent = last < first
    first[silent], last[silent] = -1, -1
    return Episodes(first.astype(np.intp), last.astype(np.intp), on & ~silent)
