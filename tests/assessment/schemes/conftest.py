"""A district of three streets that is assessed, with facts of a year, and who does what."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from lantian.apps.accounts.models import Area, Organisation, Person, Post
from lantian.apps.assessment.models import (
    Assessment,
    BodyResult,
    VetoFinding,
)
from lantian.apps.assessment.services.schemes.acts import (
    Acting,
    draft,
    publish,
    submit,
)
from lantian.apps.assessment.services.schemes.demo import PAPER
from lantian.apps.assessment.services.schemes.entries import NewEntries, enter_figures
from lantian.apps.assessment.services.schemes.findings import find_in_case
from lantian.apps.cases.models import Case, CaseStep, CaseThread
from lantian.apps.ledger.services.attachments import Sent
from lantian.apps.ui import middleware
from lantian.kernel.instants import beijing_day

YEAR = "2026"
SPRING = beijing_day(date(2026, 4, 14), 10)
JANUARY = beijing_day(date(2027, 1, 11), 9)
HOUR = timedelta(hours=1)
FILE = Sent("依据.pdf", PAPER)
FIRST, SECOND, THIRD = "110105001", "110105002", "110105003"
Make = Callable[..., Person]


@pytest.fixture
def district(db: None, tmp_path: Path, settings: Any) -> None:
    """Three streets with their offices, and the environment bureau, of the pack."""
    settings.DATA_DIR, settings.PACK = tmp_path, "cn-110105-2018"
    top = Area.objects.create(code="110105", name_zh="朝阳区", name_en="Chaoyang", kind="district")
    for order, (code, name) in enumerate(((FIRST, "建外街道"), (SECOND, "朝外街道"), (THIRD, "呼家楼街道"))):
        area = Area.objects.create(
            code=code, name_zh=name, name_en=f"Street {order}", kind="street", parent=top, order=order
        )
        Organisation.objects.create(code=f"office-{code}", name_zh=f"{name}办事处", kind="street_office", area=area)
    for code in ("environment", "urban-enforcement", "housing", "police", "discipline"):
        Organisation.objects.create(code=code, name_zh=code, name_en=code, kind="bureau")


@pytest.fixture
def person(district: None) -> Make:
    """Return a maker of people."""

    def make(role: str, organisation: str = "environment", name: str = "") -> Person:
        found = Person.objects.create_person(name or f"{role}-{organisation}", None, name_zh="某人", name_en="Somebody")
        Post.objects.create(person=found, role=role, organisation_id=organisation)
        return found

    return make


@pytest.fixture
def drafter(person: Make) -> Person:
    return person("duty", name="drafter")


@pytest.fixture
def publisher(person: Make) -> Person:
    return person("duty", name="publisher")


def a_case(area: str, **given: Any) -> Case:
    serial = Case.objects.count() + 1
    values: dict[str, Any] = {
        "type": "dust-violation", "year": 2026, "serial": serial, "number": f"朝扬尘案〔2026〕{serial}号",
        "slug": f"case-{serial}", "title": "裸土未覆盖", "origin": "own", "area_code": area, "happened_at": SPRING,
        "opened_at": SPRING,
    }  # fmt: skip
    return Case.objects.create(**values | given)


def steps(area: str, in_time: int, late: int) -> None:
    """Steps of cases in a street, due in April 2026, taken in time or an hour late."""
    for number in range(in_time + late):
        CaseThread.objects.create(
            case=a_case(area), number=1, step="verify", holder_id="urban-enforcement", since=SPRING, due_at=SPRING,
            ended_at=SPRING - HOUR if number < in_time else SPRING + HOUR,
        )  # fmt: skip


def enter(by: Person, at: datetime, **values: str) -> None:
    """Enter the groundwork of streets by the end of their codes: ``s1="95"``."""
    figures = {f"11010500{name[1:]}": Decimal(value) for name, value in values.items()}
    enter_figures(NewEntries("yearly-streets", YEAR, "groundwork", figures, "年终检查", FILE), Acting(by, at))


@pytest.fixture
def facts(drafter: Person) -> None:
    """Streets one to three with 9, 6 and 4 of 10 steps in time, and groundwork of 95, 80 and 60."""
    for area, in_time in ((FIRST, 9), (SECOND, 6), (THIRD, 4)):
        steps(area, in_time, 10 - in_time)
    enter(drafter, JANUARY - HOUR, s1="95", s2="80", s3="60")


@pytest.fixture
def published(facts: None, drafter: Person, publisher: Person) -> Assessment:
    """The year's assessment, published."""
    made = submit(draft("yearly-streets", YEAR, Acting(drafter, JANUARY)), Acting(drafter, JANUARY))
    return publish(made, Acting(publisher, JANUARY + HOUR))


def result(assessment: Assessment, body: str) -> BodyResult:
    return assessment.results.get(body=body)


def texts(content: bytes) -> str:
    """Return all that a DOCX says, tables too."""
    word = Document(BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


def falsified(area: str, by: Person) -> Case:
    """A case of falsified data whose last step fails the assessment."""
    case = a_case(area, type="data-falsification", number="朝数据〔2026〕1号", slug="falsified")
    step = CaseStep.objects.create(
        case=case, at=JANUARY, kind="taken", step="fail", outcome="failed", reason="采样口被遮挡", by=by
    )
    find_in_case(case, "taken")
    assert VetoFinding.objects.get(case=case).step == step.pk
    return case


@pytest.fixture
def street(person: Make) -> Person:
    return person("street", f"office-{SECOND}")


@pytest.fixture
def january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock that requests read stands in January 2027."""

    class Clock:
        @classmethod
        def now(cls, tz: Any) -> datetime:
            return (JANUARY + 2 * HOUR).astimezone(tz)

    monkeypatch.setattr(middleware, "datetime", Clock)
