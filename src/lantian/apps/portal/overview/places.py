"""Who is on the page: stations with their street, and which of them speak for the district."""

from collections.abc import Sequence
from dataclasses import dataclass

from lantian.kernel.errors import Text


@dataclass(frozen=True)
class Station:
    """A point (点位) as a page names it.

    area: code of the street or district it stands in; district: code of its district. evaluated: speaks for its
    district; synthetic: its data are made up.
    longitude, latitude: degrees, WGS-84; None where unknown, then it counts but is not on the map.
    """

    id: str
    name: Text
    area: str
    area_name: Text
    district: str
    longitude: float | None
    latitude: float | None
    evaluated: bool
    synthetic: bool


def rows_of(names: Sequence[str], wanted: Sequence[Station]) -> tuple[int, ...]:
    """Return the grid rows of some stations, in their order; a station that the grid does not have is left out."""
    index = {name: row for row, name in enumerate(names)}
    return tuple(index[station.id] for station in wanted if station.id in index)


def speaking(stations: Sequence[Station]) -> tuple[Station, ...]:
    """Return the stations whose mean is the district's: those that are evaluated, or all where none is."""
    return tuple(station for station in stations if station.evaluated) or tuple(stations)
