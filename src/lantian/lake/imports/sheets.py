"""Read an open file as batches of columns: text columns out of CSV, typed columns out of Parquet."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lantian.lake.imports.errors import ImportFileError
from lantian.lake.imports.layouts import Layout, layout, layout_names
from lantian.lake.imports.opening import Opened
from lantian.lake.imports.rejects import COLUMNS, Rejects

BATCH = 1 << 19
"""Rows in a batch; the same for every reading of a file, so that a batch can be named by its number."""

_BLOCK = 8 << 20
_LONGEST_HEADER = 1 << 16
_DELIMITERS = ",\t;"


@dataclass(frozen=True)
class Sheet:
    """A batch of rows: the columns that the layout needs, and each row's number in the file.

    rows: for CSV the line (the header is line 1), for Parquet the row counted from 1.
    """

    rows: NDArray[np.int64]
    columns: pa.Table


def sheets(file: Opened, chosen: Layout, rejects: Rejects) -> Iterator[Sheet]:
    """Yield the batches of a file; raises ImportFileError when its columns are not the layout's."""
    read = _parquet if file.parquet else _text
    yield from _rebatched(read(file, chosen, rejects))


def columns_of(file: Opened, chosen: Layout) -> tuple[str, ...]:
    """Return the columns that a file names, whether the layout knows them or not."""
    if file.parquet:
        return tuple(pq.read_schema(file.stream).names)
    stream = BufferedReader(file.stream, 1 << 16)
    return tuple(_header(stream.readline(_LONGEST_HEADER), chosen)[0])


def first_rows(file: Opened, chosen: Layout, rejects: Rejects, count: int) -> Iterator[Sheet]:
    """Yield at most one batch: the first rows of a file."""
    read = _parquet if file.parquet else _text
    for sheet in read(file, chosen, rejects):
        yield Sheet(sheet.rows[:count], sheet.columns.slice(0, count))
        return


def _parquet(file: Opened, chosen: Layout, _rejects: Rejects) -> Iterator[Sheet]:
    try:
        source = pq.ParquetFile(file.stream)
        names = _wanted(source.schema_arrow.names, chosen)
        row = 1
        for batch in source.iter_batches(batch_size=BATCH, columns=names):
            yield Sheet(np.arange(row, row + len(batch)), pa.Table.from_batches([batch]))
            row += len(batch)
    except (pa.ArrowInvalid, OSError) as error:
        raise ImportFileError(
            f"不能作为 Parquet 读取：{_first_line(error)}", f"This cannot be read as Parquet: {_first_line(error)}"
        ) from error


def _text(file: Opened, chosen: Layout, rejects: Rejects) -> Iterator[Sheet]:
    stream = BufferedReader(file.stream, 1 << 20)
    header, delimiter = _header(stream.readline(_LONGEST_HEADER), chosen)
    names = _wanted(header, chosen)
    bad: list[int] = []
    reader = _csv_reader(stream, header, delimiter, _Handler(bad, rejects))
    if reader is None:
        return
    line = 2
    for batch in _batches(reader):
        rows, line = _lines(line, len(batch), bad)
        yield _without_blanks(Sheet(rows, pa.Table.from_batches([batch]).select(names)))


