"""The service radius of charging: known answers of card 8, points at the limits, and choices checked by brute force."""

from itertools import combinations
from math import pi, sqrt

import numpy as np
import pytest

from lantian.analysis import charging
from lantian.analysis.charging import Plane


def random(seed: int, count: int, size: float) -> Plane:
    return np.random.default_rng(seed).uniform(0, size, (count, 2))


def test_a_hundred_circles_of_nine_hundred_metres_give_back_their_radius() -> None:
    assert charging.equal_area_radius_km(pi * 0.81 * 100, 100) == pytest.approx(0.900, abs=1e-12)
    assert charging.equal_area_radius_km(92.5, 36) > 0.9 > charging.equal_area_radius_km(92.5, 37)  # type: ignore[operator]
    assert charging.equal_area_radius_km(1.0, 0) is None
    assert charging.sites_needed(92.5, 0.9) == pytest.approx(36.35, abs=0.005)


def test_random_sites_lie_half_over_the_root_of_their_density_away() -> None:
    side, sites = 40_000.0, random(1, 20_000, 40_000.0)
    inner = random(2, 40_000, side - 4000) + 2000
    mean = charging.reach(charging.nearest_m(inner, sites), np.ones(len(inner)), 900).mean_km
    assert mean == pytest.approx(0.5 / sqrt(12.5), rel=0.01)  # λ = 20,000 / 1600 km² = 12.5


def test_chargers_of_one_garage_are_one_site() -> None:
    plane = np.array([[0.0, 0.0], [0.0, 10.0], [30.0, 39.9], [30.0, 40.0], [500.0, 0.0]])
    assert charging.distinct(plane, 50) == [0, 3, 4]
    assert charging.distinct(np.empty((0, 2)), 50) == []


def test_a_degree_of_longitude_is_half_as_long_at_sixty_degrees() -> None:
    east, north = charging.on_plane([1.0, 0.0], [0.0, 1.0], 60.0).max(axis=0)
    assert (east * 2, north) == (pytest.approx(111_195, abs=1), pytest.approx(111_195, abs=1))


def test_demand_at_the_limit_is_covered_and_weights_count() -> None:
    demand, sites = np.array([[0.0, 0.0], [900.0, 0.0], [900.1, 0.0]]), np.array([[0.0, 0.0]])
    found = charging.reach(charging.nearest_m(demand, sites), np.array([1.0, 2.0, 1.0]), 900)
    assert found.share == 0.75
    assert found.mean_km == pytest.approx((900 * 2 + 900.1) / 4 / 1000)


def test_without_sites_or_demand_nothing_is_claimed() -> None:
    demand = np.array([[0.0, 0.0]])
    assert charging.reach(charging.nearest_m(demand, np.empty((0, 2))), np.ones(1), 900) == charging.Reach(None, 0.0)
    assert charging.reach(np.empty(0), np.empty(0), 900) == charging.Reach(None, None)
    assert [len(one) for one in charging.covers(np.empty((0, 2)), demand, 900)] == [0]
    assert charging.covers(demand, np.empty((0, 2)), 900) == []
    assert charging.greedy(charging.covers(demand, demand + 5000, 900), np.ones(1), 3) == []


@pytest.mark.parametrize("seed", range(8))
def test_the_simple_choice_covers_at_least_its_guaranteed_share_of_the_best(seed: int) -> None:
    demand, candidates = random(seed, 120, 6000), random(seed + 100, 12, 6000)
    weights = np.random.default_rng(seed).uniform(0.5, 2, 120)
    covered = charging.covers(demand, candidates, 900)
    best = max(charging.covered_weight(covered, weights, chosen) for chosen in combinations(range(12), 3))
    simple = charging.covered_weight(covered, weights, charging.greedy(covered, weights, 3))
    assert (1 - 1 / np.e) * best <= simple <= best
