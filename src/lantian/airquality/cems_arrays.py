"""Emission rates of many hours at once (排放速率): the formulas of ``cems_hours`` over arrays, for sums of a year.

Floats, for a sum of thousands of hours that is shown with three decimals; single hours are judged by exact numbers.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.cems import STANDARD_KELVIN, STANDARD_PASCAL
from lantian.airquality.cems_hours import CELSIUS, FLOW, MOISTURE, SPEED, STATIC, StackSetting

Hours = NDArray[np.float64]
Means = Mapping[str, Hours]
"""Valid hourly means by factor code, in the units of ``cems_hours``; NaN where an hour has none; all of one length."""

SECONDS, MILLION = 3600, 1_000_000


def emission_rates(factor: str, means: Means, setting: StackSetting) -> Hours:
    """Return the emission rate of each hour [kg/h], NaN where it cannot be computed: C · Q · 10⁻⁶.

    >>> setting = StackSetting(None)
    >>> emission_rates("a21026", {"a21026": np.array([20.0, np.nan]), FLOW: np.array([50_000.0, 50_000.0])}, setting)
    array([ 1., nan])
    """
    size = max((len(values) for values in means.values()), default=0)
    empty = np.full(size, np.nan)
    found = {code: means.get(code, empty) for code in (factor, SPEED, CELSIUS, STATIC, MOISTURE, FLOW)}
    value = found[factor]
    with np.errstate(divide="ignore", invalid="ignore"):
        if factor in setting.at_stack_state:
            value = value / _contraction(found, setting)
        if factor in setting.wet:
            value = value / (1 - found[MOISTURE] / 100)
        rates: Hours = value * _flow(found, setting) / MILLION
    return np.where(np.isfinite(rates), rates, np.nan)


def _flow(found: Means, setting: StackSetting) -> Hours:
    """Dry standard flow [m³/h]: from speed and cross-section where both are known, else as reported."""
    if setting.area_m2 is None:
        return found[FLOW]
    computed = SECONDS * float(setting.area_m2) * found[SPEED] * _contraction(found, setting)
    computed = computed * (1 - found[MOISTURE] / 100)
    return np.where(np.isnan(computed), found[FLOW], computed)


def _contraction(found: Means, setting: StackSetting) -> Hours:
    pressure = float(setting.ambient_pa) + found[STATIC]
    return STANDARD_KELVIN / (STANDARD_KELVIN + found[CELSIUS]) * pressure / STANDARD_PASCAL
