"""The bell, the inbox, one's wishes; channels and the delivery record of the system administrator."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lantian.apps.accounts.models import Person
from lantian.apps.audit.models import Entry
from lantian.apps.notices.models import Channel, Delivery, Notice, Preference
from lantian.apps.notices.sealing import unseal
from lantian.apps.notices.services import tell
from lantian.apps.notices.services.delivering import send_due
from tests.notices.conftest import NOON
from tests.notices.fakes import MailServer, mail_server, web_server
from tests.notices.test_delivering import STEP

pytestmark = pytest.mark.django_db


@pytest.fixture
def web() -> Callable[[Person], Client]:
    """Return a maker of signed-in clients."""

    def make(person: Person) -> Client:
        client = Client(headers={"accept-language": "zh-CN"})
        client.force_login(person)
        return client

    return make


def text(answer: Any) -> str:
    return str(answer.content.decode())


def say(person: Person, key: str = "case:1") -> None:
    tell(person, "case-step", STEP, link="/cases/", key=key, at=NOON)


def test_the_bell_counts_what_is_unread_in_one_question(
    person: Callable[..., Person], web: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    lan, bo = person("lan"), person("bo")
    say(lan)
    say(lan, "case:2")
    say(bo, "case:3")
    client = web(lan)
    with django_assert_max_num_queries(5):
        page = text(client.get("/system/components/"))
    assert '<b class="count">2</b>' in page
    assert 'class="btn quiet bell"' not in text(Client().get("/accounts/sign-in/"))


def test_the_inbox_shows_ones_own_notices_in_ones_language_and_opens_where_they_lead(
    person: Callable[..., Person], web: Callable[..., Client]
) -> None:
    lan, bo = person("lan"), person("bo")
    say(lan)
    say(bo, "case:2")
    page = text(web(lan).get("/notices/"))
    assert "现场核验：未湿法作业" in page
    english = Client(headers={"accept-language": "en"})
    english.force_login(lan)
    assert "Verify on site: 未湿法作业" in text(english.get("/notices/"))
    [mine, theirs] = [Notice.objects.get(person=one) for one in (lan, bo)]
    answer = web(lan).post(f"/notices/{mine.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/cases/")
    assert web(lan).post(f"/notices/{theirs.pk}/").status_code == 404
    assert Notice.objects.unread().get() == theirs
    assert "没有未读通知" in text(web(lan).get("/notices/"))
    assert "现场核验：未湿法作业" in text(web(lan).get("/notices/?all=1"))


def test_some_or_all_are_marked_read_and_nobody_elses(
    person: Callable[..., Person], web: Callable[..., Client]
) -> None:
    lan, bo = person("lan"), person("bo")
    for number in range(3):
        say(lan, f"case:{number}")
    say(bo, "case:9")
    mine = Notice.objects.of(lan).first()
    other = Notice.objects.of(bo).get()
    assert mine is not None
    web(lan).post("/notices/", {"notice": [mine.pk, other.pk]})
    assert (Notice.objects.of(lan).unread().count(), Notice.objects.of(bo).unread().count()) == (2, 1)
    web(lan).post("/notices/", {"all": "1"})
    assert (Notice.objects.of(lan).unread().count(), Notice.objects.of(bo).unread().count()) == (0, 1)


def test_everybody_chooses_how_they_are_told(person: Callable[..., Person], web: Callable[..., Client]) -> None:
    lan = person("lan")
    client = web(lan)
    assert "22:00—07:00" in text(client.get("/notices/preferences/"))
    said = {"email": "urgent", "sms": "none", "digest": "daily", "language": "en", "quiet_from": "21:30"}
    answer = client.post("/notices/preferences/", said)
    assert (answer.status_code, "免打扰起止须同时填写或同时留空。" in text(answer)) == (422, True)
    assert client.post("/notices/preferences/", said | {"quiet_to": "06:30"}).status_code == 302
    kept = Preference.objects.get(person=lan)
    assert (kept.email, kept.sms, kept.digest, kept.language, f"{kept.quiet_from:%H:%M}", f"{kept.quiet_to:%H:%M}") == (
        "urgent", "none", "daily", "en", "21:30", "06:30",
    )  # fmt: skip


def test_a_channels_secrets_are_written_and_never_shown(
    keeper: Person, web: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    client = web(keeper)
    url = "https://oapi.dingtalk.com/robot/send?access_token=tok-77"
    said = {"name": "督办群", "language": "zh", "active": "on", "url": url, "secret": "SEC-88"}
    answer = client.post("/system/notices/channels/new/dingtalk/", said)
    made = Channel.objects.get()
    assert answer.headers["Location"] == f"/system/notices/channels/{made.pk}/"
    assert unseal(made.secrets) == {"url": url, "secret": "SEC-88"}
    pages = text(client.get(f"/system/notices/channels/{made.pk}/")) + text(client.get("/system/notices/"))
    assert "oapi.dingtalk.com" in pages
    assert "督办群" in pages
    assert "tok-77" not in pages
    assert "SEC-88" not in pages
    assert "tok-77" not in str(list(Entry.objects.values_list("detail", flat=True)))
    client.post(f"/system/notices/channels/{made.pk}/", said | {"name": "新名", "url": "", "secret": "SEC-99"})
    made.refresh_from_db()
    assert (made.name, unseal(made.secrets)) == ("新名", {"url": url, "secret": "SEC-99"})


@pytest.mark.parametrize(
    ("kind", "said", "told"),
    [
        ("wecom", {"url": "https://robot.example/send?key=1"}, "qyapi.weixin.qq.com"),
        ("webhook", {"url": "http://10.0.0.5/in"}, "LANTIAN_NOTICE_HOSTS"),
        ("webhook", {"url": "file:///etc/passwd"}, "https://"),
        ("webhook", {"url": ""}, "这个字段是必填项"),
        ("sms", {"url": "https://sms.example/", "method": "POST", "body_kind": "json", "body": "{"}, "不是 JSON"),
        ("sms", {"url": "https://sms.example/", "method": "POST", "body_kind": "json", "body": "{}"}, "{phone}"),
    ],
)
def test_a_channel_that_could_not_or_must_not_send_is_refused_in_words(
    kind: str, said: dict[str, str], told: str, keeper: Person, web: Callable[..., Client]
) -> None:
    answer = web(keeper).post(
        f"/system/notices/channels/new/{kind}/", {"name": "x", "language": "zh", "active": "on"} | said
    )
    assert answer.status_code == 422
    assert told in text(answer)
    assert not Channel.objects.exists()


@pytest.mark.parametrize("kind", ["email", "sms", "wecom", "dingtalk", "feishu", "webhook"])
def test_each_kind_of_channel_has_its_form(kind: str, keeper: Person, web: Callable[..., Client]) -> None:
    page = text(web(keeper).get(f"/system/notices/channels/new/{kind}/"))
    assert ('name="password"' in page) == (kind == "email")
    assert ('name="body"' in page) == (kind == "sms")
    assert ('name="secret"' in page) == (kind in {"sms", "dingtalk", "feishu", "webhook"})
    assert ('name="organisation"' in page) == (kind not in {"email", "sms"})
    assert web(keeper).get("/system/notices/channels/new/telex/").status_code == 404


def test_a_test_message_tells_the_receivers_answer_and_stands_in_the_record(
    keeper: Person, web: Callable[..., Client], mail: Callable[..., Channel]
) -> None:
    client = web(keeper)
    with mail_server() as server:
        made = mail(server.port)
        client.post(f"/system/notices/channels/{made.pk}/test/", {"address": "lan@office.example"})
        page = text(client.get(f"/system/notices/channels/{made.pk}/"))
        client.post(f"/system/notices/channels/{made.pk}/test/", {"address": ""})
        refused = text(client.get(f"/system/notices/channels/{made.pk}/"))
    assert "测试消息已送达。对方答复：SMTP 250" in page
    assert "请填写测试地址。" in refused
    assert [mail["Subject"] for mail in server.mails] == ["【蓝天】测试消息"]
    record = text(client.get("/system/notices/"))
    assert "l**@office.example" in record
    assert "lan@office.example" not in record
    assert list(Entry.objects.filter(verb="channel.tested").values_list("detail__taken", flat=True)) == [True]


def test_a_robot_is_tested_without_an_address(
    keeper: Person, web: Callable[..., Client], channel: Callable[..., Channel]
) -> None:
    with web_server(lambda _got: (200, {"errcode": 93000, "errmsg": "invalid webhook url"})) as server:
        made = channel("wecom", secrets={"url": server.url("/cgi-bin/webhook/send?key=1")})
        web(keeper).post(f"/system/notices/channels/{made.pk}/test/")
    page = text(web(keeper).get("/system/notices/?state=failed"))
    assert "93000" in page
    assert send_due(NOON).sent == 0


def test_a_failed_delivery_is_shown_and_sent_again_by_hand(
    keeper: Person, person: Callable[..., Person], web: Callable[..., Client], mail: Callable[..., Channel]
) -> None:
    client = web(keeper)
    with mail_server(MailServer(refuse={"RCPT": "550 5.1.1 No such user"})) as server:
        mail(server.port)
        say(person("lan"))
        send_due(NOON)
        page = text(client.get("/system/notices/?state=failed"))
        assert "550 5.1.1 No such user" in page
        assert "重新发送" in page
        server.refuse.clear()
        row = Delivery.objects.get()
        client.post(f"/system/notices/again/{row.pk}/")
        client.post(f"/system/notices/again/{row.pk}/")
        row.refresh_from_db()
        assert send_due(row.due_at).sent == 1
    assert "只有发送失败的才能重发。" in text(client.get("/system/notices/"))
    assert "没有投递记录" in text(client.get("/system/notices/?state=failed"))


def test_a_channel_that_is_switched_off_sends_nothing_that_waited(
    keeper: Person, person: Callable[..., Person], web: Callable[..., Client], mail: Callable[..., Channel]
) -> None:
    made = mail(25)
    say(person("lan"))
    said = {"name": "mail", "host": "127.0.0.1", "port": "25", "security": "", "sender": "a@office.example"}
    assert web(keeper).post(f"/system/notices/channels/{made.pk}/", said).status_code == 302
    say(person("bo"), "case:2")
    assert list(Delivery.objects.values_list("state", flat=True)) == ["failed"]
    assert "停用" in text(web(keeper).get("/system/notices/"))


def test_the_pages_are_wholly_english_in_english(keeper: Person, mail: Callable[..., Channel]) -> None:
    import re

    made = mail(25, name="mail")
    client = Client(headers={"accept-language": "en"})
    client.force_login(keeper)
    for path in ("/notices/", "/notices/preferences/", "/system/notices/", f"/system/notices/channels/{made.pk}/"):
        found = re.sub(r"<[^>]+>", " ", text(client.get(path)))
        assert set(re.findall(r"[\u4e00-\u9fff]+", found)) <= {"中文"}, path
