"""The record store as the gateway sees it: who may report, who was turned away, what devices are told to do."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from django.db import close_old_connections

from lantian.apps.telemetry.services import (
    fetch_commands,
    load_registry,
    note_unknown,
    registry_version,
    report_command,
)
from lantian.gateway.orders import Order, OrderReport
from lantian.gateway.quarantine import Stranger
from lantian.gateway.registry import Registry

REFRESH_S = 2.0


class DeviceRecords:
    """Registry, quarantine and commands; every method but ``registry`` asks the database and runs in some thread."""

    def __init__(self) -> None:
        self._registry = load_registry()
        self._stop = threading.Event()
        self._log = structlog.get_logger("lantian.gateway")

    def registry(self) -> Registry:
        """Return the registry as last loaded."""
        return self._registry

    def keep_fresh(self, every_s: float = REFRESH_S) -> None:
        """Load the registry anew in a thread of its own whenever it changed."""
        threading.Thread(target=self._follow, args=(every_s,), name="registry", daemon=True).start()

    def close(self) -> None:
        """Stop following changes."""
        self._stop.set()

    def refresh(self) -> None:
        """Load the registry if it changed."""
        if registry_version() != self._registry.version:
            self._registry = load_registry()
            self._log.info("registry.loaded", devices=len(self._registry.by_key))

    def turned_away(self, strangers: Sequence[Stranger]) -> None:
        """Put strangers into the quarantine."""
        close_old_connections()
        for one in strangers:
            if not note_unknown(one):
                self._log.warning("quarantine.full", family=one.family, peer=one.peer)
        if strangers:
            self._log.info("devices.turned_away", devices=len(strangers), frames=sum(one.frames for one in strangers))

    def fetch(self) -> Sequence[Order]:
        """Return the commands that wait for their devices."""
        close_old_connections()
        return fetch_commands(now=datetime.now(UTC))

    def report(self, report: OrderReport) -> None:
        """Note what became of a command; a changed password counts at once."""
        close_old_connections()
        report_command(report)
        self._log.info("order.reported", order=report.id, state=report.state, attempts=report.attempts)
        if report.state == "done":
            self.refresh()

    def _follow(self, every_s: float) -> None:
        while not self._stop.wait(every_s):
            try:
                close_old_connections()
                self.refresh()
            except Exception:  # the record store may be away; the devices known so far go on
                self._log.exception("registry.failed")
