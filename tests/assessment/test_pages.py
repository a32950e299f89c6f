"""The weekly ranking and the bulletins as pages."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from docx import Document

from lantian.apps.accounts.models import Person
from lantian.apps.assessment.models import Bulletin
from lantian.apps.assessment.snapshots import number_of
from lantian.apps.inspections.models import Inspection
from lantian.apps.ui import middleware
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.instants import BEIJING
from tests.assessment.conftest import NOW, WEEK

Clients = Callable[..., Client]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock of requests; its last entry is now."""
    moments = [NOW]

    class Clock:
        @staticmethod
        def now(tz: Any) -> datetime:
            return moments[-1].astimezone(tz)

    monkeypatch.setattr(middleware, "datetime", Clock)
    return moments


def page(client: Client, address: str) -> str:
    """Return a page's text."""
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


@pytest.mark.row("S17")
def test_the_last_week_is_ranked_with_counts_ties_changes_and_reasons(
    busy_week: None, client_of: Clients, clock: list[datetime]
) -> None:
    text = page(client_of("viewer"), "/assessment/")
    assert "2026-11-16" in text
    rows = [row.split("</td>") for row in text.split("<tbody>")[1].split("</tr>")[:4]]
    names = [
        name for row in rows for name in ("建外街道", "朝外街道", "呼家楼街道", "三里屯街道") if name in "".join(row)
    ]
    assert names == ["建外街道", "朝外街道", "呼家楼街道", "三里屯街道"]
    assert "不足 5 次，查处率不排名" in text
    assert "没有检查记录" in text
    assert "第十一条、第三十一条" in text
    assert text.count("<path") == 5  # four streets and the hatch


def test_the_ranking_by_rate_leads_with_the_highest_rate(
    busy_week: None, client_of: Clients, clock: list[datetime]
) -> None:
    text = page(client_of("viewer"), "/assessment/?figure=rate").split("<tbody>")[1]
    assert text.index("朝外街道") < text.index("建外街道")  # 3/6 before 2/8


@pytest.mark.row("B9")
def test_streets_whose_rates_cannot_be_told_apart_share_a_band(
    inspected: Callable[..., Inspection], client_of: Clients, clock: list[datetime]
) -> None:
    for street, found in (("110105001", 27), ("110105002", 26), ("110105003", 2)):
        for number in range(30):
            inspected(street, result="failed" if number < found else "passed")
    client = client_of("viewer")
    rows = page(client, "/assessment/?figure=rate").split("<tbody>")[1].split("<tr")[1:]
    # 27 and 26 of 30 overlap; 2 of 30 stands apart, and so does the street without checks, which has no band
    assert [row.startswith(' class="band"') for row in rows] == [False, False, True, True]
    assert ["1–2" in row for row in rows] == [True, True, False, False]
    assert "3–3" in rows[2]
    assert 'class="band"' not in page(client, "/assessment/")


@pytest.mark.row("S17")
def test_each_number_leads_to_the_checks_behind_it(busy_week: None, client_of: Clients, clock: list[datetime]) -> None:
    text = page(client_of("enforcement"), "/assessment/weekly/2026-W47/110105001/")
    assert "2 ÷ 8 = 25.0 %" in text
    assert "4 + 4 = 8" in text
    assert text.split('id="before"')[0].count("朝扬尘案〔2026〕") == 4
    assert "/cases/dust-violation-2026-1/" in text


def test_what_lies_outside_a_readers_ground_is_counted_but_not_named(
    busy_week: None, person: Callable[..., Person], clock: list[datetime]
) -> None:
    client = Client()
    client.force_login(person("street", area="110105002"))
    text = page(client, "/assessment/weekly/2026-W47/110105001/")
    assert "不在您的可见范围" in text
    assert "朝扬尘案〔2026〕" not in text


def test_looking_back_shows_what_was_known_then(busy_week: None, client_of: Clients, clock: list[datetime]) -> None:
    then = (WEEK.start + timedelta(hours=1)).astimezone(BEIJING)
    viewer, address = client_of("viewer"), "/assessment/weekly/2026-W47/"
    for query in (f"at={then:%Y-%m-%dT%H:%M}", f"known={then:%Y-%m-%dT%H:%M}"):
        assert "本周没有检查记录，不作排名" in page(viewer, f"{address}?{query}")


@pytest.mark.parametrize(
    "address", ["weekly/2026-11/", "weekly/2026-W60/", "weekly/2026-W47/110105999/", "bulletins/9/"]
)
def test_what_does_not_exist_is_no_page(
    district: None, client_of: Clients, clock: list[datetime], address: str
) -> None:
    assert client_of("viewer").get(f"/assessment/{address}").status_code == 404


