"""Group commit, turns and the quarantine's memory, by themselves."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from lantian.gateway.committer import Committer
from lantian.gateway.metrics import Meters
from lantian.gateway.quarantine import Quarantine, Reason, Stranger
from lantian.gateway.received import Received
from lantian.gateway.turns import AT_ONCE, MANY, Turns
from tests.gateway.test_spool import frame


def test_frames_that_come_during_a_commit_go_together_in_the_next() -> None:
    batches: list[int] = []

    def append(batch: Sequence[Received]) -> Sequence[Received]:
        batches.append(len(batch))
        return batch

    async def scene() -> list[int]:
        said: list[int] = []
        committer = Committer(append, Meters(), queue_bytes=1 << 20)
        running = asyncio.create_task(committer.run())
        committer.put(frame(0), lambda: said.append(0))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for number in range(1, 10):
            committer.put(frame(number), lambda number=number: said.append(number))  # type: ignore[misc]
        committer.close()
        await running
        return said

    assert asyncio.run(scene()) == list(range(10))
    assert batches == [1, 9]


def test_an_answer_that_fails_does_not_keep_others_from_theirs() -> None:
    def fail() -> None:
        raise RuntimeError("the connection is in no state to answer")

    async def scene() -> list[str]:
        said: list[str] = []
        committer = Committer(lambda batch: batch, Meters(), queue_bytes=1 << 20)
        committer.put(frame(1), fail)
        committer.put(frame(2), lambda: said.append("second"))
        committer.close()
        await committer.run()
        return said

    assert asyncio.run(scene()) == ["second"]


def test_a_long_line_is_served_in_parts_with_room_for_others_between() -> None:
    async def scene() -> list[str]:
        seen: list[str] = []
        turns = Turns()
        for _ in range(AT_ONCE + 1):
            turns.add(lambda: seen.append("turn"))
        asyncio.get_running_loop().call_soon(seen.append, "other")
        while len(seen) < AT_ONCE + 2:
            await asyncio.sleep(0)
        for _ in range(MANY + 1):
            turns.add(lambda: None)
        assert turns.is_long
        while turns.is_long:
            await asyncio.sleep(0)
        return seen

    assert asyncio.run(scene()) == ["turn"] * AT_ONCE + ["other", "turn"]


def stranger(key: str, raw: bytes = b"##") -> Stranger:
    """Return a stranger."""
    return Stranger("hj212", key, Reason.UNKNOWN, "10.0.0.1:5", raw, datetime(2026, 1, 1, tzinfo=UTC))


def test_strangers_are_counted_by_device_and_told_oldest_first_at_a_pace() -> None:
    quarantine = Quarantine()
    for key in ("a", "b", "a", "c"):
        quarantine.note(stranger(key))
    assert [(one.key, one.frames) for one in quarantine.take(2)] == [("a", 2), ("b", 1)]
    assert [(one.key, one.frames) for one in quarantine.take(2)] == [("c", 1)]
    assert quarantine.take() == []


@pytest.mark.parametrize("size", [4096, 5000])
def test_no_crowd_of_invented_names_and_no_long_frame_fills_the_memory(size: int) -> None:
    quarantine = Quarantine(kept=10)
    for number in range(1000):
        quarantine.note(stranger(str(number), b"x" * size))
    assert quarantine.dropped == 990
    kept = quarantine.take(100)
    assert len(kept) == 10
    assert {len(one.raw) for one in kept} == {4096}
