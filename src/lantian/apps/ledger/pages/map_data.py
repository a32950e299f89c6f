"""A ledger on the map: GeoJSON of what a question finds, never more than a map can carry."""

from typing import Any

from django.db.models import Avg, Count, F, IntegerField
from django.db.models.functions import Cast
from shapely.geometry import mapping, shape

from lantian.apps.ledger.models.sources import CELLS_A_DEGREE, SourceQuerySet
from lantian.policy.records_ledger import Kind

MOST_MARKS = 2000
MOST_SHAPES = 400
"""Geometries drawn in full; of more, the points stand for them."""
TOLERANCE = 0.00003
"""Degrees, about three metres: below a pixel at the map's largest scale."""
GRID = 64
"""Cells across the window when marks are gathered."""
WINDOW = 0.4
"""Degrees across the district when no window is given."""


def map_answer(kind: Kind, found: SourceQuerySet, box: str) -> dict[str, Any]:
    """Return features within a window (west,south,east,north in degrees); too many are gathered on a grid."""
    placed = found.filter(longitude__isnull=False)
    window = _window(box)
    if window:
        west, south, east, north = window
        placed = placed.filter(longitude__range=(west, east), latitude__range=(south, north))
    rows = list(placed.order_by().values_list("pk", "code", "name", "state", "longitude", "latitude")[: MOST_MARKS + 1])
    if len(rows) > MOST_MARKS:
        return _gathered(placed, (window[2] - window[0] if window else WINDOW) / GRID)
    features = [_mark(row, kind) for row in rows]
    if kind.geometry != "point" and len(rows) <= MOST_SHAPES:
        features += _shapes(placed)
    return {"type": "FeatureCollection", "total": len(rows), "gathered": False, "features": features}


def _window(box: str) -> tuple[float, float, float, float] | None:
    try:
        west, south, east, north = (float(part) for part in box.split(","))
    except ValueError:
        return None
    fits = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if fits else None


def _mark(row: tuple[Any, ...], kind: Kind) -> dict[str, Any]:
    key, code, name, state, longitude, latitude = row
    known = kind.state(state)
    properties = {"code": f"~{key}" if "/" in code else code, "name": name, "working": bool(known and known.working)}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
    }


def _shapes(placed: SourceQuerySet) -> list[dict[str, Any]]:
    """The outlines, drawn as finely as a screen can show."""
    drawn = placed.filter(geometry__isnull=False).order_by().values_list("code", "name", "geometry")[:MOST_SHAPES]
    return [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name, "outline": True},
            "geometry": mapping(shape(geometry).simplify(TOLERANCE)),
        }
        for code, name, geometry in drawn
        if geometry
    ]


def _gathered(placed: SourceQuerySet, size: float) -> dict[str, Any]:
    """Marks gathered on a grid, in one question of the database.

    A window about as wide as a district takes the cells that each entry keeps, in whose order an index stands.
    """
    if 0.5 <= size * CELLS_A_DEGREE <= 2:
        gathered: Any = placed.order_by("cell").values("cell")
    else:
        column = Cast(F("longitude") / size, IntegerField())
        line = Cast(F("latitude") / size, IntegerField())
        gathered = placed.order_by().annotate(_column=column, _line=line).values("_column", "_line")
    cells = gathered.annotate(n=Count("*"), east=Avg("longitude"), north=Avg("latitude")).values_list(
        "n", "east", "north"
    )
    features = [
        {
            "type": "Feature",
            "properties": {"n": n},
            "geometry": {"type": "Point", "coordinates": [round(east, 5), round(north, 5)]},
        }
        for n, east, north in cells
    ]
    total = sum(cell[0] for cell in cells)
    return {"type": "FeatureCollection", "total": total, "gathered": True, "features": features}
