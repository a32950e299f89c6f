"""Two lists of inspectors' problems through the pages: one is struck off, and a street reaches the second level."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from lantian.apps.accounts.models import Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.assessment.models import AccountabilityNotice, CountedProblem, FeedbackBatch, Problem
from lantian.apps.cases.models import Case, Paper
from lantian.apps.ui import middleware
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.instants import beijing_day
from lantian.policy.reader import load_pack

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)
NOW = beijing_day(TODAY, 10)
FED_BACK = TODAY - timedelta(days=60)
PAST, AHEAD = TODAY - timedelta(days=3), TODAY + timedelta(days=20)
STREET, OFFICE = "建外街道", "office-110105001"
HEADS = ("清单序号", "问题", "类别", "牵头单位", "配合单位", "街乡", "地点", "整改目标", "整改时限")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF "
LEDGER, LADDER = "/assessment/rectification/", "/assessment/accountability/"


def row(
    number: str, text: str, deadline: object, lead: str = "建外街道办事处", category: str = "扬尘污染"
) -> list[str]:
    return [number, text, category, lead, "区城管执法局", STREET, "东门外", "全部覆盖", str(deadline)]


def workbook(*rows: list[str]) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for one in (list(HEADS), *rows):
        book.worksheets[0].append(one)
    book.save(content)
    return content.getvalue()


def comma_separated(*rows: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEADS, *rows])
    return text.getvalue().encode("gb18030")


def photo(colour: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (48, 32), (colour % 255, 120, 110)).save(content, "JPEG")
    return content.getvalue()


class Clock:
    """The clock that requests read; the test moves it."""

    at = NOW

    @classmethod
    def now(cls, tz: Any) -> datetime:
        return cls.at.astimezone(tz)


class Officer:
    """Somebody at the pages."""

    def __init__(self, role: str, organisation: str, name: str, **post: Any) -> None:
        person = Person.objects.create_person(name, None, name_zh=name, name_en=name)
        Post.objects.create(person=person, role=role, organisation_id=organisation, **post)
        self.client, self.sent = Client(), 0
        self.client.force_login(person)

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return str(answer.content.decode())

    def post(self, path: str, **data: Any) -> str:
        return str(self.client.post(path, data, follow=True).content.decode())

    def does(self, path: str, **data: Any) -> str:
        page = self.post(path, **data)
        assert "已记录" in page, path
        return page

    def evidence(self, case: Case, kind: str) -> None:
        self.sent += 1
        name, content, media = ("方案.pdf", PDF + str(self.sent).encode(), "application/pdf")
        if kind == "photo":
            name, content, media = ("现场.jpg", photo(case.pk * 16 + self.sent), "image/jpeg")
        thread = case.threads.open().get()
        self.does(f"/cases/{case.slug}/evidence/", thread=thread.number, file=SimpleUploadedFile(name, content, media))

    def take(self, case: Case, step: str, outcome: str, *kinds: str) -> str:
        """Take the open step of a case on the problem's page."""
        for kind in kinds:
            self.evidence(case, kind)
        case.refresh_from_db()
        thread = case.threads.open().get(step=step)
        page = self.does(
            f"/cases/{case.slug}/take/", thread=thread.number, version=case.version, outcome=outcome, reason="已办理",
        )  # fmt: skip
        assert "督察整改" in page
        return page


@pytest.fixture
def officers(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Officer]:
    settings.DATA_DIR, settings.PACK = tmp_path, "cn-110105-2018"
    monkeypatch.setattr(middleware, "datetime", Clock)
    monkeypatch.setattr(Clock, "at", NOW)
    sync_pack(load_pack(settings.PACK), at=NOW)
    return {
        "keeper": Officer("bureau", "environment", "环保经办"),
        "government": Officer("bureau", "chaoyang-government", "政府经办"),
        "street": Officer("street", OFFICE, "街道经办"),
        "deputy": Officer("street", OFFICE, "李副主任", title="副主任（分管环保）"),
        "other": Officer("street", "office-110105002", "别街经办"),
    }


