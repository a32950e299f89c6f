"""Cases through their steps: numbers without gaps, clocks, who may act, double clicks, returns, joint cases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.audit.services import verify_chain
from lantian.apps.cases.models import Case, CaseStep, CaseThread, HistoryError
from lantian.apps.cases.services import (
    CaseActError,
    Changed,
    NewCase,
    NotYours,
    Taken,
    attach_file,
    comment,
    content_of,
    open_case,
    pause,
    resume,
    send_back,
    take_step,
    transfer,
)
from lantian.apps.ledger.services.attachments import AttachmentError, Sent
from lantian.workflow.cases import CaseError
from tests.cases.conftest import START, photo

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def open_steps(case: Case) -> list[tuple[int, str, str]]:
    return [(row.number, row.step, row.holder_id) for row in case.threads.open()]


def test_a_case_opens_with_the_clocks_of_article_11(opened: Callable[..., Case]) -> None:
    case = opened()
    assert (case.number, case.slug) == ("朝扬尘案〔2019〕1号", "dust-violation-2019-1")
    due = {row.step: row.due_at for row in case.threads.all()}
    assert due["verify"] == START + 24 * HOUR
    assert due["feedback"] == datetime(2019, 5, 13, 16, tzinfo=UTC)  # 7 days after 6 May, to the day's end in Beijing
    assert case.parties == {
        "enforcement": ["urban-enforcement"], "trade": ["housing"], "street": ["office-110105001"],
    }  # fmt: skip
    [step] = case.history.all()
    assert (step.kind, step.citation_zh, len(step.hash)) == ("opened", "第十一条", 64)
    assert verify_chain() == 1


def test_numbers_have_no_gaps_though_an_opening_fails(opened: Callable[..., Case]) -> None:
    opened()
    with pytest.raises(CaseActError, match="about"):
        opened(title=" ")
    with transaction.atomic():
        opened()
        transaction.set_rollback(True)
    assert opened().serial == 2
    assert opened(at=datetime(2020, 1, 1, tzinfo=UTC)).number == "朝扬尘案〔2020〕1号"


def test_a_year_is_that_of_beijing(opened: Callable[..., Case]) -> None:
    assert opened(at=datetime(2019, 12, 31, 16, tzinfo=UTC)).year == 2020


def test_a_step_needs_its_evidence_its_words_and_its_holder(
    opened: Callable[..., Case], officer: Person, person: Callable[..., Person]
) -> None:
    case = opened()
    with pytest.raises(CaseError, match="photo"):
        take_step(case, 1, Taken("violation", "裸土未盖"), by=officer, at=START)
    with pytest.raises(CaseActError, match="Say what was done"):
        take_step(case, 1, Taken("violation", ""), by=officer, at=START)
    with pytest.raises(NotYours, match="urban-enforcement"):
        take_step(case, 1, Taken("violation", "裸土未盖"), by=person("bureau", "housing"), at=START)
    assert case.history.count() == 1  # nothing half-done
    attach_file(case, 1, Sent("东门.jpg", photo()), by=officer, at=START)
    case = take_step(case, 1, Taken("violation", "裸土未盖", place="东门"), by=officer, at=START + HOUR)
    assert open_steps(case) == [(2, "feedback", "urban-enforcement"), (3, "decide", "urban-enforcement")]
    taken = case.history.get(kind="taken")
    assert (taken.outcome, taken.place, taken.detail["evidence"]) == ("violation", "东门", [case.evidence.get().pk])
    assert case.finding == "true"


def test_a_second_click_or_a_second_officer_does_nothing(opened: Callable[..., Case], officer: Person) -> None:
    case = opened()
    seen = case.version
    attach_file(case, 1, Sent("东门.jpg", photo()), by=officer, at=START)
    take_step(case, 1, Taken("none-found", "现场整洁", version=seen), by=officer, at=START)
    with pytest.raises(Changed):
        take_step(case, 1, Taken("none-found", "现场整洁", version=seen), by=officer, at=START)
    with pytest.raises(CaseActError, match="not open"):
        take_step(case, 1, Taken("none-found", "现场整洁"), by=officer, at=START)
    assert case.history.filter(kind="taken").count() == 1


def test_feedback_waits_for_the_result_and_tells_who_sent_the_case(
    opened: Callable[..., Case], officer: Person
) -> None:
    case = opened(sender=Organisation.objects.get(code="housing"))
    with pytest.raises(CaseError, match="waits for verify"):
        take_step(case, 2, Taken("sent", "已反馈"), by=officer, at=START)
    attach_file(case, 1, Sent("东门.jpg", photo()), by=officer, at=START)
    take_step(case, 1, Taken("none-found", "现场整洁"), by=officer, at=START + HOUR)
    case = take_step(case, 2, Taken("sent", "现场未见违法"), by=officer, at=START + 2 * HOUR)
    assert case.closed_at == START + 2 * HOUR
    assert case.history.get(outcome="sent").detail["tells"] == ["housing", "office-110105001"]


def test_sending_back_gives_no_fresh_clock(opened: Callable[..., Case], officer: Person) -> None:
    case = opened()
    attach_file(case, 1, Sent("东门.jpg", photo()), by=officer, at=START)
    take_step(case, 1, Taken("violation", "裸土未盖"), by=officer, at=START + HOUR)
    case = send_back(case, 3, reason="照片不清", by=officer, at=START + 20 * HOUR)
    again = case.threads.open().get(step="verify")
    assert (again.number, again.due_at) == (4, START + 24 * HOUR)
    assert case.history.get(kind="sent-back").reason == "照片不清"
    with pytest.raises(CaseActError, match="Say why"):
        send_back(case, 4, reason=" ", by=officer, at=START + 21 * HOUR)


def test_a_pause_moves_the_end_and_a_transfer_does_not(
    opened: Callable[..., Case], officer: Person, person: Callable[..., Person]
) -> None:
    case = opened()
    pause(case, 1, reason="停工停电", by=officer, at=START + HOUR)
    assert CaseThread.objects.running().filter(case=case).count() == 1  # the feedback alone
    case = resume(case, 1, reason="恢复供电", by=officer, at=START + 4 * HOUR)
    assert case.threads.get(number=1).due_at == START + 27 * HOUR
    duty = person("duty", "environment")
    street = Organisation.objects.get(code="office-110105001")
    case = transfer(case, 1, to=street, reason="属地执法", by=duty, at=START + 5 * HOUR)
    moved = case.threads.get(number=1)
    assert (moved.holder_id, moved.due_at) == ("office-110105001", START + 27 * HOUR)
    assert case.history.get(kind="transferred").detail == {"from": "urban-enforcement", "to": "office-110105001"}
    with pytest.raises(NotYours):
        pause(case, 1, reason="不归我管", by=duty, at=START + 6 * HOUR)


def test_a_whistle_call_has_a_line_for_each_department(person: Callable[..., Person], district: None) -> None:
    street = person("street", "office-110105001", "110105001")
    new = NewCase(
        "whistle-call", "夜间渣土倾倒", START, origin="call", sender=Organisation.objects.get(code="office-110105001"),
        area_code="110105001", named=("water", "transport"),
    )  # fmt: skip
    case = open_case(new, by=street, at=START)
    assert open_steps(case) == [(1, "report-in", "water"), (2, "report-in", "transport")]
    water = person("bureau", "water")
    case = take_step(case, 1, Taken("reported", "已到现场"), by=water, at=START + HOUR)
    case = take_step(case, 3, Taken("not-ours", "非河道"), by=water, at=START + 2 * HOUR)
    case = take_step(case, 4, Taken("again", "请再核"), by=street, at=START + 3 * HOUR)
    assert open_steps(case) == [(2, "report-in", "transport"), (5, "act", "water")]
    assert case.closed_at is None
    with pytest.raises(CaseActError, match="at least one"):
        open_case(NewCase("whistle-call", "再吹", START, area_code="110105001"), by=street, at=START)


def test_history_is_only_added_to(opened: Callable[..., Case], officer: Person) -> None:
    case = opened()
    said = comment(case, text="已约谈项目经理", by=officer, at=START)
    with pytest.raises(HistoryError):
        said.save()
    with pytest.raises(HistoryError):
        said.delete()
    assert CaseStep.objects.filter(kind="commented").count() == 1


def test_a_file_is_known_by_its_content_kept_once_and_checked_when_read(
    opened: Callable[..., Case], officer: Person, settings: object, tmp_path: object
) -> None:
    case = opened()
    with pytest.raises(AttachmentError, match="no sound"):
        attach_file(case, 1, Sent("x.jpg", b"MZ not a picture"), by=officer, at=START)
    kept = attach_file(case, 1, Sent("东门.jpg", photo()), by=officer, at=START)
    assert content_of(kept) == photo()
    with pytest.raises(CaseActError, match="already"):
        attach_file(case, 1, Sent("again.jpg", photo()), by=officer, at=START)
    kept.sha256 = "0" * 64
    with pytest.raises(CaseActError, match="was changed"):
        content_of(kept)


@pytest.mark.parametrize(
    ("role", "organisation", "area", "sees"),
    [
        ("duty", "environment", None, True),
        ("bureau", "housing", None, True),
        ("street", "office-110105001", "110105001", True),
        ("street", "office-110105002", "110105002", False),
        ("audit-admin", "environment", None, False),
        ("enterprise", "water", None, False),
    ],
)
def test_who_sees_a_case(
    opened: Callable[..., Case], person: Callable[..., Person], role: str, organisation: str, area: str | None,
    sees: bool,
) -> None:  # fmt: skip
    case = opened()
    assert Case.objects.visible_to(person(role, organisation, area)).filter(pk=case.pk).exists() is sees


def test_a_street_that_sent_or_holds_a_step_elsewhere_sees_the_case(
    opened: Callable[..., Case], person: Callable[..., Person]
) -> None:
    other = person("street", "office-110105002", "110105002")
    case = opened(sender=Organisation.objects.get(code="office-110105002"))
    assert list(Case.objects.visible_to(other)) == [case]
