"""Tasks in work through their pages: split, reported, scheduled, changed, struck off; who may; lamps and notices."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from lantian.apps.accounts.models import Area, Organisation, Person, Post, Role
from lantian.apps.audit.models import Entry
from lantian.apps.notices.models import Message, Notice
from lantian.apps.plans.models import Milestone, StrikeOff, Task, TaskChange, TaskEntry, TaskError, TaskFile, TaskLamp
from lantian.apps.plans.selectors.lamps import LampRow, lamps_on
from lantian.apps.plans.selectors.standing import board
from lantian.apps.plans.services import deciding, working
from lantian.apps.plans.services.measuring import note_lamps
from lantian.apps.plans.services.splitting import PartOf, split
from lantian.apps.plans.services.tasks import Measure, NewTask, add_task
from lantian.kernel.instants import beijing_day
from lantian.workflow.errors import WorkflowError

START = date(2019, 1, 1)
DUE = date(2019, 12, 31)
NOW = datetime(2019, 7, 1, 2, tzinfo=UTC)
DAY = date(2019, 7, 1)


def picture() -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (16, 12), (120, 130, 140)).save(content, "PNG")
    content.seek(0)
    content.name = "现场.png"
    return content


@pytest.fixture
def district(db: None, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    top = Area.objects.create(code="110105", name_zh="朝阳区", name_en="Chaoyang", kind="district")
    for number in (1, 2, 3):
        code = f"11010500{number}"
        Area.objects.create(code=code, name_zh=f"第{number}街道", name_en=f"Street {number}", kind="street", parent=top)
        Organisation.objects.create(
            code=f"office-{number}", name_zh=f"第{number}街道办事处", name_en=f"Office {number}", kind="street_office",
            area_id=code,
        )  # fmt: skip
    for code in ("environment", "urban-management", "finance", "housing"):
        Organisation.objects.create(code=code, name_zh=f"区{code}", name_en=code.title(), kind="bureau")
    Organisation.objects.create(code="streets", name_zh="各街乡", name_en="Streets", kind="collective")


@pytest.fixture
def person(district: None) -> Callable[..., Person]:
    """Return a maker of people: ``person("bureau", "urban-management")``."""

    def make(role: str, organisation: str, name: str = "") -> Person:
        found = Person.objects.create_person(name or f"{role}-{organisation}", None, name_zh="某甲", name_en="A")
        Post.objects.create(person=found, role=Role(role), organisation_id=organisation)
        return found

    return make


@pytest.fixture
def client_of() -> Callable[[Person], Client]:
    """Return a maker of signed-in clients, whose clock stands at :data:`NOW`."""

    def make(who: Person) -> Client:
        client = Client()
        client.force_login(who)
        return client

    return make


@contextmanager
def clock(at: datetime = NOW) -> Iterator[None]:
    """Pages read the clock once; let it stand."""
    with patch("lantian.apps.ui.middleware.datetime", wraps=datetime) as clock_:
        clock_.now.side_effect = lambda _zone: at
        yield


@pytest.fixture
def task(district: None) -> Task:
    new = NewTask(
        "城市道路新工艺作业率达标。", 12, ["urban-management"], en="New process on city roads.", joints=["streets"],
        start=START, due=DUE, number="12.3", measure=Measure(target=Decimal(92)),
        deadlines=[{"kind": "by", "value": "2019-12-31", "printed": "2019年底前"}],
    )  # fmt: skip
    return add_task(new, by=None, at=beijing_day(START, 9))


def row(number: str, day: date = DAY) -> LampRow:
    return next(one for one in lamps_on(board(day), parts=True) if one.number == number)


def post(client: Client, task: Task, what: str, status: int = 200, **data: Any) -> str:
    """Do something on a task's page and return the page after it; ``status``: 400 or 409 where it is refused."""
    data.setdefault("version", Task.objects.get(pk=task.pk).version)
    answer = client.post(f"/plan/tasks/{task.pk}/{what}/", data, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.row("S52")
def test_a_task_is_split_to_streets_reported_with_evidence_and_its_lamp_follows_the_rule(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    lead = client_of(person("bureau", "urban-management"))
    with clock():
        page = post(
            lead, task, "split", areas=["110105001", "110105002"], weight_110105001="60", weight_110105002="40 %"
        )
        assert "第1街道办事处" in page
        assert "权重合计 100%" in page
        first, second = task.parts.order_by("pk")
        assert (first.number, first.weight, first.due) == ("12.3-01", Decimal(60), DUE)
        street = client_of(person("street", "office-1"))
        assert street.get(f"/plan/tasks/{second.pk}/").status_code == 404, "another street's part"
        page = post(street, first, "enter", value="69", day="2019-06-30", note="作业里程 69 公里", files=[picture()])
        assert "已记录" in page
        assert "作业里程 69 公里" in page
        kept = TaskFile.objects.get()
        assert (kept.entry_id is not None, kept.media_type, len(kept.sha256)) == (True, "image/png", 64)
        assert street.get(f"/plan/tasks/files/{kept.pk}/").headers["Content-Disposition"].startswith("attachment")
        listed = lead.get("/plan/tasks/?by=tree").content.decode()
    # 69 of 92 is 75 %; 60 % of it is 45 for the whole, the silent part counts as 0; 182 of 365 days are gone: 49.9 due
    assert (row("12.3-01").progress, row("12.3-01").colour) == (Decimal("75.0"), "green")
    assert (row("12.3").progress, row("12.3").colour) == (Decimal("45.0"), "green")
    assert row("12.3-02").colour == "grey"
    assert row("12.3", date(2020, 1, 1)).colour == "red"
    assert "第三十一条 任务亮灯规则" in row("12.3").reason.zh
    assert all(said in listed for said in ("12.3-01", "第三十一条 任务亮灯规则", "第十二条"))


def test_weights_that_do_not_make_a_hundred_and_late_parts_are_refused(task: Task) -> None:
    with pytest.raises(WorkflowError):
        split(task, [PartOf("office-1", Decimal(60)), PartOf("office-2", Decimal("39.9"))], by=None, at=NOW)
    with pytest.raises(TaskError):
        split(task, [PartOf("office-1", Decimal(100), due=date(2020, 1, 1))], by=None, at=NOW)
    assert not task.parts.exists()
    made = split(task, [PartOf("office-1", Decimal(100))], by=None, at=NOW)
    split(task, [PartOf("office-2", Decimal(100))], by=None, at=NOW)
    working.enter(task.parts.get(), working.Reported(Decimal(5), DAY), by=None, at=NOW)
    with pytest.raises(TaskError):
        split(task, [PartOf("office-1", Decimal(100))], by=None, at=NOW)
    assert not Task.objects.filter(pk=made[0].pk).exists()


def test_weights_are_changed_all_at_once_and_the_old_ones_hold_for_earlier_days(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    first, second = split(task, [PartOf("office-1", Decimal(60)), PartOf("office-2", Decimal(40))], by=None, at=NOW)
    working.enter(first, working.Reported(Decimal(92), date(2019, 6, 20)), by=None, at=NOW)
    lead, street = client_of(person("bureau", "urban-management")), client_of(person("street", "office-1"))
    note_lamps(NOW)
    later = datetime(2019, 7, 3, 2, tzinfo=UTC)
    weights: dict[str, Any] = {f"weight_{first.pk}": "70", f"weight_{second.pk}": "30"}
    with clock(later):
        assert "合计须为 100%" in post(
            lead, task, "reweigh", status=400, reason="x", **{**weights, f"weight_{second.pk}": "29"}
        )
        assert "每个部分的权重" in post(lead, task, "reweigh", status=400, reason="x", **{f"weight_{first.pk}": "100"})
        assert "权重写作数字" in post(lead, task, "reweigh", status=400, reason="x", **{f"weight_{first.pk}": "many"})
        assert "只有任务的责任单位" in post(street, task, "reweigh", status=400, reason="x", **weights)
        assert "一并调整" in post(street, first, "change", status=400, field="weight", value="50", reason="x")
        page = post(lead, task, "reweigh", reason="按裸地面积分配", **weights)
    assert "亮灯记录" in page
    assert (row("12.3", date(2019, 7, 3)).progress, row("12.3", date(2019, 7, 2)).progress) == (
        Decimal(70),
        Decimal(60),
    )
    assert row("12.3-01", date(2019, 7, 2)).weight == Decimal(60)
    assert first.changes.get().reason == "按裸地面积分配"


def test_a_correction_is_a_new_row_and_the_old_one_stays(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    lead = client_of(person("bureau", "urban-management"))
    with clock():
        post(lead, task, "enter", value="80", day="2019-06-30")
        old = TaskEntry.objects.get()
        assert "请写明理由" in post(lead, task, "enter", status=400, value="70", day="2019-06-30", corrects=old.pk)
        page = post(lead, task, "enter", value="46", day="2019-06-30", note="重复计算", corrects=old.pk)
        assert "已更正" in page
        assert "更正 80" in page
        assert "已被更正" in post(
            lead, task, "enter", status=400, value="45", day="2019-06-30", note="再改", corrects=old.pk
        )
        assert "在今天之后" in post(lead, task, "enter", status=400, value="45", day="2019-07-02")
    assert list(TaskEntry.objects.order_by("pk").values_list("value", flat=True)) == [80, 46]
    assert row("12.3").progress == Decimal("50.0")


def test_a_file_is_known_by_its_content(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    lead = client_of(person("bureau", "urban-management"))
    fake = io.BytesIO(b"MZ not a picture")
    fake.name = "report.pdf"
    with clock():
        assert "不是完好的 PDF" in post(lead, task, "enter", status=400, value="80", day="2019-06-30", files=[fake])
    assert not TaskEntry.objects.exists()


def test_milestones_are_laid_back_from_the_deadline_and_late_ones_turn_the_lamp(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    lead = client_of(person("bureau", "urban-management"))
    with clock():
        page = post(lead, task, "schedule", template="works")
        assert "摸底排查、建立台账" in page
        first = task.milestones.get(order=1)
        assert task.milestones.latest("order").due == DUE
        page = post(
            lead, task, "milestone", milestone=first.pk, done_on="2019-02-20", note="已建台账", files=[picture()]
        )
        assert "已建台账" in page
        post(lead, task, "enter", value="60", day="2019-06-30")
        assert "已有完成的节点" in post(lead, task, "schedule", status=400, template="general")
    second = task.milestones.get(order=2)
    assert second.due < DAY
    assert row("12.3").colour == "red"
    assert "有节点逾期" in row("12.3").reason.zh
    working.reach(second, second.due, "", by=None, at=NOW)
    assert row("12.3").colour == "green"


@pytest.mark.row("S52")
def test_a_strike_off_is_checked_by_another_person_of_the_district_office(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    lead, duty = person("bureau", "urban-management"), person("duty", "environment")
    second = person("duty", "environment", "duty-2")
    with clock():
        assert "须附佐证材料" in post(client_of(lead), task, "strike", status=400, statement="作业率 93%")
        page = post(client_of(duty), task, "strike", statement="作业率 93%", files=[picture()])
        assert "本人提出的申请须由他人审核" in page
        asked = StrikeOff.objects.get()
        assert "须由他人审核" in post(client_of(duty), task, "decide-strike", status=400, row=asked.pk, agree="yes")
        assert "只有任务的责任单位" in post(
            client_of(lead), task, "decide-strike", status=400, row=asked.pk, agree="yes"
        )
        assert "请写明理由" in post(client_of(second), task, "decide-strike", status=400, row=asked.pk, agree="no")
        page = post(client_of(second), task, "decide-strike", row=asked.pk, agree="no", reason="缺里程台账")
        assert "销号记录" in page, "the lead sees why it came back"
        post(client_of(lead), task, "strike", statement="已补台账", files=[picture()])
        again = StrikeOff.objects.latest("pk")
        post(client_of(duty), task, "decide-strike", row=again.pk, agree="yes")
        task.refresh_from_db()
        assert task.state == "struck"
        assert (row("12.3").struck, row("12.3").colour) == (True, "green")
        assert not row("12.3", date(2019, 6, 30)).struck, "not yet on the day before"
        assert "须先恢复办理" in post(client_of(lead), task, "enter", status=400, value="1", day="2019-06-30")
        assert "恢复办理" in post(client_of(duty), task, "reopen", reason="群众反映未落实")
    task.refresh_from_db()
    assert (task.state, StrikeOff.objects.get(pk=again.pk).reopened_for) == ("open", "群众反映未落实")
    told = set(Notice.objects.filter(message__template="task-strike-off").values_list("person__username", flat=True))
    assert told == {"duty-environment", "duty-2"}
    assert Notice.objects.filter(message__template="task-strike-off-answer", person=lead).count() == 2
    verbs = [one.verb for one in Entry.objects.all().about(task)]
    assert {"task.strike-off-asked", "task.strike-off-returned", "task.struck-off", "task.reopened"} <= set(verbs)


def test_an_extension_holds_once_it_is_approved_and_the_first_deadline_stays(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    lead, duty = person("bureau", "urban-management"), person("duty", "environment")
    with clock():
        post(client_of(lead), task, "change", field="due", due="2020-06-30", reason="设备采购延后")
        change = TaskChange.objects.get()
        assert (change.old, change.new, row("12.3").due) == ("2019-12-31", "2020-06-30", DUE)
        assert "待批准的调整" in post(
            client_of(lead), task, "change", status=400, field="due", due="2020-07-30", reason="再延"
        )
        assert "只有任务的责任单位" in post(
            client_of(lead), task, "decide-change", status=400, row=change.pk, agree="yes"
        )
        page = post(client_of(duty), task, "decide-change", row=change.pk, agree="yes", reason="同意")
    assert "2019-12-31" in page
    assert "2020-06-30" in page
    task.refresh_from_db()
    assert (task.due, task.first_due) == (date(2020, 6, 30), DUE)
    assert row("12.3").due == date(2020, 6, 30)
    assert row("12.3", date(2019, 6, 30)).due == DUE, "what was approved later did not hold then"
    with clock():
        assert "不能作为新值" in post(
            client_of(lead), task, "change", status=400, field="target", value="many", reason="x"
        )
        assert "没有这个人员" in post(
            client_of(lead), task, "change", status=400, field="responsible", person="nobody", reason="x"
        )
        post(client_of(lead), task, "change", field="responsible", person="bureau-urban-management", reason="分工调整")
        post(client_of(duty), task, "decide-change", row=TaskChange.objects.latest("pk").pk, agree="no", reason="不妥")
    task.refresh_from_db()
    assert task.responsible is None


def test_everybody_sees_by_scope_and_acts_by_right(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    other = add_task(NewTask("只涉及住建。", 11, ["housing"], start=START, due=DUE), by=None, at=NOW)
    street = client_of(person("street", "office-1"))
    with clock():
        assert street.get(f"/plan/tasks/{task.pk}/").status_code == 200, "各街乡 join it"
        assert street.get(f"/plan/tasks/{other.pk}/").status_code == 404
        assert "只涉及住建" not in street.get("/plan/tasks/").content.decode()
        assert "只有任务的责任单位" in post(
            street, task, "change", status=400, field="due", due="2020-06-30", reason="x"
        )
        viewer = client_of(person("viewer", "finance"))
        assert viewer.get(f"/plan/tasks/{task.pk}/").status_code == 200
        assert viewer.post(f"/plan/tasks/{task.pk}/enter/", {"value": "1", "day": "2019-06-30"}).status_code == 403
        housing = client_of(person("bureau", "housing"))
        assert "只有任务的责任单位" in post(housing, task, "enter", status=400, value="1", day="2019-06-30")
        assert client_of(person("audit-admin", "finance")).get("/plan/tasks/").status_code == 403
    assert not TaskEntry.objects.exists()


def test_who_leads_a_part_sees_what_it_was_split_into_and_no_part_of_others(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    streets = [PartOf(f"office-{n}", Decimal(50), f"11010500{n}") for n in (1, 2)]
    ours, theirs = split(task, streets, by=None, at=NOW)
    units = [PartOf("housing", Decimal(40)), PartOf("finance", Decimal(60))]
    unit, _ = split(ours, units, by=None, at=NOW)
    elsewhere, _ = split(theirs, units, by=None, at=NOW)
    street = client_of(person("street", "office-1"))
    with clock():
        answers = [street.get(f"/plan/tasks/{one.pk}/").status_code for one in (task, ours, unit, theirs, elsewhere)]
        assert answers == [200, 200, 200, 404, 404]
        assert unit.number in street.get("/plan/tasks/?by=tree").content.decode()


def test_a_recurring_duty_is_reported_period_by_period(district: None) -> None:
    duty = add_task(
        NewTask("按月通报。", 12, ["urban-management"], start=START, rhythm="month", number="12.5"), by=None, at=NOW
    )
    for day in (date(2019, 4, 30), date(2019, 5, 31)):
        working.enter(duty, working.Reported(Decimal(100), day), by=None, at=NOW)
    assert row("12.5").colour == "yellow", "June is to be reported in the seven days after it"
    assert row("12.5", date(2019, 7, 8)).colour == "red"
    assert row("12.5", date(2019, 6, 30)).progress == Decimal("66.7"), "two of April, May and June"


def test_a_lamp_that_turns_red_is_told_once(task: Task, person: Callable[..., Person]) -> None:
    lead = person("bureau", "urban-management")
    late = datetime(2020, 1, 3, 2, tzinfo=UTC)
    assert note_lamps(NOW) == 1
    assert note_lamps(late) == 1
    assert note_lamps(late) == 0
    assert [one.colour for one in TaskLamp.objects.order_by("day")] == ["grey", "red"]
    told = Notice.objects.filter(person=lead, message__template="task-red")
    assert told.count() == 1
    assert "逾期 3 天" in Message.objects.get(template="task-red").text_zh


def test_my_department_shows_what_it_leads_what_is_due_and_what_waits_for_it(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    split(task, [PartOf("office-1", Decimal(50)), PartOf("office-2", Decimal(50))], by=None, at=NOW)
    lead, duty = person("bureau", "urban-management"), person("duty", "environment")
    deciding.ask_change(task, "due", "2020-03-31", "延后", by=lead, at=NOW)
    with clock(datetime(2019, 12, 1, 2, tzinfo=UTC)):
        page = client_of(lead).get("/plan/department/").content.decode()
        assert all(said in page for said in ("区urban-management", "城市道路新工艺作业率达标", "第1街道办事处"))
        assert "2019-12-31" in page
        office = client_of(duty).get("/plan/department/").content.decode()
    assert "待审核" in office
    assert "2020-03-31" in office


def test_the_table_is_filtered_and_exported(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    add_task(NewTask("建设充电设施。", 4, ["housing"], start=START, due=DUE, number="4.6"), by=None, at=NOW)
    client = client_of(person("duty", "environment"))
    with clock():
        page = client.get("/plan/tasks/?article=4").content.decode()
        assert "建设充电设施" in page
        assert "新工艺" not in page
        assert "没有符合条件的任务" in client.get("/plan/tasks/?view=red").content.decode()
        assert "新工艺" in client.get("/plan/tasks/?view=grey&lead=urban-management&page=x").content.decode()
        answer: HttpResponse = client.get("/plan/tasks/export.xlsx?lead=housing")  # type: ignore[assignment]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[2][1:4] == ("4.6", 4, "建设充电设施。")
    assert len(rows) == 3


def test_a_task_is_added_by_hand(person: Callable[..., Person], client_of: Callable[[Person], Client]) -> None:
    client = client_of(person("duty", "environment"))
    with clock():
        form = client.get("/plan/tasks/new/").content.decode()
        assert (form.count("必填"), form.count("请选择")) == (3, 1)  # what, of which article, who leads
        assert client.post("/plan/tasks/new/", {"zh": "某事", "article": "77", "lead": "housing"}).status_code == 400
        data = {
            "zh": "开展裸地专项督查",
            "article": "13",
            "lead": "housing",
            "due": "2019-09-30",
            "target": "20",
            "unit": "item",
        }
        answer = client.post("/plan/tasks/new/", data, follow=True)
        assert (answer.status_code, "开展裸地专项督查" in answer.content.decode()) == (200, True)
        again = client.post("/plan/tasks/new/", data)
        assert "同样的任务已列入：H13.01。" in again.content.decode()
        late = client.post("/plan/tasks/new/", data | {"due": "2019-06-30"})
        assert late.status_code == 400
        assert "期限已过" in late.content.decode()
        made = Task.objects.get()
        assert (made.number, made.target, made.unit, made.origin) == ("H13.01", Decimal(20), "item", "hand")
        withdrawn = client.post(f"/plan/tasks/{made.pk}/withdraw/", {"reason": "重复", "version": made.version})
        assert withdrawn.headers["Location"] == "/plan/tasks/"
    assert lamps_on(board(DAY)) == []


def test_a_stale_form_is_refused_and_says_who_did_what_in_between(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    first = client_of(person("bureau", "urban-management", "first"))
    duty = client_of(person("duty", "environment", "duty"))
    seen = task.version
    with clock():
        post(duty, task, "enter", value="30", day="2019-06-20", version=seen)
        sent = {"version": seen, "field": "target", "value": "90", "reason": "写了很久的理由"}
        answer = first.post(f"/plan/tasks/{task.pk}/change/", sent)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "某甲已于 07-01 10:00 填报指标值 30 · 2019-06-20" in page
        assert not TaskChange.objects.exists()
        assert answer.context["refused"]["typed"]["reason"] == ["写了很久的理由"], "what was typed is still there"
        assert f'name="version" value="{seen + 1}"' in page, "and may be sent again, now that the other act was seen"
        assert "您本人已于 07-01 10:00" in post(
            duty, task, "enter", status=409, value="30", day="2019-06-20", version=seen
        )
        assert TaskEntry.objects.count() == 1, "a second click records nothing"
        assert first.post(f"/plan/tasks/{task.pk}/change/", sent | {"version": seen + 1}).status_code == 302
    assert TaskChange.objects.get().new == "90"


def test_what_measures_itself_makes_no_form_stale(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    seen = task.version
    working.enter(task, working.Reported(Decimal(20), date(2019, 6, 30), way="ledger"), by=None, at=NOW)
    with clock():
        lead = client_of(person("bureau", "urban-management"))
        assert "已记录" in post(lead, task, "enter", value="30", day="2019-06-20", version=seen)


def test_a_form_without_the_version_it_saw_is_refused(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    lead = client_of(person("bureau", "urban-management"))
    answer = lead.post(f"/plan/tasks/{task.pk}/enter/", {"value": "30", "day": "2019-06-20"})
    assert (answer.status_code, TaskEntry.objects.count()) == (400, 0)


@pytest.mark.parametrize("weights", [("sNaN", "50"), ("33.3333", "66.6667"), ("1e999999", "1"), ("60", "")])
def test_weights_that_are_no_shares_are_refused_in_a_sentence(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client], weights: tuple[str, str]
) -> None:
    sent = {f"weight_11010500{n}": said for n, said in enumerate(weights, 1)}
    with clock():
        lead = client_of(person("bureau", "urban-management"))
        page = post(lead, task, "split", status=400, areas=["110105001", "110105002"], **sent)
    assert "每个部分的权重都要写" in page
    assert not task.parts.exists()


def test_a_street_without_an_office_is_named(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    Organisation.objects.get(pk="office-2").delete()
    with clock():
        lead = client_of(person("bureau", "urban-management"))
        page = post(lead, task, "split", status=400, areas=["110105001", "110105002"])
    assert "没有办事处：第2街道" in page


def test_a_value_for_a_day_before_the_task_began_is_refused(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    with clock():
        page = post(
            client_of(person("bureau", "urban-management")), task, "enter", status=400, value="5", day="2018-12-31"
        )
    assert "早于任务开始日 2019-01-01" in page


def test_who_may_be_responsible_is_offered_by_name(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    lead = person("bureau", "urban-management", "lead")
    person("bureau", "finance", "other")
    with clock():
        page = client_of(lead).get(f"/plan/tasks/{task.pk}/").content.decode()
        assert '<option value="lead">某甲 · 区urban-management</option>' in page
        assert '<option value="other">' not in page
        page = post(client_of(lead), task, "change", field="responsible", person="lead", reason="分工")
    assert "责任人 — → 某甲" in page


def test_who_acts_on_a_task_that_was_withdrawn_meanwhile_is_told_so_on_the_list(
    person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    made = add_task(NewTask("会议议定。", 13, ["housing"], start=START, due=DUE, number="H13.01"), by=None, at=NOW)
    duty = client_of(person("duty", "environment"))
    sent = {"reason": "重复", "version": made.version}
    with clock():
        answers = [duty.post(f"/plan/tasks/{made.pk}/withdraw/", sent, follow=True) for _ in range(2)]
        answers.append(duty.post(f"/plan/tasks/{made.pk}/enter/", {"value": "许多"}, follow=True))
    assert [one.redirect_chain for one in answers] == [[("/plan/tasks/", 302)]] * 3
    told = ["任务已撤销" in one.content.decode() for one in answers]
    assert told == [False, True, True], "also where the form itself cannot be read"
    assert Entry.objects.filter(verb="task.withdrawn").count() == 1


def test_all_people_of_the_departments_may_be_responsible_and_nobody_else(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    lead = person("bureau", "urban-management", "lead")
    person("bureau", "finance", "other")
    person("viewer", "urban-management", "viewer")
    for number in range(201):
        person("street", "office-3", f"street-{number}")
    with clock():
        page = client_of(lead).get(f"/plan/tasks/{task.pk}/").content.decode()
        assert page.count("· 第3街道办事处</option>") == 201, "a member of the collective that joins"
        for login in ("other", "viewer"):
            page = post(client_of(lead), task, "change", status=400, field="responsible", person=login, reason="分工")
            assert f"责任单位没有这个人员：{login}" in page
        assert "已记录" in post(client_of(lead), task, "change", field="responsible", person="street-200", reason="分")
    assert TaskChange.objects.get().new == "street-200"


def test_whether_parts_were_worked_on_is_one_question_however_many_there_are(
    task: Task, django_assert_num_queries: Callable[[int], Any]
) -> None:
    parts = [PartOf(f"office-{number}", Decimal(25)) for number in (1, 2, 3)] + [PartOf("housing", Decimal(25))]
    made = split(task, parts, by=None, at=NOW)
    working.lay_schedule(made[-1], "works", by=None, at=NOW)
    Task.objects.filter(pk=made[-1].pk).update(version=1)
    split(task, parts, by=None, at=NOW)
    last = task.parts.latest("pk")
    Milestone.objects.create(
        task=last, order=1, zh="方案", begins=START, due=DUE, share=100, laid_at=NOW, done_on=DAY, at=NOW
    )
    with pytest.raises(TaskError, match="worked on already"), django_assert_num_queries(6):
        split(task, parts, by=None, at=NOW)


def test_one_is_no_plural_in_english(
    task: Task, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    duty, lead = client_of(person("duty", "environment")), client_of(person("bureau", "urban-management"))
    split(task, [PartOf("office-1", Decimal(100), "110105001")], by=None, at=NOW)

    def shown(client: Client, address: str) -> str:
        page = client.get(address, headers={"accept-language": "en"})
        assert page.status_code == 200
        return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())

    with clock(datetime(2019, 12, 30, 2, tzinfo=UTC)):
        one = shown(duty, "/plan/tasks/?by=list")
        mine = shown(lead, "/plan/department/")
        assert "1 of 365 days left" in shown(duty, f"/plan/tasks/{task.pk}/")
    for said in ("1 article 1 task", "1 day left", "1 task · as of", "1 part"):
        assert said in one
    assert ("1 task " in mine, "1 tasks" in mine) == (True, False)
    with clock(datetime(2020, 1, 1, 2, tzinfo=UTC)):
        assert "1 day late" in shown(duty, f"/plan/tasks/{task.pk}/")
