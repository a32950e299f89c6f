"""Whom a message reaches, once; and what becomes of it when receivers are slow, refuse, or the worker dies."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from lantian.apps.accounts.models import Deputy, Leave, Organisation, Person
from lantian.apps.notices.models import Channel, Delivery, Message, Notice, Preference
from lantian.apps.notices.rules import rule_at
from lantian.apps.notices.selectors.people import people_of
from lantian.apps.notices.senders import Answer, Outgoing
from lantian.apps.notices.services import Event, delivering, tell, tell_each
from lantian.apps.notices.services.delivering import Round, forget_old, send_due
from lantian.apps.notices.services.inbox import Wishes, choose
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from tests.notices.conftest import NIGHT, NOON
from tests.notices.fakes import MailServer, mail_server

pytestmark = pytest.mark.django_db

STEP = {
    "number": "朝扬尘案〔2026〕1号", "title": "未湿法作业", "step": Text("现场核验", "Verify on site"),
    "holder": Text("区城管局", "Enforcement Bureau"), "due": Text("明日办毕", "due tomorrow"),
}  # fmt: skip
MINUTE = timedelta(minutes=1)


def say(people: Any, at: datetime = NOON, key: str = "case:1", **more: Any) -> Message:
    return tell(people, "case-step", STEP, link="/cases/1/", key=key, at=at, **more)


def taken(_out: Outgoing, _timeout_s: float) -> Answer:
    return Answer(True, "ok")


def still() -> float:
    return 0.0


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_message_reads_in_both_languages_and_stands_in_the_inbox(person: Callable[..., Person]) -> None:
    message = say(person("lan"))
    assert (message.title_zh, message.title_en) == ("现场核验：未湿法作业", "Verify on site: 未湿法作业")
    assert message.text_zh == "案件 朝扬尘案〔2026〕1号 的“现场核验”由区城管局办理，明日办毕。"
    assert message.text_en == ("“Verify on site” of case 朝扬尘案〔2026〕1号 is for Enforcement Bureau, due tomorrow.")
    [notice] = Notice.objects.all()
    assert (notice.person.username, notice.read_at, notice.at) == ("lan", None, NOON)


def test_a_key_is_told_to_each_person_once(person: Callable[..., Person], mail: Callable[..., Channel]) -> None:
    mail(25)
    lan, bo = person("lan"), person("bo")
    say(lan)
    say([lan, bo])
    say([lan, bo])
    assert sorted(Notice.objects.values_list("person__username", flat=True)) == ["bo", "lan"]
    assert sorted(Delivery.objects.values_list("address", flat=True)) == ["bo@office.example", "lan@office.example"]


def test_what_is_told_goes_with_the_event_when_that_is_undone(
    person: Callable[..., Person], mail: Callable[..., Channel]
) -> None:
    mail(25)
    lan = person("lan")

    @transaction.atomic
    def event() -> None:
        say(lan)
        raise LookupError

    with pytest.raises(LookupError):
        event()
    assert (Message.objects.count(), Notice.objects.count(), Delivery.objects.count()) == (0, 0, 0)


def test_several_events_are_one_message_beyond_what_the_pack_tells_singly(person: Callable[..., Person]) -> None:
    many = Event({"count": 4, "holder": "x"}, "/cases/", "many")
    for count in (3, 4):
        events = [Event(STEP, "/cases/1/", f"one:{count}:{number}") for number in range(count)]
        tell_each(
            [person(f"p{count}")], "case-step", events, count, many=many, many_template="case-due-soon-many", at=NOON
        )
    told = Notice.objects.order_by("pk").values_list("person__username", "message__template")
    assert list(told) == [("p3", "case-step")] * 3 + [("p4", "case-due-soon-many")]


def test_an_organisations_robot_hears_of_its_own_events_and_the_districts_of_all(
    person: Callable[..., Person], channel: Callable[..., Channel], settings: Any
) -> None:
    office = Organisation.objects.get(pk="street-1")
    url = {"url": "http://127.0.0.1:9/robot"}
    channel("wecom", name="district", secrets=url)
    channel("wecom", name="street", secrets=url, organisation=office)
    channel("dingtalk", name="urgent", secrets=url, urgent_only=True)
    channel("feishu", name="alarms", secrets=url, templates=("alarm-raised",))
    channel("feishu", name="off", secrets=url, active=False)
    many = {"count": 5, "urgent": 0}
    tell([], "alarm-raised-many", many, link="/", key="alarms", at=NOON, organisations=["other"])
    assert sorted(Delivery.objects.values_list("channel__name", flat=True)) == ["alarms", "district"]
    Delivery.objects.all().delete()
    say([], organisations=["street-1"])
    say([], key="case:2", organisations=["environment"])
    told = Delivery.objects.values_list("message__key", "channel__name")
    assert sorted(told) == [("case:1", "district"), ("case:1", "street"), ("case:2", "district")]


def test_what_is_not_urgent_waits_at_night_and_what_is_urgent_does_not(
    person: Callable[..., Person], mail: Callable[..., Channel]
) -> None:
    lan = person("lan")
    with mail_server() as server:
        mail(server.port)
        say(lan, at=NIGHT)
        tell(lan, "case-overdue", STEP | {"level": "x"}, link="/", key="late", at=NIGHT)
        assert send_due(NIGHT).sent == 1
        assert send_due(NIGHT + 7 * timedelta(hours=1)).sent == 0
        assert send_due(NIGHT + 7.5 * timedelta(hours=1)).sent == 1
    assert [mail["Subject"] for mail in server.mails] == ["【蓝天】逾期：未湿法作业", "【蓝天】现场核验：未湿法作业"]


def test_a_digest_is_one_mail_that_lists_what_waited_in_the_readers_language(
    person: Callable[..., Person], mail: Callable[..., Channel]
) -> None:
    lan = person("lan")
    choose(lan, Wishes(email="all", sms="none", digest="daily", language="en"))
    with mail_server() as server:
        mail(server.port)
        say(lan, key="a")
        say(lan, at=NOON + MINUTE, key="b")
        assert send_due(NOON + 19 * timedelta(hours=1)).sent == 0
        assert send_due(NOON + 20 * timedelta(hours=1)).sent == 1
    [got] = server.mails
    assert got["Subject"] == "[Lantian] 2 notices"
    lines = got.get_content().splitlines()
    assert lines[0].startswith("1. Verify on site: 未湿法作业")
    assert lines[1].startswith("2. Verify on site: 未湿法作业")
    assert lines[2] == "https://lantian.example/notices/"
    assert sorted(states()) == ["digested", "digested", "sent"]
    assert set(Delivery.objects.filter(state="digested").values_list("carrier__message__template", flat=True)) == {
        "digest"
    }


def test_one_message_that_waited_for_a_digest_goes_as_it_is(
    person: Callable[..., Person], mail: Callable[..., Channel]
) -> None:
    lan = person("lan")
    choose(lan, Wishes(email="all", sms="none", digest="hourly", language="zh"))
    with mail_server() as server:
        mail(server.port)
        say(lan)
        send_due(NOON + timedelta(hours=1))
    assert [mail["Subject"] for mail in server.mails] == ["【蓝天】现场核验：未湿法作业"]


def test_a_person_chooses_which_messages_come_by_which_way(
    person: Callable[..., Person], mail: Callable[..., Channel], channel: Callable[..., Channel]
) -> None:
    mail(25)
    body = '{"to": "{phone}", "text": "{text}"}'
    channel("sms", secrets={"url": "http://127.0.0.1:9/sms"}, options={"body_kind": "json", "body": body})
    lan, bo = person("lan"), person("bo")
    Preference.objects.create(person=bo, email="urgent", sms="all")
    say([lan, bo])
    tell([lan, bo], "case-overdue", STEP | {"level": "x"}, link="/", key="late", at=NOON)
    rows = Delivery.objects.values_list("person__username", "message__key", "channel__kind")
    assert sorted(rows) == [
        ("bo", "case:1", "sms"), ("bo", "late", "email"), ("bo", "late", "sms"),
        ("lan", "case:1", "email"), ("lan", "late", "email"), ("lan", "late", "sms"),
    ]  # fmt: skip


def test_while_the_mail_server_is_down_nothing_is_lost_and_the_page_can_tell(
    person: Callable[..., Person], mail: Callable[..., Channel], keeper: Person
) -> None:
    with mail_server() as server:
        port = server.port
    mail(port)
    say(person("lan"))
    now = NOON
    waits = []
    for _ in range(3):
        assert send_due(now, spread=still) == Round(again=1)
        row = Delivery.objects.get()
        waits.append((row.due_at - now).total_seconds())
        assert ("Refused" in row.answer, row.state) == (True, "queued")
        assert send_due(row.due_at - MINUTE / 2, spread=still) == Round()
        now = row.due_at
    assert waits == [60, 180, 540]
    with mail_server() as server:
        Channel.objects.filter(kind="email").update(options={**Channel.objects.get().options, "port": str(server.port)})
        assert send_due(now).sent == 1
    row = Delivery.objects.get()
    assert (row.state, row.tries, row.sent_at, len(server.mails)) == ("sent", 4, now, 1)


def test_after_its_last_try_a_message_has_failed_and_the_administrators_are_told_once_a_day(
    person: Callable[..., Person], mail: Callable[..., Channel], keeper: Person
) -> None:
    mail(25)
    say([person("lan"), person("bo")])
    now = NOON
    for _ in range(rule_at(NOON).tries):
        send_due(now, send=lambda _out, _t: Answer(False, "421 shutting down"), spread=still)
        now = max(Delivery.objects.values_list("due_at", flat=True))
    assert states() == ["failed", "failed"]
    assert set(Delivery.objects.values_list("tries", "answer")) == {(6, "421 shutting down")}
    told = Notice.objects.filter(message__template="channel-failing")
    assert [one.person for one in told] == [keeper]
    assert "421 shutting down" in told[0].message.text_zh
    assert send_due(now + timedelta(days=1), send=taken) == Round()


def test_a_final_refusal_is_not_tried_again(person: Callable[..., Person], mail: Callable[..., Channel]) -> None:
    with mail_server(MailServer(refuse={"RCPT": "550 5.1.1 No such user"})) as server:
        mail(server.port)
        say(person("lan"))
        assert send_due(NOON) == Round(failed=1)
    assert states() == ["failed"]


def test_a_slow_receiver_does_not_hold_up_the_others(
    person: Callable[..., Person], mail: Callable[..., Channel], channel: Callable[..., Channel],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    mail(25)
    channel("wecom", name="slow", secrets={"url": "http://127.0.0.1:9/robot"})
    lan = person("lan")
    for key in ("a", "b"):
        say(lan, key=key)
    rule = rule_at(NOON).model_copy(update={"round_s": 1})
    monkeypatch.setattr("lantian.apps.notices.services.delivering.rule_at", lambda _at: rule)
    over, mailed = threading.Event(), []

    def send(out: Outgoing, _timeout_s: float) -> Answer:
        if out.kind == "wecom":
            over.wait(20)
        else:
            mailed.append(out.token)
        return Answer(True, "ok")

    assert send_due(NOON, send=send, spread=still) == Round(sent=2, again=1, back=1)
    over.set()
    slow = Delivery.objects.filter(channel__name="slow").order_by("pk")
    assert [(row.state, row.tries, row.answer) for row in slow] == [
        ("queued", 1, "no answer in 1 s"),
        ("queued", 0, ""),
    ]
    assert len(mailed) == 2


def test_what_was_taken_is_written_down_while_a_slow_receiver_is_waited_for(
    person: Callable[..., Person], mail: Callable[..., Channel], channel: Callable[..., Channel],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    mail(25)
    channel("wecom", name="slow", secrets={"url": "http://127.0.0.1:9/robot"})
    say(person("lan"))
    noted, written = threading.Event(), delivering._note

    def note(*given: Any) -> None:
        written(*given)
        noted.set()

    def send(out: Outgoing, _timeout_s: float) -> Answer:
        return Answer(noted.wait(20) if out.kind == "wecom" else True, "ok")

    monkeypatch.setattr(delivering, "_note", note)
    assert send_due(NOON, send=send) == Round(sent=2)


def test_a_sender_that_breaks_stops_no_other(
    person: Callable[..., Person], mail: Callable[..., Channel], channel: Callable[..., Channel]
) -> None:
    mail(25)
    channel("wecom", name="broken", secrets={"url": "http://127.0.0.1:9/robot"})
    say(person("lan"))

    def send(out: Outgoing, _timeout_s: float) -> Answer:
        if out.kind == "wecom":
            raise KeyError("x")
        return Answer(True, "ok")

    assert send_due(NOON, send=send) == Round(sent=1, again=1)


def test_what_a_dead_worker_was_sending_is_sent_again_with_the_same_id(
    person: Callable[..., Person], mail: Callable[..., Channel]
) -> None:
    mail(25)
    say(person("lan"))
    ids = []

    def dies(out: Outgoing, _timeout_s: float) -> Answer:
        ids.append(out.token)
        return Answer(True, "ok")

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("lantian.apps.notices.services.delivering._note", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send_due(NOON, send=dies)
    assert states() == ["sending"]
    assert send_due(NOON + MINUTE, send=dies) == Round()
    assert send_due(NOON + 6 * MINUTE, send=dies) == Round(sent=1)
    assert (len(ids), len(set(ids)), states()) == (2, 1, ["sent"])


def test_a_channel_gets_no_more_a_minute_than_it_allows_and_urgent_ones_first(
    channel: Callable[..., Channel],
) -> None:
    channel("wecom", secrets={"url": "http://127.0.0.1:9/robot"})
    for number in range(25):
        say([], key=f"case:{number}")
    tell([], "case-overdue", STEP | {"level": "x"}, link="/", key="late", at=NOON)
    said: list[str] = []

    def send(out: Outgoing, _timeout_s: float) -> Answer:
        said.append(out.template)
        return Answer(True, "ok")

    assert [send_due(NOON, send=send).sent, send_due(NOON + MINUTE, send=send).sent] == [20, 6]
    assert said[0] == "case-overdue"


def test_who_is_away_is_told_through_the_deputy(person: Callable[..., Person]) -> None:
    lan, bo, mei = person("lan"), person("bo"), person("mei", organisation="street-1")
    for one in (lan, mei):
        Leave.objects.create(person=one, start=day_of(NOON), end=day_of(NOON))
    Deputy.objects.create(post=lan.posts.get(), person=bo)
    assert people_of(["environment"], NOON) == [bo]
    assert people_of(["street-1"], NOON) == [mei]


def test_only_posts_on_the_ground_of_an_event_are_concerned(person: Callable[..., Person]) -> None:
    whole, first = person("whole"), person("first", area_id="110105001")
    person("second", area_id="110105002")
    person("reader", "viewer")
    assert people_of(["environment"], NOON, "110105001004") == [whole, first]


def test_what_the_pack_keeps_no_longer_is_deleted(person: Callable[..., Person]) -> None:
    say(person("lan"))
    assert forget_old(NOON + timedelta(days=730)) == 0
    assert forget_old(NOON + timedelta(days=731)) == 1
    assert Notice.objects.count() == 0
