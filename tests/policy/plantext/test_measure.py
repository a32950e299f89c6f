"""How well plans are read, against labels set by hand."""

import re

import pytest

from lantian.policy.plantext import import_plan
from tests.policy.plantext.gold import (
    FIELDS,
    SAMPLES,
    Gold,
    chaoyang,
    found_in,
    matched,
    read_marked,
    score,
    unexplained,
    wrapped,
)
from tests.policy.plantext.measure import lines, total

GROUPS = ("dev", "new", "more", "held", "blind", "unseen", "fresh")
MARKED = sorted(path for prefix in GROUPS for path in SAMPLES.glob(f"{prefix}-*.txt"))


@pytest.fixture
def plan_2018() -> Gold:
    gold = chaoyang()
    if gold is None:
        pytest.skip("needs ../shared/plan/chaoyang-2018.txt beside the checkout, which is not there")
    return gold


@pytest.mark.parametrize("field", FIELDS)
def test_the_whole_chaoyang_plan_is_read_as_labelled_by_hand(plan_2018: Gold, field: str) -> None:
    reached = score(plan_2018)[field]
    assert reached.precision >= 0.95
    assert reached.recall >= 0.9


@pytest.mark.parametrize("path", MARKED, ids=lambda path: path.stem)
def test_plans_of_other_places_are_read_as_labelled_by_hand(path: object) -> None:
    gold = read_marked(next(each for each in MARKED if each == path))
    for field, reached in score(gold).items():
        assert reached.precision >= 0.85, field
        assert reached.recall >= 0.85, field


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_of_plans_keeps_what_has_been_reached(group: str) -> None:
    for field, reached in total([read_marked(path) for path in sorted(SAMPLES.glob(f"{group}-*.txt"))]).items():
        floor = 0.9 if field == "objects" else 0.98 if field == "tasks" else 0.95
        assert min(reached.precision, reached.recall) >= floor, field


@pytest.mark.parametrize(("width", "indent", "page"), [(30, "", 1000), (32, "", 22), (36, "\u3000\u3000", 25)])
def test_plans_are_read_as_well_where_they_are_wrapped_and_torn_by_pages(width: int, indent: str, page: int) -> None:
    golds = [read_marked(path) for path in MARKED]
    prose = [gold for gold in golds if not _TABLE.search(gold.text) and _LONG.search(gold.text)]
    assert len(prose) > 15
    for field, reached in total([wrapped(gold, width, indent=indent, page=page) for gold in prose]).items():
        assert min(reached.precision, reached.recall) >= 0.98, field


_TABLE, _LONG = re.compile(r"[\t│|]|\S {3,}\S"), re.compile(".{61}")


@pytest.mark.parametrize("group", ["more", "held", "blind", "unseen", "fresh"])
def test_the_articles_of_each_group_of_plans_are_all_found(group: str) -> None:
    reached = total([read_marked(path) for path in sorted(SAMPLES.glob(f"{group}-*.txt"))])["articles"]
    assert min(reached.precision, reached.recall) == 1.0


def test_six_plans_after_the_manner_of_pages_and_scans_keep_what_has_been_reached() -> None:
    reached = total([read_marked(path) for path in sorted(SAMPLES.glob("real-*.txt"))])
    floors = {"articles": 0.94, "tasks": 0.98, "lead": 0.99, "joint": 0.99, "deadlines": 0.99, "quantities": 0.94}
    for field, floor in (floors | {"objects": 0.98}).items():
        assert min(reached[field].precision, reached[field].recall) >= floor, field


def test_four_plans_full_of_times_and_numbers_keep_what_has_been_reached() -> None:
    reached = total([read_marked(path) for path in sorted(SAMPLES.glob("round3-*.txt"))])
    floors = {"articles": 1.0, "tasks": 0.97, "lead": 0.99, "joint": 0.99, "deadlines": 0.99, "quantities": 0.97}
    for field, floor in (floors | {"objects": 0.97}).items():
        assert min(reached[field].precision, reached[field].recall) >= floor, field


def test_three_plans_for_which_no_rule_was_made_keep_their_figures() -> None:
    reached = total([read_marked(path) for path in sorted(SAMPLES.glob("last-*.txt"))])
    floors = {"articles": 1.0, "tasks": 1.0, "lead": 0.84, "joint": 1.0, "deadlines": 0.9, "quantities": 0.97}
    for field, floor in floors.items():
        assert min(reached[field].precision, reached[field].recall) >= floor, field


def test_the_chaoyang_plan_has_its_articles_and_its_head(plan_2018: Gold) -> None:
    plan = import_plan(plan_2018.text)
    head = plan.head
    assert [article.number for article in plan.articles] == list(range(1, 32))
    assert [chapter.number for chapter in plan.chapters] == list(range(1, 10))
    assert [head.number and head.number.value, head.date and head.date.value] == ["朝政发〔2018〕12号", "2018-12-21"]
    assert head.title is not None
    assert head.title.value == "朝阳区打赢蓝天保卫战三年行动计划"
    assert head.issuer is not None
    assert head.issuer.value == "北京市朝阳区人民政府"
    assert all(plan.slice(article.span).startswith(article.label) for article in plan.articles)


@pytest.mark.parametrize("width", [26, 34, 40])
def test_lines_wrapped_at_a_width_are_read_like_whole_paragraphs(plan_2018: Gold, width: int) -> None:
    def wrapped(line: str) -> str:
        line = line.strip()
        return "\n".join(line[start : start + width] for start in range(0, len(line), width))

    def facts(text: str) -> list[object]:
        plan = import_plan(text)
        return [
            ("".join(plan.slice(t.span).split()), t.names("lead"), [d.value for d in t.deadlines]) for t in plan.tasks
        ]

    assert facts("\n".join(map(wrapped, plan_2018.text.split("\n")))) == facts(plan_2018.text)


@pytest.mark.parametrize("path", MARKED, ids=lambda path: path.stem)
def test_every_character_is_in_a_task_a_title_the_form_or_listed_as_unparsed(path: object) -> None:
    text = read_marked(next(each for each in MARKED if each == path)).text
    assert unexplained(import_plan(text)) == ""


def test_every_character_of_the_chaoyang_plan_is_accounted_for(plan_2018: Gold) -> None:
    assert unexplained(import_plan(plan_2018.text)) == ""


def test_a_label_is_matched_once_and_only_with_an_equal_value() -> None:
    labels = [(0, 4, "区环保局"), (9, 13, "区交通委")]
    assert matched("lead", labels, [(0, 4, "区环保局"), (9, 13, "区财政局"), (0, 4, "区环保局")]) == [
        ((0, 4, "区环保局"), (0, 4, "区环保局"))
    ]


def test_the_same_text_gives_the_same_result() -> None:
    text = read_marked(MARKED[0]).text
    assert found_in(import_plan(text)) == found_in(import_plan(text))


def test_the_table_of_measures_names_every_field() -> None:
    assert {line.split()[1] for line in lines()[1:]} == {"articles", *FIELDS, "objects"}
