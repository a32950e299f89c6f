"""``lantian plan import`` as it is called: a plan that the rules never saw, exit codes, JSON, draft records."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lantian.policy.check import check_pack
from lantian.project.cli import group
from tests.policy.plantext.gold import SAMPLES, read_marked
from tests.shared import shared


def lantian(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(group, [str(each) for each in arguments], env={"LANTIAN_LANG": "en"} | environment)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    file = tmp_path / "county.txt"
    file.write_text(read_marked(SAMPLES / "new-county.txt").text, encoding="utf-8")
    return file


@pytest.mark.row("B2")
def test_a_plan_comes_out_as_articles_tasks_departments_deadlines_and_quantities_with_their_places(
    county: Path,
) -> None:
    result = lantian("plan", "import", county, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    text = county.read_text(encoding="utf-8")
    assert document["document"]["number"] == "清政办〔2022〕45号"
    assert document["document"]["date"] == "2022-09-30"
    assert document["document"]["issuer"] == "清源县人民政府办公室"
    task = next(each for each in document["tasks"] if "散煤" not in each["text"] and "扫尾" in each["text"])
    assert task["lead"] == ["县能源发展中心"]
    assert task["joint"] == ["县财政局", "县住建局", "各乡镇（街道）"]
    assert [(due["kind"], due["value"]) for due in task["deadlines"]] == [("by", "2022-11-15")]
    (quantity,) = task["quantities"]
    assert (quantity["value"], quantity["unit"], quantity["comparator"]) == (8600, "户", "=")
    assert text[quantity["start"] : quantity["end"]] == "8600户"
    assert text[task["start"] : task["end"]] == task["text"]
    assert all({"rule", "confidence", "start", "end"} <= set(party) for party in task["parties"])


@pytest.mark.row("B2")
def test_the_chaoyang_plan_comes_out_with_its_31_articles() -> None:
    result = lantian("plan", "import", shared("plan/chaoyang-2018.txt"), "--json")
    assert [article["number"] for article in json.loads(result.stdout)["articles"]] == list(range(1, 32))


@pytest.mark.row("B2")
def test_the_draft_records_are_a_pack_that_passes_its_check(county: Path, tmp_path: Path) -> None:
    result = lantian("plan", "import", county, "--output", tmp_path / "draft")
    assert result.exit_code == 0
    assert check_pack(tmp_path / "draft") == []
    assert lantian("plan", "import", county, "--output", tmp_path / "draft").exit_code == 0


@pytest.mark.parametrize("sample", sorted(path.stem for path in SAMPLES.glob("*.txt")))
def test_drafts_of_every_form_of_plan_pass_their_check(sample: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(read_marked(SAMPLES / f"{sample}.txt").text, encoding="utf-8")
    assert lantian("plan", "import", file, "--output", tmp_path / sample).exit_code == 0
    assert check_pack(tmp_path / sample) == []


def test_records_that_are_no_draft_are_not_replaced(county: Path, tmp_path: Path) -> None:
    (tmp_path / "tasks.toml").write_text("# mine\n", encoding="utf-8")
    result = lantian("plan", "import", county, "--output", tmp_path)
    assert result.exit_code == 1
    assert (tmp_path / "tasks.toml").read_text(encoding="utf-8") == "# mine\n"


def test_a_folder_that_is_not_named_like_a_pack_is_told_its_name(county: Path, tmp_path: Path) -> None:
    result = lantian("plan", "import", county, "--output", tmp_path / "My Plan")
    assert result.exit_code == 0
    assert "rename it to my-plan before use" in result.stderr
    (tmp_path / "My Plan").rename(tmp_path / "my-plan")
    assert check_pack(tmp_path / "my-plan") == []


def test_without_options_a_summary_is_printed(county: Path) -> None:
    result = lantian("plan", "import", county)
    assert "number: 清政办〔2022〕45号" in result.stdout
    assert "lead 县能源发展中心; joint 县财政局, 县住建局, 各乡镇（街道）" in result.stdout
    assert "文号：清政办〔2022〕45号" in lantian("plan", "import", county, LANTIAN_LANG="zh").stdout


def test_an_empty_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    assert lantian("plan", "import", tmp_path / "empty.txt").exit_code == 1


def test_a_missing_file_and_a_missing_argument_are_wrong_use(tmp_path: Path) -> None:
    assert lantian("plan", "import", tmp_path / "nowhere.txt").exit_code == 2
    assert lantian("plan", "import").exit_code == 2
    assert lantian("plan", "import", tmp_path).exit_code == 2
