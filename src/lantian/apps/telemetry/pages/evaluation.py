"""The evaluation of a year: stations and their area, base year and editions side by side, with or without sand dust."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from lantian.airquality.composite import composite_index
from lantian.airquality.errors import AirQualityError
from lantian.airquality.evaluation import LimitSet, PeriodEvaluation, PlaceEvaluation, evaluate
from lantian.airquality.grid import DayGrid
from lantian.airquality.sanddust import SandDustDecision as Dust
from lantian.airquality.sanddust import exclude_days
from lantian.apps.telemetry.air import Air
from lantian.apps.telemetry.models import Point, SandDustDecision
from lantian.apps.telemetry.pages.points import point_words
from lantian.apps.telemetry.pages.stations import Option
from lantian.apps.telemetry.readings.annual import Measure, MeasureLine, PlaceLine, measure_lines, measures, place_line
from lantian.apps.telemetry.readings.days import EditionDays, by_edition
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.instants import beijing_day, day_of
from lantian.policy.records_air import EvaluationRecord

ALL_AREAS = "all"


@dataclass(frozen=True)
class EvaluationQuery:
    """What the address asks; None is the page's own choice. dust: ``without`` leaves decided days out."""

    year: int | None = None
    base: int | None = None
    area: str = ""
    dust: str = "with"


@dataclass(frozen=True)
class NamedLine:
    """A station's line with its name and its area's."""

    point: Point
    area: Text
    line: PlaceLine


@dataclass(frozen=True)
class EvaluationPage:
    """The page: the area's statistics beside the base year's, days by edition, and every station."""

    query: EvaluationQuery
    year: int
    base: int
    years: tuple[int, ...]
    area: str
    area_name: Text
    areas: tuple[Option, ...]
    period: PeriodEvaluation
    columns: tuple[Measure, ...]
    lines: tuple[NamedLine, ...]
    area_line: PlaceLine
    measures: tuple[MeasureLine, ...]
    phases: tuple[LimitSet, ...]
    editions: tuple[EditionDays, ...]
    citation: Text
    decisions: int
    recorded: int
    rows_used: int
    snapshot: str
    synthetic: bool

    @property
    def partial(self) -> bool:
        """Whether the year is not over at the moment."""
        return self.period.last < date(self.year, 12, 31)


def evaluation_page(
    air: Air, points: Sequence[Point], decisions: Sequence[SandDustDecision], query: EvaluationQuery
) -> EvaluationPage | None:
    """Return the page, or None where no evaluated point has data at the moment."""
    covered = air.coverage()
    known = [point for point in points if point.evaluated and point.pk in covered]
    if not known:
        return None
    years = _years(air, [covered[point.pk].first for point in known])
    year = query.year if query.year in years else _last_full(air, years)
    base = query.base if query.base in years else max(years[-1], year - 1)
    own = air.pack.header.jurisdiction.removeprefix("cn-")
    codes = sorted({point.area_code[:6] for point in known})
    area = query.area if query.area in (*codes, ALL_AREAS) else (own if own in codes else ALL_AREAS)
    chosen = tuple(point for point in known if area in (ALL_AREAS, point.area_code[:6]))
    ids = tuple(point.pk for point in chosen)
    dust = _dust(decisions, chosen) if query.dust == "without" else ()
    days = exclude_days(_year_days(air, ids, year), dust)
    period = _evaluated(air, days, year)
    before = _evaluated(air, exclude_days(_year_days(air, ids, base), dust), base)
    columns = measures(period.area)
    words = point_words(air.pack)
    name = Text("全部评价点", "All evaluated points") if area == ALL_AREAS else words.area(area)
    phases = tuple(air.rules.limits(first or last or air.day) for first, last, _ in air.rules.limit_phases)
    names = {point.pk: point for point in chosen}
    return EvaluationPage(
        query=query,
        year=year,
        base=base,
        years=years,
        area=area,
        area_name=name,
        areas=(
            *(Option(code, words.area(code)) for code in codes),
            Option(ALL_AREAS, Text("全部评价点", "All points")),
        ),
        period=period,
        columns=columns,
        lines=tuple(
            NamedLine(
                names[place.place],
                words.area(names[place.place].area_code),
                place_line(place, columns, _sum(air, place)),
            )
            for place in period.stations
        ),
        area_line=place_line(period.area, columns, _sum(air, period.area)),
        measures=measure_lines(period.area, before.area, phases),
        phases=phases,
        editions=_area_days(air, days),
        citation=_citation(air, date(year, 12, 31)),
        decisions=len(dust),
        recorded=len(_dust(decisions, chosen)),
        rows_used=int(days.valid.sum()),
        snapshot=air.snapshot,
        synthetic=any(point.synthetic for point in chosen),
    )


