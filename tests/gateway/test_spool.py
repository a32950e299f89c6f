"""The spool: what it has taken is there, in order, whole, and in nobody else's place."""

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.gateway.errors import SpoolBusy, SpoolFailed, SpoolFull
from lantian.gateway.received import Received
from lantian.gateway.segments import read_durable, segments
from lantian.gateway.spool import Spool, SpoolReader, prune, read_spool

TEXT = st.text(st.characters(codec="utf-8", exclude_characters=","), min_size=1, max_size=20)
FRAMES = st.builds(
    Received,
    seq=st.just(0),
    received_us=st.integers(-(2**62), 2**62),
    family=st.sampled_from(["hj212", "gb17691", "jt808"]),
    device=TEXT,
    peer=TEXT,
    verdict=st.lists(TEXT, max_size=3).map(tuple),
    raw=st.binary(max_size=200),
)
BATCHES = st.lists(st.lists(FRAMES, min_size=1, max_size=5), min_size=1, max_size=5)


def frame(number: int, raw: bytes = b"##0007CP=&&&&F781") -> Received:
    """Return a frame that names its place in a test."""
    return Received(0, 1_700_000_000_000_000 + number, "hj212", f"d{number}", "127.0.0.1:9", (), raw)


@contextmanager
def opened(folder: Path, segment_bytes: int = 1 << 20) -> Iterator[Spool]:
    """Open a spool for a while."""
    spool = Spool(folder, segment_bytes=segment_bytes)
    try:
        yield spool
    finally:
        spool.close()


def fill(folder: Path, *batches: list[Received], segment_bytes: int = 1 << 20) -> list[Received]:
    """Append batches to a spool and return all of them with their numbers."""
    with opened(folder, segment_bytes) as spool:
        return [received for batch in batches for received in spool.append(batch)]


def newest(folder: Path) -> Path:
    """Return the file to which the spool appends."""
    return segments(folder)[-1].path


