"""Rates of many hours: the worked numbers of HJ 75-2017's formulas, and the same as the exact form hour by hour."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.airquality.cems_arrays import emission_rates
from lantian.airquality.cems_hours import CELSIUS, FLOW, MOISTURE, SPEED, STATIC, StackSetting, judge_hour

NOX = "a21002"


def test_a_rate_is_the_measured_dry_concentration_times_the_dry_standard_flow() -> None:
    # 3600·3·8·273/(273 + 136.5)·0.9 = 51 840 m³/h; 28 mg/m³ of it are 1.45152 kg/h
    means = {NOX: [28.0], SPEED: [8.0], CELSIUS: [136.5], STATIC: [0.0], MOISTURE: [10.0]}
    rates = emission_rates(NOX, {code: np.array(one) for code, one in means.items()}, StackSetting(Fraction(3)))
    assert rates.tolist() == pytest.approx([1.45152])


def test_hours_without_concentration_or_flow_have_no_rate() -> None:
    nan = np.nan
    means = {NOX: np.array([20.0, nan, 20.0]), FLOW: np.array([50_000.0, 50_000.0, nan])}
    assert np.isnan(emission_rates(NOX, means, StackSetting())).tolist() == [False, True, True]
    assert emission_rates(NOX, {}, StackSetting()).tolist() == []
    assert np.isnan(emission_rates(NOX, {FLOW: np.array([1.0])}, StackSetting())).tolist() == [True]


def test_the_reported_flow_serves_where_the_computed_one_lacks_a_value() -> None:
    means = {NOX: np.array([20.0]), FLOW: np.array([1000.0]), SPEED: np.array([8.0])}
    assert emission_rates(NOX, means, StackSetting(Fraction(3))).tolist() == pytest.approx([0.02])


number = st.integers(1, 400)


@given(
    value=number, speed=st.integers(1, 30), celsius=st.integers(20, 300), static=st.integers(-900, 900),
    moisture=st.integers(0, 30), wet=st.booleans(), raw=st.booleans(), area=st.booleans(),
)  # fmt: skip
def test_rates_are_those_of_the_exact_form(
    value: int, speed: int, celsius: int, static: int, moisture: int, wet: bool, raw: bool, area: bool
) -> None:
    means = {NOX: value, SPEED: speed, CELSIUS: celsius, STATIC: static, MOISTURE: moisture, FLOW: 40_000}
    setting = StackSetting(
        Fraction(2) if area else None,
        wet=frozenset({NOX} if wet else ()),
        at_stack_state=frozenset({NOX} if raw else ()),
    )
    exact = judge_hour(NOX, {code: Fraction(one) for code, one in means.items()}, setting).rate
    assert exact is not None
    found = emission_rates(NOX, {code: np.array([float(one)]) for code, one in means.items()}, setting)
    assert found.tolist() == pytest.approx([float(exact)])
