"""The pages of the monitoring network in a real browser, in both languages, wide and narrow."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.utils import timezone

from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.telemetry.models import UnknownDevice
from lantian.policy.reader import load_pack
from tests.browser.conftest import Tab
from tests.telemetry.network_sample import SPOOL, lay, utc_now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = {
    "map": "/monitoring/",
    "point": "/monitoring/points/dust-1/",
    "point-hours": "/monitoring/points/dust-1/?view=hours",
    "point-days": "/monitoring/points/station-1/?view=days",
    "point-alarms": "/monitoring/points/dust-1/?view=alarms",
    "point-device": "/monitoring/points/dust-1/?view=device",
    "point-frames": "/monitoring/points/dust-1/?view=frames",
    "devices": "/monitoring/devices/",
    "device": "/monitoring/devices/dust-1-a/",
    "device-channels": "/monitoring/devices/dust-1-a/?view=channels&factor=a34002",
    "device-commands": "/monitoring/devices/dust-1-a/?view=commands",
    "device-upkeep": "/monitoring/devices/dust-1-a/?view=upkeep",
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
    settings.LAKE_URL = str(tmp_path / "lake")
    settings.DATA_DIR = tmp_path
    sync_pack(load_pack(project.PACK), at=timezone.now())
    lay(tmp_path / "lake", utc_now())


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
