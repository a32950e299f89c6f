"""Alert levels of heavy pollution (重污染天气预警级别): start conditions by plan edition, as data.

The forecast is the mean index of consecutive 24-hour spans. Two episodes without a full clearing between them are one;
joining them is left to the forecaster who gives the series.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from lantian.kernel.rounding import Exact


@dataclass(frozen=True)
class Spell:
    """At least ``days`` consecutive days with the index above ``above``, or from ``reaching`` on; one is given."""

    days: int
    above: int | None = None
    reaching: int | None = None

    def holds(self, index: Exact) -> bool:
        """Tell whether a day's index belongs to such a spell."""
        if self.above is not None:
            return Fraction(index) > self.above
        return self.reaching is not None and Fraction(index) >= self.reaching


Condition = tuple[Spell, ...]
"""Spells that must all be met; those after the first lie inside the run of the first."""


@dataclass(frozen=True)
class AlertEdition:
    """levels: (level, conditions of which one is enough), strictest first; ``advice`` is a health notice only."""

    name: str
    levels: tuple[tuple[str, tuple[Condition, ...]], ...]


def alert_level(forecast: Sequence[Exact], edition: AlertEdition) -> str | None:
    """Return the strictest level that the forecast reaches, None for none.

    Beijing 2023: 205 and 215 on two days are > 200 for 48 h, hence orange.
    """
    for level, conditions in edition.levels:
        if any(_met(condition, forecast) for condition in conditions):
            return level
    return None


def _met(condition: Condition, days: Sequence[Exact]) -> bool:
    if not condition:
        return True
    first, *rest = condition
    return any(_met(tuple(rest), run) for run in _runs(first, days))


def _runs(spell: Spell, days: Sequence[Exact]) -> list[list[Exact]]:
    """The longest runs of days that belong to the spell and last long enough."""
    groups = [list(run) for held, run in groupby(days, spell.holds) if held]
    return [run for run in groups if len(run) >= spell.days]
