"""Figures of the air (空气数据): a period, the same days a year before, the period before, and the year to date.

Statistics are those of HJ 663 over the district's daily series, without days of sand dust in means of particles; the
index of a day (HJ 633) is that of the same series with all days. All is computed from a snapshot's facts and the pack.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

import numpy as np

from lantian.airquality.composite import composite_index
from lantian.airquality.errors import AirQualityError
from lantian.airquality.evaluation import (
    EvaluationRules,
    FactorEvaluation,
    PlaceEvaluation,
    evaluate,
    evaluate_series,
)
from lantian.airquality.grid import DayGrid
from lantian.airquality.index import Edition, daily_index
from lantian.airquality.index_arrays import NONE, IndexGrid, daily_index_grid
from lantian.airquality.period import Period as Days
from lantian.airquality.sanddust import exclude_days
from lantian.airquality.spatial import DaySeries, area_series, station_series
from lantian.apps.assessment.reports.facts import Air, Station
from lantian.apps.assessment.reports.printed import Printed, plain
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.periods import Period
from lantian.kernel.plurals import counted
from lantian.kernel.rounding import half_even
from lantian.policy.air import AirRules
from lantian.policy.bulletin_names import FACTORS, LEVELS, MEASURES, SCOPES
from lantian.policy.records import Record
from lantian.policy.records_air import EvaluationRecord, IndexEditionRecord

R = TypeVar("R", bound=Record)
GOOD, HEAVY = 2, 5
"""优良天: days up to the first; 重污染天: from the second on."""
PERCENTILES = (Factor.CO, Factor.O3)
"""Items of which a percentile is told instead of a mean."""
PARTICLES = (Factor.PM25, Factor.PM10)


@dataclass(frozen=True)
class IndexDay:
    """A day's index; None and level 0 where there is none."""

    day: date
    index: int | None
    level: int
    name: str
    colour: str
    primary: tuple[Factor, ...]


