"""What the pages of assessments show to whom, and what can be done there."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lantian.apps.accounts.models import Person
from lantian.apps.assessment.models import (
    Assessment,
    AssessmentAppeal,
    AssessmentSnapshot,
    EnteredFigure,
    VetoFinding,
)
from lantian.apps.assessment.services.schemes.acts import (
    Acting,
    draft,
)
from lantian.apps.assessment.services.schemes.demo import PAPER
from lantian.apps.assessment.services.schemes.entries import NewEntries, enter_figures
from tests.assessment.schemes.conftest import FILE, FIRST, JANUARY, SECOND, YEAR, result

pytestmark = pytest.mark.django_db


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def test_before_publication_a_body_sees_its_own_marks_alone(
    january: None, facts: None, drafter: Person, street: Person
) -> None:
    draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    page = client(street).get("/assessment/schemes/yearly-streets/2026/").content.decode()
    assert "朝外街道" in page
    assert "建外街道" not in page
    assert client(street).get(f"/assessment/schemes/yearly-streets/2026/{SECOND}/").status_code == 200
    assert client(street).get(f"/assessment/schemes/yearly-streets/2026/{FIRST}/").status_code == 404
    assert client(street).get("/assessment/schemes/yearly-streets/2026/file/docx/").status_code == 404
    snapshot = AssessmentSnapshot.objects.get().pk
    assert client(street).get(f"/assessment/schemes/yearly-streets/2026/snapshot/{snapshot}/").status_code == 404
    whole = client(drafter).get("/assessment/schemes/yearly-streets/2026/").content.decode()
    assert "建外街道" in whole
    assert "按快照重算，与所列得分一致" in whole


def test_after_publication_everybody_sees_the_table_the_papers_and_why(
    january: None, published: Assessment, street: Person
) -> None:
    reader = client(street)
    page = reader.get("/assessment/schemes/yearly-streets/2026/?compare=1").content.decode()
    assert "建外街道" in page
    assert "没有变化：现在重算" in page
    body = reader.get(f"/assessment/schemes/yearly-streets/2026/{FIRST}/").content.decode()
    assert "(90 − 60) ÷ (95 − 60)" in body
    assert "第三十一条" in body
    assert "case-" in body  # the late case behind the figure
    assert reader.get("/assessment/schemes/yearly-streets/2026/file/pdf/").content.startswith(b"%PDF-")
    assert (
        reader.get(f"/assessment/schemes/yearly-streets/2026/snapshot/{published.snapshot_id}/").json()["format"] == 1
    )
    entry = EnteredFigure.objects.first()
    assert entry is not None
    assert reader.get(f"/assessment/schemes/entries/{entry.pk}/").content == PAPER


def test_the_schemes_are_explained_with_weights_rules_and_sources(january: None, drafter: Person) -> None:
    page = client(drafter).get("/assessment/schemes/").content.decode()
    for words in (
        "街乡年度考核",
        "部门终期考核",
        "粗颗粒物月度结果",
        "第十条",
        "结果直接认定为不合格，不以得分抵销",
        "权重待核实",
    ):
        assert words in page
    english = client(drafter).get("/assessment/schemes/", headers={"accept-language": "en"}).content.decode()
    assert "Fine particles" in english


def test_the_year_goes_from_draft_to_appeal_through_the_pages(
    january: None, facts: None, drafter: Person, publisher: Person, street: Person
) -> None:
    base = "/assessment/schemes/yearly-streets/2026/"
    desk, chief, office = client(drafter), client(publisher), client(street)
    assert office.post(f"{base}act/draft/").status_code == 403
    assert "此考核期还没有稿件" in desk.get(base).content.decode()
    desk.post(f"{base}act/draft/")
    form = {"item": "praise", f"value-{FIRST}": "2", f"value-{SECOND}": "", "reason": "通报表扬"}
    desk.post(f"{base}enter/", form | {"file": SimpleUploadedFile("通报.pdf", PAPER)})
    assert "×" in desk.get(f"{base}{FIRST}/").content.decode()
    made = Assessment.objects.get()
    assert result(made, FIRST).marks.get(item="praise").points == 2
    desk.post(f"{base}act/submit/", {"revision": made.revision})
    waiting = chief.get(base).content.decode()
    assert "2 个单位没有在岗人员，公布后须另行送达" in waiting  # the second street has its officer
    assert "建外街道、呼家楼街道</p>" in waiting
    chief.post(f"{base}act/publish/")
    assert "朝环考〔2027〕1号" in office.get(base).content.decode()
    assert Assessment.objects.get().published
    again = chief.post(f"{base}act/publish/", follow=True)
    assert "没有待办的稿件" in again.content.decode()
    appeal = {"item": "cases", "reason": "时钟有误", "file": SimpleUploadedFile("证据.pdf", PAPER)}
    office.post(f"{base}{SECOND}/appeal/", appeal)
    found = AssessmentAppeal.objects.get()
    page = chief.get(f"/assessment/schemes/appeals/{found.pk}/").content.decode()
    assert "时钟有误" in page
    assert '<input id="points" name="points" type="number" min="0" max="60"' in page
    assert chief.get(f"/assessment/schemes/appeals/{found.pk}/file/").content == PAPER
    assert "须由他人复核" in desk.get(f"/assessment/schemes/appeals/{found.pk}/").content.decode()
    chief.post(f"/assessment/schemes/appeals/{found.pk}/answer/", {"decision": "rejected", "answer": "日志显示逾期"})
    assert "日志显示逾期" in office.get("/assessment/schemes/appeals/").content.decode()
    assert chief.post(f"{base}act/nothing/").status_code == 404
    assert desk.get("/assessment/schemes/yearly-streets/2026-W01/").status_code == 404


def test_what_was_entered_last_is_asked_once_for_all_items(january: None, facts: None, drafter: Person) -> None:
    made = draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    praise = NewEntries("yearly-streets", YEAR, "praise", {FIRST: Decimal(2)}, "通报表扬", FILE)
    enter_figures(praise, Acting(drafter, JANUARY))
    with CaptureQueriesContext(connection) as asked:
        page = client(drafter).get(f"/assessment/schemes/yearly-streets/2026/?version={made.version}").content.decode()
    assert 'placeholder="95"' in page
    assert 'placeholder="2"' in page
    assert sum(EnteredFigure._meta.db_table in one["sql"] for one in asked) == 1


def test_findings_are_listed_entered_and_revoked_through_the_page(
    january: None, facts: None, drafter: Person, publisher: Person, street: Person
) -> None:
    form = {"veto": "summoned", "body": SECOND, "happened": "2026-06-01", "reason": "市级约谈"}
    client(drafter).post("/assessment/schemes/findings/new/", form | {"file": SimpleUploadedFile("约谈.pdf", PAPER)})
    found = VetoFinding.objects.get()
    page = client(publisher).get("/assessment/schemes/findings/").content.decode()
    assert "市级约谈" in page
    assert "等次最高为良好" in page
    assert "市级约谈" in client(street).get("/assessment/schemes/findings/").content.decode()
    assert client(publisher).get(f"/assessment/schemes/findings/{found.pk}/finding/").content == PAPER
    revoking = {"reason": "撤销约谈", "file": SimpleUploadedFile("撤销.pdf", PAPER)}
    client(publisher).post(f"/assessment/schemes/findings/{found.pk}/revoke/", revoking)
    found.refresh_from_db()
    assert found.revoke_reason == "撤销约谈"
    assert client(street).post(f"/assessment/schemes/findings/{found.pk}/revoke/").status_code == 403


def test_what_no_page_asks_is_answered_and_breaks_nothing(
    january: None, published: Assessment, drafter: Person
) -> None:
    desk, page, long = client(drafter), "/assessment/schemes/yearly-streets/2026/", "9" * 5000
    assert desk.get(page, {"version": long}).status_code == 404
    desk.post(f"{page}act/draft/", {"reason": "复核后更正"})
    assert desk.post(f"{page}act/refresh/", {"revision": long}).status_code == 302


@pytest.mark.parametrize("points", ["100000", "1e30", "1e400", "NaN"])
def test_an_appeal_sets_no_number_that_the_record_cannot_hold(
    january: None, published: Assessment, street: Person, publisher: Person, points: str
) -> None:
    body = f"/assessment/schemes/yearly-streets/2026/{SECOND}/"
    client(street).post(
        f"{body}appeal/", {"item": "praise", "reason": "另获表扬", "file": SimpleUploadedFile("文件.pdf", PAPER)}
    )
    found = AssessmentAppeal.objects.get()
    given = {"decision": "accepted", "answer": "属实", "points": points}
    page = client(publisher).post(f"/assessment/schemes/appeals/{found.pk}/answer/", given, follow=True)
    assert "请填写改定值（≥ 0）" in page.content.decode()
    assert AssessmentAppeal.objects.open().get() == found


@pytest.mark.parametrize("happened", ["", "2026-02-30", "0001-01-01"])
def test_a_finding_without_its_day_is_refused_and_not_dated_today(
    january: None, facts: None, drafter: Person, happened: str
) -> None:
    given = {
        "veto": "summoned",
        "body": FIRST,
        "happened": happened,
        "reason": "市级约谈",
        "file": SimpleUploadedFile("文件.pdf", PAPER),
    }
    page = client(drafter).post("/assessment/schemes/findings/new/", given, follow=True).content.decode()
    assert "发生日期: " in page
    assert not VetoFinding.objects.exists()
