"""Credentials through their life: numbers, validity to the day, steps that are allowed and those that are not."""

from datetime import date, timedelta

import pytest

from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Credential, Source
from lantian.apps.ledger.services import create_source
from lantian.apps.ledger.services import credentials as service
from lantian.apps.ledger.services.credentials import Act, CredentialError
from lantian.apps.ledger.services.sources import Values
from tests.ledger.conftest import AT

ACT = Act(None, AT, "说明")
DAY = date(2019, 6, 1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]


@pytest.fixture
def truck() -> Source:
    return create_source(
        kind("vehicle"), Values({"name": "车", "area_id": "110105001"}, {"category": "muck"}), by=None, at=AT
    )


def permit(truck: Source) -> Credential:
    return service.issue(service.apply("carriage-permit", truck, {}, ACT), ACT, valid_from=DAY)


def test_a_permit_gets_its_number_and_a_year_less_a_day(truck: Source) -> None:
    first, second = permit(truck), permit(truck)
    assert (first.number, second.number) == ("ZY201900001", "ZY201900002")
    assert (first.valid_to, first.issuer_id) == (date(2020, 5, 31), "urban-management")
    assert [event.kind for event in first.events.all()] == ["applied", "issued"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [(DAY - timedelta(1), "not-yet"), (DAY, "valid"), (date(2020, 5, 31), "valid"), (date(2020, 6, 1), "expired")],
)
def test_it_holds_from_its_first_to_its_last_day(truck: Source, day: date, expected: str) -> None:
    made = permit(truck)
    assert service.standing(made, day) == expected
    assert Credential.objects.in_force(day).exists() is (expected == "valid")


def test_a_machine_label_carries_stage_and_area(truck: Source) -> None:
    machine = create_source(
        kind("machine"), Values({"name": "挖掘机", "area_id": "110105001"}, {"stage": "3"}), by=None, at=AT
    )
    label = service.issue(service.apply("machine-label", machine, {}, ACT), ACT, valid_from=DAY)
    assert (label.number, label.valid_to) == ("3110105000001", None)


def test_suspension_renewal_and_revocation_follow_their_order(truck: Source) -> None:
    made = permit(truck)
    made = service.step(made, "suspended", ACT)
    assert service.standing(made, DAY) == "suspended"
    made = service.step(made, "resumed", ACT)
    made = service.renew(made, ACT, valid_from=date(2020, 6, 1))
    assert (made.valid_to, made.version) == (date(2021, 5, 31), 2)
    with pytest.raises(CredentialError, match="reason"):
        service.revoke(made, Act(None, AT))
    made = service.revoke(made, ACT)
    for forbidden in ("issued", "refused", "suspended", "resumed", "surrendered"):
        with pytest.raises(CredentialError):
            service.step(made, forbidden, ACT)
    with pytest.raises(CredentialError):
        service.renew(made, ACT, valid_from=DAY)
    with pytest.raises(CredentialError):
        service.amend(made, {}, ACT)
    with pytest.raises(CredentialError):
        service.revoke(made, ACT)


def test_an_amendment_keeps_what_was_said_before(truck: Source) -> None:
    firm = create_source(kind("enterprise"), Values({"name": "热电"}, {"sector": "power"}), by=None, at=AT)
    made = service.apply("discharge-permit", firm, {"voc_t": 10}, ACT)
    made = service.amend(service.issue(made, ACT, valid_from=DAY), {"voc_t": 8}, ACT)
    event = made.events.order_by("pk").last()
    assert event is not None
    assert event.fields["data"] == [{"voc_t": 10}, {"voc_t": 8}]


@pytest.mark.parametrize(("taken", "left"), [(1, 11), (11, 1), (12, 0), (13, 0)])
def test_points_are_taken_down_to_nought_and_begin_anew_with_the_cycle(truck: Source, taken: int, left: int) -> None:
    station = create_source(kind("inspection-station"), Values({"name": "检测场"}), by=None, at=AT)
    made = service.issue(service.apply("station-points", station, {}, ACT), ACT, valid_from=DAY)
    made = service.take_points(made, taken, ACT)
    assert made.points == left
    assert service.renew(made, ACT, valid_from=date(2020, 6, 1)).points == 12


def test_what_has_no_points_loses_none_and_a_source_holds_only_what_its_ledger_may(truck: Source) -> None:
    with pytest.raises(CredentialError):
        service.take_points(permit(truck), 3, ACT)
    with pytest.raises(CredentialError, match="cannot be held"):
        service.apply("restaurant-rating", truck, {}, ACT)
    with pytest.raises(CredentialError, match="no kind of credential"):
        service.apply("no-such", truck, {}, ACT)


def test_every_credential_has_its_own_token(truck: Source) -> None:
    assert permit(truck).token != permit(truck).token
