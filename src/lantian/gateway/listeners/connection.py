"""One connection, whatever it speaks: bytes to frames, limits, back-pressure, answers after storage.

Connections take turns. Reading stops for reasons that are each undone by themselves: the device is over its rate, the
disk is behind, answers are not being read, or much lies in the buffer. The last reason is that the gateway stops.
"""

import asyncio
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from enum import IntFlag
from functools import partial
from typing import ClassVar, Generic, Protocol, TypeVar, cast

import structlog

from lantian.gateway.intake import Intake
from lantian.gateway.limits import Limits
from lantian.gateway.quarantine import Reason, Stranger
from lantian.gateway.received import Received
from lantian.gateway.registry import Device, Family
from lantian.protocols.hj212.writing import Address

SLICE = 16
"""Frames of one turn."""
FULL = 65_536
"""Bytes in a connection's buffer from which on further ones are left in the kernel."""

_log = structlog.get_logger("lantian.gateway")
F_co = TypeVar("F_co", covariant=True)
F = TypeVar("F")


class Reader(Protocol[F_co]):
    """A frame reader of any family."""

    @property
    def pending(self) -> int:
        """Bytes of a frame that is not complete."""
        ...

    def receive_data(self, data: bytes) -> None:
        """Take in bytes."""
        ...

    def next_event(self) -> F_co | None:
        """Return the next frame."""
        ...


class Pause(IntFlag):
    """Why a connection is not read."""

    RATE = 1
    SPOOL = 2
    ANSWERS = 4
    BUFFER = 8
    STOPPING = 16