def _csv_reader(
    stream: BufferedReader, header: list[str], delimiter: str, handler: Callable[[pacsv.InvalidRow], str]
) -> pacsv.CSVStreamingReader | None:
    """Return a reader of the rows after the header, None when there is none."""
    if not stream.peek(1):
        return None
    try:
        return pacsv.open_csv(
            stream,
            read_options=pacsv.ReadOptions(use_threads=False, block_size=_BLOCK, column_names=header),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter, ignore_empty_lines=False, invalid_row_handler=handler, newlines_in_values=False
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise _not_csv(error) from error


def _batches(reader: pacsv.CSVStreamingReader) -> Iterator[pa.RecordBatch]:
    try:
        yield from reader
    except pa.ArrowInvalid as error:
        raise _not_csv(error) from error


def _not_csv(error: Exception) -> ImportFileError:
    return ImportFileError(
        f"不能作为 CSV 读取：{_first_line(error)}", f"This cannot be read as CSV: {_first_line(error)}"
    )


@dataclass(frozen=True)
class _Handler:
    """Rejects rows with too few or too many columns."""

    bad: list[int]
    rejects: Rejects

    def __call__(self, row: pacsv.InvalidRow) -> str:
        line = row.number + 1
        self.bad.append(line)
        if row.text.strip():
            found = f"{row.actual_columns} ≠ {row.expected_columns}: {row.text}"
            self.rejects.add([line], "", [found], COLUMNS)
        return "skip"


def _lines(first: int, count: int, bad: list[int]) -> tuple[NDArray[np.int64], int]:
    """Return the line numbers of ``count`` good rows from line ``first`` on, and the line after them."""
    candidates = np.arange(first, first + count + len(bad))
    found = candidates[~np.isin(candidates, bad)][:count] if bad else candidates
    bad[:] = [line for line in bad if line > found[-1]] if count else bad
    return found, int(found[-1]) + 1 if count else first


def _without_blanks(sheet: Sheet) -> Sheet:
    """Leave out rows without any text, as empty lines and the tails of spreadsheets are."""
    filled = np.zeros(len(sheet.rows), dtype=np.bool_)
    for column in sheet.columns.columns:
        filled |= np.asarray(pc.not_equal(column, "").to_numpy(), dtype=np.bool_)
        if filled.all():
            return sheet
    return Sheet(sheet.rows[filled], sheet.columns.filter(pa.array(filled)))


def _header(line: bytes, chosen: Layout) -> tuple[list[str], str]:
    if len(line) >= _LONGEST_HEADER:
        raise ImportFileError(
            f"第一行超过 {_LONGEST_HEADER} 字节，不是表头。",
            f"The first line has over {_LONGEST_HEADER} bytes: no header.",
        )
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    for delimiter in _DELIMITERS:
        names = [name.strip() for name in next(csv.reader([text], delimiter=delimiter), [])]
        if chosen.station in names:
            break
    else:
        names, delimiter = [name.strip() for name in next(csv.reader([text]), [])], ","
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        listed = ", ".join(twice)
        raise ImportFileError(f"表头里有重复的列：{listed}。", f"The header names columns twice: {listed}.")
    return names, delimiter


def _wanted(found: list[str], chosen: Layout) -> list[str]:
    """Return the columns to read; raises ImportFileError when some are missing or the layout is another one."""
    parts = chosen.time_parts if chosen.time not in found else ()
    needed = [name for name in chosen.required() if name != chosen.time or not parts]
    needed += parts
    missing = [name for name in needed if name not in found]
    others = [name for name in layout_names() if name != chosen.name]
    fitting = [name for name in others if _marked(layout(name), found) and not _marked(chosen, found)]
    if missing:
        raise _missing(missing, found, [name for name in others if not _lacks(layout(name), found)])
    if fitting and not chosen.long:
        raise _other_layout(chosen, layout(fitting[0]), found)
    return needed + ([chosen.unit] if chosen.unit in found else [])


def _marked(chosen: Layout, found: list[str]) -> bool:
    return any(mark in found for mark in chosen.marks)


def _lacks(chosen: Layout, found: list[str]) -> bool:
    return any(name not in found for name in chosen.required())


def _missing(missing: list[str], found: list[str], fitting: list[str]) -> ImportFileError:
    lacking, there = ", ".join(missing), ", ".join(found[:40]) or "—"
    hint_zh = f"；这些列像是格式 {fitting[0]}" if fitting else ""
    hint_en = f"; the columns look like layout {fitting[0]}" if fitting else ""
    return ImportFileError(
        f"文件缺少列：{lacking}。找到的列：{there}{hint_zh}。",
        f"The file lacks these columns: {lacking}. It has: {there}{hint_en}.",
    )


def _other_layout(chosen: Layout, other: Layout, found: list[str]) -> ImportFileError:
    mark = next(mark for mark in other.marks if mark in found)
    return ImportFileError(
        f"文件有列 {mark}，是格式 {other.name} 而不是 {chosen.name}；两者 CO 的单位可能不同，"
        f"请用 --layout {other.name}。",
        f"The file has the column {mark}: it is laid out as {other.name}, not as {chosen.name}. Units of CO differ "
        f"between them, so use --layout {other.name}.",
    )


def _rebatched(source: Iterator[Sheet]) -> Iterator[Sheet]:
    """Yield batches of exactly BATCH rows, the last one shorter."""
    held: list[Sheet] = []
    count = 0
    for sheet in source:
        held.append(sheet)
        count += len(sheet.rows)
        while count >= BATCH:
            whole = _joined(held)
            yield Sheet(whole.rows[:BATCH], whole.columns.slice(0, BATCH))
            held = [Sheet(whole.rows[BATCH:], whole.columns.slice(BATCH))]
            count -= BATCH
    if count:
        yield _joined(held)


def _joined(held: list[Sheet]) -> Sheet:
    if len(held) == 1:
        return held[0]
    columns = pa.concat_tables([sheet.columns for sheet in held])
    return Sheet(np.concatenate([sheet.rows for sheet in held]), cast(pa.Table, columns))


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
