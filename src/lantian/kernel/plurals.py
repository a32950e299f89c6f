"""English counts: one form for one, another for all else. Chinese has one form (计数的单复数)."""

from decimal import Decimal


def counted(number: int | float | Decimal, noun: str, several: str = "") -> str:
    """Return a number and what it counts, in English.

    several: the plural where it is not the noun and an "s".

    >>> counted(1, "day"), counted(0, "day"), counted(1, "entry", "entries"), counted(2, "entry", "entries")
    ('1 day', '0 days', '1 entry', '2 entries')
    """
    return f"{number} {noun if number == 1 else several or f'{noun}s'}"
