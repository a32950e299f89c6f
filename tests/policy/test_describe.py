"""Any record reads as rows, in both languages, with its units."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from lantian.policy.describe import condition_text, confidence, describe, is_unconfirmed, validity, written
from lantian.policy.kinds import record_types
from lantian.policy.labels import KEYS, TABLES, key_label, table_label
from lantian.policy.reader import load_pack
from lantian.policy.records import Record
from lantian.policy.records_air import Limit
from lantian.policy.records_plan import Area, Article, Organisation, Task
from lantian.policy.records_rule import Condition
from lantian.policy.sentences import model_in
from tests.policy.conftest import WritePack


def record(**more: Any) -> Record:
    return Record.model_validate({"id": "x", "zh": "某", "en": "some", "article": 1} | more)


def test_a_limit_reads_with_its_unit_beside_the_numbers(write_pack: WritePack) -> None:
    limit = load_pack(write_pack()).get(Limit, "pm25-year", on=date(2026, 3, 1))
    assert [(row.label.zh, row.label.en, row.value.en, row.unit) for row in describe(limit)] == [
        ("因子", "factor", "PM2.5", ""),
        ("时段", "period", "year", ""),
        ("一级", "grade 1", "15", "µg/m³"),
        ("二级", "grade 2", "30", "µg/m³"),
        ("阶段", "phase", "2026", ""),
    ]


def test_words_that_a_record_leaves_empty_are_no_row() -> None:
    named = {"id": "x", "zh": "某委", "en": "Some", "article": 1, "kind": "bureau"}
    rows = [row.key for row in describe(Organisation.model_validate(named))]
    assert rows == ["kind"]


def test_a_pair_of_languages_is_one_row(write_pack: WritePack) -> None:
    [row] = [row for row in describe(load_pack(write_pack()).get(Article, "a1")) if row.key == "summary"]
    assert (row.value.zh, row.value.en) == ("到期达到目标。", "Reach the target in time.")


def test_a_deadline_inside_a_task_is_written_out(write_pack: WritePack) -> None:
    [row] = [row for row in describe(load_pack(write_pack()).get(Task, "t1")) if row.key == "deadlines"]
    assert row.value.zh == "类别：by，数值：2019-12-31，原文写作：2019年底前"
    assert row.value.en == "kind: by, value: 2019-12-31, printed as: 2019年底前"


def test_a_position_is_one_thing(write_pack: WritePack) -> None:
    rows = {row.key: row for row in describe(load_pack(write_pack()).get(Area, "110105"))}
    assert rows["reference_point"].value.en == "(116.49, 39.92)"
    assert rows["approximate"].value.zh == "否"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (True, "是", "yes"),
        (False, "否", "no"),
        (("a", "b"), "a, b", "a, b"),
        ((True, False), "是、否", "yes, no"),
        ((1, 2, 3, 4, 5), "1, 2, 3, 4, 5", "1, 2, 3, 4, 5"),
        (((Decimal(0), 0), (Decimal("35.5"), 50)), "(0, 0), (35.5, 50)", "(0, 0), (35.5, 50)"),
        ({"year": 3, "day": None}, "年：3", "year: 3"),
        (date(2019, 12, 9), "2019-12-09", "2019-12-09"),
    ],
)
def test_values_are_written_for_a_reader(value: object, zh: str, en: str) -> None:
    assert (written(value).zh, written(value).en) == (zh, en)


def test_inner_tables_are_told_apart_by_semicolons() -> None:
    class Part(BaseModel):
        year: int

    assert written((Part(year=1), Part(year=2))).zh == "年：1；年：2"


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        ({"fact": "a", "op": ">=", "value": 2, "unit": "day"}, "a ≥ 2 day", "a ≥ 2 day"),
        ({"not": {"fact": "a", "op": "=", "value": True}}, "非 a = 是", "not a = yes"),
        (
            {"size": "p", "op": ">", "value": 1, "last_days": 365},
            "近 365 天 p 个数 > 1",
            "count of p in the last 365 days > 1",
        ),
        (
            {"any": [{"fact": "a", "op": "in", "value": ["x", "y"]}, {"fact": "b", "op": "!=", "value": 1}]},
            "（a in x, y 或 b ≠ 1）",
            "(a in x, y or b ≠ 1)",
        ),
        (
            {"count": [{"fact": "a", "op": "<", "value": 1}, {"fact": "b", "op": "<", "value": 1}], "at_least": 1},
            "1–2 项成立：（a < 1；b < 1）",
            "1 to 2 of (a < 1; b < 1)",
        ),
        (
            {"count": [{"fact": "a", "op": "<", "value": 1}], "at_most": 0},
            "0–0 项成立：（a < 1）",
            "0 to 0 of (a < 1)",
        ),
    ],
)
def test_a_condition_reads_as_a_formula(condition: dict[str, object], zh: str, en: str) -> None:
    text = condition_text(Condition.model_validate(condition))
    assert (text.zh, text.en) == (zh, en)
    assert written(Condition.model_validate(condition)) == text


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        (None, None, "不限", "open"),
        (date(2016, 1, 1), None, "2016-01-01 起", "from 2016-01-01"),
        (None, date(2026, 2, 28), "至 2026-02-28", "until 2026-02-28"),
        (date(2016, 1, 1), date(2026, 2, 28), "2016-01-01 至 2026-02-28", "2016-01-01 to 2026-02-28"),
    ],
)
def test_validity_reads_as_text(first: date | None, last: date | None, zh: str, en: str) -> None:
    text = validity(record(valid_from=first, valid_to=last))
    assert (text.zh, text.en) == (zh, en)


@pytest.mark.parametrize(("grade", "unconfirmed"), [("A", False), ("B", True), ("B?", True)])
def test_what_is_not_confirmed_is_told(grade: str, unconfirmed: bool) -> None:
    assert is_unconfirmed(record(confidence=grade)) is unconfirmed
    assert ("unconfirmed" in confidence(record(confidence=grade)).en) is unconfirmed


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        ({"article": 31}, "第三十一条", "Article 31"),
        ({"article": None, "standard": "GB 3095-2012", "clause": "table 1"}, *["GB 3095-2012 table 1"] * 2),
        ({"article": 2, "standard": "HJ 633-2012"}, "第二条，HJ 633-2012", "Article 2, HJ 633-2012"),
    ],
)
def test_a_citation_names_article_or_standard_and_clause(source: dict[str, Any], zh: str, en: str) -> None:
    citation = record(**source).citation
    assert (citation.zh, citation.en) == (zh, en)


def test_every_table_and_every_key_has_a_label_in_both_languages() -> None:
    assert set(record_types()) <= set(TABLES)
    assert {key for kind in record_types().values() for key in _stems(kind)} - set(KEYS) == set()


def _stems(model: type[BaseModel]) -> set[str]:
    keys = {key[:-3] if key.endswith(("_zh", "_en")) else key for key in model.model_fields} - set(Record.model_fields)
    inner = [part for field in model.model_fields.values() if (part := model_in(field.annotation))]
    return keys.union(*(_stems(part) for part in inner if part is not Condition)) - {"zh", "en"}


def test_a_key_without_label_keeps_its_name() -> None:
    assert key_label("new_key").en == "new key"
    assert table_label("new_table").zh == "new_table"
