"""A small curve of the last 24 hours as SVG: limit dashed with its value, gaps hatched, the last value written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from lantian.airquality.grid import MICRO, MISSING
from lantian.apps.telemetry.readings.runs import runs
from lantian.apps.telemetry.readings.spark import Box, spark_path
from lantian.apps.telemetry.readings.window import Window
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.instants import BEIJING
from lantian.kernel.plurals import counted

HOURS_SHOWN = 24
BASE = 74
TOP = 12
LEFT = 4
WIDTH = 232


@dataclass(frozen=True)
class Gap:
    """A hatched rectangle [px]."""

    x: float
    width: float


@dataclass(frozen=True)
class Curve:
    """What the template draws, in the pixels of a 258 × 92 drawing."""

    path: str
    gaps: tuple[Gap, ...]
    limit_y: float | None
    limit_label: Text
    end_y: float | None
    end: str
    first: str
    last: str
    summary: Text

    @property
    def limit_text_y(self) -> float | None:
        """Base line of the limit's label."""
        return None if self.limit_y is None else max(self.limit_y - 4, 9)


def curve(window: Window, station: int, limit: Decimal | None, factor: Factor = Factor.PM25) -> Curve:
    """Return the curve of a station's last 24 hours."""
    micro = window.recent(station, factor, HOURS_SHOWN)
    values = [None if value == MISSING else value / MICRO for value in micro]
    known = [value for value in values if value is not None]
    top = max([*known, float(limit or 0)], default=0) * 1.08 or 1
    place = window.place
    ends = [window.end_of(at).astimezone(BEIJING) for at in (place - HOURS_SHOWN + 1, place)]
    missing = values.count(None)
    return Curve(
        path=_shifted(values, top),
        gaps=_gaps(values),
        limit_y=None if limit is None else _y(float(limit), top),
        limit_label=Text(f"日均限值 {limit}", f"24 h limit {limit}"),
        end_y=None if values[-1] is None else _y(values[-1], top),
        end="" if values[-1] is None else f"{values[-1]:.0f}",
        first=f"{ends[0]:%m-%d %H:%M}",
        last=f"{ends[1]:%H:%M}",
        summary=Text(
            f"{factor} 近 24 小时，最低 {min(known, default=0):.0f}，最高 {max(known, default=0):.0f}，"
            f"缺 {missing} 小时",
            f"{factor}, last 24 h: lowest {min(known, default=0):.0f}, highest {max(known, default=0):.0f}, "
            f"{counted(missing, 'hour')} missing",
        ),
    )


def _y(value: float, top: float) -> float:
    return round(BASE - (BASE - TOP) * min(value / top, 1), 1)


def _shifted(values: Sequence[float | None], top: float) -> str:
    """Return the path in the drawing's own place: spark_path draws from 1 px at its upper left."""
    box = Box(WIDTH + 2, BASE - TOP + 2)
    moved = spark_path(values, box, top=top)
    return _translate(moved, LEFT - 1, TOP - 1)


def _translate(path: str, dx: float, dy: float) -> str:
    parts = path.replace("L", "|L").replace("M", "|M").split("|")[1:]
    return "".join(_moved(part, dx, dy) for part in parts)


def _moved(part: str, dx: float, dy: float) -> str:
    head, _, dot = part[1:].partition("h")
    x, y = head.split(" ")
    return f"{part[0]}{float(x) + dx:.1f} {float(y) + dy:.1f}{f'h{dot}' if dot else ''}"


def _gaps(values: Sequence[float | None]) -> tuple[Gap, ...]:
    step = WIDTH / (len(values) - 1)
    found = runs(np.array([value is None for value in values]))
    return tuple(Gap(round(LEFT + run.first * step - step / 2, 1), round(run.length * step, 1)) for run in found)
