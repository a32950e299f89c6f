"""Indicators fed from ledgers, air, cases and inspections; money with its shares and costs; by hand computation."""

import io
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.airquality.grid import DayGrid
from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.inspections.models import Inspection
from lantian.apps.ledger.models import Source
from lantian.apps.plans.models import MoneyMove, PlanText, Task, TaskEntry, TaskError
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors import feeds
from lantian.apps.plans.selectors.feeds import measured
from lantian.apps.plans.selectors.money import money_page
from lantian.apps.plans.selectors.standing import board
from lantian.apps.plans.services import money
from lantian.apps.plans.services.measuring import measure_all
from lantian.apps.plans.services.tasks import Measure, NewTask, add_task, measure_of, take_text_into_work
from lantian.kernel.factors import Factor
from lantian.kernel.instants import beijing_day
from tests.plans.test_tasks import DAY, DUE, NOW, START, client_of, clock, district, person, post, row, task

__all__ = ["client_of", "district", "person", "task"]
pytestmark = pytest.mark.django_db


def park(code: str, rail: float, freight: float, goods: list[str]) -> Source:
    return Source.objects.create(
        kind="logistics-park", code=code, name=f"物流园{code}", state="working", area_id="110105001", created_at=NOW,
        changed_at=NOW, attributes={"rail_t": rail, "freight_t": freight, "trade_type": goods},
    )  # fmt: skip


def indicator_task(name: str, number: str = "3.1", **more: Any) -> Task:
    plan = rules()
    new = NewTask("任务", 3, ["urban-management"], start=START, due=DUE, number=number,
                  measure=measure_of(plan, plan.indicators[name]), **more)  # fmt: skip
    return add_task(new, by=None, at=NOW)


