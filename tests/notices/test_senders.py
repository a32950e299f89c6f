"""What receivers get, by their own protocols; and what nothing is sent to."""

import hashlib
import hmac
import socket
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest

from lantian.apps.notices.sealing import SealBroken, seal, unseal
from lantian.apps.notices.senders import Answer, Outgoing, send
from lantian.apps.notices.senders.calls import dingtalk_sign, feishu_sign
from lantian.apps.notices.senders.guard import Refused, checked_address, read_url
from lantian.kernel.errors import Text
from tests.notices.conftest import NOON
from tests.notices.fakes import Got, MailServer, dingtalk, feishu, mail_server, web_server, wecom


@pytest.fixture(autouse=True)
def _local(settings: Any) -> None:
    settings.NOTICE_HOSTS = ["127.0.0.1"]


def outgoing(kind: str, **more: Any) -> Outgoing:
    given: dict[str, Any] = {
        "options": {}, "secrets": {}, "address": "", "title": Text("逾期：工地", "Overdue: site"),
        "text": Text("案件 1 已逾期。", "Case 1 is overdue."), "language": "zh", "token": "n1c1d1", "at": NOON,
        "link": "https://lantian.example/cases/1/", "prefix": Text("【蓝天】", "[Lantian] "),
    }  # fmt: skip
    return Outgoing(kind=kind, **given | more)


def mail_to(server: MailServer, **more: Any) -> Outgoing:
    options = {"host": "127.0.0.1", "port": str(server.port), "security": "", "sender": "lantian@office.example"}
    return outgoing("email", options=options, address="lan@office.example", **more)


def test_an_e_mail_arrives_with_its_words_and_an_id_that_stays_the_same() -> None:
    with mail_server() as server:
        assert [send(mail_to(server), 5).taken for _ in range(2)] == [True, True]
    first, second = server.mails
    assert (first["Subject"], first["To"], first["From"]) == (
        "【蓝天】逾期：工地", "lan@office.example", "lantian@office.example",
    )  # fmt: skip
    assert first.get_content().replace("\r\n", "\n").strip() == "案件 1 已逾期。\nhttps://lantian.example/cases/1/"
    assert first["Message-ID"] == second["Message-ID"] == "<n1c1d1@office.example>"
    assert first["Auto-Submitted"] == "auto-generated"


def test_a_mail_server_that_asks_for_a_password_gets_it() -> None:
    with mail_server(MailServer(account=("lantian", "secret words"))) as server:
        out = mail_to(server, secrets={"password": "secret words"})
        out = replace(out, options={**out.options, "username": "lantian"})
        assert send(out, 5) == Answer(True, "SMTP 250")
        wrong = send(replace(out, secrets={"password": "wrong"}), 5)
    assert (wrong.taken, wrong.final, "535" in wrong.text) == (False, False, True)


@pytest.mark.parametrize(
    ("word", "answer", "final"),
    [
        ("RCPT", "550 5.1.1 No such user", True),
        ("RCPT", "451 4.7.1 Greylisted, try again", False),
        ("DATA", "552 5.3.4 Message too big", True),
        ("MAIL", "421 4.3.2 Shutting down", False),
    ],
)
def test_a_refusal_of_a_mail_server_is_final_when_it_begins_with_five(word: str, answer: str, final: bool) -> None:
    with mail_server(MailServer(refuse={word: answer})) as server:
        found = send(mail_to(server), 5)
    assert (found.taken, found.final, answer[:3] in found.text) == (False, final, True)


def test_a_mail_that_was_taken_stays_taken_when_the_line_breaks_at_the_end() -> None:
    with mail_server(MailServer(hangs_up=True)) as server:
        assert send(mail_to(server), 5).taken
    assert len(server.mails) == 1


def test_a_mail_server_that_is_down_is_an_answer_to_try_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        down = MailServer(port=free.getsockname()[1])
        found = send(mail_to(down), 2)
    assert (found.taken, found.final) == (False, False)
    assert "Refused" in found.text


def test_a_mail_server_that_says_nothing_is_left_after_the_time_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = send(mail_to(MailServer(port=silent.getsockname()[1])), 1)
    assert (found.taken, found.final) == (False, False)


