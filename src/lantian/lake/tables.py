"""A stored table: Delta files with one log, appended by one writer and listed by any number of readers."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    Field,
    PostCommitHookProperties,
    Schema,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import DeltaError

from lantian.kernel.errors import Text
from lantian.lake.durability import settle
from lantian.lake.errors import LakeError, LakeFull
from lantian.lake.schema import TableSpec

CONFIGURATION = {
    "delta.checkpointInterval": "100",
    "delta.logRetentionDuration": "interval 1 hours",
    "delta.deletedFileRetentionDuration": "interval 2 hours",
}
ROW_GROUP = 1 << 16

_RUNS = ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED")
WRITING = WriterProperties(
    compression="ZSTD",
    compression_level=3,
    max_row_group_size=ROW_GROUP,
    column_properties={"start": _RUNS},
)
_HOOKS = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)
_NUMBERS = ("max.commit", "max.received_at", "num_records", "size_bytes")
_FRESH_S = 0.1
"""A folder's modification time is coarse: a listing is trusted only when the folder was quiet so long before it."""


@dataclass(frozen=True)
class StoredFile:
    """One data file: where it is, its partition, newest commit and receipt [µs since 1970], number of rows, bytes."""

    path: str
    part: str
    commit: int
    received: int
    rows: int
    size: int


@dataclass(frozen=True)
class Listing:
    """The files of one version of a table; version -1 is a table that is not there yet."""

    version: int = -1
    files: tuple[StoredFile, ...] = ()
    table: DeltaTable | None = field(default=None, compare=False, repr=False)
    uri: str = ""

    @property
    def received(self) -> int:
        """The newest receipt among the rows [µs since 1970], 0 without rows."""
        return max((file.received for file in self.files), default=0)

    def paths(self, chosen: Callable[[str], bool] = bool, newer_than: int = -1) -> list[str]:
        """Return the paths of files in the chosen partitions that hold rows of commits after ``newer_than``."""
        return [file.path for file in self.files if file.commit > newer_than and chosen(file.part)]

    def overlapping(self, column: str, first: int, last: int, chosen: Callable[[str], bool] = bool) -> list[str]:
        """Return the paths of files whose numbers in a column may lie between two, by their statistics."""
        paths = {*self.paths(chosen)}
        bounds = [one for one in self.bounds(column) if one[0] in paths]
        return [path for path, low, high in bounds if low is None or (high >= first and low <= last)]

    def bounds(self, column: str) -> list[tuple[str, Any, Any]]:
        """Return the path of every file with the least and the greatest value of a column, None where not known."""
        if self.table is None:
            return []
        actions = pa.table(self.table.get_add_actions(flatten=True))
        paths = [f"{self.uri}/{path}" for path in actions.column("path").to_pylist()]
        ends = (actions.column(f"{end}.{column}").to_pylist() for end in ("min", "max"))
        return list(zip(paths, *ends, strict=True))

    def parts(self, newer_than: int = -1) -> list[str]:
        """Return the partitions with rows of commits after ``newer_than``, in order."""
        return sorted({file.part for file in self.files if file.commit > newer_than})

    def transaction(self, name: str) -> int:
        """Return the number under which an application last committed, or -1."""
        number = self.table.transaction_version(name) if self.table else None
        return -1 if number is None else int(number)


