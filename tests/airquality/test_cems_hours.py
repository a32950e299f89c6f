"""A stack's hour by the formulas of the standard, with numbers worked out by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest

from lantian.airquality.cems_hours import CELSIUS, FLOW, MOISTURE, OXYGEN, SPEED, STATIC, StackSetting, judge_hour

GAS = {OXYGEN: Fraction(9), SPEED: Fraction(10), CELSIUS: Fraction(136.5), STATIC: Fraction(0), MOISTURE: Fraction(10)}
"""At 136.5 °C a gas takes one and a half times its room at 0 °C: (273 + 136.5) / 273 = 1.5."""
NOX, DUST = "a21002", "a34013"


def test_the_converted_concentration_is_compared_and_the_measured_one_emitted() -> None:
    setting = StackSetting(area_m2=Fraction(3), reference=Fraction(6), limits={NOX: Fraction(20)})
    hour = judge_hour(NOX, {NOX: Fraction(20), **GAS}, setting)
    # 20 mg/m³ at 9 % O2 are 20·15/12 = 25 mg/m³ at 6 %.
    assert (hour.dry, hour.converted) == (Fraction(20), Fraction(25))
    # 3600·3·10 / 1.5 · 0.9 = 64 800 m³/h; 20 mg/m³ of it are 1.296 kg/h.
    assert (hour.flow, hour.rate) == (Fraction(64_800), Fraction("1.296"))
    assert (hour.over, hour.multiple, hour.missing) == (True, Decimal("0.25"), ())


def test_a_value_of_wet_gas_at_the_state_of_the_stack_is_brought_to_the_standard() -> None:
    setting = StackSetting(reference=Fraction(6), wet=frozenset({DUST}), at_stack_state=frozenset({DUST}))
    hour = judge_hour(DUST, {DUST: Fraction(6), **GAS}, setting)
    # 6 · 1.5 / 0.9 = 10 mg/m³, converted 12.5; without cross-section or flow there is no rate.
    assert (hour.dry, hour.converted, hour.rate, hour.missing) == (Fraction(10), Fraction("12.5"), None, (FLOW,))
    assert (hour.limit, hour.over, hour.multiple) == (None, None, None)


def test_oxygen_of_wet_gas_is_dried_as_well() -> None:
    setting = StackSetting(reference=Fraction(6), wet=frozenset({OXYGEN}))
    # 8.1 / 0.9 = 9 % in dry gas.
    assert judge_hour(NOX, {NOX: Fraction(20), **GAS, OXYGEN: Fraction("8.1")}, setting).converted == 25


def test_pressure_of_the_stack_counts() -> None:
    setting = StackSetting(area_m2=Fraction(1), ambient_pa=Fraction(101325))
    hour = judge_hour(
        NOX,
        {NOX: Fraction(1), **GAS, CELSIUS: Fraction(0), MOISTURE: Fraction(0), STATIC: Fraction("-1013.25")},
        setting,
    )
    # one per cent below the standard pressure: 36 000 · 0.99 m³/h.
    assert hour.flow == 35_640


def test_nothing_is_converted_where_no_reference_oxygen_is_set() -> None:
    hour = judge_hour(NOX, {NOX: Fraction(20), FLOW: Fraction(1000)}, StackSetting(limits={NOX: Fraction(20)}))
    assert (hour.converted, hour.over, hour.rate, hour.missing) == (Fraction(20), False, Fraction("0.02"), ())


def test_a_reported_flow_serves_where_speed_is_missing() -> None:
    means = {NOX: Fraction(20), **GAS, FLOW: Fraction(5000)}
    del means[SPEED]
    hour = judge_hour(NOX, means, StackSetting(area_m2=Fraction(3)))
    assert (hour.flow, hour.missing) == (Fraction(5000), ())


@pytest.mark.parametrize(
    ("lost", "converted", "rate", "missing"),
    [
        (NOX, None, None, (NOX,)),
        (OXYGEN, None, Fraction("1.296"), (OXYGEN,)),
        (MOISTURE, Fraction(25), None, (MOISTURE,)),
    ],
)
def test_what_cannot_be_computed_says_what_it_lacks(
    lost: str, converted: Fraction | None, rate: Fraction | None, missing: tuple[str, ...]
) -> None:
    means = {NOX: Fraction(20), **GAS}
    del means[lost]
    hour = judge_hour(NOX, means, StackSetting(area_m2=Fraction(3), reference=Fraction(6), limits={NOX: Fraction(20)}))
    assert (hour.converted, hour.rate, hour.missing) == (converted, rate, missing)
    assert hour.over is (None if converted is None else True)


def test_a_wet_value_without_moisture_is_no_dry_value() -> None:
    means = {NOX: Fraction(20), OXYGEN: Fraction(9)}
    hour = judge_hour(NOX, means, StackSetting(reference=Fraction(6), wet=frozenset({NOX})))
    assert (hour.dry, hour.missing) == (None, (MOISTURE, FLOW))


def test_oxygen_of_air_converts_nothing() -> None:
    hour = judge_hour(
        NOX, {NOX: Fraction(20), **GAS, OXYGEN: Fraction(21)}, StackSetting(reference=Fraction(6), area_m2=Fraction(3))
    )
    assert (hour.converted, hour.missing, hour.rate) == (None, (OXYGEN,), Fraction("1.296"))
