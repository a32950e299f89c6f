"""``lantian ranking`` over the records: the published table taken in, and rankings as lines, JSON and workbook."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lantian.apps.assessment.rankings import read
from lantian.apps.ledger.models import Source
from lantian.project.commands.ranking import command
from tests.assessment.rankings_sample import sample
from tests.assessment.test_rankings_sources import ROADS
from tests.shared import shared


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any, district: None) -> Callable[..., Result]:
    """Return what runs the command over the test's records, in English."""
    monkeypatch.setenv("LANTIAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANTIAN_LANG", "en")
    monkeypatch.setattr("lantian.project.commands.records.call_command", lambda *_, **__: None)  # tables are there
    settings.LAKE_URL = sample(tmp_path / "lake")
    return lambda *words: CliRunner().invoke(command, list(words))


@pytest.mark.row("S14")
def test_a_ranking_is_printed_as_lines_json_and_workbook(run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "pm25.xlsx"
    done = run("show", "pm25", "2026-10", "--known", "2026-11-02T10:00+08:00", "--output", str(file))
    assert done.exit_code == 0, done.output
    assert done.stderr == "rank\tband\tinterval\tµg/m³\tname\tremark\n"
    assert done.stdout.splitlines()[:2] == ["1\t1\t1–1\t31.0\tStreet 1\t", "2\t2\t2–3\t41.0\tStreet 2\t"]
    assert file.read_bytes().startswith(b"PK")
    told = run("show", "pm25", "2026-10", "--known", "2026-11-02T10:00+08:00", "--json")
    assert [one.value for one in read(json.loads(told.output)).places] == ["31.0", "41.0", "41.0", "51.0"]
    assert read(json.loads(told.output)).intervals == "widened"
    plain = run("show", "pm25", "2026-10", "--known", "2026-11-02T10:00+08:00", "--json", "--intervals", "blocks")
    assert read(json.loads(plain.output)).intervals == "blocks"
    assert run("show", "pm25", "2026-10", "--known", "2026-10-20T10:00+08:00").output.count("no valid days") == 4
    assert run("show", "none", "2026-10").exit_code != 0
    assert run("show", "pm25", "2026-10", "--known", "2026-10-20T10:00").stdout.count("no valid days") == 4
    wrong = run("show", "pm25", "2026-10", "--known", "yesterday")
    assert (wrong.exit_code, "yesterday is no instant" in wrong.stderr) == (2, True)
    lost = run("show", "pm25", "2026-10", "--output", str(tmp_path / "none" / "pm25.xlsx"))
    assert "cannot be written" in str(lost.exception)


@pytest.mark.row("S27")
def test_a_ranking_of_scores_is_headed_by_points(run: Callable[..., Result]) -> None:
    made = datetime(2026, 3, 1, tzinfo=UTC)
    Source.objects.create(
        kind="cluster", code="JJ1", name="某聚集区", state="working", area_id="110105001", created_at=made,
        changed_at=made, attributes={"score_year": 2026, "score": 92.5},
    )  # fmt: skip
    done = run("show", "clusters", "2026", "--known", "2026-11-02T10:00")
    assert done.stderr.splitlines()[-1] == "rank\tband\tinterval\tpoints\tname\tremark"
    assert done.stdout.splitlines()[0].startswith("1\t1\t1–1\t92.50\t某聚集区")


def test_a_period_that_runs_is_said_to_be_not_over(run: Callable[..., Result]) -> None:
    assert "2999-12 is not over; ranks may still change." in run("show", "pm25", "2999-12").stderr


@pytest.mark.row("S20")
def test_results_come_in_by_file_and_what_is_not_known_is_named(run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "roads.csv"
    file.write_text(ROADS, encoding="utf-8")
    found: dict[str, Any] = json.loads(run("import", "road-dust", str(file)).output)
    assert (found["rows"], found["unknown"], len(found["problems"])) == (6, ["某不存在街道"], 2)
    worst = shared("data/tsp_street_ranking_beijing_worst30.csv")
    assert json.loads(run("import", "city-tsp", str(worst)).output)["rows"] == 117
    assert run("show", "road-dust-street", "2026-10").stdout.startswith("1\t1\t")
