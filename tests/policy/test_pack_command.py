"""``lantian pack`` as it is called: exit codes, both languages, JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lantian.policy.reader import SHIPPED, PackError
from lantian.project.cli import group
from tests.policy.conftest import RECORDS, WritePack


def lantian(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(group, [str(each) for each in arguments], env={"LANTIAN_LANG": "en"} | environment)


@pytest.mark.row("B1")
def test_a_correct_pack_ends_with_0() -> None:
    result = lantian("pack", "check", SHIPPED / "cn-110105-2018")
    assert (result.exit_code, result.stdout) == (0, "cn-110105-2018: no problems\n")


@pytest.mark.row("B1")
def test_a_wrong_pack_ends_with_1_and_names_file_table_key_and_what_is_allowed(write_pack: WritePack) -> None:
    folder = write_pack(records=RECORDS.replace('confidence = "A"', "").replace("order = 1", 'order = "one"'))
    result = lantian("pack", "check", folder)
    assert result.exit_code == 1
    assert "[[rule]] heavy.order" in result.stderr
    assert 'found "one"; allowed: a whole number without quotes' in result.stderr
    assert "demo: 1 problem(s) found" in result.stderr


def test_problems_are_told_in_chinese_unless_english_is_asked_for(write_pack: WritePack) -> None:
    folder = write_pack(records=RECORDS.replace("value = 92", "value = 192"))
    result = lantian("pack", "check", folder, LANTIAN_LANG="zh")
    assert "比例大于 100 %；现为 192 %" in result.stderr


def test_problems_are_one_json_document(write_pack: WritePack) -> None:
    result = lantian("pack", "check", "--json", write_pack(records=RECORDS.replace("value = 92", "value = 192")))
    assert [problem["kind"] for problem in json.loads(result.stdout)] == ["bad-share"]
    assert json.loads(lantian("pack", "check", "--json", write_pack()).stdout) == []


def test_a_folder_that_is_not_there_is_wrong_use() -> None:
    assert lantian("pack", "check", "nowhere").exit_code == 2


@pytest.mark.row("B10")
def test_the_limit_in_force_is_shown_by_day() -> None:
    def grade2(day: str) -> list[str]:
        shown = json.loads(lantian("pack", "show", "cn", "--json", "--table", "limit", "--on", day).stdout)
        records = [r for r in shown["records"] if (r["factor"], r["period"]) == ("PM2.5", "year")]
        return [record["grade2"] for record in records]

    assert grade2("2026-02-28") == ["35"]
    assert grade2("2026-03-01") == ["30"]
    assert grade2("2031-01-01") == ["25"]


def test_the_default_pack_is_shown_with_its_layers() -> None:
    shown = json.loads(lantian("pack", "show", "--json", "--table", "article").stdout)
    assert [layer["id"] for layer in shown["layers"]] == ["cn-110105-2018", "cn-110000", "cn"]
    first = min(shown["records"], key=lambda record: record["article"])
    assert first["citation"] == {"zh": "第一条", "en": "Article 1"}
    assert (first["origin"]["pack"], first["origin"]["file"]) == ("cn-110105-2018", "articles.toml")


def test_the_environment_may_name_the_pack(write_pack: WritePack) -> None:
    assert json.loads(lantian("pack", "show", "--json", LANTIAN_PACK=str(write_pack())).stdout)["id"] == "demo"


def test_records_are_shown_as_text_with_source_dates_and_marks(write_pack: WritePack) -> None:
    records = RECORDS.replace('printed = "92%以上"', 'printed = "92%以上"\nconfidence = "B"')
    result = lantian("pack", "show", write_pack(records=records))
    assert "Demonstration pack (demo)" in result.stdout
    assert "Quantities [[quantity]]\n  q1  compliance rate\n" in result.stdout
    assert "      Article 1 · open [unconfirmed]\n" in result.stdout
    assert "grade 1 15 µg/m³; grade 2 35 µg/m³" in result.stdout
    assert "GB 3095-2012 table 1 · 2016-01-01 to 2026-02-28\n" in result.stdout


def test_only_unconfirmed_records_are_shown_on_demand(write_pack: WritePack) -> None:
    records = RECORDS.replace('printed = "92%以上"', 'printed = "92%以上"\nconfidence = "B?"')
    shown = json.loads(lantian("pack", "show", write_pack(records=records), "--unconfirmed", "--json").stdout)
    assert [record["id"] for record in shown["records"]] == ["q1"]


def test_an_unknown_table_is_refused_with_a_suggestion() -> None:
    result = lantian("pack", "show", "cn", "--table", "limits")
    assert isinstance(result.exception, PackError)
    assert "did you mean limit?" in result.exception.text.en
