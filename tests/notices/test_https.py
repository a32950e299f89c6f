"""Calls by https: the certificate is checked against the name though the address is called, also through a proxy."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.notices.senders import send, sending
from lantian.apps.notices.senders.guard import Refused, target
from tests.notices.test_senders import outgoing

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here to make a certificate")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate of robot.example with its key."""
    path = tmp_path_factory.mktemp("tls") / "robot.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2", "-subj", "/CN=robot.example", "-addext", "subjectAltName=DNS:robot.example"]  # fmt: skip
    subprocess.run([*made, "-keyout", path, "-out", path.with_suffix(".crt")], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


class _Robot(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = b'{"host": "%s"}' % self.headers["Host"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_args: Any) -> None:
        return


@pytest.fixture
def robot(certificate: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[int]:
    """Run a robot by https on this machine, whom we trust; return its port."""
    settings.NOTICE_HOSTS = ["robot.example", "other.example"]
    trust = ssl.create_default_context(cafile=str(certificate.with_suffix(".crt")))
    monkeypatch.setattr(sending, "_trust", lambda: trust)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Robot)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.server_port))]
    real = socket.getaddrinfo

    def look_up(host: Any, *args: Any, **more: Any) -> Any:
        return here if str(host).endswith(".example") else real(host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield server.server_port
    monkeypatch.undo()
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_name_is_in_the_call_and_in_the_certificate(robot: int) -> None:
    out = outgoing("webhook", secrets={"url": f"https://robot.example:{robot}/in"})
    answer = send(out, 5)
    assert (answer.taken, f"robot.example:{robot}" in answer.text) == (True, True)
    wrong = send(replace(out, secrets={"url": f"https://other.example:{robot}/in"}), 5)
    assert (wrong.taken, wrong.final, "CERTIFICATE_VERIFY_FAILED" in wrong.text) == (False, False, True)


def test_public_hosts_are_called_through_the_proxy_and_named_ones_are_not(
    robot: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def proxy() -> None:
            line, _ = door.accept()
            with line:
                asked.append(line.recv(4096).splitlines()[0])
                line.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=proxy, daemon=True).start()
        settings.NOTICE_PROXY = f"http://127.0.0.1:{door.getsockname()[1]}"
        named = send(outgoing("webhook", secrets={"url": f"https://robot.example:{robot}/in"}), 5)
        settings.NOTICE_HOSTS = []
        public = send(outgoing("webhook", secrets={"url": "https://public.example/in"}), 5)
    assert (named.taken, public.taken) == (True, False)
    assert asked == [b"CONNECT public.example:443 HTTP/1.1"]


@pytest.mark.parametrize("host", ["10.0.0.5", "[::1]", "localhost", "127.0.0.1"])
def test_a_proxy_is_no_way_into_ones_own_network(host: str) -> None:
    with pytest.raises(Refused, match="LANTIAN_NOTICE_HOSTS"):
        target(f"https://{host}/in", named=[], proxy=True)