@pytest.mark.row("S17")
@pytest.mark.row("S49")
@pytest.mark.row("B16")
def test_a_weekly_bulletin_from_the_page_to_signed_papers_and_was_and_is(
    busy_week: None, client_of: Clients, clock: list[datetime], inspected: Callable[..., Inspection]
) -> None:
    drafts, signs = client_of("enforcement"), client_of("duty")
    assert "待拟通报" in page(drafts, "/assessment/bulletins/")
    made = drafts.post("/assessment/bulletins/new/", {"record": "weekly-dust", "period": "2026-W47"})
    address = made.headers["Location"]
    assert "未签发" in page(drafts, address)
    drafts.post(f"{address}write/", {"requirements": "请排名靠后的街乡加强检查。", "revision": "1"})
    drafts.post(f"{address}submit/", {"revision": "2"})
    assert "签发并冻结" in page(signs, address)
    signs.post(f"{address}sign/", {"revision": "3"})
    text = page(signs, address)
    assert "朝城管通〔2026〕1号" in text
    assert "没有变化" in text
    docx = signs.get(f"{address}file/docx/").content
    assert check_docx(docx) == []
    assert "请排名靠后的街乡加强检查。" in [one.text for one in Document(BytesIO(docx)).paragraphs]
    assert signs.get(f"{address}file/pdf/").content.startswith(b"%PDF-")

    inspected("110105004", result="failed", recorded_at=NOW + timedelta(hours=2))
    clock.append(NOW + timedelta(hours=3))
    text = page(signs, address)
    assert "原为" in text
    assert "<s" in text
    assert "拟更正通报" in text
    assert signs.get(f"{address}file/docx/").content == docx

    kept = Bulletin.objects.get().snapshot
    figures = f"/assessment/snapshots/{kept.pk}/figures/"
    assert f'<a class="how" href="{figures}#checks">16</a>次' in text
    assert f'href="{figures}#place_110105001_checks"' in text
    shown = page(signs, figures)
    assert "6 ÷ 16 × 100" in shown
    behind = f"/assessment/weekly/2026-W47/110105001/?snapshot={kept.pk}"
    assert f'<a href="{behind}">案件核验与现场检查记录</a>' in shown
    assert signs.get(behind).status_code == 200
    assert {"次", "起", "%"} <= set(re.findall('class="unit">([^<]*)<', shown))
    signs.cookies["django_language"] = "en"
    assert set(re.findall('class="unit">([^<]*)<', page(signs, figures))) == {"%"}, "what is counted has no unit"
    del signs.cookies["django_language"]
    given = json.loads(signs.get(f"/assessment/snapshots/{kept.pk}/").content)
    assert number_of(given) == kept.pk
    past = page(signs, f"/assessment/weekly/2026-W47/?snapshot={kept.pk}").split("<tbody>")[1]
    assert "110105004" in past
    assert "没有检查记录" in past


def test_a_draft_is_given_out_as_a_draft(busy_week: None, client_of: Clients, clock: list[datetime]) -> None:
    client = client_of("enforcement")
    client.post("/assessment/bulletins/new/", {"record": "weekly-dust", "period": "2026-W47"})
    address = f"/assessment/bulletins/{Bulletin.objects.get().pk}/"
    answer = client.get(f"{address}file/docx/")
    assert "draft" in answer.headers["Content-Disposition"]
    assert "朝城管通〔2026〕1号" in [one.text for one in Document(BytesIO(answer.content)).paragraphs]
    assert client.get(f"{address}file/pdf/").content.startswith(b"%PDF-")
    assert client.get(f"{address}file/odt/").status_code == 404


@pytest.mark.parametrize("what", ["sign", "submit", "withdraw", "return", "nothing"])
def test_an_act_that_is_not_allowed_changes_nothing(
    busy_week: None, client_of: Clients, clock: list[datetime], what: str
) -> None:
    client_of("enforcement").post("/assessment/bulletins/new/", {"record": "weekly-dust", "period": "2026-W47"})
    found = Bulletin.objects.get()
    address = f"/assessment/bulletins/{found.pk}/{what}/"
    assert client_of("street").post(address).status_code == 403
    if what in {"sign", "return", "withdraw"}:  # not handed in yet, or without a reason
        client_of("duty").post(address)
    assert Bulletin.objects.get().revision == found.revision


@pytest.mark.parametrize("role", ["street", "community"])
def test_a_draft_is_not_read_on_the_ground_before_it_is_signed(
    busy_week: None, client_of: Clients, clock: list[datetime], role: str
) -> None:
    drafter, signer, ground = client_of("enforcement"), client_of("duty"), client_of(role)
    drafter.post("/assessment/bulletins/new/", {"record": "weekly-dust", "period": "2026-W47"})
    address = f"/assessment/bulletins/{Bulletin.objects.get().pk}/"
    asked = (address, f"{address}file/docx/", f"{address}file/pdf/")
    assert [ground.get(one).status_code for one in asked] == [404, 404, 404]
    assert address not in page(ground, "/assessment/bulletins/")
    assert address in page(signer, "/assessment/bulletins/")
    drafter.post(f"{address}submit/")
    signer.post(f"{address}sign/")
    assert [ground.get(one).status_code for one in asked] == [200, 200, 200]
    assert address in page(ground, "/assessment/bulletins/")


def test_a_wrong_draft_says_why(district: None, client_of: Clients, clock: list[datetime]) -> None:
    client = client_of("duty")
    answer = client.post("/assessment/bulletins/new/", {"record": "weekly-dust", "period": "2026-W49"}, follow=True)
    assert "尚未结束" in answer.content.decode()
    assert client.post("/assessment/bulletins/new/", {"record": "nothing", "period": "x"}).status_code == 404


def test_what_a_second_editor_wrote_is_refused_and_shown_again(busy_week: None, client_of: Clients) -> None:
    first, second = client_of("enforcement"), client_of("duty")
    first.post("/assessment/bulletins/new/", {"record": "weekly-dust", "period": "2026-W47"})
    address = f"/assessment/bulletins/{Bulletin.objects.get().pk}/"
    first.post(f"{address}write/", {"requirements": "甲的要求", "revision": "1"})
    answer = second.post(f"{address}write/", {"requirements": "乙的要求", "revision": "1"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "稿件在您打开后已有变动" in text
    assert "readonly" in text
    assert "乙的要求</textarea>" in text
    assert Bulletin.objects.get().requirements == "甲的要求"


@pytest.mark.parametrize("address", ["", "weekly/2026-W47/110105001/", "bulletins/"])
def test_the_pages_read_in_english(busy_week: None, client_of: Clients, clock: list[datetime], address: str) -> None:
    client = client_of("duty")
    client.cookies["django_language"] = "en"
    text = page(client, f"/assessment/{address}")
    assert "Checks" in text or "Bulletins" in text
