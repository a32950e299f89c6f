"""Ledgers at 100,000 entries of one kind: list, filter, search, map; a 10,000-row import; a million rows exported.

Times of pages are the server's, through Django's client; each export runs in a process of its own, whose peak memory
is compared with that of a tenth of the rows.
"""

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from bench.figures import Figure

EXPORTED = 1_000_000
GOAL_GROWTH_MB = 32.0


def run() -> list[Figure]:
    """Measure in a record store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        figures = [Figure(**one) for one in _in_django(folder, "measure()")]
        small = _in_django(folder, "export()")
        _in_django(folder, f"multiply({EXPORTED})")
        return [*figures, *_export_figures(small, _in_django(folder, "export()"))]


def _in_django(folder: str, call: str) -> Any:
    """Call a function of ``bench/ledger_store.py`` in a process with a data folder; returns what it prints."""
    environment = {**os.environ, "LANTIAN_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "lantian.project.settings"}
    line = [sys.executable, "-c", f"import django; django.setup(); from bench import ledger_store as s; s.{call}"]
    return json.loads(subprocess.run(line, env=environment, check=True, stdout=subprocess.PIPE).stdout or b"null")


def _export_figures(small: list[float], large: list[float]) -> list[Figure]:
    lines, seconds, peak = large
    assert lines >= EXPORTED
    rest = peak - small[2]
    return [
        Figure(f"export of {EXPORTED:,} rows as CSV", round(lines / seconds), "rows/s"),
        Figure(f"peak memory of {EXPORTED:,} rows", peak, "MB", peer=f"{small[0]:,} rows", peer_value=small[2]),
        Figure("more memory than for a tenth of them", rest, "MB", goal=GOAL_GROWTH_MB, lower_is_better=True),
    ]
