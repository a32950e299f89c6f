"""The air pages in a real browser, in both languages, wide and narrow."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Tab
from tests.telemetry.air_sample import fill

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = {
    "stations": "/air/stations/?at=2020-01-20T00:00",
    "hours": "/air/stations/nongzhanguan/?at=2020-01-20T00:00",
    "days": "/air/stations/nongzhanguan/?view=days&at=2020-01-20T00:00",
    "evaluation": "/air/evaluation/?at=2020-01-20T00:00",
    "standards": "/system/standards/?view=unconfirmed",
    "article": "/plan/articles/11/",
    "import": "/monitoring/import/",
}


@pytest.fixture
def lake(tmp_path: Path, settings: Any) -> None:
    settings.LAKE_URL = str(tmp_path / "lake")
    fill(tmp_path / "lake")


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
