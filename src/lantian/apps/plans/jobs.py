"""Jobs of the plan: indicators that measure themselves and lamps that turn, every morning before work."""

import logging
from datetime import UTC, datetime

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from lantian.apps.plans.services.measuring import measure_all, note_lamps

_log = logging.getLogger(__name__)


@db_periodic_task(crontab(hour="22", minute="40"))
def look_at_tasks() -> None:
    """Measure and note lamps at 6:40 in Beijing (22:40 UTC), before the day's work begins."""
    now = datetime.now(UTC)
    stored = measure_all(now)
    turned = note_lamps(now)
    _log.info("plans: %d values measured, %d lamps turned", stored, turned)
