"""The vector command on the shared file, and on files that are wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.shared import shared
from tests.vectors.__main__ import main


def _write(path: Path, content: Any) -> str:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def _group(*vectors: Any, rule: str = "aqi.category") -> dict[str, Any]:
    return {"groups": [{"rule": rule, "vectors": list(vectors)}]}


def test_every_shared_vector_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(shared("data/standard_vectors.json"))]) == 0, capsys.readouterr().err


def test_a_wrong_answer_is_counted_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = {"id": "right", "inputs": {"aqi": 50}, "expected": {"level": 1}}
    wrong = {"id": "wrong", "inputs": {"aqi": 51}, "expected": {"level": 1}}
    assert main([_write(tmp_path / "v.json", _group(right, wrong))]) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines() == ["aqi.category 1/2", "total 1/2"]
    assert "wrong: level: 2 instead of 1" in printed.err


@pytest.mark.parametrize(
    ("vector", "sentence"),
    [
        ({"id": "x", "inputs": {"aqi": 50}}, "no expected values"),
        ({"id": "x", "inputs": {}, "expected": {"level": 1}}, "malformed vector, KeyError"),
        ("text", "malformed vector: text"),
    ],
)
def test_a_malformed_vector_fails_alone(
    vector: Any, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = {"id": "good", "inputs": {"aqi": 300}, "expected": {"hex": "#99004C"}}
    assert main([_write(tmp_path / "v.json", _group(vector, good))]) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1] == "total 1/2"
    assert sentence in printed.err


def test_an_unknown_rule_fails_and_the_run_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = _group({"id": "x", "inputs": {}, "expected": {"a": 1}}, rule="no.such.rule")
    tree["groups"] += _group({"id": "y", "inputs": {"aqi": 1}, "expected": {"category": "优"}})["groups"]
    assert main([_write(tmp_path / "v.json", tree)]) == 1
    printed = capsys.readouterr()
    assert "x: unknown rule" in printed.err
    assert printed.out.splitlines() == ["no.such.rule 0/1", "aqi.category 1/1", "total 1/2"]


def test_a_group_without_vectors_is_malformed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([_write(tmp_path / "v.json", {"groups": ["text"]})]) == 1
    assert capsys.readouterr().out.splitlines()[0] == "malformed group 0/1"


@pytest.mark.parametrize("content", ["{", "[]", '{"groups": 1}'])
def test_a_file_of_another_shape_is_wrong_use(content: str, tmp_path: Path) -> None:
    assert main([_write(tmp_path / "v.json", content)]) == 2


def test_a_missing_file_or_argument_is_wrong_use(tmp_path: Path) -> None:
    assert main([str(tmp_path / "absent.json")]) == 2
    assert main([]) == 2
