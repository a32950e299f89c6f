"""The chain of an inspectors' problem: order to strike-off, its deadline, others' hands, and what is done beside it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.assessment.models import FeedbackBatch, Problem
from lantian.apps.assessment.rectifying import RectificationError
from lantian.apps.assessment.selectors.rectification import batches, line_of, overdue_count, with_steps
from lantian.apps.assessment.selectors.rectification_export import printed_ledger
from lantian.apps.assessment.services.rectification import (
    NewBatch,
    end_supervision,
    extend,
    mark_same,
    register_batch,
    report_progress,
    supervise,
)
from lantian.apps.cases.services import CaseActError, Taken, take_step, transfer
from lantian.apps.cases.services.papers import draft, issue, sheet_of
from lantian.apps.ledger.services.attachments import Sent
from lantian.apps.ui.official.document import Table
from lantian.kernel.instants import beijing_day
from lantian.kernel.periods import Period
from tests.rectification.conftest import DEADLINE, FED_BACK, START, Chain, later, photo

pytestmark = pytest.mark.django_db
Make = Callable[..., Problem]
YEAR = Period.read("2026")


@pytest.mark.row("S48")
def test_a_problem_goes_from_order_to_strike_off_with_its_clock_and_evidence(
    problem: Make, chain: Callable[[Problem], Chain]
) -> None:
    one = chain(problem())
    assert one.case.number == "朝督改〔2026〕1号"
    assert one.case.parties["lead"] == ["office-110105001"]
    one.to_rectify()
    row = one.case.threads.open().get()
    assert (row.step, row.due_at) == ("rectify", beijing_day(date(2026, 10, 1)))
    one.to_recheck(later(10))
    one.take("recheck", "passed", later(12), "photo")
    closed = one.take("strike-off", "struck-off", later(14), "document")
    assert closed.closed_at == later(14)
    told = closed.history.get(outcome="struck-off").detail["tells"]
    assert told == ["office-110105001", "environment"]


def test_a_report_of_progress_begins_no_fresh_clock(
    problem: Make, chain: Callable[[Problem], Chain], street: Person
) -> None:
    one = chain(problem())
    one.to_rectify()
    first = one.case.threads.open().get()
    report_progress(one.problem, 60, "已覆盖六成", file=Sent("a.jpg", photo(1)), by=street, at=later(5))
    row = one.case.threads.open().get()
    assert (row.started_at, row.due_at) == (first.started_at, first.due_at)
    one.problem.refresh_from_db()
    assert one.problem.percent == 60
    with pytest.raises(RectificationError):
        report_progress(one.problem, 101, "多", by=street, at=later(6))


def test_what_fails_its_recheck_after_the_deadline_is_late_at_once(
    problem: Make, chain: Callable[[Problem], Chain]
) -> None:
    one = chain(problem())
    one.to_rectify()
    one.to_recheck(later(20))
    one.take("recheck", "failed", later(30), "photo")
    row = one.case.threads.open().get()
    assert (row.step, row.holder_id) == ("rectify", "office-110105001")
    assert row.due_at == beijing_day(date(2026, 10, 1)) < later(30)


@pytest.mark.row("S48")
def test_the_body_that_rectified_neither_rechecks_nor_strikes_off(
    problem: Make, chain: Callable[[Problem], Chain], keeper: Person, street: Person, person: Callable[..., Person]
) -> None:
    one = chain(problem())
    one.to_rectify()
    one.to_recheck(later(10))
    number = one.case.threads.open().get().number
    office = one.problem.lead
    transfer(one.case, number, to=office, reason="请自查", by=keeper, at=later(10))
    with pytest.raises(CaseActError, match="for others than those who took"):
        one.take("recheck", "passed", later(11), "photo", by=street)
    duty = person("duty", "environment", "值班")
    transfer(one.case, number, to=keeper.posts.get().organisation, reason="异体复核", by=duty, at=later(11))
    one.take("recheck", "passed", later(11))
    strike = one.case.threads.open().get()
    transfer(one.case, strike.number, to=keeper.posts.get().organisation, reason="代办", by=duty, at=later(11))
    with pytest.raises(CaseActError, match="for others than those who took"):
        one.take("strike-off", "struck-off", later(12), "document")


def test_the_bureau_that_leads_is_checked_by_another(problem: Make) -> None:
    made = problem(lead="environment")
    assert made.case.parties["checker"] == ["urban-enforcement"]
    assert made.case.parties["supervisor"] == ["chaoyang-government"]


def test_an_extension_moves_the_clock_and_is_on_record(
    problem: Make, chain: Callable[[Problem], Chain], keeper: Person, street: Person
) -> None:
    one = chain(problem())
    one.to_rectify()
    with pytest.raises(RectificationError):
        extend(one.problem, DEADLINE + timedelta(days=10), "雨季", by=street, at=later(3))
    with pytest.raises(RectificationError):
        extend(one.problem, DEADLINE, "雨季", by=keeper, at=later(3))
    made = extend(one.problem, DEADLINE + timedelta(days=10), "雨季无法施工", by=keeper, at=later(3))
    assert (made.before, made.after) == (DEADLINE, date(2026, 10, 10))
    assert one.case.threads.open().get().due_at == beijing_day(date(2026, 10, 11))
    assert one.case.history.get(kind="extended").reason == "雨季无法施工"


def test_overdue_problems_are_counted_by_body_and_area(
    problem: Make, chain: Callable[[Problem], Chain], batch: FeedbackBatch
) -> None:
    first, second = chain(problem("1")), chain(problem("2"))
    first.to_rectify()
    second.to_rectify()
    second.to_recheck(later(10))
    assert overdue_count("office-110105001", YEAR, at=beijing_day(DEADLINE, 12)) == 0
    assert overdue_count("office-110105001", YEAR, at=later(40)) == 1
    assert overdue_count("110105001", YEAR, at=later(40)) == 1
    assert overdue_count("110105002", YEAR, at=later(40)) == 0
    assert overdue_count("office-110105001", Period.read("2026-09"), at=later(40)) == 0
    [line] = batches(Problem.objects.all(), later(40))
    assert (line.whole, line.struck, line.checking, line.late, line.working) == (2, 0, 1, 1, 0)


def test_supervision_drafts_its_paper_which_knows_the_feedback(
    problem: Make, chain: Callable[[Problem], Chain], keeper: Person
) -> None:
    one = chain(problem())
    one.to_rectify()
    made = supervise(one.problem, "interview", "逾期未整改", by=keeper, at=later(30))
    assert made.paper is not None
    sheet = sheet_of(made.paper, later(30))
    text = "".join(block.get("text", "") for block in sheet.body["blocks"])
    assert "北京市生态环境保护督察（2026年第一轮，京环督〔2026〕12号）（清单第1号）" in text
    assert "整改时限2026年9月30日" in text
    assert [ask.name for ask in sheet.missing] == ["interview_at"]
    made.paper.given = {"interview_at": "10月8日9时，区环保局会议室"}
    made.paper.save()
    assert issue(made.paper, by=keeper, at=later(31)).number.startswith("朝环约〔2026〕1号")
    with pytest.raises(RectificationError, match="under way already"):
        supervise(one.problem, "interview", "再次", by=keeper, at=later(32))
    assert end_supervision(made, "承诺十日内完成", by=keeper, at=later(33)).ended_at == later(33)
    assert [entry.detail["zh"] for entry in one.case.history.filter(kind="supervised")] == ["约谈", "约谈结束"]


def test_papers_write_days_and_ends_as_clerks_do(
    problem: Make, chain: Callable[[Problem], Chain], keeper: Person
) -> None:
    one = chain(problem())
    one.to_rectify()
    made = supervise(one.problem, "supervise", "进展缓慢", by=keeper, at=later(1))
    assert made.paper is not None
    order = "".join(block.get("text", "") for block in sheet_of(made.paper, later(1)).body["blocks"])
    assert "应于2026年9月30日24时前办毕" in order
    sheet = sheet_of(draft(one.case, "strike-off-sheet", by=keeper, at=later(1)), later(1))
    assert "发现时间：2026年9月4日。" in "".join(block.get("text", "") for block in sheet.body["blocks"])


def test_progress_is_whole_from_the_re_check_on_until_it_fails(
    problem: Make, chain: Callable[[Problem], Chain], street: Person
) -> None:
    def shown(at: datetime) -> int:
        return line_of(with_steps(Problem.objects.all()).get(), at).percent

    one = chain(problem())
    one.to_rectify()
    file = Sent("现场.jpg", photo(77))
    report_progress(one.problem, 60, "已覆盖六成", file=file, by=street, at=later(5))
    assert shown(later(6)) == 60
    one.to_recheck(later(8))
    assert shown(later(9)) == 100
    one.take("recheck", "failed", later(10), "photo")
    assert shown(later(10)) == 60
    one.to_recheck(later(12))
    one.take("recheck", "passed", later(13), "photo")
    one.take("strike-off", "struck-off", later(14), "document")
    assert shown(later(15)) == 100
    paper = printed_ledger(Problem.objects.all(), later(15), "区环保局")
    assert (paper.issuer, paper.head_text) == ("区环保局", "区环保局")
    [table] = [block for block in paper.blocks if isinstance(block, Table)]
    assert table.rows == (("1", "第1处工地裸土未覆盖", "第1街道办事处", "2026-09-30", "100%", "已销号"),)


def test_a_list_is_registered_once_and_by_its_keepers(batch: FeedbackBatch, keeper: Person, street: Person) -> None:
    again = NewBatch("city", "另一轮", batch.number, FED_BACK)
    with pytest.raises(RectificationError, match="registered already"):
        register_batch(again, by=keeper, at=START)
    with pytest.raises(RectificationError, match="Only the offices"):
        register_batch(NewBatch("central", "第二轮", "中督〔2026〕1号", FED_BACK), by=street, at=START)
    with pytest.raises(RectificationError, match="no such source"):
        register_batch(NewBatch("moon", "第二轮", "1号", FED_BACK), by=keeper, at=START)


def test_a_problem_is_not_the_same_as_itself_or_as_one_that_follows_it(problem: Make, keeper: Person) -> None:
    first, second = problem("1"), problem("2")
    mark_same(second, first, "同一工地", by=keeper, at=START)
    for one, other in ((first, first), (first, second)):
        with pytest.raises(RectificationError):
            mark_same(one, other, "同一工地", by=keeper, at=START)


def test_that_problems_are_the_same_is_written_once(problem: Make, keeper: Person) -> None:
    first, second = problem("1"), problem("2")
    stale = Problem.objects.get(pk=second.pk)  # a second press of the button, on a page opened before
    mark_same(second, first, "同一工地", by=keeper, at=START)
    with pytest.raises(RectificationError, match="said already"):
        mark_same(stale, first, "同一工地", by=keeper, at=START)
    assert second.case.history.filter(kind="same").count() == 1


def test_a_problem_that_is_known_may_be_closed_as_the_same(problem: Make, keeper: Person) -> None:
    made = problem()
    closed = take_step(made.case, 1, Taken("duplicate", "与他案相同"), by=keeper, at=START)
    assert (closed.closed_at, closed.finding) == (START, "duplicate")