def handed_in(keeper: Officer, source: str, number: str, name: str, content: bytes) -> str:
    """Register a list and hand in its sheet; return the page of the trial."""
    keeper.post(f"{LEDGER}lists/", source=source, round="2026年第一轮", number=number, day=str(FED_BACK))
    batch = FeedbackBatch.objects.get(number=number)
    return keeper.post(f"{LEDGER}lists/{batch.pk}/", file=SimpleUploadedFile(name, content))


def taken(keeper: Officer, number: str) -> list[Case]:
    """Take the sheet that was tried last; return the cases."""
    batch = FeedbackBatch.objects.get(number=number)
    page = keeper.post(f"{LEDGER}imports/{batch.imports.latest('pk').pk}/", what="run")
    assert "已导入" in page
    return [one.case for one in batch.problems.order_by("pk").select_related("case")]


def rectifying(officers: dict[str, Officer], case: Case) -> None:
    officers["keeper"].take(case, "order", "ordered")
    officers["street"].take(case, "plan", "submitted", "document")
    officers["keeper"].take(case, "plan-review", "approved")


def rechecked(officers: dict[str, Officer], case: Case, outcome: str) -> None:
    officers["street"].take(case, "rectify", "completed", "photo")
    officers["keeper"].take(case, "recheck", outcome, "photo")


@pytest.mark.row("S48")
@pytest.mark.row("S50")
def test_inspectors_problems_lift_a_street_to_the_second_level(officers: dict[str, Officer]) -> None:
    keeper, street = officers["keeper"], officers["street"]
    first = [row("1", "一号工地裸土未覆盖", AHEAD), row("2", "二号工地未洒水", PAST), row("3", "三号停车场扬尘", PAST)]
    wrong = row("4", "四号问题", AHEAD, lead="没有的单位")
    trial = handed_in(keeper, "city", "京环督〔2026〕12号", "清单.xlsx", workbook(*first, wrong))
    assert "没有单位“没有的单位”" in trial
    assert not Problem.objects.exists()
    one, two, three = taken(keeper, "京环督〔2026〕12号")

    again = [row("甲7", "二号工地，未洒水。", PAST)]
    trial = handed_in(keeper, "ministry", "环督〔2026〕7号", "清单.csv", comma_separated(*again))
    assert "疑似与已有问题相同" in trial
    [double] = taken(keeper, "环督〔2026〕7号")
    keeper.does(f"{LEDGER}{double.slug}/same/", case=two.number, reason="同一工地同一事实")

    for case in (one, two, three, double):
        rectifying(officers, case)
    thread = one.threads.open().get()
    one.refresh_from_db()
    street.does(
        f"{LEDGER}{one.slug}/progress/", version=one.version, percent=60, reason="已覆盖六成",
        file=SimpleUploadedFile("进展.jpg", photo(201), "image/jpeg"),
    )  # fmt: skip
    assert one.threads.open().get().due_at == thread.due_at
    rechecked(officers, one, "failed")
    keeper.does(f"{LEDGER}{two.slug}/supervise/", kind="interview", reason="逾期未整改")

    late = street.page(f"{LEDGER}?view=late")
    assert [text in late for text in ("一号工地", "二号工地", "三号停车场")] == [False, True, True]
    keeper.does(f"{LADDER}{OFFICE}/recount/")
    keeper.does(f"{LADDER}{OFFICE}/recount/")
    assert rules_counted() == ["recheck-failed", "rectification-late", "rectification-late"]
    nothing_twice(officers, two, double)

    body = street.page(f"{LADDER}{OFFICE}/")
    assert "同一问题，不另计" in body
    assert "问责分管负责人" in body
    assert officers["other"].client.get(f"{LADDER}{OFFICE}/").status_code == 404
    second_level(officers)
    struck_off(officers, one)


def rules_counted() -> list[str]:
    counted = CountedProblem.objects.counting().filter(body=OFFICE, at__year=TODAY.year)
    return sorted(one.rule for one in counted)


