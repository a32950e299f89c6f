"""The worker's sign of life, by which /readyz knows that jobs are run."""

from pathlib import Path

from django.conf import settings
from huey import crontab
from huey.contrib.djhuey import on_startup, periodic_task

HEARTBEAT = "worker-heartbeat"


def heartbeat_file() -> Path:
    """Return the file whose age tells when the worker last ran a job."""
    return Path(settings.DATA_DIR) / HEARTBEAT


@on_startup()
def begin() -> None:
    """Leave a sign when the worker starts."""
    heartbeat_file().touch()


@periodic_task(crontab(minute="*"))
def beat() -> None:
    """Leave a sign every minute."""
    heartbeat_file().touch()
