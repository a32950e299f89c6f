"""The tables of an empty database come from the models, not by way of every migration since the first.

The migrations lead to the same tables, one alteration after the other, which takes some twenty seconds; they are for
databases that hold something. tests/project/test_migrations.py compares the two.
"""

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def make_first_tables() -> None:
    """Make all tables where there is none, and note every migration as applied; all of it or nothing."""
    if connection.introspection.table_names():
        return
    connection.disable_constraint_checking()  # SQLite takes this only outside of a transaction
    try:
        with transaction.atomic():
            if not connection.introspection.table_names():  # another process may have come first
                _make_tables()
                _note_migrations()
    finally:
        connection.enable_constraint_checking()


def _make_tables() -> None:
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)


def _note_migrations() -> None:
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in MigrationLoader(None).disk_migrations:
        recorder.record_applied(app, name)
