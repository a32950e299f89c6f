"""Reference state of concentrations (参比状态): standard, 298.15 K, or as the air is (GB 3095, amendment of 2018)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lantian.airquality.errors import AirQualityError
from lantian.kernel.errors import Text
from lantian.kernel.rounding import Exact

GAS_CONSTANT = Fraction("8.314462618")
"""R in J/(mol·K), CODATA 2018."""

MOLAR_MASS: Mapping[str, Fraction] = {
    "SO2": Fraction("64.064"),
    "NO": Fraction("30.006"),
    "NO2": Fraction("46.005"),
    "NOx": Fraction("46.005"),
    "CO": Fraction("28.010"),
    "O3": Fraction("47.998"),
}
"""Molar masses [g/mol]; NOx is counted as NO2."""

ZERO_CELSIUS = Fraction("273.15")


@dataclass(frozen=True)
class ReferenceState:
    """Temperature [K] and pressure [Pa] to which gases are stated; particles the same, or as the air is."""

    kelvin: Fraction
    pascal: Fraction
    particles_ambient: bool


def from_ppb(gas: str, ppb: Exact, state: ReferenceState) -> Fraction:
    """Return the mass concentration [µg/m³] of a volume mixing ratio [ppb]: ppb·M·P / (R·T).

    80 ppb of O3 at 298.15 K and 1013.25 hPa are 156.95 µg/m³.
    """
    if gas not in MOLAR_MASS:
        known = ", ".join(MOLAR_MASS)
        raise AirQualityError(
            Text(f"没有气体 {gas} 的摩尔质量，可用：{known}。", f"No molar mass of {gas}; there are: {known}.")
        )
    return Fraction(ppb) * MOLAR_MASS[gas] * state.pascal / (GAS_CONSTANT * state.kelvin) / 1000


def restate_gas(concentration: Exact, before: ReferenceState, after: ReferenceState) -> Fraction:
    """Convert a gas concentration from one state to another; from 273 K to 298.15 K it falls by 273 / 298.15."""
    return Fraction(concentration) * (before.kelvin / after.kelvin) * (after.pascal / before.pascal)


def particles_as_the_air_is(
    concentration: Exact, stated: ReferenceState, *, celsius: Exact, kilopascal: Exact
) -> Fraction:
    """Convert a particle concentration stated at a reference state to actual temperature [°C] and pressure [kPa].

    100 µg/m³ at 273 K, 101.325 kPa are 91.91 µg/m³ at 20 °C and 100.0 kPa.
    """
    air = ReferenceState(Fraction(celsius) + ZERO_CELSIUS, Fraction(kilopascal) * 1000, particles_ambient=True)
    return restate_gas(concentration, stated, air)
