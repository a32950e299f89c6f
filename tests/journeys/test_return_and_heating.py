"""A scattered polluter comes back and is closed by three departments; coal is burnt where the heating failed."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from lantian.apps.accounts.models import Organisation
from lantian.apps.cases.models import Case
from lantian.apps.ledger.models import Source
from tests.journeys.test_vehicle_chain import NOW, take, web

pytestmark = pytest.mark.django_db
__all__ = ["web"]
STREET = "office-110105001"


def photograph(client: Client, case: Case, step: str, colour: int) -> None:
    """Add a photo to a step by the form of the case's page."""
    content = io.BytesIO()
    Image.new("RGB", (32, 20), (colour, 120, 90)).save(content, "JPEG")
    file = SimpleUploadedFile("现场.jpg", content.getvalue(), "image/jpeg")
    thread = case.threads.open().get(step=step).number
    client.post(f"/cases/{case.slug}/evidence/", {"thread": thread, "file": file})


@pytest.mark.row("S26")
def test_a_polluter_that_came_back_is_closed_cut_off_and_struck_off(web: Callable[[str], Client]) -> None:
    Organisation.objects.create(code="urban-management", name_zh="区城管委", kind="bureau")
    firm = Source.objects.create(
        kind="scattered", code="SLW-1", name="某喷涂作坊", state="rebound", area_id="110105001", attributes={},
        created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    new = {"title": "作坊用电回升", "facts": "夜间用电", "area": "110105001", "code": firm.code}
    assert web(STREET).post("/cases/new/scattered-rebound/", new).status_code == 302
    case = Case.objects.get()
    photograph(web(STREET), case, "patrol", 80)
    take(web(STREET), case, "patrol", "rebound")
    held = {row.step: row.holder_id for row in case.threads.open()}
    assert held == {"close": "environment", "cut-power": "urban-management", "cut-water": "water"}
    photograph(web("environment"), case, "close", 81)
    take(web("environment"), case, "close", "closed")
    waits = web(STREET).get(f"/cases/{case.slug}/").content.decode()
    assert "须先办完" in waits  # not struck off before power and water are cut
    take(web("urban-management"), case, "cut-power", "cut")
    take(web("water"), case, "cut-water", "cut")
    photograph(web(STREET), case, "strike-off", 82)
    take(web(STREET), case, "strike-off", "struck-off")
    case.refresh_from_db()
    assert case.closed_at
    assert case.finding == "true"


@pytest.mark.row("S31")
def test_coal_burnt_because_the_heating_failed_brings_a_repair_in_its_time(web: Callable[[str], Client]) -> None:
    for code in ("industry-commerce", "urban-management", "agriculture", "development-reform", "housing"):
        Organisation.objects.get_or_create(code=code, defaults={"name_zh": code, "kind": "bureau"})
    new = {"title": "村内散煤复烧", "facts": "取暖设备不热", "area": "110105001"}
    assert web(STREET).post("/cases/new/coal-return/", new).status_code == 302
    coal = Case.objects.get()
    photograph(web(STREET), coal, "check", 70)
    take(web(STREET), coal, "check", "fault")
    repair = coal.children.get()
    row = repair.threads.open().get()
    assert (repair.type, repair.category, row.step) == ("heating-repair", "winter", "respond")
    service = web(row.holder_id)
    assert "时限" in service.get(f"/cases/{repair.slug}/").content.decode()
    take(service, repair, "respond", "on-site")
    photograph(service, repair, "mend", 71)
    take(service, repair, "mend", "mended")
    take(web(STREET), repair, "confirm", "confirmed")
    photograph(web(STREET), coal, "clear", 72)
    take(web(STREET), coal, "clear", "cleared")
    photograph(web(STREET), coal, "revisit", 73)
    take(web(STREET), coal, "revisit", "clean")
    coal.refresh_from_db()
    repair.refresh_from_db()
    assert coal.closed_at
    assert repair.closed_at
