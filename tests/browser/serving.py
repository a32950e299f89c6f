"""A live server that can be waited for: no request may still read the database that a test's end empties."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread

PATIENCE_S = 60


class CountingServer(ThreadedWSGIServer):
    """Django's threaded server, which knows the connections that it has taken and not yet ended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changed = threading.Condition()
        self.open: set[Any] = set()
        self.ended: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Count a connection where it is taken, in the order in which they came."""
        with self.changed:
            self.open.add(client_address)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer on a thread of its own, and say when that thread no longer touches the database."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.changed:
                self.open.discard(client_address)
                self.ended.add(client_address)
                self.changed.notify_all()

    def wait_until_idle(self) -> None:
        """Wait until everything asked so far is answered; the clients must have hung up.

        Connections are taken in the order in which they came: once one of our own has ended, all before it are counted.
        """
        with socket.create_connection(("127.0.0.1", self.server_port)) as own:
            last = own.getsockname()
        with self.changed:
            idle = self.changed.wait_for(lambda: last in self.ended and not self.open, PATIENCE_S)
            self.ended.clear()
        assert idle, f"still answering after {PATIENCE_S} s: {self.open}"


LiveServerThread.server_class = CountingServer


@contextmanager
def until_idle(live_server: Any) -> Iterator[str]:
    """Give a live server's address, and leave only when it answers nobody any more."""
    yield live_server.url
    live_server.thread.httpd.wait_until_idle()
