"""Jobs of the ledgers: imports of large sheets, carried out by the worker."""

import logging
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from huey.contrib.djhuey import db_task

from lantian.apps.ledger.models import LedgerImport
from lantian.apps.ledger.services.imports import run_import
from lantian.kernel.errors import LantianError

_log = logging.getLogger(__name__)


def imports_folder() -> Path:
    """Return where uploads and returned workbooks lie."""
    return Path(settings.DATA_DIR) / "ledger-imports"


@db_task()
def carry_out(import_id: int) -> None:
    """Import a checked file; whatever stops it is told in its row."""
    entry = LedgerImport.objects.get(pk=import_id)

    def tell(share: float) -> None:
        entry.options = {**entry.options, "progress": share}
        LedgerImport.objects.filter(pk=entry.pk).update(options=entry.options, state=LedgerImport.State.RUNNING)

    tell(0.0)
    try:
        run_import(entry, at=datetime.now(UTC), folder=imports_folder(), progress=tell)
    except LantianError as error:
        _log.warning("ledger import %s of %s failed: %s", entry.pk, entry.file_name, error)
