"""Departments hear of the changes that they watch, holders and issuers of credentials that expire."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Source, Subscription
from lantian.apps.ledger.services import credentials as service
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.services.notices import tell_of_expiries, tell_of_import
from lantian.apps.ledger.services.sources import Values, create_source
from lantian.apps.notices.models import Message, Notice
from tests.ledger.conftest import AT

pytestmark = pytest.mark.django_db
DAY = date(2019, 6, 1)


def told(person: Person) -> list[str]:
    return list(Notice.objects.of(person).order_by("pk").values_list("message__template", flat=True))


@pytest.fixture
def truck(district: None) -> Callable[..., Source]:
    def make(by: Any = None, **own: Any) -> Source:
        values = Values({"name": "车", "area_id": "110105001"} | own, {"category": "muck"})
        return create_source(kind("vehicle"), values, by=by, at=AT)

    return make


def test_a_department_that_watches_a_ledger_is_told_of_a_change_and_not_of_its_own(
    person: Callable[..., Person], truck: Callable[..., Source]
) -> None:
    watching, other = person("bureau", "transport"), person("bureau", "housing")
    Subscription.objects.create(organisation_id="transport", kind="vehicle")
    truck()
    assert (told(watching), told(other)) == (["ledger-change"], [])
    message = Message.objects.get(template="ledger-change")
    assert message.link.startswith("/ledgers/vehicle/")
    truck(by=watching)
    assert told(watching) == ["ledger-change"]


def test_an_import_is_one_message_for_each_department(person: Callable[..., Person]) -> None:
    housing, transport = person("bureau", "housing"), person("bureau", "transport")
    pairs = [(number, "housing") for number in range(1, 501)] + [(7, "transport")]
    tell_of_import(kind("vehicle"), pairs, AT)
    assert (told(housing), told(transport)) == (["ledger-change-many"], ["ledger-change-many"])
    assert "500" in Message.objects.get(key="ledger:housing:1+500").text_zh


def test_a_credential_that_expires_is_told_to_holder_and_issuer_thirty_and_seven_days_before(
    person: Callable[..., Person], truck: Callable[..., Source]
) -> None:
    firm, issuer = person("enterprise", "firm"), person("bureau", "urban-management")
    act = Act(by=None, at=AT, reason="")
    made = service.issue(service.apply("carriage-permit", truck(owner_id="firm"), {}, act), act, valid_from=DAY)
    assert made.valid_to == date(2020, 5, 31)
    noon = datetime(2020, 5, 1, 4, tzinfo=UTC)
    seen = []
    for days in range(-1, 31):
        for hour in (0, 6):
            tell_of_expiries(noon + timedelta(days=days, hours=hour))
        seen.append(len(told(firm)))
    assert (seen[0], seen[1], seen[23], seen[24], seen[31]) == (0, 1, 1, 2, 2)
    assert told(issuer) == told(firm) == ["credential-expiring"] * 2
    assert "有效期至 2020-05-31" in Message.objects.filter(template="credential-expiring")[0].text_zh


def test_days_that_the_worker_missed_are_made_up_for(
    person: Callable[..., Person], truck: Callable[..., Source]
) -> None:
    firm = person("enterprise", "firm")
    act = Act(by=None, at=AT, reason="")
    service.issue(service.apply("carriage-permit", truck(owner_id="firm"), {}, act), act, valid_from=DAY)
    tell_of_expiries(datetime(2020, 4, 20, 4, tzinfo=UTC))
    tell_of_expiries(datetime(2020, 5, 5, 4, tzinfo=UTC))
    assert told(firm) == ["credential-expiring"]
