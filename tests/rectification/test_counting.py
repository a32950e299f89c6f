"""Counted problems: each fact of the pack's rules, once, whatever crashes and however often; appeals and levels."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.assessment.models import AccountabilityNotice, CountedProblem, Exposure, Problem, RankingOrder
from lantian.apps.assessment.rectifying import RectificationError
from lantian.apps.assessment.selectors.accountability import body_lines, body_page
from lantian.apps.assessment.services.accountability import (
    decide,
    send,
    sweep,
)
from lantian.apps.assessment.services.counting import (
    appeal,
    count_of,
    decide_appeal,
    enter_exposure,
    recount,
    settle_exposure,
)
from lantian.apps.assessment.services.rectification import extend, mark_same
from lantian.apps.cases.models import Case
from lantian.apps.cases.services import reopen, transfer
from lantian.apps.cases.services.regroup import Split, split
from lantian.apps.ledger.models import Source
from lantian.kernel.instants import beijing_day, day_of
from tests.rectification.conftest import OFFICE, START, YEAR, Chain, later

pytestmark = pytest.mark.django_db
Make = Callable[..., Problem]
Chains = Callable[[Problem], Chain]


@pytest.mark.row("S50")
def test_a_problem_that_is_late_and_fails_its_recheck_counts_once(late: Callable[[str], Chain]) -> None:
    one = late("1")
    assert recount(later(20)) == 0
    one.to_recheck(later(30))
    one.take("recheck", "failed", later(31), "photo")
    assert recount(later(40)) == 1
    row = CountedProblem.objects.get()
    assert (row.body_id, row.occurrence, row.rule) == (OFFICE, 1, "rectification-late")
    assert [fact["rule"] for fact in row.facts] == ["rectification-late", "rectification-late", "recheck-failed"]
    assert recount(later(41)) == 0
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.row("S50")
def test_the_same_problem_on_two_lists_counts_once_and_again_after_its_strike_off(
    late: Callable[[str], Chain], keeper: Person
) -> None:
    first, second = late("1"), late("2")
    mark_same(second.problem, first.problem, "同一工地", by=keeper, at=START)
    recount(later(25))
    assert count_of(OFFICE, YEAR) == 1
    first.to_recheck(later(26))
    first.take("recheck", "passed", later(27), "photo")
    first.take("strike-off", "struck-off", later(28), "document")
    second.to_recheck(later(40))
    second.take("recheck", "failed", later(41), "photo")
    recount(later(42))
    assert [row.occurrence for row in CountedProblem.objects.order_by("occurrence")] == [1, 2]


def test_problems_declared_the_same_later_keep_one_row(late: Callable[[str], Chain], keeper: Person) -> None:
    first, second = late("1"), late("2")
    recount(later(25))
    assert count_of(OFFICE, YEAR) == 2
    mark_same(first.problem, second.problem, "同一工地", by=keeper, at=later(26))
    recount(later(26))
    assert count_of(OFFICE, YEAR) == 1
    assert CountedProblem.objects.exclude(lapsed_at=None).count() == 1


def test_whoever_had_a_step_when_it_fell_due_answers_though_it_is_handed_on_afterwards(
    late: Callable[[str], Chain], street: Person
) -> None:
    before, after = late("1"), late("2")
    housing = Organisation.objects.get(pk="housing")
    for one, days in ((before, 20), (after, 26)):  # the deadline passes on day 23
        number = one.case.threads.open().get().number
        transfer(one.case, number, to=housing, reason="属住建职责", by=street, at=later(days))
        recount(later(25))
    recount(later(27))
    found = {row.case: (row.body_id, row.counts) for row in CountedProblem.objects.select_related("case")}
    assert found == {before.case: ("housing", True), after.case: (OFFICE, True)}


def test_a_late_step_that_is_split_off_counts_once(late: Callable[[str], Chain], street: Person) -> None:
    one = late("1")
    recount(later(25))
    site = Source.objects.create(
        kind="construction-site", code="GD-1", name="某工地", area_id="110105001", created_at=START, changed_at=START
    )
    one.case.threads.filter(number=1).update(ended_at=None)  # split off is a part of the open steps
    row = one.case.threads.open().get(step="rectify")
    made = split(one.case, Split("", "责任在工地", [row.number], site), by=street, at=later(26))
    recount(later(27))
    assert [found.case for found in CountedProblem.objects.counting()] == [made]


def test_stopping_the_clock_of_a_late_step_changes_nothing(late: Callable[[str], Chain]) -> None:
    before, after = late("1"), late("2")
    for one, days in ((before, 20), (after, 26)):  # as a pack may allow it
        stopped = [{"since": later(days).isoformat(), "until": None, "reason": "等待检测"}]
        one.case.threads.open().update(paused=True, pauses=stopped)
    recount(later(27))
    assert [row.case for row in CountedProblem.objects.counting()] == [after.case]


def test_whoever_rectifies_does_not_stop_the_clock_of_the_deadline(
    late: Callable[[str], Chain], street: Person
) -> None:
    one = late("1")
    row = one.case.threads.open().get()
    client = Client()
    client.force_login(street)
    given = {"thread": row.number, "version": one.case.version, "reason": "等待检测"}
    page = client.post(f"/cases/{one.case.slug}/pause/", given, follow=True).content.decode()
    assert "整改时限不能暂停" in page
    kept = one.case.threads.open().get()
    assert (kept.paused, kept.due_at, kept.pauses) == (False, row.due_at, [])


def test_an_extension_takes_an_open_delay_back(late: Callable[[str], Chain], keeper: Person) -> None:
    one = late("1")
    recount(later(25))
    assert count_of(OFFICE, YEAR) == 1
    extend(one.problem, date(2026, 11, 30), "市级同意延期", by=keeper, at=later(26))
    recount(later(26))
    assert count_of(OFFICE, YEAR) == 0


def test_an_exposure_is_entered_once_and_joins_its_case(late: Callable[[str], Chain], keeper: Person) -> None:
    one, office = late("1"), Organisation.objects.get(pk=OFFICE)
    given: dict[str, Any] = {"by": keeper, "at": later(20), "case": one.case}
    enter_exposure("exposure", office, date(2026, 9, 20), "电视台曝光裸土", "某电视台", **given)
    with pytest.raises(RectificationError, match="counts once"):
        enter_exposure("exposure", office, date(2026, 9, 20), "电视台曝光裸土", "某电视台", **given)
    with pytest.raises(RectificationError):
        enter_exposure("rectification-late", office, date(2026, 9, 20), "x", "y", **given)
    recount(later(30))
    assert count_of(OFFICE, YEAR) == 1
    assert CountedProblem.objects.get().rule == "exposure"


def test_a_fact_of_a_case_that_was_declared_the_same_as_another_is_entered_and_counts_nothing_more(
    late: Callable[[str], Chain], keeper: Person
) -> None:
    one, two, three, office = late("1"), late("2"), late("3"), Organisation.objects.get(pk=OFFICE)
    mark_same(two.problem, one.problem, "同一工地", by=keeper, at=later(20))
    mark_same(three.problem, two.problem, "同一工地", by=keeper, at=later(20))

    def enter(rule: str, medium: str, case: Case) -> None:
        enter_exposure(rule, office, date(2026, 9, 20), "夜间渣土扬尘", medium, case=case, by=keeper, at=later(20))

    enter("exposure", "晚报", one.case)
    enter("repeated-complaints", "12345", three.case)
    with pytest.raises(RectificationError, match="not settled; it counts once"):
        enter("repeated-complaints", "12345", late("4").case)
    recount(later(21))
    assert count_of(OFFICE, YEAR) == 1


def test_an_entry_that_names_a_case_is_not_settled_apart_from_it(late: Callable[[str], Chain], keeper: Person) -> None:
    one, office = late("1"), Organisation.objects.get(pk=OFFICE)
    made = enter_exposure(
        "exposure", office, date(2026, 9, 20), "电视台曝光裸土", "某电视台", case=one.case, by=keeper, at=later(20)
    )
    with pytest.raises(RectificationError, match="same problem as its case"):
        settle_exposure(made, date(2026, 9, 25), by=keeper, at=later(20))
    assert "已解决" not in page_of(keeper)
    Exposure.objects.update(struck_on=date(2026, 9, 25))  # as it could be stored before
    recount(later(30))
    assert [row.occurrence for row in CountedProblem.objects.counting()] == [1]


def test_a_problem_entered_before_counts_once_whether_a_case_is_named_or_not(
    late: Callable[[str], Chain], keeper: Person
) -> None:
    one, other, office = late("1"), late("2"), Organisation.objects.get(pk=OFFICE)

    def enter(day: int, medium: str, case: Case | None) -> None:
        given = ("exposure", office, date(2026, 9, day), "夜间渣土扬尘", medium)
        enter_exposure(*given, case=case, by=keeper, at=later(30))

    enter(10, "晚报", one.case)
    enter(11, "日报", one.case)
    for case in (None, other.case):
        with pytest.raises(RectificationError, match="not settled; it counts once"):
            enter(12, "电视台", case)
    one.to_recheck(later(10))
    one.take("recheck", "passed", later(11), "photo")
    one.take("strike-off", "struck-off", later(12), "document")  # on the 19th
    with pytest.raises(RectificationError, match="not settled; it counts once"):
        enter(19, "电视台", None)
    enter(20, "电视台", None)
    recount(later(20))
    assert count_of(OFFICE, YEAR) == 2


def page_of(person: Person) -> str:
    """The body's page as somebody sees it."""
    client = Client()
    client.force_login(person)
    return client.get(f"/assessment/accountability/{OFFICE}/?period=2026").content.decode()


