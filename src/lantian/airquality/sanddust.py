"""Sand dust (沙尘): proposing the hours, and taking decided hours out of the PM series while keeping both series.

A rule only *proposes*; what is left out of PM10 and PM2.5 is a person's recorded decision. National bulletins leave
sand-dust days out of PM means and the composite index, yet keep them in good-day and heavy-day ratios.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from lantian.airquality.grid import HOURS, MICRO, MISSING, DayGrid, HourGrid
from lantian.kernel.factors import Factor
from lantian.kernel.instants import BEIJING

Status = Literal["proposed", "official"]
Exactly = Fraction | None
"""An exact hourly value, None where missing."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class SandDustRules:
    """When hours are proposed as sand dust.

    An episode starts with an hour whose PM10 lies above ``pm10_above`` [µg/m³] and reaches ``times_before`` the mean of
    the ``hours_before`` hours before it, while PM2.5 / PM10 is at most ``ratio_share`` of theirs; it ends before the
    first hour whose PM10 is at most ``end_times`` that mean, or after ``longest_hours``.
    excluded: the factors that decisions cover.
    """

    pm10_above: Decimal
    hours_before: int
    times_before: Fraction
    ratio_share: Fraction
    end_times: Fraction
    longest_hours: int
    excluded: tuple[Factor, ...]


@dataclass(frozen=True)
class SandDustDecision:
    """A decision on sand-dust hours (沙尘时段认定).

    first, last: starts of the first and the last hour, both inclusive, with time zone.
    stations: what it covers, empty for all; reference: the notice or record it rests on.
    """

    first: datetime
    last: datetime
    factors: tuple[Factor, ...]
    stations: tuple[str, ...]
    status: Status
    reference: str


def propose_hours(pm10: Sequence[Exactly], pm25: Sequence[Exactly], rules: SandDustRules) -> list[tuple[int, int]]:
    """Return (first, last) indices of proposed episodes in hourly series of equal length; None where missing."""
    episodes, hour = [], rules.hours_before
    while hour < len(pm10):
        coarse, fine = pm10[hour], pm25[hour]
        if coarse is not None and fine is not None and coarse > rules.pm10_above:
            base = before(pm10, pm25, hour, rules)
            if base and _leaps(coarse, fine / coarse, base, rules):
                last = _last_hour(pm10, hour, base[0] * rules.end_times, rules)
                episodes.append((hour, last))
                hour = last
        hour += 1
    return episodes


def before(
    pm10: Sequence[Exactly], pm25: Sequence[Exactly], hour: int, rules: SandDustRules
) -> tuple[Fraction, Fraction] | None:
    """Return mean PM10 and mean PM2.5 / PM10 of the hours before an index (本底); None without any."""
    pairs = zip(pm10[hour - rules.hours_before : hour], pm25[hour - rules.hours_before : hour], strict=True)
    known = [(coarse, fine) for coarse, fine in pairs if coarse is not None and fine is not None and coarse > 0]
    if not known:
        return None
    return sum((coarse for coarse, _ in known), Fraction(0)) / len(known), sum(
        (fine / coarse for coarse, fine in known), Fraction(0)
    ) / len(known)


def _leaps(pm10: Fraction, share: Fraction, base: tuple[Fraction, Fraction], rules: SandDustRules) -> bool:
    return pm10 >= base[0] * rules.times_before and share <= base[1] * rules.ratio_share


def _last_hour(pm10: Sequence[Exactly], start: int, end_below: Fraction, rules: SandDustRules) -> int:
    stop = min(start + rules.longest_hours, len(pm10))
    return next(
        (h - 1 for h in range(start + 1, stop) if (found := pm10[h]) is not None and found <= end_below), stop - 1
    )


def exclude_hours(hours: HourGrid, decisions: Iterable[SandDustDecision]) -> HourGrid:
    """Return the grid without the decided hours: those cells become MISSING; the given grid stays as it is."""
    micro = hours.micro.copy()
    for decision in decisions:
        start, stop = (hour_of(hours.first_day, moment) for moment in (decision.first, decision.last + _HOUR))
        for row, factor in _covered(hours.stations, hours.factors, decision):
            micro[row, factor, max(start, 0) : max(stop, 0)] = MISSING
    return replace(hours, micro=micro)


def exclude_days(days: DayGrid, decisions: Iterable[SandDustDecision]) -> DayGrid:
    """Return the grid in which every day that a decision touches is not valid for its factors (沙尘日剔除)."""
    valid = days.valid.copy()
    for decision in decisions:
        start = hour_of(days.first_day, decision.first) // HOURS
        stop = hour_of(days.first_day, decision.last) // HOURS + 1
        for row, factor in _covered(days.stations, days.factors, decision):
            valid[row, factor, max(start, 0) : max(stop, 0)] = False
    return replace(days, valid=valid)


def official(decisions: Iterable[SandDustDecision]) -> list[SandDustDecision]:
    """Return the decisions that count; proposed ones wait for a person."""
    return [decision for decision in decisions if decision.status == "official"]


def hour_of(first_day: date, moment: datetime) -> int:
    """Return the index of the hour that starts at a moment, counted from the first Beijing day's midnight."""
    midnight = datetime(first_day.year, first_day.month, first_day.day, tzinfo=BEIJING)
    return (moment - midnight) // _HOUR


def hour_values(hours: HourGrid, station: str, factor: Factor) -> list[Fraction | None]:
    """Return one station's hourly values of a factor as exact numbers; None where missing."""
    row = hours.factor(factor)[hours.stations.index(station)]
    return [None if value == MISSING else Fraction(value, MICRO) for value in row.tolist()]


def _covered(
    stations: tuple[str, ...], factors: tuple[Factor, ...], decision: SandDustDecision
) -> list[tuple[int, int]]:
    rows = [row for row, name in enumerate(stations) if not decision.stations or name in decision.stations]
    return [(row, at) for row in rows for at, factor in enumerate(factors) if factor in decision.factors]
