"""Offsets of new emission (减量替代): what a project needs, and from which closures it comes.

Everything counts in whole kilograms, so that what is spent can be summed without loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

KG_PER_TONNE = 1000


@dataclass(frozen=True)
class Credit:
    """What is left of a closure: its id and kilograms."""

    id: int
    left_kg: int


@dataclass(frozen=True)
class Share:
    """So many kilograms of a credit."""

    credit: int
    kg: int


def kilograms(tonnes: Decimal) -> int:
    """Return tonnes as whole kilograms, a part of one rounded up.

    >>> kilograms(Decimal("1.2345"))
    1235
    """
    return int((tonnes * KG_PER_TONNE).to_integral_value(ROUND_CEILING))


def needed_kg(new_kg: int, ratio: Decimal) -> int:
    """Return what backs new emission at a ratio of closed to new, a part of a kilogram rounded up.

    >>> needed_kg(1500, Decimal(2)), needed_kg(333, Decimal("1.5"))
    (3000, 500)
    """
    return int((new_kg * ratio).to_integral_value(ROUND_CEILING))


def matched(need_kg: int, account: Sequence[Credit]) -> tuple[Share, ...]:
    """Return the shares that back a need, from the first credit on; they fall short where the credits do.

    >>> matched(500, [Credit(1, 300), Credit(2, 0), Credit(3, 900)])
    (Share(credit=1, kg=300), Share(credit=3, kg=200))
    """
    found: list[Share] = []
    for credit in account:
        kg = min(need_kg, credit.left_kg)
        if kg > 0:
            found.append(Share(credit.id, kg))
            need_kg -= kg
    return tuple(found)
