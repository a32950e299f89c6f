"""Bytes full of false headers cost no more than their number, and hide no good frame."""

from collections.abc import Callable
from typing import Any

import pytest

from lantian.protocols.gb17691 import frames as gb17691
from lantian.protocols.hj212 import frames as hj212

VIN = b"LFWSRXSJ0N1F00123"
GOOD_HJ = hj212.write_frame(b"ST=22;CN=2011;CP=&&a34004-Rtd=35&&")
GOOD_GB = gb17691.write_frame(gb17691.Envelope(5, VIN.decode()), b"")
LONG = b"##\x02" + VIN + b"\x01\x01"

Reader = Callable[[], Any]


def intact(reader: Reader, chunks: list[bytes]) -> list[bytes]:
    """Return the intact frames in chunks as they come."""
    made = reader()
    found = []
    for chunk in chunks:
        made.receive_data(chunk)
        found += [frame.raw for frame in iter(made.next_event, None) if frame.is_intact]
    made.end_of_input()
    return found + [frame.raw for frame in iter(made.next_event, None) if frame.is_intact]


@pytest.mark.parametrize("step", [1, 7, 4096])
@pytest.mark.parametrize(
    ("reader", "noise", "good"),
    [
        (hj212.FrameReader, b"##0000" * 60, GOOD_HJ),
        (hj212.FrameReader, b"##9999" * 60, GOOD_HJ),
        (hj212.FrameReader, b"##0100&&ABCD##" * 30, GOOD_HJ),
        (gb17691.FrameReader, b"##" * 100, GOOD_GB),
        (gb17691.FrameReader, (LONG + b"\x01\x00") * 30, GOOD_GB),
    ],
)
def test_a_good_frame_behind_many_false_headers_is_found(reader: Reader, noise: bytes, good: bytes, step: int) -> None:
    wire = noise + good
    chunks = [wire[at : at + step] for at in range(0, len(wire), step)]
    assert good.rstrip() in intact(reader, chunks)


@pytest.mark.parametrize(
    ("module", "reader", "wire", "most"),
    [
        # each false header may be judged at the front once and inside once, whatever its number
        (hj212, hj212.FrameReader, b"##0000" * 2000, 2 * 2000 + 100),
        (hj212, hj212.FrameReader, b"##9999" * 2000, 2 * 2000 + 100),
        (gb17691, gb17691.FrameReader, (LONG + b"\x10\x00") * 400, 3 * 400 + 100),
    ],
)
def test_false_headers_are_judged_a_few_times_each(
    monkeypatch: pytest.MonkeyPatch, module: Any, reader: Reader, wire: bytes, most: int
) -> None:
    name = "_by_length" if module is hj212 else "_proved"
    calls = 0
    real = getattr(reader, name)

    def counted(self: Any, *places: int) -> Any:
        nonlocal calls
        calls += 1
        return real(self, *places)

    monkeypatch.setattr(reader, name, counted)
    intact(reader, [wire[at : at + 512] for at in range(0, len(wire), 512)])
    assert calls <= most
