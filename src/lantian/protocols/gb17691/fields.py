"""The fields of the report blocks (信息体), as tables: place, bytes, factor, base, largest valid raw value.

A raw value of all ones is *invalid* (no value), one between the largest valid value and that is *out of range* (an
error by the habit of J1939); both keep their raw bytes and give no number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from lantian.kernel.errors import Text
from lantian.protocols.errors import ProtocolError


class State(StrEnum):
    """Whether a raw value is a measurement."""

    VALID = "valid"
    INVALID = "invalid"
    OUT_OF_RANGE = "out-of-range"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a block: value = raw × factor + base [unit]; largest is the largest valid raw value."""

    name: str
    at: int
    size: int
    factor: Decimal
    base: Decimal
    largest: int
    unit: str


class ValueOutsideRange(ProtocolError):
    """A value that the bytes of its quantity cannot say."""

    def __init__(self, quantity: Quantity, value: float | Decimal) -> None:
        low, high = quantity.base, quantity.largest * quantity.factor + quantity.base
        super().__init__(
            Text(
                f"{quantity.name} 为 {value} {quantity.unit}，应在 {low} 至 {high} 之间",
                f"{quantity.name} is {value} {quantity.unit}, it has to lie between {low} and {high}",
            )
        )


class Measured(NamedTuple):
    """A quantity as read: raw number, its value (None unless valid) and what it would be if it were."""

    raw: int
    state: State
    value: Decimal | None
    nominal: Decimal


def _q(name: str, at: int, size: int, scale: str, unit: str) -> Quantity:
    """Build a quantity; scale is ``factor base largest``."""
    factor, base, largest = scale.split()
    return Quantity(name, at, size, Decimal(factor), Decimal(base), int(largest), unit)


_WORD, _BYTE = "64255", "250"
STREAM: tuple[Quantity, ...] = (
    _q("speed_kmh", 0, 2, f"0.00390625 0 {_WORD}", "km/h"),
    _q("baro_kpa", 2, 1, f"0.5 0 {_BYTE}", "kPa"),
    _q("net_torque_pct", 3, 1, f"1 -125 {_BYTE}", "%"),
    _q("friction_torque_pct", 4, 1, f"1 -125 {_BYTE}", "%"),
    _q("rpm", 5, 2, f"0.125 0 {_WORD}", "r/min"),
    _q("fuel_lph", 7, 2, f"0.05 0 {_WORD}", "L/h"),
    _q("nox_up_ppm", 9, 2, f"0.05 -200 {_WORD}", "ppm"),
    _q("nox_down_ppm", 11, 2, f"0.05 -200 {_WORD}", "ppm"),
    _q("reagent_pct", 13, 1, f"0.4 0 {_BYTE}", "%"),
    _q("air_kgph", 14, 2, f"0.05 0 {_WORD}", "kg/h"),
    _q("scr_in_c", 16, 2, f"0.03125 -273 {_WORD}", "°C"),
    _q("scr_out_c", 18, 2, f"0.03125 -273 {_WORD}", "°C"),
    _q("dpf_kpa", 20, 2, f"0.1 0 {_WORD}", "kPa"),
    _q("coolant_c", 22, 1, f"1 -40 {_BYTE}", "°C"),
    _q("fuel_level_pct", 23, 1, f"0.4 0 {_BYTE}", "%"),
    _q("lon", 25, 4, "0.000001 0 180000000", "°"),
    _q("lat", 29, 4, "0.000001 0 90000000", "°"),
    _q("mileage_km", 33, 4, "0.1 0 4294967294", "km"),
)
"""Data stream of a diesel with DPF and SCR (type 0x02, 37 bytes); offset 24 is the location state."""

SUPPLEMENT: tuple[Quantity, ...] = (
    _q("torque_mode", 0, 1, "1 0 254", ""),
    _q("accelerator_pct", 1, 1, f"0.4 0 {_BYTE}", "%"),
    _q("total_fuel_l", 2, 4, "0.5 0 4294967294", "L"),
    _q("urea_temperature_c", 6, 1, f"1 -40 {_BYTE}", "°C"),
    _q("urea_injected_ml", 7, 4, "0.01 0 4294967294", "mL"),
    _q("total_urea_g", 11, 4, "1 0 4294967294", "g"),
    _q("dpf_exhaust_c", 15, 2, f"0.03125 -273 {_WORD}", "°C"),
)
"""Supplementary stream (type 0x80, 17 bytes), as two public implementations read it: unconfirmed."""

HYBRID: tuple[Quantity, ...] = (
    _q("motor_rpm", 0, 2, "1 0 65534", "r/min"),
    _q("motor_load_pct", 2, 1, f"1 0 {_BYTE}", "%"),
    _q("battery_v", 3, 2, "0.1 0 65534", "V"),
    _q("battery_a", 5, 2, "0.1 -1000 65534", "A"),
    _q("battery_soc_pct", 7, 1, f"1 0 {_BYTE}", "%"),
)
"""Hybrid supplement (type 0x04, 8 bytes). The three-way catalyst blocks (0x03, 0x05) differ between sources: bytes."""

SIZES: Mapping[int, int] = {0x02: 37, 0x03: 30, 0x04: 8, 0x05: 32, 0x80: 17}
"""Bytes of the blocks of fixed length; 0x01 (OBD) has 96 and four for each fault code."""


def read_quantities(body: bytes, table: tuple[Quantity, ...]) -> dict[str, Measured]:
    """Read every quantity of a table from a block's body."""
    return {
        quantity.name: _read(quantity, int.from_bytes(body[quantity.at : quantity.at + quantity.size], "big"))
        for quantity in table
    }


def _read(quantity: Quantity, raw: int) -> Measured:
    nominal = raw * quantity.factor + quantity.base
    if raw <= quantity.largest:
        return Measured(raw, State.VALID, nominal, nominal)
    state = State.INVALID if raw == (1 << 8 * quantity.size) - 1 else State.OUT_OF_RANGE
    return Measured(raw, state, None, nominal)


def write_quantities(values: Mapping[str, float | Decimal | None], table: tuple[Quantity, ...], size: int) -> bytes:
    """Return a block's body of a size; a quantity without a value is sent as invalid, bytes of no quantity as zero.

    >>> write_quantities({"battery_v": 24}, HYBRID, 8).hex()  # 24 V in tenths: 0x00F0
    'ffffff00f0ffffff'
    """
    body = bytearray(size)
    for quantity in table:
        raw = _raw(values.get(quantity.name), quantity)
        body[quantity.at : quantity.at + quantity.size] = raw.to_bytes(quantity.size, "big")
    return bytes(body)


def _raw(value: float | Decimal | None, quantity: Quantity) -> int:
    """raw = (value - base) / factor, to the nearest whole number; all ones where there is no value."""
    if value is None:
        return (1 << 8 * quantity.size) - 1
    raw = round((float(value) - float(quantity.base)) / float(quantity.factor))
    if not 0 <= raw <= quantity.largest:
        raise ValueOutsideRange(quantity, value)
    return raw
