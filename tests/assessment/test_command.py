"""``lantian bulletin`` over the records: the week's paper as DOCX and PDF, and signed ones set again."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lantian.apps.accounts.models import Person
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Bulletin, Snapshot
from lantian.apps.assessment.services.bulletins import Acting, draft, sign, submit
from lantian.apps.inspections.models import Inspection
from lantian.apps.ui.official.validator import check_docx
from lantian.project.commands.bulletin import command
from tests.assessment.conftest import NOW, WEEK


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, busy_week: None) -> Callable[..., Result]:
    """Return what runs the command over the test's records, in English."""
    monkeypatch.setenv("LANTIAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANTIAN_LANG", "en")
    return lambda *words: CliRunner().invoke(command, list(words))


def sign_it(person: Callable[..., Person]) -> Bulletin:
    """Sign the week's bulletin."""
    drafter, signer = Acting(person("enforcement"), NOW), Acting(person("duty"), NOW)
    return sign(submit(draft(rules.bulletin_named("weekly-dust", WEEK), WEEK, drafter), drafter), signer)


@pytest.mark.row("S17")
@pytest.mark.row("S49")
@pytest.mark.parametrize("suffix", ["docx", "pdf"])
def test_without_a_signed_bulletin_a_draft_is_written_on_a_snapshot(
    run: Callable[..., Result], tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"week.{suffix}"
    done = run("weekly", "--period", "2026-W47", "--output", str(file), "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    assert (found["state"], found["checks"], found["period"]) == ("draft", 16, "2026-W47")
    assert Snapshot.objects.filter(pk=found["snapshot"]).exists()
    content = file.read_bytes()
    assert check_docx(content) == [] if suffix == "docx" else content.startswith(b"%PDF-")


@pytest.mark.row("B16")
def test_a_signed_bulletin_is_written_as_it_was_signed_and_set_again_to_the_same(
    run: Callable[..., Result], person: Callable[..., Person], tmp_path: Path
) -> None:
    signed = sign_it(person)
    file = tmp_path / "week.docx"
    done = run("weekly", "--period", "2026-W47", "--output", str(file))
    assert done.exit_code == 0
    assert signed.number in done.stdout
    assert file.read_bytes() == (tmp_path / signed.docx).read_bytes()
    assert json.loads(run("verify", "--period", "2026-W47", "--json").stdout) == {"ok": True, "problems": []}
    assert "agree" in run("verify", "--period", "2026-W47").stdout
    assert "2026-W46 has no signed bulletin" in run("verify", "--period", "2026-W46").stdout
    lost = run("weekly", "--period", "2026-W47", "--output", str(tmp_path / "none" / "week.docx"))
    assert "cannot be written" in str(lost.exception)


@pytest.mark.row("B16")
def test_the_command_says_what_was_and_what_is_where_data_came_late(
    run: Callable[..., Result], person: Callable[..., Person], inspected: Callable[..., Inspection], tmp_path: Path
) -> None:
    signed, file = sign_it(person), str(tmp_path / "week.docx")
    same = run("weekly", "--period", "2026-W47", "--output", file)
    assert "changed since" not in same.stderr
    inspected("110105004", result="failed", recorded_at=NOW + timedelta(hours=2))
    done = run("weekly", "--period", "2026-W47", "--output", file)
    assert done.exit_code == 0
    assert "data have changed since it was signed" in done.stderr
    assert "Street 4, violations/checks (ranks): was 0/0 (4, —), is 1/1 (" in done.stderr
    assert Path(file).read_bytes() == (tmp_path / signed.docx).read_bytes()


def test_a_changed_file_and_a_changed_snapshot_are_found(
    run: Callable[..., Result], person: Callable[..., Person], tmp_path: Path
) -> None:
    signed = sign_it(person)
    kept = (tmp_path / signed.docx).read_bytes()
    (tmp_path / signed.docx).write_bytes(b"other")
    broken = run("verify", "--period", "2026-W47")
    assert broken.exit_code == 1
    assert "hash does not fit" in broken.stderr
    (tmp_path / signed.docx).write_bytes(kept)
    data = dict(signed.snapshot.data)
    Snapshot.objects.filter(pk=signed.snapshot_id).update(data={**data, "checks": data["checks"][1:]})
    assert "does not have its number" in run("verify", "--period", "2026-W47").stderr


def test_a_paper_that_is_set_otherwise_now_is_found(
    run: Callable[..., Result], person: Callable[..., Person], tmp_path: Path
) -> None:
    signed = sign_it(person)
    Bulletin.objects.filter(pk=signed.pk).update(requirements="其他要求")
    broken = run("verify", "--period", "2026-W47")
    assert broken.exit_code == 1
    assert "differs from the signed one" in broken.stderr


@pytest.mark.row("B16")
def test_a_weeks_figures_are_computed_again_as_the_paper_prints_them(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    run("weekly", "--period", "2026-W47", "--output", str(tmp_path / "week.docx"))
    kept = Snapshot.objects.get()
    told = run("compute", kept.short)
    assert told.stdout.splitlines()[1:] == [
        "1 2 Street 1 8 2 25.0", "2 1 Street 2 6 3 50.0", "3 — Street 3 2 1 50.0（1/2）", "4 — Street 4 0 0 —",
    ]  # fmt: skip
    assert "rank-by-checks" in told.stderr
    rows = json.loads(run("compute", kept.short, "--json").stdout)["places"]
    assert [one["rate"] for one in rows] == ["1/4", "1/2", "1/2", None]
