"""A vehicle over the limit through three departments; a street calls two departments, one is silent; on the pages."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.accounts.models import Area, Organisation, Person, Post
from lantian.apps.cases.models import Case, Sanction
from lantian.apps.cases.services import escalate
from lantian.apps.ledger.models import Source

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
CHAIN = (
    ("environment", "detect", "over"),
    ("traffic-police", "punish", "served"),
    ("transport", "repair", "repaired"),
    ("environment", "retest", "passed"),
)
"""Article 5: environment detects, traffic police punish, transport supervises the repair, the re-test closes it."""


@pytest.fixture
def web(db: None, tmp_path: Path, settings: Any) -> Callable[[str], Client]:
    """Return a maker of clients, one for an officer of each department: ``web("transport")``."""
    settings.DATA_DIR = tmp_path
    top = Area.objects.create(code="110105", name_zh="朝阳区", kind="district")
    Area.objects.create(code="110105001", name_zh="第1街道", kind="street", parent=top)
    Organisation.objects.create(code="office-110105001", name_zh="第1街道办事处", area_id="110105001")
    for code in ("environment", "traffic-police", "transport", "water", "chaoyang-government"):
        Organisation.objects.create(code=code, name_zh=code, name_en=code, kind="bureau")

    def make(code: str) -> Client:
        person, new = Person.objects.get_or_create(username=code, defaults={"name_zh": f"{code}办案员"})
        role = "street" if code.startswith("office") else "bureau"
        if new:
            area = "110105001" if role == "street" else None
            Post.objects.create(person=person, role=role, organisation_id=code, area_id=area)
        client = Client()
        client.force_login(person)
        return client

    return make


def take(client: Client, case: Case, step: str, outcome: str) -> None:
    """Add a paper to a step, then take it, through the forms of the case's page."""
    case.refresh_from_db()
    row = case.threads.open().get(step=step)
    paper = SimpleUploadedFile("报告.pdf", PDF + f"{case.pk} {row.number}".encode(), "application/pdf")
    client.post(f"/cases/{case.slug}/evidence/", {"thread": row.number, "file": paper})
    read = {"thread": row.number, "version": case.version, "outcome": outcome, "reason": "已办"}
    client.post(f"/cases/{case.slug}/take/", read)
    row.refresh_from_db()
    assert row.outcome == outcome


@pytest.mark.row("S05")
def test_a_vehicle_passes_through_three_departments_and_a_repeater_meets_more(web: Callable[[str], Client]) -> None:
    truck = Source.objects.create(
        kind="vehicle", code="CL-1", name="京A12345", state="working", attributes={"plate": "京A12345"},
        created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    new = {"title": "路检超标 京A12345", "facts": "NOx 超标", "area": "110105001", "code": "CL-1"}
    for place in (1, 2):
        assert web("environment").post("/cases/new/vehicle-chain/", new).status_code == 302
        case = Case.objects.latest("pk")
        for department, step, outcome in CHAIN:
            row = case.threads.open().get()
            assert (row.holder_id, row.step) == (department, step)
            assert row.due_at
            assert row.due_at > NOW
            client = web(department)
            assert case.title in client.get("/cases/").content.decode()
            take(client, case, step, outcome)
        case.refresh_from_db()
        assert case.closed_at
        assert Sanction.objects.count() == place - 1
    assert Sanction.objects.get().consequence == "heavier"
    history = web("environment").get(f"/ledgers/vehicle/{truck.code}/").content.decode()
    assert all(one.number in history for one in Case.objects.all())


@pytest.mark.row("S38")
@pytest.mark.row("B17")
def test_of_two_departments_that_a_street_calls_the_silent_one_is_told_upwards(web: Callable[[str], Client]) -> None:
    call = {"title": "夜间渣土倾倒", "facts": "河道旁", "area": "110105001", "named": ["water", "transport"]}
    assert web("office-110105001").post("/cases/new/whistle-call/", call).status_code == 302
    case = Case.objects.get()
    water = case.threads.get(holder="water")
    read = {"thread": water.number, "version": case.version, "outcome": "reported", "reason": "已到现场"}
    web("water").post(f"/cases/{case.slug}/take/", read)
    assert escalate(NOW + timedelta(hours=25)) == {1: 1}
    assert escalate(NOW + timedelta(hours=49)) == {2: 1}
    told = case.history.filter(kind="escalated").order_by("level").values_list("detail", flat=True)
    assert [one["to"] for one in told] == ["transport", "environment"]
    page = web("office-110105001").get(f"/cases/{case.slug}/").content.decode()
    assert "逾期上报 报到" in page
    assert "transport" in page
