"""Jobs of the cases: clocks that run out and sanctions that end, looked at every minute."""

import logging
from datetime import UTC, datetime

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from lantian.apps.cases.services import escalate, lift_due

_log = logging.getLogger(__name__)


@db_periodic_task(crontab(minute="*"))
def watch_clocks() -> None:
    """Tell who has to hear of a delay, and lift the sanctions whose time is over."""
    now = datetime.now(UTC)
    told = escalate(now)
    lifted = lift_due(now)
    if told or lifted:
        _log.info("cases: escalated %s, %d sanctions lifted", told, lifted)
