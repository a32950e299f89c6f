"""Where the next sites cover most demand (选址): the maximal covering location problem, solved exactly by HiGHS.

Church and ReVelle 1974: max Σ aᵢyᵢ with yᵢ ≤ Σ_{j covers i} xⱼ and Σxⱼ = p.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from lantian.analysis.charging import Covers, Plane, covered_weight, greedy

NO_GAP = 1e-9


@dataclass(frozen=True)
class Siting:
    """The chosen candidates, what they cover, and how far below the best that may be: ``gap`` 0 is proven best.

    greedy: what the simple choice covers, as a check.
    """

    chosen: Sequence[int]
    covered: float
    gap: float
    greedy: float

    @property
    def proven(self) -> bool:
        """Whether no other choice covers more."""
        return self.gap <= NO_GAP


def best_sites(covered: Covers, weights: Plane, count: int, *, seconds: float = 5.0) -> Siting:
    """Choose ``count`` candidates that cover most weight; after ``seconds`` the best so far, with its gap."""
    simple = greedy(covered, weights, count)
    simple_weight = covered_weight(covered, weights, simple)
    if not simple or count <= 0:
        return Siting(simple, simple_weight, 0.0, simple_weight)
    solver, sites = _model(covered, weights, count)
    solver.setOptionValue("time_limit", float(seconds))
    solver.run()
    values = np.asarray(solver.getSolution().col_value)
    found = [index for index in range(sites) if index < len(values) and values[index] > 0.5]
    weight = covered_weight(covered, weights, found)
    if weight < simple_weight:
        found, weight = simple, simple_weight
    bound = min(-float(solver.getInfo().mip_dual_bound), float(weights.sum()))
    return Siting(found, weight, max(0.0, (bound - weight) / weight) if np.isfinite(bound) else 1.0, simple_weight)


def _groups(covered: Covers, weights: Plane) -> dict[tuple[int, ...], float]:
    """Return the weight of the demand that the same sites cover, by those sites: they stand or fall together."""
    by_demand: dict[int, list[int]] = {}
    for site, points in enumerate(covered):
        for point in points:
            by_demand.setdefault(int(point), []).append(site)
    found: dict[tuple[int, ...], float] = {}
    for point, near in by_demand.items():
        found[tuple(near)] = found.get(tuple(near), 0.0) + float(weights[point])
    return found


def _model(covered: Covers, weights: Plane, count: int) -> tuple[Any, int]:
    """Sites first (binary), then the demand that any of them covers (at most one each, whole by itself)."""
    groups = _groups(covered, weights)
    make: Any = highspy.Highs
    solver, sites = make(), len(covered)
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("threads", 1)
    cost = np.concatenate([np.zeros(sites), [-weight for weight in groups.values()]])
    solver.addVars(len(cost), np.zeros(len(cost)), np.ones(len(cost)))
    solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
    kinds = np.full(sites, highspy.HighsVarType.kInteger)
    solver.changeColsIntegrality(sites, np.arange(sites, dtype=np.int32), kinds)
    for place, near in enumerate(groups):
        columns = np.array([sites + place, *near], dtype=np.int32)
        solver.addRow(-highspy.kHighsInf, 0.0, len(columns), columns, np.array([1.0, *[-1.0] * len(near)]))
    solver.addRow(0.0, float(count), sites, np.arange(sites, dtype=np.int32), np.ones(sites))
    return solver, sites
