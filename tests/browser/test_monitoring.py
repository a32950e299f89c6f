"""The pages of the monitoring network in a real browser, in both languages, wide and narrow."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.utils import timezone

from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.telemetry.models import Link, UnknownDevice
from lantian.policy.reader import load_pack
from tests.browser.conftest import Tab
from tests.telemetry.network_sample import SPOOL, lay, utc_now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = {
    "map": "/monitoring/",
    "point": "/monitoring/points/dust-1/",
    "point-hours": "/monitoring/points/dust-1/?view=hours",
    "point-days": "/monitoring/points/station-1/?view=days",
    "point-stack": "/monitoring/points/stack-1/?view=stack",
    "point-alarms": "/monitoring/points/dust-1/?view=alarms",
    "point-device": "/monitoring/points/dust-1/?view=device",
    "point-frames": "/monitoring/points/dust-1/?view=frames",
    "devices": "/monitoring/devices/",
    "device": "/monitoring/devices/dust-1-a/",
    "device-channels": "/monitoring/devices/dust-1-a/?view=channels&factor=a34002",
    "device-commands": "/monitoring/devices/dust-1-a/?view=commands",
    "device-upkeep": "/monitoring/devices/dust-1-a/?view=upkeep",
    "device-edit": "/monitoring/devices/dust-1-a/?view=edit",
    "vehicle-track": "/monitoring/devices/truck-1/?view=track",
    "register": "/monitoring/devices/new/",
    "import": "/monitoring/devices/import/",
    "frame": f"/monitoring/frames/{SPOOL}/2/",
    "frame-808": f"/monitoring/frames/{SPOOL}/4/",
    "links": "/monitoring/links/",
    "links-kind": "/monitoring/links/?group=kind",
    "commands": "/monitoring/commands/",
    "maintenance": "/monitoring/maintenance/",
    "push": "/monitoring/push/",
    "quarantine": "/monitoring/quarantine/",
}


@pytest.fixture
def network(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    sync_pack(load_pack(project.PACK), at=timezone.now())
    settings.LAKE_URL = lay(tmp_path / "lake", utc_now()).lake.root


@pytest.mark.row("B14")
@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_network_pages_open_without_trouble(
    tab: Callable[..., Tab], language: str, width: int, height: int
) -> None:
    one = tab("system-admin", language=language, width=width, height=height)
    strange = UnknownDevice.objects.get()
    for name, address in {**PAGES, "quarantine-one": f"/monitoring/quarantine/{strange.pk}/"}.items():
        one.open(address)
        one.page.wait_for_load_state("networkidle")
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width, name
        one.keep(f"network-{name}-{language}-{width}")


@pytest.mark.row("S42")
@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 390)])
def test_the_live_map_draws_refreshes_and_opens_a_point(tab: Callable[..., Tab], language: str, width: int) -> None:
    one = tab("duty", language=language, width=width)
    one.open("/monitoring/")
    one.page.wait_for_selector("[data-live][data-state=live]")
    one.page.wait_for_selector(".map[data-state=ready]")
    assert one.page.locator(".live-item").count() == 12
    with one.page.expect_response(lambda answer: answer.url.endswith("/monitoring/map.json")):
        Link.objects.filter(pk="dust-1-a").update(last_frame_at=utc_now() - timedelta(days=1))
    one.page.locator("[data-live-total=offline]", has_text="2").first.wait_for(state="attached")
    one.page.fill("[data-live-search]", "dust-1")
    assert one.page.locator(".live-item").count() == 1
    one.page.locator(".live-item").click()
    card = one.page.locator("[data-live-card]")
    card.wait_for()
    assert "µg/m³" in card.inner_text()
    one.keep(f"network-map-card-{language}-{width}")
    one.page.keyboard.press("Escape")
    assert one.page.locator("[data-live-list-card]").is_visible()
    one.page.locator("[data-live-clear]").click()
    one.page.locator("[data-live-cell='voc invalid']").click()
    assert one.page.locator(".live-item").count() == 1


@pytest.mark.row("S42")
@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wall_turns_to_the_network_and_is_held_by_a_key(tab: Callable[..., Tab], language: str) -> None:
    one = tab("duty", language=language, width=1920, height=1080)
    one.page.clock.install()
    one.open("/wall/")
    one.page.wait_for_load_state("networkidle")
    one.page.clock.run_for(61_000)
    one.page.wait_for_selector(".wall-net")
    one.page.wait_for_selector("[data-wall-live][data-state=ready]")
    assert "2 / 2" in one.page.locator("[data-wall-pages]").inner_text()
    one.page.locator("[data-wall-total=offline]", has_text="1").wait_for()
    one.keep(f"network-wall-{language}")
    one.page.keyboard.press("Space")
    one.page.clock.run_for(61_000)
    assert one.page.locator(".wall-net").first.is_visible()


@pytest.mark.usefixtures("network")
def test_a_command_shows_its_own_fields(tab: Callable[..., Tab]) -> None:
    one = tab("system-admin")
    one.open("/monitoring/devices/dust-1-a/?view=commands")
    one.page.select_option("select[name=code]", "1062")
    assert one.page.locator("[data-command-of]:visible").count() == 1
    one.page.fill("[name='1062-RtdInterval']", "60")
    with one.page.expect_navigation():
        one.page.click("button.act")
    assert "RtdInterval=60" in one.page.locator("#commands").inner_text()
    one.keep("network-command-queued")
