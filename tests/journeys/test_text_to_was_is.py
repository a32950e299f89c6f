"""From a plan's text to a signed month and its correction, through the pages.

The text is read and reviewed, its tasks are taken into work and measured for a quarter, October is ranked and printed
in a bulletin that two people sign; then a device's late values change September's past, and the bulletin says what was
and what is.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document

from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.assessment.models import Bulletin
from lantian.apps.plans.models import PlanTask, PlanText, Task
from lantian.apps.ui import middleware
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.factors import Factor
from lantian.kernel.instants import BEIJING
from lantian.policy.reader import load_pack
from tests.assessment.rankings_sample import days_of, sample, store
from tests.journeys.test_alarm_to_sanction import sign_in

pytestmark = pytest.mark.django_db
__all__ = ["sign_in"]
Clients = Callable[[str, str], Client]

TEXT = """朝阳区2026年秋季大气污染防治行动计划

一、移动源
（一）推广新能源车
区交通委负责，2026年12月底前更新新能源公交车80辆。
二、扬尘
（二）管控工地
区住房城乡建设委牵头，各街乡配合，2026年10月底前完成裸地治理40处。
"""
AUGUST = datetime(2026, 8, 3, 9, tzinfo=BEIJING)
NOVEMBER = datetime(2026, 11, 2, 9, tzinfo=BEIJING)
LATE = datetime(2026, 11, 4, 9, tzinfo=BEIJING)


class Clock:
    """The clock that requests read; the test moves it."""

    at = AUGUST

    @classmethod
    def now(cls, tz: Any) -> datetime:
        return cls.at.astimezone(tz)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> type[Clock]:
    """The district of the pack in August."""
    settings.DATA_DIR, settings.PACK = tmp_path, "cn-110105-2018"
    sync_pack(load_pack(settings.PACK), at=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(middleware, "datetime", Clock)
    monkeypatch.setattr(Clock, "at", AUGUST)
    return Clock


def page(client: Client, address: str) -> str:
    """Return a page's text."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer)
    return str(answer.content.decode())


def reviewed(desk: Client) -> PlanText:
    """Upload the text and accept what was read as tasks."""
    desk.post("/plan/texts/upload/", {"file": SimpleUploadedFile("plan.txt", TEXT.encode())})
    plan = PlanText.objects.get()
    for task in PlanTask.objects.live().filter(plan=plan):
        desk.post(f"/plan/texts/{plan.slug}/tasks/{task.pk}/accept/", {"version": task.version})
    assert plan.tasks.saved().count() == 2
    return plan


def enter(client: Client, task: Task, value: int, day: date) -> None:
    """Report a value on a task's page."""
    task.refresh_from_db(fields=["version"])
    sent = {"value": value, "day": day, "note": "现场清点", "version": task.version}
    said = client.post(f"/plan/tasks/{task.pk}/enter/", sent, follow=True)
    assert "已记录" in said.content.decode()


def paragraphs(content: bytes) -> str:
    """Return the paragraphs of a paper."""
    return "\n".join(one.text for one in Document(BytesIO(content)).paragraphs)


@pytest.mark.row("S52")
@pytest.mark.row("S14")
@pytest.mark.row("S49")
@pytest.mark.row("B16")
def test_a_text_becomes_tasks_a_quarter_a_signed_month_and_a_visible_correction(
    clock: type[Clock], sign_in: Clients, tmp_path: Path, settings: Any
) -> None:
    desk = sign_in("duty", "pollution-headquarters")
    plan = reviewed(desk)
    desk.post(f"/plan/texts/{plan.slug}/take/")
    bare = Task.objects.get(zh__contains="裸地")
    assert (bare.due, bare.target, bare.unit) == (date(2026, 10, 31), Decimal(40), "处")
    assert [one.organisation_id for one in bare.parties.filter(role="lead")] == ["housing"]

    housing = sign_in("bureau", "housing")
    for month, done in ((8, 10), (9, 22), (10, 31)):
        clock.at = datetime(2026, month, 28, 9, tzinfo=BEIJING)
        enter(housing, bare, done, date(2026, month, 28))

    clock.at = NOVEMBER
    settings.LAKE_URL = sample(tmp_path / "lake")
    listed = page(housing, f"/plan/tasks/{bare.pk}/")
    assert "逾期" in listed
    assert "77.5" in listed  # 31 of 40

    ranked = page(desk, "/assessment/rankings/pm25/2026-10/")
    order = re.findall(r"/assessment/rankings/pm25/2026-10/(1101050\d\d)/", ranked.split("<tbody>")[1])
    assert list(dict.fromkeys(order))[:4] == ["110105001", "110105002", "110105003", "110105004"]

    drafts = sign_in("enforcement", "pollution-headquarters")
    address = drafts.post("/assessment/bulletins/new/", {"record": "monthly", "period": "2026-10"}).headers["Location"]
    drafts.post(f"{address}submit/", {"revision": "1"})
    desk.post(f"{address}sign/", {"revision": "2"})
    signed = Bulletin.objects.get(period="2026-10")
    assert signed.signed
    paper = desk.get(f"{address}file/docx/").content
    assert check_docx(paper) == []
    assert "没有变化" in page(desk, address)
    table = "\n".join(cell.text for one in Document(BytesIO(paper)).tables for cell in one._cells)
    assert "31.0" in table

    late = [40.0] * 31  # the first street's point had sent values of another instrument
    store(
        tmp_path / "lake",
        days_of("micro-110105001-1", Factor.PM25, date(2026, 10, 1), late),
        received=LATE,
        name="late",
    )
    clock.at = LATE + timedelta(hours=1)
    changed = page(desk, address)
    assert "原为" in changed
    was = changed.split('id="was"')[1].split("</section>")[0]
    assert '<s class="mut">31.0</s>' in was
    assert "<b>40.0</b>" in was
    assert desk.get(f"{address}file/docx/").content == paper
