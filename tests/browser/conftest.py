"""A real browser over a live server; skipped with the reason where there is none."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from lantian.apps.accounts.models import Organisation, Person, Post
from tests.browser.install import browser as chromium
from tests.browser.serving import until_idle
from tests.shared import ROOT

# Playwright keeps an event loop in this thread; our views run in the server's own.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
ARTEFACTS = ROOT / "build" / "screenshots"
SOFTWARE_RENDERING = "GL Driver Message"
"""What Chromium says about speed where it draws WebGL without a graphics card; no page can mend it."""
LOCALES = {"zh": "zh-CN", "en": "en-US"}
PATIENCE_MS = 60_000
"""How long the browser may take for a step on a machine that has other things to do."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the system's Chromium; a module's own, for Playwright's event loop must end before others run theirs."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium here; `make browser` installs it")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
        expect.set_options(timeout=PATIENCE_MS)
        launch = playwright.chromium.launch
        with closing(launch(executable_path=path, args=arguments, timeout=PATIENCE_MS)) as launched:
            yield launched


@dataclass
class Tab:
    """A signed-in page, and what went wrong in it."""

    page: Page
    server: str
    troubles: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note console errors, failed scripts, error answers and requests to other hosts."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("request", self._request)

    def open(self, address: str) -> None:
        """Go to an address of the server."""
        self.page.goto(self.server + address)

    def keep(self, name: str) -> Path:
        """Keep a screenshot as an artefact of the test run."""
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        path = ARTEFACTS / f"{name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and SOFTWARE_RENDERING not in message.text:
            self.troubles.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.server, "data:", "blob:")):
            self.troubles.append(f"request: {request.url}")


@pytest.fixture
def server(live_server: Any, transactional_db: None) -> Iterator[str]:
    """Return the server's address; it has answered everything before the test's end empties the database."""
    with until_idle(live_server) as address:
        yield address


@pytest.fixture
def tab(browser: Browser, server: str) -> Iterator[Callable[..., Tab]]:
    """Return a maker of signed-in tabs: ``tab("duty", language="en", width=390)``; troubles fail the test."""
    contexts: list[BrowserContext] = []
    tabs: list[Tab] = []

    def make(role: str, *, language: str = "zh", width: int = 1440, height: int = 900) -> Tab:
        context = browser.new_context(
            locale=LOCALES[language], viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": session(role), "url": server}])
        opened = Tab(context.new_page(), server)
        opened.watch()
        tabs.append(opened)
        return opened

    yield make
    for context in contexts:
        context.close()
    assert [trouble for opened in tabs for trouble in opened.troubles] == []


def session(role: str) -> str:
    """Sign somebody of a role in, and return the key of the session."""
    person = Person.objects.filter(username=role).first()
    if person is None:
        person = Person.objects.create_person(role, None, name_zh="值班员甲", name_en="Duty Officer A")
        office, _ = Organisation.objects.get_or_create(code="office", name_zh="区环保局", name_en="Environment Bureau")
        Post.objects.create(person=person, role=role, organisation=office)
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value
