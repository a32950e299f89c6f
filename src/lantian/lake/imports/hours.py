"""A file as a grid of hours, without the lake: for indices and evaluations of a file."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from lantian.airquality.grid import HOURS, MISSING, HourGrid
from lantian.kernel.factors import SIX
from lantian.lake.imports.errors import ImportFileError
from lantian.lake.imports.layouts import Layout
from lantian.lake.imports.lines import Cleaner, Lines
from lantian.lake.imports.opening import opened
from lantian.lake.imports.rejects import Rejects
from lantian.lake.imports.sheets import sheets

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class HoursOfFile:
    """The hours of a file; stations are named as in the file. rejects: what could not be read."""

    grid: HourGrid
    rows_read: int
    rejects: Rejects


def read_hours(path: Path, chosen: Layout, now: datetime, rejects: Path | None = None) -> HoursOfFile:
    """Read a whole file into memory as hours of the six factors; raises ImportFileError without any good row."""
    with Rejects(rejects) as bad, opened(path) as file:
        cleaner = Cleaner(chosen, bad, now)
        batches = list(cleaner.clean(sheets(file, chosen, bad)))
    used = [lines for lines in batches if len(lines.start)]
    if not used:
        raise ImportFileError(
            f"{path.name} 里没有可用的行（拒绝 {bad.rows} 行）。",
            f"{path.name} has no usable row ({bad.rows} rejected).",
        )
    return HoursOfFile(_grid(used, tuple(cleaner.names), chosen), sum(lines.read for lines in batches), bad)


def _grid(batches: list[Lines], names: tuple[str, ...], chosen: Layout) -> HourGrid:
    first = min(int(lines.start.min()) for lines in batches) // HOURS
    last = max(int(lines.start.max()) for lines in batches) // HOURS
    micro = np.full((len(names), len(SIX), (last - first + 1) * HOURS), MISSING, dtype=np.int64)
    for lines in batches:
        for number, factor in enumerate(SIX):
            if factor in chosen.factors:
                column = lines.micro[:, chosen.factors.index(factor)]
                known = column != MISSING
                micro[lines.station[known], number, lines.start[known] - first * HOURS] = column[known]
    present = [at for at, name in enumerate(names) if (micro[at] != MISSING).any()]
    order = tuple(names[at] for at in present)
    return HourGrid(order, _EPOCH + timedelta(days=first), SIX, micro[present])
