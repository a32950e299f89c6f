"""HJ 212 framing: the published check sum, any split, any fault of the field, nothing lost behind a bad frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.protocols.hj212.crc import bitwise, crc, modbus, table
from lantian.protocols.hj212.faults import Fault
from lantian.protocols.hj212.frames import Frame, FrameReader, SegmentTooLong, write_frame

# The frame printed in HJ 212-2017 for command 1062, with the check sum of its Annex A.
SEGMENT = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
PUBLISHED = b"##0101" + SEGMENT + b"1C80\r\n"

segments = st.builds(lambda body: b"ST=22;CP=&&" + body + b"&&", st.binary(max_size=900))


def read_all(*chunks: bytes) -> list[Frame]:
    reader = FrameReader()
    frames = []
    for chunk in chunks:
        reader.receive_data(chunk)
        while frame := reader.next_event():
            frames.append(frame)
    reader.end_of_input()
    while frame := reader.next_event():
        frames.append(frame)
    return frames


def test_the_check_sum_is_the_published_one() -> None:
    assert crc(SEGMENT) == 0x1C80
    assert bitwise(b"123456789") == 0x2F80


@given(st.binary(max_size=1100))
def test_fold_table_and_text_of_the_standard_agree(segment: bytes) -> None:
    assert crc(segment) == table(segment) == bitwise(segment)


def test_a_published_frame_is_cut_and_written_alike() -> None:
    [frame] = read_all(PUBLISHED)
    assert (frame.segment, frame.faults, frame.is_intact) == (SEGMENT, (), True)
    assert write_frame(SEGMENT) == PUBLISHED


@given(st.lists(segments, min_size=1, max_size=4), st.data())
def test_frames_survive_any_split(bodies: list[bytes], data: st.DataObject) -> None:
    wire = b"".join(map(write_frame, bodies))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    pieces = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert [frame.segment for frame in read_all(*pieces)] == bodies


@given(st.lists(segments, min_size=1, max_size=3), st.integers(0, 10_000), st.integers(0, 255))
def test_one_changed_byte_costs_at_most_the_frame_it_hits(bodies: list[bytes], at: int, value: int) -> None:
    wire = [write_frame(body) for body in bodies]
    hit = at % len(wire)
    damaged = bytearray(wire[hit])
    damaged[at % len(damaged)] = value
    wire[hit] = bytes(damaged)
    found = [frame.segment for frame in read_all(b"".join(wire)) if frame.is_intact]
    for index, body in enumerate(bodies):
        if index != hit:
            assert body in found


@given(st.binary(max_size=3000))
def test_no_input_hangs_or_raises(noise: bytes) -> None:
    for frame in read_all(noise, noise[::-1]):
        assert frame.raw.startswith(b"##")


@pytest.mark.parametrize(
    ("wire", "faults"),
    [
        (PUBLISHED.replace(b"1C80", b"1c80"), {Fault.CRC_LOWER_CASE}),
        (PUBLISHED.replace(b"1C80", b"801C"), {Fault.CRC_SWAPPED}),
        (PUBLISHED.replace(b"1C80", b"%04X" % modbus(SEGMENT)), {Fault.CRC_MODBUS}),
        (PUBLISHED.replace(b"1C80", b"FFFF"), {Fault.CRC_WRONG}),
        (PUBLISHED.replace(b"##0101", b"##0120"), {Fault.LENGTH_WRONG}),
        (PUBLISHED.replace(b"##0101", b"##0090"), {Fault.LENGTH_WRONG}),
        (PUBLISHED.replace(b"##0101", b"##101"), {Fault.LENGTH_FIELD}),
        (PUBLISHED.replace(b"\r\n", b"\n"), {Fault.TAIL_LF}),
        (PUBLISHED.replace(b"\r\n", b""), set()),
        (b"Real" + PUBLISHED, {Fault.NOISE_BEFORE}),
    ],
)
def test_a_fault_of_the_field_is_named_and_the_segment_found(wire: bytes, faults: set[Fault]) -> None:
    [frame] = read_all(wire)
    assert frame.segment == SEGMENT
    assert set(frame.faults) == faults


def test_a_check_sum_without_its_leading_zero_is_read() -> None:
    segment = next(s for s in (b"CP=&&x=%d&&" % n for n in range(1000)) if 0x100 <= crc(s) < 0x1000)
    [frame] = read_all(b"##%04d%b%X\r\n" % (len(segment), segment, crc(segment)))
    assert (frame.segment, frame.faults) == (segment, (Fault.CRC_SHORT,))


def test_glued_frames_without_line_ends_come_apart() -> None:
    bare = PUBLISHED.rstrip()
    first, second = read_all(bare + bare)
    assert (first.faults, second.faults) == ((Fault.NO_TAIL,), ())


def test_a_false_header_is_stepped_over() -> None:
    [frame] = read_all(b"##0999" + PUBLISHED)
    assert (frame.segment, frame.skipped) == (SEGMENT, 6)


def test_markers_inside_free_text_do_not_cut() -> None:
    segment = b"ST=31;CN=3020;CP=&&i11001-Info=## 9999 &&1234\r\ntest&&"
    assert [frame.segment for frame in read_all(write_frame(segment), PUBLISHED)] == [segment, SEGMENT]


def test_a_segment_that_is_too_long_is_refused_with_both_lengths() -> None:
    with pytest.raises(SegmentTooLong, match="1025 bytes, at most 1024"):
        write_frame(b"x" * 1025)


def test_bytes_of_an_unfinished_frame_are_pending() -> None:
    reader = FrameReader()
    reader.receive_data(b"noise" + PUBLISHED[:40])
    assert (reader.next_event(), reader.pending) == (None, 40)


def test_an_end_in_free_text_is_not_taken_while_the_announced_rest_is_on_its_way() -> None:
    segment = b"ST=31;CN=3020;CP=&&i11001-Info=a&&1234\r\ntest&&"
    wire = write_frame(segment)
    cut = wire.index(b"test")
    assert [frame.segment for frame in read_all(wire[:cut], wire[cut:])] == [segment]


class SearchingReader(FrameReader):
    """A reader that never takes the short way of clean frames."""

    def _clean_frame(self) -> Frame | None:
        return None


def events(reader: FrameReader, pieces: list[bytes]) -> list[Frame]:
    found: list[Frame] = []
    for piece in pieces:
        reader.receive_data(piece)
        found += iter(reader.next_event, None)
    reader.end_of_input()
    return found + list(iter(reader.next_event, None))


wires = segments.map(write_frame) | st.sampled_from([b"\r\n", b"##", b"##0007CP=&&&&F781", b"##0007CP=&&&&f781\n"])


@given(st.lists(wires | st.binary(max_size=20), max_size=6), st.data())
def test_the_short_way_of_clean_frames_gives_what_searching_gives(pieces: list[bytes], data: st.DataObject) -> None:
    wire = bytearray(b"".join(pieces))
    if wire and data.draw(st.booleans()):
        wire[data.draw(st.integers(0, len(wire) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(wire)))
    chunks = [bytes(wire[:cut]), bytes(wire[cut:])]
    assert events(FrameReader(), chunks) == events(SearchingReader(), chunks)
