"""What has to hold for any bytes that reach the JT/T 808 codec."""

from dataclasses import replace

from lantian.protocols.jt808.frames import MAX_BODY, Frame, FrameReader, Header, escape, unescape, write_frame
from lantian.protocols.jt808.messages import MessageId, read_content, read_location
from lantian.protocols.jt808.writing import write_location

PHONE = "012345678900"
_WHOLE = 2_000
"""Bytes within which a frame that never ends does not yet count as noise."""


def read_all(*chunks: bytes) -> list[Frame]:
    """Read chunks as they come from a wire."""
    reader = FrameReader()
    frames: list[Frame] = []
    for chunk in chunks:
        reader.receive_data(chunk)
        frames += iter(reader.next_event, None)
    return frames


def check(data: bytes) -> None:
    """Raise where an invariant of the family does not hold; the first byte chooses which, the rest is its input."""
    if data:
        CHECKS[data[0] % len(CHECKS)](data[1:_WHOLE])


def _check_frames(data: bytes) -> None:
    """Frames are the same however the bytes arrive, and an intact one is written as it was read."""
    cut = data[0] * 8 % len(data) if data else 0
    frames = read_all(data)
    assert frames == read_all(data[:cut], data[cut:])
    assert sum(frame.skipped for frame in frames) <= len(data)
    for frame in frames:
        read_content(frame)
        if frame.is_intact and frame.header:
            assert read_all(write_frame(frame.header, frame.body))[0].body == frame.body


def _check_escape(data: bytes) -> None:
    """Escaping is undone whatever was escaped."""
    assert unescape(escape(data)) == data


def _check_body(data: bytes) -> None:
    """Any body of any known kind is read without an error."""
    kind = list(MessageId)[data[0] % len(MessageId)] if data else MessageId.HEARTBEAT
    body = data[1 : MAX_BODY + 1]
    for version in (None, 1):
        [frame] = read_all(write_frame(Header(kind, PHONE, 1, version), body))
        assert (frame.body, frame.faults) == (body, ())
        read_content(frame)


def _check_location(data: bytes) -> None:
    """A position is the same when it is written and read again."""
    location = read_location(data[:MAX_BODY])
    if location:
        assert read_location(write_location(location)) == replace(location, is_truncated=False)


CHECKS = (_check_frames, _check_escape, _check_body, _check_location)