@settings(max_examples=60, deadline=None)
@given(batches=BATCHES, segment_bytes=st.sampled_from([1, 300, 1 << 20]))
def test_what_was_appended_is_read_with_numbers_from_one_without_gaps(
    batches: list[list[Received]], segment_bytes: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        taken = fill(Path(name), *batches, segment_bytes=segment_bytes)
        read = read_spool(Path(name), 0, 1000)
    assert read == taken
    assert [received.seq for received in read] == list(range(1, len(taken) + 1))
    assert [replace(received, seq=0) for received in read] == [received for batch in batches for received in batch]


@settings(max_examples=60, deadline=None)
@given(batch=st.lists(FRAMES, min_size=1, max_size=5), torn=st.lists(FRAMES, min_size=1, max_size=3), data=st.data())
def test_a_tail_torn_anywhere_loses_nothing_that_was_acknowledged(
    batch: list[Received], torn: list[Received], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        taken = fill(folder, batch)
        kept = newest(folder).stat().st_size
        durable = (folder / "durable").read_bytes()
        fill(folder, torn)
        (folder / "durable").write_bytes(durable)  # the crash came before the second batch was acknowledged
        size = newest(folder).stat().st_size
        os.truncate(newest(folder), data.draw(st.integers(kept, size), label="cut"))
        with opened(folder) as spool:
            assert len(taken) <= spool.last <= len(taken) + len(torn)
            [after] = spool.append([frame(1)])
        read = read_spool(folder, 0, 100)
    assert read[: len(taken)] == taken
    assert read[-1] == after
    assert [received.seq for received in read] == list(range(1, after.seq + 1))


@settings(max_examples=100, deadline=None)
@given(batch=st.lists(FRAMES, min_size=2, max_size=6), data=st.data())
def test_one_flipped_byte_is_found_and_hides_one_frame_alone(batch: list[Received], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        taken = fill(folder, batch)
        content = bytearray(newest(folder).read_bytes())
        at = data.draw(st.integers(8, len(content) - 1), label="at")
        content[at] ^= data.draw(st.integers(1, 255), label="flip")
        newest(folder).write_bytes(content)
        reader = SpoolReader(folder)
        read = reader.read(0, 100)
        with opened(folder) as spool:
            [after] = spool.append([frame(1)])
        later = read_spool(folder, taken[-1].seq, 100)
    assert len(read) == len(taken) - 1
    assert set(read) < set(taken)
    [damage] = reader.damage
    assert damage.start <= at < damage.end
    assert after.seq == taken[-1].seq + 1
    assert later == [after]


def test_a_reader_takes_up_where_it_left_in_pieces_of_any_size(tmp_path: Path) -> None:
    taken = fill(tmp_path, *[[frame(n), frame(n + 1)] for n in range(0, 20, 2)], segment_bytes=300)
    assert len(segments(tmp_path)) > 3
    reader = SpoolReader(tmp_path)
    read: list[Received] = []
    while piece := reader.read(read[-1].seq if read else 0, 3):
        read += piece
    assert read == taken
    assert read_spool(tmp_path, 17, 2) == taken[17:19]


def test_a_reader_sees_nothing_that_is_not_durable_yet(tmp_path: Path) -> None:
    taken = fill(tmp_path, [frame(1)])
    durable = (tmp_path / "durable").read_bytes()
    fill(tmp_path, [frame(2)])
    (tmp_path / "durable").write_bytes(durable)
    assert read_spool(tmp_path, 0, 10) == taken


def test_a_spool_that_is_not_there_yet_reads_empty(tmp_path: Path) -> None:
    assert read_spool(tmp_path / "none", 0, 10) == []
    assert read_durable(tmp_path) == 0


def test_the_name_stays_when_the_spool_is_opened_again(tmp_path: Path) -> None:
    names = []
    for _ in range(2):
        with opened(tmp_path) as spool:
            names.append(spool.name)
    assert names[0] == names[1]
    assert len(names[0]) == 32


def test_numbers_go_on_after_everything_was_pruned_and_the_spool_opened_again(tmp_path: Path) -> None:
    taken = fill(tmp_path, *[[frame(n)] for n in range(6)], segment_bytes=1)
    assert len(segments(tmp_path)) == 6
    assert prune(tmp_path, 3) == 3
    assert read_spool(tmp_path, 0, 10) == taken[3:]
    assert prune(tmp_path, 100) == 2
    assert read_spool(tmp_path, 5, 10) == taken[5:]
    [after] = fill(tmp_path, [frame(9)])
    assert after.seq == 7


def test_a_segment_goes_only_when_all_its_frames_are_stored(tmp_path: Path) -> None:
    fill(tmp_path, [frame(1), frame(2)], [frame(3)], segment_bytes=1)
    assert prune(tmp_path, 1) == 0
    assert prune(tmp_path, 2) == 1


def test_a_second_process_is_told_that_the_spool_is_taken(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(SpoolBusy, match="another process"):
        Spool(tmp_path)


def test_a_crash_between_making_a_segment_and_its_first_frame_leaves_no_trace(tmp_path: Path) -> None:
    taken = fill(tmp_path, [frame(1)])
    for content in (b"", b"LTSP", b"LTSPOOL1"):
        (tmp_path / f"{2:020}.seg").write_bytes(content)
        with opened(tmp_path) as spool:
            assert spool.last == 1
    [after] = fill(tmp_path, [frame(2)])
    assert read_spool(tmp_path, 0, 10) == [*taken, after]


def test_a_clock_that_is_set_back_does_not_change_the_order(tmp_path: Path) -> None:
    late, early = replace(frame(1), received_us=2_000_000), replace(frame(2), received_us=1_000_000)
    fill(tmp_path, [late], [early])
    assert [received.received_us for received in read_spool(tmp_path, 0, 10)] == [2_000_000, 1_000_000]


class FullDisk:
    """``os.write`` and ``os.fsync`` of a disk that fills up in the middle of a write."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error = 0
        self.on_fsync = False
        self._write, self._fsync = os.write, os.fsync
        monkeypatch.setattr(os, "write", self.write)
        monkeypatch.setattr(os, "fsync", self.fsync)

    def write(self, descriptor: int, data: bytes) -> int:
        """Write, or half of it and then no more."""
        if not self.error or self.on_fsync:
            return self._write(descriptor, data)
        if len(data) < 40:
            raise OSError(self.error, os.strerror(self.error))
        return self._write(descriptor, bytes(data)[: len(data) // 2])

    def fsync(self, descriptor: int) -> None:
        """Flush, or find out only now."""
        if self.error and self.on_fsync:
            raise OSError(self.error, os.strerror(self.error))
        self._fsync(descriptor)


@pytest.mark.parametrize("on_fsync", [False, True])
@pytest.mark.parametrize("segment_bytes", [1, 1 << 20])
def test_a_full_disk_takes_nothing_of_a_batch_and_the_spool_goes_on_when_there_is_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_fsync: bool, segment_bytes: int
) -> None:
    disk = FullDisk(monkeypatch)
    disk.on_fsync = on_fsync
    with opened(tmp_path, segment_bytes) as spool:
        first = spool.append([frame(1)])
        for _ in range(3):
            disk.error = errno.ENOSPC
            with pytest.raises(SpoolFull, match="full"):
                spool.append([frame(2), frame(3)])
            assert read_spool(tmp_path, 0, 10) == first
        disk.error = 0
        second = spool.append([frame(4)])
    assert [received.seq for received in second] == [2]
    assert read_spool(tmp_path, 0, 10) == first + second
    with opened(tmp_path) as again:
        assert again.last == 2


def test_a_broken_disk_is_another_matter_than_a_full_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FullDisk(monkeypatch)
    with opened(tmp_path) as spool:
        disk.error = errno.EIO
        with pytest.raises(SpoolFailed, match="Input/output error"):
            spool.append([frame(1)])


QUOTA = """
import resource, sys
from pathlib import Path
from lantian.gateway.errors import SpoolFull
from lantian.gateway.received import Received
from lantian.gateway.spool import Spool
spool = Spool(Path(sys.argv[1]))
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, hard))
frame = Received(0, 1, "hj212", "d1", "127.0.0.1:9", (), b"x" * 400)
taken = 0
try:
    while True:
        taken += len(spool.append([frame, frame]))
except SpoolFull:
    print("full at", taken)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
print("then", spool.append([frame])[0].seq)
"""


def test_a_real_limit_on_the_size_of_files_is_a_full_disk(tmp_path: Path) -> None:
    result = subprocess.run([sys.executable, "-c", QUOTA, str(tmp_path)], capture_output=True, text=True, check=True)
    taken = len(read_spool(tmp_path, 0, 100)) - 1
    assert result.stdout.splitlines() == [f"full at {taken}", f"then {taken + 1}"]
    assert taken == 6  # of 8 + 2 × 463 bytes a batch, three fit into 3,000


def test_half_a_batch_that_cannot_be_cut_off_is_never_read_and_its_numbers_go_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_descriptor: int, _size: int) -> None:
        raise OSError(errno.EIO, "no")

    disk = FullDisk(monkeypatch)
    with opened(tmp_path) as spool:
        first = spool.append([frame(1)])
        disk.error, disk.on_fsync = errno.ENOSPC, True  # all of the batch is written, and then not flushed
        with monkeypatch.context() as patch:
            patch.setattr(os, "ftruncate", broken)
            with pytest.raises(SpoolFull):
                spool.append([frame(2), frame(3)])
        disk.error = 0
        second = spool.append([frame(4)])
        third = spool.append([frame(5)])
    assert [received.seq for received in second + third] == [2, 3]
    assert read_spool(tmp_path, 0, 10) == first + second + third
    [after] = fill(tmp_path, [frame(6)])
    assert after.seq == 4


def test_where_not_even_the_durable_mark_finds_room_readers_wait_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _data: bytes, _at: int) -> int:
        raise OSError(errno.ENOSPC, "full")

    with opened(tmp_path) as spool:
        with monkeypatch.context() as patch:
            patch.setattr(os, "pwrite", full)
            first = spool.append([frame(1)])
        assert read_spool(tmp_path, 0, 10) == []
        second = spool.append([frame(2)])
        assert read_spool(tmp_path, 0, 10) == first + second


def test_a_segment_that_is_pruned_while_it_is_read_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = fill(tmp_path, [frame(1)], [frame(2)], segment_bytes=1)
    gone = segments(tmp_path)
    prune(tmp_path, 1)
    monkeypatch.setattr("lantian.gateway.spool.segments", lambda _folder: gone)
    assert read_spool(tmp_path, 0, 10) == taken[1:]
