"""The browser tests' own server: an end waits for what pages left behind still ask."""

import socket
import threading
from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from django.core.servers.basehttp import WSGIRequestHandler
from django.test.testcases import QuietWSGIRequestHandler

from tests.browser.conftest import session
from tests.browser.serving import CountingServer

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def test_an_end_waits_for_the_answer_that_nobody_waits_for() -> None:
    asked, go, order = threading.Event(), threading.Event(), list[str]()

    def slow(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        asked.set()
        assert go.wait(60)
        order.append("answered")
        start("200 OK", [("Content-Length", "0")])
        return [b""]

    handler: type[WSGIRequestHandler] = QuietWSGIRequestHandler
    with CountingServer(("127.0.0.1", 0), handler, allow_reuse_address=False) as server:
        server.set_app(slow)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with socket.create_connection(("127.0.0.1", server.server_port)) as left:
            left.sendall(REQUEST)
            assert asked.wait(60)

        def end() -> None:
            server.wait_until_idle()
            order.append("idle")

        ending = threading.Thread(target=end)
        ending.start()
        go.set()
        ending.join(60)
        server.shutdown()
    assert order == ["answered", "idle"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", range(2))
def test_pages_may_be_left_while_they_are_made(server: str, again: int) -> None:
    where = urlsplit(server)
    cookie = session("duty")
    for _ in range(12):
        with socket.create_connection((where.hostname, where.port)) as left:
            left.sendall(
                f"GET /cases/all/ HTTP/1.1\r\nHost: {where.hostname}\r\nCookie: sessionid={cookie}\r\n\r\n".encode()
            )
