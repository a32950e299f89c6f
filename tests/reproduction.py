"""Compute published means again from the hourly archive; ``python -m tests.reproduction`` prints the page of docs.

Ours is computed twice: as the mean of all hours of all stations, and as HJ 663 has it, from valid daily means by
station to the mean of the area's daily series.
"""

import csv
import sys
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction

from lantian.airquality.daily import day_grid
from lantian.airquality.evaluation import evaluate
from lantian.airquality.grid import HOURS, MICRO, MISSING, DayGrid, HourGrid
from lantian.airquality.period import Period
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import half_even
from lantian.lake.imports import layout, read_hours
from lantian.policy.air import AirRules, air_rules
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.policy.records_plan import AirPoint, Area, PointGroup
from tests.shared import SHARED

ARCHIVE = SHARED / "data" / "air_quality_beijing35_hourly_2017-2021-01.parquet"
PUBLISHED = SHARED / "data" / "published_air_quality_values.csv"
CITY = "北京市"
CHAOYANG = "朝阳区"
SPRING = "2019-01..2019-06"
GROUP = "beijing-city"
"""The pack's group of points that stand for the city."""
FACTORS = {factor.value: factor for factor in (Factor.PM25, Factor.PM10, Factor.SO2, Factor.NO2)}


@dataclass(frozen=True)
class Row:
    """A published mean beside ours [µg/m³]; hours, days: the exact means of all hours, and by HJ 663."""

    area: str
    stations: tuple[str, ...]
    period: str
    factor: Factor
    published: str
    hours: Fraction
    days: Fraction

    @property
    def hours_agree(self) -> bool:
        """Whether the mean of all hours, rounded half-even, is the published one."""
        return str(half_even(self.hours, 0)) == self.published

    @property
    def agrees(self) -> bool:
        """Whether the mean by HJ 663, rounded half-even, is the published one."""
        return str(half_even(self.days, 0)) == self.published


def rows() -> list[Row]:
    """Return every published mean that the archive covers."""
    grid = read_hours(ARCHIVE, layout("beijing35"), datetime.now(UTC)).grid
    pack = load_pack("cn-110000")
    rules, stations = air_rules(pack), stations_by_area(pack, grid)
    days = day_grid(grid, rules.validity(date(2019, 1, 1)))
    with PUBLISHED.open(encoding="utf-8") as file:
        found = [line for line in csv.DictReader(file) if line["area"] in stations and line["indicator"] in FACTORS]
    return [
        _row(line, stations[line["area"]], (grid, days), rules)
        for line in found
        if line["kind"] == "published" and "2017" <= line["period"][:4] <= "2020"
    ]


def stations_by_area(pack: Pack, grid: HourGrid) -> dict[str, tuple[str, ...]]:
    """Return the archive's stations that stand for the city and for each district, by the names of both."""
    named = {
        point.id: next((name for name in point.aliases if name in grid.stations), "") for point in pack.all(AirPoint)
    }
    (group,) = [group for group in pack.all(PointGroup) if group.id == GROUP]
    found = {CITY: tuple(named[point] for point in group.points)}
    for area in pack.all(Area):
        own = [named[point.id] for point in pack.all(AirPoint) if point.evaluated and point.area == area.id]
        if area.zh not in found and any(own):
            found[area.zh] = tuple(name for name in own if name)
    return found


def _row(line: dict[str, str], stations: tuple[str, ...], grids: tuple[HourGrid, DayGrid], rules: AirRules) -> Row:
    (grid, days), factor, span = grids, FACTORS[line["indicator"]], period(line["period"])
    evaluated = evaluate(days.of_stations(stations), span, rules.evaluation(span.last)).area.factors[factor]
    assert evaluated.mean is not None
    hourly = _hourly_mean(grid, stations, factor, span)
    return Row(line["area"], stations, line["period"], factor, line["value"], hourly, evaluated.mean.exact)


def _hourly_mean(grid: HourGrid, stations: tuple[str, ...], factor: Factor, span: Period) -> Fraction:
    first = (span.first - grid.first_day).days
    at = [grid.stations.index(name) for name in stations]
    micro = grid.factor(factor)[at, max(first, 0) * HOURS : (first + span.days) * HOURS]
    known = micro[micro != MISSING]
    return Fraction(int(known.sum()), len(known) * MICRO)


def period(text: str) -> Period:
    """Read 2019, 2019-06 or 2019-01..2019-06."""
    first, _, last = text.partition("..")
    last = last or first
    start = date(int(first[:4]), int(first[5:7] or 1), 1)
    year, month = int(last[:4]), int(last[5:7] or 12)
    return Period(start, date(year, month, monthrange(year, month)[1]))


def cause(row: Row) -> str:
    """Name the likely cause of a difference."""
    if row.agrees:
        return ""
    if row.factor is Factor.PM10:
        return "a fifth of the PM10 hours is missing, dust days are left out of official means"
    if row.period == "2018-09":
        return "unreviewed hours; the month in which the reference state changed"
    if row.hours_agree:
        return "the published figure is that of all hours: days without enough hours, which HJ 663 leaves out, tip it"
    if row.factor is Factor.PM25 and row.period == SPRING and row.days > Fraction(row.published):
        return "ours runs high almost everywhere in this half-year: official means leave out its hours of sand dust"
    if row.area not in (CITY, CHAOYANG):
        return "few stations, unreviewed hours; the district may be judged by other stations too"
    return "unreviewed hours and hours missing from the archive; not settled"


def page(found: list[Row]) -> str:
    """Return the page in Markdown."""
    named = {row.area: row.stations for row in found}
    agreeing, by_hours = sum(row.agrees for row in found), sum(row.hours_agree for row in found)
    lines = [
        "# Published values, computed again",
        "",
        "Written by `python -m tests.reproduction`. Published means beside ours [µg/m³] from the hourly archive of",
        "Beijing's real-time release, 2017 to 2020, which nobody has reviewed. The city is the mean of the eleven",
        f"national stations {'、'.join(named[CITY])};",
        f"Chaoyang is {' and '.join(named[CHAOYANG])}, every other district its evaluated stations of the pack.",
        "*Hours* is the mean of all hours there are; *HJ 663* goes by valid days and the area's daily series.",
        "No rule was bent to hit a number: where ours differs, the difference stands.",
        "",
        "Published values of 2022 and 2024 are left out: the archive holds 76 % of the hours of 2022, and of 2024 only",
        "those to June. Percentage changes, day counts and extremes of districts are no means.",
        "",
        f"Of {len(found)} published values {agreeing} agree with HJ 663 when rounded,",
        f"and {by_hours} with the mean of hours.",
        "Causes are what we think likely; none was proved.",
        "",
        "| area | period | item | published | hours | rounded | HJ 663 | rounded | difference | likely cause |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in found:
        gap = half_even(row.days - Fraction(row.published), 3)
        means = [half_even(mean, digits) for mean in (row.hours, row.days) for digits in (3, 0)]
        cells = (row.area, row.period, row.factor.value, row.published, *means, gap, cause(row) or "agrees")
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.stdout.write(page(rows()))
