"""The page of a task in a browser: a form that is refused opens again with what was typed; weights are added up."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from lantian.apps.accounts.models import Area, Organisation, Person
from lantian.apps.plans.services import working
from lantian.apps.plans.services.tasks import NewTask, add_task
from lantian.kernel.instants import day_of
from tests.browser.conftest import Tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.row("S52")
def test_a_refused_form_keeps_what_was_typed_and_a_split_adds_its_weights_up(tab: Callable[..., Tab]) -> None:
    desk = tab("duty")
    top = Area.objects.create(code="110105", name_zh="朝阳区", name_en="Chaoyang", kind="district")
    for number in (1, 2):
        code = f"11010500{number}"
        Area.objects.create(code=code, name_zh=f"第{number}街道", name_en=f"S{number}", kind="street", parent=top)
        Organisation.objects.create(code=f"o{number}", name_zh=f"街道办{number}", kind="street_office", area_id=code)
    now, duty = datetime.now(UTC), Person.objects.get(username="duty")
    task = add_task(NewTask("裸地治理", 13, ["office"], number="13.1"), by=None, at=now)
    desk.open(f"/plan/tasks/{task.pk}/")
    working.enter(task, working.Reported(Decimal(20), day_of(now)), by=duty, at=now)
    page = desk.page
    page.get_by_role("button", name="报进展").first.click()
    page.fill("#enter-value", "30")
    page.fill("#enter-note", "写了很久的说明")
    page.locator("#do-enter button.pri").click()
    expect(page.locator("#do-enter [role=alert]")).to_contain_text("填报指标值 20")
    expect(page.locator("#enter-note")).to_have_value("写了很久的说明")
    assert page.url.endswith(f"/plan/tasks/{task.pk}/"), "loading the page anew sends nothing again"
    refusals = [one for one in desk.troubles if "409" in one]
    assert desk.troubles == refusals, "the browser notes the refusal itself, and nothing else"
    desk.troubles.clear()
    page.locator("#do-enter button.pri").click()
    expect(page.get_by_text("已记录。")).to_be_visible()
    page.get_by_role("button", name="分解").click()
    page.fill('[name="weight_110105001"]', "60")
    page.fill('[name="weight_110105002"]', "45")
    expect(page.locator("#do-split [data-total]")).to_have_text("Σ 105 %")
    expect(page.locator('[name=areas][value="110105001"]')).to_be_checked()
