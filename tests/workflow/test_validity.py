"""A calibration is valid on its last day, near before it, expired after it."""

from datetime import date

import pytest

from lantian.workflow.validity import Validity, validity_on


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (date(2019, 5, 31), "expired"),
        (date(2019, 6, 1), "near"),
        (date(2019, 7, 1), "near"),
        (date(2019, 7, 2), "valid"),
        (None, "unknown"),
    ],
)
def test_what_has_an_end_stands_by_it(end: date | None, expected: Validity) -> None:
    assert validity_on(date(2019, 6, 1), end, 30) == expected
