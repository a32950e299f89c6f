"""Every address × every role by real requests through all middleware; what a view would do is cut off behind it.

So POST is tried for those who may as well, and nothing happens. Who has no right gets 403, strangers the sign-in page.
What the 403 says is shown in test_rights.py; here it is not drawn, for it is answered some thousand times.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lantian.apps.accounts import middleware
from lantian.apps.accounts.models import Role
from lantian.apps.accounts.rights import roles_for

pytestmark = pytest.mark.django_db
SAMPLES = {"IntConverter": "1", "SlugConverter": "none", "StringConverter": "none", "PathConverter": "none"}
REACHED = 299
"""The status by which the walk knows that a request came through to its view."""


class Cut:
    """The last middleware: answers in the place of every guarded view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse:
        return HttpResponse(status=REACHED)


@pytest.fixture(autouse=True)
def _cut(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.accounts.test_rights_walk.Cut"]
    monkeypatch.setattr(middleware, "render", lambda request, template, context, status: HttpResponse(status=status))


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, str]]:
    """Yield every guarded view's name with an address; parameters get made-up values."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, inner)
        elif isinstance(pattern, URLPattern) and getattr(pattern.callback, "login_required", True):
            name = f"{namespace}{pattern.name or ''}"
            converters = pattern.pattern.converters
            values = {key: SAMPLES.get(type(one).__name__, "none") for key, one in converters.items()}
            if not name.startswith("admin:") or name == "admin:index":  # one page stands for Django's many
                yield name, reverse(name, kwargs=values)


WALK = sorted(set(addresses(get_resolver())))


@pytest.mark.parametrize("role", [*Role.values, "nobody"])
def test_each_role_is_let_in_and_kept_out_as_the_table_says(role: str, client_of: Callable[[str], Client]) -> None:
    client, wrong = client_of(role), []
    for name, path in WALK:
        for method, ask in (("GET", client.get), ("POST", client.post)):
            expected = REACHED if role in roles_for(name, method) else 403
            found = ask(path).status_code
            if found != expected:
                wrong.append((method, name, found))
    assert wrong == []


def test_a_stranger_is_led_to_sign_in_everywhere(client: Client) -> None:
    answers = {path: client.get(path) for _name, path in WALK}
    doors = ("/accounts/sign-in/", "/system/admin/login/")
    assert {path for path, one in answers.items() if not one.headers.get("Location", "").startswith(doors)} == set()


def test_the_walk_knows_the_pages() -> None:
    assert {"portal:overview", "alarms:list", "ledger:source", "accounts:people", "audit:entries"} <= dict(WALK).keys()
    assert len(WALK) > 100
