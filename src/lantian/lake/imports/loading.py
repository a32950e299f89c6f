"""From a file into the lake (入库): one transaction for each batch of rows, so that a killed import can be resumed.

A batch's transaction is named by what decides its rows: the bytes of the file, the layout, the point map, the batch's
number. Importing the same file again stores nothing; a killed import goes on at the first batch that is missing.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lantian.airquality.grid import MICRO, MISSING
from lantian.lake.imports.layouts import Layout
from lantian.lake.imports.lines import VERDICTS, Cleaner, Lines
from lantian.lake.imports.opening import Opened, opened
from lantian.lake.imports.rejects import Rejects
from lantian.lake.imports.sheets import sheets
from lantian.lake.imports.stored import differing
from lantian.lake.lake import Lake
from lantian.lake.schema import HOUR_S, INSTANT, READINGS

IMPORTED = "N"
"""The device flag of imported readings: normal, as in HJ 212."""

_HOUR_US = 3_600_000_000
_BEIJING_HOURS = 8


@dataclass(frozen=True)
class Loading:
    """What an import is asked to do.

    points: turns station names into point ids, making points that are unknown; called before their first rows go in.
    before_first: called once, before the first rows of the import go in.
    now: the moment of the import (UTC). rejects: where rejects are written. progress: told share done and rows read.
    """

    path: Path
    layout: Layout
    points: Callable[[Sequence[str]], Sequence[str]]
    now: datetime
    rejects: Path | None = None
    before_first: Callable[[], object] = lambda: None
    progress: Callable[[float, int], object] = lambda *_told: None


@dataclass
class Loaded:
    """What became of a file.

    rows_read, rows_rejected, rows_duplicate: rows of the file. readings_stored, readings_known (already in the lake
    with the same value), readings_flagged: values. first, last: starts of the first and last hour (UTC).
    reasons: rejected values by reason; stations: names found; resumed: batches that an earlier run had stored.
    """

    encoding: str = ""
    rows_read: int = 0
    rows_rejected: int = 0
    rows_duplicate: int = 0
    values_rejected: int = 0
    readings_stored: int = 0
    readings_known: int = 0
    readings_flagged: int = 0
    batches: int = 0
    resumed: int = 0
    first: datetime | None = None
    last: datetime | None = None
    reasons: dict[str, int] = field(default_factory=dict)
    examples: list[dict[str, str]] = field(default_factory=list)
    stations: dict[str, str] = field(default_factory=dict)
    rejects_path: Path | None = None
    rejects_written: int = 0

    @property
    def readings(self) -> int:
        """Good values in the file."""
        return self.readings_stored + self.readings_known


def load(lake: Lake, asked: Loading, *, tag: str = "") -> Loaded:
    """Import a file; good rows go in, others into the rejects file. Raises ImportFileError and what the lake raises.

    tag: further text that decides how names become points, such as a point map; part of the transactions' name.
    """
    loaded = Loaded()
    stream = f"import:{_digest(asked.path, asked.layout.fingerprint() + tag)}"
    done = lake.tables[READINGS.name].listing().transaction(stream)
    with Rejects(asked.rejects) as rejects, opened(asked.path) as file:
        cleaner = Cleaner(asked.layout, rejects, asked.now)
        intake = _Intake(lake, asked, stream, max(done, 0), loaded)
        for lines in cleaner.clean(sheets(file, asked.layout, rejects)):
            intake.take(lines, cleaner.names)
            _report(asked, file, loaded)
        loaded.encoding = file.encoding
        _note_rejects(loaded, rejects)
    return loaded


def _report(asked: Loading, file: Opened, loaded: Loaded) -> None:
    asked.progress(file.share(), loaded.rows_read)


def _note_rejects(loaded: Loaded, rejects: Rejects) -> None:
    loaded.rows_rejected, loaded.values_rejected = rejects.rows, rejects.values
    loaded.reasons = dict(rejects.reasons)
    loaded.rejects_path, loaded.rejects_written = (rejects.path, rejects.written) if rejects.written else (None, 0)
    loaded.examples = [
        {
            "row": str(row),
            "column": column,
            "found": found,
            "reason": reason.code,
            **_texts(reason.text.zh, reason.text.en),
        }
        for row, column, found, reason in rejects.first
    ]


def _texts(zh: str, en: str) -> Mapping[str, str]:
    return {"zh": zh, "en": en}


def _digest(path: Path, options: str) -> str:
    found = hashlib.sha256(options.encode())
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()[:32]


class _Intake:
    """Stores the batches of one file, skipping those that an earlier run stored."""

    def __init__(self, lake: Lake, asked: Loading, stream: str, done: int, loaded: Loaded) -> None:
        self.lake, self.asked, self.stream, self.done, self.loaded = lake, asked, stream, done, loaded
        self.ids: list[str] = []
        self.named: set[int] = set()
        self.covered = _covered(lake)

    def take(self, lines: Lines, names: Sequence[str]) -> None:
        """Count a batch and store it unless it is there."""
        self.loaded.batches += 1
        self.loaded.rows_read += lines.read
        self.loaded.rows_duplicate += lines.duplicates
        if not len(lines.station):
            return
        self._count(lines)
        if self.loaded.batches <= self.done:
            self._name_points(lines, names)
            self.loaded.resumed += 1
            self.loaded.readings_known += int((lines.micro != MISSING).sum())
            return
        if not self.loaded.readings_stored and not self.done:
            self.asked.before_first()
            self.covered = _covered(self.lake)
        self._name_points(lines, names)
        self._store(lines)

    def _name_points(self, lines: Lines, names: Sequence[str]) -> None:
        """Ask for the points of the names that have good rows; a name in bad rows alone makes no point."""
        self.ids.extend([""] * (len(names) - len(self.ids)))
        new = [at for at in np.unique(lines.station).tolist() if at not in self.named]
        if not new:
            return
        self.named.update(new)
        for at, point in zip(new, self.asked.points([names[at] for at in new]), strict=True):
            self.ids[at] = self.loaded.stations[names[at]] = point

    def _store(self, lines: Lines) -> None:
        rows = readings(lines, self.ids, self.asked.layout)
        fresh = differing(self.lake, rows, self.covered)
        self.loaded.readings_known += rows.num_rows - fresh.num_rows
        self.loaded.readings_stored += fresh.num_rows
        if fresh.num_rows:
            source = f"{self.stream}#{self.loaded.batches}"
            self.lake.append_readings(fresh, received_at=self.asked.now, source=source)

    def _count(self, lines: Lines) -> None:
        loaded = self.loaded
        loaded.readings_flagged += int((lines.verdict[lines.micro != MISSING] > 0).sum())
        first, last = instant_of(int(lines.start.min())), instant_of(int(lines.start.max()))
        loaded.first = first if loaded.first is None else min(loaded.first, first)
        loaded.last = last if loaded.last is None else max(loaded.last, last)


def _covered(lake: Lake) -> Mapping[str, tuple[datetime, datetime]]:
    rows = lake.coverage().to_pylist()
    return {row["point"]: (row["first"], row["last"]) for row in rows}


def instant_of(hour: int) -> datetime:
    """Return the instant of an hour number (see times).

    >>> instant_of(8).isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour - _BEIJING_HOURS)


