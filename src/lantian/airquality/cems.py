"""Stack-gas conversions and data rules of continuous emission monitoring (CEMS), HJ 75-2017, HJ 212-2017.

Conversions are exact rationals of their inputs; round them once, for print. The emission rate uses the *measured* dry
concentration, never the one converted to reference oxygen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.airquality.errors import AirQualityError
from lantian.kernel.errors import Text
from lantian.kernel.rounding import Exact, half_even

AIR_OXYGEN = 21
"""Oxygen of air [% by volume] in the formulas of the standard."""

MOLAR_VOLUME = Fraction("22.4")
"""Litres of one mole at the standard state."""

STANDARD_KELVIN = 273
STANDARD_PASCAL = 101325

GAS_MASS: Mapping[str, Fraction] = {
    "SO2": Fraction("64.06"),
    "NO": Fraction("30.006"),
    "NO2": Fraction("46.005"),
    "CO": Fraction("28.01"),
    "HCl": Fraction("36.461"),
    "NH3": Fraction("17.031"),
}
"""Molar masses [g/mol] as the conversions use them."""


@dataclass(frozen=True)
class Stack:
    """State of the gas in a stack (烟气状态).

    ambient_pa, static_pa: air pressure and static pressure [Pa]; celsius: temperature [°C]; moisture: Xsw [%].
    """

    ambient_pa: Exact
    static_pa: Exact
    celsius: Exact
    moisture: Exact = 0


def at_reference_oxygen(concentration: Exact, *, oxygen: Exact, reference: Exact) -> Fraction:
    """Convert a dry concentration to reference oxygen (折算浓度): C·(21 − O2ref) / (21 − O2).

    20 mg/m³ at 9 % O2 are 25 mg/m³ at 6 %. Raises AirQualityError when oxygen is 21 % or more.
    """
    return Fraction(concentration) * (AIR_OXYGEN - Fraction(reference)) / _below_air(oxygen)


def excess_air(oxygen: Exact) -> Fraction:
    """Return the excess-air ratio α = 21 / (21 − O2) (过量空气系数)."""
    return AIR_OXYGEN / _below_air(oxygen)


def at_reference_air(concentration: Exact, *, oxygen: Exact, reference_ratio: Exact) -> Fraction:
    """Convert a dry concentration to a reference excess-air ratio: C·α / αs."""
    return Fraction(concentration) * excess_air(oxygen) / Fraction(reference_ratio)


def _below_air(oxygen: Exact) -> Fraction:
    left = AIR_OXYGEN - Fraction(oxygen)
    if left <= 0:
        raise AirQualityError(
            Text(f"实测含氧量 {oxygen} % 必须小于 21 %。", f"The measured oxygen is {oxygen} %; it must be below 21 %.")
        )
    return left


def at_standard_state(concentration: Exact, stack: Stack) -> Fraction:
    """Convert a concentration in the stack to the standard state: Cs·101325 / (Ba + Ps)·(273 + t) / 273.

    30 mg/m³ at 120 °C and 101 325 Pa are 43.187 mg/m³.
    """
    return Fraction(concentration) / _contraction(stack)


def dry(concentration: Exact, moisture: Exact) -> Fraction:
    """Convert a wet concentration to dry gas: C / (1 − Xsw / 100); moisture in percent, below 100."""
    return Fraction(concentration) / _dry_share(moisture)


def dry_standard_flow(area_m2: Exact, speed_m_s: Exact, stack: Stack) -> Fraction:
    """Return the dry standard flow [m³/h]: 3600·F·V·273 / (273 + t)·(Ba + Ps) / 101325·(1 − Xsw / 100)."""
    return 3600 * Fraction(area_m2) * Fraction(speed_m_s) * _contraction(stack) * _dry_share(stack.moisture)


def emission_rate(measured_dry: Exact, flow: Exact) -> Fraction:
    """Return the emission rate [kg/h] from the measured dry concentration [mg/m³] and the dry standard flow [m³/h]."""
    return Fraction(measured_dry) * Fraction(flow) / 1_000_000


def _contraction(stack: Stack) -> Fraction:
    pressure = Fraction(stack.ambient_pa) + Fraction(stack.static_pa)
    kelvin = STANDARD_KELVIN + Fraction(stack.celsius)
    if pressure <= 0 or kelvin <= 0:
        raise AirQualityError(
            Text(
                f"烟气压力 {float(pressure)} Pa 与温度 {stack.celsius} ℃ 不在物理范围内。",
                f"A stack at {float(pressure)} Pa and {stack.celsius} °C is not possible.",
            )
        )
    return STANDARD_KELVIN / kelvin * pressure / STANDARD_PASCAL


def _dry_share(moisture: Exact) -> Fraction:
    share = 1 - Fraction(moisture) / 100
    if not 0 < share <= 1:
        raise AirQualityError(
            Text(f"含湿量 {moisture} % 应在 0–100 之间。", f"The moisture is {moisture} %; it must lie in 0–100.")
        )
    return share


def from_ppm(gas: str, ppm: Exact) -> Fraction:
    """Return mg/m³ at the standard state from ppm: ppm·M / 22.4. 10 ppm of SO2 are 28.598 mg/m³."""
    if gas not in GAS_MASS:
        known = ", ".join(GAS_MASS)
        raise AirQualityError(
            Text(f"没有气体 {gas} 的摩尔质量，可用：{known}。", f"No molar mass of {gas}; there are: {known}.")
        )
    return Fraction(ppm) * GAS_MASS[gas] / MOLAR_VOLUME


def nox_as_no2(no: Exact, no2: Exact) -> Fraction:
    """Return nitrogen oxides as NO2 [mg/m³] from NO and NO2: NO·46.005 / 30.006 + NO2."""
    return Fraction(no) * GAS_MASS["NO2"] / GAS_MASS["NO"] + Fraction(no2)


@dataclass(frozen=True)
class CemsRules:
    """hour_minutes, day_hours: of valid data; capture_percent: quarterly floor of the capture rate."""

    hour_minutes: int
    day_hours: int
    capture_percent: Decimal
    rate_decimals: int

    def hour_is_valid(self, minutes: Exact) -> bool:
        """Tell whether an hour with so many valid minutes is valid."""
        return Fraction(minutes) >= self.hour_minutes

    def day_is_valid(self, hours: Exact) -> bool:
        """Tell whether a day with so many valid hours is valid."""
        return Fraction(hours) >= self.day_hours


@dataclass(frozen=True)
class Capture:
    """percent: rounded for print; enough: judged on the exact rate; both None when nothing was due."""

    percent: Decimal | None
    enough: bool | None


def capture(valid_hours: int, hours: int, stop_hours: int, rules: CemsRules) -> Capture:
    """Return the capture rate of valid data (有效数据捕集率): valid / (all − plant stop) hours."""
    running = hours - stop_hours
    if running <= 0:
        return Capture(None, None)
    rate = Fraction(valid_hours * 100, running)
    return Capture(half_even(rate, rules.rate_decimals), rate >= rules.capture_percent)


@dataclass(frozen=True)
class Counts:
    """A number found of a number due."""

    found: int
    due: int


def transmission_rate(received: Counts, valid: Counts) -> Fraction | None:
    """Return the effective transmission rate (数据传输有效率) in percent: received / due × valid / due.

    None where nothing was due.
    """
    if received.due <= 0 or valid.due <= 0:
        return None
    return Fraction(received.found, received.due) * Fraction(valid.found, valid.due) * 100


@dataclass(frozen=True)
class GapRules:
    """Gap filling (缺失数据处理) by capture rate, highest floor first.

    steps: (floor of the capture rate in percent, longest gap in hours or None, hours looked back).
    """

    steps: tuple[tuple[Decimal, int | None, int], ...]

    def hours_back(self, capture_percent: Exact, gap_hours: int) -> int | None:
        """Return over how many last valid hours the maximum stands in for a gap; None when no rule covers it."""
        rate = Fraction(capture_percent)
        for floor, longest, back in self.steps:
            if rate >= floor and (longest is None or gap_hours <= longest):
                return back
        return None
