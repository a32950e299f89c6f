"""Questions to the lake: Ibis expressions run by DuckDB over lists of files.

An expression names a table of the lake; where its rows lie is said when it is run. So the same expression can be asked
of another engine that knows the tables by name.
"""

import os
import threading
from collections.abc import Mapping, Sequence

import duckdb
import ibis
import pyarrow as pa
from ibis.expr.types import Table

from lantian.lake.schema import TableSpec

_TYPES = {
    pa.string(): ("string", "VARCHAR"),
    pa.int16(): ("int16", "SMALLINT"),
    pa.int32(): ("int32", "INTEGER"),
    pa.int64(): ("int64", "BIGINT"),
    pa.float64(): ("float64", "DOUBLE"),
    pa.bool_(): ("boolean", "BOOLEAN"),
    pa.date32(): ("date", "DATE"),
    pa.binary(): ("binary", "BLOB"),
    pa.timestamp("us", "UTC"): ("timestamp('UTC', 6)", "TIMESTAMPTZ"),
}
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "TimeZone": "UTC",
    "autoinstall_known_extensions": "false",
    "parquet_metadata_cache": "true",
}


def unbound(spec: TableSpec) -> Table:
    """Return the Ibis table of a lake table, without rows behind it yet."""
    return ibis.table({field.name: _TYPES[field.type][0] for field in spec.columns}, name=spec.name)


class Engine:
    """DuckDB in this process: one instance, a connection for each thread, remade after a fork."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._local = threading.local()
        self._instance: duckdb.DuckDBPyConnection | None = None
        self._pid = 0

    def ask(self, question: Table, sources: Mapping[TableSpec, Sequence[str]]) -> pa.Table:
        """Run an expression over the files of its tables; a table without files is empty."""
        return self.sql(str(ibis.to_sql(question, dialect="duckdb")), sources)

    def sql(self, query: str, sources: Mapping[TableSpec, Sequence[str]], **tables: pa.Table) -> pa.Table:
        """Run SQL over the files of lake tables and over Arrow tables by name."""
        connection = self._connection()
        for name, table in tables.items():
            connection.register(name, table)
        try:
            return connection.sql(_with_sources(query, sources)).to_arrow_table()
        finally:
            for name in tables:
                connection.unregister(name)

    def stream(self, query: str, sources: Mapping[TableSpec, Sequence[str]]) -> pa.RecordBatchReader:
        """Run SQL and return its rows piece by piece; this thread asks nothing else before they are read."""
        return self._connection().sql(_with_sources(query, sources)).to_arrow_reader()

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._pid != os.getpid():
            self._start()
        found: duckdb.DuckDBPyConnection | None = getattr(self._local, "connection", None)
        if found is None:
            with self._guard:
                assert self._instance is not None
                found = self._local.connection = self._instance.cursor()
        return found

    def _start(self) -> None:
        with self._guard:
            if self._pid != os.getpid():
                self._instance = duckdb.connect(config=_SETTINGS)
                self._local = threading.local()
                self._pid = os.getpid()


def _with_sources(query: str, sources: Mapping[TableSpec, Sequence[str]]) -> str:
    named = ", ".join(f'"{spec.name}" AS NOT MATERIALIZED ({_select(spec, files)})' for spec, files in sources.items())
    query = query.strip()
    rest = query.removeprefix("WITH ")
    return f"WITH {named}{', ' if rest != query else ' '}{rest}"


def _select(spec: TableSpec, files: Sequence[str]) -> str:
    """Select a table's columns from files that may lack some of them, or be none."""
    nothing = ", ".join(f'NULL::{_TYPES[field.type][1]} AS "{field.name}"' for field in spec.columns)
    none = f"SELECT {nothing} WHERE false"
    if not files:
        return none
    paths = ", ".join("'" + path.replace("'", "''") + "'" for path in files)
    found = f"SELECT * FROM read_parquet([{paths}], hive_partitioning=false, union_by_name=true)"
    return f"{found} UNION ALL BY NAME {none}"
