"""The hotlines' interface: a token, an order taken once, errors that name their field."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lantian.apps.accounts.models import Person
from lantian.apps.complaints.models import Complaint, HotlineClient
from lantian.apps.complaints.services import Doing, make_client, refuse
from lantian.apps.complaints.views.hotline import LARGEST, WRONG_MOST
from tests.complaints.conftest import AT, SECRET_NAME, SECRET_PHONE, SPOT

pytestmark = pytest.mark.usefixtures("district")
URL = "/api/complaints/"
ORDER: dict[str, Any] = {
    "order_number": "BJ12345-1",
    "text": "夜间工地施工扬尘",
    "place": "金蝉西路18号",
    "position": {"longitude": SPOT[0], "latitude": SPOT[1]},
    "received_at": "2026-11-20T09:30:00+08:00",
    "reporter": {"name": SECRET_NAME, "phone": SECRET_PHONE},
}


@pytest.fixture
def token(person: Callable[..., Person]) -> str:
    return make_client("市民热线", "12345", by=person("system-admin"), at=AT)[1]


@pytest.fixture
def send(token: str) -> Callable[..., Any]:
    client = Client(enforce_csrf_checks=True)

    def post(body: Any = None, key: str = token, **changed: Any) -> Any:
        data = json.dumps(ORDER | changed) if body is None else body
        return client.post(URL, data, content_type="application/json", headers={"Authorization": f"Bearer {key}"})

    return post


def test_an_order_comes_in_and_the_answer_says_when_it_is_due(send: Callable[..., Any]) -> None:
    answer = send()
    body, complaint = answer.json(), Complaint.objects.get()
    assert answer.status_code == 201
    assert (body["number"], body["code"], body["topic"]) == (complaint.number, complaint.code, "dust")
    assert body["reply_due"] == "2026-11-28T00:00:00+08:00"
    assert body["street"] == complaint.area_code != ""
    assert (complaint.channel, complaint.received_at.isoformat()) == ("12345", "2026-11-20T01:30:00+00:00")
    assert SECRET_PHONE not in answer.content.decode()


def test_the_same_order_again_gives_the_same_answer_and_nothing_new(send: Callable[..., Any]) -> None:
    first, again = send(), send(text="改过的内容")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Complaint.objects.get().text == "夜间工地施工扬尘"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"order_number": ""}, "order_number"),
        ({"text": ""}, "text"),
        ({"text": 5}, "text"),
        ({"position": {"longitude": 116.4}}, "position.latitude"),
        ({"position": {"longitude": 500, "latitude": 39}}, "position.longitude"),
        ({"position": {"longitude": 121.5, "latitude": 31.2}}, "position"),
        ({"topic": "noise"}, "topic"),
        ({"street": "无此街道", "position": None}, "street"),
        ({"received_at": "yesterday"}, "received_at"),
        ({"received_at": "2026-11-20T09:30:00"}, "received_at"),
        ({"received_at": "2999-11-20T09:30:00+08:00"}, "received_at"),
        ({"reporter": {"phone": "12"}}, "phone"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_error_names_the_field_and_keeps_nothing(
    send: Callable[..., Any], changed: dict[str, Any], field: str
) -> None:
    answer = send(**changed)
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert not Complaint.objects.exists()


def test_what_is_no_message_is_refused(send: Callable[..., Any], token: str) -> None:
    assert send(b"{").status_code == 400
    assert send(b"\xff\xfe").status_code == 400
    assert send(json.dumps({"text": "长" * LARGEST})).status_code == 413
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().post(URL, {"text": "x"}, headers=headers).status_code == 415
    assert Client().get(URL, headers=headers).status_code == 405


def test_without_a_token_in_force_nothing_comes_in(send: Callable[..., Any], token: str) -> None:
    assert send(key="wrong").headers["WWW-Authenticate"] == "Bearer"
    assert Client().post(URL, "{}", content_type="application/json").status_code == 401
    HotlineClient.objects.update(revoked_at=AT)
    assert send().status_code == 401
    answers = [send(key=f"guess-{number}").status_code for number in range(WRONG_MOST)]
    assert answers[-1] == 429
    assert not Complaint.objects.exists()


def test_of_a_token_only_the_hash_is_kept(token: str) -> None:
    assert token not in str(HotlineClient.objects.values())


def test_a_system_reads_how_its_order_stands_and_no_other_systems(
    send: Callable[..., Any], token: str, person: Callable[..., Person], made: Callable[..., Complaint]
) -> None:
    send()
    made(channel="12369", order_number="other")
    refuse(Complaint.objects.get(channel="12345"), Doing(person("duty"), AT), reason="不属于大气污染")
    headers = {"Authorization": f"Bearer {token}"}
    body = Client().get(f"{URL}BJ12345-1/", headers=headers).json()
    assert (body["state"], body["state_zh"], body["reply"]) == ("refused", "不予受理", "不属于大气污染")
    assert Client().get(f"{URL}other/", headers=headers).status_code == 404
    assert Client().get(f"{URL}BJ12345-1/").status_code == 401


def test_the_system_administrator_registers_and_revokes_systems(client_of: Callable[..., Client]) -> None:
    web = client_of("system-admin")
    page = web.post("/system/hotlines/", {"name": "市民热线", "channel": "12345"})
    token = page.context["token"]
    assert token in page.content.decode()
    assert token not in web.get("/system/hotlines/").content.decode()
    assert "请填名称" in web.post("/system/hotlines/", {"name": "网页", "channel": "web"}).content.decode()
    one = HotlineClient.objects.get()
    web.post(f"/system/hotlines/{one.pk}/revoke/")
    web.post(f"/system/hotlines/{one.pk}/revoke/")
    one.refresh_from_db()
    assert one.revoked_at
    assert Client().post(URL, "{}", content_type="application/json",
                         headers={"Authorization": f"Bearer {token}"}).status_code == 401  # fmt: skip
