"""Floors of random inspection (随机抽查比例) and rates of complaint handling (三率)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.kernel.rounding import half_even, round_up


def units_to_inspect(units: int, percent: Decimal) -> int:
    """Return the least number of units for a share in percent, rounded up: 5 % of 56 are 3."""
    return round_up(Fraction(percent) * units / 100)


def general_units(inspectors: int, each: int) -> int:
    """Return the least number of general units a year (1:5 by inspectors on staff)."""
    return inspectors * each


@dataclass(frozen=True)
class ThreeRates:
    """Response, solution and satisfaction (响应率、解决率、满意率) in percent; None without a denominator."""

    response: Decimal | None
    solution: Decimal | None
    satisfaction: Decimal | None


@dataclass(frozen=True)
class Complaints:
    """Numbers of complaints in a period."""

    total: int
    answered: int
    solved: int
    satisfied: int


def three_rates(complaints: Complaints, decimals: int) -> ThreeRates:
    """Return the three rates, rounded half-even."""
    counts = (complaints.answered, complaints.solved, complaints.satisfied)
    return ThreeRates(*(_rate(count, complaints.total, decimals) for count in counts))


def _rate(count: int, total: int, decimals: int) -> Decimal | None:
    return half_even(Fraction(count * 100, total), decimals) if total else None
