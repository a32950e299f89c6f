"""Streets with their offices, the bureaus that keep the ledgers, people, and a list of feedback at known moments."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lantian.apps.accounts.models import Area, Organisation, Person, Post, Role
from lantian.apps.assessment.models import FeedbackBatch, Problem
from lantian.apps.assessment.services.rectification import NewBatch, NewProblem, add_problem, register_batch
from lantian.apps.cases.models import Case
from lantian.apps.cases.services import Taken, attach_file, take_step
from lantian.apps.ledger.services.attachments import Sent
from lantian.kernel.periods import Period

START = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)
"""Monday 7 September 2026, 10:00 in Beijing."""
FED_BACK = date(2026, 9, 4)
DEADLINE = date(2026, 9, 30)
YEAR = Period.read("2026")
OFFICE = "office-110105001"
BUREAUS = ("environment", "urban-enforcement", "chaoyang-government", "housing", "discipline")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def later(days: float) -> datetime:
    return START + timedelta(days=days)


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
            code=f"office-{code}", name_zh=f"第{number}街道办事处", name_en=f"Street Office {number}", area_id=code,
            kind="street_office",
        )  # fmt: skip
    for code in BUREAUS:
        Organisation.objects.create(code=code, name_zh=code, name_en=code, kind="bureau")


@pytest.fixture
def person(district: None) -> Callable[..., Person]:
    """Return a maker of people: ``person("bureau", "environment")``."""

    def make(role: str, organisation: str, name: str = "", **more: Any) -> Person:
        username = name or f"{role}-{organisation}"
        found = Person.objects.create_person(username, None, name_zh=name or "某人", name_en="Somebody")
        Post.objects.create(person=found, role=Role(role), organisation_id=organisation, **more)
        return found

    return make


@pytest.fixture
def keeper(person: Callable[..., Person]) -> Person:
    """An officer of the environment bureau."""
    return person("bureau", "environment", "管理员")


@pytest.fixture
def street(person: Callable[..., Person]) -> Person:
    """An officer of the first street."""
    return person("street", "office-110105001", "街道经办")


@pytest.fixture
def government(person: Callable[..., Person]) -> Person:
    """An officer of the district government."""
    return person("bureau", "chaoyang-government", "区政府经办")


@pytest.fixture
def batch(keeper: Person) -> FeedbackBatch:
    """A list of the city's inspectors."""
    new = NewBatch("city", "2026年第一轮", "京环督〔2026〕12号", FED_BACK)
    return register_batch(new, by=keeper, at=START)


@pytest.fixture
def problem(batch: FeedbackBatch, keeper: Person) -> Callable[..., Problem]:
    """Return a maker of problems of the first street."""

    def make(number: str = "1", lead: str = "office-110105001", **given: Any) -> Problem:
        values: dict[str, Any] = {
            "list_number": number, "text": f"第{number}处工地裸土未覆盖", "category": "dust", "goal": "全部覆盖",
            "area_code": "110105001", "deadline": DEADLINE, "place": "东门",
        }  # fmt: skip
        new = NewProblem(lead=Organisation.objects.get(pk=lead), **values | given)
        return add_problem(batch, new, by=keeper, at=START)

    return make


class Chain:
    """Takes a problem's steps, each by whoever has it."""

    def __init__(self, problem: Problem, people: dict[str, Person]) -> None:
        self.problem, self.people = problem, people

    @property
    def case(self) -> Case:
        return Case.objects.get(pk=self.problem.case_id)

    def take(self, step: str, outcome: str, at: datetime, *files: str, by: Person | None = None) -> Case:
        row = self.case.threads.open().get(step=step)
        who = by or self.people[row.holder_id]
        for number, kind in enumerate(files):
            content = PDF + str(row.number).encode() if kind == "document" else photo(40 + row.number * 8 + number)
            name = "方案.pdf" if kind == "document" else "现场.jpg"
            attach_file(self.case, row.number, Sent(name, content), by=who, at=at)
        return take_step(self.case, row.number, Taken(outcome, "已办理"), by=who, at=at)

    def to_rectify(self, at: datetime = START) -> None:
        self.take("order", "ordered", at)
        self.take("plan", "submitted", at, "document")
        self.take("plan-review", "approved", at)

    def to_recheck(self, at: datetime) -> None:
        self.take("rectify", "completed", at, "photo")


@pytest.fixture
def chain(keeper: Person, street: Person, government: Person, person: Callable[..., Person]) -> Callable[..., Chain]:
    people = {
        "environment": keeper, "office-110105001": street, "chaoyang-government": government,
        "urban-enforcement": person("enforcement", "urban-enforcement", "执法员"),
    }  # fmt: skip
    return lambda problem: Chain(problem, people)


@pytest.fixture
def late(problem: Callable[..., Problem], chain: Callable[[Problem], Chain]) -> Callable[[str], Chain]:
    """Return a maker of problems that are being rectified when their deadline passes."""

    def make(number: str) -> Chain:
        one = chain(problem(number))
        one.to_rectify()
        return one

    return make
