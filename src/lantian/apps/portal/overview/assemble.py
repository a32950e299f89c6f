"""The overview, put together from what was read; every number on the page comes from here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property

import numpy as np

from lantian.airquality.evaluation_rules import EvaluationRules
from lantian.airquality.grid import MISSING, DayGrid, HourGrid
from lantian.airquality.index import Edition
from lantian.airquality.spatial import DaySeries, area_series
from lantian.apps.portal.overview.calendar import YearCalendar, year_calendar
from lantian.apps.portal.overview.hours import HourIndex, column_ending, curve, last_column, place_hour
from lantian.apps.portal.overview.places import Station, rows_of, speaking
from lantian.apps.portal.overview.quality import Quality, quality
from lantian.apps.portal.overview.ranking import Place, Ranking, place_among, ranking
from lantian.apps.portal.overview.target_card import TargetCard
from lantian.apps.telemetry.district import Street
from lantian.kernel.factors import SIX, Factor
from lantian.kernel.instants import day_of
from lantian.policy.air import AirRules

MAP_FACTORS = (Factor.PM25, Factor.PM10, Factor.NO2, Factor.O3)
"""What the map and the ranking switch between."""
CURVE_HOURS = 48
RANKED_DAYS = 7
FEW_STREETS = 8
"""With fewer streets than this that have a point, stations are ranked instead."""


@dataclass(frozen=True)
class Observed:
    """What was read: the district's stations first, then the city's others; hours and days hold them in this order.

    moment: end (UTC) of the hour shown; hours reach two days back from it. days: the moment's year up to its last
    whole day, all stations.
    """

    district: str
    streets: tuple[Street, ...]
    stations: tuple[Station, ...]
    moment: datetime
    hours: HourGrid
    days: DayGrid

    @property
    def own(self) -> tuple[Station, ...]:
        """The district's stations that have any value this year or in the last two days."""
        return tuple(s for s in self.stations if s.district == self.district and s.id in self._heard)

    @cached_property
    def _heard(self) -> frozenset[str]:
        names = self.hours.stations
        heard = set(np.argwhere(self.hours.micro != MISSING)[:, 0].tolist())
        heard |= set(np.argwhere(self.days.count > 0)[:, 0].tolist())
        return frozenset(names[row] for row in heard)

    @property
    def last_day(self) -> date:
        """The last day that is over at the moment."""
        return day_of(self.moment) - timedelta(days=1)


@dataclass(frozen=True)
class StationHour:
    """A station's last hour with a value, None without any; late: hours it lies behind the moment."""

    station: Station
    hour: HourIndex | None
    late: int


@dataclass(frozen=True)
class Overview:
    """All that the overview and the wall say; ``street_hours`` holds the streets that have stations."""

    moment: datetime
    edition: Edition
    rules: EvaluationRules
    speaking: tuple[Station, ...]
    district: HourIndex
    rank: tuple[int, int] | None
    stations: tuple[StationHour, ...]
    street_hours: Mapping[str, HourIndex]
    rankings: Mapping[Factor, Ranking]
    ranks_streets: bool
    series: DaySeries
    calendar: YearCalendar
    quality: Quality
    curve: tuple[Fraction | None, ...]
    target: TargetCard | None

    @property
    def synthetic(self) -> bool:
        """Whether any station shown holds made-up data."""
        return any(shown.station.synthetic for shown in self.stations)


def assemble(seen: Observed, air: AirRules, target: TargetCard | None) -> Overview:
    """Put the overview together; the hour's edition and rules are those of the moment's day."""
    day = day_of(seen.moment - timedelta(hours=1))
    edition, rules = air.edition(day), air.evaluation(day)
    column = column_ending(seen.hours, seen.moment)
    voices = speaking(seen.own)
    rows = rows_of(seen.hours.stations, voices)
    ranked, by_street = _ranked_places(seen)
    series = area_series(seen.days.of_stations(tuple(station.id for station in voices)), rules, seen.district)
    return Overview(
        moment=seen.moment,
        edition=edition,
        rules=rules,
        speaking=voices,
        district=place_hour(seen.hours, rows, column, edition, rules),
        rank=_district_rank(seen, column, edition, rules),
        stations=tuple(_station_hour(seen, station, column, edition, rules) for station in seen.own),
        street_hours=_street_hours(seen, column, edition, rules),
        rankings={factor: _ranking(seen, ranked, factor) for factor in MAP_FACTORS},
        ranks_streets=by_street,
        series=series,
        calendar=year_calendar(series, day.year, seen.last_day, air.edition),
        quality=quality(_own_hours(seen), seen.own, column),
        curve=curve(seen.hours, rows, Factor.PM25, range(max(column - CURVE_HOURS + 1, 0), column + 1), rules),
        target=target,
    )


def _own_hours(seen: Observed) -> HourGrid:
    rows = list(rows_of(seen.hours.stations, seen.own))
    names = tuple(seen.hours.stations[row] for row in rows)
    places = [seen.hours.factors.index(factor) for factor in SIX if factor in seen.hours.factors]
    factors = tuple(seen.hours.factors[place] for place in places)
    return HourGrid(names, seen.hours.first_day, factors, seen.hours.micro[rows][:, places])


def _station_hour(
    seen: Observed, station: Station, column: int, edition: Edition, rules: EvaluationRules
) -> StationHour:
    row = seen.hours.stations.index(station.id)
    last = last_column(seen.hours, row, column)
    if last is None:
        return StationHour(station, None, column)
    return StationHour(station, place_hour(seen.hours, (row,), last, edition, rules), column - last)


def _street_hours(seen: Observed, column: int, edition: Edition, rules: EvaluationRules) -> dict[str, HourIndex]:
    found = {street.code: _standing_in(seen, street.code) for street in seen.streets}
    return {code: place_hour(seen.hours, rows, column, edition, rules) for code, rows in found.items() if rows}


def _standing_in(seen: Observed, code: str) -> tuple[int, ...]:
    return rows_of(seen.hours.stations, [station for station in seen.own if station.area == code])


def _district_rank(seen: Observed, column: int, edition: Edition, rules: EvaluationRules) -> tuple[int, int] | None:
    found: dict[str, int] = {}
    for district in dict.fromkeys(station.district for station in seen.stations):
        members = [station for station in seen.stations if station.district == district and station.evaluated]
        rows = rows_of(seen.hours.stations, members)
        index = place_hour(seen.hours, rows, column, edition, rules).index.published if rows else None
        if index is not None:
            found[district] = index
    return place_among(found, seen.district)


def _ranked_places(seen: Observed) -> tuple[tuple[Place, ...], bool]:
    """Return the streets with their stations, or all stations where few streets have one."""
    rows = {street: rows_of(seen.days.stations, _members(seen, street)) for street in seen.streets}
    streets = tuple(Place(street.code, street.short, found) for street, found in rows.items() if found)
    if len(streets) >= FEW_STREETS:
        return streets, True
    index = {name: row for row, name in enumerate(seen.days.stations)}
    return tuple(Place(s.id, s.name, (index[s.id],)) for s in seen.stations if s.id in index), False


def _members(seen: Observed, street: Street) -> Sequence[Station]:
    return [station for station in seen.own if station.area == street.code]


def _ranking(seen: Observed, places: Sequence[Place], factor: Factor) -> Ranking:
    return ranking(seen.days, places, factor, seen.last_day - timedelta(days=RANKED_DAYS - 1), seen.last_day)