def test_a_problem_entered_under_two_rules_counts_once_until_it_is_settled(
    keeper: Person, street: Person, government: Person
) -> None:
    office = Organisation.objects.get(pk=OFFICE)
    who: dict[str, Any] = {"by": keeper, "at": later(20)}
    first = enter_exposure("exposure", office, date(2026, 9, 20), "夜间渣土扬尘", "晚报", **who)
    with pytest.raises(RectificationError, match="not settled; it counts once"):
        enter_exposure("repeated-complaints", office, date(2026, 9, 21), "夜间渣土，扬尘。", "12345", **who)
    with pytest.raises(RectificationError, match="Only the offices"):
        settle_exposure(first, date(2026, 9, 25), by=street, at=later(20))
    for wrong in (date(2026, 9, 19), date(2026, 9, 29)):
        with pytest.raises(RectificationError, match="Settled once"):
            settle_exposure(first, wrong, **who)
    settle_exposure(first, date(2026, 9, 25), **who)
    with pytest.raises(RectificationError, match="Settled once"):
        settle_exposure(first, date(2026, 9, 26), **who)
    with pytest.raises(RectificationError, match="not settled; it counts once"):
        enter_exposure("repeated-complaints", office, date(2026, 9, 22), "夜间渣土扬尘", "12345", **who)
    enter_exposure("exposure", office, date(2026, 9, 26), "夜间渣土扬尘", "晚报", **who)
    recount(later(20))
    assert count_of(OFFICE, YEAR) == 2


