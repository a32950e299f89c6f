"""Ranks (名次)."""

from collections.abc import Sequence
from fractions import Fraction

from lantian.kernel.rounding import Exact


def competition_ranks(values: Sequence[Exact], *, largest_first: bool = False) -> list[int]:
    """Return ranks from 1; equal values share the best rank and the next rank is skipped.

    >>> competition_ranks([93, 92, 90, 90, 89], largest_first=True)
    [1, 2, 3, 3, 5]
    """
    exact = [-Fraction(value) if largest_first else Fraction(value) for value in values]
    ordered = sorted(exact)
    first: dict[Fraction, int] = {}
    for rank, value in enumerate(ordered, start=1):
        first.setdefault(value, rank)
    return [first[value] for value in exact]
