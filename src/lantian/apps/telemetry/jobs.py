"""Jobs of telemetry: imports of uploaded files, the push upward every minute, upkeep of link quality each night."""

import logging
from datetime import UTC, datetime

from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from lantian.apps.telemetry.models import ObservationImport
from lantian.apps.telemetry.services import forget_link_hours, run_import
from lantian.apps.telemetry.services.push import Senders, make_sender, push_alone
from lantian.kernel.errors import LantianError

_log = logging.getLogger(__name__)
_senders = Senders(make_sender)


@db_task()
def carry_out_import(import_id: int) -> None:
    """Import an uploaded file; whatever stops it is told in its row."""
    entry = ObservationImport.objects.get(pk=import_id)
    try:
        run_import(entry, at=datetime.now(UTC))
    except LantianError as error:
        _log.warning("import %s of %s failed: %s", entry.pk, entry.file_name, error)


@db_periodic_task(crontab(minute="17", hour="3"))
def forget_old_links() -> None:
    """Forget, each night, the hours of link quality that nobody needs any more."""
    _log.info("hours of link quality forgotten: %d", forget_link_hours(now=datetime.now(UTC)))


@db_periodic_task(crontab(minute="*"))
def push_up() -> None:
    """Push what came since the last round; what stops it is logged, and the next minute tries again."""
    try:
        confirmed = push_alone(lambda: datetime.now(UTC), _senders)
    except LantianError as error:
        _log.warning("the push upward failed: %s", error)
    else:
        _log.log(logging.INFO if confirmed else logging.DEBUG, "pushed upward and confirmed: %d values", confirmed)
