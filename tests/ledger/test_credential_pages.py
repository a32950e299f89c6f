"""The pages of credentials: filters to the day, row rights, issuers, applications, labels, few questions for many."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lantian.apps.accounts.models import Person
from lantian.apps.audit.models import Entry
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Credential, Source
from lantian.apps.ledger.services import create_source, credentials
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.services.sources import Values
from tests.ledger.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]
DAY = date(2019, 6, 1)
ACT = Act(None, AT, "说明")
LIST = "/ledgers/credentials/"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lantian.apps.ledger.views.credentials.today", lambda request: DAY)


@pytest.fixture
def client_of(person: Callable[..., Person]) -> Callable[..., Client]:
    def make(role: str, organisation: str = "environment") -> Client:
        client = Client()
        client.force_login(person(role, organisation))
        return client

    return make


def restaurant(name: str, street: int = 1, owner: str | None = None) -> Source:
    own = {"name": name, "area_id": f"11010500{street}", "owner_id": owner}
    return create_source(kind("restaurant"), Values(own, {"scale": "small"}), by=None, at=AT)


def rating(name: str, last: date | None = None, street: int = 1, owner: str | None = None) -> Credential:
    made = credentials.apply("restaurant-rating", restaurant(name, street, owner), {"grade": "A"}, ACT)
    return credentials.issue(made, ACT, valid_from=date(2019, 1, 1), valid_to=last)


def shown(client: Client, **query: Any) -> list[str]:
    text = client.get(LIST, query).content.decode()
    return [name for name in ("甲店", "乙店", "丙店", "丁店") if name in text]


def test_expiring_runs_from_today_to_the_last_of_the_days_ahead(client_of: Callable[..., Client]) -> None:
    for name, last in (("甲店", -1), ("乙店", 0), ("丙店", 60), ("丁店", 61)):
        rating(name, DAY + timedelta(days=last))
    client = client_of("duty")
    assert shown(client, view="expiring") == ["乙店", "丙店"]
    assert shown(client, view="expiring", within="90") == ["乙店", "丙店", "丁店"]
    assert shown(client, view="expired") == ["甲店"]
    assert shown(client, view="valid") == ["乙店", "丙店", "丁店"]
    assert shown(client) == ["甲店", "乙店", "丙店", "丁店"]


def test_suspended_applied_and_ended_ones_have_their_views(client_of: Callable[..., Client]) -> None:
    credentials.step(rating("甲店"), "suspended", ACT)
    credentials.revoke(rating("乙店"), ACT)
    credentials.apply("restaurant-rating", restaurant("丙店"), {}, ACT)
    client = client_of("duty")
    found = [shown(client, view=view) for view in ("suspended", "ended", "applied")]
    assert found == [["甲店"], ["乙店"], ["丙店"]]


def test_kind_text_and_number_narrow_the_list_and_nonsense_does_not_break_it(client_of: Callable[..., Client]) -> None:
    first = rating("甲店")
    rating("乙店")
    client = client_of("duty")
    assert shown(client, text="甲店") == ["甲店"]
    assert shown(client, text=first.number) == ["甲店"]
    assert shown(client, kind="machine-label") == []
    assert shown(client, kind="nonsense", view="nonsense", within="x", page="99") == ["甲店", "乙店"]


def test_streets_and_enterprises_see_their_own(client_of: Callable[..., Client]) -> None:
    rating("甲店", street=1)
    other = rating("乙店", street=2, owner="firm")
    street, firm = client_of("street", "office-1"), client_of("enterprise", "firm")
    assert (shown(street), shown(firm)) == (["甲店"], ["乙店"])
    assert street.get(f"{LIST}{other.pk}/").status_code == 404
    assert street.get(f"{LIST}{other.pk}/certificate.pdf").status_code == 404
    assert firm.get(f"{LIST}{other.pk}/certificate.pdf").content.startswith(b"%PDF-")


def test_only_the_issuer_and_the_duty_desk_act(client_of: Callable[..., Client]) -> None:
    made = rating("甲店")
    address = reverse("ledger:credential-act", args=[made.pk, "suspended"])
    other = client_of("bureau", "housing")
    assert other.post(address, {"reason": "试"}).status_code == 403
    assert "办理" not in other.get(f"{LIST}{made.pk}/").content.decode()
    client_of("bureau", "food-drug").post(address, {"reason": "停业整治"})
    assert Credential.objects.get().state == "suspended"
    client_of("duty").post(reverse("ledger:credential-act", args=[made.pk, "resumed"]), {"reason": "恢复"})
    assert Credential.objects.get().state == "valid"
    assert client_of("street", "office-1").post(address, {"reason": "试"}).status_code == 403


def test_a_rating_is_lowered_by_an_amendment_that_keeps_the_earlier_grade(client_of: Callable[..., Client]) -> None:
    made = rating("甲店")
    bureau = client_of("bureau", "food-drug")
    address = reverse("ledger:credential-act", args=[made.pk, "amended"])
    given = {"d.grade": "B", "reason": "一年内处罚两次", "d.other": "x"}
    text = bureau.post(address, given, follow=True).content.decode()
    made.refresh_from_db()
    assert (made.data, made.version) == ({"grade": "B"}, 2)
    assert "<del>A</del>" in text
    bureau.post(address, {"d.grade": "C"})
    made.refresh_from_db()
    assert made.data == {"grade": "B"}


def test_an_application_names_its_holder_or_says_who_may_hold_it(client_of: Callable[..., Client]) -> None:
    source = restaurant("甲店")
    bureau = client_of("bureau", "food-drug")
    new = reverse("ledger:credential-new")
    wrong = bureau.get(new, {"kind": "restaurant-rating", "source": "GD000001"})
    assert wrong.status_code == 422
    assert "餐饮企业" in wrong.content.decode()
    assert "甲店" in bureau.get(new, {"kind": "restaurant-rating", "source": source.code}).content.decode()
    bureau.post(new, {"kind": "restaurant-rating", "source": source.code, "d.grade": "A"})
    assert Credential.objects.get().data == {"grade": "A"}
    assert bureau.post(new, {"kind": "machine-label", "source": source.code}).status_code == 422
    other = client_of("bureau", "housing")
    assert other.post(new, {"kind": "restaurant-rating", "source": source.code}).status_code == 403


def test_issuing_asks_for_days_in_their_order(client_of: Callable[..., Client]) -> None:
    made = credentials.apply("restaurant-rating", restaurant("甲店"), {}, ACT)
    bureau = client_of("bureau", "food-drug")
    address = reverse("ledger:credential-act", args=[made.pk, "issued"])
    text = bureau.post(address, {"valid_from": "2019-06-01", "valid_to": "2019-05-31"}, follow=True).content.decode()
    assert "有效期止早于有效期起" in text
    bureau.post(address, {"valid_from": "2019-06-01"})
    assert Credential.objects.get().valid_to == date(2020, 5, 31)
    assert bureau.post(reverse("ledger:credential-act", args=[made.pk, "nonsense"])).status_code == 404


def test_printing_is_audited_and_labels_are_of_kinds_that_have_them(client_of: Callable[..., Client]) -> None:
    made = rating("甲店")
    client = client_of("duty")
    assert client.get(f"{LIST}labels.pdf").status_code == 404
    client.get(f"{LIST}{made.pk}/certificate.pdf")
    assert Entry.objects.filter(verb="credential.printed").count() == 1


def test_a_full_page_takes_few_questions(client_of: Callable[..., Client]) -> None:
    for number in range(30):
        rating(f"店 {number}")
    client = client_of("duty")
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(LIST)
    assert len(asked) <= 15


@pytest.mark.parametrize("path", [LIST, f"{LIST}new/", "/ledgers/machinery/", "/ledgers/machinery/file/",
                                  "/ledgers/machinery/check/", "/ledgers/gate/", "/ledgers/safety-notice/",
                                  "/ledgers/permits/", "/ledgers/registration/", "/ledgers/scrappage/",
                                  "/ledgers/ratings/", "/ledgers/charging/"])  # fmt: skip
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_over_an_empty_district(client_of: Callable[..., Client], path: str, language: str) -> None:
    answer = client_of("duty").get(path, headers={"accept-language": language})
    assert answer.status_code == 200
