"""What is found is compared with what random draws find, by intervals printed in the literature."""

import pytest

from lantian.analysis.found import Share, compare, difference


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_that_of_newcombe_1998_part_two(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe (1998), Statist. Med. 17, 873-890, Table II, method 10."""
    found = difference(Share(*one), Share(*other), 0.95)
    assert found is not None
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_a_street_that_finds_far_less_than_the_draws_is_told() -> None:
    told = compare(Share(2, 60), Share(9, 30), level=0.95, minimum=5)
    assert told.match == "fewer"
    assert told.expected is not None
    assert told.difference is not None
    assert told.expected.share == pytest.approx(18)
    assert told.difference.share == pytest.approx(2 / 60 - 0.3)
    assert told.difference.high < 0


@pytest.mark.parametrize(
    ("found", "drawn", "match"),
    [
        (Share(30, 60), Share(3, 30), "more"),
        (Share(6, 30), Share(7, 30), "fits"),
        (Share(4, 4), Share(0, 30), "too-few"),
        (Share(0, 30), Share(4, 4), "too-few"),
        (Share(0, 0), Share(0, 0), "too-few"),
    ],
)
def test_nothing_is_said_where_the_interval_holds_zero_or_there_are_too_few(
    found: Share, drawn: Share, match: str
) -> None:
    compared = compare(found, drawn, level=0.95, minimum=5)
    assert compared.match == match
    assert (compared.difference is None) == (match == "too-few")


def test_groups_are_pooled_by_their_counts() -> None:
    assert Share(1, 4) + Share(2, 6) == Share(3, 10)
