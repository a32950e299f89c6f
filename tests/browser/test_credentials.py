"""Credentials, the gate, machines and charging in a real browser, in both languages, at the desk and on a phone."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Credential, MachineCheck, Project, Source
from lantian.apps.ledger.services import create_source, credentials, machines, offsets, projects, ratings
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.services.sources import Values
from lantian.policy.reader import load_pack
from tests.browser.conftest import Tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
ACT = Act(None, NOW, "窗口受理")
FIRST = date(2026, 1, 1)


def entry(kind_name: str, name: str, attributes: dict[str, Any], **own: Any) -> Source:
    values = Values({"name": name, "area_id": "110105001", "owner_id": "firm", **own}, attributes)
    return create_source(kind(kind_name), values, by=None, at=NOW)


def give(name: str, holder: Source, last: date | None = None, **data: Any) -> Credential:
    return credentials.issue(credentials.apply(name, holder, data, ACT), ACT, valid_from=FIRST, valid_to=last)


@pytest.fixture
def scene(settings: Any) -> None:
    """A small district with something of everything."""
    cache.clear()
    sync_pack(load_pack(settings.PACK), at=NOW)
    Organisation.objects.create(
        code="firm", name_zh="京东南运输有限公司", name_en="Jing Dong Nan Transport", kind="enterprise"
    )
    fit = {"category": "muck", "energy": "diesel", "stage": "6b", "positioning": True, "monitor": True, "sealed": True}
    carrier = entry("enterprise", "京东南运输有限公司", {"sector": "other", "permit_managed": "simple"})
    give("carrier-licence", carrier, date(2028, 12, 31))
    give("discharge-permit", carrier, date(2030, 12, 31), materials="柴油", voc_t="1.2")
    for number in range(1, 9):
        truck = entry("vehicle", f"渣土车 {number:02d}", {**fit, "plate": f"京A1234{number}"}, parent_id=carrier.pk)
        give("carriage-permit", truck, date(2027, 5, number))
    site = entry("construction-site", "金泰里二期", {"builder": "中建一局", "stage": "earthwork"}, state="working")
    give("disposal-permit", site, date(2027, 3, 31), disposal_site="高安屯", carrier="京东南运输有限公司")
    facts: dict[str, Any] = {
        "type": "excavator",
        "maker": "某厂",
        "power_kw": 110.0,
        "energy": "diesel",
        "stage": "3",
        "industry": "housing",
    }
    for number in range(1, 5):
        made = machines.file_machine(
            {"name": f"挖掘机 PC20{number}", "area_id": "110105001", "owner_id": "firm"},
            {
                **facts,
                "model": f"PC20{number}",
                "serial": f"S{number}",
                "environment_code": f"CNFJG300CAT1C7ABC100012{number}",
            },
            ACT,
        )
        if number < 3:
            machines.approve(made, ACT, FIRST)
    restaurant = entry("restaurant", "望京小馆", {"scale": "medium"})
    for number, day in enumerate((date(2026, 1, 10), date(2026, 4, 20)), 1):
        ratings.record_penalty(restaurant, f"朝环罚〔2026〕{number} 号", day, "油烟超标排放", ACT)
    station = entry("inspection-station", "东坝检测场", {"lanes": 4})
    credentials.take_points(give("station-points", station), 6, ACT)
    draw = np.random.default_rng(4)
    for number, (east, north) in enumerate(draw.uniform((116.43, 39.88), (116.52, 39.98), (40, 2))):
        place = {"longitude": float(east), "latitude": float(north)}
        entry("charging-site", f"充电站 {number}", {"place": "public", "fast": 4, "public": True}, **place)
    for number in range(4):
        gone = {"state": "scrapped"} if number < 3 else {}
        old = {
            "plate": f"京B0000{number}",
            "energy": "diesel",
            "stage": "3",
            "public_body": True,
            "incentive_yuan": 20000.0,
        }
        entry("vehicle", f"旧货车 {number}", old, **gone)

    review()


def review() -> None:
    """A project under review, partly backed by a closure."""
    facts = {"sector": "printing", "voc_t": 3.2, "nox_t": 0.4, "exit_verified_on": "2026-03-01"}
    for name in ("东坝印刷厂", "高碑店印刷厂"):
        gone = entry("enterprise", name, facts, state="closed")
    offsets.grant(gone, ACT)
    emission = {"voc_t": Decimal("1.2"), "nox_t": Decimal("0.5")}
    new = projects.NewProject(
        "某家具厂扩建项目", "enlarged", "某家具有限公司", "2110", "110105001", "酒仙桥路 1 号", emission, "building",
        12_000.0, "road",
    )  # fmt: skip
    offsets.back_all(projects.bring_in(new, ACT), ACT)


def number_of(name: str) -> str:
    return Credential.objects.filter(kind=name).exclude(number="").order_by("pk")[0].number


PAGES = {
    "credentials": "/ledgers/credentials/",
    "machinery": "/ledgers/machinery/",
    "permits": "/ledgers/permits/?view=all",
    "registration": "/ledgers/registration/?on=2026-06-01&energy=petrol&weight_t=1.8&stage=5",
    "scrappage": "/ledgers/scrappage/",
    "ratings": "/ledgers/ratings/",
    "charging": "/ledgers/charging/",
    "notice": "/ledgers/safety-notice/",
    "projects": "/ledgers/projects/",
    "project-new": "/ledgers/projects/new/",
    "offsets": "/ledgers/projects/account/",
}


def no_overflow(tab: Tab) -> None:
    """Nothing is wider than the screen."""
    assert tab.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 1280)])
def test_the_pages_stand_at_the_desk(tab: Callable[..., Tab], language: str, width: int) -> None:
    opened = tab("duty", language=language, width=width)
    for name, address in PAGES.items():
        opened.open(address)
        opened.page.wait_for_selector("main .card")
        no_overflow(opened)
        opened.keep(f"cred-{name}-{language}-{width}")
    opened.open(reverse("ledger:project", args=[Project.objects.get().pk]))
    no_overflow(opened)
    opened.keep(f"cred-project-{language}-{width}")
    for name in ("station-points", "carriage-permit", "discharge-permit"):
        key = Credential.objects.filter(kind=name).values_list("pk", flat=True)[0]
        opened.open(reverse("ledger:credential", args=[key]))
        opened.page.locator("details summary").first.click()
        no_overflow(opened)
        opened.keep(f"cred-one-{name}-{language}-{width}")


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_gate_and_the_check_work_on_a_phone(tab: Callable[..., Tab], language: str) -> None:
    opened = tab("enforcement", language=language, width=390, height=844)
    opened.open("/ledgers/gate/")
    opened.page.select_option("#site", index=1)
    opened.page.fill("#number", "京A12341")
    opened.page.check("[value=in-seal]")
    assert not opened.page.is_visible("[value=out-clean]")
    opened.keep(f"cred-gate-{language}-390")
    opened.page.click(".dock button")
    assert opened.page.get_attribute("#verdict", "data-passed") == "no"
    no_overflow(opened)
    opened.keep(f"cred-gate-no-{language}-390")
    opened.open("/ledgers/machinery/check/")
    opened.page.fill("#number", number_of("machine-label"))
    opened.page.select_option("#site", index=1)
    opened.page.fill("#smoke_k", "0.50")
    opened.page.click(".dock button")
    assert opened.page.get_attribute("#verdict", "data-passed") == "yes"
    opened.page.fill("#number", number_of("machine-label"))
    opened.page.fill("#smoke_k", "0.51")
    opened.page.click(".dock button")
    assert opened.page.get_attribute("#verdict", "data-passed") == "no"
    no_overflow(opened)
    opened.keep(f"cred-machine-{language}-390")
    fields = "main .btn, main select, main input:not([type=hidden], [type=checkbox], [type=radio])"
    small = opened.page.evaluate(
        "fields => [...document.querySelectorAll(fields)]"
        ".filter(e => e.offsetHeight && e.offsetHeight < 44).map(e => e.outerHTML.slice(0, 80))",
        fields,
    )
    assert small == []


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_anybody_checks_a_label_on_a_phone(tab: Callable[..., Tab], language: str) -> None:
    opened = tab("duty", language=language, width=390, height=844)
    opened.page.context.clear_cookies()
    for name in ("machine-label", "disposal-permit"):
        token = Credential.objects.filter(kind=name).exclude(number="").values_list("token", flat=True)[0]
        opened.open(reverse("ledger:check", args=[token]))
        assert opened.page.get_attribute(".stand", "data-holds") == "yes"
        no_overflow(opened)
        opened.keep(f"cred-check-{name}-{language}-390")


@pytest.mark.usefixtures("scene")
def test_a_filing_is_reviewed_in_place(tab: Callable[..., Tab]) -> None:
    opened = tab("duty")
    opened.open("/ledgers/machinery/")
    opened.page.locator("#filings button[popovertarget]").first.click()
    opened.keep("cred-review-zh-1440")
    opened.page.click("button[value=approve]:visible")
    assert Credential.objects.filter(kind="machine-label", state="valid").count() == 3
    opened.open("/ledgers/machinery/file/")
    no_overflow(opened)
    opened.keep("cred-file-zh-1440")


CAMERA = """
  window.BarcodeDetector = class { async detect() { return [{ rawValue: window.seen }]; } };
  Object.defineProperty(navigator, "mediaDevices", { value: {
    getUserMedia: async () => document.createElement("canvas").captureStream(1) } });
  HTMLMediaElement.prototype.play = async () => {};
"""
"""A camera that sees whatever ``window.seen`` says."""


@pytest.mark.usefixtures("scene")
def test_a_scanned_code_and_the_phones_position_fill_the_check(tab: Callable[..., Tab]) -> None:
    opened = tab("enforcement", width=390, height=844)
    label = Credential.objects.filter(kind="machine-label", state="valid")[0]
    context = opened.page.context
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"longitude": 116.4454, "latitude": 39.9069})
    opened.page.add_init_script(CAMERA + f"window.seen = {label.token!r};")
    opened.open("/ledgers/machinery/check/")
    opened.page.click("[data-scan]")
    expect(opened.page.locator("#number")).to_have_value(label.token)
    opened.page.click("[data-locate]")
    expect(opened.page.locator("[name=longitude]")).to_have_value("116.445400")
    opened.page.click(".dock button")
    assert opened.page.get_attribute("#verdict", "data-passed") == "yes"
    kept = MachineCheck.objects.get()
    assert (kept.machine, kept.area_id, kept.longitude) == (label.source, "110105001", 116.4454)
