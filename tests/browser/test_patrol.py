"""The patrol phone in a real browser: off-line, an upload cut in its middle, the tab killed, and conflicts."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Geolocation, Page, expect

from lantian.apps.accounts.models import Person, Post
from lantian.apps.inspections.models import Inspection, InspectionPhoto
from tests.browser.conftest import ARTEFACTS, LOCALES, PATIENCE_MS
from tests.browser.cut_line import CutLine
from tests.inspections.patrol_scene import Phone, Scene, make_scene, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE: Geolocation = {"longitude": 116.5013, "latitude": 39.9012, "accuracy": 8}
ITEMS = ("fencing", "covering", "wet-work", "hardening", "washing", "sealed-trucks", "monitor")


@pytest.fixture
def scene(tmp_path: Path, settings: Any) -> Scene:
    settings.DATA_DIR, settings.LAKE_URL = tmp_path, str(tmp_path / "lake")
    return make_scene(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def line(server: str) -> Iterator[CutLine]:
    with CutLine(server) as made:
        yield made


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a maker of phones: a browser context with a place and somebody signed in."""
    made: list[BrowserContext] = []

    def make(line: CutLine, person: Person, language: str = "zh") -> BrowserContext:
        context = browser.new_context(
            locale=LOCALES[language], viewport={"width": 390, "height": 844}, geolocation=HERE,
            permissions=["geolocation"], reduced_motion="reduce", has_touch=True,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        made.append(context)
        sign_in(context, line, person)
        return context

    yield make
    for context in made:
        context.close()


def sign_in(context: BrowserContext, line: CutLine, person: Person) -> None:
    client = Client()
    client.force_login(person)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": line.address}])


def open_page(context: BrowserContext, line: CutLine) -> Page:
    """Open the page, and wait until it works without a network."""
    page = context.new_page()
    page.goto(f"{line.address}/patrol/")
    page.wait_for_selector("[data-ready]", state="attached")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def keep(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"patrol-{name}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def large_photo(path: Path, seed: int) -> Path:
    """Write a JPEG of more than 100 KB, so that an upload has a middle."""
    ground = Image.open(io.BytesIO(picture(80 + 30 * seed, 480, 360)))
    noise = Image.frombytes("RGB", (480, 360), os.urandom(480 * 360 * 3))
    Image.blend(ground, noise, 0.25).save(path / f"photo-{seed}.jpg", quality=97)
    return path / f"photo-{seed}.jpg"


def shoot(page: Page, item: str, file: Path) -> None:
    """Take a photo of an item, and wait until the phone has it."""
    before = page.locator(f"#item-{item} .ph").count()
    page.locator(f"#item-{item} .add input").set_input_files(file)
    expect(page.locator(f"#item-{item} .ph")).to_have_count(before + 1)


def fill(page: Page, tmp_path: Path) -> None:
    """Fill in the checklist of the site: wet work fails."""
    page.locator(".stops li", has_text="金泰里二期工地").filter(has_text="六个").locator("a").click()
    for item in ITEMS:
        page.locator(f"#item-{item} [data-key={item}-{'fail' if item == 'wet-work' else 'ok'}]").click()
    page.locator("#item-wet-work textarea").fill("雾炮未开启，东侧土方约 300 m² 裸露")
    for seed, item in enumerate(("covering", "wet-work", "washing")):
        shoot(page, item, large_photo(tmp_path, seed))


@pytest.mark.row("B12")
@pytest.mark.row("S15")
def test_a_day_without_a_network_and_an_upload_cut_in_its_middle(
    line: CutLine, phone: Callable[..., BrowserContext], scene: Scene, tmp_path: Path
) -> None:
    page = open_page(phone(line, scene.person), line)
    expect(page.locator(".strip")).to_contain_text("全部已传")
    keep(page, "list-zh")

    line.set("cut")
    page.reload()
    expect(page.locator(".strip")).to_contain_text("离线")
    fill(page, tmp_path)
    page.reload()  # the tab was closed and opened again: nothing is lost
    expect(page.locator("#item-wet-work textarea")).to_have_value("雾炮未开启，东侧土方约 300 m² 裸露")
    expect(page.locator(".pics .st", has_text="在本机待传")).to_have_count(3)
    page.get_by_role("button", name="存入本机，1 项不达标").click()
    expect(page.locator(".strip")).to_contain_text("离线，4 项待传")
    keep(page, "saved-offline-zh")

    line.set("middle", "/patrol/photos/", after=60_000)
    page.get_by_role("button", name="重试").click()
    assert line.reached.wait(PATIENCE_MS / 1000)
    expect(page.locator(".strip")).to_contain_text("离线，4 项待传")
    assert page.get_by_text("已校验").count() == 0
    assert not InspectionPhoto.objects.filter(by=scene.person).exists()

    line.set("open")
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".strip")).to_contain_text("全部已传")
    expect(page.locator(".pics .st", has_text="已传，已校验")).to_have_count(3)
    expect(page.locator(".outcome")).to_contain_text("服务器已收到")
    made = Inspection.objects.get(recorded_by=scene.person)
    assert (made.photos.count(), made.items.filter(answer="fail").count()) == (3, 1)
    assert InspectionPhoto.objects.filter(by=scene.person).count() == 3
    keep(page, "sent-zh")
    page.goto(f"{line.address}/patrol/#/waiting")
    keep(page, "queue-zh")


