"""Real sockets for simulated devices: one connection each, made again when it is lost; all in one event loop."""

import asyncio
from collections.abc import Sequence
from typing import cast

from lantian.gateway.simulators.noise import one, seed_of
from lantian.gateway.simulators.stage import Clock, Terminal

_RETRY_S = (1.0, 2.0, 5.0, 10.0, 20.0)
_LONGEST_NAP_S = 20.0
_SHORTEST_NAP_S = 0.02
_RELUCTANT_BYTES = 65_536


class Wire(asyncio.Protocol):
    """A device's connection; what the gateway says goes straight to the terminal."""

    def __init__(self, terminal: Terminal, clock: Clock) -> None:
        self.terminal = terminal
        self.clock = clock
        self.transport: asyncio.Transport | None = None
        self.woken = asyncio.Event()
        self.refusals = 0

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self.transport is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say what comes first."""
        self.transport = cast("asyncio.Transport", transport)
        self.say(self.terminal.connected(self.clock.moment()))

    def data_received(self, data: bytes) -> None:
        """Hand bytes to the terminal and say what it answers; a gateway that answers has taken the device on."""
        self.refusals = 0
        self.say(self.terminal.received(data, self.clock.moment()))
        self.woken.set()

    def connection_lost(self, _exc: Exception | None) -> None:
        """Wake the device, so that it connects again."""
        self.transport = None
        self.woken.set()

    def say(self, frames: Sequence[bytes]) -> None:
        """Write frames; into a connection that takes nothing, nothing more is written."""
        transport = self.transport
        if not frames or transport is None or transport.is_closing():
            return
        if transport.get_write_buffer_size() < _RELUCTANT_BYTES:
            transport.write(b"".join(frames))

    def close(self) -> None:
        """End the connection once what was said is written."""
        if self.transport is not None:
            self.transport.close()


async def play(wire: Wire, host: str, port: int, stagger_s: float) -> None:
    """Play one device until cancelled: connect when it wants to, say what is due, wait for what comes first.

    stagger_s: devices begin spread over this time, so that the gateway is not stormed.
    """
    await asyncio.sleep(stagger_s * one(seed_of("stagger", wire.terminal.member.id)))
    try:
        while True:
            await _turn(wire, host, port)
    finally:
        _say_goodbye(wire)


async def _turn(wire: Wire, host: str, port: int) -> None:
    wire.woken.clear()
    moment = wire.clock.moment()
    if not wire.terminal.wants_link(moment):
        if wire.is_open:
            _say_goodbye(wire)
        await _nap(wire)
    elif wire.is_open:
        wire.say(wire.terminal.due(moment))
        await _nap(wire)
    else:
        await _connect(wire, host, port)


def _say_goodbye(wire: Wire) -> None:
    if wire.is_open:
        wire.say(wire.terminal.leaving(wire.clock.moment()))
        wire.close()


async def _connect(wire: Wire, host: str, port: int) -> None:
    """Connect; after a refusal wait, longer each time."""
    wire.refusals += 1
    if wire.refusals > 1:
        await asyncio.sleep(_RETRY_S[min(wire.refusals - 2, len(_RETRY_S) - 1)])
    try:
        await asyncio.get_running_loop().create_connection(lambda: wire, host, port)
    except OSError:
        wire.transport = None


async def _nap(wire: Wire) -> None:
    """Sleep until something is due or comes."""
    moment = wire.clock.moment()
    left_s = (wire.terminal.next_at(moment) - moment.now) / wire.clock.speed
    try:
        async with asyncio.timeout(min(max(left_s, _SHORTEST_NAP_S), _LONGEST_NAP_S)):
            await wire.woken.wait()
    except TimeoutError:
        pass


def storm_s(devices: int) -> float:
    """Return the time over which so many devices connect: 200 a second, at least a second.

    >>> storm_s(100), storm_s(8000)
    (1.0, 40.0)
    """
    return max(devices / 200, 1.0)
