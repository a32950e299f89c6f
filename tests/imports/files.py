"""Small observation files that the tests write, and a lake to load them into."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lantian.kernel.factors import Factor
from lantian.lake import Lake
from lantian.lake.imports import Layout, Loaded, Loading, layout, load
from lantian.policy.air import air_rules
from lantian.policy.reader import load_pack

NOW = datetime(2020, 7, 1, tzinfo=UTC)
"""The moment of every import of these tests."""

HEADER_35 = "station,time,PM2.5,PM10,SO2,NO2,O3,AQI,CO"
"""A file of the 35 stations: CO in mg/m³."""

HEADER_UCI = "station,time,PM2.5,PM10,SO2,NO2,CO,O3,TEMP,PRES,DEWP,RAIN,WSPM,wd"
"""A file of the twelve stations: CO in µg/m³, and weather."""

HEADER_LONG = "station,time,factor,value"


def row_35(time: str, pm25: object = 20, station: str = "东四", **other: object) -> str:
    """Return a line of a file of the 35 stations; every item that is not given is fine."""
    cells = {"PM10": 50, "SO2": 3, "NO2": 30, "O3": 80, "AQI": 40, "CO": 0.6} | other
    return ",".join(map(str, (station, time, pm25, *cells.values())))


def row_uci(time: str, values: Sequence[object], station: str = "Dongsi") -> str:
    """Return a line of a file of the twelve stations: PM2.5, PM10, SO2, NO2, CO, O3."""
    return ",".join(map(str, (station, time, *values, 20.1, 1010, 3, 0, 1.2, "NNW")))


def text_file(path: Path, lines: Iterable[str], encoding: str = "utf-8") -> Path:
    """Write lines as a file."""
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


@dataclass
class Intake:
    """A lake, and the imports into it."""

    root: Path
    asked: list[str] = field(default_factory=list)
    told: list[tuple[float, int]] = field(default_factory=list)
    announced: int = 0

    @property
    def lake(self) -> Lake:
        return Lake(self.root / "lake")

    @property
    def rejects(self) -> Path:
        return self.root / "rejects" / "import.csv"

    def load(self, path: Path, chosen: str | Layout = "beijing35") -> Loaded:
        """Import a file under a layout; names of stations are point ids."""
        return load(self.lake, self.loading(path, chosen))

    def loading(self, path: Path, chosen: str | Layout = "beijing35") -> Loading:
        return Loading(
            path=path,
            layout=layout(chosen) if isinstance(chosen, str) else chosen,
            points=self._points,
            now=NOW,
            rejects=self.rejects,
            before_first=self._announce,
            progress=lambda share, rows: self.told.append((share, rows)),
        )

    def _announce(self) -> None:
        self.announced += 1

    def _points(self, names: Sequence[str]) -> Sequence[str]:
        self.asked.extend(names)
        return [f"p-{name}" for name in names]

    def values(self, factor: Factor = Factor.PM25) -> dict[tuple[str, str], float]:
        """Return the stored values by point and start of the hour (Beijing)."""
        return {(row["point"], beijing(row["start"])): row["value"] for row in self._rows(factor)}

    def verdicts(self, factor: Factor = Factor.PM25) -> dict[str, str]:
        """Return the verdicts of the stored readings by start of the hour (Beijing)."""
        return {beijing(row["start"]): row["verdict"] for row in self._rows(factor)}

    def _rows(self, factor: Factor) -> list[dict[str, Any]]:
        """Read the files of the readings, past everything that a question to the lake would do."""
        paths = self.lake.tables["readings"].listing().paths()
        found = [row for path in paths for row in pq.ParquetFile(path).read().to_pylist()]
        return [row for row in found if row["factor"] == factor.code]

    def roll_up(self) -> None:
        """Bring hours and days up to the readings."""
        self.lake.roll_up(air_rules(load_pack("cn")).validity(NOW.date()), computed_at=NOW)

    def stored(self) -> int:
        """Return how many readings the lake holds, old versions included."""
        return sum(row["readings"] for row in self.lake.coverage().to_pylist())


def beijing(instant: datetime) -> str:
    """Write an instant as the Beijing clock shows it."""
    return f"{instant.astimezone(UTC) + timedelta(hours=8):%Y-%m-%d %H:%M}"
