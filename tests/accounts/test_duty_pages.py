"""The duty roster by month, its import, leave and deputies, through their pages."""

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.accounts.models import Deputy, Leave, Organisation, Person, Post, Shift

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
ROSTER, CHANGE = "/system/roster/?organisation=office&month=2020-11", "/system/roster/change/"


def turn(person: Person, start: str, end: str, **more: str) -> dict[str, object]:
    return {"organisation": "office", "person": person.pk, "start": start, "end": end, **more}


def test_a_turn_is_put_on_the_month_and_taken_off(client_of: Clients) -> None:
    client, person = client_of("duty"), Person.objects.get()
    answer = client.post(CHANGE, turn(person, "2020-11-23T08:30", "2020-11-24T08:30", leader="on"))
    assert answer.status_code == 302
    shift = Shift.objects.get()
    assert shift.start.isoformat() == "2020-11-23T00:30:00+00:00"
    page = client.get(ROSTER).content.decode()
    assert "08:30—08:30" in page
    assert "带班" in page
    client.post(CHANGE, {"organisation": "office", "remove": shift.pk})
    assert not Shift.objects.exists()


def test_nobody_stands_twice_at_a_time_and_a_turn_has_a_length(client_of: Clients) -> None:
    client, person = client_of("duty"), Person.objects.get()
    client.post(CHANGE, turn(person, "2020-11-23T08:30", "2020-11-24T08:30"))
    for start, end in (("2020-11-24T08:00", "2020-11-24T20:00"), ("2020-11-25T08:00", "2020-11-25T08:00")):
        assert client.post(CHANGE, turn(person, start, end)).status_code == 422
    assert client.post(CHANGE, turn(person, "2020-11-24T08:30", "2020-11-24T20:00")).status_code == 302


def test_each_organisation_keeps_its_own_roster_only(client_of: Clients) -> None:
    client, person = client_of("street"), Person.objects.get()
    Organisation.objects.create(code="other", name_zh="另一单位")
    there = turn(person, "2020-11-23T08:30", "2020-11-24T08:30") | {"organisation": "other"}
    assert client.post(CHANGE, there).status_code == 404
    assert client.get("/system/roster/?organisation=other").status_code == 200
    assert client.post(CHANGE, there | {"organisation": "office"}).status_code == 302
    assert client_of("viewer").post(CHANGE, there).status_code == 403


def test_a_roster_is_imported_row_by_row(client_of: Clients) -> None:
    client = client_of("duty")
    Person.objects.create_person("li", None, name_zh="李清")
    for name in ("same1", "same2"):
        Person.objects.create_person(name, None, name_zh="同名")
    book = openpyxl.Workbook()
    for row in (
        ("日期", "值班人", "开始", "结束", "带班领导"),
        (date(2020, 11, 23), "李清", "", "", "是"),
        ("2020/11/24", "duty", "8:30", "20:30", ""),
        ("2020-11-25", "同名", "", "", ""),
        ("2020-11-25", "duty", "早上", "", ""),
        ("", "duty", "", "", ""),
        ("2020-11-24", "duty", "09:00", "10:00", ""),
    ):
        book.active.append(row)  # type: ignore[union-attr]
    buffer = io.BytesIO()
    book.save(buffer)
    form = {"organisation": "office", "file": SimpleUploadedFile("r.xlsx", buffer.getvalue())}
    page = client.post("/system/roster/import/", form).content.decode()
    for word in ("没有或不止一位“同名”", "“早上”不是时刻", "缺少日期", "该时段已有值班"):
        assert word in page
    found = [(one.person.username, one.start.isoformat(), one.leader) for one in Shift.objects.all()]
    assert found == [("li", "2020-11-23T00:30:00+00:00", True), ("duty", "2020-11-24T00:30:00+00:00", False)]
    assert client.get("/system/roster/template.xlsx").status_code == 200


def test_one_notes_ones_own_leave_and_deputies_and_nobody_elses(client_of: Clients) -> None:
    client, own = client_of("street"), Person.objects.get()
    client_of("duty")
    other = Person.objects.get(username="duty")
    form = {"person": own.pk, "start": "2020-11-23", "end": "2020-11-24", "reason": "年假"}
    assert client.post("/system/leave/", form).status_code == 302
    assert client.post("/system/leave/", form).status_code == 422
    assert client.post("/system/leave/", form | {"person": other.pk}).status_code == 422
    assert client.post("/system/leave/", form | {"start": "2020-12-02", "end": "2020-12-01"}).status_code == 422
    assert [leave.person for leave in Leave.objects.all()] == [own]
    post = Post.objects.get(person=own)
    client.post("/system/leave/", {"post": post.pk, "deputy": [str(other.pk), ""]})
    assert [(one.person, one.order) for one in post.deputies.all()] == [(other, 1)]
    assert client.post("/system/leave/", {"post": Post.objects.get(person=other).pk}).status_code == 404
    client.post("/system/leave/", {"post": post.pk, "deputy": [str(own.pk)]})
    assert Deputy.objects.get().person == other
    client.post("/system/leave/", {"withdraw": Leave.objects.get().pk})
    assert not Leave.objects.exists()


def test_the_system_administrator_notes_it_for_others(client_of: Clients) -> None:
    client_of("street")
    person = Person.objects.get()
    form = {"person": person.pk, "start": "2020-11-23", "end": "2020-11-24"}
    assert client_of("system-admin").post("/system/leave/", form).status_code == 302
