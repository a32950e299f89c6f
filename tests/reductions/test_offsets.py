"""Offsets: whole kilograms, ratios rounded against the project, and no more than what is left."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lantian.reductions.offsets import Credit, Share, kilograms, matched, needed_kg


def test_a_part_of_a_kilogram_counts_as_one() -> None:
    assert [kilograms(Decimal(one)) for one in ("0", "0.0001", "0.001", "2.5")] == [0, 1, 1, 2500]
    assert needed_kg(2500, Decimal(2)) == 5000
    assert needed_kg(1, Decimal("1.2")) == 2


def test_the_first_credits_are_spent_first_and_a_shortage_stays_one() -> None:
    account = [Credit(7, 100), Credit(8, 50)]
    assert matched(120, account) == (Share(7, 100), Share(8, 20))
    assert matched(1000, account) == (Share(7, 100), Share(8, 50))
    assert matched(0, account) == ()
    assert matched(10, []) == ()


@given(need=st.integers(0, 10_000), left=st.lists(st.integers(0, 3000), max_size=8))
def test_never_more_than_is_needed_or_left(need: int, left: list[int]) -> None:
    shares = matched(need, [Credit(at, kg) for at, kg in enumerate(left)])
    assert sum(one.kg for one in shares) == min(need, sum(left))
    assert all(0 < one.kg <= left[one.credit] for one in shares)
