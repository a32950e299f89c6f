"""Jobs of the alarms: the sweep of every minute, and the pictures for new alarms."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from lantian.apps.alarms.services import demote_by_policy, sweep, take_pictures
from lantian.kernel.errors import LantianError

_log = logging.getLogger(__name__)


@db_periodic_task(crontab(minute="*"))
def sweep_now() -> None:
    """Judge the last minutes; what stops it is logged, and the next minute tries again."""
    try:
        followed = sweep(datetime.now(UTC))
    except LantianError as error:
        _log.warning("the sweep of alarms failed: %s", error)
        return
    if followed is None:
        _log.warning("the last sweep of alarms is still running")
    elif followed.opened or followed.ended:
        _log.info("alarms: %d opened, %d ended", len(followed.opened), followed.ended)


@db_periodic_task(crontab(minute="7"))
def judge_rules() -> None:
    """Demote rules that lie below their floor beyond doubt, once an hour, where the pack lets the platform do so."""
    for decision in demote_by_policy(datetime.now(UTC)):
        _log.warning("alarm rule %s only observes from now on: %s", decision.rule, decision.reason)


@db_task()
def take_pictures_of(alarms: Sequence[int]) -> None:
    """Take a picture with each camera of the points of new alarms."""
    take_pictures(list(alarms), at=datetime.now(UTC))


def picture(alarms: Sequence[int]) -> None:
    """Hook: ask for pictures in the background, so that a slow camera delays no sweep."""
    take_pictures_of(list(alarms))
