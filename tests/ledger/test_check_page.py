"""The public check page: no sign-in, public facts alone, the standing of the day, no room for trying codes."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from lantian.apps.ledger import pdf
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Credential, Source
from lantian.apps.ledger.services import create_source, credentials
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.services.sources import Values
from lantian.apps.ledger.views.check import MOST_A_MINUTE
from tests.ledger.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]
DAY = date(2019, 6, 1)
ACT = Act(None, AT, "内部说明")


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr("lantian.apps.ledger.views.check.today", lambda request: DAY)


@pytest.fixture
def permit() -> Credential:
    facts = {"plate": "京A12345", "energy": "diesel", "stage": "6b", "driver": "李四", "phone": "13812342207"}
    own = {"name": "李四的车", "area_id": "110105001", "owner_id": "firm"}
    truck = create_source(kind("vehicle"), Values(own, facts), by=None, at=AT)
    made = credentials.apply("carriage-permit", truck, {}, ACT)
    return credentials.issue(made, ACT, valid_from=DAY, valid_to=DAY + timedelta(days=300))


def page(token: str, language: str = "zh-hans") -> tuple[int, str]:
    answer = Client().get(reverse("ledger:check", args=[token]), headers={"accept-language": language})
    return answer.status_code, answer.content.decode()


@pytest.mark.row("S09")
def test_anybody_sees_number_standing_and_public_facts_and_nothing_personal(permit: Credential) -> None:
    status, text = page(permit.token)
    assert status == 200
    assert all(word in text for word in (permit.number, "有效", "京A12345", "国六B", "第十四条", "urban-management"))
    assert not any(word in text for word in ("李四", "13812342207", "内部说明", "某企业"))


def test_it_speaks_english(permit: Credential) -> None:
    assert "Carriage permit of muck trucks" in page(permit.token, "en")[1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"valid_to": DAY - timedelta(days=1)}, "已过期"),
        ({"valid_from": DAY + timedelta(days=2)}, "未生效"),
        ({"state": "suspended"}, "暂停"),
        ({"state": "revoked"}, "吊销"),
    ],
)
def test_it_says_how_the_credential_stands_today(permit: Credential, change: dict[str, object], says: str) -> None:
    Credential.objects.filter(pk=permit.pk).update(**change)
    text = page(permit.token)[1]
    assert says in text
    assert 'data-holds="no"' in text


def test_a_code_that_was_never_issued_is_called_so(permit: Credential) -> None:
    assert page("nothing-of-ours")[0] == 404
    applied = credentials.apply("carriage-permit", Source.objects.get(), {}, ACT)
    assert page(applied.token)[0] == 404


def test_an_address_that_names_another_moment_changes_nothing(permit: Credential) -> None:
    Credential.objects.filter(pk=permit.pk).update(valid_to=DAY - timedelta(days=1))
    answer = Client().get(reverse("ledger:check", args=[permit.token]), {"at": "2019-05-31T10:00"})
    assert 'data-holds="no"' in answer.content.decode()


def test_trying_codes_is_slowed_down(permit: Credential) -> None:
    client = Client()
    address = reverse("ledger:check", args=[permit.token])
    assert all(client.get(address).status_code == 200 for _ in range(MOST_A_MINUTE))
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_the_token_cannot_be_guessed_and_is_in_the_qr(permit: Credential) -> None:
    assert len(permit.token) >= 20
    assert pdf.qr_svg("x").startswith("<svg")
    assert pdf.qr_uri("x").startswith("data:image/svg+xml")


def test_a_certificate_is_a_pdf_with_the_number_as_its_title(permit: Credential) -> None:
    facts = {"title": "渣土运输车辆准运证", "number": permit.number, "lines": [["号牌", "京A12345"]], "foot": "y"}
    facts |= {"qr": pdf.qr_svg("x"), "address": "x"}
    assert pdf.certificate(facts).startswith(b"%PDF-")
    assert pdf.labels([facts] * 9, "foot").startswith(b"%PDF-")


def test_without_the_font_nothing_is_printed_and_the_reason_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "FONTS", tmp_path)
    with pytest.raises(pdf.NoFont, match="pylopdf-fonts-zh-cn"):
        pdf.labels([], "foot")
