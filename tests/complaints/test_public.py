"""The public's pages: the form without sign-in, the state by its code, and what is kept from strangers and machines."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.accounts.models import Person
from lantian.apps.complaints.models import Complaint, Photo, Reporter
from lantian.apps.complaints.services import Doing, accept, refuse
from lantian.apps.complaints.views.public import ASKED_MOST, SENT_MOST
from tests.complaints.conftest import AT, SECRET_NAME, SECRET_PHONE, SPOT, jpeg

pytestmark = pytest.mark.usefixtures("district")
FORM = "/public/complaint/"
FILLED = {"text": "工地夜间扬尘", "place": "金蝉西路18号", "website": ""}


def page(web: Client, path: str, language: str = "zh-hans") -> str:
    return str(web.get(path, headers={"accept-language": language}).content.decode())


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "提交举报"), ("en", "Send the report")])
def test_the_form_opens_to_everybody_and_says_what_is_done_with_names(client: Client, language: str, word: str) -> None:
    text = page(client, FORM, language)
    assert word in text
    assert "<img" not in text


def test_a_report_leads_to_its_state_with_a_code_to_keep(client: Client) -> None:
    data = FILLED | {"longitude": SPOT[0], "latitude": SPOT[1], "topic": "dust", "name": SECRET_NAME,
                     "phone": SECRET_PHONE, "wants_reward": "on", "happened_at": "2026-11-19T22:10",
                     "photos": [SimpleUploadedFile("1.jpg", jpeg(), "image/jpeg")]}  # fmt: skip
    answer = client.post(FORM, data, follow=True)
    complaint = Complaint.objects.get()
    text = answer.content.decode()
    assert complaint.code in text
    assert "请记下查询码" in text
    assert complaint.happened_at.isoformat() == "2026-11-19T14:10:00+00:00"
    assert (complaint.channel, complaint.named, Photo.objects.count()) == ("web", True, 1)
    assert Reporter.objects.count() == 1
    again = page(client, f"{FORM}{complaint.code}/")
    assert "请记下查询码" not in again
    for hidden in (SECRET_NAME, SECRET_PHONE, complaint.text, complaint.place):
        assert hidden not in again


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": ""}, "这个字段是必填项"),
        ({"place": ""}, "请写明地点，或在图上点选。"),
        ({"wants_reward": "on"}, "申请奖励须留姓名和电话。"),
        ({"website": "http://spam.example"}, "还没有提交"),
        ({"phone": "12"}, "电话号码不对。"),
        ({"longitude": 121.5, "latitude": 31.2}, "还没有提交"),
        ({"photos": [SimpleUploadedFile("1.jpg", b"<svg/>", "image/jpeg")]}, "内容不是完好的"),
        ({"photos": [SimpleUploadedFile(f"{n}.jpg", jpeg(n), "image/jpeg") for n in range(5)]}, "至多 4 张照片。"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(
    client: Client, given: dict[str, Any], said: str
) -> None:
    answer = client.post(FORM, FILLED | given)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Complaint.objects.exists()


def test_a_forged_form_is_refused() -> None:
    assert Client(enforce_csrf_checks=True).post(FORM, FILLED).status_code == 403


def test_one_address_cannot_flood_the_desk(client: Client) -> None:
    answers = [client.post(FORM, FILLED).status_code for _ in range(SENT_MOST + 1)]
    assert answers == [302] * SENT_MOST + [429]
    assert Complaint.objects.count() == SENT_MOST


def test_an_unknown_code_shows_nothing_and_cannot_be_tried_for_long(client: Client, made: Callable[..., Any]) -> None:
    made()
    answers = [client.get(f"{FORM}AAAA-BBBB-CCCC-{n:04}/").status_code for n in range(ASKED_MOST + 1)]
    assert answers == [404] * ASKED_MOST + [429]


def test_a_code_may_be_written_without_dashes_and_small(client: Client, made: Callable[..., Complaint]) -> None:
    complaint = made()
    written = complaint.code.replace("-", " ").lower()
    answer = client.post(f"{FORM}find/", {"code": written}, follow=True)
    assert "办理进度" in answer.content.decode()
    assert complaint.code in answer.content.decode()
    assert client.post(f"{FORM}find/", {"code": ""}).headers["Location"] == FORM


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_state_is_told_in_plain_words_without_officers(
    client: Client, made: Callable[..., Complaint], person: Callable[..., Person], language: str
) -> None:
    complaint, refused, joined = made(), made("楼下餐馆油烟"), made()
    desk = person("duty")
    path = f"{FORM}{complaint.code}/"
    assert ("最迟" if language == "zh-hans" else "You get a reply by") in page(client, path, language)
    accept(complaint, Doing(desk, AT))
    refuse(refused, Doing(desk, AT), reason="不属于大气污染")
    text = page(client, path, language)
    assert ("转承办单位" if language == "zh-hans" else "handed to who handles it") in text
    assert "王守蓝" not in text
    assert "朝诉" not in text
    assert "不属于大气污染" in page(client, f"{FORM}{refused.code}/", language)
    Complaint.objects.filter(pk=joined.pk).update(duplicate_of=complaint)
    assert ("合并办理" if language == "zh-hans" else "handled together") in page(
        client, f"{FORM}{joined.code}/", language
    )


def test_the_complainant_says_once_what_they_think(client: Client, made: Callable[..., Complaint]) -> None:
    complaint = made()
    path = f"{FORM}{complaint.code}/"
    client.post(path, {"found": "satisfied"})
    complaint.refresh_from_db()
    assert complaint.visit == ""
    Complaint.objects.filter(pk=complaint.pk).update(replied_at=AT, accepted_at=AT, reply="已洒水覆盖")
    assert "已洒水覆盖" in page(client, path)
    assert client.post(path, {"found": "splendid"}).status_code == 400
    client.post(path, {"found": "unsolved"})
    client.post(path, {"found": "satisfied"})
    complaint.refresh_from_db()
    assert complaint.visit == "unsolved"
    assert complaint.events.filter(kind="visited").count() == 1


def test_the_ground_of_the_map_is_everybodys(client: Client) -> None:
    answer = client.get(f"{FORM}ground.json")
    assert answer.status_code == 200
    assert answer.json()["bounds"]
