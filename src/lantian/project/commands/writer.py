"""``lantian writer``: keep the lake: drain the spool, roll up, merge files, close the days that are over."""

import signal
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Protocol

import click
import structlog

from lantian.gateway.drain import BATCH, Drain
from lantian.kernel.errors import LantianError
from lantian.kernel.instants import day_of
from lantian.lake import Lake, Upkeep
from lantian.policy.air import AirRules, air_rules
from lantian.policy.reader import load_pack
from lantian.project.commands.records import open_records
from lantian.project.config import Config
from lantian.project.start import use_environment

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
DRAIN_S = 2.0
"""Seconds between two looks into the spool: each brings a file a table, so not too often."""


class Draining(Protocol):
    """What carries frames into the lake."""

    def round(self, now: datetime) -> int:
        """Store a stretch; return the number of frames."""
        ...


class Writer:
    """One round after another; the clock is told to each round.

    close_days: seals the days that are over; called once a day, when the spool is drained.
    """

    def __init__(
        self,
        lake: Lake,
        rules: AirRules,
        *,
        upkeep: Upkeep,
        drain: Draining | None = None,
        close_days: Callable[[datetime], object] | None = None,
        roll_up_every: timedelta = timedelta(seconds=10),
    ) -> None:
        self.lake = lake
        self.rules = rules
        self.upkeep = upkeep
        self.drain = drain
        self.close_days = close_days
        self.log = structlog.get_logger("lantian.writer")
        self.roll_up_every = roll_up_every
        self._last: dict[str, datetime] = {}
        self._closed: date | None = None
        self._drained = 0

    def round(self, now: datetime) -> bool:
        """Do what is due; return whether the spool holds more. What fails is logged and tried again next round."""
        count = self.drain.round(now) if self.drain else 0
        self._drained += count
        if self._is_due("roll-up", now, self.roll_up_every):
            self._try(lambda: self._roll_up(now))
        self._try(lambda: self._maintain(now))
        if count < BATCH:
            self._try(lambda: self._close(now))
        return count >= BATCH

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except LantianError as error:
            self.log.error("lake.failed", reason=error.text.en)

    def _is_due(self, what: str, now: datetime, every: timedelta) -> bool:
        """Tell whether something is due, and note that it is done; a clock that was set back makes it due."""
        last = self._last.get(what)
        is_due = last is None or now - last >= every or now < last
        if is_due:
            self._last[what] = now
        return is_due

    def _roll_up(self, now: datetime) -> None:
        report = self.lake.roll_up(self.rules.validity(day_of(now)), computed_at=now)
        if report.hours or report.days:
            self.log.info("lake.rolled_up", hours=report.hours, days=report.days)

    def _maintain(self, now: datetime) -> None:
        if self._is_due("daily", now, _DAY):
            self._last["hourly"] = now
            self._merge(now, thorough=True)
        elif self._is_due("hourly", now, _HOUR):
            self._merge(now, thorough=False)
        elif self._is_due("gather", now, _MINUTE):
            self.lake.gather(self.upkeep)
        if self._drained and self._is_due("said", now, _MINUTE):
            self.log.info("lake.drained", frames=self._drained)
            self._drained = 0

    def _merge(self, now: datetime, *, thorough: bool) -> None:
        report = self.lake.maintain(self.upkeep, now=now, thorough=thorough)
        self.log.info("lake.maintained", thorough=thorough, merged=report.merged, removed=report.removed)

    def _close(self, now: datetime) -> None:
        """Seal yesterday once, a minute after midnight: what came before it is in the lake by then."""
        yesterday = day_of(now - _MINUTE) - _DAY
        if self.close_days and self._closed != yesterday and self._is_due("close", now, _MINUTE):
            self.close_days(now - _MINUTE)
            self._closed = yesterday


@click.command()
@click.option("--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]")
@click.option("--every", "every_s", type=click.FloatRange(min=0.1), default=10.0, help="seconds between roll-ups")
@click.option("--once", is_flag=True, help="one round, then stop")
def command(*, data_dir: str | None, every_s: float, once: bool) -> None:
    """Keep the lake until told to stop."""
    use_environment(data_dir=data_dir)
    config = Config.from_environment()
    writer = _writer(config, timedelta(seconds=every_s))
    stop = _stop_signal()
    writer.log.info("writer.started", lake=config.lake_url)
    while not stop.is_set():
        more = writer.round(datetime.now(UTC))
        if once and not more:
            break
        stop.wait(0 if more else min(every_s, DRAIN_S))
    writer.log.info("writer.stopped")


def _writer(config: Config, every: timedelta) -> Writer:
    """Return the writer over the record store's register of devices."""
    open_records()
    from lantian.apps.audit.services import close_days  # noqa: PLC0415 - needs Django
    from lantian.project.drain_records import DrainRecords, usable_flags  # noqa: PLC0415 - needs Django

    lake, records = Lake(config.lake_url), DrainRecords()
    spool = config.data_dir / "spool"
    drain = Drain(lake, spool, records.registry, records.after, cursor=records.cursor, usable=usable_flags())
    return Writer(
        lake,
        air_rules(load_pack(config.pack)),
        upkeep=Upkeep(),
        drain=drain,
        close_days=lambda now: close_days(lake, folder=evidence_folder(config), now=now),
        roll_up_every=every,
    )


def evidence_folder(config: Config) -> Path:
    """Return where the anchors of days are written."""
    return config.data_dir / "evidence"


def _stop_signal() -> threading.Event:
    stop = threading.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    return stop
