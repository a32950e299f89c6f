"""Sheets of hotline orders: tried, taken, refused rows back, and no name left behind."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.complaints.models import Complaint, OrderImport, Reporter
from lantian.apps.complaints.services.orders import HEADINGS
from tests.complaints.conftest import SECRET_NAME, SECRET_PHONE, SPOT

pytestmark = pytest.mark.usefixtures("district")
URL = "/complaints/import/"
GOOD = {"工单号": "BJ-1", "受理时间": "2026-11-20 09:30", "诉求内容": "夜间工地施工扬尘", "地点": "金蝉西路18号",
        "经度": SPOT[0], "纬度": SPOT[1], "类别": "施工与道路扬尘", "诉求人": SECRET_NAME,
        "联系电话": SECRET_PHONE}  # fmt: skip


def sheet(*rows: dict[str, Any]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    heads = [one.text.zh for one in HEADINGS]
    page.append(heads)
    for row in rows:
        page.append([row.get(head) for head in heads])
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("工单.xlsx", out.getvalue())


def upload(web: Client, *rows: dict[str, Any]) -> OrderImport:
    answer = web.post(URL, {"channel": "12345", "file": sheet(*rows)})
    assert answer.status_code == 302, answer.content.decode()
    return OrderImport.objects.get()


def test_a_sheet_is_tried_and_then_taken_and_refused_rows_come_back_without_names(
    client_of: Callable[..., Client], district: Path
) -> None:
    web = client_of("duty")
    bad_time = GOOD | {"工单号": "BJ-2", "受理时间": "昨天"}
    bad_phone = GOOD | {"工单号": "BJ-3", "联系电话": "1380010"}
    entry = upload(web, GOOD, bad_time, bad_phone, GOOD, GOOD | {"工单号": None})
    assert (entry.rows, entry.fresh, entry.refused) == (5, 1, 4)
    assert not Complaint.objects.exists()
    page = web.get(f"{URL}{entry.pk}/").content.decode()
    for said in ("“昨天”不是时间", "电话号码不对。", "工单号在表中重复。", "请填写工单号。"):
        assert said in page
    assert SECRET_NAME not in page
    assert "1380010" not in page
    web.post(f"{URL}{entry.pk}/", {"what": "run"})
    entry.refresh_from_db()
    complaint = Complaint.objects.get()
    assert (entry.state, entry.sealed, complaint.topic, complaint.order_number) == ("done", None, "dust", "BJ-1")
    assert Reporter.objects.count() == 1
    returned = web.get(f"{URL}{entry.pk}/returned.xlsx").content
    page_ = openpyxl.load_workbook(io.BytesIO(returned)).worksheets[0]
    rows = list(page_.iter_rows(values_only=True))
    assert len(rows) == 5
    assert rows[1][0] == "BJ-2"
    assert "不是时间" in str(rows[1][-1])
    everything = str(rows)
    assert SECRET_NAME not in everything
    assert SECRET_PHONE not in everything
    assert not list(district.rglob("*.xlsx"))


def test_the_waiting_sheet_is_sealed(client_of: Callable[..., Client]) -> None:
    entry = upload(client_of("duty"), GOOD)
    assert bytes(entry.sealed or b"")[32:36] == b"PARE"
    assert b"xl/worksheets" not in bytes(entry.sealed or b"")


def test_a_sheet_that_comes_again_adds_nothing(client_of: Callable[..., Client]) -> None:
    web = client_of("duty")
    entry = upload(web, GOOD)
    web.post(f"{URL}{entry.pk}/", {"what": "run"})
    assert "此表已处理" in web.post(f"{URL}{entry.pk}/", {"what": "run"}, follow=True).content.decode()
    OrderImport.objects.all().delete()
    again = upload(web, GOOD)
    assert (again.fresh, again.known) == (0, 1)
    web.post(f"{URL}{again.pk}/", {"what": "run"})
    assert Complaint.objects.count() == 1


def test_a_dropped_sheet_is_forgotten(client_of: Callable[..., Client]) -> None:
    web = client_of("duty")
    entry = upload(web, GOOD)
    web.post(f"{URL}{entry.pk}/", {"what": "drop"})
    entry.refresh_from_db()
    assert (entry.state, entry.sealed) == ("dropped", None)
    assert web.get(f"{URL}{entry.pk}/returned.xlsx").status_code == 404
    assert not Complaint.objects.exists()


def test_one_sees_only_ones_own_sheets(client_of: Callable[..., Client]) -> None:
    entry = upload(client_of("duty"), GOOD)
    assert client_of("bureau").get(f"{URL}{entry.pk}/").status_code == 404


@pytest.mark.parametrize("channel", ["web", "fax"])
def test_what_is_no_sheet_or_no_hotline_is_said(client_of: Callable[..., Client], channel: str) -> None:
    web = client_of("duty")
    assert "请选一条热线渠道" in web.post(URL, {"channel": channel, "file": sheet(GOOD)}).content.decode()
    wrong = SimpleUploadedFile("工单.xlsx", b"nothing")
    assert "不是 Excel 工作簿" in web.post(URL, {"channel": "12345", "file": wrong}).content.decode()


def test_the_template_can_be_filled_in_and_sent(client_of: Callable[..., Client]) -> None:
    web = client_of("duty")
    content = web.get(f"{URL}template.xlsx").content
    sent = SimpleUploadedFile("工单.xlsx", content)
    web.post(URL, {"channel": "12345", "file": sent})
    entry = OrderImport.objects.get()
    assert (entry.rows, entry.fresh, entry.refused) == (1, 1, 0), entry.problems
