"""Types of the plan through the record store: categories, joint parties and tracing back, what penalties lead to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.cases.models import Case, Penalty, Sanction
from lantian.apps.cases.services import (
    CaseActError,
    NewCase,
    NotYours,
    Taken,
    attach_file,
    open_case,
    relate,
    revoke_penalty,
    take_step,
)
from lantian.apps.ledger.models import ChangeNotice, Credential, Source
from lantian.apps.ledger.services import credentials
from lantian.apps.ledger.services.attachments import Sent
from lantian.apps.ledger.services.credentials import Act
from tests.cases.conftest import START, photo

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def more_bureaus(district: None) -> None:
    for code in ("food-drug", "urban-management", "traffic-police", "quality-supervision"):
        Organisation.objects.create(code=code, name_zh=code, name_en=code, kind="bureau")


def entry(kind: str, code: str, **attributes: str) -> Source:
    return Source.objects.create(
        kind=kind, code=code, name=f"某{code}", state="working", area_id="110105001", attributes=attributes,
        created_at=START, changed_at=START,
    )  # fmt: skip


def opened(type_name: str, at: datetime = START, **given: object) -> Case:
    return open_case(NewCase(type_name, "检查发现", at, area_code="110105001", **given), by=None, at=at)  # type: ignore[arg-type]


def number_of(case: Case, step: str) -> int:
    return case.threads.open().get(step=step).number


def go(case: Case, step: str, outcome: str, by: Person, at: datetime, *findings: str) -> Case:
    """Take a step with a photo and a document as its evidence."""
    number = number_of(case, step)
    attach_file(case, number, Sent("东门.jpg", photo(number % 250)), by=by, at=at)
    attach_file(case, number, Sent("报告.pdf", PDF + str(number).encode()), by=by, at=at)
    return take_step(case, number, Taken(outcome, "已办", findings=findings), by=by, at=at)


def test_a_complaint_runs_by_the_times_of_its_category() -> None:
    case = opened("complaint", category="emergency", origin=Case.Origin.COMPLAINT)
    due = {row.step: row.due_at for row in case.threads.all()}
    assert due == {"dispatch": START + HOUR, "reply": START + 2 * HOUR}
    assert case.number == "朝诉〔2019〕1号"
    slow = opened("complaint", category="complex")
    assert slow.threads.get(step="reply").due_at == datetime(2019, 5, 21, 16, tzinfo=UTC)  # 15 days after 6 May
    with pytest.raises(CaseActError, match="no category 'urgent'; it has: emergency"):
        opened("complaint", category="urgent")
    with pytest.raises(CaseActError, match="no category"):
        opened("inspection-finding", category="emergency")


def restaurant_case(source: Source, officer: Person, at: datetime) -> Case:
    case = opened("restaurant-fume", at, source=source)
    case = go(case, "verify", "violation", officer, at)
    case = go(case, "decide", "penalise", officer, at)
    return go(case, "penalise", "served", officer, at)


def test_the_food_department_is_told_at_the_second_penalty_of_a_year_and_not_before(officer: Person) -> None:
    restaurant = entry("restaurant", "CY-1")
    restaurant_case(restaurant, officer, START)
    assert not ChangeNotice.objects.exists()
    case = restaurant_case(restaurant, officer, START + 364 * DAY)
    assert [one.organisation_id for one in ChangeNotice.objects.all()] == ["food-drug"]
    assert Sanction.objects.get().consequence == "rating-down"
    assert [one.number for one in restaurant.penalties.order_by("pk")] == ["朝餐案〔2019〕1号", "朝餐案〔2020〕1号"]
    revoke_penalty(case.penalties.get(), reason="复议撤销", by=officer, at=START + 370 * DAY)
    assert restaurant.penalties.get(revoked=True).number == "朝餐案〔2020〕1号"


def test_a_second_penalty_in_one_case_has_a_number_of_its_own(officer: Person) -> None:
    case = opened("inspection-finding", source=entry("restaurant", "CY-2"))
    case = go(case, "decide", "penalise", officer, START)
    case = go(case, "penalise", "served", officer, START)
    case = go(case, "recheck", "refused", officer, START + DAY)
    case = go(case, "penalise", "served", officer, START + 2 * DAY)
    assert case.source
    assert {one.number for one in case.source.penalties.all()} == {"朝检〔2019〕1号", "朝检〔2019〕1号-2"}


def test_points_of_a_station_add_up_in_its_cycle_to_suspension_and_come_back_when_revoked(
    person: Callable[..., Person],
) -> None:
    officer = person("enforcement", "environment")
    station = entry("inspection-station", "JC-1")
    act = Act(officer, START)
    cycle = credentials.issue(credentials.apply("station-points", station, {}, act), act, valid_from=START.date())

    def scored(at: datetime, *findings: str) -> Case:
        case = opened("station-points", at, source=station)
        case = go(case, "examine", "breach", officer, at)
        with pytest.raises(CaseActError, match="what points are taken for"):
            go(case, "score", "scored", officer, at)
        number = number_of(case, "score")
        return take_step(case, number, Taken("scored", "已告知", findings=findings), by=officer, at=at)

    scored(START, "lane")
    assert not Sanction.objects.exists()
    scored(START + DAY, "equipment")  # 6 points
    assert [one.consequence for one in Sanction.objects.all()] == ["warned"]
    case = scored(START + 2 * DAY, "lane", "equipment")  # 12 points
    assert {one.consequence for one in Sanction.objects.all()} == {"warned", "suspended"}
    assert case.cycle == cycle.number
    assert Credential.objects.get().points == 0
    revoke_penalty(case.penalties.get(), reason="复核撤销", by=officer, at=START + 3 * DAY)
    assert Credential.objects.get().points == 6
    assert list(Penalty.objects.order_by("pk").values_list("points", flat=True)) == [3, 3, 6]


def test_a_muck_truck_is_traced_to_site_carrier_and_disposal_site_before_it_is_said_to_be(
    officer: Person, person: Callable[..., Person], site: Source
) -> None:
    truck = entry("vehicle", "CL-1", plate="京A12345")
    case = opened("muck-truck", source=truck, related={"site": site})
    case = go(case, "verify", "violation", officer, START)
    manager = person("bureau", "urban-management")
    with pytest.raises(CaseActError, match="carrier, disposal site"):
        go(case, "trace", "traced", manager, START)
    with pytest.raises(NotYours):
        relate(case, role="carrier", source=site, by=person("bureau", "water"), at=START)
    relate(case, role="carrier", source=entry("enterprise", "QY-1"), by=manager, at=START)
    relate(case, role="disposal", source=entry("disposal-site", "XN-1"), by=manager, at=START)
    number = number_of(case, "trace")
    case = take_step(case, number, Taken("traced", "三方查明"), by=manager, at=START)
    assert [row.role for row in case.related.all()] == ["site", "carrier", "disposal"]
    assert case.history.filter(kind="related").count() == 3
    with pytest.raises(CaseActError, match="no part 'driver'"):
        relate(case, role="driver", source=site, by=manager, at=START)
    with pytest.raises(CaseActError, match="cannot be the carrier"):
        relate(case, role="carrier", source=site, by=manager, at=START)


def test_coal_that_burns_because_the_heating_failed_opens_its_repair(person: Callable[..., Person]) -> None:
    street = person("street", "office-110105001", "110105001")
    case = go(opened("coal-return"), "check", "fault", street, START)
    repair = case.children.get()
    assert (repair.type, repair.category) == ("heating-repair", "winter")
    assert repair.threads.get().due_at == START + 2 * HOUR


def test_the_page_of_a_station_counts_points_and_not_penalties(person: Callable[..., Person]) -> None:
    officer = person("enforcement", "environment")
    station = entry("inspection-station", "JC-2")
    case = go(opened("station-points", source=station), "examine", "breach", officer, START)
    web = Client()
    web.force_login(officer)
    page = web.get(f"/cases/{case.slug}/").content.decode()
    for said in ("本周期记分", "满 12 分", "还差 6 分", "扣分情形", "3 分"):
        assert said in page, said
    assert "第 6 次" not in page
