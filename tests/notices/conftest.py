"""A few people with addresses, and channels to receivers on this machine."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lantian.apps.accounts.models import Area, Organisation, Person, Post, Role
from lantian.apps.notices.models import Channel
from lantian.apps.notices.services.channels import ChannelValues, save_channel

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
"""26 November 2026, 12:00 in Beijing."""
NIGHT = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
"""23:30 of the same day in Beijing."""


@pytest.fixture
def offices(db: None, settings: Any) -> None:
    settings.NOTICE_HOSTS = ["127.0.0.1"]
    settings.SITE_URL = "https://lantian.example"
    top = Area.objects.create(code="110105", name_zh="朝阳区", kind="district")
    for number in (1, 2):
        Area.objects.create(code=f"11010500{number}", name_zh=f"第{number}街道", kind="street", parent=top)
    Organisation.objects.create(code="environment", name_zh="区环保局", name_en="Environment Bureau")
    Organisation.objects.create(code="street-1", name_zh="第1街道办事处", area_id="110105001")


@pytest.fixture
def person(offices: None) -> Callable[..., Person]:
    """Return a maker of people with an address and a telephone."""

    def make(name: str, role: str = "bureau", organisation: str = "environment", **post: Any) -> Person:
        found = Person.objects.create_person(name, None, name_zh=f"王{name}", name_en=name.title())
        found.email, found.phone = f"{name}@office.example", f"1380000{Person.objects.count():04d}"
        found.save()
        Post.objects.create(person=found, role=Role(role), organisation_id=organisation, **post)
        return found

    return make


@pytest.fixture
def keeper(person: Callable[..., Person]) -> Person:
    return person("keeper", "system-admin")


@pytest.fixture
def channel(keeper: Person) -> Callable[..., Channel]:
    """Return a maker of channels."""

    def make(kind: str, **values: Any) -> Channel:
        given = ChannelValues(name=values.pop("name", kind), **values)
        return save_channel(Channel(kind=kind), given, by=keeper, at=NOON)

    return make


@pytest.fixture
def mail(channel: Callable[..., Channel]) -> Callable[[int], Channel]:
    """Return a maker of a channel to a mail server at a port."""

    def make(port: int, **more: Any) -> Channel:
        options = {"host": "127.0.0.1", "port": str(port), "security": "", "sender": "lantian@office.example"}
        return channel("email", options=options | more.pop("options", {}), **more)

    return make
