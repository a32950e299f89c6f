"""What can go wrong or be made wrong (故障、造假与真实事件), and when a scenario does it.

A fault is data: a kind, a device and a span of time. What it does to values stands in ``world`` for real events and in
``instruments`` for faults and frauds; the clients keep silent or set their clock wrong by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lantian.gateway.simulators.noise import Floats, one, seed_of
from lantian.kernel.errors import LantianError, Text

EVERYWHERE = "*"
"""The device of a fault that concerns the whole district."""

HOUR_S = 3600
FIXED = ("station", "micro", "dust", "stack", "voc", "fume")
_AIR = ("station", "micro", "dust")

Group = Literal["fault", "fraud", "event", "region"]


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A kind of fault: which kinds of device it may befall, its usual strength and length.

    strength: what the number means is said beside each kind in :data:`KINDS`.
    """

    name: str
    text: Text
    group: Group
    kinds: tuple[str, ...]
    strength: float
    minutes: int


KINDS: Mapping[str, FaultKind] = {
    kind.name: kind
    for kind in (
        # strength unused: the value of the first moment is held
        FaultKind("frozen", Text("数值恒定", "Frozen value"), "fault", FIXED[:5], 1.0, 120),
        # at the end the value is (1 + strength) times the true one
        FaultKind("drift", Text("零点量程漂移", "Drift"), "fault", _AIR, 1.2, 180),
        # nothing above strength times the value of the first moment is shown
        FaultKind("clipped", Text("限幅", "Clipped value"), "fraud", ("station", "micro", "dust", "stack"), 0.85, 120),
        FaultKind("offline", Text("离线", "Offline"), "fault", (*FIXED, "heavy-diesel", "truck"), 1.0, 45),
        # seconds that the device's clock runs ahead at the end
        FaultKind("clock-drift", Text("时钟漂移", "Clock drift"), "fault", FIXED, 900.0, 120),
        # share of particles that is left beside the sprayed inlet
        FaultKind("sprinkling", Text("喷淋采样口", "Sprinkling at the inlet"), "fraud", _AIR, 0.35, 90),
        # oxygen is shown as strength times what it is
        FaultKind("oxygen", Text("氧含量造假", "Oxygen manipulation"), "fraud", ("stack",), 0.55, 120),
        # the plant is reported as stopped and goes on
        FaultKind("stopped", Text("虚标停运", "Emitting while reported stopped"), "fraud", ("stack",), 1.0, 90),
        # share of NOx that the catalyst leaves
        FaultKind("urea", Text("尿素造假", "Urea tampering"), "fraud", ("heavy-diesel",), 0.95, 240),
        FaultKind("route", Text("偏离路线", "Route violation"), "fraud", ("truck",), 1.0, 60),
        # µg/m³ of PM10 at the peak
        FaultKind("dust", Text("扬尘事件", "Dust event"), "event", ("dust",), 600.0, 40),
        # times the usual emission
        FaultKind("exceedance", Text("超标排放", "Excess emission"), "event", ("stack", "voc", "fume"), 4.0, 90),
        # times the regional PM2.5 at the peak
        FaultKind("episode", Text("区域污染过程", "Regional episode"), "region", (), 2.6, 360),
        # µg/m³ of PM10 at the peak
        FaultKind("dust-storm", Text("沙尘过程", "Sand-dust storm"), "region", (), 900.0, 240),
    )
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a device in ``[start, end)`` [s since 1970]; factor ``""`` is all that it can befall."""

    id: str
    kind: str
    device: str
    start: float
    end: float
    strength: float
    factor: str = ""

    def covers(self, times: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Tell which moments lie inside."""
        return (times >= self.start) & (times < self.end)

    def progress(self, times: Floats) -> Floats:
        """Return the share of the span that has passed, 0 to 1."""
        found: Floats = np.clip((times - self.start) / max(self.end - self.start, 1.0), 0, 1)
        return found

    def hill(self, times: Floats) -> Floats:
        """Return 0 outside, rising to 1 within a fifth of the span and falling in its last third."""
        share = self.progress(times)
        found: Floats = np.minimum(np.minimum(share / 0.2, 1), np.clip((1 - share) / 0.35, 0, 1)) * self.covers(times)
        return found


class UnknownScenario(LantianError):
    """A scenario that nobody has written."""

    def __init__(self, name: str) -> None:
        listed = ", ".join(SCENARIOS)
        super().__init__(
            Text(f"没有名为“{name}”的情景，可用：{listed}", f"there is no scenario “{name}”; known are {listed}")
        )


@dataclass(frozen=True, slots=True)
class Scenario:
    """How often faults begin: kind → times an hour and 100 devices it may befall; regional ones: share of days."""

    text: Text
    rates: Mapping[str, float]
    region: str = ""
    every_h: int = 24


_FAULTS = {"frozen": 1.2, "drift": 0.8, "offline": 1.5, "clock-drift": 0.8}
_FRAUDS = {"clipped": 0.8, "sprinkling": 1.2, "oxygen": 5.0, "stopped": 2.5, "urea": 4.0, "route": 4.0}
_EVENTS = {"dust": 4.0, "exceedance": 3.0}

SCENARIOS: Mapping[str, Scenario] = {
    "calm": Scenario(Text("平稳", "calm"), {}),
    "mixed": Scenario(
        Text("混合", "mixed"), {name: rate * 0.4 for name, rate in (_FAULTS | _FRAUDS | _EVENTS).items()}
    ),
    "faults": Scenario(Text("仪器故障", "instrument faults"), {name: rate * 2 for name, rate in _FAULTS.items()}),
    "fraud": Scenario(Text("造假", "frauds"), {name: rate * 2 for name, rate in _FRAUDS.items()}),
    "episode": Scenario(Text("区域过程", "regional episode"), {}, "episode", 12),
    "dust-storm": Scenario(Text("沙尘", "sand dust"), {}, "dust-storm", 12),
}


@dataclass(frozen=True, slots=True)
class Target:
    """A device that a fault may befall: its registry id and kind."""

    device: str
    kind: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """The faults of a scenario; those that begin in an hour depend on seed, scenario, devices and hour alone."""

    scenario: str
    targets: Sequence[Target]
    seed: int

    def __post_init__(self) -> None:
        """Refuse a scenario that is not known."""
        if self.scenario not in SCENARIOS:
            raise UnknownScenario(self.scenario)

    def between(self, start: float, end: float) -> list[Fault]:
        """Return the faults that begin in whole hours touching ``[start, end)``."""
        hours = range(int(start // HOUR_S), int(-(-end // HOUR_S)))
        return [fault for hour in hours for fault in self.beginning_in(hour)]

    def beginning_in(self, hour: int) -> list[Fault]:
        """Return the faults that begin in an hour since 1970; a device gets one at most."""
        scenario, taken = SCENARIOS[self.scenario], dict[str, Fault]()
        for name, rate in scenario.rates.items():
            for target in self.targets:
                seed = seed_of(self.seed, self.scenario, name, target.device)
                if target.kind in KINDS[name].kinds and one(seed, hour) < rate / 100:
                    taken.setdefault(target.device, begin(name, target.device, hour * HOUR_S + 3600 * one(seed, -hour)))
        if scenario.region and hour % scenario.every_h == 0:
            taken[EVERYWHERE] = begin(scenario.region, EVERYWHERE, hour * HOUR_S)
        return list(taken.values())


def begin(name: str, device: str, start: float, *, minutes: float = 0, strength: float = 0) -> Fault:
    """Return a fault of a kind's usual length and strength, or of those given."""
    kind = KINDS[name]
    start = float(int(start))
    end = start + 60 * (minutes or kind.minutes)
    return Fault(f"{name}:{device}:{int(start)}", name, device, start, end, strength or kind.strength)


def of_device(faults: Sequence[Fault], device: str) -> list[Fault]:
    """Return the faults of a device and those of the whole district."""
    return [fault for fault in faults if fault.device in (device, EVERYWHERE)]
