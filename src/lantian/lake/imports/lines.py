"""Clean hours out of batches of columns (清洗): stations, hours, values in the factor's unit, what is suspect."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lantian.airquality.grid import MICRO, MISSING
from lantian.kernel.factors import Factor
from lantian.lake.imports.errors import ImportFileError
from lantian.lake.imports.layouts import Layout, factor_of, known_units, plausible, unit_ratio
from lantian.lake.imports.rejects import NO_STATION, UNKNOWN_FACTOR, UNKNOWN_UNIT, Reason, Rejects, duplicate
from lantian.lake.imports.seen import Seen
from lantian.lake.imports.sheets import Sheet
from lantian.lake.imports.times import hours_of
from lantian.lake.imports.values import converted, micro_of

MOST_STATIONS = 20_000

FINE, BEYOND_RANGE, PM_INVERTED = 0, 1, 2
VERDICTS = ("ok", "suspect-range", "suspect-pm25-above-pm10")
"""The verdict of a value by its number above."""


@dataclass(frozen=True)
class Lines:
    """Clean rows of a batch.

    station: ``[row]`` index into the names seen so far; start: ``[row]`` hour number (see times).
    micro: ``[row, factor]`` micro units of the factor, MISSING where absent; verdict: ``[row, factor]``.
    duplicates: rows of the batch that repeat an earlier one; read: rows of the batch.
    """

    station: NDArray[np.int32]
    start: NDArray[np.int64]
    micro: NDArray[np.int64]
    verdict: NDArray[np.uint8]
    read: int
    duplicates: int


class Cleaner:
    """Cleans one file's batches in order; remembers station names and the keys that came before."""

    def __init__(self, chosen: Layout, rejects: Rejects, now: datetime) -> None:
        self.layout = chosen
        self.rejects = rejects
        self.now = now
        self.names: list[str] = []
        self._number: dict[str, int] = {}
        self._seen = Seen(len(chosen.factors) if chosen.long else 1)

    def clean(self, batches: Iterator[Sheet]) -> Iterator[Lines]:
        """Yield the clean rows of each batch, and count its rejected rows."""
        for sheet in batches:
            lines = self._cleaned(sheet)
            self.rejects.close_batch()
            yield lines

    def _cleaned(self, sheet: Sheet) -> Lines:
        hours = hours_of(sheet, self.layout, self.now, self.rejects)
        station = self._stations(sheet)
        micro, slot = self._long(sheet) if self.layout.long else self._wide(sheet)
        good = hours.good & (station >= 0) & (slot >= 0) & (micro != MISSING).any(axis=1)
        station, start, micro, slot, rows = station[good], hours.start[good], micro[good], slot[good], sheet.rows[good]
        group = station.astype(np.int64) * self._seen.slots + slot
        first = self._seen.add(group, start, _print(micro, long=self.layout.long), rows)
        same, conflicting = first.same, first.conflicting
        for at in np.flatnonzero(conflicting).tolist():
            key = f"{self.names[station[at]]} {np.datetime64(int(start[at]), 'h')}"
            self.rejects.add(rows[at : at + 1], self.layout.time, [key], duplicate(int(first.row[at])))
        keep = ~(same | conflicting)
        verdict = self._verdicts(station[keep], start[keep], micro[keep])
        return Lines(station[keep], start[keep], micro[keep], verdict, len(sheet.rows), int(same.sum()))

    def _stations(self, sheet: Sheet) -> NDArray[np.int32]:
        encoded = _texts(sheet.columns.column(self.layout.station))
        names = [("" if name is None else str(name).strip()) for name in encoded.dictionary.to_pylist()]
        numbers = np.array([*(self._numbered(name) for name in names), -1], dtype=np.int32)
        codes = np.asarray(encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False), dtype=np.int64)
        found: NDArray[np.int32] = numbers[codes]
        if (found < 0).any():
            bad = sheet.rows[found < 0]
            self.rejects.add(bad, self.layout.station, [""] * len(bad), NO_STATION)
        return found

    def _numbered(self, name: str) -> int:
        if not name:
            return -1
        if name not in self._number:
            if len(self.names) >= MOST_STATIONS:
                raise ImportFileError(
                    f"列 {self.layout.station} 里已有 {MOST_STATIONS} 个不同的站点名，如“{name}”：请检查是否选对了列。",
                    f"The column {self.layout.station} has named {MOST_STATIONS} stations, such as {name!r}: "
                    "check that it is the right column.",
                )
            self._number[name] = len(self.names)
            self.names.append(name)
        return self._number[name]

    def _wide(self, sheet: Sheet) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        columns = [
            converted(
                micro_of(sheet.columns.column(column.name), sheet.rows, column.name, self.rejects),
                column.times,
                column.divisor,
            )
            for column in self.layout.values.values()
        ]
        return np.stack(columns, axis=1), np.zeros(len(sheet.rows), dtype=np.int64)

    def _long(self, sheet: Sheet) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        name = self.layout.value
        raw = micro_of(sheet.columns.column(name), sheet.rows, name, self.rejects)
        slot = self._slots(sheet)
        value = self._in_own_unit(sheet, raw, slot)
        micro = np.full((len(raw), len(self.layout.factors)), MISSING, dtype=np.int64)
        known = np.flatnonzero(slot >= 0)
        micro[known, slot[known]] = value[known]
        return micro, slot

    def _slots(self, sheet: Sheet) -> NDArray[np.int64]:
        """Return the index of each row's factor, -1 where it is unknown."""
        encoded = _texts(sheet.columns.column(self.layout.factor))
        names = ["" if name is None else str(name) for name in encoded.dictionary.to_pylist()]
        factors = [factor_of(name, self.layout.names) for name in names]
        found = np.array([-1 if one is None else self.layout.factors.index(one) for one in factors] + [-1])
        codes = np.asarray(encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False), dtype=np.int64)
        self._reject_texts(sheet, self.layout.factor, codes, (found < 0, [*names, ""], UNKNOWN_FACTOR))
        return found[codes]

    def _reject_texts(
        self,
        sheet: Sheet,
        column: str,
        codes: NDArray[np.int64],
        judged: tuple[NDArray[np.bool_], list[str], Reason],
    ) -> None:
        wrong, texts, reason = judged
        bad = wrong[codes]
        if bad.any():
            self.rejects.add(sheet.rows[bad], column, (texts[code] for code in codes[bad]), reason)

    def _in_own_unit(self, sheet: Sheet, raw: NDArray[np.int64], slot: NDArray[np.int64]) -> NDArray[np.int64]:
        """Convert every row from its own unit, or from the factor's default; MISSING where the unit is unknown."""
        factors = self.layout.factors
        units = [self.layout.units.get(factor, factor.unit) for factor in factors]
        codes = slot
        if self.layout.unit in sheet.columns.column_names:
            encoded = _texts(sheet.columns.column(self.layout.unit))
            texts = [str(text or "").strip() for text in encoded.dictionary.to_pylist()]
            codes = np.asarray(encoded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False), dtype=np.int64)
            unknown = np.array([text not in known_units() for text in texts] + [True])
            self._reject_texts(sheet, self.layout.unit, codes, (unknown, [*texts, ""], UNKNOWN_UNIT))
            units = texts
        out = np.full(len(raw), MISSING, dtype=np.int64)
        for code, unit in enumerate(units):
            for number, factor in enumerate(factors):
                here = (codes == code) & (slot == number)
                if unit in known_units() and here.any():
                    out[here] = converted(raw[here], *unit_ratio(unit, factor))
        return out

    def _verdicts(
        self, station: NDArray[np.int32], start: NDArray[np.int64], micro: NDArray[np.int64]
    ) -> NDArray[np.uint8]:
        factors = self.layout.factors
        verdict = np.zeros(micro.shape, dtype=np.uint8)
        for number, factor in enumerate(factors):
            most = plausible(factor)
            if most is not None:
                verdict[micro[:, number] > most * MICRO, number] = BEYOND_RANGE
        if {Factor.PM25, Factor.PM10} <= set(factors):
            self._mark_inverted(verdict, (station, start, micro))
        return verdict

    def _mark_inverted(
        self,
        verdict: NDArray[np.uint8],
        lines: tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]],
    ) -> None:
        """Mark PM2.5 above PM10 of the same hour; in a long file the pair may stand in rows far apart."""
        station, start, micro = lines
        fine, coarse = (self.layout.factors.index(factor) for factor in (Factor.PM25, Factor.PM10))
        pm25, pm10 = micro[:, fine], micro[:, coarse]
        if self.layout.long:
            group = station.astype(np.int64) * self._seen.slots
            pm25, pm10 = self._seen.print_of(group + fine, start), self._seen.print_of(group + coarse, start)
        inverted = (pm25 != MISSING) & (pm10 != MISSING) & (pm25 > pm10)
        for number in (fine, coarse):
            verdict[inverted & (micro[:, number] != MISSING), number] = PM_INVERTED


def _texts(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return a column as texts by index."""
    array = column.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return pc.dictionary_encode(array.cast(pa.string()))


def _print(micro: NDArray[np.int64], *, long: bool) -> NDArray[np.int64]:
    """Return a number that tells rows with different values apart; for a long row it is the value itself."""
    if long:
        value: NDArray[np.int64] = micro.max(axis=1)
        return value
    found = np.zeros(len(micro), dtype=np.uint64)
    for number in range(micro.shape[1]):
        mixed = (found ^ micro[:, number].astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        found = mixed ^ (mixed >> np.uint64(29))
    return found.view(np.int64)