@dataclass(frozen=True)
class AirFigures:
    """The air of a period by the pack's standards."""

    air: Air
    period: Period
    rules: AirRules
    kept: dict[Days, PlaceEvaluation] = field(default_factory=dict)

    # --- spans

    @cached_property
    def spans(self) -> Mapping[str, Days]:
        """The days of each scope."""
        then = Period(self.period.span, self.period.year - 1, self.period.number)
        before = self.period.previous
        return {
            "": Days(self.period.first, self.period.last),
            "_last_year": Days(then.first, then.last),
            "_previous": Days(before.first, before.last),
            "_ytd": Days(date(self.period.year, 1, 1), self.period.last),
            "_ytd_last_year": Days(date(then.year, 1, 1), then.last),
        }

    @cached_property
    def evaluation(self) -> EvaluationRules:
        """The rules in force at the end of the period."""
        return self.rules.evaluation(self.period.last)

    @cached_property
    def counted(self) -> DayGrid:
        """Daily means of the evaluated stations, days of sand dust not valid for particles."""
        return exclude_days(self._own, self.air.dust)

    @cached_property
    def _own(self) -> DayGrid:
        return self.air.days.of_stations(tuple(one.id for one in self.air.evaluated))

    def over(self, days: Days) -> PlaceEvaluation:
        """Return the district's statistics of a span, computed once."""
        if days not in self.kept:
            rules = self.evaluation
            series = area_series(self.counted.between(days.first, days.last), rules, self.air.area)
            self.kept[days] = evaluate_series(series, days, rules)
        return self.kept[days]

    @cached_property
    def of_stations(self) -> Mapping[str, PlaceEvaluation]:
        """All stations in the period, also those that do not count."""
        grid = exclude_days(self.air.days, self.air.dust)
        found = evaluate(grid, self.spans[""], self.evaluation)
        return {one.place: one for one in found.stations}

    # --- the index of days

    @cached_property
    def series(self) -> DaySeries:
        """The district's daily series with all days."""
        return area_series(self._own, self.evaluation, self.air.area)

    @cached_property
    def index_days(self) -> tuple[IndexDay, ...]:
        """The index of every day that the facts hold."""
        return tuple(self._indexed(self.series, self.series.first_day, self.series.days))

    def within(self, days: Days) -> tuple[IndexDay, ...]:
        """Return the days of a span."""
        start = (days.first - self.series.first_day).days
        return self.index_days[max(start, 0) : max(start + days.days, 0)]

    def value(self, factor: Factor, day: date) -> Fraction | None:
        """Return the district's exact daily value; None where not valid."""
        return self.series.value(factor, day)

    def _indexed(self, series: DaySeries, first: date, days: int) -> Iterator[IndexDay]:
        """Return the index of days that follow each other, each by the edition of its date."""
        whole = series.numerator.dtype == np.int64
        grid = series.as_grid() if whole else None
        found: dict[str, IndexGrid] = {}
        for day in (first + timedelta(days=offset) for offset in range(days)):
            edition = self._edition(day)
            if grid is None:
                yield _scalar(series, day, edition)
                continue
            if edition.name not in found:
                found[edition.name] = daily_index_grid(grid, edition)
            yield _looked_up(series, found[edition.name], day, edition)

    def _edition(self, day: date) -> Edition:
        begun = [one for one in self.rules.editions if one.valid_from is None or one.valid_from <= day]
        return begun[-1] if begun else self.rules.editions[0]

    @property
    def edition(self) -> Edition:
        """The index edition at the end of the period."""
        return self._edition(self.period.last)

    def station_days(self, station: Station) -> tuple[IndexDay, ...]:
        """Return the index of a station's days in the period."""
        series, span = station_series(self.air.days, station.id), self.spans[""]
        return tuple(self._indexed(series, span.first, span.days))

    # --- figures

    @cached_property
    def figures(self) -> Mapping[str, Printed]:
        """Every measure in every scope, by name."""
        return {one.key: one for scope in SCOPES for one in self._of_scope(scope)}

    @property
    def known(self) -> bool:
        """Whether the period has any valid day."""
        return any(one.mean is not None for one in self.over(self.spans[""]).factors.values())

    def factor(self, name: str, scope: str = "") -> FactorEvaluation:
        """Return an item's statistics of the district."""
        return self.over(self.spans[scope]).factors[Factor(FACTORS[name])]

    def _of_scope(self, scope: str) -> Iterator[Printed]:
        place = self.over(self.spans[scope])
        for name, factor in FACTORS.items():
            yield self.statistic(
                place.factors[Factor(factor)], f"{name}{scope}", _label(name, scope), self._source(scope)
            )
        yield self.composite(place, f"composite{scope}", _label("composite", scope), self._source(scope))
        yield from self._counts(scope)

    def statistic(self, found: FactorEvaluation, key: str, label: Text, source: Text) -> Printed:
        """Return an item's statistic as printed: the mean, of CO and O3 the percentile."""
        rules, ranked = self.evaluation, found.factor in PERCENTILES
        statistic, days = found.percentile if ranked else found.mean, found.validity.valid_days
        unit, decimals = found.factor.unit, rules.published_decimals[found.factor]
        if statistic is None:
            return Printed(
                key, label, "", None, unit, Text("没有有效日均值", "there is no valid day"), source, self.basis
            )
        text = str(half_even(statistic.exact, decimals))
        if ranked:
            rank = plain(found.percentile_rank * 100)
            how = Text(
                f"{days} 个有效日评价值升序排列，第 {rank} 百分位内插得 {plain(statistic.exact)}，修约为 {text}",
                f"{counted(days, 'valid day')} in order; the {rank}th percentile is {plain(statistic.exact)}, "
                f"printed {text}",
            )
        else:
            total = plain(statistic.exact * days)
            how = Text(
                f"{days} 个有效日均值之和 {total} ÷ {days} = {plain(statistic.exact)}，修约为 {text}",
                f"sum of {counted(days, 'valid daily mean')} {total} ÷ {days} = {plain(statistic.exact)}, "
                f"printed {text}",
            )
        return Printed(key, label, text, statistic.exact, unit, how, source, self.basis)

    def composite(self, place: PlaceEvaluation, key: str, label: Text, source: Text) -> Printed:
        """Return the composite index; none while a statistic is missing."""
        means = {factor: one.mean.exact for factor, one in place.factors.items() if one.mean}
        high = {factor: one.percentile.exact for factor, one in place.factors.items() if one.percentile}
        rules = self.rules.composite("ranking")
        try:
            found = composite_index(means, high, rules)
        except AirQualityError:
            return Printed(key, label, "", how=Text("有项目没有统计值", "a statistic is missing"), source=source)
        zh = " + ".join(f"{plain(found.single[factor])}（{factor.value}）" for factor in rules.terms)
        en = " + ".join(f"{plain(found.single[factor])} ({factor.value})" for factor in rules.terms)
        how = Text(f"{zh} = {plain(found.exact)}", f"{en} = {plain(found.exact)}")
        basis = next((one.citation for one in self._records(EvaluationRecord)), Text("", ""))
        return Printed(key, label, str(found.index), found.exact, "", how, source, basis)

    def _counts(self, scope: str) -> Iterator[Printed]:
        days = self.within(self.spans[scope])
        levels = Counter(one.level for one in days if one.index is not None)
        valid, source = sum(levels.values()), self._source(scope)
        good = sum(count for level, count in levels.items() if level <= GOOD)
        heavy = sum(count for level, count in levels.items() if level >= HEAVY)

        def count(name: str, number: int, how: Text) -> Printed:
            exact = Fraction(number) if valid else None
            text = str(number) if valid else ""
            return Printed(f"{name}{scope}", _label(name, scope), text, exact, "天", how, source, self.index_basis)

        yield count("valid_days", valid, Text(f"{len(days)} 天中有指数的天数", f"days with an index of {len(days)}"))
        yield count("good_days", good, Text("指数为 1、2 级的天数", "days of levels 1 and 2"))
        yield count("heavy_days", heavy, Text("指数为 5、6 级的天数", "days of levels 5 and 6"))
        for level in LEVELS:
            yield count(f"days_level{level}", levels[level], Text(f"指数为 {level} 级的天数", f"days of level {level}"))
        rate = Fraction(good * 100, valid) if valid else None
        how = f"{good} ÷ {valid} × 100" if valid else "—"
        text = "" if rate is None else str(half_even(rate, 1))
        label = _label("good_rate", scope)
        yield Printed(f"good_rate{scope}", label, text, rate, "%", Text(how, how), source, self.index_basis)

    # --- where from

    @property
    def points(self) -> str:
        """Names of the stations that count."""
        return "、".join(one.zh for one in self.air.evaluated)

    def _source(self, scope: str) -> Text:
        days = self.spans[scope]
        english = ", ".join(one.en for one in self.air.evaluated)
        return Text(
            f"{self.points} {days.first} 至 {days.last} 逐日均值；数据湖 {self.air.lake}",
            f"daily means of {english}, {days.first} to {days.last}; lake {self.air.lake}",
        )

    @cached_property
    def basis(self) -> Text:
        """The standard by which the period is evaluated."""
        return next((one.citation for one in self._records(EvaluationRecord)), Text("", ""))

    @property
    def standard(self) -> str:
        """The standard by its title, as a sentence quotes it."""
        found = self._records(EvaluationRecord)
        return f"《{found[0].zh}》（{found[0].standard}）" if found else ""

    @cached_property
    def index_basis(self) -> Text:
        """The standard of the index."""
        return next((one.citation for one in self._records(IndexEditionRecord)), Text("", ""))

    def _records(self, kind: type[R]) -> list[R]:
        return [one for one in self.rules.pack.all(kind) if one.holds_on(self.period.last)]


