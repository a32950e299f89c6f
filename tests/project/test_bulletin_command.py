"""``lantian bulletin`` at the terminal: a snapshot computed without a server, and wrong use."""

import json
from pathlib import Path

import pytest

from tests.project.commands import document, lantian


def test_a_snapshot_is_computed_with_nothing_but_its_file(tmp_path: Path) -> None:
    checks = [[f"step:{n}", "a", "2026-11-17T02:00:00+00:00", "verify", n < 2] for n in range(8)]
    data = {
        "format": 1, "record": "weekly-dust", "pack": "cn-110105-2018", "period": "2026-W47",
        "known_at": "2026-11-23T01:05:30+00:00", "places": [["a", "建外街道", "Jianwai"], ["b", "朝外街道", "Chaowai"]],
        "rule": {"least": 5, "silent": "last", "level_percent": 95}, "counts": ["verify"],
        "checks": checks, "before": [],
    }  # fmt: skip
    file = tmp_path / "snapshot.json"
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    found = document(tmp_path, "bulletin", "compute", str(file))
    assert [(one["name"], one["checks"], one["rate"], one["checks_rank"]) for one in found["places"]] == [
        ("Jianwai", 8, "1/4", 1),
        ("Chaowai", 0, None, 2),
    ]
    assert "Jianwai 8 2 25.0" in lantian(tmp_path, "bulletin", "compute", str(file)).stdout
    file.write_text("no", encoding="utf-8")
    assert lantian(tmp_path, "bulletin", "compute", str(file)).returncode == 1


@pytest.mark.parametrize("command", ["bulletin", "assessment"])
@pytest.mark.parametrize(
    ("content", "said"),
    [("[1]", "holds no snapshot"), ("{}", "holds no snapshot"), ('{"format": 2, "pack": 5}', "holds no snapshot"),
     ('{"format": 9, "pack": "cn"}', "snapshot: format 9"), ("{", "is no JSON")],
)  # fmt: skip
def test_a_file_that_holds_no_snapshot_is_said_in_a_sentence(
    tmp_path: Path, command: str, content: str, said: str
) -> None:
    file = tmp_path / "snapshot.json"
    file.write_text(content, encoding="utf-8")
    done = lantian(tmp_path, command, "compute", str(file))
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (1, True, False)


@pytest.mark.parametrize(
    ("period", "output", "code"),
    [("2026-W60", "x.docx", 2), ("2026-11", "x.docx", 2), ("2026-W47", "x.odt", 2), ("2199-W01", "x.docx", 1)],
)
def test_wrong_use_and_a_week_that_is_not_over_are_told_apart(
    tmp_path: Path, period: str, output: str, code: int
) -> None:
    done = lantian(tmp_path, "bulletin", "weekly", "--period", period, "--output", str(tmp_path / output))
    assert (done.returncode, (tmp_path / output).exists()) == (code, False)
    assert done.stderr
