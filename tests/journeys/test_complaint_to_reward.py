"""A report from the public's form to its reward, through the pages: case, check on site, reply, visit, payment."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from lantian.apps.accounts.models import Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.audit.models import Entry
from lantian.apps.audit.services import verify_chain
from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.complaints.models import Complaint
from lantian.policy.reader import load_pack

pytestmark = pytest.mark.django_db
NAME, PHONE = "钱守密", "13800102207"


def photo(colour: int) -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (64, 40), (colour, 120, 110)).save(content, "JPEG")
    return SimpleUploadedFile("现场.jpg", content.getvalue(), "image/jpeg")


@pytest.fixture
def sign_in(tmp_path: Path, settings: Any) -> Callable[[str, str], Client]:
    settings.DATA_DIR, settings.PACK, settings.REPORTER_KEYS = tmp_path, "cn-110105-2018", ""
    sync_pack(load_pack(settings.PACK), at=datetime.now(UTC))

    def make(role: str, organisation: str) -> Client:
        person = Person.objects.create_person(f"{role}-{organisation}", None, name_zh="王守蓝", name_en="Wang Shoulan")
        Post.objects.create(person=person, role=role, organisation_id=organisation)
        client = Client()
        client.force_login(person)
        return client

    return make


def on_case(web: Client, case: Case, step: str, outcome: str, reason: str) -> None:
    """Take an open step with the form of the case's page."""
    case.refresh_from_db()
    thread = CaseThread.objects.open().get(case=case, step=step)
    data = {"thread": thread.number, "version": case.version, "outcome": outcome, "reason": reason}
    assert "已记录" in web.post(f"/cases/{case.slug}/take/", data, follow=True).content.decode()


def on_complaint(web: Client, complaint: Complaint, what: str, **data: Any) -> str:
    """Do one thing with the form of the complaint's page."""
    complaint.refresh_from_db()
    path = f"/complaints/{complaint.number}/{what}/"
    page = str(web.post(path, {"version": complaint.version, **data}, follow=True).content.decode())
    assert "已记录" in page
    return page


@pytest.mark.row("S41")
def test_a_report_becomes_a_case_is_answered_in_time_and_rewarded_while_its_reporter_stays_protected(
    sign_in: Callable[[str, str], Client],
) -> None:
    desk, officer = sign_in("duty", "environment"), sign_in("enforcement", "urban-enforcement")
    public, neighbour = Client(), Client()
    report = {"text": "夜间工地施工扬尘很大，没有洒水", "place": "金蝉西路18号", "longitude": 116.4865,
              "latitude": 39.8650, "website": ""}  # fmt: skip
    own = {"name": NAME, "phone": PHONE, "wants_reward": "on", "photos": [photo(90)]}
    sent = public.post("/public/complaint/", report | own)
    state = sent.headers["Location"]
    complaint = Complaint.objects.get()
    assert complaint.code in public.get(state).content.decode()
    neighbour.post("/public/complaint/", report | {"text": "工地夜间扬尘很大"})
    second = Complaint.objects.latest("pk")

    queue = desk.get("/complaints/").content.decode()
    assert "疑似重复 1" in queue
    assert NAME not in queue
    on_complaint(desk, second, "join", earlier=complaint.number)
    on_complaint(desk, complaint, "accept", handler="urban-enforcement")
    case = Case.objects.get()
    second.refresh_from_db()
    assert (case.type, case.origin, second.case) == ("complaint", "complaint", case)
    assert "转承办单位" in public.get(state).content.decode()
    assert "一般诉求" in desk.get(f"/complaints/{complaint.number}/").content.decode()

    on_case(desk, case, "dispatch", "dispatched", "派城管执法核查")
    assert case.number in officer.get("/cases/").content.decode()
    assert f"/complaints/{complaint.number}/" in officer.get(f"/cases/{case.slug}/").content.decode()
    thread = CaseThread.objects.open().get(case=case, step="handle")
    officer.post(f"/cases/{case.slug}/evidence/", {"thread": thread.number, "file": photo(91)})
    seen = officer.get(f"/complaints/{complaint.number}/").content.decode()
    assert NAME not in seen
    assert PHONE not in seen
    assert officer.post(f"/complaints/{complaint.number}/reporter/", {"reason": "想知道是谁"}).status_code == 403
    on_case(officer, case, "handle", "corrected", "裸土未覆盖，已责令洒水并覆盖")

    page = on_complaint(desk, complaint, "reply", text="经核查属实，已责令洒水并覆盖，感谢您的举报。")
    assert "200" in page
    for web, path in ((public, state), (neighbour, f"/public/complaint/{second.code}/")):
        assert "经核查属实" in web.get(path).content.decode()
    complaint.refresh_from_db()
    assert complaint.replied_at is not None
    assert complaint.replied_at < complaint.due_at

    public.post(state, {"found": "satisfied"})
    on_case(desk, case, "visit", "satisfied", "回访满意")
    case.refresh_from_db()
    assert case.closed_at
    who = desk.post(f"/complaints/{complaint.number}/reporter/", {"reason": "联系发放奖励"}).content.decode()
    assert NAME in who
    assert PHONE in who
    on_complaint(desk, complaint, "pay", receipt="PZ-2026-1")
    assert "已发放" in public.get(state).content.decode()
    second.refresh_from_db()
    assert (second.reward.yuan, second.reward.why) == (0, "not-wanted")

    board = desk.get("/complaints/board/").context["board"]
    assert (board.whole.total, board.whole.in_time, board.whole.joined) == (2, 2, 1)
    reads = Entry.objects.filter(verb="complaint.reporter-read")
    assert [(one.actor_name, one.detail["reason"]) for one in reads] == [("duty-environment", "联系发放奖励")]
    assert verify_chain() > 0
    assert not Entry.objects.filter(detail__icontains=PHONE).exists()
