"""The charging page (充电服务半径): the figure by the pack's definition, the gaps on a map, the next sites."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import Any

import numpy as np
from shapely import contains_xy, union_all
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from lantian.analysis import charging
from lantian.analysis.charging import M_PER_DEGREE, Plane
from lantian.apps.accounts.models import Area, AreaKind
from lantian.apps.accounts.scope import scope_of
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.siting import Siting, best_sites
from lantian.policy.records_credential import ChargingRule

WIDTH, PAD = 760.0, 12.0
MOST_CANDIDATES = 500
SECONDS = 4.0


@dataclass(frozen=True)
class Figures:
    """The three figures side by side: radius [km], mean distance [km], share within reach."""

    sites: int
    radius_km: float | None
    mean_km: float | None
    share: float | None

    def by(self, definition: str) -> float | None:
        """The figure of one definition."""
        return {"equal-area": self.radius_km, "mean-distance": self.mean_km, "coverage": self.share}[definition]


@dataclass(frozen=True)
class Cell:
    """A square of the demand grid on the drawing; level 0 is covered, 1 to 3 ever farther."""

    x: float
    y: float
    level: int


@dataclass(frozen=True)
class Mark:
    """A site or a proposal on the drawing; street: where a proposal lies."""

    x: float
    y: float
    label: str = ""
    street: str = ""
    longitude: float = 0.0
    latitude: float = 0.0


@dataclass(frozen=True)
class Drawing:
    """The map: outlines of streets as paths, squares, sites, proposals, and the reach in drawing units."""

    width: float
    height: float
    streets: Sequence[str]
    cells: Sequence[Cell]
    cell: float
    sites: Sequence[Mark]
    proposals: Sequence[Mark]
    reach: float
    schematic: bool


@dataclass(frozen=True)
class ChargingPage:
    """Everything that the page shows."""

    rule: ChargingRule
    area_km2: float
    now: Figures
    then: Figures
    all_sites: int
    needed: int
    siting: Siting
    drawing: Drawing | None
    asked: int


@dataclass(frozen=True)
class _Ground:
    """The streets that count: shapes by code, their demand grid in degrees and in metres, their area [km²]."""

    names: tuple[str, ...]
    shapes: tuple[BaseGeometry, ...]
    latitude: float
    grid: Plane
    plane: Plane
    area_km2: float
    schematic: bool


def charging_page(person: Any, rule: ChargingRule, asked: int) -> ChargingPage:
    """Return the page for the sites that a person sees; ``asked``: how many next sites are proposed."""
    ground = _ground(person, rule)
    found = _sites(person, rule)
    positions = tuple((one.longitude, one.latitude) for one in found if one.longitude is not None and one.latitude)
    return _computed(rule, ground, positions, asked)


def _ground(person: Any, rule: ChargingRule) -> _Ground:
    """Return the streets that count and that a person's posts cover: beyond them they see no sites."""
    scope = scope_of(person)
    areas = Area.objects.of_kind(AreaKind.STREET).with_boundary().order_by("code")
    chosen = [one for one in areas if scope.covers(one.code) and (not rule.areas or one.code in rule.areas)]
    shapes = tuple(shape(one.geometry or {}) for one in chosen)
    whole = union_all(list(shapes)) if shapes else None
    latitude = float(whole.centroid.y) if whole is not None and not whole.is_empty else 0.0
    grid = _grid(whole, latitude, rule.grid_m) if whole is not None else np.empty((0, 2))
    square_m = M_PER_DEGREE**2 * cos(radians(latitude))
    area = float(whole.area) * square_m / 1e6 if whole is not None else 0.0
    plane = charging.on_plane(list(grid[:, 0]), list(grid[:, 1]), latitude)
    return _Ground(
        tuple(one.name for one in chosen), shapes, latitude, grid, plane, area, any(one.schematic for one in chosen)
    )


def _grid(whole: BaseGeometry, latitude: float, spacing_m: int) -> Plane:
    """Return the centres of the grid's squares that lie inside."""
    west, south, east, north = whole.bounds
    step_north = spacing_m / M_PER_DEGREE
    step_east = step_north / cos(radians(latitude))
    easts, norths = np.meshgrid(
        np.arange(west + step_east / 2, east, step_east), np.arange(south + step_north / 2, north, step_north)
    )
    inside = contains_xy(whole, easts.ravel(), norths.ravel())
    return np.column_stack([easts.ravel()[inside], norths.ravel()[inside]])


def _sites(person: Any, rule: ChargingRule) -> list[Source]:
    """Working sites of the places that count, by code; all of the district, for those beyond a border serve too."""
    found = Source.objects.visible_to(person).of_kind("charging-site").current().filter(state="working")
    if rule.public:
        found = found.filter(attributes__public=True)
    if rule.places:
        found = found.filter(attributes__place__in=rule.places)
    return list(found.only("code", "longitude", "latitude").order_by("code"))