def nothing_twice(officers: dict[str, Officer], two: Case, double: Case) -> None:
    """Further facts of the same problems, sent once more or by others, count nothing and draft nothing."""
    keeper, street = officers["keeper"], officers["street"]
    counted, notices = rules_counted(), AccountabilityNotice.objects.count()
    # what is late fails its re-check too, on both lists; the sheet is handed in again
    for case in (two, double):
        rechecked(officers, case, "failed")
    trial = handed_in_again(
        keeper, "环督〔2026〕7号", "清单.csv", comma_separated(row("甲7", "二号工地，未洒水。", PAST))
    )
    assert "没有可导入的新行" in trial
    # a newspaper and a reader tell of it; the second press of the button is refused
    told = {"rule": "exposure", "body": OFFICE, "day": str(TODAY), "title": "二号工地扬尘", "medium": "晚报"}
    keeper.does(f"{LADDER}enter/", **told, case=two.number)
    assert "不重复计入" in keeper.post(f"{LADDER}enter/", **told, case=two.number)
    keeper.does(f"{LADDER}enter/", **told | {"rule": "repeated-complaints", "medium": "12345"}, case=double.number)
    keeper.does(f"{LADDER}{OFFICE}/recount/")
    assert rules_counted() == counted
    assert AccountabilityNotice.objects.count() == notices
    assert "本期没有计入的问题" in street.page(f"{LADDER}{OFFICE}/?period={TODAY.year + 1}")
    # the hourly count of the next year asks again, and counts none of them there
    Clock.at = beijing_day(date(TODAY.year + 1, 1, 4), 9)
    keeper.does(f"{LADDER}{OFFICE}/recount/")
    assert not CountedProblem.objects.filter(body=OFFICE, at__year=TODAY.year + 1).exists()
    assert AccountabilityNotice.objects.count() == notices
    Clock.at = NOW


def handed_in_again(keeper: Officer, number: str, name: str, content: bytes) -> str:
    batch = FeedbackBatch.objects.get(number=number)
    return keeper.post(f"{LEDGER}lists/{batch.pk}/", file=SimpleUploadedFile(name, content))


def second_level(officers: dict[str, Officer]) -> None:
    """The draft names the deputy head; it is decided, sent and acknowledged by others."""
    notice = AccountabilityNotice.objects.get(level="deputy")
    path = f"{LADDER}notices/{notice.pk}/"
    assert officers["street"].client.get(path).status_code == 404
    draft = officers["government"].page(path)
    assert "对你单位分管负责人李副主任（副主任（分管环保））实施问责" in draft
    officers["government"].does(f"{path}decide/", version=notice.version, text="情况属实，同意问责")
    notice.refresh_from_db()
    officers["keeper"].does(f"{path}send/", version=notice.version)
    assert "朝环问" in officers["street"].page(path)
    officers["street"].does(f"{path}acknowledge/", text="已召开专题会")
    notice.refresh_from_db()
    assert (notice.state, notice.count) == ("acknowledged", 3)
    paper = officers["street"].client.get(f"{path}paper.docx").content
    assert check_docx(paper) == []


def struck_off(officers: dict[str, Officer], case: Case) -> None:
    """A problem is rectified again, re-checked, struck off by the second check, with its sheet issued."""
    rechecked(officers, case, "passed")
    page = officers["government"].take(case, "strike-off", "struck-off", "document")
    assert "已销号" in page
    keeper: Callable[..., str] = officers["keeper"].post
    keeper(f"/cases/{case.slug}/papers/", kind="strike-off-sheet")
    paper = Paper.objects.get(case=case, kind="strike-off-sheet")
    values = {"v-reviewer": "政府经办", "v-checked_result": "已整改到位，符合销号条件。"}
    keeper(f"/cases/{case.slug}/papers/{paper.pk}/", version=paper.version, do="issue", **values)
    paper.refresh_from_db()
    assert paper.number.startswith("朝环销〔")
    assert "京环督" in paper.body["blocks"][1]["text"] or "北京市生态环境保护督察" in str(paper.body["blocks"])
    sheet = officers["keeper"].client.get(f"{LEDGER}ledger.xlsx?view=all").content
    assert "已销号" in {
        cell.value for cells in openpyxl.load_workbook(io.BytesIO(sheet)).worksheets[0] for cell in cells
    }
