"""What has to hold for any bytes that reach the HJ 212 codec."""

from lantian.protocols.hj212.fields import read_fields, write_fields
from lantian.protocols.hj212.frames import MAX_SEGMENT, Frame, FrameReader, write_frame
from lantian.protocols.hj212.messages import read_any, read_message

GOOD = b"ST=22;CN=2011;MN=A1;CP=&&a34004-Rtd=35&&"


def read_all(*chunks: bytes) -> list[Frame]:
    """Read chunks as they come from a wire, to their end; nothing may stay behind."""
    reader = FrameReader()
    frames: list[Frame] = []
    for chunk in chunks:
        reader.receive_data(chunk)
        frames += iter(reader.next_event, None)
    reader.end_of_input()
    frames += iter(reader.next_event, None)
    assert reader.pending <= 1, "only half a start marker may wait"
    return frames


def check(data: bytes) -> None:
    """Raise where an invariant of the family does not hold; the first byte chooses which, the rest is its input."""
    if data:
        CHECKS[data[0] % len(CHECKS)](data[1:])


def _check_frames(data: bytes) -> None:
    """Frames stand in the bytes one behind the other, are read alike either way, and an intact one is written again."""
    cut = _cut(data)
    frames = read_all(data[:cut], data[cut:])
    at = 0
    for frame in frames:
        at = data.index(frame.raw, at) + len(frame.raw)
        assert read_message(frame) == read_any(frame)
        if frame.is_intact and len(frame.segment) <= MAX_SEGMENT:
            assert [again.segment for again in read_all(write_frame(frame.segment))] == [frame.segment]
    assert sum(len(frame.raw) + frame.skipped for frame in frames) <= len(data)


def _cut(data: bytes) -> int:
    """Choose a place in the bytes by the bytes themselves."""
    return data[0] * 8 % len(data) if data else 0


def _check_fields(segment: bytes) -> None:
    """What is read without any remark is the same when written and read once more."""
    fields = read_fields(segment)
    if fields.faults:
        return
    again = read_fields(write_fields(fields.header, {}, [[pair] for pair in fields.pairs if pair.suffix]))
    assert (again.header, again.factors) == (fields.header, fields.factors)
    assert read_fields(write_fields({}, fields.parameters)).parameters == fields.parameters


def _check_whole(data: bytes) -> None:
    """Written frames that arrive whole are found again, whatever they hold."""
    segment = data[:MAX_SEGMENT]
    assert [frame.segment for frame in read_all(write_frame(segment) * 2)] == [segment] * 2


def _check_split(data: bytes) -> None:
    """Written frames without marks in their text are found in any pieces, and behind any noise without marks."""
    plain = data[:MAX_SEGMENT].replace(b"#", b"").replace(b"&", b"")
    wire = write_frame(plain) * 2
    cut = _cut(data) % len(wire)
    assert [frame.segment for frame in read_all(wire[:cut], wire[cut:])] == [plain] * 2
    assert [frame.segment for frame in read_all(plain + write_frame(GOOD))] == [GOOD]


CHECKS = (_check_frames, _check_fields, _check_whole, _check_split)