def _computed(
    rule: ChargingRule, ground: _Ground, positions: tuple[tuple[float | None, float | None], ...], asked: int
) -> ChargingPage:
    longitudes = [float(one[0] or 0) for one in positions]
    latitudes = [float(one[1] or 0) for one in positions]
    sites = charging.on_plane(longitudes, latitudes, ground.latitude)
    kept = charging.distinct(sites, rule.near_m)
    inside = [
        index for index in kept if any(contains_xy(one, longitudes[index], latitudes[index]) for one in ground.shapes)
    ]
    within = float(rule.target) * 1000
    nearest = charging.nearest_m(ground.plane, sites[kept])
    siting, chosen = _proposals(ground, nearest, within, asked)
    added = ground.plane[chosen]
    after = np.minimum(nearest, charging.nearest_m(ground.plane, added))
    now = _figures(ground, len(inside), nearest, within)
    then = _figures(ground, len(inside) + len(chosen), after, within)
    needed = int(np.ceil(charging.sites_needed(ground.area_km2, float(rule.target)))) if ground.area_km2 else 0
    spots = [(longitudes[index], latitudes[index]) for index in inside]
    drawing = _drawing(ground, rule, nearest, spots, chosen) if len(ground.plane) else None
    return ChargingPage(rule, ground.area_km2, now, then, len(positions), needed, siting, drawing, asked)


def _figures(ground: _Ground, sites: int, nearest: Plane, within: float) -> Figures:
    reached = charging.reach(nearest, np.ones(len(nearest)), within)
    return Figures(sites, charging.equal_area_radius_km(ground.area_km2, sites), reached.mean_km, reached.share)


def _proposals(ground: _Ground, nearest: Plane, within: float, asked: int) -> tuple[Siting, list[int]]:
    """Choose among the squares that lie in a gap or near one; many are thinned evenly."""
    gaps = np.flatnonzero(nearest > within)
    if not len(gaps) or asked <= 0:
        return Siting((), 0.0, 0.0, 0.0), []
    pool = np.flatnonzero(charging.nearest_m(ground.plane, ground.plane[gaps]) <= within)
    pool = pool[:: max(1, -(-len(pool) // MOST_CANDIDATES))]
    found = _sited(ground.plane[gaps].tobytes(), ground.plane[pool].tobytes(), within, asked)
    return found, [int(pool[index]) for index in found.chosen]


@lru_cache(maxsize=16)
def _sited(gaps: bytes, pool: bytes, within: float, asked: int) -> Siting:
    """Solve once for the same gaps: the page is read more often than a site opens."""
    demand, candidates = (np.frombuffer(one, dtype=np.float64).reshape(-1, 2) for one in (gaps, pool))
    covered = charging.covers(demand, candidates, within)
    return best_sites(covered, np.ones(len(demand)), asked, seconds=SECONDS)


def _drawing(
    ground: _Ground, rule: ChargingRule, nearest: Plane, spots: Sequence[tuple[float, float]], chosen: Sequence[int]
) -> Drawing:
    west, south, east, north = union_all(list(ground.shapes)).bounds
    squeeze = cos(radians(ground.latitude))
    scale = (WIDTH - 2 * PAD) / max((east - west) * squeeze, (north - south) * 1.0)
    height = (north - south) * scale + 2 * PAD
    width = (east - west) * squeeze * scale + 2 * PAD

    def at(longitude: float, latitude: float) -> tuple[float, float]:
        return round((longitude - west) * squeeze * scale + PAD, 1), round((north - latitude) * scale + PAD, 1)

    within = float(rule.target) * 1000
    cell = rule.grid_m / M_PER_DEGREE * scale
    cells = [
        Cell(*at(*spot), _level(float(distance) / within)) for spot, distance in zip(ground.grid, nearest, strict=True)
    ]
    proposals = [
        Mark(*at(*ground.grid[index]), str(place), _street(ground, ground.grid[index]), *map(float, ground.grid[index]))
        for place, index in enumerate(chosen, 1)
    ]
    return Drawing(
        round(width, 1),
        round(height, 1),
        [_path(one, at) for one in ground.shapes],
        [one for one in cells if one.level],
        round(cell, 2),
        [Mark(*at(*spot)) for spot in spots],
        proposals,
        round(within / M_PER_DEGREE * scale, 1),
        ground.schematic,
    )


def _level(ratio: float) -> int:
    """How far beyond reach: 0 within, 1 up to one and a half times, 2 up to twice and a half, 3 farther."""
    return 0 if ratio <= 1 else 1 if ratio <= 1.5 else 2 if ratio <= 2.5 else 3


def _street(ground: _Ground, spot: Plane) -> str:
    return next((name for name, one in zip(ground.names, ground.shapes, strict=True) if contains_xy(one, *spot)), "")


def _path(found: BaseGeometry, at: Any) -> str:
    parts = getattr(found, "geoms", [found])
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    drawn = ["M" + "L".join("{},{}".format(*at(east, north)) for east, north in ring.coords) + "Z" for ring in rings]
    return "".join(drawn)
