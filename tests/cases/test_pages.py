"""The pages of the cases: what is shown to whom, and what can be done through them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.accounts.models import Person
from lantian.apps.alarms.models import Alarm
from lantian.apps.cases.models import Case, CaseThread, Sanction
from lantian.apps.cases.selectors.boards import durations
from lantian.apps.cases.services import escalate
from tests.cases.conftest import START, photo

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def signed_in() -> Callable[[Person], Client]:
    def make(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return make


@pytest.fixture
def web(officer: Person, signed_in: Callable[[Person], Client]) -> Client:
    return signed_in(officer)


def act(web: Client, case: Case, what: str, **data: Any) -> str:
    case.refresh_from_db()
    answer = web.post(f"/cases/{case.slug}/{what}/", {"version": case.version, **data}, follow=True)
    return str(answer.content.decode())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "page", ["", "all/", "all/?view=late", "boards/", "overdue/", "sanctions/", "sanctions/?view=all"]
)
def test_every_page_opens_with_and_without_cases(
    web: Client, opened: Callable[..., Case], page: str, language: str
) -> None:
    headers = {"accept-language": language}
    assert web.get(f"/cases/{page}", headers=headers).status_code == 200
    opened(NOW - 30 * HOUR)
    escalate(NOW)
    answer = web.get(f"/cases/{page}", headers=headers)
    assert answer.status_code == 200
    if "sanctions" not in page and "boards" not in page:
        assert "未湿法作业" in answer.content.decode()


def test_my_steps_show_the_four_parts_of_the_countdown(web: Client, opened: Callable[..., Case]) -> None:
    opened(NOW - 2 * HOUR)
    text = web.get("/cases/").content.decode()
    for part in ("剩 <b>", "止于", "时限 24 小时", "第十一条"):
        assert part in text


def test_a_step_of_others_is_not_on_my_list(
    opened: Callable[..., Case], person: Callable[..., Person], signed_in: Callable[[Person], Client]
) -> None:
    opened(NOW)
    street = signed_in(person("street", "office-110105001", "110105001"))
    assert "未湿法作业" not in street.get("/cases/").content.decode()
    assert "未湿法作业" in street.get("/cases/all/").content.decode()
    other = signed_in(person("street", "office-110105002", "110105002"))
    assert other.get("/cases/dust-violation-2026-1/").status_code == 404
    assert "未湿法作业" not in other.get("/cases/all/").content.decode()


def test_a_case_is_taken_to_its_penalty_on_its_page(web: Client, opened: Callable[..., Case]) -> None:
    case = opened(NOW - HOUR)
    text = act(web, case, "take", thread=1, outcome="violation", reason="裸土未盖")
    assert "缺少证据：照片。" in text
    sent = SimpleUploadedFile("东门.jpg", photo(), "image/jpeg")
    answer = web.post(f"/cases/{case.slug}/evidence/", {"thread": 1, "file": sent, "note": "东门"}, follow=True)
    assert "东门.jpg" in answer.content.decode()
    picture = web.get(f"/cases/{case.slug}/evidence/{case.evidence.get().pk}/")
    assert (picture.content, picture.headers["Content-Type"]) == (photo(), "image/jpeg")
    act(web, case, "take", thread=1, outcome="violation", reason="裸土未盖", place="东门")
    act(web, case, "take", thread=3, outcome="penalise", reason="事实清楚")
    page = web.get(f"/cases/{case.slug}/").content.decode()
    assert "当事人" in page  # the facts are said again before the legal act
    assert "观音堂安置房工地" in page
    text = act(web, case, "take", thread=4, outcome="served", reason="已送达", findings=["malice"])
    assert "纳入企业信用“黑名单”" in text
    register = web.get("/cases/sanctions/").content.decode()
    assert "某建设公司" in register
    assert "恶意制造扬尘污染" in register
    web.post(f"/cases/sanctions/{Sanction.objects.get().pk}/lift/", {"reason": "信用修复"})
    assert Sanction.objects.get().lift_reason == "信用修复"


def test_a_double_click_says_that_the_case_has_moved_on(web: Client, opened: Callable[..., Case]) -> None:
    case = opened(NOW)
    data = {"version": case.version, "thread": 1, "reason": "停电"}
    web.post(f"/cases/{case.slug}/pause/", data)
    again = web.post(f"/cases/{case.slug}/pause/", data, follow=True).content.decode()
    assert "未重复办理" in again
    assert "暂停于" in again
    assert case.history.filter(kind="paused").count() == 1
    act(web, case, "resume", thread=1, reason="来电")
    assert not CaseThread.objects.get(case=case, number=1).paused


def test_a_forged_step_is_refused(
    opened: Callable[..., Case], person: Callable[..., Person], signed_in: Callable[[Person], Client]
) -> None:
    case = opened(NOW)
    housing = signed_in(person("bureau", "housing"))
    text = act(housing, case, "pause", thread=1, reason="越权")
    assert "您的岗位不能办理" in text
    assert housing.post(f"/cases/{case.slug}/nothing/", {}).status_code == 404
    viewer = signed_in(person("viewer", "urban-enforcement"))
    assert viewer.post(f"/cases/{case.slug}/pause/", {"thread": 1}).status_code == 403
    assert "办理情况" not in viewer.get(f"/cases/{case.slug}/").content.decode()


def test_a_form_that_is_not_filled_in_says_which_field(web: Client, opened: Callable[..., Case]) -> None:
    case = opened(NOW)
    assert "办理情况" in act(web, case, "take", thread=1, outcome="violation", reason="")
    assert "台账中没有这个编码" in act(web, case, "subject", code="nowhere")
    assert "已记录" in act(web, case, "comment", reason="已约谈")
    assert "已记录" in act(web, case, "transfer", thread=1, to="water", reason="河道工地")


@pytest.mark.row("S38")
def test_a_street_calls_departments_on_a_page(
    person: Callable[..., Person], signed_in: Callable[[Person], Client], district: None
) -> None:
    street = signed_in(person("street", "office-110105001", "110105001"))
    data = {"title": "夜间渣土倾倒", "facts": "两车", "area": "110105001", "named": ["water", "transport"]}
    assert "吹哨" in street.get("/cases/new/whistle-call/").content.decode()
    answer = street.post("/cases/new/whistle-call/", data, follow=True)
    assert "朝吹哨〔" in answer.content.decode()
    assert CaseThread.objects.filter(step="report-in").count() == 2
    assert "至少点名一个部门" in street.post("/cases/new/whistle-call/", data | {"named": []}).content.decode()
    assert street.get("/cases/new/dust-violation/").status_code == 404
    water = signed_in(person("bureau", "water"))
    thread = CaseThread.objects.get(holder="water").number
    act(water, Case.objects.get(), "take", thread=thread, outcome="reported", reason="已到")
    assert CaseThread.objects.open().filter(holder="water").get().step == "act"
    escalate(NOW + 25 * HOUR)
    silent = Case.objects.get().history.filter(kind="escalated")
    assert [one.detail["to"] for one in silent] == ["transport"]


def test_the_time_from_alert_to_closed_is_median_and_nine_of_ten(opened: Callable[..., Case]) -> None:
    """Ten cases that took 1 to 10 hours: half take 5 h or less, nine of ten 9 h or less."""
    for hours in range(1, 11):
        alarm = Alarm.objects.create(
            number=f"a-{hours}", rule="r", rule_version="1", subject=f"s{hours}", area_code="110105001", state="ended",
            first_at=START, last_at=START, raised_at=START,
        )  # fmt: skip
        case = opened(START, alarm=alarm)
        Case.objects.filter(pk=case.pk).update(closed_at=START + hours * HOUR)
    found = durations(Case.objects.all(), START + timedelta(days=1))
    assert (found.count, found.median, found.ninety) == (10, 5 * HOUR, 9 * HOUR)
    assert durations(Case.objects.all(), START + timedelta(days=200)).median is None


def test_the_list_asks_few_questions(
    web: Client, opened: Callable[..., Case], django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        opened(NOW)
    web.get("/cases/all/")
    with django_assert_max_num_queries(20):
        web.get("/cases/all/")
    with django_assert_max_num_queries(12):
        web.get("/cases/")
    with django_assert_max_num_queries(32):
        web.get("/cases/dust-violation-2026-1/")
