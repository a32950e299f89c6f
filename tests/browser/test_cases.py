"""The pages of the cases in a real browser, in both languages, wide and narrow."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.cases.models import Case, Sanction
from lantian.apps.cases.services import NewCase, Taken, attach_file, escalate, open_case, pause, take_step
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent
from lantian.policy.reader import load_pack
from tests.browser.conftest import Tab
from tests.telemetry.air_sample import fill as fill_air

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def photo(shade: int) -> bytes:
    picture = Image.new("RGB", (320, 200), (176, 190, 200))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 130, 320, 200), fill=(shade, 120, 80))
    draw.polygon(((40, 130), (110, 70), (180, 130)), fill=(shade, 140, 100))
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return content.getvalue()


@pytest.fixture
def scene(tmp_path: Path, settings: Any) -> Case:
    """A site with one penalty; its next case waits for the penalty; others are early, paused, late."""
    settings.DATA_DIR, settings.LAKE_URL = tmp_path, str(tmp_path / "lake")
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    sync_pack(load_pack(settings.PACK), at=now)
    officer = Person.objects.create_person("enforcement", None, name_zh="执法员丙", name_en="Officer C")
    Post.objects.create(person=officer, role="enforcement", organisation_id="urban-enforcement")
    site = Source.objects.create(
        kind="construction-site", code="GD-0187", name="观音堂安置房工地", state="working", area_id="110105020",
        attributes={"builder": "某建设集团有限公司", "permit_number": "110105202603020101"}, created_at=now,
        changed_at=now, longitude=116.568, latitude=39.862,
    )  # fmt: skip
    first = _opened(site, "观音堂安置房工地 · 渣土未覆盖", now - 40 * DAY)
    _punished(first, officer, now - 40 * DAY, 150)
    case = _opened(site, "观音堂安置房工地 · 未湿法作业", now - 2 * DAY)
    _decided(case, officer, now - 2 * DAY + 3 * HOUR, 120)
    for number, age in enumerate((HOUR, 21 * HOUR, 26 * HOUR, 60 * HOUR)):
        _opened(_elsewhere(site, number), f"{number + 1} 号工地 · 裸土未覆盖", now - age)
    stopped = _opened(site, "5 号工地 · 道路未冲洗", now - 5 * HOUR)
    pause(stopped, 1, reason="停电，无法取证", by=officer, at=now - 2 * HOUR)
    escalate(now)
    return case


def _elsewhere(site: Source, number: int) -> Source:
    """Another site, some kilometres away."""
    place = {"longitude": 116.44 + 0.035 * number, "latitude": 39.98 - 0.03 * number}
    same = {"kind": site.kind, "state": site.state, "created_at": site.created_at, "changed_at": site.changed_at}
    return Source.objects.create(
        code=f"GD-{number}", name=f"{number + 1} 号工地", area_id=site.area_id, **same, **place
    )


def _opened(site: Source, title: str, at: datetime) -> Case:
    sender = Organisation.objects.get(code="housing")
    facts = "视频巡查发现土方作业未湿法，裸土约 400 m² 未覆盖。"
    new = NewCase("dust-violation", title, at, origin="lead", facts=facts, source=site, sender=sender)
    return open_case(new, by=None, at=at)


def _decided(case: Case, officer: Person, at: datetime, shade: int) -> None:
    for number, name in enumerate(("东门土方.jpg", "雾炮未开.jpg", "裸土未覆.jpg")):
        attach_file(case, 1, Sent(name, photo(shade + 20 * number)), by=officer, at=at)
    take_step(case, 1, Taken("violation", "裸土未覆盖，雾炮未开", place="东门"), by=officer, at=at)
    take_step(case, 3, Taken("penalise", "事实清楚，证据充分"), by=officer, at=at + HOUR)


def _punished(case: Case, officer: Person, at: datetime, shade: int) -> None:
    _decided(case, officer, at, shade)
    take_step(case, 4, Taken("served", "决定书已送达"), by=officer, at=at + DAY)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (390, 844)])
def test_the_case_pages_open_without_trouble(
    tab: Callable[..., Tab], scene: Case, language: str, width: int, height: int
) -> None:
    one = tab("enforcement", language=language, width=width, height=height)
    pages = {
        "mine": "/cases/",
        "list": "/cases/all/",
        "none": "/cases/all/?text=nowhere",
        "one": f"/cases/{scene.slug}/",
        "boards": "/cases/boards/",
        "overdue": "/cases/overdue/",
        "sanctions": "/cases/sanctions/",
        "call": "/cases/new/whistle-call/",
        "types": "/cases/types/",
        "type": "/cases/types/muck-truck/",
        "map": "/cases/all/?tab=map",
    }
    for name, address in pages.items():
        one.open(address)
        if name == "map":
            one.page.wait_for_selector("[data-case-map][data-state=ready]")
            assert "7" in one.page.locator("[data-map-note]").inner_text()
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width, name
        one.keep(f"cases-{name}-{language}-{width}")


@pytest.mark.row("S18")
def test_a_penalty_repeats_its_facts_and_leads_to_the_ladders_consequence(tab: Callable[..., Tab], scene: Case) -> None:
    one = tab("enforcement")
    one.open(f"/cases/{scene.slug}/")
    one.page.get_by_role("button", name="处罚决定已送达…").click()
    form = one.page.locator("[popover]:popover-open")
    for part in ("观音堂安置房工地", "生态环境行政处罚办法", "第 2 次", "责令停工整改 7 天", "到期自动解除"):
        assert part in form.inner_text(), part
    one.keep("cases-penalty-zh-1440")
    form.get_by_label("办理情况（必填）").fill("决定书已当面送达")
    form.get_by_role("button", name="处罚决定已送达").click()
    one.page.wait_for_selector("text=已记录")
    assert "责令停工整改 7 天" in one.page.locator(".standing").inner_text()
    sanction = Sanction.objects.get()
    assert (sanction.consequence, sanction.count) == ("stop", 2)
    one.open("/cases/sanctions/")
    one.keep("cases-register-zh-1440")
    one.open(f"/cases/{scene.slug}/")
    one.keep("cases-one-after-zh-1440")


def test_a_phone_verifies_on_site_with_a_photo(tab: Callable[..., Tab], scene: Case, tmp_path: Path) -> None:
    (tmp_path / "现场.jpg").write_bytes(photo(100))
    case = Case.objects.get(title="1 号工地 · 裸土未覆盖")
    one = tab("enforcement", width=390, height=844)
    one.open(f"/cases/{case.slug}/#step-1")
    one.page.locator("#step-1 input[type=file]").set_input_files(tmp_path / "现场.jpg")
    one.page.locator("#step-1").get_by_role("button", name="添加证据").click()
    one.page.wait_for_selector("text=现场.jpg")
    one.page.get_by_role("button", name="违法属实…").click()
    form = one.page.locator("[popover]:popover-open")
    form.get_by_label("办理情况（必填）").fill("裸土未覆盖")
    form.get_by_role("button", name="违法属实").click()
    one.page.wait_for_selector("text=已记录")
    assert case.threads.open().filter(step="decide").exists()


@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 1280), ("zh", 390)])
def test_the_overview_shows_my_to_do(
    tab: Callable[..., Tab], scene: Case, tmp_path: Path, language: str, width: int
) -> None:
    fill_air(tmp_path / "lake")
    one = tab("enforcement", language=language, width=width)
    one.open("/")
    one.page.wait_for_selector("[data-map][data-state=ready]")
    assert one.page.locator(".todo > li").count() == 12
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    one.keep(f"cases-overview-{language}-{width}")