def readings(lines: Lines, points: Sequence[str], layout: Layout) -> pa.Table:
    """Return clean rows as readings of the lake, one row a value."""
    columns = [_readings_of(lines, points, layout, number) for number in range(len(layout.factors))]
    return pa.concat_tables(columns)


def _readings_of(lines: Lines, points: Sequence[str], layout: Layout, number: int) -> pa.Table:
    micro = lines.micro[:, number]
    here = np.flatnonzero(micro != MISSING)
    size = len(here)
    codes = [factor.code for factor in layout.factors]
    return pa.table(
        {
            "point": _texts_by(lines.station[here], points),
            "factor": _texts_by(np.full(size, number, dtype=np.int32), codes),
            "period_s": pa.repeat(pa.scalar(HOUR_S, pa.int32()), size),
            "start": pa.array((lines.start[here] - _BEIJING_HOURS) * _HOUR_US, pa.int64()).cast(INSTANT),
            "value": pa.array(micro[here] / MICRO, pa.float64()),
            "flag": _texts_by(np.zeros(size, dtype=np.int32), [IMPORTED]),
            "verdict": _texts_by(lines.verdict[here, number].astype(np.int32), VERDICTS),
        }
    )


def _texts_by(indices: NDArray[np.int32], texts: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(list(texts), pa.string()))
