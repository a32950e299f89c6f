"""Jobs of telemetry: imports of uploaded files."""

import logging
from datetime import UTC, datetime

from huey.contrib.djhuey import db_task

from lantian.apps.telemetry.models import ObservationImport
from lantian.apps.telemetry.services import run_import
from lantian.kernel.errors import LantianError

_log = logging.getLogger(__name__)


@db_task()
def carry_out_import(import_id: int) -> None:
    """Import an uploaded file; whatever stops it is told in its row."""
    entry = ObservationImport.objects.get(pk=import_id)
    try:
        run_import(entry, at=datetime.now(UTC))
    except LantianError as error:
        _log.warning("import %s of %s failed: %s", entry.pk, entry.file_name, error)
