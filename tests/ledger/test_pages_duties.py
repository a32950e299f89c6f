"""Figures, duties, notices and search on the pages of the ledgers, known by hand."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from lantian.apps.accounts.models import Person
from lantian.apps.ledger import duties
from lantian.apps.ledger.kinds import kind, ledger_figures
from lantian.apps.ledger.models import ChangeNotice, Subscription
from lantian.apps.ledger.services import create_source
from lantian.apps.ledger.services.credentials import Act, apply, issue
from lantian.apps.ledger.services.sources import Values
from tests.ledger.conftest import AT
from tests.ledger.sample import SITE, add, site, table, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def devices() -> Iterator[dict[str, set[int]]]:
    """Which sources have a working device, by the kind of duty's ``which``: filled by telemetry in production."""
    known: dict[str, set[int]] = {}
    before = dict(duties.have)
    duties.have["device"] = lambda duty, on: known.get(duty.which, set())
    yield known
    duties.have.update(before)


# Figures and duties -------------------------------------------------------------------------------------------------


URBAN = {"urban": True, "length_km": 92.0, "new_process": True}
BUSES = ("electric", "electric", "electric", "diesel")
FIGURES: list[tuple[str, str, list[tuple[str, dict[str, Any]]], str, str, str]] = [
    ("S02", "rail-share-parks", [("", {"freight_t": 1e3, "rail_t": 250.0}), ("", {"freight_t": 1e3})],
     "12.5", "250", "2,000"),
    ("S03", "electric-fleet", [("", {"category": "bus", "energy": energy}) for energy in BUSES], "75.0", "3", "4"),
    ("S19", "road-process", [("", URBAN), ("", {**URBAN, "length_km": 8.0, "new_process": False})],
     "92.0", "92", "100"),
    ("S21", "bare-land-treated", [("treated", {"area_m2": 300.0}), ("untreated", {"area_m2": 100.0})],
     "75.0", "300", "400"),
    ("S25", "industry-exits", [("closed", {"exit_listed": 2018}), ("", {"exit_listed": 2019})], "50.0", "1", "2"),
    ("S26", "scattered-done", [("done", {}), ("found", {}), ("rebound", {})], "33.3", "1", "3"),
    ("S27", "clusters-acted", [("acting", {"last_share": True}), ("working", {"last_share": True}),
     ("working", {"last_share": False})], "50.0", "1", "2"),
    ("S33", "booths-done", [("", {"sprays": True, "booth_done": True}), ("closed", {"sprays": True}),
     ("", {"sprays": True}), ("", {"sprays": False})], "66.7", "2", "3"),
]  # fmt: skip
"""Row, figure, entries as state (the first one unless named) with facts; share, numerator, denominator by hand."""


@pytest.mark.usefixtures("district")
@pytest.mark.parametrize(
    ("figure", "entries", "value", "above", "below"),
    [pytest.param(*rest, marks=pytest.mark.row(row), id=f"{row} {rest[0]}") for row, *rest in FIGURES],
)
def test_a_figure_is_one_click_from_its_numerator_and_denominator(
    client_of: Callable[..., Client], figure: str, entries: list[Any], value: str, above: str, below: str
) -> None:
    of = ledger_figures()[figure].of
    for number, (state, facts) in enumerate(entries):
        add(of, f"条目{number}", state or kind(of).states[0].id, **facts)
    duty = client_of("duty")
    page = text(duty.get(f"/ledgers/figures/{figure}/"))
    assert f'<b class="n2">{value}</b>' in page.replace("\n", "")
    assert f"分子 {above}<" in page
    assert f"分母 {below}<" in page
    rows = table(duty.get(f"/ledgers/{of}/export.csv?figure={figure}&part_of=numerator"))
    everything = table(duty.get(f"/ledgers/{of}/export.csv?figure={figure}&part_of=denominator"))
    assert 0 < len(rows) - 2 <= len(everything) - 2 <= len(entries)


