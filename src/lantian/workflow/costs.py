"""What money did (资金成效): shares of a budget, and the cost of a unit of result; exact, rounded once."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.kernel.rounding import half_even


@dataclass(frozen=True, slots=True)
class Sums:
    """Money of a line, a task or a year [yuan]."""

    budget: Decimal = Decimal(0)
    allotted: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)

    def __add__(self, other: "Sums") -> "Sums":
        """Return both together."""
        return Sums(self.budget + other.budget, self.allotted + other.allotted, self.paid + other.paid)

    @property
    def paid_share(self) -> Decimal | None:
        """The share of the budget that is paid [%]; None without a budget."""
        return share(self.paid, self.budget)

    @property
    def allotted_share(self) -> Decimal | None:
        """The share of the budget that was passed down [%]."""
        return share(self.allotted, self.budget)


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return a share in percent with one decimal, None of nothing.

    >>> share(Decimal(1), Decimal(3))
    Decimal('33.3')
    """
    return half_even(Fraction(part) / Fraction(whole) * 100, 1) if whole else None


def unit_cost(paid: Decimal, before: Decimal, now: Decimal) -> Decimal | None:
    """Return what a unit of result cost [yuan a unit]; None while nothing was paid or nothing has changed.

    >>> unit_cost(Decimal(3000), Decimal("83.4"), Decimal("73.4"))
    Decimal('300.00')
    """
    result = abs(Fraction(now) - Fraction(before))
    return half_even(Fraction(paid) / result, 2) if paid > 0 and result else None
