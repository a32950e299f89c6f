"""The migrations lead to the very tables that the models describe; the other tests make theirs from the models."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="compares two SQLite databases"),
]
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


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record store of a data folder on which all migrations ran, one after the other."""
    folder = tmp_path_factory.mktemp("migrated")
    env = os.environ | {"LANTIAN_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "lantian.project.settings"}
    subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity", "0"], env=env, check=True)
    return folder / "records.sqlite3"


def test_a_migrated_database_has_the_tables_of_the_models(migrated: Path) -> None:
    with sqlite3.connect(migrated) as other:
        found = tables(other.cursor())
    with connection.cursor() as cursor:
        expected = tables(cursor.connection.cursor())
    assert found.keys() == expected.keys()
    assert {name: found[name] for name in found if found[name] != expected[name]} == {}
    assert len(found) > 50
