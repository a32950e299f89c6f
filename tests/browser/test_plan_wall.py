"""The wall chart and the calendar in a real browser: on the wall, on a desk in English, on a phone."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.conf import settings

from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.plans.services.tasks import take_into_work
from lantian.policy.reader import load_pack
from tests.browser.conftest import Tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = datetime(2019, 1, 7, 2, tzinfo=UTC)
ON = "at=2019-06-15T10:00"
OVERFLOWING = """[...document.querySelectorAll(".wall-left, .wall-right")]
  .filter((one) => one.scrollHeight > one.clientHeight + 1).length"""


@pytest.mark.row("S52")
def test_the_wall_and_the_calendar_fit_their_screens(tab: Callable[..., Tab]) -> None:
    sync_pack(load_pack(settings.PACK), at=AT)
    take_into_work(by=None, at=AT)
    pages = {
        "wall": f"/plan/wall/?{ON}",
        "calendar": f"/plan/calendar/?{ON}&month=2019-03",
        "line": f"/plan/calendar/?{ON}&view=line&article=12",
    }
    for language, width, height in (("zh", 1920, 1080), ("en", 1280, 720), ("zh", 390, 844)):
        one = tab("viewer", language=language, width=width, height=height)
        for name, address in pages.items():
            one.open(address)
            assert one.page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            one.keep(f"plan-{name}-{language}-{width}")
        one.open(pages["wall"])
        assert width < 1920 or one.page.evaluate(OVERFLOWING) == 0
        pages_shown = one.page.locator("[data-wall-pages]")
        held = pages_shown.get_attribute("data-held") or ""
        assert held not in (pages_shown.text_content() or "")
        one.page.keyboard.press("h")
        assert held in (pages_shown.text_content() or "")