@pytest.mark.row("S03")
def test_the_electric_share_stands_by_category_with_its_lists(client_of: Callable[..., Client]) -> None:
    _fleet_of = [("bus", "electric"), ("bus", "diesel"), ("taxi", "electric")]
    for number, (category, energy) in enumerate(_fleet_of):
        add("vehicle", f"车{number}", kind("vehicle").states[0].id, category=category, energy=energy)
    page = text(client_of("duty").get("/ledgers/figures/electric-fleet/"))
    assert "公交" in page
    assert "出租" in page
    assert "<b>50.0</b>" in page
    assert "<b>100.0</b>" in page
    rows = table(
        client_of("viewer").get("/ledgers/vehicle/export.csv?figure=electric-fleet&part_of=denominator&group=bus")
    )
    assert len(rows) - 2 == 2


@pytest.mark.row("S30")
def test_firms_above_25_t_of_voc_and_no_others_must_have_had_their_audit(client_of: Callable[..., Client]) -> None:
    for name, tonnes, done in (("二十五吨", 25.0, None), ("多一点", 25.1, None), ("已审核", 40.0, "2020-06-01")):
        add("enterprise", name, kind("enterprise").states[0].id, voc_t=tonnes, audit_done_on=done)
    duty = client_of("duty")
    named = {
        who: [row[1] for row in table(duty.get(f"/ledgers/enterprise/export.csv?duty=audit&who={who}"))[1:-1]]
        for who in ("due", "has", "missing")
    }
    assert named == {"due": ["多一点", "已审核"], "has": ["已审核"], "missing": ["多一点"]}


@pytest.mark.row("S16")
def test_who_must_have_a_monitor_and_has_none_is_a_list_to_take_away(
    client_of: Callable[..., Client], devices: dict[str, set[int]]
) -> None:
    equipped = site("有监测", above_size=True)
    site("无监测", above_size=True)
    site("规模以下")
    devices["dust"] = {equipped.pk}
    duty = client_of("duty")
    page = text(duty.get("/ledgers/duties/"))
    line = page[page.index(f"/ledgers/{SITE}/?duty=dust-monitor&amp;who=due") :][:900]
    assert ">2</a>" in line
    assert ">1</a>" in line
    assert "<b>1</b>" in line
    assert "逾期未有" in line  # after 2019-12-31
    rows = table(duty.get(f"/ledgers/{SITE}/export.csv?duty=dust-monitor&who=missing"))
    assert [row[1] for row in rows[1:-1]] == ["无监测"]
    rows = table(duty.get(f"/ledgers/{SITE}/export.csv?duty=dust-monitor&who=has"))
    assert [row[1] for row in rows[1:-1]] == ["有监测"]


@pytest.mark.row("S43")
@pytest.mark.usefixtures("district")
def test_stacks_above_45_m_must_have_a_monitor(client_of: Callable[..., Client], devices: dict[str, set[int]]) -> None:
    for code, height in (("DA001", 45.0), ("DA002", 45.1), ("DA003", 80.0)):
        made = add("outlet", f"排口{code}", "working", height_m=height, outlet_code=code)
    devices["stack"] = {made.pk}
    rows = table(client_of("duty").get("/ledgers/outlet/export.csv?duty=high-stack-monitor&who=missing"))
    assert [row[1] for row in rows[1:-1]] == ["排口DA002"]


@pytest.mark.row("S43")
@pytest.mark.usefixtures("district")
def test_key_sources_of_voc_must_have_a_monitor(client_of: Callable[..., Client], devices: dict[str, set[int]]) -> None:
    for name, key in (("重点无监测", True), ("非重点", False), ("重点有监测", True)):
        made = add("enterprise", name, "working", sector="printing", voc_key=key)
    devices["voc"] = {made.pk}
    duty = client_of("duty")
    rows = table(duty.get("/ledgers/enterprise/export.csv?duty=voc-monitor&who=missing"))
    assert [row[1] for row in rows[1:-1]] == ["重点无监测"]
    listed = text(duty.get("/ledgers/duties/"))
    assert "VOC 重点源自动监控" in listed


@pytest.mark.row("S45")
@pytest.mark.usefixtures("district")
def test_instruments_are_kept_with_the_day_their_calibration_is_due(client_of: Callable[..., Client]) -> None:
    duty = client_of("duty")
    given = {
        "name": "不透光烟度计 1",
        "a.use": "vehicle",
        "a.model": "NHT-6",
        "a.serial": "S1",
        "a.calibration_due": "2020-06-30",
    }
    duty.post("/ledgers/instrument/new/", given)
    add("instrument", "VOC 检测仪", "working", serial="S2", calibration_due="2019-01-01")
    page = text(duty.get("/ledgers/instrument/?sort=calibration_due"))
    assert page.index('YZ000002"') < page.index('YZ000001"')
    assert "2020-06-30" in page


