"""From a plan's text to reviewed pack records: upload, decide, download, check; and two versions side by side."""

import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.audit.models import Entry
from lantian.apps.plans.models import PlanTask, PlanText
from lantian.apps.plans.selectors.review import pieces as cut_pieces
from lantian.policy.check import check_pack
from lantian.policy.reader import SHIPPED, load_pack
from lantian.policy.records_plan import Article, Organisation, Quantity, Task
from tests.policy.plantext.gold import SAMPLES, read_marked
from tests.policy.plantext.pages import as_pdf
from tests.shared import shared

pytestmark = pytest.mark.django_db

TEXT = """朝阳区2021年大气污染防治行动计划

一、移动源
（一）淘汰老旧车辆
区环保局牵头，区气象局配合，2021年6月底前淘汰国三柴油货车500辆，建成充电桩30座。
（二）推广新能源车
区交通委负责，2021年底前更新新能源公交车80辆。
二、扬尘
（三）管控工地
区住房城乡建设委负责，每月检查规模以上工地一次。空气重污染期间，各街乡加强巡查。
去年秋天雨水偏多。
"""


@pytest.fixture
def desk(signed_in: Callable[..., Client]) -> Client:
    return signed_in("duty")


def send(client: Client, content: bytes | str, name: str = "plan.txt") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post("/plan/texts/upload/", {"file": SimpleUploadedFile(name, data)})


@pytest.fixture
def plan(desk: Client) -> PlanText:
    assert send(desk, TEXT).status_code == 302
    return PlanText.objects.get()


def test_a_pdf_is_read_like_its_text(desk: Client) -> None:
    assert send(desk, as_pdf(TEXT), "plan.pdf").status_code == 302
    (plan,) = PlanText.objects.all()
    task = task_with(plan, "国三柴油货车")
    assert [each["name"] for each in task.parties] == ["区环保局", "区气象局"]
    assert [each["printed"] for each in task.quantities] == ["500 辆", "30 座"]
    assert task.zh == "区环保局牵头，区气象局配合，2021年6月底前淘汰国三柴油货车500辆，建成充电桩30座。"


def test_the_page_offers_every_kind_of_file_that_is_read(desk: Client) -> None:
    page = desk.get("/plan/texts/upload/").content.decode()
    assert 'accept=".txt,.docx,.html,.htm,.pdf"' in page


def test_a_pdf_without_text_is_refused_on_the_page(desk: Client) -> None:
    page = send(desk, b"%PDF-1.7\n", "scan.pdf")
    assert page.status_code == 400
    assert "不是完整的 PDF" in page.content.decode()


def task_with(plan: PlanText, words: str) -> PlanTask:
    return next(task for task in plan.tasks.live() if words in task.zh)


def act(client: Client, task: PlanTask, what: str, status: int = 200, refused: bool = False, **more: Any) -> Any:
    """Decide on a task and return the page after it; ``refused``: it says at its top why nothing was recorded."""
    task.refresh_from_db()
    address = f"/plan/texts/{task.plan.slug}/tasks/{task.pk}/{what}/"
    answer = client.post(address, {"version": task.version, **more}, follow=True)
    assert answer.status_code == status
    if status != 404:
        assert any(one.level_tag == "error" for one in answer.context["messages"]) == refused
    return answer


def form_of(client: Client, task: PlanTask) -> dict[str, Any]:
    """Return what the page's form would send, as the browser fills it in."""
    answer = client.get(f"/plan/texts/{task.plan.slug}/", {"task": task.pk})
    editor = answer.context["editor"]
    sent = {name: field.value() for name, field in ((f.name, f) for f in editor.task_form)}
    for part in editor.parts.values():
        for form in (part.management_form, *part.forms):
            sent |= {form.add_prefix(f.name): f.value() for f in form}
    return {name: value for name, value in sent.items() if value is not None and value is not False}


