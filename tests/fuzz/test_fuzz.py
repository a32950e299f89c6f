"""The invariants of the fuzz targets hold for what hypothesis makes up, and the runner says what it needs."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.protocols.gb17691.frames import Envelope
from lantian.protocols.gb17691.frames import write_frame as write_gb17691
from lantian.protocols.hj212.frames import write_frame as write_hj212
from lantian.protocols.jt808.frames import Header
from lantian.protocols.jt808.frames import write_frame as write_jt808
from tests.fuzz import __main__ as runner
from tests.fuzz import gb17691, hj212, jt808, seeds

noise = st.binary(max_size=60)


def streams(write: Callable[[bytes], bytes]) -> st.SearchStrategy[bytes]:
    """The byte that chooses a check, then noise and frames in turn, one byte perhaps changed."""
    pieces = st.lists(noise | noise.map(write), max_size=4).map(b"".join)
    wires = st.builds(_changed, pieces, st.integers(0, 10_000), st.none() | st.integers(0, 255))
    return st.builds(bytes.__add__, st.integers(0, 11).map(lambda choice: bytes([choice])), wires)


def _changed(wire: bytes, at: int, value: int | None) -> bytes:
    if value is None or not wire:
        return wire
    at %= len(wire)
    return wire[:at] + bytes([value]) + wire[at + 1 :]


@given(streams(lambda body: write_hj212(b"CN=2011;CP=&&" + body + b"&&")))
def test_the_invariants_of_hj212_hold(data: bytes) -> None:
    hj212.check(data)


@given(streams(lambda body: write_gb17691(Envelope(2, gb17691.VIN), body)))
def test_the_invariants_of_gb17691_hold(data: bytes) -> None:
    gb17691.check(data)


@given(streams(lambda body: write_jt808(Header(0x0200, jt808.PHONE, 1), body)))
def test_the_invariants_of_jt808_hold(data: bytes) -> None:
    jt808.check(data)


@pytest.mark.parametrize("arguments", [[], ["modbus"]])
def test_an_unknown_family_is_refused_with_the_known_ones(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert runner.main(arguments) == 2
    assert "gb17691,hj212,jt808" in capsys.readouterr().err


def test_without_atheris_the_runner_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "atheris", None)
    assert runner.main(["hj212"]) == 2
    assert "pip install atheris" in capsys.readouterr().err


def test_seeds_hold_the_vectors_once_for_each_check_and_break_nothing(tmp_path: Path) -> None:
    stream = {"protocol": "jt808", "chunks_hex": ["7e00", "7e"]}
    vectors = {"hj212": [{"frame": "##0007CP=&&&&F781\r\n"}], "gb17691": [{"hex": "2323"}], "streams": [stream]}
    file = tmp_path / "vectors.json"
    file.write_text(json.dumps(vectors), encoding="utf-8")
    assert seeds.main([str(file), str(tmp_path / "corpus")]) == 0
    written = {family: sorted((tmp_path / "corpus" / family).iterdir()) for family in runner.FAMILIES}
    assert {family: len(files) for family, files in written.items()} == {"hj212": 4, "gb17691": 3, "jt808": 1}
    assert written["jt808"][0].read_bytes() == b"\x00\x7e\x00\x7e"
    for family, check in (("hj212", hj212.check), ("gb17691", gb17691.check), ("jt808", jt808.check)):
        for each in written[family]:
            check(each.read_bytes())


def test_wrong_use_of_the_seeds_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert seeds.main([]) == 2
    assert "usage" in capsys.readouterr().err
