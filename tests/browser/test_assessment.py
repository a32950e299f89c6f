"""The weekly ranking and its bulletin in a real browser, in both languages, wide and narrow."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from lantian.apps.accounts.models import Area, Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Bulletin
from lantian.apps.assessment.services.bulletins import Acting, draft, sign, submit
from lantian.apps.inspections.models import Inspection
from lantian.kernel.periods import Period
from lantian.policy.reader import load_pack
from tests.browser.conftest import Tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _checks(week: Period, streets: list[Area], counts: Callable[[int], int], at: datetime) -> list[Inspection]:
    return [
        Inspection(
            client_id=uuid.uuid4(), digest="x", place="东门", area_code=street.code, checklist="site-six",
            organisation_id="urban-enforcement", origin="routine", began_at=week.start + timedelta(hours=30 + count),
            ended_at=week.start + timedelta(hours=31 + count), recorded_at=at,
            result="failed" if (number + count) % 3 == 0 else "passed",
        )
        for number, street in enumerate(streets) for count in range(counts(number))
    ]  # fmt: skip


@pytest.fixture
def scene(tmp_path: Path, settings: Any) -> Bulletin:
    """A signed bulletin of the last week, a check that came late, and a draft of the week before."""
    settings.DATA_DIR = tmp_path
    now = datetime.now(UTC)
    week = Period.last_ended("week", now)
    sync_pack(load_pack(settings.PACK), at=now)
    officer = Person.objects.create_person("enforcement", None, name_zh="执法员丙", name_en="Officer C")
    Post.objects.create(person=officer, role="enforcement", organisation_id="urban-enforcement")
    streets = list(Area.objects.of_kind("street").order_by("order"))
    made = _checks(week, streets, lambda number: number % 13, week.end) + _checks(
        week.previous, streets, lambda number: (number * 5) % 11, week.end
    )
    Inspection.objects.bulk_create(made)
    record = rules.bulletin_named("weekly-dust", week)
    signed = sign(submit(draft(record, week, Acting(officer, now)), Acting(officer, now)), Acting(None, now))
    draft(record, week.previous, Acting(officer, now))
    Inspection.objects.bulk_create(_checks(week, streets[:2], lambda number: 1, now + timedelta(milliseconds=1)))
    return signed


@pytest.mark.parametrize(("language", "width", "height"), [("zh", 1440, 900), ("en", 1280, 720), ("zh", 390, 844)])
def test_the_assessment_pages_open_without_trouble(
    tab: Callable[..., Tab], scene: Bulletin, language: str, width: int, height: int
) -> None:
    one = tab("enforcement", language=language, width=width, height=height)
    other = Bulletin.objects.exclude(pk=scene.pk).get()
    pages = {
        "week": "/assessment/",
        "rate": "/assessment/?figure=rate",
        "street": f"/assessment/weekly/{scene.period}/110105013/",
        "bulletins": "/assessment/bulletins/",
        "signed": f"/assessment/bulletins/{scene.pk}/",
        "draft": f"/assessment/bulletins/{other.pk}/",
    }
    for name, address in pages.items():
        one.open(address)
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width, name
        one.keep(f"assessment-{name}-{language}-{width}")
    one.open("/assessment/")
    one.page.locator(".street-map a").first.click()
    assert "/assessment/weekly/" in one.page.url


def test_the_slides_of_a_review_fill_the_screen_one_by_one_and_keys_turn_them(
    tab: Callable[..., Tab], scene: Bulletin
) -> None:
    quarter = Period.last_ended("quarter", datetime.now(UTC))
    one = tab("enforcement", language="zh", width=1440, height=900)
    one.open(f"/assessment/reviews/{quarter}/?show=1")
    slides = one.page.locator(".slide")
    assert slides.count() > 1
    for number in range(slides.count()):
        box = slides.nth(number).bounding_box()
        assert box is not None
        assert (round(box["width"]), round(box["height"])) == (1440, 810), number
    one.keep("assessment-slides-zh-1440")
    one.page.keyboard.press("PageDown")
    expect(slides.nth(1)).to_be_in_viewport(ratio=0.99)
    expect(slides.nth(0)).not_to_be_in_viewport()
