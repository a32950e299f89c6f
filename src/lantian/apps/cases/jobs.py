"""Jobs of the cases: clocks that run out and sanctions that end, looked at every minute; days off, every night."""

import logging
from datetime import UTC, datetime

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from lantian.apps.cases.services import escalate, lift_due, recount
from lantian.apps.cases.services.measures import watch

_log = logging.getLogger(__name__)


@db_periodic_task(crontab(minute="*"))
def watch_clocks() -> None:
    """Tell who has to hear of a delay, end rights whose period is over, and lift the sanctions whose time is over."""
    now = datetime.now(UTC)
    told = escalate(now)
    lifted = lift_due(now)
    written = watch(now)
    if told or lifted or written:
        _log.info("cases: escalated %s, %d sanctions lifted, %d lines of measures", told, lifted, written)


@db_periodic_task(crontab(hour="3", minute="20"))
def count_days_again() -> None:
    """Count clocks of days anew, in case the notice of a year's days off has come."""
    moved = recount(datetime.now(UTC))
    if moved:
        _log.info("cases: %d clocks counted anew", moved)
