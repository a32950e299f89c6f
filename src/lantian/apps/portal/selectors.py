"""What the overview reads: points, areas and the last import from the records, then the lake in a few small reads."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from shapely.geometry import Point as Position
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from lantian.airquality.grid import DayGrid
from lantian.airquality.spatial import area_series
from lantian.apps.alarms.selectors.latest import LatestAlarms, latest_alarms
from lantian.apps.alarms.selectors.words import words
from lantian.apps.cases.selectors.todo import ToDo, todo
from lantian.apps.portal.overview.assemble import Observed, Overview, assemble
from lantian.apps.portal.overview.places import Station
from lantian.apps.portal.overview.target_card import TargetCard, chosen, target_card
from lantian.apps.telemetry.air import lake_at
from lantian.apps.telemetry.district import District, Street, district_of
from lantian.apps.telemetry.models import ObservationImport, Point
from lantian.apps.ui.as_of import AsOf
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.lake import Lake, Snapshot
from lantian.policy.air import AirRules, air_rules
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.policy.records_plan import PointGroup, Target

HISTORY_YEARS = 8
"""How many past years the projection may draw from."""

TO_DO = 12
"""How many steps the to-do card lists."""

Reader = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Page:
    """What one request of the overview has: overview is None while there is nothing to show at the moment."""

    as_of: AsOf
    district: District
    overview: Overview | None
    snapshot: Snapshot
    stations: int
    last_import: ObservationImport | None
    alarms: LatestAlarms
    todo: ToDo


@lru_cache(maxsize=4)
def pack(name: str) -> Pack:
    """Return the pack of the settings, read once per process."""
    return load_pack(name)


@lru_cache(maxsize=4)
def rules(name: str) -> AirRules:
    """Return the air standards of a pack."""
    return air_rules(pack(name))


def lake() -> Lake:
    """Return the lake of the settings."""
    return lake_at(settings.LAKE_URL)


def page(as_of: AsOf, reader: Reader) -> Page:
    """Return everything that the overview shows at a moment; everything of the lake is cached by snapshot."""
    district = district_of(pack(settings.PACK))
    day = day_of(as_of.instant - timedelta(hours=1))
    stations = stations_of(district, Point.objects.visible_to(reader).on(day))
    snapshot = lake().snapshot(as_of.known_at)
    overview = _overview(
        Moment(as_of.instant, as_of.known_at, snapshot.id, settings.LAKE_URL), district.code, district.streets, stations
    )
    last_import = ObservationImport.objects.visible_to(reader).latest_first().first()
    moment = as_of.now if as_of.live else as_of.instant
    alarms, mine = latest_alarms(reader, words(), moment), todo(reader, moment, TO_DO)
    return Page(as_of, district, overview, snapshot, len(stations), last_import, alarms, mine)


# Places -------------------------------------------------------------------------------------------------------


def stations_of(district: District, points: Any) -> tuple[Station, ...]:
    """Return the stations of the city, the district's own first; each stands in the street whose border holds it."""
    grounds = [(street, shape(district.shapes[street.code])) for street in district.streets]
    found = [_station(point, district, grounds) for point in points]
    return tuple(sorted(found, key=lambda station: (station.district != district.code, station.id)))


def _station(point: Point, district: District, grounds: list[tuple[Street, BaseGeometry]]) -> Station:
    area, name = point.area_code, Text("", "")
    if point.area_code.startswith(district.code):
        place = Position(point.longitude or 0, point.latitude or 0)
        named = next((street for street, _ in grounds if street.code == point.area_code), None)
        street = named or next((street for street, ground in grounds if ground.contains(place)), None)
        area, name = (street.code, street.name) if street else (district.code, district.name)
    return Station(
        id=point.id,
        name=Text(point.name_zh, point.name_en or point.name_zh),
        area=area,
        area_name=name,
        district=point.area_code[:6],
        longitude=point.longitude,
        latitude=point.latitude,
        evaluated=point.evaluated,
        synthetic=point.synthetic,
    )


# Observations ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moment:
    """What a read of the lake depends on; equal moments of one snapshot give equal pages."""

    instant: datetime
    known_at: datetime | None
    snapshot: str
    lake: str


@lru_cache(maxsize=24)
def _overview(
    moment: Moment, district: str, streets: tuple[Street, ...], stations: tuple[Station, ...]
) -> Overview | None:
    if not any(station.district == district for station in stations):
        return None
    seen = _observed(moment, district, streets, stations)
    if not (seen.hours.micro >= 0).any() and not seen.days.count.any():
        return None
    air = rules(settings.PACK)
    return assemble(seen, air, _target(moment, seen, air))


def _observed(moment: Moment, district: str, streets: tuple[Street, ...], stations: tuple[Station, ...]) -> Observed:
    source, names = lake(), tuple(station.id for station in stations)
    today = day_of(moment.instant - timedelta(hours=1))
    over = day_of(moment.instant) - timedelta(days=1)
    hours = source.hour_grid(first=today - timedelta(days=2), last=today, points=names, as_of=moment.known_at)
    first = min(date(today.year, 1, 1), over - timedelta(days=6))
    days = source.day_grid(first=first, last=max(over, first), points=names, as_of=moment.known_at)
    return Observed(district, streets, stations, moment.instant, hours, days)


def _target(moment: Moment, seen: Observed, air: AirRules) -> TargetCard | None:
    plan = pack(settings.PACK)
    record = chosen([t for t in plan.all(Target) if t.area == seen.district], seen.last_day.year)
    if record is None:
        return None
    group = plan.find(PointGroup, record.point_group) if record.point_group else None
    voices = _voices(seen, group)
    history = _history(moment, seen, voices, record.base_year)
    series = area_series(history, air.evaluation(seen.last_day), seen.district)
    return target_card(record, series, seen.last_day, air, tuple(voice.name for voice in voices))


def _voices(seen: Observed, group: PointGroup | None) -> tuple[Station, ...]:
    """Return the stations that the target names, or those that speak for the district where none of them is there."""
    named = tuple(station for station in seen.own if group and station.id in group.points)
    return named or tuple(station for station in seen.own if station.evaluated) or seen.own


def _history(moment: Moment, seen: Observed, voices: tuple[Station, ...], base_year: int | None) -> DayGrid:
    year = seen.last_day.year
    first = date(min(year - HISTORY_YEARS, base_year or year), 1, 1)
    names = tuple(voice.id for voice in voices)
    return lake().day_grid(first=first, last=seen.last_day, points=names, as_of=moment.known_at)
