"""The evaluation page (年度评价): statistics of stations and their area, years and editions side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.airquality.evaluation import FactorEvaluation, LimitSet, PeriodEvaluation, PlaceEvaluation, Statistic
from lantian.apps.telemetry.readings.years import change_percent
from lantian.kernel.factors import SIX, Factor

MEAN_FACTORS = (Factor.PM25, Factor.PM10, Factor.SO2, Factor.NO2)
"""Items whose annual mean is judged; CO and O3 have a percentile only."""


@dataclass(frozen=True)
class Measure:
    """One column of the evaluation: an item's mean, or its percentile."""

    factor: Factor
    kind: str
    rank: int | None = None

    @property
    def key(self) -> str:
        """A short name for addresses and files, as ``PM2.5-mean``."""
        return f"{self.factor.value}-{self.kind}"

    def statistic(self, place: PlaceEvaluation) -> Statistic | None:
        """Return the statistic of a place."""
        found = place.factors[self.factor]
        return found.mean if self.kind == "mean" else found.percentile

    def limit(self, limits: LimitSet) -> Decimal | None:
        """Return the limit to judge by: of the year for a mean, of the day for a percentile."""
        return (limits.year if self.kind == "mean" else limits.day).get(self.factor)


def measures(place: PlaceEvaluation) -> tuple[Measure, ...]:
    """Return the columns in the order of the report: mean then percentile of each item."""
    found = []
    for factor in SIX:
        if factor not in place.factors:
            continue
        if factor in MEAN_FACTORS:
            found.append(Measure(factor, "mean"))
        found.append(Measure(factor, "percentile", round(place.factors[factor].percentile_rank * 100)))
    return tuple(found)


@dataclass(frozen=True)
class Cell:
    """A statistic at a place: over when above the limit, valid when the year's rule is met."""

    statistic: Statistic | None
    limit: Decimal | None
    over: bool
    valid: bool
    days: int
    needed: int


def cell(measure: Measure, place: PlaceEvaluation) -> Cell:
    """Return one cell of the table, judged by the limits of the evaluation itself."""
    found = place.factors[measure.factor]
    limit = found.mean_limit if measure.kind == "mean" else found.percentile_limit
    multiple = found.mean_multiple if measure.kind == "mean" else found.percentile_multiple
    return Cell(
        measure.statistic(place),
        limit,
        over=multiple is not None,
        valid=found.validity.valid,
        days=found.validity.valid_days,
        needed=found.validity.needed,
    )


@dataclass(frozen=True)
class PlaceLine:
    """A station or the area in the table."""

    place: PlaceEvaluation
    cells: tuple[Cell, ...]
    composite: Decimal | None

    @property
    def over(self) -> tuple[Factor, ...]:
        """Items that are not compliant."""
        return tuple(factor for factor, found in self.place.factors.items() if found.compliant is False)

    @property
    def invalid(self) -> tuple[Factor, ...]:
        """Items whose year does not meet the validity rule."""
        return tuple(factor for factor, found in self.place.factors.items() if not found.validity.valid)


def place_line(place: PlaceEvaluation, columns: Sequence[Measure], composite: Decimal | None) -> PlaceLine:
    """Return a place's line of the table."""
    return PlaceLine(place, tuple(cell(column, place) for column in columns), composite)


@dataclass(frozen=True)
class Judged:
    """A statistic against one phase of the limits."""

    limit: Decimal | None
    within: bool | None


@dataclass(frozen=True)
class MeasureLine:
    """One statistic of an area: base year and year, change, and the limits of each phase side by side."""

    measure: Measure
    base: Statistic | None
    value: Statistic | None
    change: Decimal | None
    judged: tuple[Judged, ...]
    evaluation: FactorEvaluation


def measure_lines(
    year: PlaceEvaluation, base: PlaceEvaluation | None, phases: Sequence[LimitSet]
) -> tuple[MeasureLine, ...]:
    """Return an area's statistics, the base year beside the year, judged by each phase of the limits."""
    return tuple(_measure_line(measure, year, base, phases) for measure in measures(year))


def _measure_line(
    measure: Measure, year: PlaceEvaluation, base: PlaceEvaluation | None, phases: Sequence[LimitSet]
) -> MeasureLine:
    value = measure.statistic(year)
    before = None if base is None else measure.statistic(base)
    return MeasureLine(
        measure,
        before,
        value,
        change_percent(_exact(value), _exact(before)),
        tuple(_judged(value, measure.limit(limits)) for limits in phases),
        year.factors[measure.factor],
    )


def _exact(statistic: Statistic | None) -> Fraction | None:
    return None if statistic is None else statistic.exact


def _judged(value: Statistic | None, limit: Decimal | None) -> Judged:
    within = None if value is None or limit is None else value.rounded <= limit
    return Judged(limit, within)


def sorted_lines(lines: Sequence[PlaceLine], columns: Sequence[Measure], sort: str) -> tuple[PlaceLine, ...]:
    """Return the lines sorted by a column's key, ``-`` for descending; lines without a value come last."""
    keys: Mapping[str, int] = {column.key: place for place, column in enumerate(columns)}
    name, down = sort.removeprefix("-"), sort.startswith("-")

    def value(line: PlaceLine) -> Fraction | None:
        if name == "composite":
            return None if line.composite is None else Fraction(line.composite)
        return _exact(line.cells[keys[name]].statistic) if name in keys else None

    known = [line for line in lines if value(line) is not None]
    rest = [line for line in lines if value(line) is None]
    return (*sorted(known, key=lambda line: value(line) or Fraction(0), reverse=down), *rest)


def year_over(period: PeriodEvaluation) -> tuple[str, ...]:
    """Return the stations that are not compliant."""
    return tuple(place.place for place in period.stations if place.compliant is False)
