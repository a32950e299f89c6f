"""From a department's lead to the week's bulletin, through the pages: case, photo, verification, ranking, signature."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from docx import Document

from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.assessment.models import Bulletin
from lantian.apps.cases.models import Case
from lantian.apps.ui import middleware
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.instants import beijing_day
from lantian.kernel.periods import Period
from lantian.policy.reader import load_pack
from tests.journeys.test_alarm_to_sanction import Officer, sign_in

pytestmark = pytest.mark.django_db
WEEK = Period.read("2026-W47")
TUESDAY = beijing_day(WEEK.first + timedelta(days=1), 10)
MONDAY = beijing_day(WEEK.following.first, 9)
__all__ = ["sign_in"]
Clients = Callable[[str, str], Client]


class Clock:
    """The clock that requests read; the test moves it."""

    at = TUESDAY

    @classmethod
    def now(cls, tz: Any) -> datetime:
        return cls.at.astimezone(tz)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> type[Clock]:
    """The district of the pack on a Tuesday."""
    settings.DATA_DIR, settings.PACK = tmp_path, "cn-110105-2018"
    sync_pack(load_pack(settings.PACK), at=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(middleware, "datetime", Clock)
    monkeypatch.setattr(Clock, "at", TUESDAY)
    return Clock


@pytest.mark.row("S17")
@pytest.mark.row("S49")
def test_a_lead_that_was_verified_stands_in_the_weeks_ranking_and_bulletin(
    clock: type[Clock], sign_in: Clients
) -> None:
    housing, officer = sign_in("bureau", "housing"), Officer(sign_in("enforcement", "urban-enforcement"))
    lead = {"title": "工地裸土未覆盖", "facts": "视频巡查发现", "area": "110105021"}
    housing.post("/cases/new/trade-lead/", lead)
    case = Case.objects.get(type="trade-lead")
    officer.photograph(case, "verify", 90)
    officer.take(case, "verify", "violation", "裸土未覆盖", place="东门")

    clock.at = MONDAY
    duty = sign_in("duty", "urban-enforcement")
    ranking = duty.get("/assessment/").content.decode()
    first = ranking.split("<tbody>")[1].split("</tr>")[0]
    assert "/assessment/weekly/2026-W47/110105021/" in first
    behind = duty.get("/assessment/weekly/2026-W47/110105021/").content.decode()
    assert case.number in behind
    assert "1 ÷ 1 = 100.0 %" in behind

    officer.client.post("/assessment/bulletins/new/", {"record": "weekly-dust", "period": "2026-W47"})
    bulletin = Bulletin.objects.get()
    officer.client.post(f"/assessment/bulletins/{bulletin.pk}/submit/", {"revision": bulletin.revision})
    duty.post(f"/assessment/bulletins/{bulletin.pk}/sign/", {"revision": bulletin.revision + 1})
    paper = duty.get(f"/assessment/bulletins/{bulletin.pk}/file/docx/").content
    assert check_docx(paper) == []
    said = "\n".join(one.text for one in Document(BytesIO(paper)).paragraphs)
    assert "本周全区共检查1次" in said
    assert "本周没有检查记录的街乡42个" in said
    table = Document(BytesIO(paper)).tables[0]
    assert len(table.rows) == 44  # the head and 43 streets
