"""A district of four streets, people by role, and checks at known moments of the 47th week of 2026."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lantian.apps.accounts.models import Area, Organisation, Person, Post, Role
from lantian.apps.cases.models import Case, CaseStep
from lantian.apps.inspections.models import Inspection
from lantian.kernel.instants import beijing_day
from lantian.kernel.periods import Period

WEEK = Period.read("2026-W47")
NOW = datetime(2026, 11, 23, 1, 5, 30, tzinfo=UTC)
"""Monday 23 November 2026, 9:05:30 in Beijing, when the 47th week is over."""
TUESDAY = beijing_day(WEEK.first + timedelta(days=1), 10)
STREETS = {"110105001": "建外街道", "110105002": "朝外街道", "110105003": "呼家楼街道", "110105004": "三里屯街道"}
SQUARE = 0.02


@pytest.fixture
def district(db: None, tmp_path: Path, settings: Any) -> None:
    """Four streets in a row, each a square, and the enforcement bureau."""
    settings.DATA_DIR = tmp_path
    top = Area.objects.create(code="110105", name_zh="朝阳区", name_en="Chaoyang", kind="district")
    for number, (code, name) in enumerate(STREETS.items()):
        west, south = 116.4 + number * SQUARE, 39.9
        ring = [
            [west, south],
            [west + SQUARE, south],
            [west + SQUARE, south + SQUARE],
            [west, south + SQUARE],
            [west, south],
        ]
        Area.objects.create(
            code=code, name_zh=name, name_en=f"Street {number + 1}", short_zh=name[:2], kind="street", parent=top,
            order=number, geometry={"type": "Polygon", "coordinates": [ring]},
        )  # fmt: skip
    for code in ("urban-enforcement", "environment", "office-110105001"):
        Organisation.objects.create(code=code, name_zh=code, name_en=code, kind="bureau")


@pytest.fixture
def person(district: None) -> Callable[..., Person]:
    """Return a maker of people: ``person("enforcement")``."""

    def make(role: str, name: str = "", area: str | None = None) -> Person:
        found = Person.objects.create_person(name or role, None, name_zh=f"某{role}", name_en=f"Some {role}")
        Post.objects.create(person=found, role=Role(role), organisation_id="urban-enforcement", area_id=area)
        return found

    return make


@pytest.fixture
def drafter(person: Callable[..., Person]) -> Person:
    """Who drafts."""
    return person("enforcement")


@pytest.fixture
def signer(person: Callable[..., Person]) -> Person:
    """Who signs."""
    return person("duty")


@pytest.fixture
def client_of(person: Callable[..., Person]) -> Callable[..., Client]:
    """Return a maker of signed-in clients."""

    def make(role: str, name: str = "") -> Client:
        client = Client()
        client.force_login(person(role, name))
        return client

    return make


@pytest.fixture
def verified(district: None) -> Callable[..., CaseStep]:
    """Return a maker of verifications: ``verified("110105001", violation=True)``."""

    def make(area: str, at: datetime = TUESDAY, *, violation: bool = False, **given: Any) -> CaseStep:
        serial = Case.objects.count() + 1
        values: dict[str, Any] = {
            "type": "dust-violation", "year": 2026, "serial": serial, "number": f"朝扬尘案〔2026〕{serial}号",
            "slug": f"dust-violation-2026-{serial}", "title": f"某工地{serial}", "origin": "alarm", "area_code": area,
            "happened_at": at, "opened_at": at,
        }  # fmt: skip
        step, outcome = given.pop("step", "verify"), given.pop("outcome", "violation" if violation else "none-found")
        case = Case.objects.create(**values | given)
        return CaseStep.objects.create(case=case, at=at, kind="taken", thread=1, step=step, outcome=outcome)

    return make


@pytest.fixture
def inspected(district: None) -> Callable[..., Inspection]:
    """Return a maker of inspections: ``inspected("110105001", result="failed")``."""

    def make(area: str, at: datetime = TUESDAY, *, result: str = "passed", **given: Any) -> Inspection:
        values: dict[str, Any] = {
            "client_id": uuid.uuid4(), "digest": "x", "place": "东门", "area_code": area, "checklist": "site-six",
            "organisation_id": "urban-enforcement", "origin": "routine", "began_at": at, "ended_at": at,
            "result": result, "recorded_at": at,
        }  # fmt: skip
        return Inspection.objects.create(**values | given)

    return make


@pytest.fixture
def busy_week(verified: Callable[..., CaseStep], inspected: Callable[..., Inspection]) -> None:
    """Checks of the week: 8 with 2 violations, 6 with 3, 2 with 1, none; before: 6 with 1, 6 with 0, 9 with 2, none."""
    for area, counts, violations in (("110105001", 8, 2), ("110105002", 6, 3), ("110105003", 2, 1)):
        for number in range(counts):
            if number % 2:
                inspected(area, result="failed" if number < violations else "passed")
            else:
                verified(area, violation=number < violations)
    past = TUESDAY - timedelta(days=7)
    for area, counts, violations in (("110105001", 6, 1), ("110105002", 6, 0), ("110105003", 9, 2)):
        for number in range(counts):
            verified(area, past, violation=number < violations)
