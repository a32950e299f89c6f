"""The simulation (模拟运行) as its control page sees it: what runs, what was injected, what was found of it, wishes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lantian.apps.telemetry.models import Device
from lantian.gateway.simulators.faults import EVERYWHERE, KINDS, SCENARIOS, FaultKind
from lantian.gateway.simulators.truth import Records, Truth
from lantian.kernel.errors import LantianError, Text
from lantian.policy.pack import Pack
from lantian.policy.records_telemetry import PointKind

ALIVE_S = 15
"""Silence of the status after which the simulation counts as stopped."""
LONGEST_MIN = 1440
SHOWN = 60

GROUPS: Mapping[str, Text] = {
    "fault": Text("仪器故障", "Instrument fault"),
    "fraud": Text("造假", "Fraud"),
    "event": Text("真实事件", "Real event"),
    "region": Text("区域过程", "Regional event"),
}


@dataclass(frozen=True)
class Finding:
    """An alarm that found a fault: its number and when it was raised."""

    number: str
    raised_at: datetime


found_by: list[Callable[[Sequence[Truth]], Mapping[str, Finding]]] = [lambda _truths: {}]
"""Hook: the first alarm that found each fault, by the fault's id. Alarms fill it through ``project/wiring.py``."""


class WishRefused(LantianError):
    """A wish of the control page that cannot be fulfilled."""


@dataclass(frozen=True)
class KindLine:
    """What the devices of a kind do."""

    name: Text
    counts: Mapping[str, int]


@dataclass(frozen=True)
class TruthLine:
    """One injected fault; delay: from its start to the alarm that found it."""

    truth: Truth
    kind: FaultKind | None
    device: str
    active: bool
    found: Finding | None

    @property
    def name(self) -> Text:
        return self.kind.text if self.kind else Text(self.truth.fault, self.truth.fault)

    @property
    def group(self) -> Text:
        return GROUPS[self.kind.group] if self.kind else Text("", "")

    @property
    def delay(self) -> timedelta | None:
        return max(self.found.raised_at - self.truth.start, timedelta()) if self.found else None


@dataclass(frozen=True)
class SimulatorPage:
    """The control page; status is empty where nothing has run yet."""

    alive: bool
    closed: bool
    scenario: Text | None
    speed: float
    seed: int
    started_at: datetime | None
    totals: Mapping[str, int]
    kinds: Sequence[KindLine]
    truths: Sequence[TruthLine]
    more: int

    @property
    def active(self) -> list[TruthLine]:
        return [line for line in self.truths if line.active]


def simulator_page(records: Records, pack: Pack, *, now: datetime) -> SimulatorPage:
    """Return what runs and what was injected, newest first."""
    status = records.status()
    scenario = SCENARIOS.get(status.get("scenario", ""))
    kinds = _kind_lines(status.get("kinds", {}), pack)
    begun = [truth for truth in reversed(records.truth()) if truth.start <= now]
    names = {device.pk: device.name for device in Device.objects.filter(synthetic=True)}
    shown = begun[:SHOWN]
    found = found_by[-1](shown)
    return SimulatorPage(
        alive=_is_alive(status, now),
        closed=records.is_closed,
        scenario=scenario.text if scenario else None,
        speed=float(status.get("speed", 1)),
        seed=int(status.get("seed", 0)),
        started_at=datetime.fromisoformat(status["started_at"]) if "started_at" in status else None,
        totals={name: sum(line.counts.get(name, 0) for line in kinds) for name in _COUNTED},
        kinds=kinds,
        truths=[
            TruthLine(truth, KINDS.get(truth.fault), names.get(truth.device, ""), truth.end > now, found.get(truth.id))
            for truth in shown
        ],
        more=len(begun) - len(shown),
    )


_COUNTED = ("devices", "connected", "sent", "acknowledged", "resent", "lost", "commands")


def _is_alive(status: Mapping[str, Any], now: datetime) -> bool:
    if not status.get("running"):
        return False
    return (now - datetime.fromisoformat(status["at"])).total_seconds() < ALIVE_S


def _kind_lines(counts: Mapping[str, Mapping[str, int]], pack: Pack) -> list[KindLine]:
    records = sorted(pack.all(PointKind), key=lambda kind: kind.order)
    return [KindLine(Text(kind.zh, kind.en), counts[kind.id]) for kind in records if kind.id in counts]


def wish_start(records: Records, *, fault: str, device: str, minutes: int, at: datetime) -> None:
    """Ask for a fault of a device, or of the whole district; raises WishRefused."""
    kind = KINDS.get(fault)
    if kind is None:
        raise WishRefused(Text(f"没有故障类型“{fault}”。", f"There is no fault “{fault}”."))
    if not 1 <= minutes <= LONGEST_MIN:
        raise WishRefused(Text(f"时长应为 1–{LONGEST_MIN} 分钟。", f"A fault lasts 1 to {LONGEST_MIN} minutes."))
    target = EVERYWHERE if kind.group == "region" else device.strip()
    if kind.group != "region":
        _check_target(kind, target)
    row = {"action": "start", "fault": fault, "device": target, "minutes": minutes}
    records.ask({"at": at.astimezone(UTC).isoformat(timespec="seconds"), **row})


def _check_target(kind: FaultKind, device: str) -> None:
    found = Device.objects.filter(pk=device, synthetic=True).first()
    if found is None:
        raise WishRefused(Text(f"没有模拟设备“{device}”。", f"There is no simulated device “{device}”."))
    if found.kind not in kind.kinds:
        wanted = " ".join(kind.kinds)
        raise WishRefused(
            Text(
                f"“{kind.text.zh}”不能注入 {found.kind} 类设备，可用：{wanted}。",
                f"“{kind.text.en}” cannot befall a device of kind {found.kind}; it can: {wanted}.",
            )
        )


def wish_stop(records: Records, *, fault_id: str, at: datetime) -> None:
    """Ask for the end of a fault; raises WishRefused where none is on under that id."""
    if not any(truth.id == fault_id and truth.end > at for truth in records.truth()):
        raise WishRefused(Text("该故障已经结束。", "That fault is over."))
    records.ask({"at": at.astimezone(UTC).isoformat(timespec="seconds"), "action": "stop", "id": fault_id})