class StoredTable:
    """One Delta table under the lake's root; safe for threads."""

    def __init__(self, root: str, spec: TableSpec) -> None:
        self.spec = spec
        self.uri = f"{root}/{spec.name}"
        self._log = None if "://" in root else Path(self.uri, "_delta_log")
        self._guard = threading.Lock()
        self._listing = Listing()
        self._stamp: int | None = None

    def listing(self) -> Listing:
        """Return the files of the newest version; reads the log only when it changed."""
        with self._guard:
            stamp = self._log_stamp()
            if stamp is None or stamp != self._stamp:
                self._listing = self._read(self._listing)
                self._stamp = stamp
            return self._listing

    def forget(self) -> None:
        """Drop what is known, so that the next listing is read afresh."""
        with self._guard:
            self._listing, self._stamp = Listing(), None

    def append(self, rows: pa.Table | pa.RecordBatchReader, transactions: Mapping[str, int]) -> Listing:
        """Append rows in one commit that also records the transactions; all or nothing."""
        with explained(self.uri):
            table = self._ready()
            properties = CommitProperties(app_transactions=[Transaction(*pair) for pair in transactions.items()])
            write_deltalake(
                table,
                rows,
                mode="append",
                writer_properties=WRITING,
                commit_properties=properties,
                post_commithook_properties=_HOOKS,
            )
            return self._settled(table)

    def replace_part(self, part: str, rows: pa.RecordBatchReader) -> Listing:
        """Write a partition anew with the same rows in better order, in one commit."""
        with explained(self.uri):
            table = self._ready()
            write_deltalake(
                table,
                rows,
                mode="overwrite",
                predicate=f"part = '{part}'",
                writer_properties=WRITING,
                post_commithook_properties=_HOOKS,
            )
            return self._settled(table)

    def gather(self, parts: Sequence[str], target_bytes: int) -> Listing:
        """Put the small files of some partitions together, up to a size each; their rows stay as they follow."""
        listing = self.listing()
        if listing.table is None or not parts:
            return listing
        with explained(self.uri):
            listing.table.optimize.compact(
                partition_filters=[("part", "in", list(parts))],
                target_size=target_bytes,
                writer_properties=WRITING,
                post_commithook_properties=_HOOKS,
            )
            return self._settled(listing.table)

    def delete(self, predicate: str) -> None:
        """Delete rows from every file that holds some."""
        listing = self.listing()
        if listing.table is not None:
            with explained(self.uri):
                listing.table.delete(predicate, post_commithook_properties=_HOOKS)
                self._settled(listing.table)

    def clean(self, files_h: int) -> int:
        """Remove data files unused for some hours, and log entries behind the checkpoint; return the files' number."""
        listing = self.listing()
        if listing.table is None:
            return 0
        with explained(self.uri):
            removed = listing.table.vacuum(
                files_h, dry_run=False, enforce_retention_duration=False, post_commithook_properties=_HOOKS, full=True
            )
            listing.table.create_checkpoint()
            listing.table.cleanup_metadata()
            self._settled(listing.table)
        return len(removed)

    def next_commit(self) -> int:
        """The number that the next commit will carry; only the writer may rely on it."""
        return max(self.listing().version, 0) + 1

    def _settled(self, table: DeltaTable) -> Listing:
        if self._log is not None:
            settle(self._log, table.version())
        with self._guard:
            self._listing = Listing(table.version(), tuple(_files(table, self.uri)), table, self.uri)
            self._stamp = None
            return self._listing

    def _ready(self) -> DeltaTable:
        listing = self.listing()
        if listing.table is None:
            configuration: dict[str, str | None] = dict(CONFIGURATION)
            return DeltaTable.create(
                self.uri, self.spec.stored, partition_by=["part"], name=self.spec.name, configuration=configuration
            )
        self._add_columns(listing.table)
        return listing.table

    def _add_columns(self, table: DeltaTable) -> None:
        known = {column.name for column in table.schema().fields}
        wanted = Schema.from_arrow(self.spec.stored).fields
        missing = [Field(column.name, column.type, nullable=True) for column in wanted if column.name not in known]
        if missing:
            table.alter.add_columns(missing)

    def _read(self, last: Listing) -> Listing:
        with explained(self.uri):
            if last.table is not None:
                table = _updated(last.table, self.uri)
            elif DeltaTable.is_deltatable(self.uri):
                table = DeltaTable(self.uri)
            else:
                return Listing()
            if table.version() == last.version:
                return last
            return Listing(table.version(), tuple(_files(table, self.uri)), table, self.uri)

    def _log_stamp(self) -> int | None:
        """What the log folder looked like, or None when that proves nothing."""
        if self._log is None or not self._log.exists():
            return None
        changed = self._log.stat().st_mtime_ns
        return None if time.time() - changed / 1e9 < _FRESH_S else changed


def _updated(table: DeltaTable, uri: str) -> DeltaTable:
    try:
        table.update_incremental()
    except DeltaError:  # the log entries that would lead on were cleaned up
        return DeltaTable(uri)
    return table


def _files(table: DeltaTable, uri: str) -> Iterator[StoredFile]:
    actions = pa.table(table.get_add_actions(flatten=True))
    if actions.num_rows:
        numbers = (actions.column(name).cast(pa.int64()).to_pylist() for name in _NUMBERS)
        texts = (actions.column(name).to_pylist() for name in ("path", "partition.part"))
        for path, part, *found in zip(*texts, *numbers, strict=True):
            yield StoredFile(f"{uri}/{path}", part, *found)


@contextmanager
def explained(uri: str) -> Iterator[None]:
    """Turn the store's own errors into the lake's."""
    try:
        yield
    except (OSError, DeltaError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if any(sign in str(error) for sign in ("No space left", "File too large", "Disk quota")):
            raise LakeFull(
                Text(
                    f"磁盘空间不足，数据湖 {uri} 未能写入（{reason}）；这批数据一行也没有保存。请清理磁盘后重试。",
                    f"The disk is full: the lake at {uri} could not be written ({reason}); no row of this batch was "
                    "stored. Free some space and try again.",
                )
            ) from error
        raise unreadable(uri, error) from error


def unreadable(uri: str, error: Exception) -> LakeError:
    """Say that the store failed, in its own words."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return LakeError(Text(f"数据湖 {uri} 无法读写：{reason}", f"The lake at {uri} cannot be read or written: {reason}"))
