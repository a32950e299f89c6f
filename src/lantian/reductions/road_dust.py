"""Emission factor of dust from paved roads (铺装道路扬尘排放系数), dust inventory guide of 2014."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lantian.kernel.errors import Text
from lantian.reductions.errors import ReductionError


@dataclass(frozen=True)
class PavedRoadRules:
    """size: k [g/km] by particle size; load_power, weight_power: exponents of the silt load and the mean weight."""

    size: Mapping[str, Decimal]
    load_power: Decimal
    weight_power: Decimal


@dataclass(frozen=True)
class Road:
    """silt_load: sL [g/m²]; weight_t: mean vehicle weight [t]; efficiency: η of the control, 0 to 1."""

    silt_load: Decimal
    weight_t: Decimal
    efficiency: Decimal = Decimal(0)


def paved_road_factor(size: str, road: Road, rules: PavedRoadRules) -> Decimal:
    """Return EF = k·sL^0.91·W^1.02·(1 − η) in g per vehicle-kilometre, with the context's 28 digits.

    TSP at 0.51 g/m² and 3.0 t without control: 5.3673 g/km.
    """
    if size not in rules.size:
        known = ", ".join(rules.size)
        raise ReductionError(
            Text(f"没有粒径 {size}，可用：{known}。", f"No particle size {size!r}; there are: {known}.")
        )
    if road.silt_load < 0 or road.weight_t < 0 or not 0 <= road.efficiency <= 1:
        raise ReductionError(
            Text(
                f"积尘负荷 {road.silt_load}、车重 {road.weight_t} 不能为负，控制效率 {road.efficiency} 应在 0–1。",
                f"Silt load {road.silt_load} and weight {road.weight_t} cannot be negative, "
                f"and the efficiency {road.efficiency} must lie in 0–1.",
            )
        )
    load, weight = road.silt_load**rules.load_power, road.weight_t**rules.weight_power
    return rules.size[size] * load * weight * (1 - road.efficiency)
