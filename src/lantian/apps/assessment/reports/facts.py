"""The facts of a month, quarter or year as plain JSON (月季年通报的事实): all that its figures are computed from.

The air is held as the daily means of each point, from 1 January of the year before to the period's last day, as exact
integers with their validity; every figure of the air follows from them by the pack's standards. Rankings and lamps are
held as they stood. Nothing is read from the record store or the lake when a bulletin is set or computed again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.grid import DayGrid
from lantian.airquality.sanddust import SandDustDecision
from lantian.apps.assessment.snapshots import Facts, SnapshotError, read, written
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.periods import Period

FORMAT = 2


@dataclass(frozen=True)
class Station:
    """A point, as it was called. evaluated: its mean counts for the district."""

    id: str
    zh: str
    en: str
    evaluated: bool


@dataclass(frozen=True)
class Air:
    """The district's air. lake: number of the lake's state; days: daily means of all stations, in their order.

    dust: official decisions of sand dust, whose days do not count in means of particles.
    """

    area: str
    zh: str
    en: str
    lake: str
    stations: tuple[Station, ...]
    days: DayGrid
    dust: tuple[SandDustDecision, ...] = ()

    @property
    def evaluated(self) -> tuple[Station, ...]:
        """The stations whose mean counts."""
        return tuple(one for one in self.stations if one.evaluated)


@dataclass(frozen=True)
class Lamp:
    """A task with its lamp, as it stood at the end of the period. due: ISO day or ""; progress: percent or "".

    document: whose article it is, "" for the pack's own plan.
    """

    number: str
    zh: str
    en: str
    article: int
    organisation: str
    organisation_name: str
    due: str
    progress: str
    colour: str
    reason_zh: str
    reason_en: str
    struck: bool
    document: str = ""


@dataclass(frozen=True)
class CityRanks:
    """Our streets in a list of the city's worst. first, last: ISO days. worst: places that the plan has notified.

    places: rank from the worst, and name.
    """

    first: str
    last: str
    worst: int
    places: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ReportFacts:
    """What a report rests on. checks: as of a weekly bulletin; rankings: as RANK writes them, by the ranking's id.

    rectification: problems that are not struck off, and those of them that are overdue; None where no ledger is kept.
    """

    record: str
    pack: str
    period: str
    known_at: datetime
    checks: Facts
    air: Air | None = None
    rankings: Mapping[str, Mapping[str, Any]] | None = None
    lamps: tuple[Lamp, ...] = ()
    rectification: tuple[int, int] | None = None
    city: tuple[CityRanks, ...] = ()
    synthetic: bool = False

    @property
    def of(self) -> Period:
        """The period."""
        return Period.read(self.period)


def report_written(facts: ReportFacts) -> dict[str, Any]:
    """Return the facts as JSON."""
    return {
        "format": FORMAT,
        "record": facts.record,
        "pack": facts.pack,
        "period": facts.period,
        "known_at": facts.known_at.isoformat(),
        "places": [[one.code, one.zh, one.en] for one in facts.checks.places],
        "checks": written(facts.checks),
        "air": _air_written(facts.air) if facts.air else None,
        "rankings": dict(facts.rankings or {}),
        "lamps": [lamp_written(one) for one in facts.lamps],
        "rectification": list(facts.rectification) if facts.rectification else None,
        "city": [[one.first, one.last, one.worst, [list(place) for place in one.places]] for one in facts.city],
        "synthetic": facts.synthetic,
    }


def lamp_written(lamp: Lamp) -> list[Any]:
    """Return a lamp as a list; without a document as before there were any: the same facts keep their number."""
    *values, document = vars(lamp).values()
    return [*values, document] if document else values


def report_read(data: Mapping[str, Any]) -> ReportFacts:
    """Read facts from JSON. Raises SnapshotError when they are of another format."""
    try:
        return _read(data)
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotError(Text(f"不是快照：{error}", f"This is no snapshot: {error}")) from error


def _read(data: Mapping[str, Any]) -> ReportFacts:
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']}")
    late = data["rectification"]
    return ReportFacts(
        record=data["record"],
        pack=data["pack"],
        period=data["period"],
        known_at=datetime.fromisoformat(data["known_at"]),
        checks=read(data["checks"]),
        air=_air_read(data["air"]) if data["air"] else None,
        rankings=data["rankings"],
        lamps=tuple(Lamp(*one) for one in data["lamps"]),
        rectification=(late[0], late[1]) if late else None,
        city=tuple(
            CityRanks(first, last, worst, tuple((rank, name) for rank, name in places))
            for first, last, worst, places in data.get("city", [])
        ),
        synthetic=bool(data["synthetic"]),
    )


# --- the air


def _air_written(air: Air) -> dict[str, Any]:
    days = air.days
    return {
        "area": [air.area, air.zh, air.en],
        "lake": air.lake,
        "stations": [[one.id, one.zh, one.en, one.evaluated] for one in air.stations],
        "first_day": days.first_day.isoformat(),
        "factors": [one.value for one in days.factors],
        "days": [[_cells(days, row, at) for at in range(len(days.factors))] for row in range(len(days.stations))],
        "dust": [
            [
                one.first.isoformat(),
                one.last.isoformat(),
                [factor.value for factor in one.factors],
                list(one.stations),
                one.reference,
            ]
            for one in air.dust
        ],
    }


def _cells(days: DayGrid, row: int, at: int) -> dict[str, Any]:
    """Write one factor of one station; totals in steps of their greatest common divisor [micro units]."""
    total = [int(one) for one in days.total[row, at]]
    step = reduce(gcd, total) or 1
    return {
        "step": step,
        "total": [one // step for one in total],
        "count": days.count[row, at].tolist(),
        "hours": days.hours[row, at].tolist(),
        "valid": "".join("1" if one else "0" for one in days.valid[row, at]),
    }


def _air_read(data: Mapping[str, Any]) -> Air:
    stations = tuple(Station(*one) for one in data["stations"])
    code, zh, en = data["area"]
    days = DayGrid(
        tuple(one.id for one in stations),
        date.fromisoformat(data["first_day"]),
        tuple(Factor(one) for one in data["factors"]),
        _laid(data["days"], lambda cell: np.array(cell["total"], dtype=np.int64) * cell["step"]),
        _laid(data["days"], lambda cell: np.array(cell["count"], dtype=np.int16)),
        _laid(data["days"], lambda cell: np.array(cell["hours"], dtype=np.int16)),
        _laid(data["days"], lambda cell: np.array([one == "1" for one in cell["valid"]], dtype=np.bool_)),
    )
    dust = tuple(
        SandDustDecision(
            datetime.fromisoformat(first), datetime.fromisoformat(last), tuple(Factor(one) for one in factors),
            tuple(points), "official", reference,
        )
        for first, last, factors, points, reference in data["dust"]
    )  # fmt: skip
    return Air(code, zh, en, data["lake"], stations, days, dust)


def _laid(rows: list[list[dict[str, Any]]], laid: Any) -> NDArray[Any]:
    return np.stack([np.stack([laid(cell) for cell in row]) for row in rows])
