"""What the drain needs of the record store: the register of devices, and somebody to tell what was stored.

Import it only when Django is set up.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, close_old_connections

from lantian.apps.telemetry.services.ingest import ingest, ingest_cursor
from lantian.apps.telemetry.services.registry import load_registry, registry_version
from lantian.gateway.ingested import Ingested
from lantian.gateway.registry import Registry
from lantian.kernel.errors import LantianError, Text
from lantian.policy.reader import load_pack
from lantian.policy.records_duty import DataFlagRecord


class RecordsFailed(LantianError):
    """The record store could not be asked; it is asked again in the next round."""


class DrainRecords:
    """One thread's door to the record store; its errors become LantianError."""

    def __init__(self) -> None:
        self._registry = Registry.of([])

    def registry(self) -> Registry:
        """Return the registered devices, read anew when something has changed."""
        with _explained():
            if registry_version() != self._registry.version:
                self._registry = load_registry()
        return self._registry

    def cursor(self, spool: str) -> int:
        """Return how far the record store has followed a spool."""
        with _explained():
            return ingest_cursor(spool)

    def after(self, ingested: Ingested) -> None:
        """Follow a stretch."""
        with _explained():
            ingest(ingested)


def usable_flags() -> frozenset[str]:
    """Return the data flags whose values count by the pack."""
    return frozenset(one.flag for one in load_pack(settings.PACK).all(DataFlagRecord) if one.usable)


@contextmanager
def _explained() -> Iterator[None]:
    """Say in both languages that the database failed; a broken connection is opened again next time."""
    try:
        yield
    except Error as error:
        close_old_connections()
        reason = str(error).strip() or type(error).__name__
        raise RecordsFailed(
            Text(f"记录库无法读写：{reason}", f"The record store cannot be read or written: {reason}")
        ) from error
