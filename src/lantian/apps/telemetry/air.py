"""The air at one moment (某一时点的空气): the lake, the pack's standards and the request's moment together.

The lake keeps the grids that it has read: the same question over the same files is answered from memory.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache

from django.conf import settings

from lantian.airquality.grid import DayGrid, HourGrid
from lantian.airquality.index import Edition
from lantian.apps.telemetry.readings.indices import DailyIndices, daily_indices
from lantian.apps.telemetry.readings.window import Window
from lantian.apps.ui.as_of import AsOf
from lantian.kernel.instants import day_of, hour_ending
from lantian.lake import Lake
from lantian.policy.air import AirRules, air_rules
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack

HOUR = timedelta(hours=1)


@lru_cache(maxsize=4)
def lake_at(url: str) -> Lake:
    """Return the lake of an address, made once per process."""
    return Lake(url)


@lru_cache(maxsize=4)
def rules_of(pack: Pack) -> AirRules:
    """Return the standards of a pack, bound once."""
    return air_rules(pack)


@dataclass(frozen=True)
class Coverage:
    """First and last start of what is stored of a point (UTC), and how many readings."""

    first: datetime
    last: datetime
    readings: int


@dataclass(frozen=True, eq=False)
class Air:
    """What a page may ask about the air at its moment."""

    lake: Lake
    pack: Pack
    as_of: AsOf

    @property
    def rules(self) -> AirRules:
        """The standards, chosen by the day of the observation."""
        return rules_of(self.pack)

    @property
    def day(self) -> date:
        """Beijing day of the last hour shown."""
        return day_of(self.as_of.instant - HOUR)

    @property
    def full_day(self) -> date:
        """The last day that has all its hours at the moment."""
        return self.day if hour_ending(self.as_of.instant - HOUR) == 24 else self.day - timedelta(days=1)

    @property
    def edition(self) -> Edition:
        """The index edition in force at the moment."""
        return in_force(self.rules, self.day)

    @cached_property
    def snapshot(self) -> str:
        """The id of the state of the lake that the page is read from."""
        return self.lake.snapshot(self.as_of.known_at).id

    def days(self, points: tuple[str, ...], first: date, last: date) -> DayGrid:
        """Return the daily means of points from first to last."""
        return self.lake.day_grid(first=first, last=last, points=points, as_of=self.as_of.known_at)

    def hours(self, points: tuple[str, ...], first: date, last: date) -> HourGrid:
        """Return the hourly means of points from first to last."""
        return self.lake.hour_grid(first=first, last=last, points=points, as_of=self.as_of.known_at)

    def window(self, points: tuple[str, ...], *, days_back: int) -> Window:
        """Return the hours of the last days up to the moment."""
        grid = self.hours(points, self.day - timedelta(days=days_back), self.day)
        return Window(grid, self.as_of.instant)

    def indices(self, days: DayGrid) -> DailyIndices:
        """Return the daily indices of a grid under every edition."""
        return daily_indices(days, self.rules.editions)

    def coverage(self) -> dict[str, Coverage]:
        """Return what is stored, by point."""
        return _coverage(self.lake.root, self.snapshot)


@lru_cache(maxsize=4)
def _coverage(root: str, _snapshot: str) -> dict[str, Coverage]:
    rows = lake_at(root).coverage().to_pylist()
    return {row["point"]: Coverage(row["first"], row["last"], row["readings"]) for row in rows}


def in_force(rules: AirRules, day: date) -> Edition:
    """Return the last edition that had come into force by a day; before the oldest, the oldest."""
    begun = [edition for edition in rules.editions if edition.valid_from is None or edition.valid_from <= day]
    return begun[-1] if begun else rules.editions[0]


def air_at(as_of: AsOf) -> Air:
    """Return the air of a request's moment, from the settings' lake and pack."""
    lake = lake_at(settings.LAKE_URL)
    return Air(lake, load_pack(settings.PACK), as_of)


def last_hour() -> datetime | None:
    """Return the end of the last hour with data (UTC), None in an empty lake: the live moment."""
    lake = lake_at(settings.LAKE_URL)
    newest = max((found.last for found in _coverage(lake.root, lake.snapshot().id).values()), default=None)
    return None if newest is None else newest.replace(minute=0, second=0, microsecond=0) + HOUR
