"""What each kind of receiver is called with, and how its answer reads (机器人与短信接口). Pure.

WeCom: ``{"msgtype": "text", "text": {"content": …}}``, answers ``errcode`` 0. DingTalk: the same, and where it is
signed, ``timestamp`` [ms] and ``sign`` = Base64(HMAC-SHA-256(key = secret, timestamp + "\\n" + secret)) in the address.
Feishu/Lark: ``{"msg_type": "text", "content": {"text": …}}``, and where signed ``timestamp`` [s] and ``sign`` =
Base64(HMAC-SHA-256(key = timestamp + "\\n" + secret, "")) in the body; answers ``code`` (older: ``StatusCode``) 0.
All three answer refusals with HTTP 200 too, so the body decides. A text is sent plain: no markup that a case's words
could turn into links or calls to everybody.
"""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from lantian.apps.notices.senders.outgoing import Answer, Outgoing
from lantian.kernel.errors import LantianError, Text

JSON = "application/json; charset=utf-8"


class BadChannel(LantianError):
    """A channel whose settings cannot make a call."""


@dataclass(frozen=True)
class Call:
    """A call of a receiver."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"


def dingtalk_sign(milliseconds: int, secret: str) -> str:
    """Return DingTalk's signature of a time."""
    return _base64(hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256))


def feishu_sign(seconds: int, secret: str) -> str:
    """Return Feishu's signature of a time: key and message are the other way round than DingTalk's."""
    return _base64(hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256))


def webhook_sign(seconds: int, body: bytes, secret: str) -> str:
    """Return our own signature of a body at a time, for a receiver that checks it."""
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


def _base64(made: "hmac.HMAC") -> str:
    return b64encode(made.digest()).decode()


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def _wecom(out: Outgoing) -> Call:
    body = _json({"msgtype": "text", "text": {"content": out.whole}})
    return Call(out.secrets["url"], {"Content-Type": JSON}, body)


def _dingtalk(out: Outgoing) -> Call:
    url, secret = out.secrets["url"], out.secrets.get("secret", "")
    if secret:
        moment = int(out.at.timestamp() * 1000)
        parts = urlsplit(url)
        query = [*parse_qsl(parts.query), ("timestamp", str(moment)), ("sign", dingtalk_sign(moment, secret))]
        url = parts._replace(query=urlencode(query)).geturl()
    body = _json({"msgtype": "text", "text": {"content": out.whole}})
    return Call(url, {"Content-Type": JSON}, body)


def _feishu(out: Outgoing) -> Call:
    said = out.whole.replace("<at", "< at")  # a tag that would call everybody in the group
    content: dict[str, Any] = {"msg_type": "text", "content": {"text": said}}
    if secret := out.secrets.get("secret", ""):
        moment = int(out.at.timestamp())
        content |= {"timestamp": str(moment), "sign": feishu_sign(moment, secret)}
    return Call(out.secrets["url"], {"Content-Type": JSON}, _json(content))


def _webhook(out: Outgoing) -> Call:
    content = {
        "id": out.token, "event": out.template, "at": out.at.isoformat(), "urgent": out.urgent, "link": out.link,
        "title": {"zh": out.title.zh, "en": out.title.en}, "text": {"zh": out.text.zh, "en": out.text.en},
    }  # fmt: skip
    body, moment = _json(content), int(out.at.timestamp())
    headers = {"Content-Type": JSON, "Idempotency-Key": out.token}
    if secret := out.secrets.get("secret", ""):
        signed = webhook_sign(moment, body, secret)
        headers |= {"X-Lantian-Timestamp": str(moment), "X-Lantian-Signature": f"sha256={signed}"}
    return Call(out.secrets["url"], headers, body)


def _sms(out: Outgoing) -> Call:
    values = {
        "phone": out.address, "text": out.whole, "id": out.token, "secret": out.secrets.get("secret", ""),
        "time": str(int(out.at.timestamp())),
    }  # fmt: skip
    headers = {name: _put(value, values) for name, value in pairs(out.options.get("headers", ""), ":")}
    if out.options.get("body_kind") == "form":
        fields = [(name, _put(value, values)) for name, value in pairs(out.options.get("body", ""), "=")]
        body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded; charset=utf-8"
    else:
        body, kind = _json(_filled(read_json(out.options.get("body", "")), values)), JSON
    headers = {"Content-Type": kind, "Idempotency-Key": out.token, **headers}
    return Call(out.secrets["url"], headers, body, out.options.get("method", "POST"))


def pairs(lines: str, between: str) -> list[tuple[str, str]]:
    """Return the names and values of lines; raises BadChannel.

    >>> pairs("Accept: text/plain", ":")
    [('Accept', 'text/plain')]
    """
    found = []
    for line in filter(None, map(str.strip, lines.splitlines())):
        name, mark, value = line.partition(between)
        if not mark or not name.strip():
            raise BadChannel(Text(f"此行应为“名称{between}值”：{line}", f"Write a name, {between} and a value: {line}"))
        found.append((name.strip(), value.strip()))
    return found


def read_json(text: str) -> Any:
    """Return a body's template; raises BadChannel."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise BadChannel(Text("正文模板不是 JSON。", "The template of the body is no JSON.")) from None


def _filled(content: Any, values: Mapping[str, str]) -> Any:
    """Fill the strings of a body: a text with quotes can break no JSON."""
    if isinstance(content, dict):
        return {name: _filled(value, values) for name, value in content.items()}
    if isinstance(content, list):
        return [_filled(value, values) for value in content]
    return _put(content, values) if isinstance(content, str) else content


def _put(pattern: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    return pattern


CALLS: Mapping[str, Callable[[Outgoing], Call]] = {
    "wecom": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
    "webhook": _webhook,
    "sms": _sms,
}


def call_of(out: Outgoing) -> Call:
    """Return the call that brings a message; raises BadChannel."""
    if not out.secrets.get("url"):
        raise BadChannel(Text("渠道没有地址。", "The channel has no address."))
    return CALLS[out.kind](out)


# answers ---------------------------------------------------------------------------------------------------------

_PASSING = frozenset({408, 425, 429})
"""Refusals that pass by themselves; other ones of the 400s would be the same at the next try."""


def answer_of(out: Outgoing, status: int, body: bytes) -> Answer:
    """Return what an answer means for the message."""
    text = f"HTTP {status} {body[:600].decode(errors='replace')}"
    if not 200 <= status < 300:
        return Answer(False, text, final=400 <= status < 500 and status not in _PASSING)
    expected = _expected(out)
    if expected is None:
        return Answer(True, text)
    names, wanted = expected
    found = next((str(_at(body, name)) for name in names if _at(body, name) is not None), None)
    return Answer(found == wanted, text)


def _expected(out: Outgoing) -> tuple[tuple[str, ...], str] | None:
    """The place in an answer and the value that says yes."""
    if out.kind in {"wecom", "dingtalk"}:
        return ("errcode",), "0"
    if out.kind == "feishu":
        return ("code", "StatusCode"), "0"
    place = out.options.get("expect_at", "")
    return ((place,), out.options.get("expect", "")) if place else None


def _at(body: bytes, place: str) -> Any:
    """The value at a place of a JSON answer, such as ``result.code``; None where there is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    for name in place.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found
