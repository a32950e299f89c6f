"""Jobs of the assessment: problems that count are looked for every hour, and notices of the levels they reach."""

import logging
from datetime import UTC, datetime

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from lantian.apps.assessment.services.accountability import sweep

_log = logging.getLogger(__name__)


@db_periodic_task(crontab(minute="35"))
def count_problems() -> None:
    """Count the problems of every body anew, and draft what their number asks for."""
    drafted = sweep(datetime.now(UTC))
    if drafted:
        _log.info("accountability: %d notices drafted", drafted)
