"""The air pages in a real browser, in both languages, wide and narrow."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Tab
from tests.telemetry.air_sample import fill, storm

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = {
    "stations": "/air/stations/?at=2020-01-20T00:00",
    "hours": "/air/stations/nongzhanguan/?at=2020-01-20T00:00",
    "days": "/air/stations/nongzhanguan/?view=days&at=2020-01-20T00:00",
    "evaluation": "/air/evaluation/?at=2020-01-20T00:00",
    "sand-dust": "/air/sand-dust/?year=2020",
    "standards": "/system/standards/?view=unconfirmed",
    "article": "/plan/articles/11/",
    "import": "/monitoring/import/",
}


@pytest.fixture
def lake(tmp_path: Path, settings: Any) -> None:
    settings.LAKE_URL = str(tmp_path / "lake")
    settings.DATA_DIR = tmp_path
    fill(tmp_path / "lake")
    storm(tmp_path / "lake")


@pytest.mark.row("B14")
@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_air_pages_open_without_trouble(tab: Callable[..., Tab], language: str, width: int, height: int) -> None:
    one = tab("duty", language=language, width=width, height=height)
    for name, address in PAGES.items():
        one.open(address)
        one.page.wait_for_load_state("networkidle")
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width, name
        one.keep(f"air-{name}-{language}-{width}")


@pytest.mark.row("B14")
@pytest.mark.usefixtures("lake")
def test_a_figure_opens_how_it_was_computed(tab: Callable[..., Tab]) -> None:
    one = tab("viewer")
    one.open("/air/evaluation/?at=2020-01-20T00:00")
    one.page.locator("#area button.how").first.click()
    shown = one.page.locator(".pop:popover-open")
    assert "÷ 365 =" in shown.inner_text()
    one.page.keyboard.press("Escape")
    one.page.locator("#stations tbody tr button.how").last.click()
    one.page.wait_for_selector(".pop:popover-open .formula")
    assert "= 4.82" in one.page.locator(".pop:popover-open .formula").inner_text()
    one.keep("air-how")


@pytest.mark.usefixtures("lake")
def test_the_duty_desk_records_the_storm_that_the_rule_proposes(tab: Callable[..., Tab]) -> None:
    one = tab("duty")
    one.open("/air/sand-dust/?year=2020")
    one.page.locator("#candidates tbody a").first.click()
    assert one.page.locator("#evidence").is_visible()
    assert one.page.input_value("#first") == "2020-01-10T09:00"
    one.page.check("input[name=status][value=official]")
    one.page.fill("#reference", "通报 1")
    one.page.fill("#reason", "沙尘过境")
    one.page.click("button.act")
    assert "2020-01-10 09:00" in one.page.locator("#recorded").inner_text()
    one.keep("air-sand-dust-recorded")


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 390)])
def test_an_upload_is_looked_at_and_dropped(tab: Callable[..., Tab], tmp_path: Path, language: str, width: int) -> None:
    file = tmp_path / "hours.csv"
    rows = ("农展馆,2020-11-23 10:00,85,60,3,40,0.8,20", "农展馆,昨天,35,60,3,40,0.8,20")
    file.write_text("\n".join(["station,time,PM2.5,PM10,SO2,NO2,CO,O3", *rows]), encoding="utf-8")
    one = tab("duty", language=language, width=width)
    one.open("/monitoring/import/")
    one.page.set_input_files("#file", file)
    one.page.check("input[name=layout][value=beijing35]")
    with one.page.expect_navigation():
        one.page.click("button.act")
    assert "2020-11-23 10:00" in one.page.locator("#seen").inner_text()
    assert "昨天" in one.page.locator("#look-rejects").inner_text()
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    one.keep(f"air-look-{language}-{width}")
    with one.page.expect_navigation():
        one.page.select_option("#label", "end")
    assert "09:00" in one.page.locator("#seen").inner_text()
    one.page.click("button[name=act][value=drop]")
    assert list((tmp_path / "uploads").iterdir()) == []
