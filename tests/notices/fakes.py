"""Receivers on this machine that speak the real protocols: a mail server, chat robots that check signatures."""

import hashlib
import hmac
import json
import socketserver
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class MailServer:
    """What a mail server got, and what it is told to refuse. account: user and password that it asks for.

    hangs_up: it ends the line at QUIT without a word.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    account: tuple[str, str] | None = None
    hangs_up: bool = False


@contextmanager
def mail_server(state: MailServer | None = None) -> Iterator[MailServer]:
    """Run a server that speaks SMTP (RFC 5321) with AUTH PLAIN (RFC 4954)."""
    kept = state or MailServer()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _Session(self, kept).run()

    with _serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)) as port:
        kept.port = port
        yield kept


class _Session:
    """One connection of a client: a method for each command."""

    def __init__(self, line: socketserver.StreamRequestHandler, kept: MailServer) -> None:
        self.line, self.kept, self.trusted, self.to = line, kept, kept.account is None, list[str]()

    def run(self) -> None:
        self.say("220 fake.example ESMTP")
        while raw := self.line.rfile.readline():
            word, _, rest = raw.decode().strip().partition(" ")
            word = word.lower()
            if word == "quit" and self.kept.hangs_up:
                return
            if word.upper() in self.kept.refuse:
                self.say(self.kept.refuse[word.upper()])
                continue
            getattr(self, f"on_{word}", self.unknown)(rest)
            if word == "quit":
                return

    def say(self, text: str) -> None:
        self.line.wfile.write(text.encode() + b"\r\n")

    def unknown(self, _rest: str) -> None:
        self.say("502 5.5.2 Unknown")

    def on_ehlo(self, _rest: str) -> None:
        self.say("250-fake.example")
        self.say("250 AUTH PLAIN" if self.kept.account else "250 8BITMIME")

    def on_auth(self, rest: str) -> None:
        given = tuple(b64decode(rest.partition(" ")[2]).decode().split("\0")[1:])
        self.trusted = given == self.kept.account
        self.say("235 2.7.0 Accepted" if self.trusted else "535 5.7.8 Bad credentials")

    def on_mail(self, _rest: str) -> None:
        self.say("250 2.1.0 Ok" if self.trusted else "530 5.7.0 Authentication required")

    def on_rcpt(self, rest: str) -> None:
        self.to.append(rest.partition("<")[2].partition(">")[0])
        self.say("250 2.1.5 Ok")

    def on_data(self, _rest: str) -> None:
        self.say("354 End data with <CR><LF>.<CR><LF>")
        self.kept.mails.append(_mail(self.line))
        self.kept.recipients += self.to
        self.say("250 2.0.0 Queued")

    def on_rset(self, _rest: str) -> None:
        self.to.clear()
        self.say("250 2.0.0 Ok")

    def on_quit(self, _rest: str) -> None:
        self.say("221 2.0.0 Bye")


def _mail(line: socketserver.StreamRequestHandler) -> EmailMessage:
    content = b""
    while (raw := line.rfile.readline()) != b".\r\n":
        content += raw.removeprefix(b".") if raw.startswith(b"..") else raw
    found = message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


@dataclass
class Got:
    """A call that a receiver got."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}


Reply = Callable[[Got], tuple[int, dict[str, Any]]]


@dataclass
class WebServer:
    """What a receiver of calls got."""

    port: int = 0
    calls: list[Got] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def web_server(reply: Reply) -> Iterator[WebServer]:
    """Run a receiver that answers by a function."""
    kept = WebServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            kept.calls.append(got)
            status, answer = reply(got)
            content = json.dumps(answer).encode()
            self.send_response(status)
            if status in {301, 302}:
                self.send_header("Location", str(answer["to"]))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_PUT = do_POST  # noqa: N815  # the library's name

        def log_message(self, *_args: Any) -> None:
            return

    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        kept.port = port
        yield kept


@contextmanager
def _serving(server: socketserver.TCPServer) -> Iterator[int]:
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# chat robots, as their documents say -------------------------------------------------------------------------------


def wecom(key: str) -> Reply:
    """WeCom: the key is in the address; a text is at most 2,048 bytes long; errors come with HTTP 200."""

    def reply(got: Got) -> tuple[int, dict[str, Any]]:
        if not got.path.startswith("/cgi-bin/webhook/send") or got.query.get("key") != key:
            return 200, {"errcode": 93000, "errmsg": "invalid webhook url"}
        if got.json.get("msgtype") != "text" or len(got.json["text"]["content"].encode()) > 2048:
            return 200, {"errcode": 40058, "errmsg": "text.content exceed max length"}
        return 200, {"errcode": 0, "errmsg": "ok"}

    return reply


def dingtalk(token: str, secret: str, now_ms: int) -> Reply:
    """DingTalk: signed by Base64(HMAC-SHA-256(secret, "time\\nsecret")), the time in ms within an hour."""

    def reply(got: Got) -> tuple[int, dict[str, Any]]:
        query = got.query
        if query.get("access_token") != token:
            return 200, {"errcode": 300001, "errmsg": "token is not exist"}
        moment = query.get("timestamp", "0")
        due = b64encode(hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()).decode()
        if query.get("sign") != due or abs(int(moment) - now_ms) > 3_600_000:
            return 200, {"errcode": 310000, "errmsg": "sign not match"}
        assert got.json["msgtype"] == "text"
        return 200, {"errcode": 0, "errmsg": "ok"}

    return reply


def feishu(secret: str, now_s: int) -> Reply:
    """Feishu: signed by Base64(HMAC-SHA-256("time\\nsecret", "")), the time in s within an hour, both in the body."""

    def reply(got: Got) -> tuple[int, dict[str, Any]]:
        said = got.json
        moment = said.get("timestamp", "0")
        due = b64encode(hmac.new(f"{moment}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()
        if said.get("sign") != due or abs(int(moment) - now_s) > 3600:
            return 200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        assert said["msg_type"] == "text"
        return 200, {"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"}

    return reply
