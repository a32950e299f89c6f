"""From frames of a dust device to a sanction, through the pages: alarm, hand-over, case, photo, penalties, feedback."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.alarms.models import Alarm
from lantian.apps.cases.models import Case, CaseThread, Sanction
from lantian.apps.cases.services import escalate, lift_due
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.services.devices import NewDevice, register_device
from lantian.apps.ui import middleware
from lantian.kernel.instants import beijing_day, day_of
from lantian.policy.reader import load_pack
from tests.journeys.test_frame_to_alarm import MINUTE, MN, NOW, START, Line, rising

pytestmark = pytest.mark.django_db
SITE = "jintaili-2"
READ_AT = NOW + timedelta(minutes=10)


class Clock:
    """The clock that requests read: it stands, so that no page ever leaves the journey's days behind."""

    @classmethod
    def now(cls, tz: Any) -> datetime:
        return READ_AT.astimezone(tz)


def photo(colour: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (64, 40), (colour, 120, 110)).save(content, "JPEG")
    return content.getvalue()


@pytest.fixture
def line(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.setattr(middleware, "datetime", Clock)
    settings.DATA_DIR, settings.LAKE_URL, settings.PACK = tmp_path, str(tmp_path / "lake"), "cn-110105-2018"
    sync_pack(load_pack(settings.PACK), at=START)
    point = Point.objects.create(
        id=SITE, name_zh="金泰里二期", name_en="Jintaili Phase 2", kind="dust", area_code="110105001",
        longitude=116.5, latitude=39.9,
    )  # fmt: skip
    Source.objects.create(
        kind="construction-site", code=SITE, name="金泰里二期工地", state="working", area_id="110105001",
        attributes={"builder": "某建设公司", "permit_number": "110105202603010101"}, created_at=START, changed_at=START,
    )  # fmt: skip
    new = NewDevice("dc-0187", "扬尘仪", "dust", MN, point=point, secret="123456")
    register_device(new, by=None, at=START - timedelta(days=40))
    return Line(tmp_path)


@pytest.fixture
def sign_in() -> Callable[[str, str], Client]:
    def make(role: str, organisation: str) -> Client:
        person = Person.objects.create_person(f"{role}-{organisation}", None, name_zh="王守蓝", name_en="Wang Shoulan")
        Post.objects.create(person=person, role=role, organisation_id=organisation)
        client = Client()
        client.force_login(person)
        return client

    return make


class Officer:
    """An officer of the enforcement bureau at the pages of a case."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def take(self, case: Case, step: str, outcome: str, reason: str, **more: Any) -> str:
        """Take an open step with the form of its page."""
        case.refresh_from_db()
        thread = CaseThread.objects.open().get(case=case, step=step)
        data = {"thread": thread.number, "version": case.version, "outcome": outcome, "reason": reason, **more}
        page = self.client.post(f"/cases/{case.slug}/take/", data, follow=True)
        assert "已记录" in page.content.decode()
        return str(page.content.decode())

    def photograph(self, case: Case, step: str, colour: int) -> None:
        """Send a photo to a step."""
        thread = CaseThread.objects.open().get(case=case, step=step)
        file = SimpleUploadedFile("现场.jpg", photo(colour), "image/jpeg")
        page = self.client.post(f"/cases/{case.slug}/evidence/", {"thread": thread.number, "file": file}, follow=True)
        assert "现场.jpg" in page.content.decode()

    def punish(self, case: Case, colour: int) -> str:
        """Verify with a photo, decide, and serve a penalty; return the page after it."""
        self.photograph(case, "verify", colour)
        self.take(case, "verify", "violation", "裸土未覆盖，雾炮未开", place="东门")
        self.take(case, "decide", "penalise", "事实清楚，拟处罚")
        return self.take(case, "penalise", "served", "决定书已送达")


def handed_on(duty: Client, alarm: Alarm) -> Case:
    """Hand an alarm on through its page, and return the case that opened."""
    page = duty.post(f"/alarms/{alarm.number}/hand-on/", {"to": "urban-enforcement", "text": "请 24 小时内核验"})
    assert page.status_code == 302
    return Case.objects.get(alarm=alarm)


def second_alarm(first: Alarm) -> Alarm:
    """The same rule at the same site, a day later."""
    first.pk, first.number, first.subject = None, f"{first.number}-2", f"{first.subject}-2"
    first.outcome, first.handed_on_at = "", None
    first.save()
    return first


@pytest.mark.row("S17")
@pytest.mark.row("S18")
def test_dust_frames_lead_to_a_case_a_stop_of_work_and_a_true_alarm(
    line: Line, sign_in: Callable[[str, str], Client]
) -> None:
    duty, officer = sign_in("duty", "environment"), Officer(sign_in("enforcement", "urban-enforcement"))
    line.send(rising, 125)
    line.carry(NOW)
    alarm = Alarm.objects.get(rule="site-pm10-hour")

    case = handed_on(duty, alarm)
    assert f"/cases/{case.slug}/" in duty.get(f"/alarms/{alarm.number}/").content.decode()
    todo = officer.client.get("/cases/").content.decode()
    assert "金泰里二期" in todo
    for part in ("现场核验", "时限 24 小时", "反馈来源", "时限 7 个自然日", "第十一条"):
        assert part in todo
    assert case.evidence.get(kind="alarm").detail["snapshot"] == alarm.evidence["snapshot"]

    text = officer.punish(case, 90)
    assert "停工" in text  # the next level stands ahead
    assert Sanction.objects.count() == 0
    alarm.refresh_from_db()
    assert alarm.outcome == "true"
    board = duty.get("/alarms/precision/")
    judged = {row.record.id: (row.share.true, row.share.judged) for row in board.context["lines"]}
    assert judged["site-pm10-hour"] == (1, 1)

    officer.take(case, "feedback", "sent", "已立案处罚")
    officer.photograph(case, "rectify", 91)
    officer.take(case, "rectify", "corrected", "已覆盖")
    assert Case.objects.get(pk=case.pk).closed_at
    told = case.history.get(outcome="sent").detail["tells"]
    assert told == ["environment", "housing", "office-110105001"]
    sent = duty.get("/cases/all/?view=sent").content.decode()
    assert case.number in sent
    assert "已立案处罚" in duty.get(f"/cases/{case.slug}/").content.decode()

    again = handed_on(duty, second_alarm(alarm))
    assert again.number.endswith("2号")
    assert "第 2 次" in officer.punish(again, 92)
    sanction = Sanction.objects.get()
    assert (sanction.consequence, sanction.count) == ("stop", 2)
    assert sanction.first == day_of(READ_AT) + timedelta(days=1)  # the day after service
    assert (sanction.last - sanction.first).days == 6 if sanction.last else False
    register = duty.get("/cases/sanctions/").content.decode()
    for part in ("金泰里二期工地", "某建设公司", "责令停工整改 7 天", "第十一条"):
        assert part in register

    assert sanction.last
    assert lift_due(beijing_day(sanction.last)) == 0
    assert lift_due(beijing_day(sanction.last) + timedelta(days=1)) == 1
    assert "已解除" in duty.get("/cases/sanctions/?view=all").content.decode()


@pytest.mark.row("S17")
def test_a_case_that_nobody_verifies_is_told_upwards_and_stands_on_the_overdue_board(
    line: Line, sign_in: Callable[[str, str], Client]
) -> None:
    duty = sign_in("duty", "environment")
    line.send(rising, 125)
    line.carry(NOW)
    case = handed_on(duty, Alarm.objects.get(rule="site-pm10-hour"))
    thread = case.threads.get(step="verify")
    assert thread.due_at
    CaseThread.objects.filter(pk=thread.pk).update(due_at=READ_AT - MINUTE)
    assert escalate(READ_AT) == {1: 1}
    assert escalate(READ_AT) == {}
    board = duty.get("/cases/overdue/").content.decode()
    assert "金泰里二期" in board
    assert "报本单位负责人" in board
    assert "逾期上报" in duty.get(f"/cases/{case.slug}/").content.decode()
    assert Organisation.objects.get(code="urban-enforcement").name in board