class Connection(asyncio.Protocol, ABC, Generic[F]):
    """A connection of one family; subclasses say what a frame means."""

    family: ClassVar[Family]

    def __init__(self, intake: Intake, reader: Reader[F]) -> None:
        self.intake = intake
        self.reader = reader
        self.peer = ""
        self.address = ""
        self.device: Device | None = None
        self._devices: set[str] = set()
        self._loop = asyncio.get_running_loop()
        self._bucket = intake.bucket()
        self._pauses = 0
        self._in_line = False
        self._strikes = 0
        self._owed = 0
        self._opened = self._heard = self._loop.time()
        self._unread_since: float | None = None
        self._closing = False
        self._ended = False

    # -- what a family says ------------------------------------------------------------------------------------------

    @abstractmethod
    def frame(self, frame: F) -> None:
        """Judge a frame: keep it, answer it, or turn it away."""

    def end_of_input(self) -> None:
        """Have the reader read what is there as far as it goes."""

    def watch(self) -> None:
        """Look at the clock, once a second."""

    def address_of(self, _device: str) -> Address | None:
        """Return how to address a device with commands of HJ 212; None where it takes none."""
        return None

    # -- what a family uses ------------------------------------------------------------------------------------------

    def keep(self, device: Device, raw: bytes, verdict: Iterable[str], then: Callable[[], None]) -> None:
        """Give a frame of a device to the spool; ``then`` is called once it is durable."""
        if device is not self.device:
            self._belongs_to(device)
        names = tuple(verdict)
        for name in names:
            self.intake.meters.faults.labels(self.family, name).inc()
        received_us = int(self.intake.now().timestamp() * 1_000_000)
        received = Received(0, received_us, self.family, device.id, self.peer, names, raw)
        self._owed += 1
        self.intake.committer.put(received, partial(self._durable, then))
        self._charge(self.intake.charge(device.id, self._loop.time()))
        if self.intake.committer.is_full:
            self._pause(Pause.SPOOL)

    def drop(self, verdict: Iterable[str]) -> None:
        """Count a bad frame that nobody can be held to; too many of them end a connection without a device."""
        self._count_refused("bad", verdict)
        self._strikes += 1
        if self.device is None and self._strikes > self.intake.limits.bad_frames:
            self.close("bad-frames")

    def turn_away(self, key: str, reason: Reason, raw: bytes, answer: bytes = b"") -> None:
        """Tell of a device that may not report; its connection ends, unless it serves another device too."""
        self._count_refused(reason, ())
        now = self.intake.now()
        if key:
            self.intake.quarantine.note(Stranger(self.family, key, reason, self.peer, raw, now))
        self.send(answer)
        if self.device is None or self.device.key == key:
            self.close(reason)

    def send(self, wire: bytes) -> None:
        """Write to the device."""
        if wire and not self._closing:
            self._transport.write(wire)

    def close(self, reason: str) -> None:
        """End the connection once what was written is sent."""
        if not self._closing:
            self._closing = True
            self.intake.meters.closed.labels(reason).inc()
            _log.debug("connection.closed", family=self.family, peer=self.peer, reason=reason)
            self._transport.close()

    def hold(self) -> None:
        """Read nothing more; what was taken is still answered."""
        self._pause(Pause.STOPPING)

    def tick(self, at: float) -> None:
        """End what is idle, silent or does not read; read what has been left lying."""
        limits = self.intake.limits
        if self._unread_since is not None and at - self._unread_since > limits.write_s:
            self.intake.meters.closed.labels("slow").inc()
            self._transport.abort()
        elif not self._pauses and at - self._heard > limits.idle_s:
            self.close("idle")
        elif self.device is None and at - self._opened > limits.login_s:
            self.close("silent")
        elif self.reader.pending and not self._pauses and at - self._heard > limits.quiet_s:
            self.end_of_input()
            self._line_up()
        self.watch()

    # -- what asyncio says -------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection in, or end it at once where there are too many."""
        self._transport = cast(asyncio.Transport, transport)
        host, port = (transport.get_extra_info("peername") or ("", 0))[:2]
        self.address, self.peer = host, f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._transport.set_write_buffer_limits(high=self.intake.limits.write_bytes)
        _prepare(transport.get_extra_info("socket"), self.intake.limits)
        self.intake.meters.connections.labels(self.family).inc()
        reason = self.intake.enter(self, host)
        if reason:
            self.close(reason)

    def data_received(self, data: bytes) -> None:
        """Take bytes in."""
        self._heard = self._loop.time()
        self.reader.receive_data(data)
        if self.reader.pending > FULL or self.intake.turns.is_long:
            self._pause(Pause.BUFFER)
        self._line_up()

    def eof_received(self) -> bool:
        """Read the rest; a connection without TLS stays until what was sent is answered."""
        self._ended = True
        self.end_of_input()
        self._line_up()
        return self._transport.get_extra_info("ssl_object") is None

    def pause_writing(self) -> None:
        """Stop reading a device that does not read its answers."""
        self._unread_since = self._loop.time()
        self._pause(Pause.ANSWERS)

    def resume_writing(self) -> None:
        """Go on."""
        self._unread_since = None
        self._resume(Pause.ANSWERS)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forget the connection; frames that were taken are stored all the same."""
        self._closing = True
        self.intake.meters.connections.labels(self.family).dec()
        self.intake.leave(self, self.address, self._devices)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _line_up(self) -> None:
        if not self._in_line:
            self._in_line = True
            self.intake.turns.add(self._have_turn)

    def _have_turn(self) -> None:
        self._in_line = False
        try:
            self._read()
        except Exception:
            _log.exception("connection.failed", family=self.family, peer=self.peer)
            self.close("failed")

    def _read(self) -> None:
        for _ in range(SLICE):
            if self._is_held or self._closing:
                return
            frame = self.reader.next_event() if self.reader.pending else None
            if frame is None:
                self._out_of_frames()
                return
            self.frame(frame)
        self._line_up()

    @property
    def _is_held(self) -> bool:
        """Whether frames stay in the buffer; a full buffer is no reason."""
        return bool(self._pauses) and self._pauses != Pause.BUFFER

    def _out_of_frames(self) -> None:
        if self._pauses:
            self._resume(Pause.BUFFER)
        if self.reader.pending > self.intake.limits.frame_bytes:
            self.close("frame-bytes")
        elif self._ended and not self._owed:
            self.close("ended")

    def _durable(self, then: Callable[[], None]) -> None:
        self._owed -= 1
        then()
        if self._ended and not self._owed:
            self._line_up()

    def _belongs_to(self, device: Device) -> None:
        self.device = device
        self._devices.add(device.id)
        self.intake.links[device.id] = self

    def _count_refused(self, reason: str, verdict: Iterable[str]) -> None:
        self.intake.meters.refused.labels(self.family, reason).inc()
        for name in verdict:
            self.intake.meters.faults.labels(self.family, name).inc()
        self._charge(self._bucket.take(self._loop.time()))

    def _charge(self, wait_s: float) -> None:
        if wait_s and not self._pauses & Pause.RATE:
            self._pause(Pause.RATE)
            self._loop.call_later(wait_s, self._resume, Pause.RATE)

    def _pause(self, reason: Pause) -> None:
        if self._pauses & reason:
            return
        self.intake.meters.pauses.labels(str(reason.name).lower()).inc()
        if reason is Pause.SPOOL:
            self.intake.committer.when_free(partial(self._resume, Pause.SPOOL))
        if not self._pauses and not self._closing:
            self._transport.pause_reading()
        self._pauses |= reason

    def _resume(self, reason: Pause) -> None:
        """Undo one reason."""
        self._pauses &= ~reason
        if self._closing or self._is_held:
            return
        self._line_up()
        if not self._pauses and not self._ended:
            self._transport.resume_reading()


def _prepare(sock: socket.socket, limits: Limits) -> None:
    """Keep the kernel from taking in megabytes of unread answers, and have it notice a device that is gone."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, limits.write_bytes)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, limits.probe_s)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, limits.probe_s // 4)
