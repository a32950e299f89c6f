"""Commands to HJ 212 devices (反控): fetched, sent over the device's connection, awaited, reported (6.1, 6.2).

One command of a device at a time. A device that is not connected leaves its commands queued until they expire. While a
device that took a request up keeps sending, its result is awaited: stored data may take minutes. The source is only
used in one thread, which reports what happened before it fetches anew, so that nothing is sent twice.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from lantian.gateway.intake import Intake
from lantian.gateway.orders import Order, OrderReport, OrderState
from lantian.kernel.errors import LantianError
from lantian.kernel.instants import BEIJING
from lantian.protocols.hj212.messages import Command, ExecutionResult, Message
from lantian.protocols.hj212.session import Acknowledged, Answered, Event, Finished, Patience, Platform
from lantian.protocols.hj212.writing import write_qn

PATIENCE = Patience()
STILL_SENDING = timedelta(seconds=60)
_CODES = frozenset(Command)


class OrderSource(Protocol):
    """Where commands come from and where reports go; may block."""

    def fetch(self) -> Sequence[Order]:
        """Return the queued commands, oldest first."""
        ...

    def report(self, report: OrderReport) -> None:
        """Note what became of a command; raises LantianError where that cannot be."""
        ...


@dataclass(slots=True)
class _Flight:
    """A command under way. heard: when the device last said something of it, after it took it up."""

    order: Order
    qn: str
    platform: Platform
    attempts: int = 1
    heard: datetime | None = None
    reply: dict[str, str] = field(default_factory=dict)


class Dispatcher:
    """Commands under way, one for each device; used on the event loop."""

    def __init__(self, intake: Intake, source: OrderSource, patience: Patience = PATIENCE) -> None:
        self._intake = intake
        self._source = source
        self._patience = patience
        self._flights: dict[str, _Flight] = {}
        self._reports: deque[OrderReport] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="orders")
        self._last_sent = datetime.min.replace(tzinfo=BEIJING)
        self._log = structlog.get_logger("lantian.gateway")

    async def round(self) -> None:
        """Report, fetch, send what can be sent, and send again what was not answered."""
        loop = asyncio.get_running_loop()
        try:
            orders = await loop.run_in_executor(self._thread, self._exchange)
        except Exception:  # the record store may be away for a while; what is to be reported waits
            self._log.exception("orders.failed")
            orders = []
        at = self._intake.now()
        for order in orders:
            self._begin(order, at)
        for flight in list(self._flights.values()):
            self._watch(flight, at)

    def hear(self, device: str, message: Message) -> None:
        """Follow a device's messages, which are stored already."""
        flight = self._flights.get(device)
        if flight is None:
            return
        at = self._intake.now()
        if flight.heard is not None and message.cn == flight.order.code:
            flight.heard = at
        if message.qn == flight.qn and message.cn == flight.order.code:
            flight.reply.update(message.parameters)
        for event in flight.platform.received(message, at) if message.qn == flight.qn else ():
            self._meant(flight, event, at)

    def close(self) -> None:
        """Report what is left and end the thread."""
        self._thread.submit(self._flush)
        self._thread.shutdown()

    # -- in the thread -----------------------------------------------------------------------------------------------

    def _exchange(self) -> Sequence[Order]:
        self._flush()
        return self._source.fetch()

    def _flush(self) -> None:
        while self._reports:
            try:
                self._source.report(self._reports[0])
            except LantianError as error:
                self._log.warning("order.unreported", order=self._reports[0].id, reason=error.text.en)
            self._reports.popleft()

    # -- on the loop -------------------------------------------------------------------------------------------------

    def _begin(self, order: Order, at: datetime) -> None:
        link = self._intake.links.get(order.device)
        if link is None or order.device in self._flights or at >= order.expires_at:
            return
        address = link.address_of(order.device)
        if address is None or order.code not in _CODES:
            self._told(OrderReport(order.id, "failed", at, attempts=0))
            return
        flight = _Flight(order, self._next_qn(at), Platform(address, self._patience))
        self._flights[order.device] = flight
        link.send(flight.platform.command(flight.qn, Command(order.code), order.parameters, at))
        self._report(flight, "sent", at)

    def _next_qn(self, at: datetime) -> str:
        """Return a request number that was not used before, even within one millisecond or after a clock set back."""
        self._last_sent = max(at, self._last_sent + timedelta(milliseconds=1))
        return write_qn(self._last_sent)

    def _watch(self, flight: _Flight, at: datetime) -> None:
        """Send again where nobody answered; give up after the last attempt."""
        if flight.heard is not None and at - flight.heard < STILL_SENDING:
            return
        again, ended = flight.platform.due(at)
        link = self._intake.links.get(flight.order.device)
        for wire in again:
            flight.attempts += 1
            if link is not None:
                link.send(wire)
            self._report(flight, "sent", at)
        for event in ended:
            self._meant(flight, event, at)

    def _meant(self, flight: _Flight, event: Event, at: datetime) -> None:
        match event:
            case Answered() if event.is_ready:
                flight.heard = at
                self._report(flight, "accepted", at, answer=event.answer)
            case Answered():
                self._end(flight, "refused", at, answer=event.answer)
            case Acknowledged():
                self._end(flight, "done", at)
            case Finished(result=None):
                self._end(flight, "timed-out", at)
            case Finished():
                state: OrderState = "done" if event.result == ExecutionResult.DONE else "failed"
                self._end(flight, state, at, result=event.result or "")

    def _end(self, flight: _Flight, state: OrderState, at: datetime, *, answer: str = "", result: str = "") -> None:
        del self._flights[flight.order.device]
        self._report(flight, state, at, answer=answer, result=result)

    def _report(self, flight: _Flight, state: OrderState, at: datetime, *, answer: str = "", result: str = "") -> None:
        self._told(
            OrderReport(
                id=flight.order.id,
                state=state,
                at=at,
                attempts=flight.attempts,
                qn=flight.qn,
                answer=answer,
                result=result,
                reply=dict(flight.reply),
            )
        )

    def _told(self, report: OrderReport) -> None:
        self._reports.append(report)
        self._intake.meters.orders.labels(report.state).inc()
