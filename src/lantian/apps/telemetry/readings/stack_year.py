"""A year of an outlet (排口年排放量): tonnes of the hours with a rate, and how much of the running time they are.

Only what was measured adds up: nothing stands in for hours without a valid value, and completeness says how many those
are. An hour is due from the outlet's registration or first data on, unless a stop of the plant was declared for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.cems import CemsRules
from lantian.airquality.cems_arrays import emission_rates
from lantian.apps.telemetry.models import Device, MaintenanceWindow, Point
from lantian.apps.telemetry.models.links import hour_of
from lantian.apps.telemetry.readings.stack_hours import HOUR, UNITS, Kept, kept_of, setting_of
from lantian.kernel.instants import beijing_day
from lantian.lake import Lake
from lantian.policy.duty import duty_rules
from lantian.policy.pack import Pack

Hours = NDArray[np.float64]
KG_PER_TONNE = 1000


@dataclass(frozen=True)
class OutletYear:
    """What an outlet emitted of a factor in a year: measured tonnes; hours with a rate of the hours that were due."""

    point: str
    factor: str
    tonnes: float
    hours: int
    due: int


def outlet_year(
    point: Point, factors: Sequence[str], year: int, now: datetime, source: tuple[Lake, Pack]
) -> list[OutletYear]:
    """Return an outlet's year up to now by factor, of those that it measures; raises StackDetailsError."""
    lake, pack = source
    start, end = beijing_day(date(year, 1, 1)), min(beijing_day(date(year + 1, 1, 1)), hour_of(now))
    kept = kept_of(point, factors)
    measured = [code for code in factors if code in kept]
    if not measured or end <= start:
        return []
    grid = _Grid(start, end)
    table = lake.hourly(start=start, end=end, points=[point.pk], factors=[*measured, *UNITS])
    means = _means(grid, kept, duty_rules(pack).cems(), table.to_pydict())
    setting, due = setting_of(point), _due(grid, point, means)
    found = []
    for code in measured:
        rates = emission_rates(code, {**grid.empty(), **means}, setting)
        known = ~np.isnan(rates)
        hours = int((due | known).sum())
        found.append(OutletYear(point.pk, code, float(np.nansum(rates)) / KG_PER_TONNE, int(known.sum()), hours))
    return found


@dataclass(frozen=True)
class _Grid:
    """The hours of a year."""

    start: datetime
    end: datetime

    @property
    def size(self) -> int:
        return int((self.end - self.start) / HOUR)

    def at(self, moment: datetime) -> int:
        """The number of the hour that holds or follows a moment, inside the year."""
        return max(0, min(self.size, -int((self.start - moment) // HOUR)))

    def empty(self) -> Mapping[str, Hours]:
        """One factor that nobody asks for: it says how many hours there are."""
        return {"": np.full(self.size, np.nan)}


def _means(
    grid: _Grid, kept: Mapping[str, Kept], rules: CemsRules, rows: Mapping[str, list[object]]
) -> dict[str, Hours]:
    """Valid means by factor, in the units of the formulas, by the rules of stacks."""
    found: dict[str, Hours] = {}
    if not rows["factor"]:
        return found
    factors, values = np.array(rows["factor"]), np.array(rows["value"], dtype=float)
    counts, valid = np.array(rows["count"]), np.array(rows["valid"], dtype=bool)
    starts = np.array([int((one - grid.start) / HOUR) for one in rows["start"]])  # type: ignore[operator]
    for code in np.unique(factors):
        how, chosen = kept.get(str(code), Kept()), factors == code
        own = (counts[chosen] == 1) & valid[chosen]
        good = own | np.array([rules.hour_is_valid(int(one) * how.minutes) for one in counts[chosen]], dtype=bool)
        column = np.full(grid.size, np.nan)
        column[starts[chosen]] = np.where(good, values[chosen] * float(how.scale), np.nan)
        found[str(code)] = column
    return found


def _due(grid: _Grid, point: Point, means: Mapping[str, Hours]) -> NDArray[np.bool_]:
    """Which hours were due."""
    due = np.zeros(grid.size, dtype=bool)
    registered = Device.objects.filter(point=point).order_by("registered_at").first()
    seen = [int(np.argmax(~np.isnan(one))) for one in means.values() if not np.isnan(one).all()]
    begun = [*seen, *([grid.at(hour_of(registered.registered_at))] if registered else [])]
    due[min(begun, default=grid.size) :] = True
    stops = MaintenanceWindow.objects.filter(device__point=point, kind=MaintenanceWindow.Kind.STOP)
    for first, last in stops.touching(grid.start, grid.end).values_list("start", "end"):
        due[grid.at(first) : grid.at(hour_of(last) if last < grid.end else grid.end)] = False
    return due
