"""The plan's organisations, a site on the ledger, people by role, and cases at known moments."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lantian.apps.accounts.models import Area, Organisation, Person, Post, Role
from lantian.apps.cases.models import Case
from lantian.apps.cases.services import NewCase, Taken, attach_file, open_case, take_step
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent

START = datetime(2019, 5, 6, 13, 10, tzinfo=UTC)
"""Monday 6 May 2019, 21:10 in Beijing."""

BUREAUS = ("environment", "urban-enforcement", "housing", "water", "transport", "chaoyang-government")


def photo(colour: int = 120) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (32, 20), (colour, 130, 140)).save(content, "JPEG")
    return content.getvalue()


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


@pytest.fixture
def site(district: None) -> Source:
    return Source.objects.create(
        kind="construction-site", code="GD-1", name="观音堂安置房工地", state="working", area_id="110105001",
        attributes={"builder": "某建设公司", "permit_number": "110105201903010101"}, created_at=START, changed_at=START,
    )  # fmt: skip


@pytest.fixture
def person(district: None) -> Callable[..., Person]:
    """Return a maker of people: ``person("enforcement", "urban-enforcement")``."""

    def make(role: str, organisation: str, area: str | None = None) -> Person:
        found = Person.objects.create_person(f"{role}-{organisation}", None, name_zh="执法员丙", name_en="Officer C")
        Post.objects.create(person=found, role=Role(role), organisation_id=organisation, area_id=area)
        return found

    return make


@pytest.fixture
def officer(person: Callable[..., Person]) -> Person:
    """An officer of the enforcement bureau."""
    return person("enforcement", "urban-enforcement")


@pytest.fixture
def opened(site: Source) -> Callable[..., Case]:
    """Return a maker of dust cases of the site."""

    def make(at: datetime = START, **given: Any) -> Case:
        values: dict[str, Any] = {"type": "dust-violation", "title": "未湿法作业", "happened_at": at, "source": site}
        return open_case(NewCase(**values | given), by=None, at=at)

    return make


@pytest.fixture
def fined(officer: Person) -> Callable[..., Case]:
    """Return what takes a dust case through verification and decision to a penalty."""

    def make(case: Case, at: datetime, findings: tuple[str, ...] = ()) -> Case:
        attach_file(case, 1, Sent("东门.jpg", photo()), by=officer, at=at)
        case = take_step(case, 1, Taken("violation", "裸土未盖"), by=officer, at=at)
        case = take_step(case, 3, Taken("penalise", "事实清楚"), by=officer, at=at)
        return take_step(case, 4, Taken("served", "已送达", findings=findings), by=officer, at=at)

    return make
