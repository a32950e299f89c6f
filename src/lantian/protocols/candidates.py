"""Places in a stream where a frame may start inside the bytes of another (候选帧头).

A damaged length hides the good frames behind it, so every place that looks like a header has to be tried. Each is tried
once, when the bytes that it announces are there; otherwise bytes full of false headers would be read over and over,
and one connection could keep all others waiting.
"""

import re
from collections.abc import Callable
from heapq import heappop, heappush


class Candidates:
    """The places behind the front of a buffer at which whole frames start.

    header: matches a header, of zero width, its one group being the announced length. span: bytes of a header.
    announced: bytes of the whole frame by that group. proves: whether the frame at a place of the buffer is whole.
    """

    def __init__(
        self, header: re.Pattern[bytes], span: int, announced: Callable[[bytes], int], proves: Callable[[int], bool]
    ) -> None:
        self._header = header
        self._span = span
        self._announced = announced
        self._proves = proves
        self._searched = 1
        self._waiting: list[tuple[int, int]] = []
        self._whole: list[int] = []

    def first(self, buffer: bytearray, front: int, limit: int, slack: int = 0) -> int:
        """Return the first place behind the front and before a limit where a whole frame starts; 0 when there is none.

        front: bytes of the stream before the buffer. slack: by how many bytes a frame may fall short of its length.
        """
        self._search(buffer, front)
        available = front + len(buffer) + slack
        while self._waiting and self._waiting[0][0] <= available:
            _, place = heappop(self._waiting)
            if place > front and self._proves(place - front):
                heappush(self._whole, place)
        while self._whole and self._whole[0] <= front:
            heappop(self._whole)
        found = self._whole[0] - front if self._whole else 0
        return found if found < limit else 0

    def _search(self, buffer: bytearray, front: int) -> None:
        """Note the headers that came since the last search."""
        start = max(self._searched - front, 1)
        for found in self._header.finditer(buffer, start):
            place = front + found.start()
            heappush(self._waiting, (place + self._announced(found[1]), place))
        self._searched = front + max(start, len(buffer) - self._span + 1)
