"""Group commit (成组提交): frames that come while the disk is busy go to it together, next.

A lone frame does not wait for company; only after a commit a few milliseconds pass in which the next one gathers. Each
frame's ``then`` is called on the event loop after its fsync, in the order of arrival, so that a device's answers keep
their order. When the queue or the disk is full, connections stop reading and are called when there is room again;
nothing is dropped.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import structlog

from lantian.gateway.errors import SpoolFull
from lantian.gateway.metrics import Meters
from lantian.gateway.received import Received

BATCH = 512
"""Frames of one commit: their answers are written in one go, during which nothing is read."""
RETRY_S = 0.5
COMPANY, GATHER_S = 128, 0.004
"""Fewer frames than this wait so long after a commit: an fsync for each would cost more than it brings."""
_OVERHEAD = 200

Append = Callable[[Sequence[Received]], Sequence[Received]]
Then = Callable[[], None]


class Committer:
    """Between the connections and the spool; everything but ``append`` runs on the event loop."""

    def __init__(self, append: Append, meters: Meters, *, queue_bytes: int, retry_s: float = RETRY_S) -> None:
        self._append = append
        self._meters = meters
        self._queue_bytes = queue_bytes
        self._retry_s = retry_s
        self._queue: deque[tuple[Received, Then]] = deque()
        self._bytes = 0
        self._stuck = False
        self._closing = False
        self._wake = asyncio.Event()
        self._waiting: list[Then] = []
        self._log = structlog.get_logger("lantian.gateway")

    @property
    def is_full(self) -> bool:
        """Whether nothing more should be read for now."""
        return self._stuck or self._bytes >= self._queue_bytes

    def put(self, received: Received, then: Then) -> None:
        """Take a frame; ``then`` is called once it is durable."""
        self._queue.append((received, then))
        self._bytes += len(received.raw) + _OVERHEAD
        self._wake.set()

    def when_free(self, resume: Then) -> None:
        """Have something called as soon as there is room again."""
        self._waiting.append(resume)

    def close(self) -> None:
        """Let :meth:`run` end once everything taken is durable, or at once where the disk is full."""
        self._closing = True
        self._wake.set()

    async def run(self) -> None:
        """Commit until closed; raises SpoolFailed where the disk does not take what it is given."""
        with ThreadPoolExecutor(1, thread_name_prefix="spool") as thread:
            while self._queue or not self._closing:
                if not self._queue:
                    self._wake.clear()
                    await self._wake.wait()
                    continue
                if not await self._commit(thread, list(islice(self._queue, BATCH))):
                    if self._closing:
                        return
                    await asyncio.sleep(self._retry_s)
                elif len(self._queue) < COMPANY and not self._closing:
                    await asyncio.sleep(GATHER_S)

    async def _commit(self, thread: ThreadPoolExecutor, batch: list[tuple[Received, Then]]) -> bool:
        """Make the head of the queue durable; False where the disk is full and the queue stays as it is."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            numbered = await loop.run_in_executor(thread, self._append, [received for received, _ in batch])
        except SpoolFull as error:
            self._stick(error)
            return False
        self._meters.commit_s.observe(loop.time() - started)
        self._meters.commit_frames.observe(len(batch))
        self._meters.last.set(numbered[-1].seq)
        self._settle(batch)
        return True

    def _stick(self, error: SpoolFull) -> None:
        if not self._stuck:
            self._log.error("spool.full", reason=error.text.en, waiting_bytes=self._bytes)
        self._stuck = True
        self._meters.full.set(1)

    def _settle(self, batch: list[tuple[Received, Then]]) -> None:
        """Tell whoever waits for these frames, and for room."""
        if self._stuck:
            self._log.info("spool.resumed")
            self._stuck = False
            self._meters.full.set(0)
        for family, count in Counter(received.family for received, _ in batch).items():
            self._meters.stored.labels(family).inc(count)
        for received, then in batch:
            self._queue.popleft()
            self._bytes -= len(received.raw) + _OVERHEAD
            try:
                then()
            except Exception:
                self._log.exception("answer.failed", device=received.device)
        self._meters.queue.set(self._bytes)
        if self._waiting and self._bytes < self._queue_bytes // 2:
            waiting, self._waiting = self._waiting, []
            for resume in waiting:
                resume()
