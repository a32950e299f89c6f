"""The pages of the ledgers in a real browser, in both languages, wide and narrow."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services import change_source, create_source
from lantian.apps.ledger.services.sources import Values
from lantian.policy.reader import load_pack
from tests.browser.conftest import Tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SITE = "construction-site"
NAMES = (
    "金泰里二期",
    "小红门棚改",
    "观音堂安置房",
    "高碑店公交场站",
    "东坝第三标段",
    "黑庄户污水管线",
    "酒仙桥旧改",
    "双井地下管廊",
)
BUILDERS = ("中建一局", "北京城建", "北京建工", "中铁建工", "住总集团")
STAGES = ("demolition", "earthwork", "foundation", "structure", "finishing", "greening")
LAYOUTS = [("zh", 1440), ("en", 1440), ("zh", 390), ("en", 390)]


@pytest.fixture
def scene(settings: Any, tmp_path: Path) -> Source:
    """Forty sites over the district's streets, one of them with a border, files to come and a past."""
    settings.DATA_DIR = tmp_path
    settings.LAKE_URL = str(tmp_path / "lake")
    now = datetime.now(UTC)
    sync_pack(load_pack(settings.PACK), at=now)
    streets = [area for area in Area.objects.filter(kind="street") if area.longitude]
    dice = random.Random(7)
    for number in range(40):
        street = streets[number % len(streets)]
        facts: dict[str, Any] = {
            "site_type": dice.choice(["building", "municipal", "demolition"]), "stage": dice.choice(STAGES),
            "area_m2": float(dice.randrange(4000, 90000, 100)), "builder": dice.choice(BUILDERS),
            "developer": "金泰置业", "above_size": number % 3 == 0, "cycle_start": "2019-03-02",
            "contact": "王守蓝", "phone": "13812342207",
        }  # fmt: skip
        name = f"{NAMES[number % len(NAMES)]}{'' if number < len(NAMES) else number}"
        own = {"name": name, "area_id": street.pk, "state": "working", "longitude": street.longitude,
               "latitude": street.latitude, "address": f"{street.name_zh}金蝉西路 {number} 号"}  # fmt: skip
        create_source(kind(SITE), Values(own, facts), by=None, at=now)
    return _bordered(Source.objects.get(name="金泰里二期"), now)


def _bordered(source: Source, now: datetime) -> Source:
    assert source.longitude
    assert source.latitude
    east, north, size = source.longitude, source.latitude, 0.002
    ring = [[east - size, north - size], [east + size, north - size], [east + size, north + size * 0.7],
            [east - size * 0.8, north + size], [east - size, north - size]]  # fmt: skip
    border = {"type": "Polygon", "coordinates": [ring]}
    change_source(source, Values({"geometry": border}, {"stage": "earthwork"}), version=1, by=None, at=now,
                  reason="月度核实")  # fmt: skip
    return Source.objects.get(pk=source.pk)


@pytest.mark.parametrize(("language", "width"), LAYOUTS)
@pytest.mark.usefixtures("scene")
def test_the_list_moves_by_keyboard_and_opens_the_full_record(
    tab: Callable[..., Tab], language: str, width: int
) -> None:
    one = tab("duty", language=language, width=width)
    one.open(f"/ledgers/{SITE}/")
    one.page.wait_for_selector("#preview h2")
    one.page.wait_for_selector(".place svg")
    one.keep(f"ledger-list-{language}-{width}")
    first = one.page.inner_text("#preview h2")
    one.page.keyboard.press("j")
    one.page.wait_for_function("name => document.querySelector('#preview h2').innerText !== name", arg=first)
    one.page.wait_for_selector(".place svg")
    one.page.keyboard.press(" ")
    assert one.page.inner_text("[data-chosen-count]") == "1"
    assert "code=GD000002" in (one.page.get_attribute("[data-exports] a", "href") or "")
    one.page.keyboard.press("Enter")
    one.page.wait_for_selector("#history")
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("language", "width"), LAYOUTS)
def test_the_full_record_shows_facts_duties_place_and_history(
    tab: Callable[..., Tab], scene: Source, language: str, width: int
) -> None:
    one = tab("duty", language=language, width=width)
    one.open(f"/ledgers/{SITE}/{scene.code}/")
    one.page.wait_for_selector(".place svg")
    one.keep(f"ledger-source-{language}-{width}")
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("language", "width"), LAYOUTS)
@pytest.mark.usefixtures("scene")
def test_the_index_shows_figures_and_who_is_late(tab: Callable[..., Tab], language: str, width: int) -> None:
    one = tab("duty", language=language, width=width)
    one.open("/ledgers/")
    one.page.wait_for_selector(".figure-card")
    one.page.wait_for_selector(".tbl .lamp")
    one.keep(f"ledger-index-{language}-{width}")
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 390)])
@pytest.mark.usefixtures("scene")
def test_a_border_is_drawn_on_the_map_and_kept(tab: Callable[..., Tab], language: str, width: int) -> None:
    one = tab("duty", language=language, width=width)
    one.open(f"/ledgers/{SITE}/new/")
    one.page.wait_for_selector("[data-draw][data-state=ready]")
    one.page.fill("[name=name]", "姚家园新工地")
    one.page.select_option("[name='a.site_type']", "building")
    one.page.select_option("[name='a.stage']", "structure")
    one.page.fill("[name='a.area_m2']", "12000")
    one.page.fill("[name='a.builder']", "中建一局")
    one.page.fill("[name='a.developer']", "金泰")
    one.page.fill("[name='a.cycle_start']", "2019-03-02")
    one.page.locator("[data-draw]").scroll_into_view_if_needed()
    box = one.page.locator("[data-draw] canvas").bounding_box()
    assert box
    middle = (box["width"] / 2, box["height"] / 2)
    for dx, dy in ((-20, -20), (20, -20), (20, 20), (-20, 20)):
        one.page.locator("[data-draw] canvas").click(position={"x": middle[0] + dx, "y": middle[1] + dy})
        one.page.wait_for_timeout(350)
    one.keep(f"ledger-form-{language}-{width}")
    one.page.click("button[name=save]")
    one.page.wait_for_selector("#history")
    made = Source.objects.get(name="姚家园新工地")
    assert made.geometry
    assert made.geometry["type"] == "Polygon"
    assert made.area_id


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.usefixtures("scene")
def test_the_map_of_a_ledger_draws_its_marks(tab: Callable[..., Tab], width: int) -> None:
    one = tab("duty", width=width)
    one.open(f"/ledgers/{SITE}/?tab=map")
    one.page.wait_for_selector("[data-ledger-map][data-state=ready]")
    one.keep(f"ledger-map-zh-{width}")
    assert "40" in one.page.inner_text("[data-map-note]")


@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 390)])
@pytest.mark.usefixtures("scene")
def test_other_pages_hold_together(tab: Callable[..., Tab], language: str, width: int) -> None:
    one = tab("duty", language=language, width=width)
    pages = {"duties": "/ledgers/duties/", "figure": "/ledgers/figures/electric-fleet/", "search": "/search/?q=金泰",
             "notices": "/ledgers/notices/", "subscriptions": "/ledgers/subscriptions/",
             "merge": f"/ledgers/{SITE}/GD000001/merge/GD000009/", "print": f"/ledgers/{SITE}/print/"}  # fmt: skip
    for name, path in pages.items():
        one.open(path)
        one.keep(f"ledger-{name}-{language}-{width}")
        if name != "print":
            assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert Organisation.objects.exists()