def test_a_place_that_is_ordered_again_after_a_ranking_counts_from_the_second_time(
    problem: Make, keeper: Person
) -> None:
    cases = [problem(str(number)).case for number in range(1, 5)]
    orders = (("pm25", "2026-07", 0), ("pm25", "2026-08", 5), ("road-dust", "2026-08", 6), ("pm25", "2026-10", 7))
    for case, (name, period, days) in zip(cases, orders, strict=True):
        RankingOrder.objects.create(record=name, period=period, place="110105001", case=case, at=later(days))
    recount(later(10))
    found = CountedProblem.objects.counting().order_by("at")
    assert [(one.rule, one.at) for one in found] == [("ranked-last", later(5)), ("ranked-last", later(7))]


def test_an_appeal_that_is_upheld_takes_a_problem_out_for_good(
    late: Callable[[str], Chain], street: Person, keeper: Person, government: Person
) -> None:
    late("1")
    sweep(later(25))
    row = CountedProblem.objects.get()
    with pytest.raises(RectificationError, match="responsible body"):
        appeal(row, "不属我辖区", by=keeper, at=later(26))
    made = appeal(row, "不属我辖区", by=street, at=later(26))
    with pytest.raises(RectificationError, match="waiting already"):
        appeal(row, "不属我辖区", by=street, at=later(26))
    with pytest.raises(RectificationError, match="deciding office"):
        decide_appeal(made, upheld=True, answer="属实", by=street, at=later(27))
    decide_appeal(made, upheld=True, answer="经核实不属该街道", by=government, at=later(27))
    sweep(later(28))
    assert count_of(OFFICE, YEAR) == 0
    [notice] = AccountabilityNotice.objects.all()
    assert (notice.state, notice.cancelled_why) == ("cancelled", "问题数已不足该级别")
    pages = [body_page(Organisation.objects.get(pk=OFFICE), keeper, YEAR, later(days)) for days in (24, 26, 28)]
    assert [(len(page.counted), len(page.gone), page.line.count) for page in pages] == [(0, 0, 0), (1, 0, 1), (0, 1, 0)]
    assert [len(page.notices) for page in pages] == [0, 1, 1]
    assert [line.count for days in (26, 28) for line in body_lines(keeper, YEAR, later(days))] == [1]


