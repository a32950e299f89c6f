"""The overview and the wall in a real browser: both languages, desk, phone and wall."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.utils import timezone

from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.telemetry.models import Point
from lantian.policy.reader import load_pack
from tests.browser.conftest import Tab
from tests.telemetry.air_sample import fill

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Tabs = Callable[..., Tab]
AT = "?at=2020-01-20T00:00"
DRAWN = "[data-map][data-state=ready]"


@pytest.fixture(autouse=True)
def _lake(tmp_path: Path, settings: Any) -> None:
    settings.LAKE_URL = str(tmp_path / "lake")
    sync_pack(load_pack(project.PACK), at=timezone.now())
    fill(tmp_path / "lake")
    Point.objects.filter(id="aotizhongxin").update(longitude=116.397, latitude=39.982)
    Point.objects.filter(id="nongzhanguan").update(longitude=116.461, latitude=39.937)


@pytest.mark.row("S01")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (390, 844)])
def test_the_overview_fits_and_draws_without_trouble(tab: Tabs, language: str, width: int, height: int) -> None:
    one = tab("duty", language=language, width=width, height=height)
    one.open(f"/{AT}")
    one.page.wait_for_selector(DRAWN)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    assert one.page.locator(".map-pill", has_text="94").count() == 2
    one.keep(f"overview-{language}-{width}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wall_draws_at_its_size_with_nothing_below_16_px(tab: Tabs, language: str) -> None:
    one = tab("duty", language=language, width=1920, height=1080)
    one.open(f"/wall/{AT}")
    one.page.wait_for_selector(DRAWN)
    small = """[...document.querySelectorAll('.wall *')].filter((e) => e.checkVisibility() && e.offsetWidth > 1
        && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
        && parseFloat(getComputedStyle(e).fontSize) < 16)
        .map((e) => e.outerHTML)"""
    assert one.page.evaluate(small) == []
    one.keep(f"wall-{language}")


def test_a_pill_opens_what_it_knows_by_keyboard_and_escape_closes_it(tab: Tabs) -> None:
    one = tab("duty")
    one.open(f"/{AT}")
    one.page.wait_for_selector(DRAWN)
    one.page.locator(".map-pill").first.focus()
    one.page.keyboard.press("Enter")
    assert "94" in one.page.inner_text(".map-pop")
    one.page.keyboard.press("Escape")
    assert not one.page.is_visible(".map-pop")


def test_the_allowed_mean_opens_its_computation(tab: Tabs) -> None:
    one = tab("duty")
    one.open(f"/{AT}")
    one.page.get_by_role("button", name="51.1").click()
    assert "(52 × 365 − 70.0 × 18) ÷ 347 = 51.1" in one.page.inner_text(".pop:popover-open")


def test_t_shows_the_table_behind_the_chart(tab: Tabs) -> None:
    one = tab("duty")
    one.open(f"/{AT}")
    one.page.wait_for_selector("#target-chart[data-drawn]")
    one.page.keyboard.press("t")
    assert one.page.is_visible("#target-chart .chart-table")


def test_the_factor_switch_changes_map_and_ranking(tab: Tabs) -> None:
    one = tab("duty")
    one.open(f"/{AT}")
    one.page.wait_for_selector(DRAWN)
    one.page.click("[data-map-factor=O3]")
    assert one.page.is_visible("[data-rank-factor=O3]")
    assert not one.page.is_visible("[data-rank-factor='PM2.5']")
