"""The review of a plan's text in a browser: a click in the text opens its task, keys turn and accept."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from lantian.apps.accounts.models import Person
from lantian.apps.plans.models import PlanText
from lantian.apps.plans.services.texts import bring_in
from tests.browser.conftest import Tab
from tests.policy.plantext.gold import SAMPLES, read_marked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def plan(db: None) -> PlanText:
    importer = Person.objects.create_person("importer", None, name_zh="导入员乙", name_en="Importer B")
    text = read_marked(SAMPLES / "new-county.txt").text
    return bring_in(text.encode(), "county.txt", by=importer, at=datetime.now(UTC))


@pytest.mark.row("S52")
@pytest.mark.row("B2")
def test_a_reviewer_goes_through_the_tasks_by_keys_and_by_clicks_in_the_text(
    tab: Callable[..., Tab], plan: PlanText
) -> None:
    first, second, third = plan.tasks.live()[:3]
    desk = tab("duty")
    desk.open(f"/plan/texts/{plan.slug}/")
    current = desk.page.locator(".text .chip[aria-current]")
    expect(current).to_have_id(f"t{first.pk}")
    desk.page.keyboard.press("j")
    expect(current).to_have_id(f"t{second.pk}")
    desk.page.keyboard.press("k")
    expect(current).to_have_id(f"t{first.pk}")
    desk.page.keyboard.press("a")
    expect(current).to_have_id(f"t{second.pk}")
    first.refresh_from_db()
    assert first.state == "accepted"
    desk.page.locator(f'.text [data-task="{third.pk}"]').first.click()
    expect(current).to_have_id(f"t{third.pk}")
    desk.keep("plan-review")
    desk.page.get_by_role("button", name="拆分").click()
    desk.keep("plan-review-split")


def test_the_review_does_not_overflow_a_phone(tab: Callable[..., Tab], plan: PlanText) -> None:
    other = read_marked(SAMPLES / "new-opinion.txt").text
    bring_in(other.encode(), "opinion.txt", by=plan.imported_by, at=datetime.now(UTC))
    plan.tasks.update(state="accepted")
    phone = tab("duty", width=390, height=844, language="en")
    for path in (f"/plan/texts/{plan.slug}/", "/plan/texts/", "/plan/texts/upload/", "/plan/texts/compare/"):
        phone.open(path)
        assert not phone.page.evaluate(OVERFLOW), path
        phone.keep(f"plan-phone-{path.strip('/').split('/')[-1]}")
