"""The next charging sites: the solver finds what brute force finds, and says how good a stopped search is."""

from itertools import combinations

import numpy as np
import pytest

from lantian.analysis.charging import covered_weight, covers
from lantian.apps.ledger.siting import best_sites


@pytest.mark.parametrize("seed", range(6))
def test_three_of_twelve_are_the_best_three(seed: int) -> None:
    draw = np.random.default_rng(seed)
    demand, candidates = draw.uniform(0, 6000, (150, 2)), draw.uniform(0, 6000, (12, 2))
    weights = draw.uniform(0.5, 2, 150)
    covered = covers(demand, candidates, 900)
    best = max(covered_weight(covered, weights, chosen) for chosen in combinations(range(12), 3))
    found = best_sites(covered, weights, 3)
    assert found.covered == pytest.approx(best)
    assert found.proven
    assert len(found.chosen) <= 3
    assert found.greedy >= (1 - 1 / np.e) * best


def test_the_simple_choice_is_not_always_the_best_one() -> None:
    # Two sites cover all six points in threes; the greedy bait covers four in the middle and leaves two apart.
    covered = [np.array([0, 1, 2]), np.array([3, 4, 5]), np.array([1, 2, 3, 4])]
    found = best_sites(covered, np.ones(6), 2)
    assert (sorted(found.chosen), found.covered, found.greedy) == ([0, 1], 6.0, 5.0)


def test_a_search_without_time_keeps_the_simple_choice_and_tells_its_gap() -> None:
    draw = np.random.default_rng(3)
    demand = draw.uniform(0, 20_000, (1500, 2))
    covered = covers(demand, draw.uniform(0, 20_000, (300, 2)), 900)
    found = best_sites(covered, np.ones(1500), 20, seconds=0.0)
    assert found.covered >= found.greedy > 0
    assert found.gap >= 0


def test_nothing_to_cover_needs_no_sites() -> None:
    found = best_sites([np.empty(0, dtype=np.int64)], np.ones(3), 2)
    assert (list(found.chosen), found.covered, found.gap) == ([], 0.0, 0.0)
