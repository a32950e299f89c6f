"""Registration: the stage in force by type and date, at and around each date; trucks scrapped and what was paid."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.services import create_source, registration
from lantian.apps.ledger.services.sources import Values
from tests.ledger.conftest import AT


def facts(energy: str, weight: str | None, stage: str = "", category: str = "other") -> dict[str, Any]:
    found: dict[str, Any] = {"energy": energy, "category": category}
    found |= {"weight_t": Decimal(weight)} if weight else {}
    return found | ({"stage": stage} if stage else {})


@pytest.mark.parametrize(
    ("vehicle", "day", "passes"),
    [
        (facts("petrol", "1.8", "5"), date(2019, 12, 31), True),
        (facts("petrol", "1.8", "5"), date(2020, 1, 1), False),
        (facts("petrol", "3.5", "6a"), date(2020, 1, 1), False),
        (facts("petrol", "3.5", "6b"), date(2020, 1, 1), True),
        (facts("petrol", "3.6", "5"), date(2020, 1, 1), True),  # no rule of ours for heavy petrol
        (facts("gas", "18", "5"), date(2019, 6, 30), True),
        (facts("gas", "18", "5"), date(2019, 7, 1), False),
        (facts("gas", "18", "6b"), date(2019, 7, 1), True),
        (facts("gas", "3.5", "5"), date(2019, 7, 1), True),
        (facts("diesel", "18", "5", "bus"), date(2019, 6, 30), True),
        (facts("diesel", "18", "5", "bus"), date(2019, 7, 1), False),
        (facts("diesel", "18", "5", "heavy-diesel"), date(2019, 12, 31), True),
        (facts("diesel", "18", "5", "heavy-diesel"), date(2020, 1, 1), False),
        (facts("diesel", "18", "4", "heavy-diesel"), date(2019, 12, 31), False),
        (facts("petrol", "1.8"), date(2020, 1, 1), False),
        (facts("electric", None), date(2020, 1, 1), True),
    ],
)
def test_the_stage_in_force_decides(vehicle: dict[str, Any], day: date, passes: bool) -> None:
    assert registration.check_registration(vehicle, day).passed is passes


def test_a_refusal_names_stage_rule_date_and_article() -> None:
    reason = registration.check_registration(facts("petrol", "1.8", "5"), date(2020, 1, 1)).reasons[0]
    assert all(word in reason.text.zh for word in ("国 5", "国 6b", "2020-01-01"))
    assert reason.citation.en.startswith("Article 7")
    assert reason.confidence == "B"


def test_without_the_weight_nothing_is_decided_and_the_fact_is_named() -> None:
    found = registration.check_registration(facts("petrol", None, "6b"), date(2020, 1, 1))
    assert found.names() == ("missing",)
    assert "总质量" in found.reasons[0].text.zh


@pytest.mark.django_db
@pytest.mark.row("S10")
@pytest.mark.parametrize(("stage", "says"), [("5", "不予登记"), ("6b", "可以登记")])
def test_the_page_refuses_a_vehicle_below_the_stage_in_force(
    person: Callable[..., Person], stage: str, says: str
) -> None:
    client = Client()
    client.force_login(person("bureau"))
    given = {"on": "2020-01-01", "energy": "petrol", "weight_t": "1.8", "category": "other", "stage": stage}
    text = client.get(reverse("ledger:registration"), given).content.decode()
    assert says in text
    assert "第七条" in text


@pytest.mark.django_db
@pytest.mark.row("S08")
def test_scrapped_trucks_and_payments_are_told_by_owner(person: Callable[..., Person]) -> None:
    duty = person("duty")
    Organisation.objects.create(code="other", name_zh="区环卫中心", name_en="Sanitation", kind="enterprise")

    def truck(number: int, owner: str, state: str = "working", **more: Any) -> None:
        attributes = {"plate": f"京A0000{number}", "energy": "diesel", "stage": "3", "public_body": True, **more}
        own = {"name": f"货车{number}", "owner_id": owner, "state": state}
        create_source(kind("vehicle"), Values(own, attributes), by=None, at=AT)

    truck(1, "firm", "scrapped", scrapped_on="2019-03-01", incentive_yuan=20000.0, incentive_paid_on="2019-05-01")
    truck(2, "firm", "scrapped", incentive_yuan=10000.0)
    truck(3, "other")
    truck(4, "other", stage="4")
    truck(5, "other", public_body=False)
    lines = {line.owner: line for line in registration.scrappage(duty)}
    firm = lines["某企业"]
    assert (firm.total, firm.scrapped, firm.left, firm.paid) == (2, 2, 0, 1)
    assert (firm.granted_yuan, firm.paid_yuan) == (30000.0, 20000.0)
    assert (lines["区环卫中心"].total, lines["区环卫中心"].left) == (1, 1)
    client = Client()
    client.force_login(duty)
    text = client.get(reverse("ledger:scrappage")).content.decode()
    assert all(word in text for word in ("66.7", "2 / 3", "20,000", "30,000", "京A00003"))
    assert "京A00001" not in client.get(reverse("ledger:scrappage"), {"owner": "区环卫中心"}).content.decode()
