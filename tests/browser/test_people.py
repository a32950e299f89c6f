"""People, duty, security and the audit log in a real browser: both languages, wide and narrow."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from lantian.apps.accounts.models import Area, Organisation, Person, Post, Shift
from tests.browser.conftest import Tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Tabs = Callable[..., Tab]
PAGES = {
    "people": ("system-admin", "/system/people/"),
    "person": ("system-admin", "/system/people/{wang}/"),
    "organisations": ("system-admin", "/system/organisations/"),
    "roster": ("system-admin", "/system/roster/?organisation=office-1"),
    "leave": ("system-admin", "/system/leave/"),
    "responsibility": ("system-admin", "/system/responsibility/"),
    "security": ("security-admin", "/system/security/"),
    "security-people": ("security-admin", "/system/security/people/"),
    "audit": ("audit-admin", "/system/audit/"),
    "sessions": ("duty", "/accounts/sessions/"),
    "factor": ("duty", "/accounts/factor/"),
}


@pytest.fixture
def wang() -> Person:
    top = Area.objects.create(code="110105", name_zh="朝阳区", name_en="Chaoyang", kind="district")
    for number in (1, 2):
        names = {"name_zh": f"第{number}街道", "name_en": f"Street {number}"}
        Area.objects.create(code=f"11010500{number}", kind="street", parent=top, **names)
    Area.objects.create(
        code="110105001001", name_zh="永安里社区", name_en="Yong’anli", kind="community", parent_id="110105001"
    )
    government = Organisation.objects.create(
        code="government", name_zh="区政府", name_en="Government", kind="government"
    )
    Organisation.objects.create(
        code="office-1", name_zh="第1街道办事处", name_en="Office 1", area_id="110105001", parent=government
    )
    person = Person.objects.create_person("wang", None, name_zh="王守蓝", name_en="Wang Shoulan")
    person.phone, person.identity = "13800002207", "11010519491231002X"
    person.save()
    Post.objects.create(person=person, role="street", organisation_id="office-1", head="government", title="主任")
    start = datetime.now(UTC).replace(hour=0, minute=30, second=0, microsecond=0)
    for number in range(3):
        Shift.objects.create(
            organisation_id="office-1", person=person, start=start + timedelta(days=number),
            end=start + timedelta(days=number + 1), leader=number == 1,
        )  # fmt: skip
    return person


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_pages_fit_without_trouble(tab: Tabs, wang: Person, language: str, width: int, height: int) -> None:
    tabs = {role: tab(role, language=language, width=width, height=height) for role, _path in PAGES.values()}
    for name, (role, path) in PAGES.items():
        one = tabs[role]
        one.open(path.format(wang=wang.pk))
        one.keep(f"people-{name}-{language}-{width}")
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_a_masked_number_is_shown_in_place_when_asked_for(tab: Tabs, wang: Person) -> None:
    one = tab("system-admin")
    one.open(f"/system/people/{wang.pk}/")
    assert "13800002207" not in one.page.inner_text("main")
    one.page.click("text=显示 >> nth=0")
    one.page.wait_for_selector("text=13800002207")
    assert one.page.is_visible("text=110105********002X")


def test_the_watermark_lies_over_the_page_and_takes_no_click(tab: Tabs, wang: Person) -> None:
    one = tab("system-admin")
    one.open("/system/people/")
    style = "getComputedStyle(document.querySelector('.watermark'))"
    assert one.page.evaluate(f"{style}.pointerEvents") == "none"
    assert float(one.page.evaluate(f"{style}.opacity")) == pytest.approx(0.04)
