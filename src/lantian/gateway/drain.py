"""From the spool into the lake (入库), exactly once, and on to those who follow.

Each table's commit records the spool's name and the last frame it holds. ``frames`` is written last: a frame that
stands there has all its rows, so its number is where the next round goes on; after a crash between two tables the rows
that are there already are left out by their numbers. The follower keeps its own cursor; what the lake holds and the
follower has not seen is told again from the spool, which is pruned only behind both.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import structlog

from lantian.gateway.decoding import ENGINE_ROWS, POSITION_ROWS, READING_ROWS, Decoded, Decoder, table_of
from lantian.gateway.decoding.decoder import NORMAL_ONLY
from lantian.gateway.decoding.memory import Memory
from lantian.gateway.ingested import Ingested
from lantian.gateway.received import Received
from lantian.gateway.registry import Registry
from lantian.gateway.spool import SpoolReader, prune
from lantian.kernel.errors import LantianError
from lantian.lake import Lake, Stretch
from lantian.lake.schema import ENGINE, FRAMES, INSTANT, POSITIONS, READINGS

BATCH = 20_000
LOOK_BACK = 20_000
"""Frames looked at again at a start: a split message may lie across it."""
_SPLIT = b"PNUM="
_RECENT = timedelta(hours=3)
_YESTERDAY = timedelta(days=1)


@dataclass(frozen=True)
class Batch:
    """A stretch of frames and the rows decoded from them."""

    spool: str
    frames: Sequence[Received]
    first: int
    last: int
    decoded: Sequence[Decoded]
    readings: pa.Table
    positions: pa.Table
    engine: pa.Table

    def ingested(self, known_at: datetime) -> Ingested:
        """Return the stretch for those who follow."""
        seen = [one.seen for one in self.decoded]
        rows = self.readings, self.positions, self.engine
        return Ingested(self.spool, self.first, self.last, seen, *rows, known_at)


class Drain:
    """Carries frames from one spool; the only writer of these tables, used by one thread.

    registry: the devices as they are registered now. after: told of each stretch, in order; it keeps how far it is
    and says so by ``cursor(spool)``. usable: data flags whose values count.
    """

    def __init__(
        self,
        lake: Lake,
        folder: Path,
        registry: Callable[[], Registry],
        after: Callable[[Ingested], None],
        *,
        cursor: Callable[[str], int] | None = None,
        usable: Set[str] = NORMAL_ONLY,
        batch: int = BATCH,
    ) -> None:
        self.lake = lake
        self.folder = folder
        self.registry = registry
        self.after = after
        self.batch = batch
        self.usable = usable
        self.log = structlog.get_logger("lantian.drain")
        self._cursor = cursor or self._told_so_far
        self._told: dict[str, int] = {}
        self._reader = SpoolReader(folder)
        self._damage = 0
        self._decoder: tuple[int, Decoder] | None = None
        self._pending: Batch | None = None

    def round(self, now: datetime) -> int:
        """Store and tell what has come, at most a batch; return the number of frames stored.

        What the lake or the follower refuses is logged and tried again in the next round.
        """
        name = self._name()
        if not name:
            return 0
        try:
            count = self._store(name, now)
        except LantianError as error:
            self.log.error("drain.not_stored", reason=error.text.en)
            count = 0
        try:
            self._follow(name, now)
        except LantianError as error:
            self.log.error("drain.not_followed", reason=error.text.en)
        return count

    # -- storing ---------------------------------------------------------------------------------------------------

    def _store(self, name: str, now: datetime) -> int:
        upto = self.lake.stored_upto(FRAMES, name)
        batch = self._next(name, upto, now)
        if batch is None:
            return 0
        stretch = Stretch(name, batch.last, now)
        rows = ((READINGS, batch.readings), (POSITIONS, batch.positions), (ENGINE, batch.engine))
        for spec, table in rows:
            self.lake.append_stretch(spec, table, stretch)
        self.lake.append_stretch(FRAMES, _frame_rows(name, batch.frames), stretch)
        return len(batch.frames)

    def _next(self, name: str, upto: int, now: datetime) -> Batch | None:
        """Return the frames after a number, decoded; those that were refused before are not decoded again."""
        if self._pending is None or self._pending.first != upto + 1:
            frames = self._read(upto, self.batch)
            if not frames:
                return None
            if self._decoder is None or self._decoder[0] != upto:
                self._decoder = upto, self._remembering(name, upto, now)
            decoder = self._decoder[1]
            self._pending = self._decode(name, (upto + 1, frames[-1].seq), frames, decoder)
            self._decoder = frames[-1].seq, decoder
        return self._pending

    def _read(self, after: int, limit: int) -> list[Received]:
        frames = self._reader.read(after, limit)
        for damage in self._reader.damage[self._damage :]:
            self.log.error("drain.spool_damaged", segment=str(damage.path), start=damage.start, end=damage.end)
        self._damage = len(self._reader.damage)
        return frames

    def _decode(self, name: str, span: tuple[int, int], frames: Sequence[Received], decoder: Decoder) -> Batch:
        """Decode frames of registered devices; a frame whose device is registered no longer is stored, no more."""
        devices = self.registry().by_id
        decoded = [decoder.decode(one, devices[one.device]) for one in frames if one.device in devices]
        readings = table_of(READING_ROWS, [row for one in decoded for row in one.readings])
        positions = table_of(POSITION_ROWS, [row for one in decoded for row in one.positions])
        engine = table_of(ENGINE_ROWS, [row for one in decoded for row in one.engine])
        return Batch(name, frames, *span, decoded, readings, positions, engine)

    def _remembering(self, name: str, upto: int, now: datetime) -> Decoder:
        """Return a decoder that knows what one that had decoded all frames up to a number would know."""
        decoder = Decoder(self.usable, Memory())
        if upto:
            devices = self.registry().by_id
            before = self.lake.frames(spool=name, seqs=range(upto - LOOK_BACK, upto + 1), start=now - _YESTERDAY)
            for one in received_of(before):
                if one.device in devices and _SPLIT in one.raw.upper():
                    decoder.decode(one, devices[one.device])
            decoder.memory.last |= self.lake.last_values(name, upto=upto, since=now - _RECENT)
        return decoder

    # -- following -------------------------------------------------------------------------------------------------

    def _follow(self, name: str, now: datetime) -> None:
        """Tell the follower what the lake holds and it has not seen; then forget what both have."""
        stored, followed = self.lake.stored_upto(FRAMES, name), self._cursor(name)
        while followed < stored:
            batch = self._told_again(name, followed, stored, now)
            self.after(batch.ingested(now))
            self._told[name] = batch.last
            reached = self._cursor(name)
            if reached <= followed:
                self.log.error("drain.follower_stands", spool=name, seq=reached)
                return
            followed = reached
        prune(self.folder, min(stored, followed))

    def _told_again(self, name: str, followed: int, stored: int, now: datetime) -> Batch:
        """Return the stretch that comes next for the follower: the one just stored, or one read and decoded again."""
        if self._pending is not None and self._pending.first == followed + 1 and self._pending.last <= stored:
            return self._pending
        frames = [one for one in self._read(followed, self.batch) if one.seq <= stored]
        last = frames[-1].seq if len(frames) == self.batch else stored
        return self._decode(name, (followed + 1, last), frames, self._remembering(name, followed, now))

    def _told_so_far(self, name: str) -> int:
        """The cursor of a follower that keeps none: it is told what is stored from now on."""
        begin = self._pending.first - 1 if self._pending else self.lake.stored_upto(FRAMES, name)
        return self._told.setdefault(name, begin)

    def _name(self) -> str:
        path = self.folder / "name"
        return path.read_text(encoding="ascii") if path.exists() else ""


def _frame_rows(name: str, frames: Sequence[Received]) -> pa.Table:
    return pa.table(
        {
            "spool": [name] * len(frames),
            "seq": pa.array([one.seq for one in frames], pa.int64()),
            "family": [one.family for one in frames],
            "device": [one.device for one in frames],
            "peer": [one.peer for one in frames],
            "verdict": [",".join(one.verdict) for one in frames],
            "raw": pa.array([one.raw for one in frames], pa.binary()),
            "hash": pa.array([sha256(one.raw).digest() for one in frames], pa.binary()),
            "received_at": pa.array([one.received_us for one in frames], pa.int64()).cast(INSTANT),
        }
    )


def received_of(rows: pa.Table) -> list[Received]:
    """Return frames of the lake as they lay in the spool."""
    columns = (rows.column(name).to_pylist() for name in ("seq", "family", "device", "peer", "verdict", "raw"))
    moments = rows.column("received_at").cast(pa.int64()).to_pylist()
    return [
        Received(seq, moment, family, device, peer, tuple(verdict.split(",")) if verdict else (), raw)
        for moment, (seq, family, device, peer, verdict, raw) in zip(moments, zip(*columns, strict=True), strict=True)
    ]
