"""What is known of places in a stretch of days (测得), the same for the air, imported results, cases and ledgers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Protocol

from lantian.analysis.rank_bands import Floats
from lantian.analysis.ranking_periods import Draws
from lantian.apps.assessment.rankings import Count
from lantian.apps.assessment.snapshots import Place
from lantian.kernel.errors import Text


@dataclass(frozen=True)
class Measured:
    """Values of a stretch of days, by the code of a place; who is not in ``values`` has none.

    short: why a place is not ranked, though it may have a value; absent: why it is no part of the ranking. counts: what
    a value rests on. excluded_days: left out for all. draw: resampled values (draws × places in their order); None
    where everything is counted.
    """

    values: Mapping[str, Fraction] = field(default_factory=dict)
    short: Mapping[str, Text] = field(default_factory=dict)
    absent: Mapping[str, Text] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, Count]] = field(default_factory=dict)
    excluded_days: tuple[date, ...] = ()
    draw: Callable[[Draws], Floats | None] | None = None
    synthetic: bool = False

    def counts_of(self, code: str) -> bool:
        """Tell whether a place is ranked."""
        return code in self.values and code not in self.short and code not in self.absent


class Reader(Protocol):
    """What a subject's source answers, as it was known at the instant for which it was opened."""

    @property
    def places(self) -> tuple[Place, ...]:
        """The places that are ranked, in their order."""

    def between(self, first: date, last: date) -> Measured:
        """Return what is known of two days and those between."""
