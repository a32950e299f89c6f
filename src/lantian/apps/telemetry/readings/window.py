"""Hours around a moment (时间窗): a grid and the place of the hour that ends at the moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lantian.airquality.grid import MISSING, HourGrid
from lantian.kernel.factors import Factor
from lantian.kernel.instants import beijing_day


@dataclass(frozen=True)
class Window:
    """Hours around a moment: the grid, and the position of the hour that ends at the moment."""

    hours: HourGrid
    moment: datetime

    @property
    def place(self) -> int:
        """Position of the hour that ends at the moment."""
        return self.place_of(self.moment)

    def place_of(self, end: datetime) -> int:
        """Return the position of the hour that ends at an instant."""
        return int((end - beijing_day(self.hours.first_day)) / timedelta(hours=1)) - 1

    def end_of(self, place: int) -> datetime:
        """Return the end (UTC) of the hour at a position."""
        return beijing_day(self.hours.first_day) + timedelta(hours=place + 1)

    def recent(self, station: int, factor: Factor, hours: int) -> list[int]:
        """Return the micro values of the last hours up to the moment, MISSING where absent or before the grid."""
        row = self.hours.factor(factor)[station]
        return [int(row[place]) if place >= 0 else MISSING for place in range(self.place - hours + 1, self.place + 1)]
