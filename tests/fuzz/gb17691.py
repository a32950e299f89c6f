"""What has to hold for any bytes that reach the GB 17691 and HJ 1239 codec."""

from lantian.protocols.gb17691.frames import Envelope, Frame, FrameReader, write_frame
from lantian.protocols.gb17691.messages import Command, Layout, Message, read_message

VIN = "LFWSRXSJ0N1F00123"


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
    """Frames stand in the bytes one behind the other, and are read without an error."""
    cut = _cut(data)
    frames = read_all(data[:cut], data[cut:])
    at = 0
    for frame in frames:
        at = data.index(frame.raw, at) + len(frame.raw)
        read_message(frame)
    assert sum(len(frame.raw) + frame.skipped for frame in frames) <= len(data)


def _cut(data: bytes) -> int:
    """Choose a place in the bytes by the bytes themselves."""
    return data[0] * 8 % len(data) if data else 0


def _check_split(data: bytes) -> None:
    """A written frame without marks in its unit is found in any pieces, and behind any noise without marks."""
    plain = data.replace(b"#", b"").replace(b"~", b"")
    wire = write_frame(Envelope(Command.REPORT, VIN), plain)
    cut = _cut(data) % len(wire)
    assert wire in [frame.raw for frame in read_all(plain + wire[:cut], wire[cut:])]


def _check_units(data: bytes) -> None:
    """Any unit under any command is read without an error, and nothing of a report is lost."""
    command = data[0] if data else 0
    [frame] = read_all(write_frame(Envelope(command, VIN), data[1:]))
    assert (frame.unit, frame.faults) == (data[1:], ())
    _check_message(frame, read_message(frame))


def _check_message(frame: Frame, message: Message) -> None:
    """Every byte of a report belongs to its time, a serial, a block or the rest."""
    if frame.command not in (Command.REPORT, Command.SUPPLEMENT) or message.layout is None:
        return
    once = message.layout is Layout.SERIAL_ONCE
    head = 6 + (2 if once else 0)
    blocks = [
        1 + (0 if block.serial is None else 2) + len(block.body) + len(block.signature or b"")
        for block in message.blocks
    ]
    assert head + sum(blocks) + len(message.rest) == len(frame.unit)
    assert all((block.serial is None) == once for block in message.blocks)


CHECKS = (_check_frames, _check_split, _check_units)
