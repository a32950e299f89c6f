"""``lantian assessment`` over the records: shown, verified with what does not hold, computed from a file alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantian.apps.accounts.models import Person
from lantian.apps.assessment.models import Assessment, AssessmentSnapshot, BodyResult, Mark, VetoFinding
from lantian.apps.assessment.services.schemes.checking import problems_of, published_of
from lantian.kernel.errors import LantianError
from lantian.project.commands.assessment import command
from tests.assessment.schemes.conftest import FIRST, HOUR, JANUARY, SECOND, THIRD, YEAR, falsified

pytestmark = pytest.mark.django_db
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, published: Assessment) -> Run:
    """Return what runs the command over the test's records, in English."""
    monkeypatch.setenv("LANTIAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANTIAN_LANG", "en")
    monkeypatch.setattr("lantian.project.commands.records.call_command", lambda *_, **__: None)  # tables are there
    return lambda *words: CliRunner().invoke(command, list(words))


@pytest.mark.row("S49")
def test_an_assessment_is_shown_as_lines_as_json_and_mark_by_mark(run: Run, published: Assessment) -> None:
    asked = ("show", "--scheme", "yearly-streets", "--term", "2026")
    lines = run(*asked).output.splitlines()
    assert lines[0] == f"{published.number}\tyearly-streets\t2026\t{published.snapshot_id}"
    totals = {one.body: one for one in published.results.all()}
    assert lines[1] == f"1\tStreet 0\t{totals[FIRST].total:.2f}\tgood"
    assert [line.split("\t")[1] for line in lines[1:]] == ["Street 0", "Street 1", "Street 2"]
    told = json.loads(run(*asked, "--version", "1", "--json").output)
    assert (told["state"], told["number"], told["version"]) == ("published", published.number, 1)
    assert [one["rank"] for one in told["bodies"]] == [1, 2, 3]
    why = run(*asked, "--body", "朝外街道").output.splitlines()
    assert why[1].startswith("2\tStreet 1\t")
    assert "\tGroundwork: ledgers, publicity, grid\t32.00\t80 (年终检查)\t(80 − 0) ÷ (100 − 0) × 40 = 32" in why


def test_what_is_not_there_is_told_and_wrong_use_ends_with_two(run: Run) -> None:
    asked = ("show", "--scheme", "yearly-streets", "--term", "2026")
    for words, said in (
        ((*asked, "--body", "nowhere"), "not assessed here"),
        ((*asked, "--version", "2"), "There is no assessment"),
        (("verify", "--term", "2025"), "has no published assessment"),
    ):
        with pytest.raises(LantianError, match=said):
            CliRunner().invoke(command, words, catch_exceptions=False)
    assert run("show", "--term", "2026").exit_code == 2
    assert run("verify", "--term", "summer").exit_code == 2
    assert run("compute", "/nowhere.json").exit_code == 2


@pytest.mark.row("B16")
def test_a_published_assessment_agrees_with_its_snapshot_its_files_and_its_findings(
    run: Run, published: Assessment
) -> None:
    done = run("verify", "--term", "2026")
    assert (done.exit_code, done.output) == (0, f"{published.number}: agrees.\n")
    told = json.loads(run("verify", "--term", "2026", "--scheme", "yearly-streets", "--json").output)
    assert told == {"ok": True, "checked": [published.number], "problems": []}


def spoil_mark(published: Assessment) -> str:
    Mark.objects.filter(result__assessment=published, result__body=THIRD, item="cases").update(points=1)
    return "marks differ from those stored"


def spoil_figure(published: Assessment) -> str:
    Mark.objects.filter(result__assessment=published, result__body=THIRD, item="cases").update(figure_zh="100 %")
    return "marks differ from those stored"


def spoil_rank(published: Assessment) -> str:
    BodyResult.objects.filter(assessment=published, body=SECOND).update(rank=1)
    return "marks differ from those stored"


def spoil_body(published: Assessment) -> str:
    BodyResult.objects.filter(assessment=published, body=SECOND).delete()
    return "marks differ from those stored"


def spoil_snapshot(published: Assessment) -> str:
    row = AssessmentSnapshot.objects.get(pk=published.snapshot_id)
    row.data["figures"][SECOND]["groundwork"][0]["value"] = "100"
    AssessmentSnapshot.objects.filter(pk=row.pk).update(data=row.data)
    return "does not have its number: it was changed"


