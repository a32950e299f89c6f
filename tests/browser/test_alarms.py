"""The alarm pages in a real browser, in both languages, wide and narrow."""

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.alarms.models import Alarm, AlarmEvent
from lantian.apps.alarms.services import sweep
from lantian.apps.telemetry.models import Camera, Snapshot
from lantian.policy.reader import load_pack
from tests.alarms.sample import DIRECTION, PM10, SPEED, fill, site, steady, wave
from tests.browser.conftest import Tab
from tests.telemetry.air_sample import fill as fill_air

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(tmp_path: Path, settings: Any) -> Alarm:
    """A site that rises in the last hours beside quiet neighbours, with a gap, wind, a picture and a past."""
    settings.LAKE_URL, settings.DATA_DIR = str(tmp_path / "lake"), tmp_path
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    own, *others = [site(number, factors=(PM10, SPEED, DIRECTION), seen=now) for number in range(1, 6)]
    since = 60 + now.minute

    def rising(back: int) -> float | None:
        if since + 20 <= back < since + 35:
            return None
        return steady(412.0)(back) if back < since else wave(140.0)(back)

    series = {(own.pk, PM10): rising, (own.pk, SPEED): lambda _: 2.3, (own.pk, DIRECTION): lambda _: 190.0}
    series |= {(other.pk, PM10): wave(130.0 + 5 * at) for at, other in enumerate(others)}
    sweep(now, lake=fill(tmp_path / "lake", series, minutes=480, now=now))
    found = Alarm.objects.get(rule="site-pm10-hour")
    _past(found, now)
    _picture(found, tmp_path, now)
    return found


def _past(alarm: Alarm, now: datetime) -> None:
    outcomes = ["true", "true", "instrument", "true", "regional"] * 8
    for number, outcome in enumerate(outcomes):
        at = now - timedelta(days=1 + number * 2, hours=1)
        Alarm.objects.create(
            number=f"110105-{at:%Y%m%d}-9001", rule=alarm.rule, rule_version="1", subject=f"past-{number}",
            point=alarm.point, device=alarm.device, area_code=alarm.area_code, factor=alarm.factor, unit=alarm.unit,
            value=180.0 + number, limit=150.0, level=2, state="closed", outcome=outcome, outcome_reason="现场核实",
            first_at=at - timedelta(hours=1), last_at=at, raised_at=at,
        )  # fmt: skip


def _picture(alarm: Alarm, folder: Path, now: datetime) -> None:
    content = io.BytesIO()
    Image.new("RGB", (320, 200), (150, 160, 170)).save(content, "PNG")
    (folder / "shot.png").write_bytes(content.getvalue())
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    assert alarm.point
    camera = Camera.objects.create(point=alarm.point, name="C2", snapshot_url="http://127.0.0.1:9/x")
    shot = Snapshot.objects.create(
        camera=camera, asked_at=now, taken_at=now, path="shot.png", sha256=digest, media_type="image/png"
    )
    AlarmEvent.objects.create(alarm=alarm, at=now, kind="snapshot", snapshot=shot, detail={"camera": "C2"})


@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 1280), ("zh", 390)])
def test_the_overview_shows_the_latest_alarms_and_marks_them_on_the_map(
    tab: Callable[..., Tab], tmp_path: Path, settings: Any, language: str, width: int
) -> None:
    settings.LAKE_URL = str(tmp_path / "lake")
    sync_pack(load_pack(settings.PACK), at=datetime.now(UTC))
    fill_air(tmp_path / "lake")
    moment = datetime(2020, 1, 19, 15, 40, tzinfo=UTC)  # 23:40 in Beijing
    for number in range(1, 6):
        point = site(number, seen=moment)
        Alarm.objects.create(
            number=f"110105-20200119-{number:04}", rule="site-pm10-hour", rule_version="1", subject=point.pk,
            point=point, area_code=point.area_code, factor=PM10, unit="µg/m³", value=400.0 + number, limit=150.0,
            first_at=moment, last_at=moment, raised_at=moment,
        )  # fmt: skip
    one = tab("duty", language=language, width=width)
    one.open("/?at=2020-01-20T00:00")
    one.page.wait_for_selector("[data-map][data-state=ready]")
    assert one.page.locator(".latest li").count() == 4
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    one.keep(f"alarms-overview-{language}-{width}")
    one.page.locator(".map-alarm:not(.is-out)").first.dispatch_event("click")
    assert "/alarms/110105-20200119-" in one.page.locator(".map-pop").inner_html()


