"""A district in play (模拟运行): a connection for each device, faults by schedule and wish, truth and status."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from lantian.gateway.simulators.camera import Cameras
from lantian.gateway.simulators.district import SEED, District, Member
from lantian.gateway.simulators.faults import EVERYWHERE, KINDS, Fault
from lantian.gateway.simulators.gb17691 import Gb17691Terminal
from lantian.gateway.simulators.hj212 import Hj212Terminal
from lantian.gateway.simulators.jt808 import Jt808Terminal
from lantian.gateway.simulators.stage import Clock, Counts, Stage, Tally, Terminal
from lantian.gateway.simulators.truth import Records, noted, stopped, wished
from lantian.gateway.simulators.wire import Wire, play, storm_s

STATUS_EVERY_S = 3.0

_TERMINALS: Mapping[str, type[Hj212Terminal] | type[Gb17691Terminal] | type[Jt808Terminal]] = {
    "hj212": Hj212Terminal,
    "gb17691": Gb17691Terminal,
    "jt808": Jt808Terminal,
}


@dataclass(frozen=True)
class Performance:
    """What is to be played: against which gateway, how fast, from when on (None: now), for how long (None: for ever).

    ports: of each family. data_dir: where truth, status and wishes are kept. camera_port: 0 is no cameras.
    """

    host: str
    ports: Mapping[str, int]
    data_dir: Path
    scenario: str = "calm"
    seed: int = SEED
    speed: float = 1.0
    begin: datetime | None = None
    duration_s: float | None = None
    camera_port: int = 0


class Run:
    """One performance of a district."""

    def __init__(self, district: District, performance: Performance) -> None:
        wall = time.time()
        begun = performance.begin.timestamp() if performance.begin else wall
        self.performance = performance
        self.started_at = datetime.fromtimestamp(wall, UTC)
        self.clock = Clock(begun, time.time, wall, performance.speed)
        self.stage = Stage(
            district,
            scenario=performance.scenario,
            seed=performance.seed,
            begun=datetime.fromtimestamp(begun, UTC),
        )
        self.records = Records(performance.data_dir)
        self.wires = [Wire(self._terminal(member), self.clock) for member in district.members]
        self._noted = {truth.id for truth in self.records.truth()}
        self._points = {member.id: member.point for member in district.members}
        self._log = structlog.get_logger("lantian.simulate")

    def _terminal(self, member: Member) -> Terminal:
        return _TERMINALS[member.family](member, self.stage)

    async def run(self) -> None:
        """Play until the duration is over or the task is cancelled."""
        await self._wait_until_open()
        self.records.skip_wishes()
        self._resume()
        self._follow()
        cameras = await self._open_cameras()
        stagger_s = storm_s(len(self.wires))
        tasks = [asyncio.create_task(self._play(wire, stagger_s)) for wire in self.wires]
        self._log.info("simulate.started", devices=len(tasks), scenario=self.performance.scenario)
        try:
            async with asyncio.timeout(self.performance.duration_s):
                while not self.records.is_closed:
                    await asyncio.sleep(STATUS_EVERY_S)
                    self._follow()
        except TimeoutError:
            pass
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if cameras:
                cameras.close()
            self.records.write_status(self.status() | {"running": False})
            self._log.info("simulate.stopped", **Tally.total(wire.terminal for wire in self.wires).as_dict())

    def _resume(self) -> None:
        """Go on with what an earlier run was told: faults that are still on, and those that were stopped."""
        now = self.clock.moment().now
        self.stage.turn_to(now)
        scheduled = {fault.id: fault for fault in self.stage.faults()}
        for fault in (noted(truth) for truth in self.records.truth() if truth.fault in KINDS):
            known = scheduled.get(fault.id)
            if known is not None and fault.end < known.end:
                self.stage.stop(fault)
            elif known is None and fault.start <= now < fault.end:
                self.stage.add(fault)

    async def _wait_until_open(self) -> None:
        """Stand by while the data folder holds real data: made-up devices would only fill the quarantine."""
        if self.records.is_closed:
            self._log.info("simulate.standing_by", reason="real data have replaced the demonstration")
        while self.records.is_closed:
            await asyncio.sleep(STATUS_EVERY_S)

    async def _play(self, wire: Wire, stagger_s: float) -> None:
        port = self.performance.ports[wire.terminal.member.family]
        await play(wire, self.performance.host, port, stagger_s)

    async def _open_cameras(self) -> asyncio.Server | None:
        """Answer for the cameras; without a free port the play goes on without pictures."""
        if not self.performance.camera_port:
            return None
        try:
            return await Cameras(self.stage, self.clock).listen("127.0.0.1", self.performance.camera_port)
        except OSError as error:
            self._log.warning("simulate.no_cameras", port=self.performance.camera_port, reason=str(error))
            return None

    def _follow(self) -> None:
        """Bring the schedule up to now, fulfil wishes, note what has begun, tell how it goes."""
        now = self.clock.moment().now
        self.stage.turn_to(now)
        for row in self.records.wishes():
            self._fulfil(row, now)
        self._note([fault for fault in self.stage.active(now) if fault.id not in self._noted])
        self.records.write_status(self.status())

    def _fulfil(self, row: Mapping[str, Any], now: float) -> None:
        if row.get("action") == "start":
            fault = wished(row, now)
            if fault and fault.device in {*self._points, EVERYWHERE}:
                self.stage.add(fault)
        if row.get("action") == "stop":
            for fault in self.stage.active(now):
                if fault.id == row.get("id"):
                    self.stage.stop(stopped(fault, now))
                    self._note([stopped(fault, now)])

    def _note(self, faults: list[Fault]) -> None:
        self._noted.update(fault.id for fault in faults)
        self.records.note(faults, self._points)

    def status(self) -> dict[str, Any]:
        """Return what runs and what it has done, for the control page."""
        now = self.clock.moment().now
        tally = Tally.of(wire.terminal for wire in self.wires)
        return {
            "running": True,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "now": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "scenario": self.performance.scenario,
            "speed": self.performance.speed,
            "seed": self.performance.seed,
            "families": self._counted(tally.families, "family"),
            "kinds": self._counted(tally.kinds, "kind"),
            "active": [fault.id for fault in self.stage.active(now)],
        }

    def _counted(self, counts: Mapping[str, Counts], name: str) -> dict[str, dict[str, int]]:
        devices = Counter(getattr(wire.terminal.member, name) for wire in self.wires)
        connected = Counter(getattr(wire.terminal.member, name) for wire in self.wires if wire.is_open)
        return {
            key: {"devices": devices[key], "connected": connected[key], **found.as_dict()}
            for key, found in counts.items()
        }
