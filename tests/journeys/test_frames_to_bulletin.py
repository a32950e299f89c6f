"""The whole loop: frames, alarm, case, a phone on site, three penalties, suspension, feedback, ranking, bulletin."""

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from docx import Document

from lantian.apps.alarms.models import Alarm
from lantian.apps.assessment.models import Bulletin
from lantian.apps.cases.models import Case, CaseThread, Sanction
from lantian.apps.ui import middleware
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.instants import beijing_day, day_of
from lantian.kernel.periods import Period
from tests.journeys.test_alarm_to_sanction import Officer, handed_on, line, photo, second_alarm, sign_in
from tests.journeys.test_frame_to_alarm import NOW, Line, rising

pytestmark = pytest.mark.django_db
__all__ = ["line", "sign_in"]
WEEK = Period.read("2026-W48")
MONDAY = beijing_day(WEEK.following.first, 9)


class Clock:
    """The clock that requests read; the test moves it."""

    at = NOW

    @classmethod
    def now(cls, tz: Any) -> datetime:
        return cls.at.astimezone(tz)


class Phone:
    """An officer's patrol phone."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def verify(self, case: Case, colour: int) -> None:
        """Send a photo and the verification of a case, as the phone's queue does."""
        thread = CaseThread.objects.open().get(case=case, step="verify").number
        content = photo(colour)
        fields = {
            "id": uuid.uuid4(), "sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "case": case.slug,
            "thread": thread, "taken_at": Clock.at.strftime("%Y-%m-%dT%H:%M:%SZ"), "longitude": 116.5, "latitude": 39.9,
            "accuracy_m": 8,
        }  # fmt: skip
        query = "&".join(f"{name}={value}" for name, value in fields.items())
        kept = self.client.post(f"/patrol/evidence/?{query}", content, content_type="image/jpeg")
        assert kept.json()["sha256"] == fields["sha256"]
        step = {
            "id": str(uuid.uuid4()), "case": case.slug, "thread": thread, "outcome": "violation", "place": "东门",
            "reason": "裸土未覆盖，雾炮未开", "known_at": Clock.at.isoformat(), "finished_at": Clock.at.isoformat(),
            "position": {"longitude": 116.5, "latitude": 39.9, "accuracy_m": 8},
        }  # fmt: skip
        sent = self.client.post("/patrol/steps/", json.dumps(step), content_type="application/json")
        assert sent.status_code == 200, sent.content.decode()


@pytest.mark.row("S17")
@pytest.mark.row("S18")
@pytest.mark.row("S49")
def test_dust_over_the_limit_ends_in_a_suspension_and_in_the_weeks_bulletin(
    line: Line, sign_in: Callable[[str, str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "datetime", Clock)
    monkeypatch.setattr(Clock, "at", NOW)
    duty, officer = sign_in("duty", "environment"), Officer(sign_in("enforcement", "urban-enforcement"))
    phone = Phone(officer.client)
    line.send(rising, 125)
    line.carry(NOW)
    alarm = Alarm.objects.get(rule="site-pm10-hour")
    cases = []
    for number in range(3):
        case = handed_on(duty, alarm)
        phone.verify(case, 90 + number)
        officer.take(case, "decide", "penalise", "事实清楚，拟处罚")
        officer.take(case, "penalise", "served", "决定书已送达")
        officer.take(case, "feedback", "sent", "已立案处罚")
        cases.append(case)
        Clock.at += timedelta(hours=1)
        alarm = second_alarm(alarm)

    stop, suspension = Sanction.objects.order_by("count")
    assert (stop.consequence, suspension.consequence) == ("stop", "bidding")
    served = day_of(NOW)
    assert (suspension.first - served).days == 1
    assert suspension.last
    assert (suspension.last - suspension.first).days in (180, 181)  # half a year
    told = cases[0].history.get(outcome="sent").detail["tells"]
    assert "environment" in told

    Clock.at = MONDAY
    assert "金泰里二期工地" in Client().get("/public/sanctions/").content.decode()
    behind = duty.get("/assessment/weekly/2026-W48/110105001/").content.decode()
    assert "3 ÷ 3 = 100.0 %" in behind
    assert all(case.number in behind for case in cases)
    head = sign_in("duty", "urban-enforcement")
    officer.client.post("/assessment/bulletins/new/", {"record": "weekly-dust", "period": "2026-W48"})
    bulletin = Bulletin.objects.get()
    officer.client.post(f"/assessment/bulletins/{bulletin.pk}/submit/", {"revision": bulletin.revision})
    head.post(f"/assessment/bulletins/{bulletin.pk}/sign/", {"revision": bulletin.revision + 1})
    paper = head.get(f"/assessment/bulletins/{bulletin.pk}/file/docx/").content
    assert check_docx(paper) == []
    said = "\n".join(one.text for one in Document(BytesIO(paper)).paragraphs)
    assert "本周全区共检查3次" in said
