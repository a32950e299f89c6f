"""The page on packs is true: its example is a correct pack, its rule decides, its layer takes effect."""

import re
from datetime import date
from pathlib import Path

import pytest

from lantian.policy.check import check_pack
from lantian.policy.reader import load_pack
from lantian.policy.records_air import Limit
from lantian.policy.rules import decide
from tests.shared import ROOT

PAGE = (ROOT / "docs" / "reference" / "packs.md").read_text(encoding="utf-8")


@pytest.fixture
def example(tmp_path: Path) -> Path:
    folder = tmp_path / "my-district"
    folder.mkdir()
    for name, text in re.findall(r"```toml\n# (\S+)\n(.*?)```", PAGE, re.DOTALL):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_example_on_the_page_has_no_problem(example: Path) -> None:
    assert len(list(example.iterdir())) == 4
    assert [problem.text.en for problem in check_pack(example)] == []


@pytest.mark.parametrize(("day", "grade2"), [(date(2024, 2, 29), 75), (date(2024, 3, 1), 60), (date(2026, 3, 1), 60)])
def test_the_examples_limit_takes_effect_on_its_days(example: Path, day: date, grade2: int) -> None:
    [limit] = [each for each in load_pack(example).on(Limit, day) if (each.factor, each.period) == ("PM2.5", "24h")]
    assert limit.grade2 == grade2


def test_the_examples_rule_decides(example: Path) -> None:
    penalties = [date(2024, 6, 1), date(2024, 9, 1)]
    decision = decide(load_pack(example), "restaurant.rating", {"restaurant.penalties": penalties}, date(2024, 9, 1))
    assert decision.verdict == "lower"
    assert decision.explanation.en == (
        "two penalties within a year lower the rating (Article 1): days of penalties in the last 365 days: 2 ≥ 2"
    )
