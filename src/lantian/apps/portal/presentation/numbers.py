"""Numbers as the charts take them."""

from fractions import Fraction


def plain_number(exact: Fraction | None) -> float | None:
    """Return a number with two decimals, None where there is none.

    >>> plain_number(Fraction(1, 3)), plain_number(None)
    (0.33, None)
    """
    return None if exact is None else round(float(exact), 2)
