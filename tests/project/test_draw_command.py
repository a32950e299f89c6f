"""``lantian draw`` at the terminal: a draw, its record, and what the verifier says of a changed one."""

import csv
import hashlib
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.project.commands import document, lantian
from tests.shared import ROOT

SEED = hashlib.sha256(b"lottery 2019-06-01: 03 11 17").hexdigest()
LIST = {
    "rule": {"take": 3, "weights": {"low": 1, "high": 4}, "least": {"low": 1}, "version": "2019-1"},
    "subjects": [{"id": f"企业{n:02d}", "band": "high" if n % 4 == 0 else "low"} for n in range(12)],
}


@pytest.fixture
def drawn(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "list.json").write_text(json.dumps(LIST, ensure_ascii=False), encoding="utf-8")
    found: dict[str, Any] = document(tmp_path, "draw", "run", str(tmp_path / "list.json"), "--seed", SEED)
    return found


@pytest.mark.row("B3")
def test_a_script_without_our_code_draws_the_same(drawn: dict[str, Any]) -> None:
    weights = {band: float(weight) for band, weight in drawn["rule"]["weights"].items()}
    keys = {}
    for subject in drawn["subjects"]:
        digest = hashlib.sha256(bytes.fromhex(drawn["seed"]) + b"\x1f" + subject["id"].encode()).digest()
        uniform = (int.from_bytes(digest[:8], "big") + 0.5) / 2**64
        keys[subject["id"]] = math.log(uniform) / weights[subject["band"]]
    by_key = sorted(keys, key=lambda one: -keys[one])
    low = [one["id"] for one in drawn["subjects"] if one["band"] == "low"]
    first_low = next(one for one in by_key if one in low)
    expected = {first_low, *[one for one in by_key if one != first_low][:2]}
    assert set(drawn["drawn"]) == expected


@pytest.mark.row("B3")
def test_the_record_verifies_and_a_changed_one_does_not(tmp_path: Path, drawn: dict[str, Any]) -> None:
    record = tmp_path / "record.json"
    record.write_text(json.dumps(drawn, ensure_ascii=False), encoding="utf-8")
    assert lantian(tmp_path, "draw", "verify", str(record)).returncode == 0
    changed = [
        {**drawn, "drawn": [*drawn["drawn"][1:], "企业11"]},
        {**drawn, "seed": "00" * 32},
        {**drawn, "subjects": drawn["subjects"][1:]},
        {**drawn, "method": "dice"},
    ]
    for one in changed:
        record.write_text(json.dumps(one, ensure_ascii=False), encoding="utf-8")
        found = lantian(tmp_path, "draw", "verify", str(record), "--json")
        assert found.returncode == 1
        assert json.loads(found.stdout)["problems"]


def test_a_sheet_with_weights_can_be_drawn_from(tmp_path: Path) -> None:
    sheet = tmp_path / "list.csv"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "weight"])
        writer.writerows([[f"a{n}", 1 + n % 2] for n in range(9)])
    found = document(tmp_path, "draw", "run", str(sheet), "--seed", SEED, "--take", "4")
    assert len(found["drawn"]) == 4
    assert found["rule"]["weights"] == {"all": "1", "w2": "2"}


@pytest.mark.parametrize(
    ("content", "words", "says"),
    [
        ("{", (), "no JSON"),
        ("[]", (), "take"),
        ('["a","a"]', ("--take", "1"), "listed twice: a"),
        ('["a"]', ("--take", "1", "--seed", "12"), "at least 8 bytes"),
        ('["a"]', ("--take", "1", "--seed", "xyz"), "hexadecimal"),
        ('{"rule":{"take":1,"weights":{"x":1}},"subjects":[{"id":"a","band":"y"}]}', (), "without a weight: y"),
    ],
)
def test_what_cannot_be_drawn_from_says_why(tmp_path: Path, content: str, words: tuple[str, ...], says: str) -> None:
    file = tmp_path / "list.json"
    file.write_text(content, encoding="utf-8")
    seed = () if "--seed" in words else ("--seed", SEED)
    found = lantian(tmp_path, "draw", "run", str(file), *words, *seed)
    assert found.returncode == 1
    assert says in found.stderr


def test_wrong_use_has_its_own_exit_code(tmp_path: Path) -> None:
    assert lantian(tmp_path, "draw", "run").returncode == 2
    assert lantian(tmp_path, "draw", "verify", "missing.json").returncode == 2


def test_a_sheet_with_two_weights_for_a_band_or_without_ids_is_refused(tmp_path: Path) -> None:
    sheet = tmp_path / "list.csv"
    for content, says in (("id,band,weight\na,x,1\nb,x,2\n", "two weights"), ("name\na\n", "column id")):
        sheet.write_text(content, encoding="utf-8")
        found = lantian(tmp_path, "draw", "run", str(sheet), "--seed", SEED, "--take", "1")
        assert found.returncode == 1
        assert says in found.stderr


@pytest.mark.row("B3")
def test_the_script_of_the_docs_reproduces_the_record(tmp_path: Path, drawn: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "how-to" / "draw.md").read_text(encoding="utf-8")
    script = tmp_path / "check.py"
    script.write_text(page.split("```python\n")[1].split("```")[0], encoding="utf-8")
    record = tmp_path / "record.json"
    record.write_text(json.dumps(drawn, ensure_ascii=False), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), str(record)], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["list", "hash", "True", "result", "True"]
