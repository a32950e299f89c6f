"""What all simulated devices share while they play (舞台): the clock, the faults that are on, and what they measure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from lantian.gateway.simulators.district import District, Member
from lantian.gateway.simulators.faults import EVERYWHERE, HOUR_S, Fault, Schedule
from lantian.gateway.simulators.instruments import Instruments
from lantian.gateway.simulators.traffic import Traffic
from lantian.gateway.simulators.world import World

_LONGEST_H = 7
"""Hours for which a scheduled fault may last."""


@dataclass(frozen=True, slots=True)
class Moment:
    """now: the simulated time [s since 1970]; wall: the real one, by which answers are awaited."""

    now: float
    wall: float

    @property
    def awaited(self) -> datetime:
        """The real moment as the protocol sessions take it."""
        return datetime.fromtimestamp(self.wall, UTC)


@dataclass(slots=True)
class Counts:
    """What a device has done: frames sent, answers to them, frames sent again, given up, commands carried out."""

    sent: int = 0
    acknowledged: int = 0
    resent: int = 0
    lost: int = 0
    commands: int = 0

    def add(self, other: "Counts") -> None:
        """Add another's counts."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return {name: getattr(self, name) for name in self.__slots__}


class Terminal(Protocol):
    """A device's side of its protocol without socket and clock; frames come back from every call."""

    member: Member
    counts: Counts

    def wants_link(self, moment: Moment, /) -> bool:
        """Tell whether the device would be connected now."""

    def connected(self, moment: Moment, /) -> list[bytes]:
        """Return what is said first on a new connection."""

    def received(self, data: bytes, moment: Moment, /) -> list[bytes]:
        """Take in bytes; return what is said in turn."""

    def due(self, moment: Moment, /) -> list[bytes]:
        """Return what is said now: data, heartbeats, what is sent again."""

    def next_at(self, moment: Moment, /) -> float:
        """Return when something is due next [simulated s]."""

    def leaving(self, moment: Moment, /) -> list[bytes]:
        """Return what is said before the connection is closed on purpose."""


class Stage:
    """The district in play: scheduled faults, those that somebody wished for, and those that were stopped."""

    def __init__(self, district: District, *, scenario: str, seed: int, begun: datetime) -> None:
        self.district = district
        self.world = World(district.sites, seed=seed, last_year=begun.year)
        self.instruments = Instruments(self.world, district)
        self.traffic = Traffic(district)
        self.schedule = Schedule(scenario, district.targets(), seed)
        self._wished: dict[str, Fault] = {}
        self._stopped: dict[str, Fault] = {}
        self._hour = -1
        self._scheduled: list[Fault] = []
        self._begun: dict[int, list[Fault]] = {}
        self._by_device: Mapping[str, list[Fault]] = {}

    def of(self, member: Member) -> list[Fault]:
        """Return the faults of a device and of the district."""
        return [*self._by_device.get(member.id, ()), *self._by_device.get(EVERYWHERE, ())]

    def turn_to(self, now: float) -> None:
        """Bring the schedule up to a moment; cheap within an hour."""
        hour = int(now // HOUR_S)
        if hour != self._hour:
            self._hour = hour
            hours = range(hour - _LONGEST_H, hour + 1)
            self._begun = {one: self._begun.get(one) or self.schedule.beginning_in(one) for one in hours}
            self._scheduled = [fault for faults in self._begun.values() for fault in faults]
            self._arrange()

    def add(self, fault: Fault) -> None:
        """Let a fault happen that no schedule knows."""
        self._wished[fault.id] = fault
        self._arrange()

    def stop(self, fault: Fault) -> None:
        """Replace a fault by one that ends earlier."""
        self._stopped[fault.id] = fault
        self._arrange()

    def faults(self) -> list[Fault]:
        """Return all faults of the last hours, wished and scheduled."""
        known = [*self._scheduled, *self._wished.values()]
        return [self._stopped.get(fault.id, fault) for fault in known]

    def active(self, now: float) -> list[Fault]:
        """Return the faults that are on."""
        return [fault for fault in self.faults() if fault.start <= now < fault.end]

    def _arrange(self) -> None:
        found: dict[str, list[Fault]] = defaultdict(list)
        for fault in self.faults():
            found[fault.device].append(fault)
        self._by_device = found


@dataclass(frozen=True, slots=True)
class Clock:
    """The simulated time: it begins at a moment, runs so many times as fast as the real one, and never passes it.

    So a district played from yesterday on catches up with today and goes on by the minute: a platform refuses data of
    the future.

    >>> Clock(begun=0.0, wall=lambda: 110.0, wall_begun=100.0, speed=6.0).moment().now
    60.0
    >>> Clock(begun=0.0, wall=lambda: 130.0, wall_begun=100.0, speed=6.0).moment().now
    130.0
    """

    begun: float
    wall: Callable[[], float]
    wall_begun: float
    speed: float = 1.0

    def moment(self) -> Moment:
        """Return what time it is, in both worlds."""
        wall = self.wall()
        return Moment(min(self.begun + (wall - self.wall_begun) * self.speed, wall), wall)


@dataclass(slots=True)
class Tally:
    """Counts of many devices by family and by kind."""

    families: dict[str, Counts] = field(default_factory=dict)
    kinds: dict[str, Counts] = field(default_factory=dict)

    @classmethod
    def of(cls, terminals: Iterable[Terminal]) -> "Tally":
        """Add up the counts of terminals."""
        found = cls()
        for terminal in terminals:
            found.families.setdefault(terminal.member.family, Counts()).add(terminal.counts)
            found.kinds.setdefault(terminal.member.kind, Counts()).add(terminal.counts)
        return found

    @classmethod
    def total(cls, terminals: Iterable[Terminal]) -> Counts:
        """Add up the counts of all terminals."""
        found = Counts()
        for terminal in terminals:
            found.add(terminal.counts)
        return found
