"""Curves of the network pages as data for ``network_charts.js``: lines over equal steps, limits, gaps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.kernel.plurals import counted

MISSING = Text("缺测", "missing")


@dataclass(frozen=True)
class Line:
    """A line: name and values, None where there is none."""

    name: Text
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Limit:
    """A dashed limit with its label."""

    value: float
    label: Text


@dataclass(frozen=True)
class Figure:
    """A chart over equal steps from ``start`` (UTC); top fixes the axis, missing is the word in a gap."""

    start: datetime
    step_s: int
    unit: str
    lines: tuple[Line, ...]
    limits: tuple[Limit, ...] = ()
    top: float | None = None
    missing: Text = MISSING

    @property
    def known(self) -> list[float]:
        """Every value there is."""
        return [value for line in self.lines for value in line.values if value is not None]

    @property
    def summary(self) -> Text:
        """The first line in words."""
        values = self.lines[0].values if self.lines else ()
        known = [value for value in values if value is not None]
        low, high, gone = min(known, default=0), max(known, default=0), len(values) - len(known)
        return Text(
            f"{len(values)} 个时段，最低 {low:g}，最高 {high:g} {self.unit}，缺 {gone} 个",
            f"{counted(len(values), 'period')}: lowest {low:g}, highest {high:g} {self.unit}, {gone} missing",
        )

    def data(self, language: str) -> dict[str, Any]:
        """Return what the script draws."""
        return {
            "start": f"{self.start.astimezone(BEIJING):%Y-%m-%dT%H:%M}",
            "step": self.step_s * 1000,
            "unit": self.unit,
            "lines": [{"name": line.name.in_language(language), "values": line.values} for line in self.lines],
            "limits": [{"value": one.value, "label": one.label.in_language(language)} for one in self.limits],
            "top": self.top,
            "missing": self.missing.in_language(language),
        }
