"""A scheme by which something could not be marked, or never fail, is refused with the pack."""

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lantian.policy.check import check_pack
from lantian.policy.reader import SHIPPED, load_pack
from lantian.policy.records_assessment import (
    AssessmentSchemeRecord,
    ExtraRecord,
    IndicatorRecord,
    VetoRecord,
)

LINE = {"zero": 60, "full": 95}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reader": "ranking", "linear": LINE}, "ranking is not marked by linear"),
        ({"reader": "checks-rank", "steps": [{"at": 0, "percent": 100}]}, "checks-rank is not marked by steps"),
        ({"reader": "entered", "by_place": {"last_gets": 40}}, "entered is not marked by by_place"),
        ({"reader": "lamps", "linear": LINE}, "lamps is not marked by linear"),
        ({"reader": "sanctions", "linear": LINE}, "sanctions is not marked by linear"),
        ({"reader": "lamps", "lamps": {"green": 100, "blue": 0}}, "no such lamp: blue"),
        ({"reader": "entered"}, "needs exactly one of"),
        ({"reader": "entered", "linear": LINE, "lamps": {"green": 100}}, "needs exactly one of"),
    ],
)
def test_an_indicator_whose_figures_its_rule_does_not_mark_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        IndicatorRecord(id="a", zh="甲", en="A", weight=Decimal(10), missing="zero", **given)


@pytest.mark.parametrize("reader", ["ranking", "lamps", "cases-in-time", "published"])
def test_a_bonus_that_nothing_counts_is_refused(reader: Any) -> None:
    with pytest.raises(ValidationError, match="counts nothing"):
        ExtraRecord(id="a", zh="甲", en="A", each=Decimal(1), most=Decimal(3), reader=reader)


def test_a_veto_that_no_case_could_ever_find_is_refused() -> None:
    whole = {"case_type": "data-falsification", "case_step": "fail", "case_outcome": "failed"}
    for left_out in whole:
        named = {key: value for key, value in whole.items() if key != left_out}
        with pytest.raises(ValidationError, match="go together"):
            VetoRecord(id="a", zh="甲", en="A", best_grade="failed", **named)
    assert VetoRecord(id="a", zh="甲", en="A", best_grade="failed", **whole).by_case


def scheme(**changed: Any) -> AssessmentSchemeRecord:
    kept = load_pack("cn-110105-2018").all(AssessmentSchemeRecord)[0].model_dump(exclude_defaults=True)
    return AssessmentSchemeRecord.model_validate(kept | changed)


def test_weights_need_not_sum_to_a_hundred_but_reach_the_best_grade() -> None:
    first = {"id": "a", "zh": "甲", "en": "A", "weight": 80, "reader": "entered", "linear": LINE, "missing": "zero"}
    with pytest.raises(ValidationError, match="nobody reaches the best grade at 90"):
        scheme(indicators=[first])
    last = {"id": "failed", "zh": "不合格", "en": "failed", "least": 0}
    grades = [{"id": "good", "zh": "良好", "en": "good", "least": 80}, last]
    vetoes = [{"id": "v", "zh": "否决", "en": "veto", "best_grade": "failed"}]
    assert scheme(indicators=[first], grades=grades, vetoes=vetoes).scheme().full == 80


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        ("assessment.toml", 'reads = ["pm25"]', 'reads = ["pm-25"]', "yearly-streets.rankings"),
        ("assessment.toml", 'reads = ["verify", "inspect"]', 'reads = ["verfy"]', "yearly-streets.check_counts"),
        ("assessment.toml", 'reads = ["dust"]', 'reads = ["dusk"]', "yearly-streets.ladders"),
        ("assessment.toml", 'reads = ["yearly-streets"]', 'reads = ["yearly"]', "final-streets.yearly"),
        ("assessment.toml", 'case_type = "data-falsification"', 'case_type = "falsified"', "yearly-streets.case_types"),
        ("accountability.toml", 'receiver = "discipline"', 'receiver = "disciplin"', "quantified.receiver"),
        ("accountability.toml", 'deciders = ["environment",', 'deciders = ["enviroment",', "quantified.deciders"),
        ("accountability.toml", 'types = ["inspector-problem"]', 'types = ["problem"]', "rectification-late.types"),
        ("rectification.toml", 'offices = ["environment"', 'offices = ["enviroment"', ".offices"),
    ],
)
def test_what_is_read_of_other_tables_has_to_be_there(tmp_path: Path, file: str, old: str, new: str, key: str) -> None:
    folder = tmp_path / "cn-110105-2018"
    shutil.copytree(SHIPPED / folder.name, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [one for one in check_pack(folder) if one.kind == "dangling-reference"]
    assert [key in one.text.en for one in found] == [True]