def test_a_wecom_robot_takes_a_text_and_a_long_one_is_cut_with_its_link_kept() -> None:
    with web_server(wecom("k-1")) as server:
        out = outgoing("wecom", secrets={"url": server.url("/cgi-bin/webhook/send?key=k-1")}, longest_bytes=2048)
        assert send(out, 5).taken
        assert send(replace(out, text=Text("尘" * 3000, "dust")), 5).taken
        assert not send(replace(out, secrets={"url": server.url("/cgi-bin/webhook/send?key=other")}), 5).taken
    assert server.calls[0].json == {
        "msgtype": "text",
        "text": {"content": "【蓝天】逾期：工地\n案件 1 已逾期。\nhttps://lantian.example/cases/1/"},
    }
    assert server.calls[1].json["text"]["content"].endswith("…\nhttps://lantian.example/cases/1/")


def test_a_dingtalk_robot_checks_the_signature_and_the_time() -> None:
    now = int(NOON.timestamp() * 1000)
    with web_server(dingtalk("t-1", "SEC77", now)) as server:
        out = outgoing("dingtalk", secrets={"url": server.url("/robot/send?access_token=t-1"), "secret": "SEC77"})
        assert send(out, 5).taken
        wrong = send(replace(out, secrets={**out.secrets, "secret": "SEC78"}), 5)
        late = send(replace(out, at=NOON.replace(hour=6)), 5)
    assert (wrong.taken, "310000" in wrong.text) == (False, True)
    assert not late.taken


def test_a_feishu_robot_checks_the_signature_and_gets_no_call_to_everybody() -> None:
    with web_server(feishu("s-1", int(NOON.timestamp()))) as server:
        out = outgoing("feishu", secrets={"url": server.url("/open-apis/bot/v2/hook/1"), "secret": "s-1"})
        assert send(out, 5).taken
        assert send(replace(out, title=Text('<at user_id="all">', "")), 5).taken
        wrong = send(replace(out, secrets={**out.secrets, "secret": ""}), 5)
    assert "<at" not in server.calls[1].json["content"]["text"]
    assert (wrong.taken, "19021" in wrong.text) == (False, True)


def test_signatures_are_those_of_an_independent_computation() -> None:
    # printf '1577808000000\nthis is secret' | openssl dgst -sha256 -hmac 'this is secret' -binary | base64
    assert dingtalk_sign(1577808000000, "this is secret") == DINGTALK
    # printf '' | openssl dgst -sha256 -hmac $'1577808000\ndemo' -binary | base64
    assert feishu_sign(1577808000, "demo") == FEISHU


DINGTALK = "ijHEivi6YiCNPZOq4hZstmvZ3sPfbioAiMhP30ae7W0="
FEISHU = "XZmDP3SJb1/TJi67fpxqdoA1Qb/DJHem4ibq0ixaOK8="


def test_a_webhook_gets_both_languages_an_id_and_a_signature_of_the_body() -> None:
    with web_server(lambda _got: (204, {})) as server:
        assert send(outgoing("webhook", secrets={"url": server.url("/in"), "secret": "s-2"}, template="test"), 5).taken
    [got] = server.calls
    assert (got.json["title"]["en"], got.json["event"], got.headers["idempotency-key"]) == (
        "Overdue: site", "test", "n1c1d1",
    )  # fmt: skip
    signed = f"{got.headers['x-lantian-timestamp']}.".encode() + got.body
    assert got.headers["x-lantian-signature"] == "sha256=" + hmac.new(b"s-2", signed, hashlib.sha256).hexdigest()


def gateway(got: Got) -> tuple[int, dict[str, Any]]:
    said = got.json
    known = got.headers.get("authorization") == "Bearer k-9" and said["to"] == ["13800002207"]
    return 200, {"result": {"code": "OK" if known else "AUTH"}}


