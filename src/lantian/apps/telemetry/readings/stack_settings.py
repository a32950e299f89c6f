"""How a stack outlet is set up (排口设置): limits, reference oxygen, inputs of formulas, and units of its values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from lantian.airquality.cems_hours import CELSIUS, FLOW, MOISTURE, OXYGEN, SPEED, STATIC, StackSetting
from lantian.apps.telemetry.models import Channel, Point
from lantian.gateway.decoding.hj212 import minute_period_s
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.units import conversion
from lantian.policy.pack import Pack
from lantian.policy.records_duty import ReferenceOxygenRecord

MINUTE_S = 60
MASS_UNIT = "mg/m³"
UNITS: Mapping[str, str] = {
    OXYGEN: "%", SPEED: "m/s", CELSIUS: "°C", STATIC: "Pa", MOISTURE: "%", FLOW: "m³/h",
}  # fmt: skip
"""Units in which the formulas take what a stack's channels measure; pollutants come in mg/m³."""


class StackDetailsError(LantianError):
    """Details of a stack point that cannot be read."""


def oxygen_of(point: Point, pack: Pack, day: date) -> ReferenceOxygenRecord | None:
    """Return the reference oxygen of an outlet; raises StackDetailsError for one that the pack does not have."""
    name = point.details.get("oxygen")
    if not name:
        return None
    found = pack.find(ReferenceOxygenRecord, str(name), day)
    if found is None:
        known = " ".join(sorted(record.id for record in pack.on(ReferenceOxygenRecord, day)))
        raise StackDetailsError(
            Text(
                f"点位 {point.pk} 的基准氧含量“{name}”不在政策包中，可用：{known}。",
                f"The pack has no reference oxygen “{name}” for point {point.pk}; it has: {known}.",
            )
        )
    return found


def setting_of(point: Point, oxygen: ReferenceOxygenRecord | None = None) -> StackSetting:
    """Return what an outlet is judged by, from its details; raises StackDetailsError on what it cannot read."""
    details = point.details
    limits = {str(code): _number(point, f"limits.{code}", value) for code, value in details.get("limits", {}).items()}
    area, ambient = details.get("area_m2"), details.get("ambient_kpa", "101.325")
    return StackSetting(
        area_m2=None if area is None else _number(point, "area_m2", area),
        reference=None if oxygen is None else Fraction(oxygen.percent),
        limits=limits,
        ambient_pa=_number(point, "ambient_kpa", ambient) * 1000,
        wet=frozenset(details.get("wet", ())),
        at_stack_state=frozenset(details.get("stack_state", ())),
    )


def _number(point: Point, key: str, value: Any) -> Fraction:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found <= 0:
        raise StackDetailsError(
            Text(
                f"点位 {point.pk} 的 {key} 是“{value}”，应为正数。",
                f"{key} of point {point.pk} is “{value}”; it must be a positive number.",
            )
        )
    return Fraction(found)


@dataclass(frozen=True)
class Kept:
    """How a channel's values are kept: factor to the unit of the formulas; minutes that one value stands for."""

    scale: Fraction = Fraction(1)
    minutes: int = 1


def kept_of(point: Point, pollutants: Iterable[str]) -> Mapping[str, Kept]:
    """Return how the values of each factor of an outlet are kept."""
    channels = Channel.objects.filter(point=point).order_by("pk")
    wanted = {**dict.fromkeys(pollutants, MASS_UNIT), **UNITS}
    return {
        factor: Kept(conversion(unit, wanted[factor]), minute_period_s(interval_s) // MINUTE_S)
        for factor, unit, interval_s in channels.values_list("factor", "unit", "device__interval_s")
        if factor in wanted
    }
