"""Conditions begin after the minimum time, end after the clearing time, and gaps say nothing."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.analysis.detection.episodes import Timing, episodes

LIMIT, OFF = 100.0, 80.0


def last_episode(values: list[float], timing: Timing, *, active: bool = False) -> tuple[int, int, bool]:
    row = np.array([values], dtype=np.float64)
    with np.errstate(invalid="ignore"):
        over, under = row > LIMIT, row <= OFF
    result = episodes(over, under, ~np.isnan(row), timing, np.array([active]))
    return int(result.first[0]), int(result.last[0]), bool(result.holds[0])


GAP = float("nan")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([110, 110], (-1, -1, False)),
        ([110, 110, 110], (0, 2, True)),
        ([110, 90, 110, 110], (-1, -1, False)),
        ([110, 110, 110, 90, 90, 90], (0, 5, True)),
        ([110, 110, 110, 70, 90, 70], (0, 4, True)),
        ([110, 110, 110, 70, 70], (0, 2, False)),
        ([110, GAP, 110], (0, 2, True)),
        ([110, GAP, GAP, GAP, 110, 110], (-1, -1, False)),
        ([110, 110, 110, 70, 70, 110, 110, 110], (5, 7, True)),
    ],
)
def test_begin_after_three_and_end_after_two(values: list[float], expected: tuple[int, int, bool]) -> None:
    assert last_episode(values, Timing(minimum=3, clear=2, gap=2)) == expected


def test_an_active_condition_goes_on_between_the_limits() -> None:
    assert last_episode([90, 90, 90], Timing(3, 2), active=True) == (0, 2, True)
    assert last_episode([90, 90, 90], Timing(3, 2)) == (-1, -1, False)


def test_an_active_condition_without_data_is_not_found() -> None:
    assert last_episode([GAP, GAP], Timing(3, 2), active=True) == (-1, -1, False)


levels = st.lists(st.sampled_from([70.0, 90.0, 110.0, GAP]), min_size=1, max_size=60)


@given(values=levels, minimum=st.integers(1, 6), clear=st.integers(1, 6))
def test_the_state_never_flaps_within_the_minimum_duration(values: list[float], minimum: int, clear: int) -> None:
    timing = Timing(minimum, clear, gap=2)
    states = [last_episode(values[: step + 1], timing)[2] for step in range(len(values))]
    changes = [step for step in range(1, len(states)) if states[step] != states[step - 1]]
    for earlier, later in pairwise(changes):
        assert later - earlier >= (clear if states[earlier] else minimum)


@given(values=levels, at=st.integers(0, 60))
def test_a_missing_value_never_begins_an_episode(values: list[float], at: int) -> None:
    timing = Timing(minimum=2, clear=2, gap=2)
    if not last_episode(values, timing)[2] and last_episode(values, timing)[0] < 0:
        assert not last_episode([*values, GAP], timing)[2]
