"""Make a commit survive a power cut: its files first, then its log entry, then the folders that name them."""

import json
import os
from pathlib import Path
from urllib.parse import unquote


def settle(log: Path, version: int) -> None:
    """Flush one commit of a local table to the disk."""
    entry = log / f"{version:020}.json"
    if not entry.exists():
        return
    data = [log.parent / path for path in _added(entry)]
    for path in [*data, entry, *sorted({file.parent for file in data}), log.parent, log]:
        _flush(path)


def _added(entry: Path) -> list[str]:
    actions = (json.loads(line) for line in entry.read_text(encoding="utf-8").splitlines())
    return [unquote(action["add"]["path"]) for action in actions if "add" in action]


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
