"""Pages of measures and papers: a fine on its way, papers issued and downloaded, the public list."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lantian.apps.accounts.models import Person
from lantian.apps.audit.models import Entry
from lantian.apps.cases.models import Case, Measure, MeasureClock, Paper, Sanction
from lantian.apps.cases.services import Taken, attach_file, lift, take_step
from lantian.apps.ledger.services.attachments import Sent
from tests.cases.conftest import photo

FINE = {"party": "某建设公司", "party_kind": "organisation", "reason": "裸土未盖", "factor-harm": "medium",
        "factor-repeat": "second", "factor-correction": "in-time"}  # fmt: skip


@pytest.fixture
def now() -> datetime:
    return timezone.now().astimezone(UTC)


@pytest.fixture
def checked(opened: Callable[..., Case], officer: Person, now: datetime) -> Case:
    """A dust case of yesterday that was verified on site."""
    at = now - timedelta(days=1)
    case = opened(at, facts="东侧约 800 平方米裸土未覆盖。")
    attach_file(case, 1, Sent("东门.jpg", photo()), by=officer, at=at)
    return take_step(case, 1, Taken("violation", "裸土未盖", "工地东门"), by=officer, at=at)


@pytest.fixture
def signed_in(client: Client, officer: Person) -> Client:
    client.force_login(officer)
    return client


def body(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.row("S47")
@pytest.mark.row("B18")
def test_a_fine_goes_from_its_proposal_to_a_decision_and_its_issued_paper(signed_in: Client, checked: Case) -> None:
    start = f"/cases/{checked.slug}/measures/"
    assert "site-dust-fine" in body(signed_in.get(start))
    response = signed_in.post(f"{start}?record=site-dust-fine", FINE)
    measure = Measure.objects.get()
    assert response["Location"] == f"{start}{measure.pk}/"
    assert measure.amount == 55_000
    page = body(signed_in.get(f"{start}{measure.pk}/"))
    assert "55,000" in page
    signed_in.post(f"{start}{measure.pk}/step/", {"step": "notice", "reason": "已送达", "version": 1})
    decide = {"step": "decided", "reason": "事实清楚", "version": 2, "amount": "55000"}
    refused = signed_in.post(f"{start}{measure.pk}/step/", decide, follow=True)
    assert "届满、行使或书面放弃前不得作出决定" in body(refused)
    for version, clock in enumerate(MeasureClock.objects.order_by("pk"), 2):
        given = {"outcome": "waived", "text": "书面放弃", "version": version}
        signed_in.post(f"{start}{measure.pk}/clocks/{clock.pk}/", given)
    signed_in.post(f"{start}{measure.pk}/step/", decide | {"version": 4})
    measure.refresh_from_db()
    assert measure.state == "decided"
    begun = signed_in.post(f"/cases/{checked.slug}/papers/", {"kind": "penalty-decision", "measure": measure.pk})
    paper = Paper.objects.get()
    assert begun["Location"] == f"/cases/{checked.slug}/papers/{paper.pk}/"
    form = body(signed_in.get(begun["Location"]))
    asked = set(re.findall(r'name="v-([a-z_]+)"', form))
    assert asked == {
        "party_code",
        "party_address",
        "party_head",
        "law",
        "account",
    }  # the Code's clause is not confirmed
    values = {f"v-{name}": "写明" for name in asked} | {"version": 1, "do": "issue"}
    shown = body(signed_in.post(begun["Location"], values, follow=True))
    paper.refresh_from_db()
    assert paper.number == f"朝城管罚〔{paper.issued_at.astimezone().year if paper.issued_at else 0}〕1号"
    assert paper.number in shown
    case_page = body(signed_in.get(f"/cases/{checked.slug}/"))
    assert paper.number in case_page
    assert "施工扬尘防治措施不落实：罚款：作出决定" in case_page


def test_issued_papers_and_the_case_file_are_downloads_on_record(signed_in: Client, checked: Case) -> None:
    signed_in.post(f"/cases/{checked.slug}/papers/", {"kind": "supervision-order"})
    paper = Paper.objects.get()
    place = f"/cases/{checked.slug}/papers/{paper.pk}/"
    assert bytes(signed_in.get(f"{place}paper.pdf").content).startswith(b"%PDF-")
    assert signed_in.get(f"{place}paper.docx").status_code == 404
    assert Paper.objects.get().number == ""
    signed_in.post(place, {"version": 1, "do": "issue", "v-demand": "请立即办理。"})
    for form, start in (("pdf", b"%PDF-"), ("docx", b"PK")):
        response = signed_in.get(f"{place}paper.{form}")
        assert bytes(response.content).startswith(start)
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
    assert signed_in.get(f"{place}paper.exe").status_code == 404
    assert bytes(signed_in.get(f"/cases/{checked.slug}/file.pdf").content).startswith(b"%PDF-")
    kinds = list(Entry.objects.filter(verb__startswith="case.").values_list("verb", flat=True))
    assert kinds.count("case.paper-read") == 2
    assert kinds.count("case.file-read") == 1


def test_a_draft_is_saved_and_thrown_away(signed_in: Client, checked: Case) -> None:
    signed_in.post(f"/cases/{checked.slug}/papers/", {"kind": "correction-order"})
    place = f"/cases/{checked.slug}/papers/{Paper.objects.get().pk}/"
    signed_in.post(place, {"version": 1, "do": "save", "v-demand": "立即覆盖裸土。", "v-party": "冒名公司"})
    page = body(signed_in.get(place))
    assert "立即覆盖裸土。" in page
    assert "冒名公司" not in page
    refused = signed_in.post(place, {"version": 2, "do": "issue"}, follow=True)
    assert "请先填写：法律依据" in body(refused)
    signed_in.post(place, {"version": 3, "do": "discard"})
    assert not Paper.objects.exists()


def test_a_daily_fine_is_asked_its_days(signed_in: Client, checked: Case) -> None:
    page = body(signed_in.get(f"/cases/{checked.slug}/measures/?record=daily-fine"))
    assert {"base", "served", "found-1", "found-2", "found-3"} <= set(re.findall(r'name="([a-z0-9-]+)"', page))
    assert signed_in.get(f"/cases/{checked.slug}/measures/?record=poem").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_catalogue_shows_law_band_steps_and_periods(signed_in: Client, language: str) -> None:
    signed_in.cookies.load({"django_language": language})
    page = body(signed_in.get("/cases/measures/"))
    assert "10,000–100,000" in page
    assert ("Hearing request" if language == "en" else "申请听证") in page


def test_a_reader_of_another_street_sees_neither_measure_nor_paper(
    client: Client, checked: Case, person: Callable[..., Person], signed_in: Client
) -> None:
    signed_in.post(f"/cases/{checked.slug}/measures/?record=warning", FINE)
    measure = Measure.objects.get()
    stranger = Client()
    stranger.force_login(person("street", "office-110105002"))
    for path in ("measures/", f"measures/{measure.pk}/", "file.pdf"):
        assert stranger.get(f"/cases/{checked.slug}/{path}").status_code == 404


def test_a_viewer_reads_and_changes_nothing(checked: Case, person: Callable[..., Person]) -> None:
    viewer = Client()
    viewer.force_login(person("viewer", "chaoyang-government"))
    assert viewer.get(f"/cases/{checked.slug}/measures/").status_code == 200
    assert viewer.post(f"/cases/{checked.slug}/measures/?record=warning", FINE).status_code == 403
    assert viewer.post(f"/cases/{checked.slug}/papers/", {"kind": "correction-order"}).status_code == 403


def test_a_penalty_is_revoked_on_the_case_page_and_its_sanction_goes(
    signed_in: Client, opened: Callable[..., Case], fined: Callable[..., Case], now: datetime
) -> None:
    fined(opened(now), now)
    case = fined(opened(now), now)
    page = body(signed_in.get(f"/cases/{case.slug}/"))
    assert "撤销处罚" in page
    penalty = case.penalties.get()
    place = f"/cases/{case.slug}/penalties/{penalty.pk}/revoke/"
    assert "请写明撤销的理由" in body(signed_in.post(place, {"reason": ""}, follow=True))
    signed_in.post(place, {"reason": "复议撤销"})
    penalty.refresh_from_db()
    assert penalty.revoked_at
    assert Sanction.objects.get().lifted_at
    assert "处罚已撤销" in body(signed_in.get(f"/cases/{case.slug}/"))


@pytest.fixture
def banned(opened: Callable[..., Case], fined: Callable[..., Case], now: datetime) -> Sanction:
    """A suspension of bidding that began today: the third penalty of a cycle, of yesterday."""
    at = now - timedelta(days=1)
    return [fined(opened(at), at) for _ in range(3)][2].sanctions.get(consequence="bidding")


@pytest.mark.row("S47")
def test_everybody_sees_the_public_sanctions_in_force_and_no_others(
    client: Client, banned: Sanction, officer: Person, now: datetime
) -> None:
    page = body(client.get("/public/sanctions/"))
    assert "某建设公司" in page
    assert "暂停在京投标资格半年" in page
    assert "责令停工整改" not in page
    assert f"{banned.first}" in page
    assert "目前没有公示的惩戒" in body(client.get("/public/sanctions/?text=没有此名"))
    lift(banned, reason="已整改", by=officer, at=now)
    assert "某建设公司" not in body(client.get("/public/sanctions/"))


def test_a_sanction_that_begins_tomorrow_is_not_public_yet(
    client: Client, opened: Callable[..., Case], fined: Callable[..., Case], now: datetime
) -> None:
    for _ in range(3):
        fined(opened(now), now)
    assert "某建设公司" not in body(client.get("/public/sanctions/"))