def _label(name: str, scope: str) -> Text:
    when, what = SCOPES[scope], MEASURES[name]
    return Text(f"{when.zh}{what.zh}", f"{what.en}, {when.en}")


def _looked_up(series: DaySeries, grid: IndexGrid, day: date, edition: Edition) -> IndexDay:
    at = (day - series.first_day).days
    valid = series.valid[[series.factors.index(factor) for factor in grid.factors], at]
    if bool((valid & (grid.iaqi[0, :, at] == NONE)).any()):
        return _scalar(series, day, edition)  # beyond the scale: only the scalar form tells it from a gap
    published = int(grid.published[0, at])
    return _index_day(day, None if published == NONE else published, grid.primary_of(0, at), edition)


def _scalar(series: DaySeries, day: date, edition: Edition) -> IndexDay:
    values = {items[0]: series.value(factor, day) for factor, items in edition.daily_items.items()}
    found = daily_index(values, edition)
    return _index_day(day, found.published, found.primary, edition)


def _index_day(day: date, index: int | None, primary: tuple[Factor, ...], edition: Edition) -> IndexDay:
    if index is None:
        return IndexDay(day, None, 0, "", "", ())
    level = edition.category(index)
    return IndexDay(day, index, level.level, level.name.zh, level.hex, primary)
