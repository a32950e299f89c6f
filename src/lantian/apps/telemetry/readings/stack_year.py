"""A year of an outlet (排口年排放量): tonnes of the hours with a rate, and how much of the running time they are.

Only what was measured adds up: nothing stands in for hours without a valid value, and completeness says how many those
are. An hour is due from the outlet's registration or first data on, unless a stop of the plant was declared for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lantian.airquality.cems import CemsRules
from lantian.airquality.cems_arrays import emission_rates
from lantian.apps.telemetry.models import Device, MaintenanceWindow, Point
from lantian.apps.telemetry.models.links import hour_of
from lantian.apps.telemetry.readings.stack_hours import HOUR, MICRO
from lantian.apps.telemetry.readings.stack_settings import UNITS, Kept, kept_of, setting_of
from lantian.kernel.errors import LantianError
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


@dataclass(frozen=True)
class YearQuestion:
    """Which factors of which year, up to which moment, from which lake and by which pack."""

    factors: Sequence[str]
    year: int
    now: datetime
    lake: Lake
    pack: Pack


def outlet_years(points: Sequence[Point], question: YearQuestion) -> tuple[list[OutletYear], list[Point]]:
    """Return the years of outlets by factor, of those that each measures, and the outlets that cannot be read."""
    first = beijing_day(date(question.year, 1, 1))
    last = min(beijing_day(date(question.year + 1, 1, 1)), hour_of(question.now))
    if not points or last <= first:
        return [], []
    names = [point.pk for point in points]
    table = question.lake.hourly(start=first, end=last, points=names, factors=[*question.factors, *UNITS])
    parts, grid = _by_point(table), _Grid(first, last)
    rules, found, unread = duty_rules(question.pack).cems(), list[OutletYear](), list[Point]()
    for point in points:
        try:
            found += _outlet(point, question.factors, grid, rules, parts.get(point.pk, table.slice(0, 0)))
        except LantianError:
            unread.append(point)
    return found, unread


def _by_point(table: pa.Table) -> Mapping[str, pa.Table]:
    """The rows of each point; the lake sorts by point."""
    if not table.num_rows:
        return {}
    names = table.column("point").combine_chunks().dictionary_encode()
    numbers = names.indices.to_numpy(zero_copy_only=False)
    begins = np.flatnonzero(np.diff(numbers, prepend=-1))
    ends = [*begins[1:], len(numbers)]
    spans = zip(begins.tolist(), ends, strict=True)
    return {names.dictionary[int(numbers[begin])].as_py(): table.slice(begin, end - begin) for begin, end in spans}


def _outlet(
    point: Point, factors: Sequence[str], grid: "_Grid", rules: CemsRules, table: pa.Table
) -> Iterator[OutletYear]:
    kept, setting = kept_of(point, factors), setting_of(point)
    means = _means(grid, kept, rules, table) if table.num_rows else {}
    due = _due(grid, point, means)
    for code in factors:
        if code in kept:
            rates = emission_rates(code, {**grid.empty(), **means}, setting)
            known = ~np.isnan(rates)
            hours = int((due | known).sum())
            yield OutletYear(point.pk, code, float(np.nansum(rates)) / KG_PER_TONNE, int(known.sum()), hours)


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


def _means(grid: _Grid, kept: Mapping[str, Kept], rules: CemsRules, table: pa.Table) -> dict[str, Hours]:
    """Valid means by factor, in the units of the formulas, by the rules of stacks."""
    names = table.column("factor").combine_chunks().dictionary_encode()
    of_name = names.indices.to_numpy(zero_copy_only=False)
    values, counts = (table.column(name).to_numpy(zero_copy_only=False) for name in ("value", "count"))
    valid = table.column("valid").to_numpy(zero_copy_only=False).astype(bool)
    starts = table.column("start").cast(pa.int64()).to_numpy()
    hours = (starts - int(grid.start.timestamp()) * MICRO) // int(HOUR / timedelta(microseconds=1))
    found: dict[str, Hours] = {}
    for number, code in enumerate(names.dictionary.to_pylist()):
        how, chosen = kept.get(code, Kept()), of_name == number
        enough = {int(one): rules.hour_is_valid(int(one) * how.minutes) for one in np.unique(counts[chosen])}
        good = ((counts[chosen] == 1) & valid[chosen]) | np.isin(counts[chosen], [one for one in enough if enough[one]])
        column = np.full(grid.size, np.nan)
        column[hours[chosen]] = np.where(good, values[chosen] * float(how.scale), np.nan)
        found[code] = column
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