@pytest.mark.row("B20")
@pytest.mark.row("B15")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (390, 844)])
def test_the_alarm_pages_open_without_trouble(
    tab: Callable[..., Tab], scene: Alarm, language: str, width: int, height: int
) -> None:
    one = tab("duty", language=language, width=width, height=height)
    pages = {
        "list": "/alarms/?view=all",
        "none": "/alarms/?view=suppressed",
        "one": f"/alarms/{scene.number}/",
        "rules": "/alarms/rules/",
        "precision": "/alarms/precision/",
    }
    for name, address in pages.items():
        one.open(address)
        one.page.wait_for_load_state("networkidle")
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width, name
        one.keep(f"alarms-{name}-{language}-{width}")


def test_the_list_is_worked_by_keyboard(tab: Callable[..., Tab], scene: Alarm) -> None:
    one = tab("duty")
    one.open("/alarms/?view=all")
    selected = one.page.locator("tr[aria-selected=true] td.no")
    assert selected.inner_text() == "1"
    with one.page.expect_response("**part=preview**"):
        one.page.keyboard.press("j")
    assert selected.inner_text() == "2"
    with one.page.expect_navigation():
        one.page.keyboard.press("Enter")
    assert "/alarms/110105-" in one.page.url
    assert one.page.locator("#conditions").is_visible()


def test_an_alarm_is_taken_on_judged_and_its_history_grows(tab: Callable[..., Tab], scene: Alarm) -> None:
    one = tab("duty")
    one.open(f"/alarms/{scene.number}/")
    one.page.keyboard.press("t")
    assert one.page.locator("#alarm-curve .chart-table tbody tr").count() > 100
    one.page.keyboard.press("t")
    with one.page.expect_navigation():
        one.page.click("text=确认报警")
    one.page.click("[popovertarget=do-judge]")
    one.page.check("#do-judge input[value=true]")
    one.page.fill("#judge-reason", "裸土未盖")
    one.keep("alarms-judge")
    with one.page.expect_navigation():
        one.page.click("text=记录结论")
    history = one.page.locator("#history").inner_text()
    assert "裸土未盖" in history
    assert Alarm.objects.get(pk=scene.pk).outcome == "true"


def test_counter_evidence_is_entered_with_a_file(tab: Callable[..., Tab], scene: Alarm, tmp_path: Path) -> None:
    file = tmp_path / "record.pdf"
    file.write_bytes(b"%PDF-1.7\nrest")
    one = tab("duty")
    one.open(f"/alarms/{scene.number}/")
    one.page.click("#evidence summary")
    one.page.fill("#evidence-text", "当日校准")
    one.page.set_input_files("#evidence-file", file)
    with one.page.expect_navigation():
        one.page.click("#evidence .more button")
    assert "record.pdf" in one.page.locator("#evidence table").inner_text()
    one.keep("alarms-evidence")


def test_the_desk_demotes_a_rule_and_says_why(tab: Callable[..., Tab], scene: Alarm) -> None:
    one = tab("duty")
    one.open("/alarms/precision/")
    one.page.click("#board tbody tr >> nth=0 >> button")
    one.page.fill(".pop:popover-open textarea", "误报多")
    with one.page.expect_navigation():
        one.page.click(".pop:popover-open button")
    assert "误报多" in one.page.locator("#decisions").inner_text()
    assert Person.objects.filter(username="duty").exists()
    assert Organisation.objects.exists()
