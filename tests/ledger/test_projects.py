"""Review of new projects: sectors, bulk goods by road, and offsets, of which no tonne is spent twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client

from lantian.apps.accounts.models import Person
from lantian.apps.audit.models import Entry
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import OffsetCredit, OffsetUse, Project, Source
from lantian.apps.ledger.services import create_source, offsets, projects
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.services.demo_projects import fill_projects
from lantian.apps.ledger.services.projects import NewProject, ProjectError
from lantian.apps.ledger.services.sources import Values
from tests.ledger.conftest import AT

ACT = Act(None, AT, "理由")
NEW: dict[str, Any] = {"name": "某研发中心", "kind": "new", "applicant": "某公司", "trade_code": "7320",
                       "area": "110105001"}  # fmt: skip


def closed(name: str, verified: str | None = "2019-03-01", state: str = "closed", **tonnes: float) -> Source:
    facts: dict[str, Any] = {"sector": "printing", **tonnes}
    own = {"name": name, "area_id": "110105001", "state": state}
    return create_source(kind("enterprise"), Values(own, facts | ({"exit_verified_on": verified} if verified else {})),
                         by=None, at=AT)  # fmt: skip


def project(**changed: Any) -> Project:
    return projects.bring_in(NewProject(**{**NEW, **changed}), ACT)


def against(one: Project) -> tuple[str, ...]:
    return projects.judge(one, AT.date()).names()


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]


@pytest.mark.parametrize(
    ("code", "reasons"),
    [("7320", ()), ("2511", ("heavy-industry",)), ("31", ("heavy-industry",)), ("1713", ("leather-paper",)),
     ("1711", ("general-manufacturing",)), ("2110", ("voc-furniture",)), ("2319", ("voc-printing",)), ("232", ())],
)  # fmt: skip
def test_a_sector_is_prohibited_restricted_or_held_back_by_the_packs_list(code: str, reasons: tuple[str, ...]) -> None:
    assert against(project(trade_code=code)) == reasons


def test_a_restricted_sector_needs_its_condition_and_a_prohibited_one_has_none() -> None:
    restricted, prohibited = project(trade_code="3411"), project(trade_code="3011")
    for one in (restricted, prohibited):
        projects.name_conditions(one, Act(None, AT, "仅高精尖环节"))
    assert against(Project.objects.get(pk=restricted.pk)) == ()
    assert against(Project.objects.get(pk=prohibited.pk)) == ("heavy-industry",)
    with pytest.raises(ProjectError, match="prohibited"):
        projects.approve(prohibited, ACT)


@pytest.mark.parametrize(("mode", "reasons"), [("road", ("bulk-by-road",)), ("rail", ()), ("electric", ())])
def test_bulk_goods_do_not_go_by_road_without_a_recorded_exception(mode: str, reasons: tuple[str, ...]) -> None:
    one = project(goods="building", goods_t=200_000, mode=mode)
    assert against(one) == reasons
    with pytest.raises(ProjectError, match="Say why"):
        projects.let_by_road(one, Act(None, AT, " "))
    projects.let_by_road(one, Act(None, AT, "无铁路专用线，限国六车辆"))
    assert against(Project.objects.get(pk=one.pk)) == ()


def test_bulk_goods_say_how_they_are_carried() -> None:
    with pytest.raises(ProjectError, match="how the bulk goods"):
        project(goods="steel")
    with pytest.raises(ProjectError, match="no bulk goods"):
        project(goods="air", mode="rail")
    with pytest.raises(ProjectError, match="two to four digits"):
        project(trade_code="A1")
    assert [project().number, project().number] == ["XM2019-0001", "XM2019-0002"]


def test_a_closure_gives_once_and_only_when_it_is_verified() -> None:
    for source, said in (
        (closed("在产", state="working", voc_t=5.0), "not closed"),
        (closed("未核实", verified=None, voc_t=5.0), "not verified"),
        (closed("无排放"), "names no emission"),
        (closed("将来", verified="2019-06-02", voc_t=5.0), "in the future"),
    ):
        with pytest.raises(ProjectError, match=said):
            offsets.grant(source, ACT)
    gone = closed("已退出", voc_t=5.0, nox_t=0.0004)
    made = offsets.grant(gone, ACT)
    assert {one.pollutant: (one.granted_kg, one.closed_on) for one in made} == {
        "nox_t": (1, date(2019, 3, 1)), "voc_t": (5000, date(2019, 3, 1)),
    }  # fmt: skip
    with pytest.raises(ProjectError, match="entered already"):
        offsets.grant(gone, ACT)
    assert Entry.objects.get(verb="offset.granted").detail["granted_kg"] == {"nox_t": 1, "voc_t": 5000}


def credit(tonnes: float, name: str = "已退出", verified: str = "2019-03-01") -> OffsetCredit:
    return offsets.grant(closed(name, verified, voc_t=tonnes), ACT)[0]


def test_each_new_tonne_is_backed_by_two_closed_ones_from_the_oldest_closure_on() -> None:
    # the pack asks for two to one: 3 t new need 6 t closed
    late, early = credit(5.0, "后退出", "2019-04-01"), credit(2.5, "先退出", "2019-01-01")
    one = project(emission={"voc_t": Decimal(3)})
    assert against(one) == ("offset-voc_t",)
    assert offsets.back_all(one, ACT) == 6000
    assert against(one) == ()
    assert {use.credit_id: use.kg for use in one.uses.all()} == {early.pk: 2500, late.pk: 3500}
    projects.approve(one, ACT)
    balance = next(one for one in offsets.balances() if one.pollutant == "voc_t")
    assert (balance.granted_kg, balance.spent_kg, balance.reserved_kg, balance.left_kg) == (7500, 6000, 0, 1500)
    with pytest.raises(ProjectError, match="decided"):
        offsets.release(one, late, ACT)


def test_no_more_is_taken_than_is_needed_or_left_and_what_is_refused_is_free_again() -> None:
    gone = credit(4.0)
    first, second = project(emission={"voc_t": Decimal("1.5")}), project(emission={"voc_t": Decimal(2)})
    with pytest.raises(ProjectError, match="Only 3 t"):
        offsets.back(first, gone, 3001, ACT)
    offsets.back(first, gone, 3000, ACT)
    with pytest.raises(ProjectError, match="Not so much is left"):
        offsets.back(second, gone, 4000, ACT)
    offsets.back(second, gone, 1000, ACT)
    with pytest.raises(ProjectError, match="nothing left"):
        offsets.back_all(second, ACT)
    with pytest.raises(ProjectError, match="3 t are missing"):
        projects.approve(second, ACT)
    projects.refuse(first, ACT)
    assert offsets.back_all(second, ACT) == 3000
    assert second.uses.get().kg == 4000
    offsets.release(second, gone, ACT)
    gone.refresh_from_db()
    assert (gone.spent_kg, OffsetUse.objects.count()) == (0, 0)


def test_the_database_itself_refuses_to_spend_a_credit_twice() -> None:
    gone = credit(4.0)
    with pytest.raises(IntegrityError), transaction.atomic():
        OffsetCredit.objects.filter(pk=gone.pk).update(spent_kg=4001)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_tonne_at_once_one_gets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = credit(2.0)
    both = [project(emission={"voc_t": Decimal(1)}) for _ in range(2)]
    if connection.vendor == "sqlite":  # in memory it knows no waiting; new threads work on a file
        copy = tmp_path / "records.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM INTO '{copy}'")
        monkeypatch.setitem(connections.databases["default"], "NAME", str(copy))
    together = threading.Barrier(2)

    def take(one: Project) -> tuple[str, int]:
        try:
            together.wait(timeout=60)
            try:
                offsets.back_all(one, ACT)
                came = "got it"
            except ProjectError:
                came = "refused"
            return came, OffsetCredit.objects.get(pk=gone.pk).spent_kg
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(take, both))
    assert [came for came, _ in found] == ["got it", "refused"]
    assert {spent for _, spent in found} == {2000}


# through the pages ------------------------------------------------------------------------------------------------

SHEET = {"name": "某家具厂扩建", "kind": "enlarged", "applicant": "某家具公司", "trade_code": "2110",
         "area": "110105001", "voc_t": "1.2", "goods": "building", "goods_t": "12000", "mode": "road"}  # fmt: skip


@pytest.fixture
def reviewer(client_of: Callable[..., Client]) -> Client:
    client = client_of("bureau", "environment")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    return client


@pytest.mark.row("S24")
@pytest.mark.row("S02")
def test_a_project_is_let_in_only_when_its_sector_its_transport_and_its_offsets_stand(reviewer: Client) -> None:
    gone = closed("退出的印刷厂", voc_t=3.0)
    made = reviewer.post("/ledgers/projects/new/", SHEET)
    one = Project.objects.get()
    path = f"/ledgers/projects/{one.pk}/"
    assert made.headers["Location"] == path
    page = reviewer.get(path).content.decode()
    assert all(word in page for word in ("家具制造", "原则上不得采用公路运输", "尚缺 2.4 t", "第十五条", "第三条"))

    assert reviewer.post(f"{path}approved/", {"reason": "同意"}).status_code == 302
    assert Project.objects.get().state == "open"  # not while anything stands against it

    account = reviewer.get("/ledgers/projects/account/").content.decode()
    assert "退出的印刷厂" in account
    reviewer.post("/ledgers/projects/account/", {"source": gone.pk})
    reviewer.post(f"{path}exception/", {"reason": "无铁路专用线"})
    reviewer.post(f"{path}conditions/", {"reason": "采用水性涂料，国内先进"})
    reviewer.post(f"{path}backed/", {"credit": OffsetCredit.objects.get().pk, "tonnes": "0.4"})
    reviewer.post(f"{path}backed/", {})
    assert "没有不予准入的情形" in reviewer.get(path).content.decode()
    reviewer.post(f"{path}approved/", {"reason": ""})
    assert Project.objects.get().state == "open"  # a decision has its reason
    reviewer.post(f"{path}approved/", {"reason": "符合准入条件"})
    assert (Project.objects.get().state, Project.objects.get().decision) == ("approved", "符合准入条件")
    kept = reviewer.get(path).content.decode()
    assert all(word in kept for word in ("符合准入条件", "无铁路专用线", "采用水性涂料", "退出的印刷厂"))
    listed = reviewer.get("/ledgers/projects/", {"state": "approved"}).content.decode()
    assert one.number in listed
    assert "0.6" in listed  # 3 t entered, 2.4 t spent
    assert one.number in reviewer.get("/ledgers/projects/account/").content.decode()


@pytest.mark.row("S02")
def test_a_project_is_refused_with_what_stood_against_it(reviewer: Client) -> None:
    reviewer.post("/ledgers/projects/new/", {**SHEET, "trade_code": "3011", "voc_t": ""})
    path = f"/ledgers/projects/{Project.objects.get().pk}/"
    reviewer.post(f"{path}refused/", {"reason": "属禁止类"})
    page = reviewer.get(path).content.decode()
    assert all(word in page for word in ("属禁止类", "水泥", "原则上不得采用公路运输"))
    assert [one["id"] for one in Project.objects.get().reasons] == ["heavy-industry", "bulk-by-road"]


def test_others_read_and_do_not_decide(client_of: Callable[..., Client], person: Callable[..., Person]) -> None:
    one = project()
    housing = client_of("bureau", "housing")
    path = f"/ledgers/projects/{one.pk}/"
    assert housing.get(path).status_code == 200
    housing.post(f"{path}refused/", {"reason": "x"})
    housing.post("/ledgers/projects/account/", {"source": "1"})
    assert Project.objects.get().state == "open"
    assert client_of("viewer").post(f"{path}refused/", {"reason": "x"}).status_code == 403
    assert client_of("enterprise", "firm").get("/ledgers/projects/").status_code == 403
    street = client_of("street", "office-1")
    Project.objects.filter(pk=one.pk).update(area="110105002", brought_by=None)
    assert street.get(path).status_code == 404
    duty = client_of("duty")
    assert duty.post(f"{path}nothing/", {}).status_code == 404
    wrong = duty.post("/ledgers/projects/new/", {**SHEET, "trade_code": "x", "voc_t": "-1"})
    assert wrong.status_code == 422
    assert 'value="某家具厂扩建"' in wrong.content.decode()


def test_a_demonstration_has_a_project_in_every_state_of_a_review(district: None) -> None:
    assert fill_projects(at=AT) == 0  # without made-up closures
    for number in range(6):
        gone = closed(f"退出 {number}", voc_t=2.0, pm_t=1.0)
        Source.objects.filter(pk=gone.pk).update(synthetic=True)
    assert fill_projects(at=AT) == 5
    assert fill_projects(at=AT) == 0
    states = [one.state for one in Project.objects.order_by("number")]
    assert states == ["approved", "open", "refused", "open", "open"]
    assert against(Project.objects.get(number="XM2019-0004")) == ("bulk-by-road",)
    assert sum(one.granted_kg for one in OffsetCredit.objects.filter(pollutant="voc_t")) == 12_000
