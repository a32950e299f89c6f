"""Two streets, the plan's departments, a site on the ledger, people by role, and inspections as they are sent."""

import hashlib
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from PIL import Image

from lantian.apps.accounts.models import Area, Organisation, Person, Post, Role
from lantian.apps.inspections.models import Inspection
from lantian.apps.inspections.services import Answer, InspectionDraft, PhotoSent, add_photo, record_inspection
from lantian.apps.ledger.models import Source

START = datetime(2019, 5, 6, 2, tzinfo=UTC)
"""Monday 6 May 2019, 10:00 in Beijing."""
LATER = START + timedelta(hours=1)

BUREAUS = (
    "environment", "urban-enforcement", "housing", "urban-management", "transport", "social-work",
    "quality-supervision", "industry-commerce", "agriculture", "chaoyang-government",
)  # fmt: skip
GOOD = dict.fromkeys(("fencing", "covering", "wet-work", "hardening", "washing", "sealed-trucks", "monitor"), "ok")


def picture(colour: int = 120) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (32, 20), (colour, 130, 140)).save(content, "JPEG")
    return content.getvalue()


def photo(item: str = "", colour: int = 120, **given: Any) -> PhotoSent:
    content = picture(colour)
    values: dict[str, Any] = {
        "client_id": uuid4(), "content": content, "sha256": hashlib.sha256(content).hexdigest(), "taken_at": START,
    }  # fmt: skip
    return PhotoSent(**values | {"item": item} | given)


@pytest.fixture
def district(db: None, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    top = Area.objects.create(code="110105", name_zh="朝阳区", name_en="Chaoyang", kind="district")
    for number in (1, 2):
        code = f"11010500{number}"
        Area.objects.create(code=code, name_zh=f"第{number}街道", name_en=f"Street {number}", kind="street", parent=top)
        Organisation.objects.create(
            code=f"office-{code}", name_zh=f"第{number}街道办事处", name_en=f"Street Office {number}", area_id=code
        )
    for code in BUREAUS:
        Organisation.objects.create(code=code, name_zh=code, name_en=code, kind="bureau")
    Organisation.objects.create(code="firm", name_zh="某建设公司", name_en="A builder", kind="enterprise")


def make_site(number: int = 1, street: int = 1, **given: Any) -> Source:
    values: dict[str, Any] = {
        "kind": "construction-site", "code": f"GD-{number}", "name": f"第{number}号工地", "state": "working",
        "area_id": f"11010500{street}", "longitude": 116.46, "latitude": 39.92,
        "created_at": START, "changed_at": START,
        "attributes": {"builder": "某建设公司", "cycle_start": "2019-03-01", "stage": "structure"},
    }  # fmt: skip
    return Source.objects.create(**values | given)


@pytest.fixture
def site(district: None) -> Source:
    return make_site()


@pytest.fixture
def person(district: None) -> Callable[..., Person]:
    """Return a maker of people: ``person("enforcement", "urban-enforcement")``."""

    def make(role: str, organisation: str, name: str = "", area: str | None = None) -> Person:
        username = name or f"{role}-{organisation}"
        found = Person.objects.create_person(username, None, name_zh=f"检查员{username[-2:]}", name_en=username)
        Post.objects.create(person=found, role=Role(role), organisation_id=organisation, area_id=area)
        return found

    return make


@pytest.fixture
def officer(person: Callable[..., Person]) -> Person:
    """An officer of the enforcement bureau."""
    return person("enforcement", "urban-enforcement")


@pytest.fixture
def client_of(person: Callable[..., Person]) -> Callable[..., Client]:
    """Return a maker of signed-in clients."""

    def make(role: str, organisation: str, name: str = "") -> Client:
        client = Client()
        client.force_login(person(role, organisation, name))
        return client

    return make


def draft(
    site: Source | None, answers: dict[str, str] | None = None, *, said: Sequence[Answer] = (), **given: Any
) -> InspectionDraft:
    """An inspection of a site by the six items, all fulfilled unless said otherwise."""
    values: dict[str, Any] = {
        "client_id": uuid4(), "checklist": "site-six", "began_at": START, "ended_at": START + timedelta(minutes=20),
        "source": site,
        "answers": said or [Answer(item, answer) for item, answer in (GOOD | (answers or {})).items()],
    }  # fmt: skip
    return InspectionDraft(**values | given)


def send_photos(client_id: UUID, *items: str, by: Person | None = None) -> None:
    for number, item in enumerate(items):
        add_photo(client_id, photo(item, 100 + number), by=by, at=LATER)


@pytest.fixture
def inspected(site: Source, officer: Person) -> Callable[..., Inspection]:
    """Return a maker of inspections with all photos that the checklist asks for."""

    def make(answers: dict[str, str] | None = None, **given: Any) -> Inspection:
        sent = draft(given.pop("source", site), answers, **given)
        failed = [item for item, answer in (answers or {}).items() if answer == "fail"]
        send_photos(sent.client_id, *{"covering", "washing", *failed}, by=officer)
        return record_inspection(sent, by=officer, at=max(LATER, sent.ended_at))

    return make
