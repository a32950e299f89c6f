"""A small district for the ledgers: two streets with square borders, three bureaus, people by role."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from lantian.apps.accounts.models import Area, Organisation, Person, Post, Role

AT = datetime(2019, 6, 1, 2, tzinfo=UTC)
BUREAUS = ("environment", "housing", "urban-enforcement", "food-drug", "urban-management", "transport", "social-work")


def square(west: float, south: float, size: float = 0.1) -> dict[str, Any]:
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def district(db: None) -> None:
    """Two streets side by side, 110105001 from 116.4 to 116.5 °E and 110105002 from 116.5 to 116.6 °E."""
    top = Area.objects.create(code="110105", name_zh="朝阳区", name_en="Chaoyang", kind="district")
    for number, west in ((1, 116.4), (2, 116.5)):
        Area.objects.create(
            code=f"11010500{number}",
            name_zh=f"第{number}街道",
            name_en=f"Street {number}",
            kind="street",
            parent=top,
            geometry=square(west, 39.9),
        )
    for name in BUREAUS:
        Organisation.objects.create(code=name, name_zh=name, name_en=name, kind="bureau")
    Organisation.objects.create(code="office-1", name_zh="第1街道办事处", kind="office", area_id="110105001")
    Organisation.objects.create(code="firm", name_zh="某企业", kind="enterprise")


@pytest.fixture
def person(district: None) -> Callable[..., Person]:
    """Return a maker of people: ``person("street", "office-1")``."""

    def make(role: str, organisation: str = "environment", area: str | None = None) -> Person:
        found = Person.objects.create_person(f"{role}-{organisation}", None, name_zh="王守蓝")
        Post.objects.create(person=found, role=Role(role), organisation_id=organisation, area_id=area)
        return found

    return make


@pytest.fixture
def client_of(person: Callable[..., Person]) -> Callable[..., Client]:
    """Return a maker of signed-in clients: ``client_of("bureau", "housing")``."""

    def make(role: str, organisation: str = "environment") -> Client:
        client = Client()
        client.force_login(person(role, organisation))
        return client

    return make
