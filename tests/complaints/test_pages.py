"""The desk's pages: queue, one complaint, board, export; and who may see who reported: nobody but the duty desk."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client

from lantian.apps.accounts.models import Person, Role
from lantian.apps.audit.models import Entry
from lantian.apps.complaints.models import Complaint
from lantian.apps.complaints.selectors.board import board
from lantian.apps.complaints.services import ComplaintError, read_reporter
from lantian.apps.complaints.services.photos import clean, keep_photos
from lantian.apps.ledger.services.attachments import Sent
from tests.complaints.conftest import SECRET_NAME, SECRET_PHONE, SPOT, jpeg

pytestmark = pytest.mark.usefixtures("district")
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
WHO = {"name": SECRET_NAME, "phone": SECRET_PHONE, "wants_reward": True}
ROLES = sorted(Role.values)


def act(web: Client, complaint: Complaint, what: str, **data: Any) -> str:
    complaint.refresh_from_db()
    path = f"/complaints/{complaint.number}/{what}/"
    return str(web.post(path, {"version": complaint.version, **data}, follow=True).content.decode())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "page",
    ["", "?view=open", "?view=late", "?view=alike", "?view=replied", "?view=all&text=TS", "board/", "new/", "import/"],
)
def test_every_page_opens_with_and_without_complaints(
    client_of: Callable[..., Client], made: Callable[..., Complaint], page: str, language: str
) -> None:
    web, headers = client_of("duty"), {"accept-language": language}
    assert web.get(f"/complaints/{page}", headers=headers).status_code == 200
    made(at=NOW - HOUR)
    made(at=NOW)
    assert web.get(f"/complaints/{page}", headers=headers).status_code == 200


def test_the_queue_counts_down_and_shows_what_looks_alike(
    client_of: Callable[..., Client], made: Callable[..., Complaint]
) -> None:
    made(at=NOW - 30 * HOUR)
    made(at=NOW - HOUR)
    web = client_of("duty")
    text = web.get("/complaints/").content.decode()
    assert "疑似重复 1" in text
    assert "逾期 6 时" in text
    assert [count for _, _, count in web.get("/complaints/").context["page"].counts] == [2, 0, 1, 1, 0, 2]
    assert len(web.get("/complaints/?topic=fume&view=all").context["page"].rows) == 0
    assert len(web.get("/complaints/?channel=web&view=all&text=扬尘").context["page"].rows) == 2


def test_a_street_sees_the_complaints_of_its_ground_alone(
    client_of: Callable[..., Client], made: Callable[..., Complaint]
) -> None:
    here = made(at=NOW)
    street, other = here.area_code, "110105001" if here.area_code != "110105001" else "110105002"
    mine = client_of("street", "housing", street)
    theirs = client_of("street", "water", other)
    assert mine.get(f"/complaints/{here.number}/").status_code == 200
    assert theirs.get(f"/complaints/{here.number}/").status_code == 404
    assert here.number not in theirs.get("/complaints/?view=all").content.decode()


def test_the_desk_does_everything_on_the_page(client_of: Callable[..., Client], made: Callable[..., Complaint]) -> None:
    web = client_of("duty")
    first, second, third = made(at=NOW - HOUR), made(at=NOW), made("楼下餐馆油烟", at=NOW)
    keep_photos(first, [clean(Sent("1.jpg", jpeg()))])
    picture = web.get(f"/complaints/{first.number}/photos/{first.photos.get().pk}/")
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")
    assert "没有这个案号" in act(web, first, "link", case="朝诉〔2026〕9号")
    assert "台账中没有这个编码" in act(web, first, "accept", code="NONE")
    assert "已记录" in act(web, first, "class", topic="dust", time_class="complex", reason="多部门")
    assert "已记录" in act(web, first, "accept", handler="urban-enforcement")
    assert "已记录" in act(web, second, "join", earlier=first.number)
    assert "并入此件" in web.get(f"/complaints/{first.number}/").content.decode()
    assert "没有这个投诉编号" in act(web, third, "join", earlier="TS2026-999999")
    first.refresh_from_db()
    assert first.case is not None
    assert "已记录" in act(web, third, "link", case=first.case.number)
    fourth = made("货车黑烟", at=NOW)
    assert "不属于" in act(web, fourth, "refuse", reason="不属于大气污染")
    assert web.post(f"/complaints/{first.number}/nothing/", {}).status_code == 404


def test_a_double_click_says_that_it_has_moved_on(
    client_of: Callable[..., Client], made: Callable[..., Complaint]
) -> None:
    web, complaint = client_of("duty"), made(at=NOW)
    data = {"version": complaint.version, "reason": "不属于大气污染"}
    web.post(f"/complaints/{complaint.number}/refuse/", data)
    again = web.post(f"/complaints/{complaint.number}/refuse/", data, follow=True).content.decode()
    assert "未重复办理" in again


def test_a_suggestion_is_told_apart_on_the_page(
    client_of: Callable[..., Client], made: Callable[..., Complaint]
) -> None:
    made(at=NOW - HOUR)
    second = made(at=NOW)
    web = client_of("duty")
    assert "相距" in web.get(f"/complaints/{second.number}/").content.decode()
    assert "相距" not in act(web, second, "part", suggestion=second.suggestions.get().pk)


def test_the_desk_enters_what_it_hears(client_of: Callable[..., Client]) -> None:
    web = client_of("duty")
    data = {"channel": "supervisor", "text": "工地扬尘", "place": "某处", "name": SECRET_NAME, "phone": SECRET_PHONE}
    page = web.post("/complaints/new/", data, follow=True).content.decode()
    assert "已登记" in page
    assert SECRET_NAME not in page
    wrong = web.post("/complaints/new/", data | {"channel": "12345"})
    assert "请填写工单号" in wrong.content.decode()
    assert web.post("/complaints/new/", data | {"channel": "web"}).status_code == 200
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_nobody_but_the_duty_desk_sees_who_reported_and_that_is_on_record(
    client_of: Callable[..., Client], person: Callable[..., Person], made: Callable[..., Complaint], role: str
) -> None:
    complaint = made("工地扬尘", at=NOW, **WHO)
    other = made("工地扬尘，请回电" + SECRET_PHONE, at=NOW)
    web = Client() if role == "nobody" else client_of(role)
    paths = ["/complaints/?view=all", f"/complaints/{complaint.number}/", f"/complaints/{other.number}/",
             "/complaints/board/", "/complaints/export.xlsx?view=all", "/system/audit/",
             f"/complaints/{complaint.number}/reporter/"]  # fmt: skip
    for path in paths:
        content = web.get(path).content
        shown = sheet_text(content) if content[:2] == b"PK" else content.decode()
        assert SECRET_NAME not in shown, path
        assert SECRET_PHONE not in shown, path
    for path in (f"/complaints/?view=all&text={SECRET_PHONE}", f"/search/?q={SECRET_NAME}"):
        assert complaint.number not in web.get(path).content.decode()
    unmask = {"model": "complaints.reporter", "key": str(complaint.pk), "field": "name"}
    assert SECRET_NAME not in web.post("/accounts/unmask/", unmask).content.decode()
    answer = web.post(f"/complaints/{complaint.number}/reporter/", {"reason": "核实现场位置"})
    reads = Entry.objects.filter(verb="complaint.reporter-read")
    if role == Role.DUTY:
        assert SECRET_NAME in answer.content.decode()
        assert SECRET_PHONE in answer.content.decode()
        assert answer.headers["Cache-Control"].startswith("max-age=0") or "no-" in answer.headers["Cache-Control"]
        assert reads.get().detail["reason"] == "核实现场位置"
        assert SECRET_NAME not in str(reads.get().detail)
        assert "查看举报人" in web.get(f"/complaints/{complaint.number}/").content.decode()
        assert SECRET_NAME not in web.get(f"/complaints/{complaint.number}/").content.decode()
    else:
        assert answer.status_code in (302, 403)
        assert not reads.exists()
        if role != "nobody":
            with pytest.raises(ComplaintError):
                read_reporter(complaint, by=person(role), reason="核实现场位置", at=NOW)


def test_who_reported_is_not_shown_without_a_reason(
    client_of: Callable[..., Client], made: Callable[..., Complaint]
) -> None:
    complaint, anonymous = made(at=NOW, **WHO), made(at=NOW)
    web = client_of("duty")
    for reason in ("", "看"):
        answer = web.post(f"/complaints/{complaint.number}/reporter/", {"reason": reason}, follow=True)
        assert "请写明查看举报人的理由" in answer.content.decode()
        assert SECRET_NAME not in answer.content.decode()
    answer = web.post(f"/complaints/{anonymous.number}/reporter/", {"reason": "核实现场"}, follow=True)
    assert "匿名" in answer.content.decode()
    assert not Entry.objects.filter(verb="complaint.reporter-read").exists()


def sheet_text(content: bytes) -> str:
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return str(list(page.iter_rows(values_only=True)))


def test_an_export_has_everything_but_who_reported_and_is_on_record(
    client_of: Callable[..., Client], made: Callable[..., Complaint]
) -> None:
    complaint = made(at=NOW, **WHO)
    text = sheet_text(client_of("duty").get("/complaints/export.xlsx?view=all").content)
    assert complaint.number in text
    assert complaint.text in text
    assert "导出人" in text
    assert SECRET_NAME not in text
    assert Entry.objects.filter(verb="complaint.exported").count() == 1


def test_the_board_counts_by_hand(made: Callable[..., Complaint]) -> None:
    in_time, late, waiting = (made(at=NOW - 9 * 24 * HOUR) for _ in range(3))
    Complaint.objects.filter(pk=in_time.pk).update(
        accepted_at=NOW, replied_at=in_time.due_at, visit="dissatisfied", visited_at=NOW
    )
    Complaint.objects.filter(pk=late.pk).update(
        accepted_at=NOW, replied_at=late.due_at + HOUR, visit="satisfied", duplicate_of=in_time
    )
    made("楼下餐馆油烟", at=NOW, longitude=None, latitude=None, place="某处")
    found = board(Complaint.objects.all(), NOW)
    whole = found.whole
    assert (whole.total, whole.open, whole.overdue, whole.replied, whole.in_time, whole.joined) == (4, 2, 1, 2, 1, 1)
    assert whole.percent == 50
    assert {row.key: row.total for row in found.topics} == {"dust": 3, "fume": 1}
    assert {row.key: row.total for row in found.streets} == {waiting.area_code: 3, "": 1}
    # three came due, one of them answered in time; both that were called back are solved, one is satisfied
    assert (str(found.rates.response), str(found.rates.solution), str(found.rates.satisfaction)) == (
        "33.3",
        "100.0",
        "50.0",
    )
    assert [(one.count, one.recommended.zh) for one in found.often] == [(3, "督查、交办属地街乡")]


def test_places_are_told_by_topic_and_distance(made: Callable[..., Complaint]) -> None:
    for number in range(4):
        made(at=NOW, longitude=SPOT[0] + number * 0.02)
    assert board(Complaint.objects.all(), NOW).often == []
