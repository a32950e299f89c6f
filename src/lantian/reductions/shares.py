"""Reduction shares of an alert (应急减排比例): the list's reductions over whole-society emissions, same day basis."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.kernel.errors import Text
from lantian.kernel.rounding import Exact, half_even
from lantian.reductions.errors import ReductionError


@dataclass(frozen=True)
class FloorRules:
    """floors: least share of every pollutant [%] by level; exchange: pollutants whose shares may replace each other.

    Exchanged pollutants must reach the floor times their number together (SO2 and NOx: 20, 40, 60 %).
    """

    floors: Mapping[str, Decimal]
    exchange: tuple[str, ...]
    decimals: int


@dataclass(frozen=True)
class Shares:
    """exact, printed: share of each pollutant [%]; meets_each: every floor; meets_with_exchange: with the exchange."""

    exact: Mapping[str, Fraction]
    printed: Mapping[str, Decimal]
    meets_each: bool
    meets_with_exchange: bool


def reduction_shares(
    level: str, base: Mapping[str, Exact], reduction: Mapping[str, Exact], rules: FloorRules
) -> Shares:
    """Return the shares of a list at a level and whether they reach its floors; judged on exact shares.

    base, reduction: emissions and reductions by pollutant, in one unit (t/d). Raises ReductionError for an unknown
    level or a base of nothing.
    """
    if level not in rules.floors:
        known = ", ".join(rules.floors)
        raise ReductionError(
            Text(f"没有预警级别 {level}，可用：{known}。", f"No alert level {level!r}; there are: {known}.")
        )
    exact = {name: _share(name, base[name], reduction.get(name, 0)) for name in base}
    floor = rules.floors[level]
    within = {name: share >= floor for name, share in exact.items()}
    others = all(met for name, met in within.items() if name not in rules.exchange)
    together = sum((exact[name] for name in rules.exchange if name in exact), Fraction(0))
    exchanged = together >= floor * sum(name in exact for name in rules.exchange)
    printed = {name: half_even(share, rules.decimals) for name, share in exact.items()}
    return Shares(exact, printed, all(within.values()), others and exchanged)


def _share(name: str, base: Exact, reduction: Exact) -> Fraction:
    if Fraction(base) <= 0:
        raise ReductionError(
            Text(
                f"{name} 的基准排放量是 {base}，应大于 0。",
                f"The base emission of {name} is {base}; it must be above 0.",
            )
        )
    return Fraction(reduction) * 100 / Fraction(base)
