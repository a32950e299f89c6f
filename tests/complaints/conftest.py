"""The plan's organisations and streets, people by role, and complaints at known moments."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from PIL import Image

from lantian.apps.accounts.models import Person, Post, Role
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.complaints.models import Complaint
from lantian.apps.complaints.services import NewComplaint, take_in
from lantian.policy.reader import load_pack

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Friday 20 November 2026, 10:00 in Beijing."""
SECRET_NAME, SECRET_PHONE = "钱守密", "13800102207"
SPOT = (116.4865, 39.8650)
"""A position in Chaoyang."""


def jpeg(colour: int = 120, **options: Any) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (64, 40), (colour, 130, 140)).save(content, "JPEG", **options)
    return content.getvalue()


@pytest.fixture
def district(db: None, tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR, settings.PACK, settings.REPORTER_KEYS = tmp_path, "cn-110105-2018", ""
    cache.clear()
    sync_pack(load_pack(settings.PACK), at=AT)
    return tmp_path


@pytest.fixture
def person(district: Path) -> Callable[..., Person]:
    """Return a maker of people: ``person("duty", "environment")``."""

    def make(role: str, organisation: str = "environment", area: str | None = None) -> Person:
        name = f"{role}-{organisation}"
        found = Person.objects.filter(username=name).first()
        if found is None:
            found = Person.objects.create_person(name, None, name_zh="王守蓝", name_en="Wang Shoulan")
            Post.objects.create(person=found, role=Role(role), organisation_id=organisation, area_id=area)
        return found

    return make


@pytest.fixture
def client_of(person: Callable[..., Person]) -> Callable[..., Client]:
    def make(role: str, organisation: str = "environment", area: str | None = None) -> Client:
        client = Client()
        client.force_login(person(role, organisation, area))
        return client

    return make


@pytest.fixture
def made(district: Path) -> Callable[..., Complaint]:
    """Return a maker of complaints, as the public makes them."""

    def make(text: str = "夜间工地施工扬尘很大", at: datetime = AT, **given: Any) -> Complaint:
        values: dict[str, Any] = {"channel": "web", "text": text, "place": "金蝉西路18号", "longitude": SPOT[0],
                                  "latitude": SPOT[1]}  # fmt: skip
        return take_in(NewComplaint(**values | given), by=None, at=at).complaint

    return make