def unpacked(answer: Any, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(folder)
        return folder / archive.namelist()[0].partition("/")[0]


@pytest.mark.row("S52")
@pytest.mark.row("B2")
def test_a_text_goes_in_is_reviewed_and_comes_out_as_pack_records_that_pass_their_check(
    desk: Client, plan: PlanText, tmp_path: Path
) -> None:
    page = desk.get(f"/plan/texts/{plan.slug}/")
    assert page.context["progress"].total == plan.tasks.count() == 4
    act(desk, task_with(plan, "公交车"), "accept")
    act(desk, task_with(plan, "每月检查"), "accept")
    act(desk, task_with(plan, "加强巡查"), "reject", reason="重复")
    old = task_with(plan, "国三")
    sent = form_of(desk, old) | {
        "zh": "淘汰国三柴油货车五百辆",
        "en": "Scrap 500 diesel trucks",
        "deadlines-0-value": "2021-09-30",
    }
    act(desk, old, "correct", **sent)
    old.refresh_from_db()
    assert (old.state, old.deadlines[0]["value"], old.deadlines[0]["rule"]) == ("corrected", "2021-09-30", "by hand")
    assert old.parties[0]["rule"] != "by hand"
    folder = unpacked(desk.get(f"/plan/texts/{plan.slug}/pack/"), tmp_path)
    assert check_pack(folder) == []
    pack = load_pack(folder)
    assert [layer.id for layer in pack.layers][:2] == [f"plan-{plan.slug}", "cn-110105-2018"]
    tasks = {record.id: record for record in pack.all(Task) if record.origin and record.origin.pack == folder.name}
    assert sorted(tasks) == ["t1.1", "t2.1", "t3.1"]
    first = tasks["t1.1"]
    assert (first.article, first.zh, first.lead) == (1, "淘汰国三柴油货车五百辆", ("environment",))
    assert str(first.deadlines[0].value) == "2021-09-30"
    assert f"{old.start}–{old.end}" in (first.note_zh or "")
    trucks = pack.get(Quantity, first.quantities[0])
    assert (trucks.value, trucks.unit, trucks.printed, trucks.article) == (Decimal(500), "item", "500辆", 1)
    assert pack.get(Article, "a1").zh == "淘汰老旧车辆"
    unknown = pack.get(Organisation, first.joint[0])
    assert (unknown.id.startswith("imported-"), unknown.zh) == (True, "区气象局")


@pytest.mark.row("B2")
def test_a_text_of_another_place_comes_out_as_a_pack_that_stands_by_itself(desk: Client, tmp_path: Path) -> None:
    text = read_marked(SAMPLES / "more-town.txt").text
    assert send(desk, text).status_code == 302
    town = PlanText.objects.get()
    for task in town.tasks.live():
        act(desk, task, "accept")
    assert "?alone=1" in desk.get(f"/plan/texts/{town.slug}/").content.decode()
    folder = unpacked(desk.get(f"/plan/texts/{town.slug}/pack/?alone=1"), tmp_path)
    assert check_pack(folder) == []
    pack = load_pack(folder)
    assert [layer.id for layer in pack.layers] == [folder.name, "cn"]
    assert pack.header.zh == "杏花镇2024年大气污染防治工作方案"
    named = {each.zh for each in pack.all(Organisation)}
    assert {"镇农业农村办", "派出所", "镇纪委"} <= named
    assert "区生态环境局" not in named
    assert len(list(pack.all(Task))) == town.tasks.count()


@pytest.mark.row("B2")
def test_the_page_shows_the_whole_text_with_each_field_marked_where_it_stands(desk: Client, plan: PlanText) -> None:
    page = desk.get(f"/plan/texts/{plan.slug}/").content.decode()
    assert 'class="k-joint on"' in page
    pieces = list(cut_pieces(plan, list(plan.tasks.live())))
    assert "".join(piece.text for piece in pieces) == TEXT
    marked = {piece.text: piece.kinds for piece in pieces if piece.kinds}
    assert marked["区环保局"] == ("lead",)
    assert marked["区气象局"] == ("joint",)
    assert marked["500辆"] == ("quantity",)
    assert sum(len(piece.chips) for piece in pieces) == 4


def test_a_department_that_the_pack_does_not_know_is_marked(desk: Client, plan: PlanText) -> None:
    task = task_with(plan, "国三")
    parties = {party["name"]: party["organisation"] for party in task.parties}
    assert parties == {"区环保局": "environment", "区气象局": ""}
    assert "未对应" in desk.get(f"/plan/texts/{plan.slug}/", {"task": task.pk}).content.decode()


@pytest.mark.row("B2")
def test_what_was_left_over_is_listed_and_can_be_made_a_task(desk: Client, plan: PlanText) -> None:
    left = desk.get(f"/plan/texts/{plan.slug}/").context["left"]
    (place,) = [each.index for each in left if "雨水偏多" in each.text]
    desk.post(f"/plan/texts/{plan.slug}/left/{place}/")
    task = task_with(plan, "雨水偏多")
    assert (task.rule, task.article, task.state) == ("by hand", 2, "proposed")
    again = desk.post(f"/plan/texts/{plan.slug}/left/{place}/", follow=True)
    assert "已列为任务" in again.content.decode()
    assert plan.tasks.count() == 5
    desk.post(f"/plan/texts/{plan.slug}/left/99/")
    assert plan.tasks.count() == 5


def test_a_split_gives_each_part_the_fields_that_stand_in_it(desk: Client, plan: PlanText) -> None:
    task = task_with(plan, "国三")
    position = TEXT.index("建成充电桩")
    act(desk, task, "split", position=position)
    first, second = task.parts.order_by("start")
    assert (first.zh.endswith("500辆，"), second.zh) == (True, "建成充电桩30座。")
    assert ([q["value"] for q in first.quantities], [q["value"] for q in second.quantities]) == ([500], [30])
    assert (len(first.parties), second.parties) == (2, [])
    task.refresh_from_db()
    assert task.state == "replaced"
    assert task not in plan.tasks.live()


@pytest.mark.parametrize("position", [None, 0, 10_000])
def test_a_split_outside_the_text_is_refused(desk: Client, plan: PlanText, position: int | None) -> None:
    more = {} if position is None else {"position": position}
    act(desk, task_with(plan, "国三"), "split", refused=True, **more)
    assert plan.tasks.count() == 4


def test_two_tasks_of_an_article_become_one_with_the_fields_of_both(desk: Client, plan: PlanText) -> None:
    first = task_with(plan, "每月检查")
    act(desk, first, "merge")
    whole = task_with(plan, "每月检查")
    assert whole.zh.endswith("加强巡查。")
    assert {party["name"] for party in whole.parties} == {"区住房城乡建设委", "各街乡"}
    assert plan.tasks.live().count() == 3
    answer = act(desk, whole, "merge", refused=True)
    assert "没有可合并的下一项" in answer.content.decode()


def test_of_two_reviewers_the_second_is_told_that_the_first_was_quicker(desk: Client, plan: PlanText) -> None:
    task = task_with(plan, "公交车")
    address = f"/plan/texts/{plan.slug}/tasks/{task.pk}/"
    assert desk.post(f"{address}accept/", {"version": 1}).status_code == 302
    answer = desk.post(f"{address}reject/", {"version": 1, "reason": "不是"}, follow=True)
    assert re.search(r"您打开此页后，您本人已于 \d\d-\d\d \d\d:\d\d 采纳。", answer.content.decode())
    task.refresh_from_db()
    assert (task.state, task.version) == ("accepted", 2)


def test_a_rejection_needs_its_reason_and_a_decision_can_be_taken_back(desk: Client, plan: PlanText) -> None:
    task = task_with(plan, "公交车")
    act(desk, task, "reject", refused=True, reason=" ")
    task.refresh_from_db()
    assert (task.state, task.version) == ("proposed", 1)
    act(desk, task, "reject", reason="旧事")
    act(desk, task, "reopen")
    task.refresh_from_db()
    assert (task.state, task.reason) == ("proposed", "")
    verbs = [entry.verb for entry in Entry.objects.all().about(task)]
    assert verbs == ["plan-task.rejected", "plan-task.proposed"]


def test_after_a_decision_the_next_task_that_waits_opens(desk: Client, plan: PlanText) -> None:
    answer = act(desk, task_with(plan, "国三"), "accept")
    assert answer.context["task"] == task_with(plan, "公交车")


def test_fields_are_added_and_crossed_out_by_hand(desk: Client, plan: PlanText) -> None:
    task = task_with(plan, "公交车")
    sent = form_of(desk, task)
    sent |= {"parties-0-DELETE": "on", "parties-1-name": "区商务委", "parties-1-role": "lead",
             "parties-1-organisation": "commerce", "conditions-0-text": "具备条件的"}  # fmt: skip
    act(desk, task, "correct", **sent)
    task.refresh_from_db()
    assert [(p["name"], p["organisation"], p["start"]) for p in task.parties] == [("区商务委", "commerce", None)]
    assert [each["text"] for each in task.conditions] == ["具备条件的"]
    assert desk.get(f"/plan/texts/{plan.slug}/", {"task": task.pk}).context["history"][0].changed == [
        "parties", "conditions",
    ]  # fmt: skip


def test_a_deadline_that_cannot_be_read_is_told_beside_its_field_and_nothing_is_saved(
    desk: Client, plan: PlanText
) -> None:
    task = task_with(plan, "公交车")
    sent = form_of(desk, task) | {"deadlines-0-value": "年底"}
    answer = act(desk, task, "correct", status=400, refused=True, **sent)
    assert "日期写作 2019-03-31" in answer.content.decode()
    task.refresh_from_db()
    assert task.state == "proposed"


def test_chinese_in_the_english_words_is_told_before_the_pack_would_refuse_it(desk: Client, plan: PlanText) -> None:
    task = task_with(plan, "公交车")
    answer = act(desk, task, "correct", status=400, refused=True, **(form_of(desk, task) | {"en": "更新 buses"}))
    assert "英文中不能有汉字" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.4 x", "PDF"),
        (b"", ""),
        (b"\x00\x01\x02", "不是文本：应为 UTF-8 或 GB 18030 的 TXT、HTML，或 DOCX、有文字的 PDF"),
        ("天气很好".encode(), "不是计划文本"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_in_a_sentence(desk: Client, content: bytes, words: str) -> None:
    answer = send(desk, content)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not PlanText.objects.exists()


def test_a_word_file_is_known_by_its_content_not_its_name(desk: Client) -> None:
    document, made = docx.Document(), io.BytesIO()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    document.save(made)
    assert send(desk, made.getvalue(), "plan.txt").status_code == 302
    assert PlanText.objects.get().tasks.count() == 4


def test_the_same_file_is_imported_once(desk: Client, plan: PlanText) -> None:
    answer = send(desk, TEXT, "copy.txt")
    assert answer.headers["Location"] == f"/plan/texts/{plan.slug}/"
    assert PlanText.objects.count() == 1


def test_a_pack_without_reviewed_tasks_is_not_written(desk: Client, plan: PlanText) -> None:
    answer = desk.get(f"/plan/texts/{plan.slug}/pack/", follow=True)
    assert "还没有已采纳的任务" in answer.content.decode()


@pytest.mark.row("B2")
def test_two_versions_are_compared_as_they_stand_in_review(desk: Client, plan: PlanText) -> None:
    text = TEXT.replace("80辆", "120辆").replace("区交通委负责", "区交通委、区城市管理委负责")
    assert send(desk, text, "new.txt").status_code == 302
    new = PlanText.objects.exclude(pk=plan.pk).get()
    answer = desk.get("/plan/texts/compare/", {"old": plan.slug, "new": new.slug})
    assert answer.context["counts"] == {"added": 0, "removed": 0, "changed": 1, "same": 3}
    page = answer.content.decode()
    assert "<ins>区城市管理委</ins>" in page
    unasked = desk.get("/plan/texts/compare/").content.decode()
    assert re.findall(r'value="([^"]+)" selected', unasked) == [plan.slug]  # the newest stands first of itself
    assert "new.txt" in desk.get("/plan/texts/").content.decode()
    assert [row.total for row in desk.get("/plan/texts/").context["rows"]] == [4, 4]


def test_who_may_only_read_gets_no_form(plan: PlanText, signed_in: Callable[..., Client]) -> None:
    viewer = signed_in("viewer")
    page = viewer.get(f"/plan/texts/{plan.slug}/").content.decode()
    assert "按修改采纳" not in page
    task = task_with(plan, "公交车")
    assert viewer.post(f"/plan/texts/{plan.slug}/tasks/{task.pk}/accept/", {"version": 1}).status_code == 403


@pytest.mark.parametrize("path", ["/plan/texts/nothing/", "/plan/texts/{slug}/?task=999999"])
def test_a_text_or_task_that_is_not_there_is_not_found(desk: Client, plan: PlanText, path: str) -> None:
    assert desk.get(path.format(slug=plan.slug)).status_code == 404


def test_an_act_that_nobody_knows_is_not_found(desk: Client, plan: PlanText) -> None:
    act(desk, task_with(plan, "公交车"), "burn", status=404)


def test_the_shipped_packs_stay_as_they_are() -> None:
    assert not list(SHIPPED.glob("plan-*"))


@pytest.mark.row("S52")
def test_the_chaoyang_plan_becomes_a_pack_that_passes_its_check_over_the_shipped_one(
    desk: Client, tmp_path: Path
) -> None:
    assert send(desk, shared("plan/chaoyang-2018.txt").read_bytes()).status_code == 302
    plan = PlanText.objects.get()
    plan.tasks.update(state=PlanTask.State.ACCEPTED)
    folder = unpacked(desk.get(f"/plan/texts/{plan.slug}/pack/"), tmp_path)
    assert check_pack(folder) == []
    records = [record for record in load_pack(folder).all(Task) if record.origin and record.origin.pack == folder.name]
    assert len(records) == plan.tasks.count()
    assert {record.article for record in records} <= set(range(1, 32))
