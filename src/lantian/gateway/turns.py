"""Connections with something to read take turns (轮流处理), so that no crowd of them holds up answers and clocks.

An event loop hands out everything that can be read before it does anything else; with thousands of connections ready
at once that is seconds. So what arrives is only put into the connection's buffer, and read a few connections at a time.
"""

import asyncio
from collections import deque
from collections.abc import Callable

AT_ONCE = 64
"""Turns between two looks at sockets, answers and clocks."""
MANY = 2_000
"""Connections in line from which on further bytes are left in the kernel."""

Turn = Callable[[], None]


class Turns:
    """The line; each turn is called once for each time it was added."""

    def __init__(self) -> None:
        self._line: deque[Turn] = deque()
        self._is_called = False

    @property
    def is_long(self) -> bool:
        """Whether connections should stop taking bytes in until it is their turn."""
        return len(self._line) > MANY

    def add(self, turn: Turn) -> None:
        """Put something at the end of the line."""
        self._line.append(turn)
        if not self._is_called:
            self._is_called = True
            asyncio.get_running_loop().call_soon(self._go)

    def _go(self) -> None:
        for _ in range(min(AT_ONCE, len(self._line))):
            self._line.popleft()()
        self._is_called = bool(self._line)
        if self._is_called:
            asyncio.get_running_loop().call_soon(self._go)