@pytest.mark.row("B12")
def test_a_tab_killed_in_the_middle_of_an_upload_goes_on_at_the_next_opening(
    line: CutLine, phone: Callable[..., BrowserContext], scene: Scene, tmp_path: Path
) -> None:
    context = phone(line, scene.person)
    page = open_page(context, line)
    line.set("hold", "/patrol/photos/", after=60_000)
    fill(page, tmp_path)
    page.get_by_role("button", name="存入本机，1 项不达标").click()
    expect(page.locator(".strip")).to_contain_text("还有 4 项")
    assert line.reached.wait(PATIENCE_MS / 1000)
    assert page.get_by_text("已校验").count() == 0
    keep(page, "sending-zh")

    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    assert not InspectionPhoto.objects.filter(by=scene.person).exists()

    line.set("open")
    again = context.new_page()
    again.goto(f"{line.address}/patrol/")
    expect(again.locator(".strip")).to_contain_text("全部已传")
    made = Inspection.objects.get(recorded_by=scene.person)
    assert made.photos.count() == InspectionPhoto.objects.filter(by=scene.person).count() == 3


@pytest.mark.row("B12")
def test_the_worker_sends_what_waits_while_no_page_is_open(
    line: CutLine, phone: Callable[..., BrowserContext], scene: Scene, tmp_path: Path
) -> None:
    context = phone(line, scene.person)
    page = open_page(context, line)
    line.set("cut")
    verify(page, tmp_path)
    expect(page.locator(".strip")).to_contain_text("离线，2 项待传")
    page.close()
    line.set("open")
    elsewhere = context.new_page()
    elsewhere.goto(f"{line.address}/patrol/me.json")  # a page that runs nothing of its own
    wake_worker(context, elsewhere, line)
    elsewhere.wait_for_function(ALL_SENT, arg=scene.person.pk)
    elsewhere.goto(f"{line.address}/patrol/")
    expect(elsewhere.locator(".strip")).to_contain_text("全部已传")
    assert scene.case.evidence.filter(kind="photo").count() == 1
    assert scene.case.history.filter(kind="taken").count() == 1


def verify(page: Page, tmp_path: Path) -> None:
    """Fill in the verification of the case, with a photo, and save it."""
    (tmp_path / "site.jpg").write_bytes(picture(90, 1600, 1200))
    page.locator(".stops li", has_text="金泰里二期工地").first.locator("a").click()
    page.locator("[data-key=outcome-violation]").click()
    page.locator("[data-key=reason]").fill("裸土未覆盖，雾炮未开")
    page.locator(".part .add input").set_input_files(tmp_path / "site.jpg")
    expect(page.locator(".ph")).to_have_count(1)
    page.locator(".dock .pri").click()


