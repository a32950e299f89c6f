"""Jobs of the notices: every minute look for what has to be told, and send what is due."""

import logging
import threading
from datetime import UTC, datetime

from django.db import close_old_connections, connection
from huey import crontab
from huey.contrib.djhuey import HUEY, db_periodic_task

from lantian.apps.notices import hooks
from lantian.apps.notices.services.delivering import forget_old, send_due

_log = logging.getLogger(__name__)
_sending = threading.Lock()


@db_periodic_task(crontab(minute="*"))
def watch() -> None:
    """Let every watcher look for what has to be told; one that fails keeps no other from looking."""
    now = datetime.now(UTC)
    for watcher in hooks.watchers:
        try:
            watcher(now)
        except Exception:  # each belongs to another app
            _log.exception("notices: %s failed", getattr(watcher, "__name__", watcher))


@db_periodic_task(crontab(minute="*"))
def send_now() -> None:
    """Send what is due, beside the worker: its only thread is not to wait for receivers."""
    if HUEY.immediate:
        _send()
    else:
        threading.Thread(target=_send_alone, name="notices", daemon=True).start()


def _send_alone() -> None:
    """One round at a time, with a connection of its own."""
    if not _sending.acquire(blocking=False):
        return
    try:
        close_old_connections()
        _send()
    finally:
        connection.close()
        _sending.release()


def _send() -> None:
    done = send_due(datetime.now(UTC))
    if done.sent or done.again or done.failed:
        _log.info("notices: %d sent, %d put off, %d given up", done.sent, done.again, done.failed)


@db_periodic_task(crontab(hour="3", minute="40"))
def tidy() -> None:
    """Delete what the pack keeps no longer."""
    forget_old(datetime.now(UTC))