def test_an_sms_gateway_is_called_by_its_template_and_its_answer_is_read() -> None:
    options = {
        "method": "PUT", "body_kind": "json", "headers": "Authorization: Bearer {secret}",
        "body": '{"to": ["{phone}"], "sms": {"content": "{text}", "id": "{id}"}}',
        "expect_at": "result.code", "expect": "OK",
    }  # fmt: skip
    with web_server(gateway) as server:
        out = outgoing("sms", options=options, secrets={"url": server.url("/sms"), "secret": "k-9"})
        out = replace(out, address="13800002207", title=Text('引号"与\\', ""), longest_bytes=210)
        assert send(out, 5).taken
        assert not send(replace(out, secrets={**out.secrets, "secret": "wrong"}), 5).taken
    sms = server.calls[0].json["sms"]
    assert sms["content"].startswith('【蓝天】引号"与\\\n')
    assert len(sms["content"].encode()) <= 210
    assert sms["id"] == "n1c1d1"


def test_an_sms_gateway_may_want_a_form() -> None:
    options = {"body_kind": "form", "body": "mobile={phone}\ncontent={text}\nkey={secret}"}
    with web_server(lambda _got: (200, {})) as server:
        out = outgoing("sms", options=options, secrets={"url": server.url("/sms"), "secret": "a&b"}, address="138")
        assert send(out, 5).taken
    said = parse_qs(server.calls[0].body.decode())
    assert (said["mobile"], said["key"]) == (["138"], ["a&b"])


@pytest.mark.parametrize(("status", "final"), [(404, True), (403, True), (429, False), (408, False), (500, False)])
def test_a_refusal_by_http_is_final_where_trying_again_would_be_the_same(status: int, final: bool) -> None:
    with web_server(lambda _got: (status, {})) as server:
        found = send(outgoing("webhook", secrets={"url": server.url("/in")}), 5)
    assert (found.taken, found.final) == (False, final)


def test_no_redirect_is_followed() -> None:
    with web_server(lambda got: (302, {"to": "/inside"} if got.path == "/in" else {})) as server:
        assert not send(outgoing("webhook", secrets={"url": server.url("/in")}), 5).taken
    assert [got.path for got in server.calls] == ["/in"]


@pytest.mark.parametrize(
    "url",
    [
        "http://robot.example/in", "ftp://robot.example/in", "file:///etc/passwd", "gopher://127.0.0.1/",
        "robot.example",
        "https://user:pw@robot.example/", "https://", "https://robot.example:99999/",
    ],
)  # fmt: skip
def test_other_schemes_and_users_in_an_address_are_refused(url: str) -> None:
    with pytest.raises(Refused):
        read_url(url, named=[])


@pytest.mark.parametrize("address", ["10.0.0.5", "127.0.0.1", "169.254.169.254", "192.168.1.9", "::1", "fd00::5"])
def test_a_name_that_points_into_ones_own_network_is_refused_unless_the_setting_names_it(
    address: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
    settings.NOTICE_HOSTS = []
    answer = send(outgoing("webhook", secrets={"url": "https://robot.example/in"}), 5)
    assert (answer.taken, answer.final, "LANTIAN_NOTICE_HOSTS" in answer.text) == (False, True, True)
    assert checked_address("robot.example", 443, named=["robot.example"]) == address


def test_a_robot_of_a_vendor_is_at_the_vendors_host() -> None:
    assert read_url("https://oapi.dingtalk.com/robot/send?access_token=x", named=[], vendor=("oapi.dingtalk.com",))
    with pytest.raises(Refused, match=r"oapi\.dingtalk\.com"):
        read_url("https://other.example/robot/send", named=[], vendor=("oapi.dingtalk.com",))


def test_an_error_does_not_tell_the_robots_key() -> None:
    out = outgoing("wecom", secrets={"url": "http://127.0.0.1:1/cgi-bin/webhook/send?key=k-1"})
    assert "k-1" not in send(out, 1).text


def test_a_robots_key_does_not_stand_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with web_server(wecom("k-1")) as server:
        assert send(outgoing("wecom", secrets={"url": server.url("/cgi-bin/webhook/send?key=k-1")}), 5).taken
    assert "k-1" not in caplog.text


def test_a_seal_hides_a_secret_and_tells_damage() -> None:
    secret = {"url": "https://robot.example/" + "x" * 200}
    stored = seal(secret)
    assert unseal(stored) == secret
    assert "robot" not in stored
    assert seal(secret) != stored
    with pytest.raises(SealBroken):
        unseal(stored[:-2])
    assert unseal("") == {}
