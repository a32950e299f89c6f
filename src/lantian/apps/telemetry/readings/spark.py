"""A sparkline (近 24 小时) as an SVG path: zero-based, and broken where a value is missing."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """Size of the drawing [px]; a margin of one pixel keeps the line inside."""

    width: int = 52
    height: int = 18


SMALL = Box()


def spark_path(values: Sequence[float | None], box: Box = SMALL, *, top: float | None = None) -> str:
    """Return the path of a line over the values; a gap lifts the pen, a lone value is a short stroke.

    top: value at the upper edge; the largest value if not given.

    >>> spark_path([0, 10, None, 5], Box(32, 12))
    'M1.0 11.0L11.0 1.0M31.0 6.0h0.01'
    """
    known = [value for value in values if value is not None]
    highest = top or max(known, default=0) or 1
    step = (box.width - 2) / max(len(values) - 1, 1)
    spots = [
        None if value is None else f"{1 + step * place:.1f} {1 + (box.height - 2) * (1 - min(value / highest, 1)):.1f}"
        for place, value in enumerate(values)
    ]
    return "".join(_stroke(spots, place) for place, spot in enumerate(spots) if spot is not None)


def _stroke(spots: Sequence[str | None], place: int) -> str:
    starts = place == 0 or spots[place - 1] is None
    alone = starts and (place + 1 == len(spots) or spots[place + 1] is None)
    return f"{'M' if starts else 'L'}{spots[place]}{'h0.01' if alone else ''}"