def spoil_file(published: Assessment) -> str:
    (Path(django_settings.DATA_DIR) / published.pdf).write_bytes(b"%PDF- another")
    return "PDF: The file is gone or was changed"


def outvote(published: Assessment) -> str:
    """A finding that reached the records behind the services' back."""
    VetoFinding.objects.create(
        veto="falsification", body=FIRST, happened="2026-05-01", confirmed="2026-06-01", reason="x", at=JANUARY
    )
    return "findings for vetoes have changed since, and no correction is drafted"


@pytest.mark.row("B16")
@pytest.mark.parametrize(
    "spoil", [spoil_mark, spoil_figure, spoil_rank, spoil_body, spoil_snapshot, spoil_file, outvote]
)
def test_what_was_changed_after_publication_is_found(
    run: Run, published: Assessment, spoil: Callable[[Assessment], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = spoil(published)
    clock: Any = type("Clock", (), {"now": staticmethod(lambda _tz: JANUARY.replace(year=2027, month=3))})
    monkeypatch.setattr("lantian.project.commands.assessment.datetime", clock)
    done = run("verify", "--term", "2026")
    assert done.exit_code == 1
    assert said in done.output


def test_a_finding_that_is_being_corrected_is_no_problem(run: Run, published: Assessment, publisher: Person) -> None:
    falsified(FIRST, publisher)
    assert Assessment.objects.open().exists()
    assert run("verify", "--term", "2026").exit_code == 0


def test_which_versions_are_followed_by_another_is_asked_once(published: Assessment, publisher: Person) -> None:
    falsified(FIRST, publisher)
    versions = published_of(YEAR)
    with CaptureQueriesContext(connection) as asked:
        assert problems_of([*versions, *versions], JANUARY + HOUR) == []
    assert sum('"previous_id" IN' in one["sql"] or '"previous_id" =' in one["sql"] for one in asked) == 1


@pytest.mark.row("B16")
def test_marks_are_computed_from_the_downloaded_snapshot_alone(run: Run, published: Assessment, tmp_path: Path) -> None:
    file = tmp_path / "snapshot.json"
    file.write_text(json.dumps(published.snapshot.data, ensure_ascii=False), encoding="utf-8")
    shown = json.loads(run("show", "--scheme", "yearly-streets", "--term", "2026", "--json").output)
    told = json.loads(run("compute", str(file), "--json").output)
    assert (told["snapshot"], told["bodies"]) == (published.snapshot_id, shown["bodies"])
    by_number = json.loads(run("compute", published.snapshot.short, "--json").output)
    assert by_number == told
    assert run("compute", "no-file.json").exit_code == 2
    with pytest.raises(LantianError, match="No snapshot alone"):
        CliRunner().invoke(command, ["compute", "0" * 12], catch_exceptions=False)
    file.write_text("{", encoding="utf-8")
    with pytest.raises(LantianError, match="no JSON"):
        CliRunner().invoke(command, ["compute", str(file)], catch_exceptions=False)


def torn(data: dict[str, Any], how: str) -> dict[str, Any]:
    """A snapshot that somebody spoiled by hand."""
    figures = data["figures"][SECOND]
    match how:
        case "no quotient":
            figures["groundwork"][0] = {"value": "1/0"}
        case "no number":
            figures["tasks"] = [{"lamps": {"green": "many"}}, "", "", []]
        case "a list":
            data["figures"] = []
        case "a body less":
            del data["figures"][SECOND]
        case "an indicator less":
            del figures["groundwork"]
        case "an extra less":
            del data["counts"][SECOND]["praise"]
    return data


@pytest.mark.parametrize(
    "how", ["no quotient", "no number", "a list", "a body less", "an indicator less", "an extra less"]
)
def test_a_snapshot_that_was_torn_is_told_and_not_computed(
    run: Run, published: Assessment, tmp_path: Path, how: str
) -> None:
    file = tmp_path / "torn.json"
    file.write_text(json.dumps(torn(published.snapshot.data, how)), encoding="utf-8")
    with pytest.raises(LantianError, match="no assessment's snapshot"):
        CliRunner().invoke(command, ["compute", str(file)], catch_exceptions=False)
