"""English counts agree with their number."""

from decimal import Decimal

import pytest

from lantian.kernel.plurals import counted


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 days"), (1, "1 day"), (2, "2 days"), (Decimal("1"), "1 day"), (Decimal("0.5"), "0.5 days")],
)
def test_only_one_is_singular(number: int | Decimal, said: str) -> None:
    assert counted(number, "day") == said


def test_an_irregular_plural_is_named() -> None:
    assert [counted(number, "entry", "entries") for number in (1, 2)] == ["1 entry", "2 entries"]