@pytest.mark.row("S02")
def test_the_rail_share_is_a_series_per_park_and_per_trade(
    district: None, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    made = indicator_task("rail-logistics")
    first = park("A", 100, 1000, ["cars", "food"])
    park("B", 0, 1000, ["food"])
    assert measure_all(NOW, on=date(2019, 6, 1)) == 1
    assert measure_all(NOW, on=date(2019, 6, 2)) == 0, "nothing has changed"
    first.attributes = {**first.attributes, "rail_t": 400}
    first.save()
    assert measure_all(NOW, on=DAY) == 1
    values = list(made.entries.order_by("day").values_list("value", flat=True))
    assert values == [Decimal(5), Decimal(20)]
    last = made.entries.latest("day").how
    assert last["entries"] == [["物流园A", 400, 1000], ["物流园B", 0, 1000]]
    assert last["choices"] == [["cars", 400, 1000], ["food", 400, 2000]]
    assert row("3.1").progress == Decimal("80.0"), "20 of 25 %"
    with clock():
        page = client_of(person("bureau", "urban-management")).get(f"/plan/tasks/{made.pk}/").content.decode()
    for said in ("物流园A", "40.0", "汽车", "2019-06-01", "第三条"):
        assert said in page


def test_air_is_the_mean_of_the_year_so_far_and_the_share_of_heavy_days(
    district: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, factors = rules(), tuple(Factor)
    total = np.zeros((2, len(factors), 10), dtype=np.int64)
    values = {Factor("PM2.5"): [40] * 8 + [160, 260], Factor("PM10"): [50] * 10, Factor("SO2"): [5] * 10,
              Factor("NO2"): [20] * 10, Factor("CO"): [1] * 10, Factor("O3"): [60] * 10}  # fmt: skip
    known = np.zeros(total.shape, dtype=bool)
    for factor, days in values.items():
        total[:, factors.index(factor)] = np.array(days) * 1_000_000
        known[:, factors.index(factor)] = True
    count = known.astype(np.int16)
    grid = DayGrid(("aotizhongxin", "nongzhanguan"), date(2019, 1, 1), factors, total, count, count, known)

    class Lake:
        def day_grid(self, **_: Any) -> DayGrid:
            return grid

    monkeypatch.setattr(feeds, "lake_at", lambda _: Lake())
    mean = measured(plan.indicators["pm25"], date(2019, 1, 10))
    assert mean is not None
    assert (mean.value, mean.how["days"]) == (Decimal("74.0"), 10)  # (8 × 40 + 160 + 260) / 10
    heavy = measured(plan.indicators["heavy-days"], date(2019, 1, 10))
    assert heavy is not None
    assert heavy.value == Decimal("20.0"), "160 and 260 µg/m³ are levels 5 and 6"


def test_cases_count_what_was_done_in_time_and_what_is_overdue(district: None) -> None:
    holder = Organisation.objects.get(pk="environment")
    due = datetime(2019, 6, 20, 4, tzinfo=UTC)
    for number, ended in enumerate((due - timedelta(hours=2), due + timedelta(hours=2), None), 1):
        case = Case.objects.create(
            type="dust-violation", year=2019, serial=number, number=f"{number}", slug=f"c{number}", title="某",
            origin="own", area_code="110105001", happened_at=due, opened_at=due,
        )  # fmt: skip
        CaseThread.objects.create(
            case=case, number=1, step="verify", holder=holder, since=due - timedelta(days=1), due_at=due, ended_at=ended
        )
    record = rules().indicators["verify-in-time"]
    found = measured(record, DAY)
    assert found is not None
    assert (found.value, found.how["numerator"], found.how["denominator"]) == (Decimal("33.3"), 1, 3)
    assert measured(record, DAY, "110105002") is None
    assert measured(record, date(2019, 6, 18)) is None, "nothing was due or done yet"
    first, _second, third = Case.objects.order_by("serial")
    Case.objects.filter(pk=first.pk).update(merged_into=third, closed_at=due)
    found = measured(record, DAY)
    assert found is not None
    assert (found.how["numerator"], found.how["denominator"]) == (0, 2), "a merged case counts in the other"


def test_inspections_count_those_that_passed(district: None) -> None:
    holder = Organisation.objects.get(pk="environment")
    for result in ("passed", "passed", "failed", "no-entry"):
        Inspection.objects.create(
            client_id=uuid.uuid4(), digest="", place="某工地", area_code="110105001", checklist="site-six",
            organisation=holder, origin="routine", began_at=NOW - timedelta(days=3), ended_at=NOW - timedelta(days=3),
            result=result, recorded_at=NOW,
        )  # fmt: skip
    found = measured(rules().indicators["six-duties"], DAY)
    assert found is not None
    assert found.value == Decimal("66.7")


@pytest.mark.row("S46")
def test_money_is_entered_by_line_with_paid_share_and_cost_per_unit_of_result(
    district: None, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    made = indicator_task("pm25", number="2.1")
    finance = client_of(person("bureau", "finance"))
    TaskEntry.objects.create(task=made, value=Decimal("73.4"), day=DAY, at=NOW)
    with clock():
        assert "没有资金来源" in post(
            finance, made, "line", status=400, year="2019", fund="bank", title="治理", amount="100"
        )
        page = post(finance, made, "line", year="2019", fund="district", title="治理专项", amount="100")
        assert "治理专项" in page
        line = made.budget_lines.get()
        move: dict[str, Any] = {"line": line.pk, "day": "2019-06-01", "voucher": "001"}
        refused = post(finance, made, "move", status=400, kind="paid", amount="30", **move)
        assert "支付 30.00 万元不得多于下达 0.00 万元" in refused
        post(finance, made, "move", kind="allotted", amount="80", **move)
        page = post(finance, made, "move", kind="paid", amount="30", **move)
        assert "30.0" in page
        page = finance.get("/plan/money/?year=2019").content.decode()
    # 300,000 yuan for 83.4 − 73.4 = 10 µg/m³ is 3 万元 for each
    for said in ("100.00", "80.00", "30.00", "区级资金", "3.00", "微克/立方米", "第二十九条"):
        assert said in page
    with clock():
        assert "治理专项" not in client_of(person("street", "office-3")).get("/plan/money/").content.decode()
    with pytest.raises(TaskError):
        money.move(line, money.NewMove("budget", Decimal(-300_000), DAY), by=None, at=NOW)


def test_the_cost_of_a_result_counts_what_was_counted_by_the_boards_day_and_known_then(
    district: None, person: Callable[..., Person]
) -> None:
    made, duty = indicator_task("rail-logistics"), person("duty", "environment")
    Task.objects.update(created_at=beijing_day(START))
    line = money.add_line(
        made, money.NewLine(2019, "district", "铁路专线", Decimal(1_000_000)), by=None, at=beijing_day(START)
    )
    for kind, amount in (("allotted", 900_000), ("paid", 600_000)):
        money.move(line, money.NewMove(kind, Decimal(amount), START), by=None, at=beijing_day(START))
    for day, counted, at in ((date(2019, 3, 1), 10, 1), (date(2019, 4, 1), 16, 1), (date(2019, 5, 1), 22, 20)):
        TaskEntry.objects.create(
            task=made, value=Decimal(counted), day=day, way="ledger", how={"numerator": counted, "denominator": 100},
            at=beijing_day(date(2019, 5, at)),
        )  # fmt: skip

    def cost(day: date, known_at: datetime | None = None) -> tuple[Decimal, str] | None:
        [row] = money_page(board(day, known_at), duty).tasks
        return (row.cost.yuan, row.cost.result) if row.cost else None

    assert cost(DAY) == (Decimal(50_000), "12")
    assert cost(date(2019, 4, 30)) == (Decimal(100_000), "6"), "the count of May was still to come"
    assert cost(DAY, beijing_day(date(2019, 5, 10))) == (Decimal(100_000), "6"), "and was not known on its day"
    assert cost(date(2019, 3, 31)) is None


def test_money_goes_out_as_a_workbook_and_back_with_row_errors(
    district: None, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    made = indicator_task("pm25", number="2.1")
    money.add_line(made, money.NewLine(2019, "district", "治理专项", Decimal(1_000_000)), by=None, at=NOW)
    finance = client_of(person("bureau", "finance"))
    with clock():
        book = openpyxl.load_workbook(io.BytesIO(finance.get("/plan/money/lines.xlsx").content))
        sheet = book.active
        assert sheet is not None
        rows = list(sheet.iter_rows(values_only=True))
        assert rows[1][:7] == ("2.1", 2019, "区级资金", "治理专项", 100, 0, 0)
        sheet["F2"], sheet["G2"] = 80, 30
        sheet.append(["2.1", 2019, "市级资金", "补助", 50, 20, 5])

        def bring(sent: bytes = b"") -> str:
            content = io.BytesIO()
            book.save(content)
            file = SimpleUploadedFile("m.xlsx", sent or content.getvalue())
            answer = finance.post("/plan/money/import/", {"file": file}, follow=True)
            assert answer.status_code == 200
            return answer.content.decode()

        assert "已登记 5 笔变动" in bring()
        assert "已登记 0 笔变动" in bring(), "the same file again"
        sheet["G2"] = 90
        sheet.append(["9.9", 2019, "市级资金", "补助", 1, 0, 0])
        sheet.append(["2.1", "今年", "市级资金", "补助", 1, 0, 0])
        page = bring()
        for said in ("未导入", "第 2 行", "不得多于下达", "没有任务 9.9", "不是年份"):
            assert said in page
        assert "已损坏或不是" in bring(b"no")
    assert made.budget_lines.count() == 2
    paid = [one.amount for one in MoneyMove.objects.filter(line__title="治理专项", kind="paid")]
    assert paid == [Decimal(300_000)]


@pytest.mark.row("S52")
def test_reviewed_tasks_of_a_text_are_taken_into_work_once(
    district: None, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    duty = person("duty", "environment")
    text = PlanText.objects.create(
        slug="t", file_name="t.txt", sha256="0" * 64, text="一二三四五六七八九十", title="某计划", number="某政发1号",
        issued=date(2018, 12, 21), articles=[{"number": 12, "label": "十二", "title": "道路", "start": 0, "end": 9}],
        imported_at=NOW, imported_by=duty,
    )  # fmt: skip
    parties = [{"name": "区城管委", "role": "lead", "organisation": "urban-management"},
               {"name": "各街乡", "role": "joint", "organisation": "streets"}]  # fmt: skip
    due = [{"kind": "by", "value": "2019-12-31", "printed": "2019年底前", "working_days": False}]
    asked = {"comparator": ">=", "value": 92, "unit": "%", "object": "作业率", "printed": "92%"}
    common = {"plan": text, "article": 0, "rule": "x", "confidence": 0.9}
    fields = {"parties": parties, "deadlines": due, "quantities": [asked]}
    text.tasks.create(start=0, end=3, zh="提高作业率", state="accepted", **fields, **common)
    text.tasks.create(start=3, end=5, zh="没有牵头", parties=[], state="accepted", **common)
    text.tasks.create(start=5, end=7, zh="还没复核", parties=parties, **common)
    with clock():
        answer = client_of(duty).post("/plan/texts/t/take/", follow=True)
    assert answer.status_code == 200
    assert "已立项 1 项任务" in answer.content.decode()
    made = Task.objects.get()
    assert (made.article, made.due, made.start) == (12, date(2019, 12, 31), date(2018, 12, 21))
    assert [one.organisation_id for one in made.parties.order_by("order")] == ["urban-management", "streets"]
    assert made.reference.startswith("某政发1号 0–3")
    assert take_text_into_work(text, by=duty, at=NOW) == []


def test_a_board_of_many_parts_asks_few_questions(
    district: None, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    whole = add_task(NewTask("总任务", 12, ["housing"], start=START, due=DUE, measure=Measure()), by=None, at=NOW)
    for number in range(30):
        add_task(
            NewTask("部分", 12, ["housing"], start=START, due=DUE, parent=whole, number=f"p{number}"), by=None, at=NOW
        )
    with django_assert_max_num_queries(6):
        assert len(board(DAY).by_pk) == 31


def test_what_measures_itself_is_neither_entered_nor_corrected_by_hand(
    district: None, person: Callable[..., Person], client_of: Callable[[Person], Client]
) -> None:
    made = indicator_task("rail-logistics")
    lead = client_of(person("bureau", "urban-management"))
    with clock():
        assert "已记录" in post(lead, made, "enter", value="3", day="2019-06-01"), "nothing is measured yet"
        park("A", 100, 1000, ["cars"])
        measure_all(NOW, on=DAY)
        assert "自动采集，不能人工填报" in post(lead, made, "enter", status=400, value="25", day="2019-07-01")
        measured = made.entries.get(way="ledger")
        said = post(lead, made, "enter", status=400, corrects=measured.pk, value="25", day="2019-07-01", note="应为 25")
        assert "不能人工更正" in said
        page = lead.get(f"/plan/tasks/{made.pk}/").content.decode()
    assert made.entries.count() == 2
    assert 'popovertarget="do-enter"' not in page
    assert "自动采集" in page
