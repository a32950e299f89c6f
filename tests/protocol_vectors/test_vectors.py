"""Published frames of public repositories and standards are read as independent decoders read them."""

import json
from pathlib import Path

import pytest

from tests.protocol_vectors.__main__ import main, results
from tests.shared import shared


def test_every_shared_vector_and_stream_passes() -> None:
    document = json.loads(shared("data/protocol_vectors.json").read_text(encoding="utf-8"))
    failed = {f"{group}[{index}]": found for group, index, found in results(document) if found}
    assert failed == {}


def test_a_wrong_expectation_is_named_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = "##0007CP=&&&&F781\r\n"
    vectors = [
        {"frame": frame, "valid": True, "expect": {"crc": "F781", "length": 7}},
        {"frame": frame, "valid": True, "expect": {"crc": "0000"}},
        {"frame": frame, "valid": False},
        {"valid": True},
    ]
    file = tmp_path / "vectors.json"
    file.write_text(json.dumps({"hj212": vectors}), encoding="utf-8")
    assert main([str(file)]) == 1
    printed = capsys.readouterr()
    assert printed.out == "hj212 1/4\ntotal 1/4\n"
    assert "hj212[1]: crc is 'F781', expected '0000'" in printed.err
    assert "hj212[3]: malformed vector" in printed.err


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["not-there.json"]])
def test_wrong_use_is_said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "usage" in capsys.readouterr().err