def wake_worker(context: BrowserContext, page: Page, line: CutLine) -> None:
    """Let the browser say to the worker that there is a network again."""
    session = context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    for _ in range(1000):
        if found:
            break
        page.wait_for_load_state()  # lets events come in
    session.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": line.address, "registrationId": found[0], "tag": "patrol-queue", "lastChance": False},
    )


ALL_SENT = """person => new Promise((done) => {
    const request = indexedDB.open(`lantian-patrol-${person}`);
    request.onsuccess = () => {
        const kept = request.result.transaction("queue").objectStore("queue").getAll();
        kept.onsuccess = () => {
            request.result.close();
            done(kept.result.length > 0 && kept.result.every(({ state }) => state === "sent"));
        };
    };
})"""


@pytest.mark.row("B12")
def test_a_sign_in_that_ran_out_another_person_and_a_conflict_lose_nothing(
    line: CutLine, phone: Callable[..., BrowserContext], scene: Scene, tmp_path: Path
) -> None:
    context = phone(line, scene.person)
    page = open_page(context, line)
    line.set("cut")
    fill(page, tmp_path)
    page.get_by_role("button", name="存入本机，1 项不达标").click()
    other = Phone.of(scene, scene.colleague)
    assert other.send("/patrol/inspections/", other.filled()).status_code == 200

    Session.objects.all().delete()
    line.set("open")
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".strip")).to_contain_text("登录已过期；4 项留在本机")
    keep(page, "signed-out-zh")

    sign_in(context, line, scene.colleague)
    page.reload()
    expect(page.locator(".who")).to_contain_text("执法员丙")
    expect(page.locator(".strip")).to_contain_text("全部已传")
    page.goto(f"{line.address}/patrol/#/waiting")
    expect(page.locator("main")).to_contain_text("网格长乙在此机还有 4 项待传")

    sign_in(context, line, scene.person)
    page.goto(f"{line.address}/patrol/#/waiting")
    page.reload()
    refusal = page.locator(".refusal")
    expect(refusal).to_contain_text("计划中的这一项已由执法员丙于")
    expect(refusal).to_contain_text("可作为计划外检查上传")
    expect(page.locator(".strip")).to_contain_text("1 项未能上传")
    keep(page, "conflict-zh")
    refusal.get_by_role("button", name="打开修改").click()  # answers and photos are as they were
    expect(page.locator("#item-wet-work textarea")).to_have_value("雾炮未开启，东侧土方约 300 m² 裸露")
    expect(page.locator(".pics .st", has_text="已传，已校验")).to_have_count(3)
    page.get_by_role("button", name="存入本机，1 项不达标").click()
    expect(refusal).to_contain_text("已由执法员丙于")
    refusal.get_by_role("button", name="作为计划外检查上传").click()
    expect(page.locator(".strip")).to_contain_text("全部已传")
    assert Inspection.objects.get(recorded_by=scene.person).entry is None


@pytest.mark.row("S17")
def test_a_case_is_verified_on_site_and_a_photo_that_the_phone_lost_is_taken_again(
    line: CutLine, phone: Callable[..., BrowserContext], scene: Scene, tmp_path: Path
) -> None:
    page = open_page(phone(line, scene.person), line)
    (tmp_path / "site.jpg").write_bytes(picture(90, 1600, 1200))
    page.locator(".stops li", has_text="金泰里二期工地").first.locator("a").click()
    page.locator("[data-key=outcome-violation]").click()
    page.locator("[data-key=reason]").fill("裸土未覆盖，雾炮未开")
    fill_up(page)
    page.locator(".part .add input").set_input_files(tmp_path / "site.jpg")
    expect(page.locator(".toast")).to_contain_text("本机存储已满，刚才的内容没有存下")
    assert page.locator(".ph").count() == 0
    page.reload()
    page.locator(".part .add input").set_input_files(tmp_path / "site.jpg")
    expect(page.locator(".ph")).to_have_count(1)
    forget_photos(page, scene.person)
    page.reload()
    expect(page.locator(".lost")).to_contain_text("本机已无此图")
    keep(page, "step-lost-zh")
    page.locator(".dock .pri").click()
    expect(page.locator(".toast")).to_contain_text("请先重拍")
    page.locator(".again input").set_input_files(tmp_path / "site.jpg")
    expect(page.locator(".ph")).to_have_count(1)
    page.locator(".dock .pri").click()
    expect(page.locator(".outcome")).to_contain_text("服务器已收到")
    keep(page, "step-sent-zh")
    assert scene.case.threads.open().filter(step="decide").exists()
    assert scene.case.evidence.filter(kind="photo").count() == 1


