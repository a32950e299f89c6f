"""The pages of the complaints in a real browser: a stranger's telephone, and the desk in both languages."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.complaints.models import Complaint
from lantian.apps.complaints.services import NewComplaint, take_in
from lantian.policy.reader import load_pack
from tests.browser.conftest import PATIENCE_MS, Tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = timedelta(hours=1)
WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture
def scene(tmp_path: Path, settings: Any) -> Complaint:
    """Two complaints of one site, one of them by name, and one of burning whose reply is late."""
    settings.DATA_DIR, settings.LAKE_URL, settings.REPORTER_KEYS = tmp_path, str(tmp_path / "lake"), ""
    now = datetime.now(UTC)
    sync_pack(load_pack(settings.PACK), at=now)
    spot = {"longitude": 116.4865, "latitude": 39.8650}
    who = {"name": "钱守密", "phone": "13800102207"}

    def made(text: str, hours: int, **given: Any) -> Complaint:
        new = NewComplaint("web", text, "金蝉西路18号工地东门", **given)
        return take_in(new, by=None, at=now - hours * HOUR).complaint

    first = made("夜间工地还在出土，扬尘很大，没有洒水", 20, wants_reward=True, **spot, **who)
    made("工地夜间出土扬尘很大", 3, **spot)
    made("有人露天焚烧树叶", 4)
    return first


def test_a_stranger_reports_with_a_click_on_the_map_and_keeps_the_code(
    browser: Browser, server: str, scene: Complaint
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    one = Tab(context.new_page(), server)
    one.watch()
    one.open("/public/complaint/")
    one.page.wait_for_selector("[data-draw][data-state=ready]")
    assert one.page.evaluate(WIDTH) <= 390
    one.page.get_by_label("您看到或闻到了什么").fill("楼下餐馆油烟直排")
    canvas = one.page.locator("[data-draw] canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    canvas.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    assert one.page.locator("[name=longitude]").input_value().startswith("116.")
    one.keep("complaints-form-zh-390")
    one.page.get_by_role("button", name="提交举报").click()
    code = one.page.locator(".code-big").inner_text()
    complaint = Complaint.objects.latest("pk")
    assert (complaint.code, complaint.topic, bool(complaint.area_code)) == (code, "fume", True)
    assert one.page.evaluate(WIDTH) <= 390
    one.keep("complaints-code-zh-390")
    assert one.troubles == []
    context.close()


@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 390)])
def test_the_desks_pages_open_without_trouble(
    tab: Callable[..., Tab], scene: Complaint, language: str, width: int
) -> None:
    one = tab("duty", language=language, width=width)
    pages = {
        "queue": "/complaints/",
        "none": "/complaints/?text=nowhere",
        "one": f"/complaints/{scene.number}/",
        "board": "/complaints/board/",
        "import": "/complaints/import/",
        "new": "/complaints/new/",
        "state": f"/public/complaint/{scene.code}/",
    }
    for name, address in pages.items():
        one.open(address)
        assert one.page.evaluate(WIDTH) <= width, name
        one.keep(f"complaints-{name}-{language}-{width}")
    one.open(f"/complaints/{scene.number}/")
    one.page.locator("#read-why").fill("核实现场位置")
    one.page.locator("#reporter button").click()
    one.page.wait_for_selector(".secret")
    assert "钱守密" in one.page.locator(".secret").inner_text()
    one.open(f"/complaints/{scene.number}/")
    assert "钱守密" not in one.page.content()
