"""A gateway on real sockets for tests, the devices that talk to it, and what it told others."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lantian.gateway.limits import Limits
from lantian.gateway.orders import Order, OrderReport
from lantian.gateway.quarantine import Stranger
from lantian.gateway.received import Received
from lantian.gateway.registry import Device, Registry
from lantian.gateway.server import Gateway, Listen, Surroundings
from lantian.gateway.spool import Spool, read_spool
from lantian.kernel.instants import BEIJING
from lantian.protocols.hj212.fields import Pair, write_fields
from lantian.protocols.hj212.frames import FrameReader, write_frame
from lantian.protocols.hj212.messages import Command, Message, read_message
from lantian.protocols.hj212.writing import Address, Upload, write_qn, write_upload

AT = datetime(2019, 6, 1, 12, 0, tzinfo=BEIJING)
MN = "010000A8900016F000169DC0"
PASSWORD = "123456"
DUST = Device("dust-1", "hj212", MN, secret=PASSWORD)
ADDRESS = Address(st="39", mn=MN, pw=PASSWORD)
PATIENCE_S = 60.0
LIMITS = Limits()


@dataclass
class Orders:
    """A source of commands in memory."""

    queued: list[Order] = field(default_factory=list)
    reports: list[OrderReport] = field(default_factory=list)

    def fetch(self) -> Sequence[Order]:
        """Return what was not reported on yet."""
        known = {report.id for report in self.reports}
        return [order for order in self.queued if order.id not in known]

    def report(self, report: OrderReport) -> None:
        """Keep a report."""
        self.reports.append(report)

    @property
    def states(self) -> list[str]:
        """What was reported, in order."""
        return [report.state for report in self.reports]


@dataclass
class Rig:
    """A running gateway and its surroundings."""

    gateway: Gateway
    spool: Spool
    devices: dict[str, Device]
    strangers: list[Stranger]
    orders: Orders

    @property
    def frames(self) -> list[Received]:
        """What the spool holds."""
        return read_spool(self.spool.folder, 0, 1_000_000)

    async def dial(self, family: str = "hj212", **tls: object) -> "Line":
        """Connect as a device."""
        port = self.gateway.ports[family]  # type: ignore[index]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, **tls)  # type: ignore[arg-type]
        return Line(reader, writer)

    def metric(self, name: str, **labels: str) -> float:
        """Return a counter's value."""
        return self.gateway.meters.registry.get_sample_value(f"lantian_gateway_{name}", labels) or 0.0


@dataclass
class Line:
    """A device's end of a connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    frames: FrameReader = field(default_factory=FrameReader)

    def send(self, wire: bytes) -> None:
        """Send bytes."""
        self.writer.write(wire)

    async def message(self) -> Message:
        """Return the next HJ 212 message."""
        async with asyncio.timeout(PATIENCE_S):
            while (frame := self.frames.next_event()) is None:
                data = await self.reader.read(65536)
                assert data, "the gateway has closed the connection"
                self.frames.receive_data(data)
            return read_message(frame)

    async def exactly(self, count: int) -> bytes:
        """Return that many bytes."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.reader.readexactly(count)

    async def is_closed(self) -> bool:
        """Wait until the gateway closes the connection."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                while await self.reader.read(65536):
                    pass
            except ConnectionError:
                pass
        return True

    async def is_silent(self, seconds: float = 0.2) -> bool:
        """Tell whether nothing comes for a while."""
        try:
            async with asyncio.timeout(seconds):
                return not await self.reader.read(1)
        except TimeoutError:
            return True

    async def hang_up(self) -> None:
        """Close."""
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def running(
    folder: Path,
    devices: Iterable[Device] = (DUST,),
    limits: Limits = LIMITS,
    listens: Sequence[Listen] = tuple(Listen(family, "127.0.0.1", 0) for family in ("hj212", "gb17691", "jt808")),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncIterator[Rig]:
    """Run a gateway for a while."""
    known = {device.id: device for device in devices}
    strangers: list[Stranger] = []
    orders = Orders()
    spool = Spool(folder)
    around = Surroundings(lambda: Registry.of(known.values()), strangers.extend, orders, now)
    gateway = Gateway(spool, around, limits, retry_s=0.02)
    await gateway.listen(listens, ("127.0.0.1", 0))
    task = asyncio.create_task(gateway.run(tick_s=0.02))
    try:
        yield Rig(gateway, spool, known, strangers, orders)
    finally:
        gateway.stop()
        await task
        spool.close()


def upload(number: int = 0, *, address: Address = ADDRESS, wants_answer: bool = True) -> bytes:
    """Return a dust site's real-time data; its QN tells its number."""
    groups = [[Pair("a34004", "Rtd", f"{number}.0"), Pair("a34004", "Flag", "N")]]
    at = AT + timedelta(milliseconds=number)
    [wire] = write_upload(address, at, Upload(Command.REALTIME, AT, groups), wants_answer=wants_answer)
    return wire


def say(cn: str, parameters: Mapping[str, str], *, qn: str, flag: str = "5", mn: str = MN, pw: str = PASSWORD) -> bytes:
    """Return any HJ 212 frame."""
    header = {"QN": qn, "ST": "39", "CN": cn, "PW": pw, "MN": mn, "Flag": flag}
    return write_frame(write_fields(header, parameters))


def qn(number: int) -> str:
    """Return the QN of an upload."""
    return write_qn(AT + timedelta(milliseconds=number))
