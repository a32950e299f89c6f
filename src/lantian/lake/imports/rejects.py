"""Rows that cannot go in (拒绝清单): where, what was found, why, what is allowed; written to a CSV file at once."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from lantian.kernel.errors import Text

MOST_WRITTEN = 100_000
"""Rejects after so many are counted and no longer written."""

HEADER = ("row", "column", "found", "reason", "zh", "en")


@dataclass(frozen=True)
class Reason:
    """Why a value or row is rejected; ``code`` is stable."""

    code: str
    text: Text


COLUMNS = Reason("columns", Text("该行的列数与表头不同", "the row has another number of columns than the header"))
NO_STATION = Reason("no-station", Text("没有站点名", "there is no station name"))
NO_TIME = Reason(
    "no-time",
    Text(
        "不是时间，应写作 2019-06-01 13:00（北京时间，整点）",
        "is not a time; write 2019-06-01 13:00 (Beijing time, on the hour)",
    ),
)
MINUTES = Reason(
    "not-on-the-hour",
    Text("不是整点；小时值的分和秒应为 0", "is not on the hour; minutes and seconds of an hourly value have to be 0"),
)
HOUR_24 = Reason(
    "hour-24",
    Text(
        "按“起始时刻”标注的小时应为 0–23；若文件以小时结束时刻标注，请用 --label end",
        "an hour labelled by its start is 0–23; if the file labels hours by their end, use --label end",
    ),
)
HOUR_RANGE = Reason(
    "hour-range",
    Text(
        "小时应为 0–24；北京时间没有夏令时，不会有第 25 小时",
        "an hour is 0–24; Beijing time has no daylight saving and no 25th hour",
    ),
)
FUTURE = Reason(
    "out-of-time",
    Text("时间在 1970 年之前或在未来", "the time lies before 1970 or in the future"),
)
NOT_A_NUMBER = Reason("not-a-number", Text("不是数", "is not a number"))
NEGATIVE = Reason("negative", Text("浓度不能为负，应 ≥ 0", "a concentration cannot be negative; it has to be ≥ 0"))
UNKNOWN_FACTOR = Reason(
    "unknown-factor",
    Text(
        "不是监测因子，可用 PM2.5、PM10、SO2、NO2、CO、O3、TSP、NOx、Pb、BaP 或映射文件中的名称",
        "is no factor; PM2.5, PM10, SO2, NO2, CO, O3, TSP, NOx, Pb, BaP or a name of the mapping file are allowed",
    ),
)
UNKNOWN_UNIT = Reason(
    "unknown-unit", Text("不是浓度单位，可用 µg/m³ 或 mg/m³", "is no unit of concentration; µg/m³ or mg/m³ are allowed")
)


def duplicate(kept: int) -> Reason:
    """Return the reason of a row whose station and hour came before with other values."""
    return Reason(
        "conflicting-duplicate",
        Text(
            f"与第 {kept} 行的站点和时间相同而值不同：保留第 {kept} 行，拒绝本行"
            "（北京时间没有夏令时，每小时只应出现一次）",
            f"has the station and hour of row {kept} with other values: row {kept} is kept and this one rejected "
            "(Beijing time has no daylight saving, so every hour comes once)",
        ),
    )


class Rejects(AbstractContextManager["Rejects"]):
    """Collects rejects and writes them to a file; the file is made with the first one and replaces an older one.

    rows: numbers of distinct rows are counted by batch, in :meth:`close_batch`. keep: how many are kept in ``first``.
    """

    def __init__(self, path: Path | None, *, keep: int = 5) -> None:
        self.path = path
        self.keep = keep
        self.written = 0
        self.values = 0
        self.rows = 0
        self.reasons: Counter[str] = Counter()
        self.first: list[tuple[int, str, str, Reason]] = []
        self._batch: list[NDArray[np.int64]] = []
        self._file: IO[str] | None = None
        self._writer: Any = None
        if path is not None:
            path.unlink(missing_ok=True)

    def add(self, rows: Sequence[int] | NDArray[np.int64], column: str, found: Iterable[str], reason: Reason) -> None:
        """Reject one column's value in each of several rows."""
        self._note(np.asarray(rows, dtype=np.int64), reason)
        for row, text in zip(rows, found, strict=False):
            if self.written >= MOST_WRITTEN:
                break
            self._write(int(row), column, str(text), reason)

    def _note(self, rows: NDArray[np.int64], reason: Reason) -> None:
        self._batch.append(rows)
        self.values += len(rows)
        if len(rows):
            self.reasons[reason.code] += len(rows)

    def close_batch(self) -> None:
        """Count the distinct rows rejected since the last call."""
        if self._batch:
            self.rows += len(np.unique(np.concatenate(self._batch)))
            self._batch.clear()

    def _write(self, row: int, column: str, found: str, reason: Reason) -> None:
        self.written += 1
        if len(self.first) < self.keep:
            self.first.append((row, column, found, reason))
        if self.path is None:
            return
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(HEADER)
        self._writer.writerow((row, column, _harmless(found), reason.code, reason.text.zh, reason.text.en))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self


def _harmless(text: str) -> str:
    """Keep a spreadsheet from running a found text as a formula."""
    shown = text[:200]
    return f"'{shown}" if shown[:1] in ("=", "+", "@") else shown
