"""Pages of rectification and accountability: who sees what, lists as sheets, map, workbook, print, refusals."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lantian.apps.accounts.models import Area, Organisation, Person
from lantian.apps.assessment.models import (
    AccountabilityNotice,
    CountedProblem,
    Exposure,
    FeedbackBatch,
    Problem,
    ProblemImport,
)
from lantian.apps.assessment.selectors.accountability import BodyLine
from lantian.apps.assessment.services.accountability import acknowledge, cancel, decide, send, sweep
from lantian.apps.assessment.services.counting import appeal, decide_appeal
from lantian.apps.assessment.services.problem_lists import HEADINGS, check_list, rows_of, run_list, template
from lantian.apps.audit.models import Entry
from lantian.apps.ui import middleware
from lantian.kernel.instants import BEIJING
from tests.rectification.conftest import FED_BACK, START, Chain, later

pytestmark = pytest.mark.django_db
Make = Callable[..., Problem]
LEDGER, LADDER = "/assessment/rectification/", "/assessment/accountability/"
GOOD = {"list_number": "9", "text": "某工地裸土", "category": "dust", "lead": "office-110105001", "street": "第1街道"}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock that requests read stands in November 2026, after all that happens here."""
    let_stand(monkeypatch, later(60))


def let_stand(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Let the clock that requests read stand at an instant."""

    class Clock:
        @classmethod
        def now(cls, tz: Any) -> datetime:
            return at.astimezone(tz)

    monkeypatch.setattr(middleware, "datetime", Clock)


@pytest.fixture
def client_of() -> Callable[[Person], Client]:
    def make(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return make


def sheet(*rows: dict[str, str]) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0].append([one.text.zh for one in HEADINGS])
    for row in rows:
        book.worksheets[0].append([row.get(one.name, "") for one in HEADINGS])
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"text": ""}, "text"),
        ({"category": "noise"}, "category"),
        ({"lead": "某某局"}, "lead"),
        ({"joint": "housing、某某局"}, "joint"),
        ({"street": "某街"}, "street"),
        ({"code": "GD-404"}, "code"),
        ({"longitude": "东"}, "longitude"),
        ({"longitude": "12", "latitude": "39.9"}, "longitude"),
        ({"deadline": "年底"}, "deadline"),
        ({"deadline": str(FED_BACK - timedelta(days=1))}, "deadline"),
        ({"list_number": "1" * 21}, "list_number"),
        ({"goal": "覆" * 501}, "goal"),
        ({"place": "东" * 201}, "place"),
    ],
)
def test_a_row_is_refused_at_its_column(batch: FeedbackBatch, wrong: dict[str, str], column: str) -> None:
    square = [[[116.4, 39.8], [116.6, 39.8], [116.6, 40.0], [116.4, 40.0], [116.4, 39.8]]]
    Area.objects.filter(code="110105001").update(geometry={"type": "Polygon", "coordinates": square})
    [row] = rows_of(sheet(GOOD | wrong), batch, START)
    assert (row.new, row.column) == (None, column)


def test_rows_that_read_alike_are_pointed_out_in_the_sheet_in_the_list_and_in_others(
    batch: FeedbackBatch, problem: Make, keeper: Person, client_of: Callable[[Person], Client]
) -> None:
    problem("1", text="一号工地裸土")
    rows = [
        GOOD | {"list_number": "2", "text": "一号工地，裸土。"}, GOOD | {"list_number": "3", "text": "二号工地"},
        GOOD | {"list_number": "4", "text": "二号 工地！"}, GOOD | {"list_number": "1", "text": "一号工地裸土"},
    ]  # fmt: skip
    entry = check_list(sheet(*rows), "a.xlsx", batch, by=keeper, at=START)
    assert [(one["row"], one["name"], one["like_row"]) for one in entry.alike] == [
        (2, f"{batch.number} 1", 0), (4, "", 3),
    ]  # fmt: skip
    page = client_of(keeper).get(f"{LEDGER}imports/{entry.pk}/").content.decode()
    assert "与第 3 行相同" in page
    assert (entry.fresh, entry.known) == (3, 1)


def test_a_list_names_who_leads_by_the_official_name_too(batch: FeedbackBatch) -> None:
    Organisation.objects.filter(pk="housing").update(official_zh="某市某区住房和城乡建设委员会")
    [row] = rows_of(sheet(GOOD | {"lead": "某市某区住房和城乡建设委员会"}), batch, START)
    assert row.new is not None
    assert row.new.lead.pk == "housing"


def test_that_two_problems_are_the_same_is_taken_back_with_a_reason(
    problem: Make, keeper: Person, street: Person, client_of: Callable[[Person], Client]
) -> None:
    first, second = problem("1"), problem("2")
    path = f"{LEDGER}{second.case.slug}/"
    desk = client_of(keeper)
    desk.post(f"{path}same/", {"case": first.case.number, "reason": "看似同一工地"})
    assert "撤回" in desk.get(path).content.decode()
    client_of(street).post(f"{path}apart/", {"reason": "不同工地"})
    second.refresh_from_db()
    assert second.same_as == first
    desk.post(f"{path}apart/", {"reason": "现场核对为不同工地"})
    second.refresh_from_db()
    assert second.same_as is None
    assert "不是同一问题" in desk.get(path).content.decode()
    assert "无须撤回" in desk.post(f"{path}apart/", {"reason": "再撤"}, follow=True).content.decode()


def test_a_category_that_is_not_there_is_told_with_those_that_are(batch: FeedbackBatch) -> None:
    [row] = rows_of(sheet(GOOD | {"category": "油烟"}), batch, START)
    assert row.problem is not None
    assert "可选：扬尘污染、移动源污染、" in row.problem.zh
    assert "choose from dust, vehicles and machines, " in row.problem.en


def test_a_list_number_is_taken_once(
    batch: FeedbackBatch, keeper: Person, client_of: Callable[[Person], Client]
) -> None:
    twice = sheet(GOOD, GOOD | {"text": "另一处"}, GOOD | {"list_number": "10", "joint": "housing，environment"})
    entry = check_list(twice, "a.xlsx", batch, by=keeper, at=START)
    assert (entry.rows, entry.fresh, entry.known, entry.refused) == (3, 2, 0, 1)
    assert not Problem.objects.exists()
    run_list(entry, by=keeper, at=START)
    again = check_list(twice, "a.xlsx", batch, by=keeper, at=START)
    assert (again.fresh, again.known) == (0, 3)
    assert "没有可导入的新行" in client_of(keeper).get(f"{LEDGER}imports/{again.pk}/").content.decode()
    made = Problem.objects.get(list_number="10")
    assert sorted(made.joint.values_list("pk", flat=True)) == ["environment", "housing"]
    assert made.deadline == FED_BACK + timedelta(days=30)
    assert made.case.parties["checker"] == ["urban-enforcement"]  # the environment bureau joins in


def test_a_sheet_asks_the_same_questions_however_long_it_is(
    batch: FeedbackBatch, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    rows = [GOOD | {"list_number": str(number), "code": f"GD-{number}"} for number in range(100, 130)]
    with django_assert_max_num_queries(7):
        found = rows_of(sheet(*rows), batch, START)
    assert {one.column for one in found} == {"code"}


def test_the_template_can_be_read_back(batch: FeedbackBatch) -> None:
    [row] = rows_of(template("zh-hans", START), batch, START)
    assert row.column == "category"


def test_a_body_sees_its_own_and_a_keeper_all(
    problem: Make, client_of: Callable[[Person], Client], street: Person, person: Callable[..., Person], keeper: Person
) -> None:
    mine, other = problem("1"), problem("2", lead="office-110105002", area_code="110105002")
    theirs = client_of(street)
    page = theirs.get(f"{LEDGER}?view=all").content.decode()
    assert "第1处工地" in page
    assert "第2处工地" not in page
    assert theirs.get(f"{LEDGER}{mine.case.slug}/").status_code == 200
    assert theirs.get(f"{LEDGER}{other.case.slug}/").status_code == 404
    assert "第2处工地" in client_of(keeper).get(f"{LEDGER}?view=all").content.decode()
    viewer = client_of(person("viewer", "chaoyang-government", "看客"))
    assert viewer.post(f"{LEDGER}{mine.case.slug}/extend/", {"after": "2027-01-01", "reason": "x"}).status_code == 403


def test_lists_are_registered_tried_and_dropped_on_their_pages(
    client_of: Callable[[Person], Client], keeper: Person, street: Person, batch: FeedbackBatch
) -> None:
    client = client_of(keeper)
    page = client.post(f"{LEDGER}lists/", {"source": "city", "round": "", "number": "x", "day": "2026-09-01"})
    assert page.status_code == 200
    assert FeedbackBatch.objects.count() == 1
    bad = SimpleUploadedFile("a.csv", b"\xff\xfe\x00\x00")
    assert "CSV" in client.post(f"{LEDGER}lists/{batch.pk}/", {"file": bad}).content.decode()
    file = SimpleUploadedFile("a.xlsx", sheet(GOOD))
    assert client.post(f"{LEDGER}lists/{batch.pk}/", {"file": file}).status_code == 302
    entry = ProblemImport.objects.get()
    client.post(f"{LEDGER}imports/{entry.pk}/", {"what": "drop"})
    entry.refresh_from_db()
    assert (entry.state, entry.content) == ("dropped", None)
    assert client_of(street).post(f"{LEDGER}lists/{batch.pk}/", {"file": file}).status_code == 403


def test_map_workbook_and_print_give_what_is_asked_for(
    problem: Make, client_of: Callable[[Person], Client], keeper: Person
) -> None:
    problem("1", longitude=116.48, latitude=39.92)
    problem("2")
    client = client_of(keeper)
    found = client.get(f"{LEDGER}map.json?view=all").json()
    assert [one["geometry"]["coordinates"] for one in found["features"]] == [[116.48, 39.92]]
    assert "case-map" in client.get(f"{LEDGER}?tab=map").content.decode()
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{LEDGER}ledger.xlsx?text=第2处").content)).worksheets[0]
    assert [row[3].value for row in book.iter_rows(min_row=2, max_row=3)] == ["2", None]
    assert client.get(f"{LEDGER}ledger.pdf").content.startswith(b"%PDF")


def test_the_list_asks_as_often_for_ten_problems_as_for_two(
    problem: Make, client_of: Callable[[Person], Client], keeper: Person
) -> None:
    client = client_of(keeper)
    counts = []
    for number in range(1, 11):
        problem(str(number))
        if number in (2, 10):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(f"{LEDGER}?view=all").status_code == 200
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_pages_of_accountability_show_why_and_take_acts(
    problem: Make, chain: Callable[[Problem], Chain], client_of: Callable[[Person], Client], street: Person,
    keeper: Person, government: Person,
) -> None:  # fmt: skip
    for number in ("1", "2"):
        chain(problem(number)).to_rectify()
    sweep(later(25))
    theirs, keepers = client_of(street), client_of(keeper)
    assert "第1街道办事处" in theirs.get(f"{LADDER}?period=2026").content.decode()
    page = keepers.get(f"{LADDER}office-110105001/?period=2026").content.decode()
    assert "督察反馈问题逾期未整改到位" in page
    assert theirs.get(f"{LADDER}office-110105002/").status_code == 404
    values: dict[str, Any] = {
        "rule": "exposure", "body": "office-110105001", "day": "2026-09-20", "title": "电视曝光", "medium": "某台",
    }  # fmt: skip
    assert theirs.post(f"{LADDER}enter/", values).status_code == 403
    keepers.post(f"{LADDER}enter/", values | {"case": "没有的案号"})
    keepers.post(f"{LADDER}enter/", values)
    entered = Exposure.objects.get()
    settled = {"exposure": entered.pk, "day": "2026-09-21"}
    assert "已解决" in keepers.get(f"{LADDER}office-110105001/?period=2026").content.decode()
    assert keepers.post(f"{LADDER}office-110105002/settle/", settled).status_code == 404
    keepers.post(f"{LADDER}office-110105001/settle/", settled)
    entered.refresh_from_db()
    assert str(entered.struck_on) == "2026-09-21"
    assert "已解决" not in theirs.get(f"{LADDER}office-110105001/?period=2026").content.decode()
    keepers.post(f"{LADDER}office-110105001/transfer/", {"grounds": "长期失管"})
    made = AccountabilityNotice.objects.get(kind="transfer")
    path = f"{LADDER}notices/{made.pk}/"
    assert "没有在岗人员" in keepers.get(path).content.decode()  # nobody of the discipline inspection is registered
    assert "长期失管" in keepers.get(LADDER).content.decode()
    assert "移送记录" not in theirs.get(LADDER).content.decode()
    assert keepers.get(f"{path}paper.pdf").content.startswith(b"%PDF")
    assert keepers.get(f"{path}paper.docx").status_code == 404
    client_of(government).post(f"{path}cancel/", {"version": made.version, "text": "理由不足"})
    made.refresh_from_db()
    assert (made.state, made.cancelled_why) == ("cancelled", "理由不足")
    assert keepers.post(f"{path}burn/", {}).status_code == 404


def test_a_body_objects_on_its_page_and_another_office_decides(
    problem: Make, chain: Callable[[Problem], Chain], client_of: Callable[[Person], Client], street: Person,
    keeper: Person, government: Person,
) -> None:  # fmt: skip
    one = chain(problem())
    one.to_rectify()
    sweep(later(25))
    path, row = f"{LADDER}office-110105001/", CountedProblem.objects.get()
    theirs, keepers = client_of(street), client_of(keeper)
    refused = keepers.post(f"{path}appeal/", {"counted": row.pk, "reason": "代提"}, follow=True)
    assert "只有责任单位可以提出异议" in refused.content.decode()
    theirs.post(f"{path}appeal/", {"counted": row.pk, "reason": "不属我辖区"})
    made = row.appeals.get()
    answer = {"appeal": made.pk, "upheld": "on", "answer": "经核实不属该街道"}
    client_of(government).post(f"{path}decide-appeal/", answer)
    page = theirs.get(f"{path}?period=2026").content.decode()
    assert "1 个不再计入" in page
    assert "经核实不属该街道" in page
    assert keepers.post(f"{path}burn/", {}).status_code == 404


def test_a_measure_beside_the_steps_ends_with_its_result_on_the_page(
    problem: Make, chain: Callable[[Problem], Chain], client_of: Callable[[Person], Client], keeper: Person
) -> None:
    one = chain(problem())
    one.to_rectify()
    client, path = client_of(keeper), f"{LEDGER}{one.case.slug}/"
    client.post(f"{path}supervise/", {"kind": "special", "reason": "共性问题突出"})
    made = one.problem.supervisions.get()
    page = client.post(f"{path}result/", {"supervision": made.pk, "result": "已完成专项督察"}, follow=True)
    assert "已完成专项督察" in page.content.decode()
    assert "牵头单位" in client.post(f"{path}extend/", {"after": "", "reason": "x"}, follow=True).content.decode()
    assert client.post(f"{path}burn/", {}).status_code == 404


def test_the_ladder_leads_to_no_year_that_has_not_begun_and_keeps_the_moment_that_is_looked_back_on(
    problem: Make, chain: Callable[[Problem], Chain], client_of: Callable[[Person], Client], keeper: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    let_stand(monkeypatch, later(27))
    chain(problem()).to_rectify()
    sweep(later(25))
    page = client_of(keeper).get(LADDER).content.decode()
    assert f'href="{LADDER}?period=2025"' in page
    assert "period=2027" not in page
    assert f'href="{LADDER}?period=2026"' in client_of(keeper).get(f"{LADDER}?period=2025").content.decode()
    moment = f"at={later(26).astimezone(BEIJING):%Y-%m-%dT%H:00}"
    then = client_of(keeper).get(f"{LADDER}?{moment}").content.decode()
    assert f'href="{LADDER}office-110105001/?{moment}&amp;period=2026"' in then


def test_notices_and_objections_are_looked_back_on_as_they_stood(
    problem: Make, chain: Callable[[Problem], Chain], client_of: Callable[[Person], Client], street: Person,
    keeper: Person, government: Person,
) -> None:  # fmt: skip
    chain(problem()).to_rectify()
    sweep(later(25))
    notice, row = AccountabilityNotice.objects.get(), CountedProblem.objects.get()
    decide(notice, "同意约谈", by=keeper, at=later(26))
    sent = send(notice, by=keeper, at=later(27))
    objection = appeal(row, "不属我辖区", by=street, at=later(28))
    decide_appeal(objection, upheld=False, answer="经核实属实", by=government, at=later(29))
    acknowledge(notice, "已约谈", by=street, at=later(30))
    cancel(notice, "文书有误", by=keeper, at=later(31))
    keepers, theirs = client_of(keeper), client_of(street)
    body, page = f"{LADDER}office-110105001/", f"{LADDER}notices/{notice.pk}/"

    def read(client: Client, address: str, day: int) -> str:
        at = f"?at={later(day).astimezone(BEIJING):%Y-%m-%dT%H:00}"
        return client.get(address + at).content.decode()

    for day, state in ((25, "草稿"), (26, "已决定"), (27, "已送达"), (30, "已签收"), (31, "已撤销")):
        assert state in read(keepers, body, day)
        assert state in read(keepers, page, day)
        assert (sent.number in read(keepers, body, day)) == (day >= 27)
        assert (sent.number in read(theirs, body, day)) == (day >= 27)
        assert ("同意约谈" in read(keepers, page, day)) == (day >= 26)
        assert ("已约谈" in read(keepers, page, day)) == (day >= 30)
        assert ("文书有误" in read(keepers, page, day)) == (day >= 31)
    assert "不属我辖区" not in read(keepers, body, 27)
    assert "待复核" in read(keepers, body, 28)
    assert "经核实属实" not in read(keepers, body, 28)
    assert "经核实属实" in read(keepers, body, 29)
    assert [lines(keepers, day).objections for day in (27, 28, 29)] == [0, 1, 0]
    assert [lines(keepers, day).waiting for day in (25, 27)] == [1, 0]
    assert [theirs.get(f"{page}?at=2026-10-0{day}T10:00").status_code for day in (3, 4)] == [404, 200]
    assert keepers.get(f"{page}?at=2026-10-01T10:00").status_code == 404


def lines(client: Client, day: int) -> BodyLine:
    """The line of the only body in the list, as it stood on a day."""
    at = f"?at={later(day).astimezone(BEIJING):%Y-%m-%dT%H:00}"
    [line] = client.get(LADDER + at).context["lines"]
    assert isinstance(line, BodyLine)
    return line


def test_only_a_deciding_office_has_what_it_dropped_drafted_again(
    problem: Make, chain: Callable[[Problem], Chain], client_of: Callable[[Person], Client], street: Person,
    keeper: Person, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    let_stand(monkeypatch, later(27))
    chain(problem()).to_rectify()
    sweep(later(25))
    cancel(AccountabilityNotice.objects.get(), "另行处理", by=keeper, at=later(26))
    path = f"{LADDER}office-110105001/recount/"
    assert "只有决定单位可以办理" in client_of(street).post(path, follow=True).content.decode()
    assert AccountabilityNotice.objects.standing().count() == 0
    client_of(keeper).post(path)
    assert AccountabilityNotice.objects.standing().count() == 1
    assert Entry.objects.get(verb="accountability.asked-again").actor == keeper


def test_a_paper_whose_bytes_were_changed_is_not_given(
    problem: Make, chain: Callable[[Problem], Chain], client_of: Callable[[Person], Client], keeper: Person,
    settings: Any,
) -> None:  # fmt: skip
    chain(problem()).to_rectify()
    sweep(later(25))
    sent = send(decide(AccountabilityNotice.objects.get(), "同意", by=keeper, at=later(26)), by=keeper, at=later(26))
    client, path = client_of(keeper), f"{LADDER}notices/{sent.pk}/paper"
    assert client.get(f"{path}.docx").status_code == 200
    folder = settings.DATA_DIR / "accountability" / sent.docx_sha256[:2]
    (folder / f"{sent.docx_sha256}.docx").write_bytes(b"changed")
    assert client.get(f"{path}.docx").status_code == 404
    assert client.get(f"{path}.pdf").status_code == 200
