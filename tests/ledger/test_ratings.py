"""Two penalties within 365 days tell the rating department exactly once; points lead to the pack's consequence."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lantian.apps.accounts.models import Person
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import ChangeNotice, Credential, Source, SourcePenalty
from lantian.apps.ledger.services import create_source, credentials, ratings
from lantian.apps.ledger.services.credentials import Act, CredentialError
from lantian.apps.ledger.services.sources import Values
from lantian.workflow.ladders import Penalty
from tests.ledger.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]
ACT = Act(None, datetime(2021, 6, 1, tzinfo=UTC), "")
FIRST = date(2019, 3, 1)


@pytest.fixture
def restaurant() -> Source:
    own = {"name": "某餐馆", "area_id": "110105001"}
    return create_source(kind("restaurant"), Values(own, {"scale": "medium"}), by=None, at=AT)


def told() -> list[str]:
    """The organisations that were told of penalties."""
    return [one.organisation_id for one in ChangeNotice.objects.filter(change__kind="penalised")]


def penalise(source: Source, day: date) -> bool:
    return ratings.record_penalty(source, f"罚〔{day}〕", day, "油烟超标", ACT) is not None


@pytest.mark.parametrize(("days", "tells"), [(0, True), (364, True), (365, False), (366, False)])
def test_the_second_penalty_inside_365_days_tells_the_rating_department(
    restaurant: Source, days: int, tells: bool
) -> None:
    ratings.record_penalty(restaurant, "罚 1 号", FIRST, "油烟超标", ACT)
    assert told() == []
    found = ratings.record_penalty(restaurant, "罚 2 号", FIRST + timedelta(days=days), "油烟超标", ACT)
    assert (found is not None) is tells
    assert told() == (["food-drug"] if tells else [])


def test_a_third_one_in_the_same_year_tells_nothing_new_and_a_later_pair_does(restaurant: Source) -> None:
    assert [penalise(restaurant, FIRST + timedelta(days=days)) for days in (0, 100, 200)] == [False, True, False]
    assert penalise(restaurant, FIRST + timedelta(days=700)) is False
    assert penalise(restaurant, FIRST + timedelta(days=800)) is True


def test_decisions_may_arrive_in_any_order(restaurant: Source) -> None:
    assert [penalise(restaurant, FIRST + timedelta(days=days)) for days in (200, 0, 100)] == [False, True, False]


def test_revoked_penalties_do_not_count(restaurant: Source) -> None:
    penalise(restaurant, FIRST)
    SourcePenalty.objects.update(revoked=True)
    assert penalise(restaurant, FIRST + timedelta(days=10)) is False


def test_a_decision_is_recorded_once_and_not_ahead_of_its_day(restaurant: Source) -> None:
    penalise(restaurant, FIRST)
    with pytest.raises(CredentialError, match="already"):
        penalise(restaurant, FIRST)
    with pytest.raises(CredentialError, match="future"):
        penalise(restaurant, date(2021, 6, 2))


def test_the_notice_is_a_function_of_the_list_too() -> None:
    rule = ratings.rule_for("restaurant", FIRST, "days")
    assert rule
    two = [Penalty("a", FIRST), Penalty("b", FIRST + timedelta(days=364))]
    assert ratings.rating_notice(two, two[1].day, rule).level
    assert ratings.rating_notice(two, two[1].day + timedelta(days=1), rule).level is None


@pytest.mark.row("S34")
def test_enforcement_records_penalties_on_the_page_and_the_food_department_is_told(
    person: Callable[..., Person], restaurant: Source
) -> None:
    client = Client()
    client.force_login(person("enforcement"))
    address = reverse("ledger:ratings")
    given = {"code": restaurant.code, "reason": "油烟超标"}
    first = client.post(address, {**given, "number": "罚 1 号", "decided_on": "2019-03-01"}, follow=True)
    assert "已通报评级部门。" not in first.content.decode()
    second = client.post(
        address, {**given, "number": "罚 2 号", "decided_on": "2020-02-28"}, follow=True
    ).content.decode()
    assert "已达到降级条件" in second
    assert "food-drug" in second
    assert told() == ["food-drug"]
    assert (
        client.post(address, {**given, "code": "CY999999", "number": "x", "decided_on": "2020-01-01"}).status_code
        == 302
    )


def test_a_revoked_decision_leaves_the_count_and_its_reason_the_log(
    person: Callable[..., Person], restaurant: Source
) -> None:
    penalise(restaurant, FIRST)
    client = Client()
    client.force_login(person("enforcement"))
    penalty = SourcePenalty.objects.get()
    address = reverse("ledger:ratings")
    client.post(address, {"revoke": penalty.pk})
    assert not SourcePenalty.objects.get().revoked
    text = client.post(address, {"revoke": penalty.pk, "reason": "复议撤销"}, follow=True).content.decode()
    assert SourcePenalty.objects.get().revoked
    assert "<del>" in text
    assert client.post(address, {"revoke": "x", "reason": "y"}).status_code == 404
    assert penalise(restaurant, FIRST + timedelta(days=10)) is False


# Points ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def points() -> Credential:
    own = {"name": "某检测场", "area_id": "110105001"}
    station = create_source(kind("inspection-station"), Values(own, {"lanes": 4}), by=None, at=AT)
    made = credentials.apply("station-points", station, {}, ACT)
    return credentials.issue(made, ACT, valid_from=date(2019, 1, 1))


@pytest.mark.parametrize(
    ("taken", "consequence"), [(0, None), (5, None), (6, "warned"), (11, "warned"), (12, "suspended")]
)
def test_points_lead_to_the_packs_consequence(points: Credential, taken: int, consequence: str | None) -> None:
    if taken:
        points = credentials.take_points(points, taken, ACT)
    found = ratings.points_standing(points, date(2019, 6, 1))
    assert found
    assert (found.left, found.taken) == (12 - taken, taken)
    assert (found.consequence.consequence if found.consequence else None) == consequence
    assert (found.standing.level.consequence if found.standing.level else None) == consequence


@pytest.mark.row("S07")
def test_points_are_taken_on_the_page_with_their_reason(person: Callable[..., Person], points: Credential) -> None:
    client = Client()
    client.force_login(person("bureau"))
    address = reverse("ledger:credential-act", args=[points.pk, "points"])
    client.post(address, {"points": 6})
    text = client.post(address, {"points": 6, "reason": "检测线标定过期"}, follow=True).content.decode()
    points.refresh_from_db()
    assert points.points == 6
    assert all(word in text for word in ("剩余 6 分", "约谈并限期整改", "检测线标定过期", "12"))
