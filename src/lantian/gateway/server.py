"""The gateway (接入网关): listeners, spool, quarantine and commands, put together in one event loop."""

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog

from lantian.gateway.committer import RETRY_S, Committer
from lantian.gateway.dispatch import Dispatcher, OrderSource
from lantian.gateway.errors import GatewayError
from lantian.gateway.intake import Intake
from lantian.gateway.limits import Limits
from lantian.gateway.listeners.gb17691 import Gb17691Connection
from lantian.gateway.listeners.hj212 import Hj212Connection
from lantian.gateway.listeners.jt808 import Jt808Connection
from lantian.gateway.metrics import Meters
from lantian.gateway.monitor import Monitor
from lantian.gateway.quarantine import Stranger
from lantian.gateway.registry import Family, Registry
from lantian.gateway.spool import Spool
from lantian.kernel.errors import Text

LISTENERS: Mapping[Family, Callable[[Intake], asyncio.Protocol]] = {
    "hj212": Hj212Connection,
    "gb17691": Gb17691Connection,
    "jt808": Jt808Connection,
}
BACKLOG = 4096
FAREWELL_S = 1.0
LIMITS = Limits()


class TlsUnusable(GatewayError):
    """A certificate or key that cannot be used."""

    def __init__(self, certificate: Path, reason: str) -> None:
        super().__init__(
            Text(
                f"证书“{certificate}”或其私钥不能使用（{reason}），应为 PEM 格式且相互对应。",
                f"the certificate “{certificate}” or its key cannot be used ({reason}); "
                "both have to be PEM and belong together",
            )
        )


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a family is listened to; port 0 is any free one. tls: None is plain TCP."""

    family: Family
    host: str
    port: int
    tls: ssl.SSLContext | None = None


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the gateway asks and tells others; all may block and are called in threads, except ``registry`` and ``now``.

    registry: the devices at this moment. turned_away: takes strangers. orders: commands to devices.
    """

    registry: Callable[[], Registry]
    turned_away: Callable[[Sequence[Stranger]], None]
    orders: OrderSource | None = None
    now: Callable[[], datetime] = _now


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return the server's side of TLS 1.2 and up; raises TlsUnusable."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise TlsUnusable(certificate, str(error)) from error
    return context


class Gateway:
    """One gateway over one spool. ``ports`` tells where each family is heard once it has started."""

    def __init__(
        self, spool: Spool, surroundings: Surroundings, limits: Limits = LIMITS, *, retry_s: float = RETRY_S
    ) -> None:
        self.meters = Meters()
        self._around = surroundings
        committer = Committer(spool.append, self.meters, queue_bytes=limits.queue_bytes, retry_s=retry_s)
        self._committer = committer
        self._intake = Intake(surroundings.registry, committer, limits, self.meters, surroundings.now)
        self._dispatcher = Dispatcher(self._intake, surroundings.orders) if surroundings.orders else None
        if self._dispatcher:
            self._intake.hear = self._dispatcher.hear
        self._servers: list[asyncio.Server] = []
        self._stop = asyncio.Event()
        self._log = structlog.get_logger("lantian.gateway")
        self.ports: dict[Family, int] = {}
        self.monitor_port = 0

    async def listen(self, listens: Sequence[Listen], monitor: tuple[str, int] | None = None) -> None:
        """Begin to listen; frames are taken from now on and answered once :meth:`run` runs."""
        loop = asyncio.get_running_loop()
        for listen in listens:
            make = partial(LISTENERS[listen.family], self._intake)
            server = await loop.create_server(make, listen.host, listen.port, ssl=listen.tls, backlog=BACKLOG)
            self._servers.append(server)
            self.ports[listen.family] = server.sockets[0].getsockname()[1]
            self._log.info("gateway.listening", family=listen.family, port=self.ports[listen.family])
        if monitor:
            server = await Monitor(self.meters.registry, lambda: not self._committer.is_full).listen(*monitor)
            self._servers.append(server)
            self.monitor_port = server.sockets[0].getsockname()[1]

    async def run(self, tick_s: float = 1.0) -> None:
        """Keep going until stopped; what was taken is stored before it ends. Raises SpoolFailed."""
        commits = asyncio.create_task(self._committer.run())
        others = [asyncio.create_task(work) for work in (self._tick(tick_s), self._tell(tick_s), self._stop.wait())]
        done, _ = await asyncio.wait([commits, *others], return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            task.cancel()
        await self._wind_up(commits)
        for task in done:
            task.result()

    def stop(self) -> None:
        """Ask :meth:`run` to store and answer what has come, and to return."""
        self._stop.set()

    async def _wind_up(self, commits: "asyncio.Task[None]") -> None:
        self._intake.is_stopping = True
        for server in self._servers:
            server.close()
        for link in list(self._intake.open):
            link.hold()
        self._committer.close()
        try:
            await commits
        finally:
            for link in list(self._intake.open):
                link.close("stopping")
            await self._last_bytes()
            if self._dispatcher:
                await asyncio.to_thread(self._dispatcher.close)
            await asyncio.to_thread(self._around.turned_away, self._intake.quarantine.take())

    async def _last_bytes(self) -> None:
        """Give what was written a moment to leave."""
        deadline = asyncio.get_running_loop().time() + FAREWELL_S
        while self._intake.open and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)

    async def _tick(self, tick_s: float) -> None:
        """Show all connections the clock."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(tick_s)
            at = loop.time()
            for number, link in enumerate(list(self._intake.open)):
                link.tick(at)
                if number % 500 == 499:
                    await asyncio.sleep(0)

    async def _tell(self, tick_s: float) -> None:
        """Tell of strangers, fetch commands and report on them."""
        while True:
            await asyncio.sleep(tick_s)
            strangers = self._intake.quarantine.take()
            self.meters.strangers.set(self._intake.quarantine.dropped)
            try:
                if strangers:
                    await asyncio.to_thread(self._around.turned_away, strangers)
            except Exception:  # the record store may be away; strangers come again
                self._log.exception("quarantine.failed")
            if self._dispatcher:
                await self._dispatcher.round()
