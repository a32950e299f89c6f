"""Lakes that many tests start from: made once in a process, a copy for each test."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.settings import DATA_DIR

LAKES = Path(DATA_DIR) / "lakes"


def lay_copy(name: str, make: Callable[[Path], None], root: Path) -> None:
    """Lay a copy of a lake at ``root``; ``make(folder)`` fills it the first time that its name is asked for."""
    made = LAKES / name
    if not made.is_dir():
        make(made)
    shutil.copytree(made, root)
