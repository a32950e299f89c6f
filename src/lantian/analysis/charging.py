"""Charging within reach (充电服务半径): three definitions of the radius, the gaps, and where next sites cover most.

The plan's "average service radius" has no published formula (methods, card 8). Positions are in metres on a plane.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sqrt

import numpy as np
import numpy.typing as npt
from shapely import Point, STRtree, points

Plane = npt.NDArray[np.float64]
"""Positions [m], one row of east and north each."""
Covers = Sequence[npt.NDArray[np.int64]]
"""For every candidate site, the demand points within its reach."""

M_PER_DEGREE = 6_371_008.8 * pi / 180
"""Metres of a degree of latitude on the mean sphere."""


def on_plane(longitudes: Sequence[float], latitudes: Sequence[float], latitude: float) -> Plane:
    """Return positions in metres on the plane that touches a latitude; a district wide, distances err below 0.1 %.

    >>> on_plane([1.0], [0.0], 60.0).round(-1).tolist()
    [[55600.0, 0.0]]
    """
    east = np.asarray(longitudes, dtype=np.float64) * (M_PER_DEGREE * cos(radians(latitude)))
    north = np.asarray(latitudes, dtype=np.float64) * M_PER_DEGREE
    return np.column_stack([east, north]).reshape(-1, 2)


def distinct(sites: Plane, near_m: float) -> list[int]:
    """Return the indices of the sites that count: one within less than ``near_m`` of an earlier one does not.

    Ten chargers in one garage are one site; two exactly ``near_m`` apart are two.

    >>> distinct(np.array([[0.0, 0.0], [49.9, 0.0], [50.0, 0.0]]), 50)
    [0, 2]
    """
    kept: list[int] = []
    for index, site in enumerate(sites):
        gaps = np.hypot(*(sites[kept] - site).T) if kept else np.empty(0)
        if not bool((gaps < near_m).any()):
            kept.append(index)
    return kept


def equal_area_radius_km(area_km2: float, sites: int) -> float | None:
    """Return the radius of ``sites`` circles that together are as large as the area: r = √(A / nπ) [km].

    None without sites.

    >>> equal_area_radius_km(pi * 0.81 * 100, 100)
    0.9
    """
    return sqrt(area_km2 / (sites * pi)) if sites else None


def sites_needed(area_km2: float, radius_km: float) -> float:
    """Return how many sites make the equal-area radius: n = A / πr².

    >>> round(sites_needed(92.5, 0.9), 2)
    36.35
    """
    return area_km2 / (pi * radius_km**2)


def _tree(plane: Plane) -> STRtree:
    return STRtree([Point(east, north) for east, north in plane])


def nearest_m(demand: Plane, sites: Plane) -> Plane:
    """Return every demand point's distance to the nearest site [m]; infinite without sites."""
    if not len(sites):
        return np.full(len(demand), np.inf)
    _, found = _tree(sites).query_nearest(points(demand), return_distance=True, all_matches=False)
    return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True)
class Reach:
    """What sites reach: mean distance of demand to the nearest [km], None without sites; share within reach."""

    mean_km: float | None
    share: float | None


def reach(nearest: Plane, weights: Plane, within_m: float) -> Reach:
    """Return mean distance and coverage, each point by its weight; a point exactly at the limit is covered."""
    total = float(weights.sum())
    if total <= 0:
        return Reach(None, None)
    mean = float(weights @ nearest) / total / 1000 if bool(np.isfinite(nearest).all()) else None
    return Reach(mean, float(weights[nearest <= within_m].sum()) / total)


def covers(demand: Plane, candidates: Plane, within_m: float) -> Covers:
    """Return which demand points each candidate covers."""
    pairs = _tree(demand).query(points(candidates), predicate="dwithin", distance=within_m)
    order = np.lexsort((pairs[1], pairs[0]))
    starts = np.searchsorted(pairs[0][order], np.arange(1, len(candidates)))
    return np.split(pairs[1][order].astype(np.int64), starts) if len(candidates) else []


def covered_weight(covered: Covers, weights: Plane, chosen: Sequence[int]) -> float:
    """Return the weight of demand that some chosen candidates cover together."""
    reached = np.zeros(len(weights), dtype=bool)
    for index in chosen:
        reached[covered[index]] = True
    return float(weights[reached].sum())


def greedy(covered: Covers, weights: Plane, count: int) -> list[int]:
    """Choose candidates one by one, each the one that adds most, the first of equals; stops where nothing is added.

    It covers at least 1 - 1/e = 63.2 % of the most that ``count`` can cover (Nemhauser, Wolsey and Fisher 1978).
    """
    left = weights.astype(np.float64).copy()
    chosen: list[int] = []
    for _ in range(min(count, len(covered))):
        gains = [float(left[one].sum()) for one in covered]
        best = int(np.argmax(gains))
        if gains[best] <= 0:
            break
        chosen.append(best)
        left[covered[best]] = 0.0
    return chosen
