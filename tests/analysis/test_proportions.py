"""Wilson's interval gives the published values."""

import pytest

from lantian.analysis.proportions import wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_newcombe_1998_table_1_method_3(
    successes: int, trials: int, low: float, high: float
) -> None:
    interval = wilson(successes, trials)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)
    assert interval.share == successes / trials


def test_without_trials_there_is_no_share() -> None:
    assert wilson(0, 0) is None


def test_all_successes_reach_one_but_never_pass_it() -> None:
    interval = wilson(20, 20)
    assert interval is not None
    assert (round(interval.low, 4), interval.high) == (0.8389, 1.0)
