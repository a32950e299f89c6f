"""Whatever text comes in: every place lies within it and holds what it claims, and nothing is lost."""

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lantian.policy.plantext import Plan, import_plan, read_plan
from lantian.policy.plantext.clean import clean
from lantian.policy.plantext.document import as_document
from lantian.policy.plantext.errors import PlanTextError
from lantian.policy.plantext.model import Span
from tests.policy.plantext.gold import SAMPLES, read_marked, unexplained

PIECES = (
    "一、甲\n", "（一）治理扬尘。", "1.1 检查\n", "第三条 ", "（2）", "①", "附件1\n", "\n", "\n\n",
    "\f— 2 —\n", "\u3000\u3000", "   ", "\t", "|", "区环保局", "市、县（区）人民政府", "各街道", "有关部门",
    "區環境保護局", "牵头", "，", "、", "；", "。", "（", "）", "〔", "〕", "“", "”", "《", "》",
    "责任单位：", "完成时限：", "序号\t任务\t责任单位\t完成时限\n", "序号\n任务\n责任单位\n完成时限\n",
    "2026年底前", "2025.12.31前", "每月", "24小时内", "5个工作日内", "到“十四五”末", "35微克/立方米以下",
    "３５家", "三分之二", "百分之九十", "10%—15%", "AQI大于200", "扬（yáng）尘", "完成", "负责", "会同",
    "配合", "按职责分工负责", "a", "😀", "\u200b", "0", "*", "注：", "————————\n",
)  # fmt: skip


def check(plan: Plan) -> None:
    """Every span lies in the text; names, deadlines and numbers are what stands there; every character has its list."""
    whole = Span(0, len(plan.text))
    for task in plan.tasks:
        assert whole.covers(task.span)
        assert clean(plan.text, [task.span]).printed
        for party in task.parties:
            assert whole.covers(party.reading.span)
            assert party.name
            assert _is_within(party.name, clean(plan.text, [party.reading.span]).printed)
        for due in task.deadlines:
            assert plan.slice(due.reading.span).strip()
        for quantity in task.quantities:
            assert re.search(r"[\d一二三四五六七八九十百千半成两兩０-９]", plan.slice(quantity.reading.span))
    for span in [*(each.span for each in plan.unparsed), *(each.span for each in plan.form), *plan.paragraphs]:
        assert whole.covers(span)
    for heading in (*plan.chapters, *plan.articles):
        assert whole.covers(heading.span)
        assert whole.covers(heading.title_span)
    assert unexplained(plan) == ""


def _is_within(name: str, text: str) -> bool:
    """Tell whether a name's characters stand in the text in order; page furniture may stand between."""
    rest = iter(text)
    return all(char in rest for char in name)


def read_or_refused(text: str) -> Plan | str:
    """Return the plan, or the sentence in which the text is refused."""
    try:
        return import_plan(text)
    except PlanTextError as error:
        return str(error)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join))
@example("一、甲\n区环保局牵头（（一）治理扬尘。）区环保局负责35家。")
@example("一、甲\n（一）子。\n（区环保局牵头。区水务局配合）检查。（区环保局负责。）和。")
def test_every_place_lies_in_the_text_and_nothing_is_lost(text: str) -> None:
    plan = read_or_refused(text)
    if isinstance(plan, Plan):
        check(plan)
        assert as_document(import_plan(text)) == as_document(plan)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    plan = read_or_refused(text)
    if isinstance(plan, Plan):
        check(plan)
    else:
        assert "no plan" in plan


def text_or_refused(data: bytes) -> str | PlanTextError:
    """Return a file's text, or the error."""
    try:
        return read_plan(data, "file")
    except PlanTextError as error:
        return error


@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"\xfe\xff\x00")
@example(b"PK\x05\x06" + bytes(18))
@example(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<</Root 1 0 R>>\n")
@example(b"<html><table><tr><td>")
def test_any_file_is_read_or_refused_in_a_sentence(data: bytes) -> None:
    found = text_or_refused(data)
    assert found.strip() if isinstance(found, str) else len(str(found)) > 10


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_samples_hold_what_their_places_claim(path: object) -> None:
    text = read_marked(next(each for each in SAMPLES.glob("*.txt") if each == path)).text
    plan = import_plan(text)
    check(plan)
    document = json.loads(json.dumps(as_document(plan), ensure_ascii=False))
    assert document["text"] == text
    for task in document["tasks"]:
        assert document["text"][task["start"] : task["end"]] == task["text"]
