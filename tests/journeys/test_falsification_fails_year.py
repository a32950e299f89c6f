"""A falsification fails a year through the pages: case, finding, assessment, appeal, paper; and a finding revoked."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document

from lantian.apps.accounts.models import Area, Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.assessment.models import Assessment, AssessmentAppeal, VetoFinding
from lantian.apps.assessment.services.schemes.checking import problems_of, published_of
from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.ui import middleware
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.instants import beijing_day
from lantian.policy.reader import load_pack
from tests.journeys.test_alarm_to_sanction import Officer

pytestmark = pytest.mark.django_db
STREET = "110105021"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
AUTUMN = beijing_day(date(2026, 10, 13), 10)
JANUARY = beijing_day(date(2027, 1, 11), 9)
FULL = 100
YEAR = "/assessment/schemes/yearly-streets/2026/"


class Clock:
    """The clock that requests read; the test moves it."""

    at = AUTUMN

    @classmethod
    def now(cls, tz: Any) -> datetime:
        return cls.at.astimezone(tz)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> type[Clock]:
    """The district of the pack in October 2026."""
    settings.DATA_DIR, settings.PACK, settings.LAKE_URL = tmp_path, "cn-110105-2018", str(tmp_path / "lake")
    sync_pack(load_pack(settings.PACK), at=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(middleware, "datetime", Clock)
    monkeypatch.setattr(Clock, "at", AUTUMN)
    return Clock


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    """Return a maker of signed-in clients: ``sign_in("duty", "environment")``."""

    def make(role: str, organisation: str, name: str = "") -> Client:
        person = Person.objects.create_person(name or f"{role}-{organisation}", None, name_zh="王守蓝", name_en="Wang")
        Post.objects.create(person=person, role=role, organisation_id=organisation)
        client = Client()
        client.force_login(person)
        return client

    return make


def paper(name: str = "文件.pdf", mark: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + mark, "application/pdf")


def confirm(
    officer: Officer, police: Officer, discipline: Officer, case: Case, clock: type[Clock], began: datetime = AUTUMN
) -> None:
    """Take the case from its evidence to the result of the assessment and to all that follows, each with its paper."""
    taken = (
        (officer, "secure", "secured"),
        (officer, "investigate", "confirmed"),
        (officer, "fail", "failed"),
        (officer, "penalise", "served"),
        (police, "police", "accepted"),
        (discipline, "discipline", "accepted"),
    )
    for hours, (by, step, outcome) in enumerate(taken):
        clock.at = began + timedelta(hours=hours)
        thread = CaseThread.objects.open().get(case=case, step=step)
        sent = {"thread": thread.number, "file": paper(f"{step}.pdf", step.encode())}
        by.client.post(f"/cases/{case.slug}/evidence/", sent)
        by.take(case, step, outcome, "采样口被塑料袋套住，视频为证")


def said_in(content: bytes) -> str:
    word = Document(BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


def publish(desk: Client, chief: Client) -> Assessment:
    """Hand the open draft in, and publish it by another person."""
    made = Assessment.objects.open().get()
    desk.post(f"{YEAR}act/submit/", {"revision": made.revision})
    chief.post(f"{YEAR}act/publish/", {"revision": made.revision + 1})
    made.refresh_from_db()
    assert made.published
    return made


@pytest.mark.row("S49")
@pytest.mark.row("S51")
def test_a_confirmed_falsification_fails_the_best_street_until_it_is_revoked(
    clock: type[Clock], sign_in: Callable[..., Client]
) -> None:
    # a case of falsified data is opened, its evidence secured, and confirmed
    officer = Officer(sign_in("enforcement", "environment"))
    found = {"title": "微站采样口被套", "facts": "读数远低于邻近点位", "area": STREET}
    officer.client.post("/cases/new/data-falsification/", found)
    case = Case.objects.get(type="data-falsification")
    police, discipline = sign_in("enforcement", "public-security"), sign_in("bureau", "discipline")
    confirm(officer, Officer(police), Officer(discipline), case, clock)
    finding = VetoFinding.objects.get()
    assert (finding.body, finding.case, str(finding.happened)) == (STREET, case, "2026-10-13")

    # the year is over: the street's groundwork is the best of all, the city praised it, and its marks are full and more
    clock.at = JANUARY
    desk, chief = sign_in("duty", "environment"), sign_in("duty", "environment", "chief")
    street = sign_in("street", f"office-{STREET}")
    codes = list(Area.objects.of_kind("street").values_list("code", flat=True))
    values = {f"value-{code}": "100" if code == STREET else "75" for code in codes}
    desk.post(f"{YEAR}enter/", {"item": "groundwork", "reason": "年终检查", "file": paper(), **values})
    praised = {"item": "praise", "reason": "市级通报", "file": paper(mark=b"praise"), f"value-{STREET}": "2"}
    desk.post(f"{YEAR}enter/", praised)
    desk.post(f"{YEAR}act/draft/")
    first = publish(desk, chief)
    result = first.results.get(body=STREET)
    others = first.results.exclude(body=STREET)
    assert result.total is not None
    assert result.total == FULL + 2
    assert result.total > max(one.total or 0 for one in others)
    assert (result.by_score, result.grade, result.failed, result.rank) == ("excellent", "failed", True, None)

    # the table and the body's page say so, and the paper too
    assert "一票否决" in street.get(YEAR).content.decode()
    body = street.get(f"{YEAR}{STREET}/").content.decode()
    for words in ("结果直接认定为不合格，不以得分抵销", case.number, "按分数为 优秀", "第三十一条"):
        assert words in body
    docx = street.get(f"{YEAR}file/docx/").content
    assert check_docx(docx) == []
    said = said_in(docx)
    assert (
        f"{case.number}认定“篡改、伪造监测数据”，得分{result.total:.2f}分（按分数为优秀），考核结果为不合格。" in said
    )

    # the street appeals, and another person rejects it
    clock.at = JANUARY + timedelta(days=3)
    appeal = {"item": "falsification", "reason": "系施工单位所为", "file": paper("说明.pdf")}
    street.post(f"{YEAR}{STREET}/appeal/", appeal)
    filed = AssessmentAppeal.objects.get()
    answer = {"decision": "rejected", "answer": "属地监管责任不因他人行为免除"}
    desk.post(f"/assessment/schemes/appeals/{filed.pk}/answer/", answer)
    filed.refresh_from_db()
    assert filed.state == "open"  # the drafter does not answer
    chief.post(f"/assessment/schemes/appeals/{filed.pk}/answer/", answer)
    assert "不成立" in street.get(f"/assessment/schemes/appeals/{filed.pk}/").content.decode()
    assert not Assessment.objects.open().exists()

    # another appeal brings the bonus to the most there is: no mark outvotes the veto
    street.post(
        f"{YEAR}{STREET}/appeal/", {"item": "praise", "reason": "另获表扬一次", "file": paper("表扬.pdf", b"3")}
    )
    more = AssessmentAppeal.objects.get(item="praise")
    given = {"decision": "accepted", "answer": "市级通报属实", "points": "3"}
    chief.post(f"/assessment/schemes/appeals/{more.pk}/answer/", given)
    second = publish(desk, chief)
    best = second.results.get(body=STREET)
    assert best.total == FULL + 3
    assert (best.by_score, best.grade, best.failed, best.rank) == ("excellent", "failed", True, None)
    outright = f"得分{FULL + 3}.00分（按分数为优秀），考核结果为不合格"
    assert outright in said_in(street.get(f"{YEAR}file/docx/").content)
    outvoted = street.get(f"{YEAR}paper/").content.decode()
    assert f'href="{YEAR}{STREET}/?version=2#vetoes"' in outvoted

    # a reconsideration revokes the finding: another version follows, and says what was and what is
    clock.at = JANUARY + timedelta(days=20)
    revoking = {"reason": "行政复议决定撤销", "file": paper("复议决定书.pdf")}
    chief.post(f"/assessment/schemes/findings/{finding.pk}/revoke/", revoking)
    assert "等次原为" in desk.get(YEAR).content.decode()
    third = publish(desk, chief)
    after = third.results.get(body=STREET)
    assert (third.version, after.grade, after.failed, after.rank) == (3, "excellent", False, 1)
    again = said_in(street.get(f"{YEAR}file/docx/").content)
    zh = Area.objects.get(pk=STREET).name_zh
    assert f"{zh}：得分原为{best.total:.2f}、现为{best.total:.2f}，等次原为不合格、现为优秀" in again
    assert "此前公布的结果收到申诉2件，成立1件，不成立1件" in again
    assert street.get(f"{YEAR}file/docx/?version=1").content == docx

    # all three versions still follow from their snapshots, files and findings
    assert problems_of(published_of("2026"), clock.at) == []
