"""A few points with values by hand, as a window for the mechanisms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from lantian.analysis.detection.detect import judge
from lantian.analysis.detection.findings import Finding
from lantian.analysis.detection.rules import Mechanism, Rule
from lantian.analysis.detection.window import Grid, Series, Window, flag_code
from lantian.kernel.errors import Text

NOW = datetime(2019, 6, 3, 4, tzinfo=UTC)
"""Noon in Beijing."""

PM25, PM10, TSP, HUMIDITY = "a34004", "a34002", "a34001", "a01002"
NOX, OXYGEN, SPEED, TEMPERATURE = "a21002", "a19001", "a01011", "a01012"
KM = 1 / 111.195
"""A kilometre of latitude in degrees."""


@dataclass
class District:
    """Collects series with their minutes, hours, quarters and days; what is not given is missing."""

    minutes: int = 180
    hours: int = 24
    days: int = 0
    series: list[Series] = field(default_factory=list)
    rows: list[Mapping[str, Any]] = field(default_factory=list)

    def add(self, place: str, factor: str = PM10, kind: str = "dust", **values: Any) -> None:
        """Add a channel. minutes, hours, days, quarters: one value, or as many as end at now; flags: letters by minute.

        north: kilometres from the first place; other keys are fields of the series.
        """
        grids: dict[str, Any] = {
            key: values.pop(key) for key in ("minutes", "hours", "days", "quarters", "flags") if key in values
        }
        north = float(values.pop("north", 0.0))
        made = Series(place, f"{place}-d", kind, factor, "µg/m³", "street", 116.4, 39.9 + north * KM)
        self.series.append(replace(made, **values))
        self.rows.append(grids)

    def window(self, now: datetime = NOW, **more: Any) -> Window:
        """Return the window that ends at ``now``."""
        flags = np.zeros((len(self.series), self.minutes), dtype=np.uint8)
        for row, given in enumerate(self.rows):
            letters = str(given.get("flags", ""))
            for index, letter in enumerate(letters):
                flags[row, self.minutes - len(letters) + index] = 0 if letter == "." else flag_code(letter)
        made = Window(
            now,
            tuple(self.series),
            self._grid("minutes", now, 1, self.minutes),
            flags,
            self._grid("hours", now.replace(minute=0), 60, self.hours),
            days=self._grid("days", now, 1440, self.days) if self.days else None,
        )
        if any("quarters" in given for given in self.rows):
            made = replace(made, quarters=self._grid("quarters", now, 15, 96))
        return replace(made, **more)

    def _grid(self, name: str, now: datetime, minutes: int, steps: int) -> Grid:
        values = np.full((len(self.series), steps), np.nan)
        for row, given in enumerate(self.rows):
            if name in given:
                column = np.atleast_1d(np.asarray(given[name], dtype=np.float64))
                column = np.repeat(column, steps) if len(column) == 1 else column
                values[row, steps - len(column) :] = column
        return Grid(now - timedelta(minutes=minutes * steps), minutes, values)


def rule(mechanism: Mechanism, *kinds: str, channel: str = PM10, minimum: int = 0, clear: int = 0) -> Rule:
    """Return a rule by hand."""
    return Rule(
        "r",
        Text("规则", "rule"),
        Text("第十一条", "Article 11"),
        mechanism,
        kinds or ("dust",),
        channel,
        Text("PM10", "PM10"),
        "µg/m³",
        2,
        minimum,
        clear,
    )


def found(judged: Rule, window: Window) -> list[Finding]:
    """Return what one rule finds."""
    return judge(judged, window)


def places(findings: Sequence[Finding]) -> list[str]:
    """Return where something was found."""
    return [each.point or each.device for each in findings]


def noisy(seed: int, steps: int, mean: float = 60, spread: float = 6) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return whole numbers that scatter around a mean."""
    return np.round(np.random.default_rng(seed).normal(mean, spread, steps))
