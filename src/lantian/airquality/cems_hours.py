"""One hour of a stack (排口小时): from hourly means to dry standard concentrations, conversion, rate and exceedance.

The order is that of HJ 75-2017: state and moisture first, then reference oxygen; the emission rate takes the *measured*
dry concentration, the limit is compared with the *converted* one. All numbers are exact; round once, for print.

    C_sn = C_s · 101325 / (Ba + Ps) · (273 + t) / 273        of a value given at the state of the stack
    C    = C_sn / (1 − Xsw / 100)                            of a value given in wet gas
    C_ref = C · (21 − O2_ref) / (21 − O2)
    Q    = 3600 · F · V · 273 / (273 + t) · (Ba + Ps) / 101325 · (1 − Xsw / 100)        [m³/h]
    G    = C · Q · 10⁻⁶                                      [kg/h]
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from lantian.airquality.cems import (
    AIR_OXYGEN,
    Stack,
    at_reference_oxygen,
    at_standard_state,
    dry,
    dry_standard_flow,
    emission_rate,
)
from lantian.kernel.rounding import half_even

OXYGEN = "a19001"
SPEED = "a01011"
CELSIUS = "a01012"
STATIC = "a01013"
MOISTURE = "a01014"
FLOW = "a00000"
"""Codes of HJ 212-2017, table B.2: O2 [%], speed [m/s], temperature [°C], static pressure [Pa], moisture [%],
dry standard flow [m³/h]."""

MULTIPLE_DECIMALS = 2


@dataclass(frozen=True)
class StackSetting:
    """What one outlet is judged by.

    area_m2: cross-section; None where the device reports the flow. reference: reference oxygen [%]; None converts
    nothing. limits: [mg/m³] by factor. ambient_pa: air pressure Ba. wet: factors given in wet gas. at_stack_state:
    factors given at the temperature and pressure of the stack.
    """

    area_m2: Fraction | None = None
    reference: Fraction | None = None
    limits: Mapping[str, Fraction] = field(default_factory=dict)
    ambient_pa: Fraction = Fraction(101325)
    wet: frozenset[str] = frozenset()
    at_stack_state: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Judged:
    """One pollutant in one hour; None is what could not be computed, ``missing`` the codes that it lacks.

    dry: measured, standard state, dry [mg/m³]; converted: at reference oxygen, or dry where nothing is converted;
    flow: dry standard flow [m³/h]; rate: emission rate [kg/h]. over: above the limit, None without either.
    """

    dry: Fraction | None
    converted: Fraction | None
    flow: Fraction | None
    rate: Fraction | None
    limit: Fraction | None
    over: bool | None
    missing: tuple[str, ...]

    @property
    def multiple(self) -> Decimal | None:
        """By how many times the limit it lies above it (超标倍数): (C − S) / S, only when above."""
        if not self.over or self.converted is None or not self.limit:
            return None
        return half_even((self.converted - self.limit) / self.limit, MULTIPLE_DECIMALS)


Means = Mapping[str, Fraction]
"""Valid hourly means by factor code, in the units above and mg/m³; a mean that is not valid is absent."""


def judge_hour(factor: str, means: Means, setting: StackSetting) -> Judged:
    """Judge a pollutant's hour.

    >>> setting = StackSetting(Fraction(2), Fraction("3.5"), {"a21002": Fraction(30)})
    >>> means = {"a21002": Fraction(28), "a19001": Fraction("4.5"), "a01011": Fraction(8), "a01012": Fraction(91)}
    >>> hour = judge_hour("a21002", means | {"a01013": Fraction(0), "a01014": Fraction(0)}, setting)
    >>> hour.converted, hour.flow, hour.over, hour.multiple  # 28·17.5/16.5; 3600·2·8·273/364
    (Fraction(980, 33), Fraction(43200, 1), False, None)
    """
    concentration = _dry(factor, means, setting)
    converted = _converted(concentration, means, setting)
    flow = stack_flow(means, setting)
    limit = setting.limits.get(factor)
    return Judged(
        dry=concentration,
        converted=converted,
        flow=flow,
        rate=None if concentration is None or flow is None else emission_rate(concentration, flow),
        limit=limit,
        over=None if converted is None or limit is None else converted > limit,
        missing=tuple(code for code in _needed(factor, means, setting) if not _usable(code, means, setting)),
    )


def stack_flow(means: Means, setting: StackSetting) -> Fraction | None:
    """Return the dry standard flow [m³/h]: from speed and cross-section where both are known, else as reported."""
    needed = (SPEED, CELSIUS, STATIC, MOISTURE)
    if setting.area_m2 is not None and all(code in means for code in needed):
        return dry_standard_flow(setting.area_m2, means[SPEED], _stack(means, setting))
    return means.get(FLOW)


def _stack(means: Means, setting: StackSetting) -> Stack:
    return Stack(setting.ambient_pa, means[STATIC], means[CELSIUS], means.get(MOISTURE, 0))


def _dry(code: str, means: Means, setting: StackSetting) -> Fraction | None:
    """Return a concentration, or oxygen, dry and at the standard state."""
    value = means.get(code)
    if value is None or not all(needed in means for needed in _state(code, setting)):
        return None
    if code in setting.at_stack_state:
        value = at_standard_state(value, _stack(means, setting))
    return dry(value, means[MOISTURE]) if code in setting.wet else value


def _converted(concentration: Fraction | None, means: Means, setting: StackSetting) -> Fraction | None:
    if concentration is None or setting.reference is None:
        return concentration
    oxygen = _dry(OXYGEN, means, setting)
    if oxygen is None or oxygen >= AIR_OXYGEN:
        return None
    return at_reference_oxygen(concentration, oxygen=oxygen, reference=setting.reference)


def _state(code: str, setting: StackSetting) -> Iterable[str]:
    """Yield what is needed to bring a factor to dry gas at the standard state."""
    if code in setting.at_stack_state:
        yield from (CELSIUS, STATIC)
    if code in setting.wet:
        yield MOISTURE


def _needed(factor: str, means: Means, setting: StackSetting) -> Iterable[str]:
    """Return all that is needed for conversion and rate, each once."""
    oxygen = [] if setting.reference is None else [OXYGEN, *_state(OXYGEN, setting)]
    computed = setting.area_m2 is not None and FLOW not in means
    flow = [SPEED, CELSIUS, STATIC, MOISTURE] if computed else [FLOW] if setting.area_m2 is None else []
    return dict.fromkeys([factor, *_state(factor, setting), *oxygen, *flow])


def _usable(code: str, means: Means, setting: StackSetting) -> bool:
    """Oxygen of 21 % and more is no oxygen of a flue gas: conversion has no meaning there."""
    return code in means and (code != OXYGEN or (_dry(OXYGEN, means, setting) or 0) < AIR_OXYGEN)
