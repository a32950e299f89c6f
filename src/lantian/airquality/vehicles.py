"""Vehicles and machines (机动车与非道路机械): smoke tests, remote sensing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.airquality.errors import AirQualityError
from lantian.kernel.calendar import add_months
from lantian.kernel.errors import Text
from lantian.kernel.rounding import Exact


@dataclass(frozen=True)
class SmokeLimit:
    """Limits of one diesel test (GB 3847-2018); None where the test has none.

    k: light absorption [1/m]; nox: volume share × 1e6; ringelmann: blackness; power_ratio: least wheel power / rated.
    """

    k: Decimal
    nox: Decimal | None
    ringelmann: Decimal | None
    power_ratio: Decimal | None


@dataclass(frozen=True)
class SmokeResult:
    """A diesel test as measured; None where not measured."""

    k: Exact | None = None
    nox: Exact | None = None
    ringelmann: Exact | None = None
    power_ratio: Exact | None = None


def diesel_failures(result: SmokeResult, limit: SmokeLimit) -> tuple[str, ...]:
    """Return what a diesel test fails by: ``k``, ``nox``, ``ringelmann``, ``power_ratio``; empty when it passes.

    A value equal to its limit passes; a value that was not measured is not judged.
    """
    checks = {
        "k": _above(result.k, limit.k),
        "nox": _above(result.nox, limit.nox),
        "ringelmann": _above(result.ringelmann, limit.ringelmann),
        "power_ratio": _above(limit.power_ratio, result.power_ratio),
    }
    return tuple(name for name, failed in checks.items() if failed)


def _above(value: Exact | None, limit: Exact | None) -> bool:
    return value is not None and limit is not None and Fraction(value) > Fraction(limit)


@dataclass(frozen=True)
class MachineClass:
    """Limits of one class of machines (GB 36886-2018).

    bands: (least rated power [kW], k [1/m]), rising; visible_smoke: whether visible smoke is allowed.
    """

    name: str
    bands: tuple[tuple[Decimal, Decimal], ...]
    ringelmann: Decimal
    visible_smoke: bool
    altitude_above_m: Decimal
    altitude_adds: Decimal


@dataclass(frozen=True)
class MachineTest:
    """A machine's smoke test; rated net power in kW, altitude of the place in m."""

    power_kw: Exact
    k: Exact | None = None
    ringelmann: Exact | None = None
    altitude_m: Exact | None = None
    smoke_seen: bool = False


@dataclass(frozen=True)
class MachineVerdict:
    """limit: k that held [1/m]; passed: every measured value keeps its limit."""

    limit: Decimal
    passed: bool


def judge_machine(test: MachineTest, limits: MachineClass) -> MachineVerdict:
    """Judge a machine's smoke; above the altitude of the rule the k limit grows."""
    limit = _band(Fraction(test.power_kw), limits)
    if _above(test.altitude_m, limits.altitude_above_m):
        limit += limits.altitude_adds
    smoke = test.smoke_seen and not limits.visible_smoke
    failed = _above(test.k, limit) or _above(test.ringelmann, limits.ringelmann) or smoke
    return MachineVerdict(limit, not failed)


def _band(power: Fraction, limits: MachineClass) -> Decimal:
    held = [k for least, k in limits.bands if power >= least]
    if not held:
        raise AirQualityError(
            Text(f"额定功率 {float(power)} kW 不在限值表内。", f"The table has no band for {float(power)} kW.")
        )
    return held[-1]


@dataclass(frozen=True)
class RemoteSensingRules:
    """A vehicle fails with ``times`` consecutive exceedances of one pollutant within ``months`` calendar months."""

    times: int
    months: int


@dataclass(frozen=True)
class Passage:
    """One measured passage of a vehicle for one pollutant."""

    day: date
    pollutant: str
    exceeds: bool


def remote_sensing_fails(passages: Iterable[Passage], rules: RemoteSensingRules) -> bool:
    """Judge a vehicle by its passages in any order (HJ 845-2017).

    Consecutive means: no passage between them that kept the limit of the same pollutant. The last of the exceedances
    lies no later than the same day of the month ``months`` after the first.
    """
    by_pollutant: dict[str, list[Passage]] = defaultdict(list)
    for passage in sorted(passages, key=lambda passage: passage.day):
        by_pollutant[passage.pollutant].append(passage)
    return any(_fails(series, rules) for series in by_pollutant.values())


def _fails(series: list[Passage], rules: RemoteSensingRules) -> bool:
    windows = (series[start : start + rules.times] for start in range(len(series) - rules.times + 1))
    return any(
        all(passage.exceeds for passage in window) and window[-1].day <= add_months(window[0].day, rules.months)
        for window in windows
    )
