"""Where commands find a snapshot (快照): in an exported file alone, or in the store by the number on a paper."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from lantian.kernel.errors import LantianError, Text
from lantian.project.cli import language

NUMBER = re.compile(r"[0-9a-fA-F]{8,64}")
"""The number of a snapshot, or its beginning as papers print it."""


class SnapshotFileError(LantianError):
    """A file that holds no snapshot."""


def snapshot_data(given: str, stored: Callable[[str], Mapping[str, Any]]) -> dict[str, Any]:
    """Return a snapshot's JSON. stored: reads one by its number, and opens the store for it.

    Raises BadParameter for what is neither a file nor a number, SnapshotFileError for a file without a snapshot.
    """
    file = Path(given)
    if file.is_file():
        return _in_file(file)
    if not NUMBER.fullmatch(given):
        said = Text(
            f"没有文件“{given}”，也不是快照编号。", f"There is no file {given}, and it is no snapshot's number."
        )
        raise click.BadParameter(said.in_language(language()), param_hint="SNAPSHOT")
    return dict(stored(given))


def _in_file(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise SnapshotFileError(Text(f"{file.name} 不是 JSON：{error}", f"{file.name} is no JSON: {error}")) from error
    if not isinstance(found, dict) or "format" not in found or not isinstance(found.get("pack"), str):
        raise SnapshotFileError(Text(f"{file.name} 不是快照文件。", f"{file.name} holds no snapshot."))
    return found
