"""Jobs of the complaints: replies that are nearly due, looked at every five minutes."""

import logging
from datetime import UTC, datetime

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from lantian.apps.complaints.services import remind

_log = logging.getLogger(__name__)


@db_periodic_task(crontab(minute="*/5"))
def watch_replies() -> None:
    """Remind of replies that are nearly due."""
    told = remind(datetime.now(UTC))
    if told:
        _log.info("complaints: reminded of %d replies", told)