# Notices and search ------------------------------------------------------------


@pytest.mark.row("S34")
def test_a_change_is_told_to_the_other_department_until_somebody_there_has_read_it(
    client_of: Callable[..., Client], person: Callable[..., Person]
) -> None:
    shop = add("restaurant", "某酒楼", "working", own={"trade_id": "food-drug"}, scale="large")
    Subscription.objects.create(kind="restaurant", organisation_id="urban-enforcement")
    ChangeNotice.objects.all().delete()
    drug = client_of("bureau", "food-drug")
    typed = {"version": "1", "name": "某酒楼", "area": "110105001", "a.purifier": "yes", "a.scale": "large"}
    drug.post(f"/ledgers/restaurant/{shop.code}/edit/", typed)
    other = client_of("bureau", "urban-enforcement")
    page = text(other.get("/ledgers/notices/"))
    assert "某酒楼" in page
    assert "<ins>是</ins>" in page
    assert "某酒楼" not in text(drug.get("/ledgers/notices/"))  # who changed it knows
    notice = ChangeNotice.objects.get(organisation_id="urban-enforcement")
    drug.post("/ledgers/notices/", {"notice": notice.pk})
    assert ChangeNotice.objects.get(pk=notice.pk).read_at is None  # not theirs to read
    other.post("/ledgers/notices/", {"notice": notice.pk})
    assert ChangeNotice.objects.get(pk=notice.pk).read_by == Person.objects.get(username="bureau-urban-enforcement")
    assert "某酒楼" not in text(other.get("/ledgers/notices/"))
    assert "某酒楼" in text(other.get("/ledgers/notices/?all=1"))


def test_an_organisation_subscribes_for_itself_alone(client_of: Callable[..., Client]) -> None:
    bureau = client_of("bureau", "transport")
    for organisation in ("transport", "housing"):
        bureau.post("/ledgers/subscriptions/", {"kind": SITE, "organisation": organisation, "on": "1"})
    assert [one.organisation_id for one in Subscription.objects.all()] == ["transport"]
    assert "停止订阅" in text(bureau.get("/ledgers/subscriptions/"))
    bureau.post("/ledgers/subscriptions/", {"kind": SITE, "organisation": "transport", "on": "0"})
    assert not Subscription.objects.exists()


def test_the_search_box_finds_substrings_across_ledgers_and_stands_on_every_page(
    client_of: Callable[..., Client],
) -> None:
    site("金泰里二期")
    add("restaurant", "金泰酒楼", "working")
    duty = client_of("duty")
    page = text(duty.get("/search/?q=泰"))
    assert "施工工地" in page
    assert "餐饮企业" in page
    assert "金泰酒楼" in page
    assert 'action="/search/"' in text(duty.get("/ledgers/"))
    assert "没有找到" in text(duty.get("/search/?q=不存在的"))


def test_a_code_with_a_slash_has_a_page_too(client_of: Callable[..., Client]) -> None:
    made = create_source(kind(SITE), Values({"name": "甲", "code": "2019/001", "area_id": "110105001"}), by=None, at=AT)
    page = text(client_of("duty").get(f"/ledgers/{SITE}/"))
    assert f"/ledgers/{SITE}/~{made.pk}/" in page
    assert client_of("viewer").get(f"/ledgers/{SITE}/~{made.pk}/").status_code == 200


def test_credentials_stand_on_the_full_record_and_are_found_by_number(
    client_of: Callable[..., Client], person: Callable[..., Person]
) -> None:
    truck = add("vehicle", "渣土车 1", kind("vehicle").states[0].id, plate="京A12345")
    act = Act(person("bureau", "urban-management"), AT)
    held = issue(apply("carriage-permit", truck, {}, act), act, valid_from=date(2019, 6, 1))
    viewer = client_of("viewer")
    page = text(viewer.get(f"/ledgers/vehicle/{truck.code}/"))
    assert held.number in page
    assert "2019-06-01 — 2020-05-31" in page
    assert held.number in text(viewer.get(f"/search/?q={held.number}"))
