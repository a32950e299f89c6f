"""The pages of the inspections in a real browser, in both languages, wide and narrow."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from lantian.apps.accounts.models import Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.inspections.models import Campaign, Draw, Inspection, PlanEntry
from lantian.apps.inspections.services.demo import fill_inspections
from lantian.apps.ledger.models import Source
from lantian.policy.reader import load_pack
from tests.browser.conftest import Tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(tmp_path: Path, settings: Any) -> None:
    """A demonstration of inspections over a small ledger."""
    settings.DATA_DIR = tmp_path
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    sync_pack(load_pack(settings.PACK), at=now)
    for number in range(1, 25):
        Source.objects.create(
            kind="construction-site", code=f"GD-{number}", name=f"{number} 号安置房及配套工程施工工地", state="working",
            area_id=f"1101050{number % 40 + 1:02}", longitude=116.40 + number / 200, latitude=39.86 + number / 300,
            attributes={"builder": "某建设集团有限公司", "stage": "earthwork"}, synthetic=True, created_at=now,
            changed_at=now,
        )  # fmt: skip
    for number in range(1, 9):
        Source.objects.create(
            kind="enterprise", code=f"QY-{number}", name=f"北京某某印刷有限公司 {number} 厂", state="working",
            area_id=f"1101050{number + 20}", attributes={"sector": "printing"}, synthetic=True, created_at=now,
            changed_at=now,
        )  # fmt: skip
    duty = Person.objects.create_person("duty", None, name_zh="值班员甲", name_en="Duty Officer A")
    Post.objects.create(person=duty, role="duty", organisation_id="environment")
    fill_inspections(at=now)


def test_no_page_is_wider_than_its_screen_and_the_map_is_drawn(scene: None, tab: Callable[..., Tab]) -> None:
    draw, waiting = Draw.objects.order_by("frozen_at")
    entry = PlanEntry.objects.open().filter(checklist="site-six")[0]
    failed = Inspection.objects.filter(photos__isnull=False)[0]
    paths = {
        "board": reverse("inspections:board"),
        "one": reverse("inspections:one", args=[failed.pk]),
        "campaign": reverse("inspections:campaign", args=[Campaign.objects.get().slug]),
        "draw": reverse("inspections:draw", args=[draw.plan.slug]),
        "waiting": reverse("inspections:draw", args=[waiting.plan.slug]),
        "visits": reverse("inspections:visits"),
        "rates": reverse("inspections:rates"),
        "form": f"{reverse('inspections:new')}?entry={entry.pk}",
        "public": reverse("inspections:public-draw", args=[draw.plan.slug]),
    }
    for language, width in (("zh", 1440), ("en", 390)):
        opened = tab("duty", language=language, width=width, height=900 if width > 400 else 844)
        for name, path in paths.items():
            opened.open(path)
            if name == "board":
                opened.page.wait_for_selector("[data-inspections-map][data-state=ready]")
            assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
            opened.keep(f"inspections-{name}-{width}-{language}")


def test_an_inspection_is_filled_in_at_a_desk_with_its_photos(
    scene: None, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    shot = tmp_path / "gate.jpg"
    shot.write_bytes((tmp_path / Inspection.objects.filter(photos__isnull=False)[0].photos.all()[0].path).read_bytes())
    opened = tab("duty", language="en")
    opened.open(f"{reverse('inspections:new')}?code=GD-7&checklist=site-gate")
    page = opened.page
    for item, answer in (("clean", "fail"), ("rinsed", "ok"), ("order", "ok")):
        page.check(f"input[name=answer-{item}][value={answer}]")
    page.set_input_files("input[name=photo-clean]", shot)
    page.get_by_role("button", name="Record an inspection").click()
    page.wait_for_selector("text=inspection")
    made = Inspection.objects.filter(checklist="site-gate", synthetic=False).get()
    assert page.url.endswith(reverse("inspections:one", args=[made.pk]))
    page.wait_for_function("document.querySelector('.shots img').naturalWidth === 320")
    assert page.get_by_text("朝检〔").count() >= 1
