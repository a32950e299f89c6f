"""``lantian writer``: keep the lake: roll up what has come in, merge files hourly, clean up daily."""

import signal
import threading
from datetime import UTC, datetime, timedelta
from types import FrameType

import click
import structlog

from lantian.airquality.validity import ValidityRules
from lantian.kernel.instants import day_of
from lantian.lake import Lake, LakeError, Upkeep
from lantian.policy.air import AirRules, air_rules
from lantian.policy.reader import load_pack
from lantian.project.config import Config
from lantian.project.start import use_environment

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


class Writer:
    """One round after another; the clock is told to each round."""

    def __init__(self, lake: Lake, rules: AirRules, *, upkeep: Upkeep) -> None:
        self.lake = lake
        self.rules = rules
        self.upkeep = upkeep
        self.log = structlog.get_logger("lantian.writer")
        self._hourly: datetime | None = None
        self._daily: datetime | None = None

    def round(self, now: datetime) -> None:
        """Roll up; merge and clean when it is time. An error of the lake is logged and the next round tries again."""
        try:
            self._roll_up(self.rules.validity(day_of(now)), now)
            self._maintain(now)
        except LakeError as error:
            self.log.error("lake.failed", reason=error.text.en)

    def _roll_up(self, validity: ValidityRules, now: datetime) -> None:
        report = self.lake.roll_up(validity, computed_at=now)
        if report.hours or report.days:
            self.log.info("lake.rolled_up", hours=report.hours, days=report.days)

    def _maintain(self, now: datetime) -> None:
        thorough = self._daily is None or now - self._daily >= _DAY
        if not thorough and self._hourly is not None and now - self._hourly < _HOUR:
            return
        report = self.lake.maintain(self.upkeep, now=now, thorough=thorough)
        self._hourly = now
        self._daily = now if thorough else self._daily
        self.log.info("lake.maintained", thorough=thorough, merged=report.merged, removed=report.removed)


@click.command()
@click.option("--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]")
@click.option("--every", "every_s", type=click.FloatRange(min=0.1), default=10.0, help="seconds between rounds")
@click.option("--once", is_flag=True, help="one round, then stop")
def command(*, data_dir: str | None, every_s: float, once: bool) -> None:
    """Keep the lake until told to stop."""
    use_environment(data_dir=data_dir)
    config = Config.from_environment()
    writer = Writer(Lake(config.lake_url), air_rules(load_pack(config.pack)), upkeep=Upkeep())
    stop = _stop_signal()
    writer.log.info("writer.started", lake=config.lake_url)
    while not stop.is_set():
        writer.round(datetime.now(UTC))
        if once or stop.wait(every_s):
            break
    writer.log.info("writer.stopped")


def _stop_signal() -> threading.Event:
    stop = threading.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    return stop
