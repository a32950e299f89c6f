"""Two at one instant, without luck: the first commits only when the second waits for it, or is done without waiting."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

import pytest
from django.conf import settings
from django.db import connection, transaction

from lantian.kernel.errors import LantianError

First = TypeVar("First")
Second = TypeVar("Second")
PATIENCE_S, GLANCE_S = 60.0, 0.01
WAITED_FOR = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)) LIMIT 1"

on_postgresql = pytest.mark.skipif(
    "sqlite" in settings.DATABASES["default"]["ENGINE"],
    reason="SQLite lets nobody look while another writes: `python -m tests.postgres` runs it",
)


def overtake(first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second | LantianError]:
    """Run two acts in threads, the second while the first is not committed; return what came of both."""
    acted, ended = Event(), Event()

    def early() -> First:
        try:
            with transaction.atomic():
                made = first()
                acted.set()
                _wait(ended)
            return made
        finally:
            acted.set()
            connection.close()

    def late() -> Second | LantianError:
        try:
            assert acted.wait(PATIENCE_S)
            return second()
        except LantianError as refused:
            return refused
        finally:
            ended.set()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(early), pool.submit(late)
        return one.result(), other.result()


def _wait(ended: Event) -> None:
    """Return once another waits for this transaction, or has ended."""
    deadline = time.monotonic() + PATIENCE_S
    while not ended.wait(GLANCE_S):
        with connection.cursor() as cursor:
            cursor.execute(WAITED_FOR)
            if cursor.fetchone() or time.monotonic() > deadline:
                return
