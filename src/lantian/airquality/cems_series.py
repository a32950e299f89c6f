"""Hours of a stack in a row (排口时段): capture, transmission, days, and what stands in for missing emissions.

A substitute is a value of its own beside the hour, with the rule that gave it; it never takes the place of a reading.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from lantian.airquality.cems import Capture, CemsRules, Counts, GapRules, capture, transmission_rate


class HourState(StrEnum):
    """What came of an hour: a valid mean; data, but no valid mean; nothing; or the plant stood still (flag F)."""

    VALID = "valid"
    INVALID = "invalid"
    MISSING = "missing"
    STOPPED = "stopped"


GAP = frozenset({HourState.INVALID, HourState.MISSING})


@dataclass(frozen=True)
class Substitute:
    """What stands in for an hour without a valid value: the maximum of ``used`` of the last ``hours_back`` valid hours.

    gap_hours: length of the gap; used: less than hours_back where there are not so many.
    """

    value: Fraction
    gap_hours: int
    hours_back: int
    used: int


def substitutes(
    states: Sequence[HourState], values: Sequence[Fraction | None], capture_percent: Fraction | None, rules: GapRules
) -> list[Substitute | None]:
    """Return the substitute of each hour, None where none is needed or none can be had.

    states, values: consecutive hours, oldest first; the value of a valid hour counts. capture_percent: of the quarter.
    An hour in which the plant stood still needs no substitute and ends a gap.
    """
    found: list[Substitute | None] = [None] * len(states)
    if capture_percent is None:
        return found
    for first, last in _gaps(states):
        back = rules.hours_back(capture_percent, last - first)
        known = [values[i] for i in range(first) if states[i] is HourState.VALID]
        chosen = [value for value in known[-back:] if value is not None] if back else []
        if back and chosen:
            found[first:last] = [Substitute(max(chosen), last - first, back, len(chosen))] * (last - first)
    return found


def _gaps(states: Sequence[HourState]) -> Iterator[tuple[int, int]]:
    """Yield first and last (exclusive) hour of each gap."""
    first: int | None = None
    for index, state in enumerate(states):
        if state in GAP:
            first = index if first is None else first
        elif first is not None:
            yield first, index
            first = None
    if first is not None:
        yield first, len(states)


@dataclass(frozen=True)
class Tally:
    """Hours counted by state."""

    valid: int = 0
    invalid: int = 0
    missing: int = 0
    stopped: int = 0

    @classmethod
    def of(cls, states: Iterable[HourState]) -> "Tally":
        """Count hours."""
        counted = list(states)
        return cls(*(counted.count(state) for state in HourState))

    @property
    def hours(self) -> int:
        """All hours."""
        return self.valid + self.invalid + self.missing + self.stopped

    @property
    def due(self) -> int:
        """Hours in which the plant ran."""
        return self.hours - self.stopped

    def capture(self, rules: CemsRules) -> Capture:
        """Return the capture rate of valid data: valid / running hours."""
        return capture(self.valid, self.hours, self.stopped, rules)

    @property
    def capture_percent(self) -> Fraction | None:
        """The capture rate, exact."""
        return Fraction(self.valid * 100, self.due) if self.due else None

    @property
    def transmission_percent(self) -> Fraction | None:
        """The effective transmission rate: received/due × valid/due."""
        return transmission_rate(Counts(self.valid + self.invalid, self.due), Counts(self.valid, self.due))


@dataclass(frozen=True)
class StackDay:
    """A day: hours by state, whether it is valid, mean of the valid hours' converted concentrations [mg/m³].

    mass_kg: what was emitted, measured hours alone; with_substitutes_kg: with what stands in for missing hours.
    """

    tally: Tally
    valid: bool
    mean: Fraction | None
    mass_kg: Fraction
    with_substitutes_kg: Fraction


@dataclass(frozen=True)
class HourFigures:
    """What a day sums up of an hour."""

    state: HourState
    converted: Fraction | None
    rate: Fraction | None
    substitute: Substitute | None


def stack_day(hours: Sequence[HourFigures], rules: CemsRules) -> StackDay:
    """Sum up a day's hours; one hour's rate is that hour's mass."""
    tally = Tally.of(hour.state for hour in hours)
    converted = [hour.converted for hour in hours if hour.converted is not None]
    mass = sum((hour.rate for hour in hours if hour.rate is not None), Fraction(0))
    instead = sum((hour.substitute.value for hour in hours if hour.rate is None and hour.substitute), Fraction(0))
    mean = sum(converted, Fraction(0)) / len(converted) if converted else None
    return StackDay(tally, rules.day_is_valid(tally.valid), mean, mass, mass + instead)
