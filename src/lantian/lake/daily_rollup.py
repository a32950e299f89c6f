"""From hours to days (日均值): the arithmetic is :func:`lantian.airquality.daily.day_grid`; here the days are chosen.

A *cell* is one point, factor and Beijing day. It is pending when an hour of it has a version the daily table has not
seen. A pending cell gets one version for each receipt from the earliest unseen one on; the k-th versions of all cells
are computed together, so a bulk import is one round over arrays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lantian.airquality.daily import day_grid
from lantian.airquality.grid import HOURS, MISSING, DayGrid, HourGrid, to_micro
from lantian.airquality.validity import ValidityRules
from lantian.kernel.factors import Factor
from lantian.lake.engine import Engine
from lantian.lake.intake import constant, dictionary, instants, named, ranks, year_parts
from lantian.lake.schema import DAILY, HOURLY, INSTANT
from lantian.lake.tables import Listing, StoredTable

DONE = "roll-up.commit"
"""Transaction of the daily table: the hourly commit it has seen."""

_CHUNK_ROWS = 4_000_000
_DAY = "CAST(floor((epoch_us(start) + 28800000000) / 86400000000) AS INTEGER)"

_CELLS = f"""
SELECT point, factor, {_DAY} AS day, min(received_at) AS since
FROM hourly WHERE "commit" > {{done}} AND factor IN ({{factors}})
GROUP BY ALL ORDER BY factor, point, day
"""

_HOURS = f"""
SELECT c.cell, CAST((epoch_us(start) + 28800000000) // 3600000000 % 24 AS TINYINT) AS hour,
       CASE WHEN valid THEN value END AS value, received_at, batch, received_at >= c.since AS touched
FROM hourly h JOIN cells c ON h.point = c.point AND h.factor = c.factor AND {_DAY} = c.day
ORDER BY received_at, batch, "commit"
"""


@dataclass(frozen=True)
class DailyRollUp:
    """Brings the daily table up to the hourly one."""

    engine: Engine
    hourly: StoredTable
    daily: StoredTable
    rules: ValidityRules
    computed_at: datetime

    def run(self) -> int:
        """Compute pending days, store them in one commit, return how many versions were stored."""
        listing = self.hourly.listing()
        done = self.daily.listing().transaction(DONE)
        pieces = [piece for files in _chunks(listing, done) for piece in self._days(listing, files, done)]
        if not pieces:
            return 0
        rows = pa.concat_tables(pieces)
        newest = max(file.commit for file in listing.files)
        self.daily.append(stored_days(rows, self.computed_at, self.daily.next_commit()), {DONE: newest})
        return int(rows.num_rows)

    def _days(self, listing: Listing, parts: frozenset[str], done: int) -> Iterator[pa.Table]:
        factors = ", ".join(f"'{factor.code}'" for factor in self.factors)
        pending = listing.paths(parts.__contains__, done)
        cells = self.engine.sql(_CELLS.format(done=done, factors=factors), {HOURLY: pending})
        if cells.num_rows:
            cells = cells.append_column("cell", pa.array(np.arange(cells.num_rows, dtype=np.int64)))
            hours = self.engine.sql(_HOURS, {HOURLY: listing.paths(parts.__contains__)}, cells=cells)
            yield from versions(cells, Hours.read(hours), self.rules)

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors for which the rules know a day."""
        return tuple({*self.rules.day_hours, Factor.O3})


def _chunks(listing: Listing, done: int) -> Iterator[frozenset[str]]:
    """Group the months with unseen hours so that one group fits in memory."""
    group: set[str] = set()
    size = 0
    for part in listing.parts(done):
        rows = sum(file.rows for file in listing.files if file.part == part)
        if group and size + rows > _CHUNK_ROWS:
            yield frozenset(group)
            group, size = set(), 0
        group.add(part)
        size += rows
    if group:
        yield frozenset(group)


@dataclass(frozen=True)
class Hours:
    """Versions of the hours of cells, oldest first: arrays of one length.

    slot: cell × 24 + hour of the Beijing day (0…23); micro: MISSING where not valid; received, batch: int64;
    touched: whether this receipt makes a new version of its day.
    """

    slot: NDArray[np.int64]
    micro: NDArray[np.int64]
    received: NDArray[np.int64]
    batch: NDArray[np.int64]
    touched: NDArray[np.bool_]

    @classmethod
    def read(cls, table: pa.Table) -> "Hours":
        """Read the answer of the lake."""
        cell, hour = (table.column(name).to_numpy().astype(np.int64) for name in ("cell", "hour"))
        return cls(
            cell * HOURS + hour,
            to_micro(table.column("value").to_numpy()),
            instants(table.column("received_at")),
            table.column("batch").to_numpy(),
            table.column("touched").to_numpy(),
        )


def versions(cells: pa.Table, hours: Hours, rules: ValidityRules) -> Iterator[pa.Table]:
    """Yield the first versions of all cells, then their second ones, and so on."""
    for moments in _rounds(cells.num_rows, hours):
        chosen = np.flatnonzero(moments != MISSING)
        state, batch = _state(cells.num_rows, hours, moments)
        yield _rows(cells.take(pa.array(chosen)), _Round(state[chosen], moments[chosen], batch[chosen]), rules)


def _rounds(cells: int, hours: Hours) -> Iterator[NDArray[np.int64]]:
    """Yield for each round the receipt that ends it in every cell, MISSING where a cell has no more."""
    cell, received = hours.slot[hours.touched] // HOURS, hours.received[hours.touched]
    if len(received) and received[0] == received[-1]:
        moments = np.full(cells, MISSING)
        moments[cell] = received[0]
        yield moments
        return
    order = np.lexsort((received, cell))
    cell, received = cell[order], received[order]
    fresh = np.ones(len(cell), dtype=bool)
    fresh[1:] = (cell[1:] != cell[:-1]) | (received[1:] != received[:-1])
    cell, received = cell[fresh], received[fresh]
    rank = np.arange(len(cell)) - np.searchsorted(cell, cell)
    for number in range(int(rank.max(initial=-1)) + 1):
        moments = np.full(cells, MISSING)
        moments[cell[rank == number]] = received[rank == number]
        yield moments


def _state(cells: int, hours: Hours, moments: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the 24 values of each cell as known at its moment, and the newest batch among them.

    Rows come oldest first and a later assignment overwrites an earlier one: the last received wins.
    """
    cell = hours.slot // HOURS
    seen = hours.received <= moments[cell]
    micro = np.full(cells * HOURS, MISSING)
    micro[hours.slot[seen]] = hours.micro[seen]
    batch = np.full(cells, -1, dtype=np.int64)
    np.maximum.at(batch, cell[seen], hours.batch[seen])
    return micro.reshape(cells, HOURS), batch


@dataclass(frozen=True)
class _Round:
    micro: NDArray[np.int64]
    moments: NDArray[np.int64]
    batch: NDArray[np.int64]


def _rows(cells: pa.Table, state: _Round, rules: ValidityRules) -> pa.Table:
    """Return the daily rows of cells; the cells of a factor stand in one grid as if they were days in a row."""
    codes = cells.column("factor").to_pylist()
    bounds = [0, *(index for index in range(1, len(codes)) if codes[index] != codes[index - 1]), len(codes)]
    grids = [
        day_grid(_as_days(Factor.from_code(codes[low]), state.micro[low:high]), rules) for low, high in pairwise(bounds)
    ]
    return pa.table(
        {
            "point": dictionary(cells.column("point")),
            "factor": dictionary(cells.column("factor")),
            "day": cells.column("day").cast(pa.int32()).cast(pa.date32()),
            "total": _joined(grids, "total"),
            "count": _joined(grids, "count"),
            "hours": _joined(grids, "hours"),
            "valid": _joined(grids, "valid"),
            "received_at": pa.array(state.moments).cast(INSTANT),
            "batch": state.batch,
        }
    )


def _as_days(factor: Factor, micro: NDArray[np.int64]) -> HourGrid:
    return HourGrid(("cells",), date(1970, 1, 1), (factor,), micro.reshape(1, 1, -1))


def _joined(grids: list[DayGrid], name: str) -> NDArray[np.int64]:
    return np.concatenate([getattr(grid, name)[0, 0] for grid in grids])


def stored_days(rows: pa.Table, computed_at: datetime, commit: int) -> pa.Table:
    """Return days as the table keeps them, sorted, with their partition."""
    days = rows.column("day").cast(pa.int32()).to_numpy()
    parts, names = year_parts(days.astype("datetime64[D]"))
    columns = {name: rows.column(name) for name in rows.column_names}
    columns |= {name: dictionary(rows.unify_dictionaries().column(name)) for name in ("point", "factor")}
    order = np.lexsort((days, ranks(columns["factor"]), ranks(columns["point"]), parts))
    columns["computed_at"] = constant(computed_at, INSTANT, rows.num_rows)
    columns["commit"] = constant(commit, pa.int64(), rows.num_rows)
    kept = pa.table({field.name: columns[field.name] for field in DAILY.columns}).take(pa.array(order))
    return kept.append_column("part", named(parts[order], names))