def fill_up(page: Page) -> None:
    """Let the phone have no room for photos until the page is loaded again."""
    page.evaluate(
        """() => {
            const put = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = function (row) {
                if (this.name === "photos") throw new DOMException("no room", "QuotaExceededError");
                return put.call(this, row);
            };
        }"""
    )


def forget_photos(page: Page, person: Person) -> None:
    """Let the phone lose its photos, as a browser does that is short of room."""
    page.evaluate(
        """person => new Promise((done) => {
            const request = indexedDB.open(`lantian-patrol-${person}`);
            request.onsuccess = () => {
                const transaction = request.result.transaction("photos", "readwrite");
                transaction.objectStore("photos").clear();
                transaction.oncomplete = () => { request.result.close(); done(true); };
            };
        })""",
        person.pk,
    )


@pytest.mark.row("S06")
def test_a_diesel_vehicle_at_a_place_of_no_ledger_is_checked_in_english_and_signing_out_wipes_the_phone(
    line: CutLine, phone: Callable[..., BrowserContext], scene: Scene, tmp_path: Path
) -> None:
    officer = Person.objects.create_person("bureau", None, name_zh="环境执法员", name_en="Inspector D")
    Post.objects.create(person=officer, role="bureau", organisation_id="environment")
    page = open_page(phone(line, officer, "en"), line)
    keep(page, "list-en")
    page.get_by_role("link", name="Check another place").click()
    page.get_by_placeholder("Find by name, code or checklist").fill("diesel")
    keep(page, "others-en")
    page.locator(".stops li", has_text="A place outside the ledgers").locator("a").click()
    page.get_by_placeholder("Place of the check (required)").fill("五环路王四营检查点，京A12345")
    page.locator("[data-key=opacity-number]").fill("1.8")
    page.locator("[data-key=smoke-visible]").click()
    for item in ("purifier", "obd", "urea"):
        page.locator(f"#item-{item} [data-key={item}-ok]").click()
    page.locator(".dock .pri").click()
    expect(page.locator(".toast")).to_contain_text("Item 1 needs a photo")
    keep(page, "check-en")
    for number, item in enumerate(("opacity", "smoke", "purifier")):
        shoot(page, item, huge_photo(tmp_path) if number == 0 else large_photo(tmp_path, number))
    page.locator(".dock .pri").click()
    expect(page.locator(".outcome")).to_contain_text("The server has it")
    keep(page, "sent-en")
    made = Inspection.objects.get(recorded_by=officer)
    assert [one.item for one in made.items.filter(answer="fail")] == ["opacity", "smoke"]
    assert made.items.get(item="opacity").case
    stored = made.photos.get(item="opacity")
    with Image.open(tmp_path / stored.path) as sent:
        assert sent.size == (2560, 1707)

    page.get_by_role("button", name="Menu").click()
    keep(page, "menu-en")
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.once("dialog", agree)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/sign-in/**")
    assert "removes your patrol records" in asked[0]
    names = page.evaluate("indexedDB.databases().then((found) => found.map(({ name }) => name))")
    assert f"lantian-patrol-{officer.pk}" not in names


def huge_photo(path: Path) -> Path:
    """Write a JPEG of 3000 × 2000 pixels and more than 3 MB, which the phone makes smaller."""
    Image.frombytes("RGB", (3000, 2000), os.urandom(3000 * 2000 * 3)).save(path / "huge.jpg", quality=85)
    assert (path / "huge.jpg").stat().st_size > 3 * 2**20
    return path / "huge.jpg"
