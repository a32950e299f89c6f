"""Response times of the pages over seeded demonstration data: the first after the start, and the same page again.

The server is a fresh ``lantian web``; the time is that of the whole answer over HTTP, for a signed-in reader.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench.figures import Figure

PAGES = ("/", "/wall/", "/air/stations/", "/air/evaluation/", "/system/standards/", "/monitoring/import/")
VIEWS = ("hours", "days", "episodes", "completeness", "years")
GOAL_S = 1.0
REPEATS = 5
START_S = 60.0
SIGN_IN = "/accounts/sign-in/"


def run() -> list[Figure]:
    """Measure each page; the overview first, as after a start."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "LANTIAN_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "lantian.project.settings"}
        name, password = _demo(environment)
        with web(environment) as port:
            reader = Reader(port)
            reader.sign_in(name, password)
            figures = [figure for page in PAGES for figure in _figures(reader, page)]
            point = re.findall(r'href="/air/stations/([\w-]+)/', reader.get("/air/stations/"))[0]
            return figures + [f for view in VIEWS for f in _figures(reader, f"/air/stations/{point}/?view={view}")]


def _figures(reader: "Reader", page: str) -> list[Figure]:
    first, *again = (_seconds(reader, page) for _ in range(REPEATS + 1))
    return [
        Figure(f"{page}, first", first, "s", goal=GOAL_S, lower_is_better=True),
        Figure(f"{page}, again", sorted(again)[REPEATS // 2], "s", goal=GOAL_S, lower_is_better=True),
    ]


def _seconds(reader: "Reader", page: str) -> float:
    started = time.perf_counter()
    reader.get(page)
    return time.perf_counter() - started


def _demo(environment: dict[str, str]) -> tuple[str, str]:
    """Fill the folder and return name and password of the first demo account, as they are printed."""
    line = [sys.executable, "-m", "django", "prepare", "--demo"]
    said = subprocess.run(line, env=environment, check=True, capture_output=True, encoding="utf-8").stdout
    name, password = re.findall(r"^  (\w+) +(\S+) ", said, re.MULTILINE)[0]
    return str(name), str(password)


@contextmanager
def web(environment: dict[str, str]) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    line = [sys.executable, "-m", "lantian.project", "web", "--port", str(port)]
    server = subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            Reader(port).get("/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"no answer within {START_S} s")


@dataclass
class Reader:
    """A browser's part: one request a connection, cookies kept."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> str:
        """Return a page; RuntimeError when it is anything but 200."""
        status, text = self._send("GET", path, "")
        if status != http.client.OK:
            raise RuntimeError(f"{path} answered {status}")
        return text

    def sign_in(self, name: str, password: str) -> None:
        """Sign in through the form."""
        self.get(SIGN_IN)
        form = {"username": name, "password": password, "csrfmiddlewaretoken": self.cookies["csrftoken"]}
        status, _ = self._send("POST", SIGN_IN, urlencode(form))
        if status != http.client.FOUND:
            raise RuntimeError(f"signing in answered {status}")

    def _send(self, method: str, path: str, body: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_S)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for header in answer.headers.get_all("Set-Cookie", []):
                self.cookies |= {name: found.value for name, found in SimpleCookie(header).items()}
            return answer.status, answer.read().decode("utf-8")
        finally:
            connection.close()
