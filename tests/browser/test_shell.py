"""The shell and the components in a real browser, in both languages, wide and narrow."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KIT = "/system/components/"
Tabs = Callable[..., Tab]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (390, 844)])
def test_the_component_page_fits_without_trouble(tab: Tabs, language: str, width: int, height: int) -> None:
    one = tab("duty", language=language, width=width, height=height)
    one.open(KIT)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    one.keep(f"components-{language}-{width}")


def test_a_figure_opens_its_computation_by_keyboard_and_escape_closes_it(tab: Tabs) -> None:
    one = tab("duty")
    one.open(KIT)
    one.page.focus(".fig .how")
    one.page.keyboard.press("Enter")
    assert one.page.is_visible(".pop .formula")
    one.page.keyboard.press("Escape")
    assert not one.page.is_visible(".pop .formula")


def test_the_first_tab_stop_skips_to_the_content(tab: Tabs) -> None:
    one = tab("duty")
    one.open(KIT)
    one.page.keyboard.press("Tab")
    one.page.keyboard.press("Enter")
    assert one.page.evaluate("document.activeElement.id") == "main"


def test_the_language_switch_changes_the_page(tab: Tabs) -> None:
    one = tab("duty")
    one.open(KIT)
    one.page.click(".language button")
    assert one.page.get_attribute("html", "lang") == "en"
    assert one.page.inner_text("h1") == "Components"


def test_replay_is_asked_for_in_the_bar_and_marks_it(tab: Tabs) -> None:
    one = tab("duty")
    one.open(KIT)
    live = one.page.evaluate("getComputedStyle(document.querySelector('.bar')).backgroundColor")
    one.page.click("[data-replay-toggle]")
    one.page.fill("[name=at]", "2020-11-23T10:00")
    one.page.click(".asof button.btn")
    one.page.wait_for_url("**at=2020-11-23T10*")
    assert one.page.evaluate("getComputedStyle(document.querySelector('.bar')).backgroundColor") != live


def test_on_a_phone_the_navigation_is_a_drawer(tab: Tabs) -> None:
    one = tab("duty", width=390, height=844)
    one.open(KIT)
    assert not one.page.is_visible("#nav")
    one.page.click("[data-menu]")
    assert one.page.is_visible("#nav")
    one.page.keyboard.press("Escape")
    assert not one.page.is_visible("#nav")


def test_help_opens_with_the_question_mark(tab: Tabs) -> None:
    one = tab("duty")
    one.open(KIT)
    one.page.keyboard.press("?")
    assert one.page.is_visible("#help")
