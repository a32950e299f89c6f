"""What tests of real processes share: their environment, free ports, and waiting with patience."""

import os
import socket
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

PATIENCE_S = 900.0
"""How long a process may take to start, answer or end on a machine that has other things to do."""
LOWEST, PORTS, STRIDE = 20_000, 10_000, 97
"""Below the ports that the kernel gives away by itself, so none is taken between its choice and its use."""
_steps = count(os.getpid() * STRIDE)
"""Where the next port is looked for: each process of a run begins elsewhere, and none looks at a port twice."""


def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return our environment without settings of Lantian other than these; its data are kept in a folder."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LANTIAN_") and k != "DJANGO_SETTINGS_MODULE"}
    return {**kept, "LANTIAN_DATA_DIR": str(folder), "LANTIAN_LANG": "en", **settings}


def free_row(length: int) -> int:
    """Return the first of some free ports in a row."""
    while True:
        row = [LOWEST + next(_steps) % PORTS for _ in range(length)]
        if row[-1] - row[0] == length - 1 and all(map(_is_free, row)):
            return row[0]


def free_port() -> int:
    """Return a free port."""
    return free_row(1)


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