def test_an_objection_is_made_within_the_days_of_the_last_notice_that_lists_the_problem(
    late: Callable[[str], Chain], street: Person, keeper: Person
) -> None:
    late("1")
    sweep(later(25))
    row = CountedProblem.objects.get()
    send(decide(AccountabilityNotice.objects.get(), "同意", by=keeper, at=later(26)), by=keeper, at=later(26))
    shown = body_page(Organisation.objects.get(pk=OFFICE), street, YEAR, later(36)).counted[0]
    assert (shown.until, shown.over) == (day_of(later(36)), False)
    assert body_page(Organisation.objects.get(pk=OFFICE), street, YEAR, later(37)).counted[0].over
    with pytest.raises(RectificationError, match="could be made until"):
        appeal(row, "不属我辖区", by=street, at=later(37))
    assert appeal(row, "不属我辖区", by=street, at=later(36)).state == "open"


def test_what_comes_back_after_its_strike_off_gets_new_days_and_is_not_late_by_the_old_ones(
    late: Callable[[str], Chain], government: Person
) -> None:
    one = late("1")
    one.to_recheck(later(10))
    one.take("recheck", "passed", later(11), "photo")
    closed = one.take("strike-off", "struck-off", later(12), "document")
    last = closed.threads.get(step="strike-off")
    reopen(closed, last.number, reason="现场反弹", by=government, at=later(40))
    one.take("strike-off", "returned", later(41))
    one.take("recheck", "failed", later(42), "photo")
    problem = Problem.objects.get()
    assert problem.deadline == day_of(later(42)) + timedelta(days=30)
    assert "销号后重新办理" in problem.extensions.get().reason
    recount(later(43))
    row = CountedProblem.objects.get()
    assert (row.rule, row.at) == ("recheck-failed", later(42))
    recount(later(74))
    row.refresh_from_db()
    assert [(fact["rule"], fact["at"]) for fact in row.facts] == [
        ("recheck-failed", later(42).isoformat()),
        ("rectification-late", beijing_day(problem.deadline + timedelta(days=1)).isoformat()),
    ]
    one.to_recheck(later(75))
    one.take("recheck", "failed", later(76), "photo")  # begins no further days
    assert Problem.objects.get().deadline == problem.deadline
