"""A city platform on a local socket that speaks the real protocols, and misbehaves as it is told."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lantian.protocols.hj212.frames import FrameReader
from lantian.protocols.hj212.messages import Command, Message, read_message
from lantian.protocols.hj212.writing import Address, write_answer

Answer = Callable[[Message, int], bytes | None]
"""What the city sends for a message and its number from 1; None hangs up."""


def answered(message: Message) -> bytes:
    """Return the 9014 that the standard asks for."""
    return write_answer(
        Address(message.st or "", message.mn or "", message.pw or ""), message.qn or "", Command.DATA_ANSWER
    )


def always(message: Message, number: int) -> bytes:
    """Answer whatever comes."""
    return answered(message)


@dataclass
class FakeCity:
    """An HJ 212 platform: everything it got, in order; how it answers may be changed at any time."""

    answer: Answer = always
    got: list[Message] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _listener: socket.socket | None = None
    _open: list[socket.socket] = field(default_factory=list)

    @property
    def stored(self) -> dict[tuple[str | None, str | None, str, str], str]:
        """What a platform keeps: one value for each MN, command, DataTime and factor."""
        kept = {}
        for message in self.got:
            for factor, values in message.factors.items():
                kept[message.mn, message.cn, message.parameters["DataTime"], factor] = values["Avg"]
        return kept

    def start(self) -> None:
        """Listen, on the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self) -> None:
        """Close everything, as a restart does."""
        assert self._listener is not None
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._open:
            each.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(peer)
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        reader = FrameReader()
        with peer:
            try:
                while piece := peer.recv(65_536):
                    reader.receive_data(piece)
                    for frame in iter(reader.next_event, None):
                        self.got.append(read_message(frame))
                        reply = self.answer(self.got[-1], len(self.got))
                        if reply is None:
                            return
                        peer.sendall(reply)
            except OSError:
                return


@contextmanager
def city(answer: Answer = always) -> Iterator[FakeCity]:
    """Run a city for a while."""
    fake = FakeCity(answer)
    fake.start()
    try:
        yield fake
    finally:
        fake.stop()


@dataclass
class FakeHttpCity:
    """A platform that takes JSON.

    requests: each one's key, token and values. answers: status, headers and body of the next ones, then 200. A status
    of -200 stores the values and hangs up, so that the answer is lost.
    """

    answers: list[tuple[int, dict[str, str], object]] = field(default_factory=list)
    requests: list[tuple[str, str, list[dict[str, object]]]] = field(default_factory=list)
    stored: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    url: str = ""


@contextmanager
def http_city() -> Iterator[FakeHttpCity]:
    """Run a platform that takes JSON for a while."""
    fake = FakeHttpCity()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            given = str(self.headers["Authorization"])
            fake.requests.append((self.headers["Idempotency-Key"], given, body["values"]))
            status, headers, answer = fake.answers.pop(0) if fake.answers else (200, {}, {})
            if abs(status) < 300:
                fake.stored[self.headers["Idempotency-Key"]] = body["values"]
            if status < 0:
                return
            content = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}/values"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
