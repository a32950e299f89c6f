"""Answers kept in memory (缓存): data files never change, so a question over the same files has the same answer."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

import numpy as np

from lantian.airquality.grid import DayGrid, HourGrid

ROOM = 256 * 2**20
"""Bytes that may be kept."""


class Kept:
    """Grids by question; when they outgrow their room the least used go. Safe for threads; arrays become read-only."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._guard = threading.Lock()
        self._grids: OrderedDict[Hashable, DayGrid | HourGrid] = OrderedDict()
        self._size = 0

    def get(self, question: Hashable) -> DayGrid | HourGrid | None:
        """Return a grid that was kept, or None."""
        with self._guard:
            if question in self._grids:
                self._grids.move_to_end(question)
            return self._grids.get(question)

    def put(self, question: Hashable, grid: DayGrid | HourGrid) -> None:
        """Keep a grid."""
        for array in _arrays(grid):
            array.setflags(write=False)
        with self._guard:
            if question not in self._grids:
                self._grids[question] = grid
                self._size += _bytes(grid)
            while self._size > self._room:
                _, gone = self._grids.popitem(last=False)
                self._size -= _bytes(gone)


def _bytes(grid: DayGrid | HourGrid) -> int:
    return sum(array.nbytes for array in _arrays(grid))


def _arrays(grid: DayGrid | HourGrid) -> list[np.ndarray]:
    return [value for value in vars(grid).values() if isinstance(value, np.ndarray)]
