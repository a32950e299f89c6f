"""An empty database gets its tables from the models: the very tables to which the migrations lead."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

Tables = dict[str, Any]


def tables(cursor: sqlite3.Cursor) -> Tables:
    """Return each table with its columns, the keys to other tables, and its indices and constraints, in no order."""
    names = [row[0] for row in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: _table(cursor, name) for name in names if name != "django_migrations"}


def _table(cursor: sqlite3.Cursor, name: str) -> dict[str, Any]:
    columns = cursor.execute(f'PRAGMA table_xinfo("{name}")').fetchall()
    keys = cursor.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()
    indices = cursor.execute(f'PRAGMA index_list("{name}")').fetchall()
    return {
        "columns": {
            (column, kind, bool(must), default, bool(key), hidden)
            for _, column, kind, must, default, key, hidden in columns
        },
        "keys": {tuple(key[2:]) for key in keys},
        "indices": sorted(
            (bool(unique), bool(partial), _columns(cursor, index)) for _, index, unique, _, partial in indices
        ),
        "checks": _made(cursor, name).count(" CHECK "),
    }


def _columns(cursor: sqlite3.Cursor, index: str) -> list[str]:
    return [str(row[2]) for row in cursor.execute(f'PRAGMA index_info("{index}")')]


def _made(cursor: sqlite3.Cursor, name: str) -> str:
    return str(cursor.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()[0])


FIRST = "from lantian.project.commands.records import open_records; open_records()"
EACH = "from django.core.management import execute_from_command_line as run; run(['', 'migrate', '--verbosity', '0'])"
Made = tuple[Tables, set[tuple[str, str]]]


def made(folder: Path, script: str) -> Made:
    """Return the tables that a script makes in an empty data folder, and the migrations that it notes as applied."""
    env = os.environ | {"LANTIAN_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "lantian.project.settings"}
    env.pop("LANTIAN_DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", script], env=env, check=True)
    with sqlite3.connect(folder / "records.sqlite3") as records:
        applied = set(records.execute("SELECT app, name FROM django_migrations"))
        return tables(records.cursor()), applied


def test_an_empty_database_gets_the_tables_to_which_the_migrations_lead(tmp_path: Path) -> None:
    (tables, applied), (expected, all_of_them) = made(tmp_path / "first", FIRST), made(tmp_path / "each", EACH)
    assert tables.keys() == expected.keys()
    assert {name: tables[name] for name in tables if tables[name] != expected[name]} == {}
    assert len(tables) > 50
    assert applied == all_of_them


def test_a_second_start_finds_its_tables_and_what_they_hold(tmp_path: Path) -> None:
    made(tmp_path, FIRST)
    with sqlite3.connect(tmp_path / "records.sqlite3") as records:
        records.execute("INSERT INTO django_session VALUES ('kept', '', '2026-11-26')")
    made(tmp_path, FIRST)
    with sqlite3.connect(tmp_path / "records.sqlite3") as records:
        assert records.execute("SELECT session_key FROM django_session").fetchall() == [("kept",)]
