"""A first look at a file (试读): its columns and first readings as they would be stored; nothing goes into the lake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from lantian.airquality.grid import MICRO, MISSING
from lantian.kernel.factors import Factor
from lantian.lake.imports.errors import ImportFileError
from lantian.lake.imports.layouts import Layout
from lantian.lake.imports.lines import VERDICTS, Cleaner, Lines
from lantian.lake.imports.loading import instant_of
from lantian.lake.imports.opening import opened
from lantian.lake.imports.rejects import Reason, Rejects
from lantian.lake.imports.sheets import columns_of, first_rows

LOOKED_AT = 2000
"""Rows that a look cleans; the import reads them all."""

KEPT_REJECTS = 20


@dataclass(frozen=True)
class SeenHour:
    """One clean row: station as the file names it, start of its hour (UTC), values in the factor's own unit.

    suspect: verdicts of values that are kept and marked, by factor.
    """

    station: str
    start: datetime
    values: tuple[float | None, ...]
    suspect: tuple[tuple[Factor, str], ...]


@dataclass(frozen=True)
class SeenReject:
    """A value or row that would not go in: row, column, what was found, why."""

    row: int
    column: str
    found: str
    reason: Reason


@dataclass(frozen=True)
class Look:
    """What the first rows of a file hold.

    columns: found; used: those of them that the layout reads. rows: looked at; good: of them clean.
    stations: names found. problem: why the file cannot be read at all, else None.
    """

    columns: tuple[str, ...]
    used: tuple[str, ...]
    missing: tuple[str, ...]
    encoding: str
    rows: int
    good: int
    factors: tuple[Factor, ...]
    stations: tuple[str, ...]
    hours: tuple[SeenHour, ...]
    rejects: tuple[SeenReject, ...]
    rejected: int
    problem: ImportFileError | None


def look(path: Path, chosen: Layout, now: datetime, *, shown: int = 12) -> Look:
    """Read a file's columns and first rows; a file that cannot be read is told in ``problem``, not raised."""
    columns = _columns(path, chosen)
    try:
        return _looked(path, chosen, now, (columns, shown))
    except ImportFileError as error:
        used, missing = _split(columns, chosen)
        return Look(columns, used, missing, "", 0, 0, chosen.factors, (), (), (), 0, error)


def _columns(path: Path, chosen: Layout) -> tuple[str, ...]:
    try:
        with opened(path) as file:
            return columns_of(file, chosen)
    except (ImportFileError, pa.ArrowInvalid, OSError):
        return ()


def _split(columns: Sequence[str], chosen: Layout) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns that the layout reads, and those that it needs and that are not there."""
    needed = [name for name in chosen.required() if name != chosen.time]
    parts = chosen.time_parts if chosen.time_parts and chosen.time not in columns else (chosen.time,)
    needed = [*needed[:1], *parts, *needed[1:]]
    unit = [chosen.unit] if chosen.unit in columns and chosen.unit else []
    return tuple(n for n in [*needed, *unit] if n in columns), tuple(n for n in needed if n not in columns)


def _looked(path: Path, chosen: Layout, now: datetime, asked: tuple[tuple[str, ...], int]) -> Look:
    columns, shown = asked
    used, missing = _split(columns, chosen)
    with Rejects(None, keep=KEPT_REJECTS) as rejects, opened(path) as file:
        cleaner = Cleaner(chosen, rejects, now)
        found = list(cleaner.clean(first_rows(file, chosen, rejects, LOOKED_AT)))
        encoding = file.encoding
    lines = found[0] if found else None
    listed = tuple(SeenReject(row, column, text[:60], reason) for row, column, text, reason in rejects.first)
    return Look(
        columns, used, missing, encoding,
        rows=lines.read if lines else 0,
        good=len(lines.start) if lines else 0,
        factors=chosen.factors,
        stations=tuple(cleaner.names),
        hours=_hours(lines, cleaner.names, chosen, shown) if lines else (),
        rejects=listed,
        rejected=rejects.rows,
        problem=None,
    )  # fmt: skip


def _hours(lines: Lines, names: Sequence[str], chosen: Layout, shown: int) -> tuple[SeenHour, ...]:
    return tuple(_hour(lines, at, names, chosen) for at in range(min(shown, len(lines.start))))


def _hour(lines: Lines, at: int, names: Sequence[str], chosen: Layout) -> SeenHour:
    micro = lines.micro[at].tolist()
    marked = np.flatnonzero(lines.verdict[at]).tolist()
    return SeenHour(
        names[int(lines.station[at])],
        instant_of(int(lines.start[at])),
        tuple(None if value == MISSING else value / MICRO for value in micro),
        tuple((chosen.factors[n], VERDICTS[lines.verdict[at, n]]) for n in marked if micro[n] != MISSING),
    )
