"""Whether something with an end is still valid (有效期): an instrument's calibration, a person's certificate."""

from datetime import date, timedelta
from typing import Literal

Validity = Literal["valid", "near", "expired", "unknown"]


def validity_on(day: date, end: date | None, near_days: int) -> Validity:
    """Return how something stands on a day; on its last day it is still valid. Without an end nobody knows.

    >>> validity_on(date(2020, 11, 23), date(2020, 11, 23), 30), validity_on(date(2020, 11, 24), date(2020, 11, 23), 30)
    ('near', 'expired')
    """
    if end is None:
        return "unknown"
    if end < day:
        return "expired"
    return "near" if end <= day + timedelta(days=near_days) else "valid"
