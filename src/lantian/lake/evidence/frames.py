"""The frames of a day, from the lake: which they are, their lines, their root."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from lantian.kernel.instants import beijing_day
from lantian.kernel.merkle import leaf_hash
from lantian.lake.evidence.lines import frame_line
from lantian.lake.lake import Lake

Spans = Mapping[str, tuple[int, int]]
"""First and last number of frames, by spool."""


def spans_after(lake: Lake, covered: Mapping[str, int], day: date) -> Spans:
    """Return the frames that belong to a day: those after ``covered`` up to the last one received by its end."""
    return lake.frame_spans(covered, until=beijing_day(day + timedelta(days=1)))


def lines_of(lake: Lake, spans: Spans) -> Iterator[bytes]:
    """Yield the lines of frames, ordered by spool and number."""
    for spool in sorted(spans):
        first, last = spans[spool]
        for piece in lake.frame_pieces(spool, first, last):
            for row in piece.to_pylist():
                yield frame_line(row)


class Counted:
    """The leaves of lines, counted as they pass by."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.count = 0
        self._lines = lines

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.count += 1
            yield leaf_hash(line)
