"""The league of places by checks made and violations found (检查量、查处率排名), article 11's weekly ranking.

Each place has a count of checks and of those that found a violation. Checks rank by their count, the rate by its exact
value; equal values share the best rank and the next rank is skipped. A rate of few checks is printed with its counts
and stands outside the ranking of rates; a place without any check has no rate at all. What a place without checks
counts for in the ranking of checks is a rule.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Literal

from lantian.analysis.proportions import Interval, wilson
from lantian.kernel.ranks import competition_ranks

Silent = Literal["last", "unranked"]
State = Literal["ranked", "few", "silent"]
Way = Literal["up", "down", "equal", "none"]


@dataclass(frozen=True, slots=True)
class Check:
    """A check (检查): where, when, of what sort, and whether it found a violation. id: leads back to its record."""

    id: str
    place: str
    at: datetime
    sort: str
    violation: bool


@dataclass(frozen=True, slots=True)
class LeagueRule:
    """least: checks from which a rate is ranked. silent: where places without checks stand. level: of the interval."""

    least: int
    silent: Silent = "last"
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Standing:
    """How a place stands (名次); rate: violations of checks, exact; ranks are None outside a ranking.

    sorts: checks by sort. tied: how many places share the rank of checks, and that of rates.
    """

    place: str
    checks: int
    violations: int
    sorts: tuple[tuple[str, int], ...]
    state: State
    checks_rank: int | None = None
    rate_rank: int | None = None
    tied: tuple[int, int] = (1, 1)
    interval: Interval | None = None

    @property
    def rate(self) -> Fraction | None:
        """Violations of checks, None without checks."""
        return Fraction(self.violations, self.checks) if self.checks else None


@dataclass(frozen=True, slots=True)
class League:
    """All places of a period, in the order they were named, and their totals."""

    standings: tuple[Standing, ...]
    rule: LeagueRule

    @property
    def checks(self) -> int:
        """Checks of all places."""
        return sum(one.checks for one in self.standings)

    @property
    def violations(self) -> int:
        """Violations of all places."""
        return sum(one.violations for one in self.standings)

    @property
    def rate(self) -> Fraction | None:
        """Violations of checks over all places, None without checks."""
        return Fraction(self.violations, self.checks) if self.checks else None

    def of(self, place: str) -> Standing | None:
        """Return how a place stands, or None where it is not named."""
        return next((one for one in self.standings if one.place == place), None)

    def by_checks(self) -> list[Standing]:
        """Return the standings by the rank of checks, then of rates, then as named."""
        return sorted(self.standings, key=lambda one: (_last(one.checks_rank), _last(one.rate_rank)))

    def by_rate(self) -> list[Standing]:
        """Return the standings by the rank of rates, then of checks, then as named."""
        return sorted(self.standings, key=lambda one: (_last(one.rate_rank), _last(one.checks_rank)))


def league(checks: Iterable[Check], places: Sequence[str], rule: LeagueRule) -> League:
    """Rank places by their checks; a check elsewhere counts nowhere. A period without any check has no ranks.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 16, tzinfo=UTC)
    >>> made = [Check("1", "a", at, "v", True), Check("2", "a", at, "v", False), Check("3", "b", at, "v", True)]
    >>> [(one.place, one.checks_rank, one.rate_rank) for one in league(made, ["a", "b", "c"], LeagueRule(2)).standings]
    [('a', 1, 1), ('b', 2, None), ('c', 3, None)]
    """
    found = list(checks)
    standings = [_counted(place, [one for one in found if one.place == place], rule) for place in places]
    if not any(one.checks for one in standings):
        return League(tuple(standings), rule)
    in_checks = [one.checks > 0 or rule.silent == "last" for one in standings]
    in_rates = [one.state == "ranked" for one in standings]
    checks_ranks = _ranks([one.checks for one in standings], in_checks)
    rate_ranks = _ranks([one.rate or Fraction(0) for one in standings], in_rates)
    of_checks, of_rates = Counter(checks_ranks), Counter(rate_ranks)
    ranked = (
        replace(one, checks_rank=first, rate_rank=second, tied=(of_checks[first], of_rates[second]))
        for one, first, second in zip(standings, checks_ranks, rate_ranks, strict=True)
    )
    return League(tuple(ranked), rule)


def _counted(place: str, checks: Sequence[Check], rule: LeagueRule) -> Standing:
    violations = sum(one.violation for one in checks)
    sorts = tuple(sorted(Counter(one.sort for one in checks).items()))
    state: State = "ranked" if checks and len(checks) >= rule.least else "few" if checks else "silent"
    interval = wilson(violations, len(checks), rule.level)
    return Standing(place, len(checks), violations, sorts, state, interval=interval)


def _ranks(values: Sequence[int | Fraction], counted: Sequence[bool]) -> list[int | None]:
    """Rank the values that count, the largest first; the others have no rank."""
    ranks = iter(
        competition_ranks([value for value, counts in zip(values, counted, strict=True) if counts], largest_first=True)
    )
    return [next(ranks) if counts else None for counts in counted]


def _last(rank: int | None) -> tuple[bool, int]:
    return (rank is None, rank or 0)


@dataclass(frozen=True, slots=True)
class Change:
    """How a value moved from one period to the next: which way, and by how much (never negative)."""

    way: Way
    by: Fraction = Fraction(0)


def change(now: int | Fraction | None, before: int | Fraction | None) -> Change:
    """Return how a value moved; none where one of the two is missing.

    >>> change(12, 15)
    Change(way='down', by=Fraction(3, 1))
    """
    if now is None or before is None:
        return Change("none")
    moved = Fraction(now) - Fraction(before)
    if moved == 0:
        return Change("equal")
    return Change("up" if moved > 0 else "down", abs(moved))


def climb(now: int | None, before: int | None) -> Change:
    """Return how a rank moved; up is towards the first place.

    >>> climb(3, 5).way, climb(5, 3).by
    ('up', Fraction(2, 1))
    """
    return change(None if now is None else -now, None if before is None else -before)