def _citation(air: Air, day: date) -> Text:
    """Return where the evaluation rules of a day are written."""
    records = [record for record in air.pack.all(EvaluationRecord) if record.holds_on(day)]
    return records[0].citation if records else Text("—", "—")


def _years(air: Air, firsts: Sequence[datetime]) -> tuple[int, ...]:
    return tuple(range(air.day.year, day_of(min(firsts)).year - 1, -1))


def _last_full(air: Air, years: Sequence[int]) -> int:
    """Return the last year that is over at the moment, else the first there is."""
    return next((year for year in years if date(year, 12, 31) <= air.full_day), years[0])


def _year_days(air: Air, ids: tuple[str, ...], year: int) -> DayGrid:
    last = max(min(date(year, 12, 31), air.full_day), date(year, 1, 1))
    return air.days(ids, date(year, 1, 1), last)


def _dust(decisions: Sequence[SandDustDecision], points: Sequence[Point]) -> tuple[Dust, ...]:
    """Return the official decisions as the pure core takes them, for the points of the page."""
    return tuple(
        Dust(
            first=decision.first_hour,
            last=decision.last_hour,
            factors=tuple(Factor(name) for name in decision.factors),
            stations=_concerned(decision, points),
            status="official",
            reference=decision.reference,
        )
        for decision in decisions
        if decision.status == SandDustDecision.Status.OFFICIAL and _concerned(decision, points)
    )


def _concerned(decision: SandDustDecision, points: Sequence[Point]) -> tuple[str, ...]:
    """Return those of the points that a decision names, by itself or by their area."""
    if decision.points:
        return tuple(point.pk for point in points if point.pk in decision.points)
    return tuple(point.pk for point in points if point.area_code.startswith(decision.area_code))


@lru_cache(maxsize=16)
def _kept(_key: tuple[object, ...]) -> dict[str, PeriodEvaluation]:
    return {}


def _evaluated(air: Air, days: DayGrid, year: int) -> PeriodEvaluation:
    """Evaluate a year, once per state of the lake and of the decisions."""
    kept = _kept((air.snapshot, days.stations, year, days.last_day, int(days.valid.sum())))
    if "done" not in kept:
        kept["done"] = evaluate(days, year, air.rules.evaluation(date(year, 12, 31)))
    return kept["done"]


def _sum(air: Air, place: PlaceEvaluation) -> Decimal | None:
    """Return the composite index of the city ranking, None where a statistic is missing."""
    means = {factor: found.mean.exact for factor, found in place.factors.items() if found.mean}
    percentiles = {factor: found.percentile.exact for factor, found in place.factors.items() if found.percentile}
    try:
        return composite_index(means, percentiles, air.rules.composite("ranking")).index
    except (AirQualityError, KeyError):
        return None


def _area_days(air: Air, days: DayGrid) -> tuple[EditionDays, ...]:
    """Return the station-days by level under each edition."""
    indices = air.indices(days)
    per_station = [by_edition(indices, station) for station in range(len(days.stations))]
    return tuple(_together(rows) for rows in zip(*per_station, strict=True))


def _together(rows: Sequence[EditionDays]) -> EditionDays:
    counts = tuple(sum(row.levels.counts[level] for row in rows) for level in range(len(rows[0].levels.counts)))
    return EditionDays(rows[0].edition, type(rows[0].levels)(counts, sum(row.levels.without for row in rows)))


def year_span(year: int) -> tuple[datetime, datetime]:
    """Return the instants (UTC) at which a Beijing year begins and ends."""
    return beijing_day(date(year, 1, 1)), beijing_day(date(year, 12, 31) + timedelta(days=1))
