"""Measures: the law of the day, amounts inside the band, the party's rights that keep a decision back, fines and terms.

Numbers are those of the law and of standards.md, section 8; days are counted by hand on the calendars of 2019 and 2022.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import Case, Measure, MeasureClock
from lantian.apps.cases.rules import measure_rules
from lantian.apps.cases.services import CaseActError, Changed, NotYours, lift_due, revoke_penalty
from lantian.apps.cases.services.amounts import Proposal
from lantian.apps.cases.services.measure_pauses import pause, resume
from lantian.apps.cases.services.measures import Step, may_handle, propose, settle, surcharge, take, watch
from lantian.apps.ledger.models import Source
from lantian.apps.notices.models import Message, Notice
from lantian.kernel.errors import LantianError
from lantian.kernel.instants import BEIJING
from lantian.policy.measures import MeasureRulesError
from lantian.workflow.discretion import DiscretionError
from tests.cases.conftest import START

MIDDLE = {"harm": "medium", "repeat": "second", "correction": "in-time"}
"""Half-way up the band."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.fixture
def fine(opened: Callable[..., Case], officer: Person) -> Callable[..., Measure]:
    """Return a maker of proposed fines: ``fine("2019-05-07 09:00")``."""

    def make(when: str = "2019-05-07 09:00", **given: Any) -> Measure:
        moment = at(when)
        case = given.pop("case", None) or opened(moment - timedelta(days=1))
        values: dict[str, Any] = {"record": "site-dust-fine", "party": "某建设公司", "reason": "裸土未盖",
                                  "factors": MIDDLE}  # fmt: skip
        return propose(case, Proposal(**values | given), by=officer, at=moment)

    return make


@pytest.fixture
def decided(fine: Callable[..., Measure], officer: Person) -> Callable[..., Measure]:
    """Return a maker of fines that were told, left undefended, and decided."""

    def make(**given: Any) -> Measure:
        told = take(fine(**given), Step("notice", "已送达"), by=officer, at=at("2019-05-07 10:00"))
        return take(told, Step("decided", "未陈述，未申请听证"), by=officer, at=at("2019-05-14 09:00"))

    return make


# --- the law of the day ---


@pytest.mark.parametrize(("day", "count", "unit"), [("2021-07-14", 3, "calendar"), ("2021-07-15", 5, "working")])
def test_the_time_to_ask_for_a_hearing_is_that_of_the_law_of_the_day(day: str, count: int, unit: str) -> None:
    """行政处罚法: three days before the revision of 2021-07-15 (art. 42), five working days from it on (art. 64)."""
    found = measure_rules().deadline("hearing-request", date.fromisoformat(day))
    assert (found.count, found.unit) == (count, unit)


@pytest.mark.parametrize(
    ("record", "day", "low", "high", "clause"),
    [
        ("over-limit-fine", "2019-05-06", 100_000, 1_000_000, "第九十九条"),
        ("monitoring-fine", "2019-05-06", 20_000, 200_000, "第一百条"),
        ("inspection-fraud-fine", "2019-05-06", 100_000, 500_000, "第一百一十二条"),
        ("site-dust-fine", "2026-08-14", 10_000, 100_000, "第一百一十五条"),
        ("pile-dust-fine", "2019-05-06", 10_000, 100_000, "第一百一十七条"),
        ("alert-fine", "2019-05-06", 10_000, 100_000, "第一百二十一条"),
    ],
)
def test_the_bands_are_those_of_the_air_law(record: str, day: str, low: int, high: int, clause: str) -> None:
    found = measure_rules().measure(record, date.fromisoformat(day))
    assert found.band
    assert (int(found.band.low), int(found.band.high), found.clause) == (low, high, clause)


def test_after_the_code_the_former_clauses_are_gone_and_what_stands_is_unconfirmed() -> None:
    day = date(2026, 8, 15)
    assert measure_rules().measure("site-dust-fine", day).confidence == "B?"
    with pytest.raises(MeasureRulesError):
        measure_rules().measure("alert-fine", day)


def test_the_catalogue_names_every_measure_of_article_30() -> None:
    kinds = {record.kind for record in measure_rules().catalogue(date(2019, 5, 6))}
    assert kinds == {
        "warning", "fine", "daily-fine", "seizure", "limit", "stop", "closure", "detention", "criminal", "sanction",
    }  # fmt: skip
    for record in measure_rules().catalogue(date(2019, 5, 6)):
        assert record.citation.zh
        assert measure_rules().procedure(record, date(2019, 5, 6)).steps[0].id == "proposed"


# --- amounts ---


def test_half_way_up_the_band_of_site_dust_is_55_000_yuan(fine: Callable[..., Measure]) -> None:
    """10 000 + 90 000 × 50 %, each factor at 50 %."""
    measure = fine()
    assert measure.suggested == measure.amount == Decimal(55_000)
    assert measure.factors == MIDDLE
    line = measure.case.history.get(kind="measure")
    assert line.citation_zh == "大气污染防治法 第一百一十五条"
    assert (line.detail["amount"], line.detail["factors"]) == ("55000", MIDDLE)


@pytest.mark.parametrize("amount", [9_999, 100_001])
def test_a_fine_outside_the_band_is_refused(fine: Callable[..., Measure], amount: int) -> None:
    with pytest.raises(DiscretionError):
        fine(amount=Decimal(amount), deviation="情节轻微")
    assert not Measure.objects.exists()


def test_another_amount_than_worked_out_needs_a_reason(fine: Callable[..., Measure]) -> None:
    with pytest.raises(CaseActError, match="say why"):
        fine(amount=Decimal(50_000))
    assert fine(amount=Decimal(50_000), deviation="主动消除危害").amount == 50_000


def test_a_factor_left_open_is_refused(fine: Callable[..., Measure]) -> None:
    with pytest.raises(DiscretionError):
        fine(factors={"harm": "medium"})


def test_on_the_spot_there_are_only_warnings(fine: Callable[..., Measure]) -> None:
    measure = fine(record="warning-on-the-spot")
    assert (measure.amount, measure.state) == (None, "proposed")


# --- rights ---


def test_no_decision_before_the_party_has_had_its_time(fine: Callable[..., Measure], officer: Person) -> None:
    """Told on Tuesday 7 May 2019: the time for a statement and that for a hearing end on Friday 10 May."""
    measure = take(fine(), Step("notice", "已送达"), by=officer, at=at("2019-05-07 10:00"))
    ends = {clock.deadline: clock.due_at for clock in measure.clocks.all()}
    assert ends == {"statement": at("2019-05-11 00:00"), "hearing-request": at("2019-05-11 00:00")}
    with pytest.raises(CaseActError, match="no decision before"):
        take(measure, Step("decided", "事实清楚"), by=officer, at=at("2019-05-10 23:59"))
    measure = take(measure, Step("decided", "未陈述"), by=officer, at=at("2019-05-11 09:00"))
    assert {clock.outcome for clock in measure.clocks.rights()} == {"expired"}
    assert measure.case.history.filter(kind="measure-clock", outcome="expired").count() == 2


def test_from_2021_07_15_the_hearing_is_asked_for_within_five_working_days(
    fine: Callable[..., Measure], officer: Person
) -> None:
    """Told on Friday 29 April 2022: 30 April to 4 May are off, 7 May is worked; 5, 6, 7, 9, 10 May are the five."""
    measure = fine("2022-04-29 09:00")
    measure = take(measure, Step("notice", "已送达"), by=officer, at=at("2022-04-29 10:00"))
    assert measure.clocks.get(deadline="hearing-request").due_at == at("2022-05-11 00:00")
    measure = take(measure, Step("decided", "未申请"), by=officer, at=at("2022-05-11 09:00"))
    assert {clock.deadline for clock in measure.clocks.running()} == {"serving", "publication"}


def test_a_small_fine_brings_no_hearing(fine: Callable[..., Measure], officer: Person) -> None:
    slight = {"harm": "slight", "repeat": "first", "correction": "at-once"}
    measure = take(fine(factors=slight), Step("notice", "已送达"), by=officer, at=at("2019-05-07 10:00"))
    assert measure.amount == 10_000
    assert [clock.deadline for clock in measure.clocks.all()] == ["statement"]


def test_rights_that_are_waived_in_writing_let_the_decision_go_on(
    fine: Callable[..., Measure], officer: Person
) -> None:
    measure = take(fine(), Step("notice", "已送达"), by=officer, at=at("2019-05-07 10:00"))
    for clock in measure.clocks.all():
        settle(clock, outcome="waived", text="书面放弃", by=officer, at=at("2019-05-07 11:00"))
    assert take(measure, Step("decided", "已放弃"), by=officer, at=at("2019-05-07 12:00")).state == "decided"


def test_a_hearing_that_was_asked_for_comes_before_the_decision(fine: Callable[..., Measure], officer: Person) -> None:
    """Asked on 8 May 2019; seven days of notice end on 15 May."""
    measure = take(fine(), Step("notice", "已送达"), by=officer, at=at("2019-05-07 10:00"))
    settle(measure.clocks.get(deadline="hearing-request"), outcome="used", text="申请听证", by=officer,
           at=at("2019-05-08 09:00"))  # fmt: skip
    with pytest.raises(CaseActError, match="hearing was asked for"):
        take(measure, Step("decided", "事实清楚"), by=officer, at=at("2019-05-14 09:00"))
    with pytest.raises(CaseActError, match="not before 2019-05-15"):
        take(measure, Step("hearing-notice", "已通知", day=date(2019, 5, 14)), by=officer, at=at("2019-05-08 10:00"))
    measure = take(
        measure, Step("hearing-notice", "已通知", day=date(2019, 5, 16)), by=officer, at=at("2019-05-08 10:00")
    )
    with pytest.raises(CaseActError, match="has not come"):
        take(measure, Step("hearing", "已举行"), by=officer, at=at("2019-05-15 09:00"))
    measure = take(measure, Step("hearing", "已举行"), by=officer, at=at("2019-05-16 09:00"))
    measure = take(
        measure, Step("decided", "采纳部分意见", amount=Decimal(30_000)), by=officer, at=at("2019-05-17 09:00")
    )
    assert measure.amount == 30_000


def test_a_defence_makes_nothing_worse(fine: Callable[..., Measure], officer: Person) -> None:
    """行政处罚法 art. 45: no heavier penalty for a defence."""
    measure = take(fine(), Step("notice", "已送达"), by=officer, at=at("2019-05-07 10:00"))
    settle(
        measure.clocks.get(deadline="statement"), outcome="used", text="已覆盖", by=officer, at=at("2019-05-08 09:00")
    )
    with pytest.raises(CaseActError, match="nothing worse"):
        take(measure, Step("decided", "x", amount=Decimal(60_000)), by=officer, at=at("2019-05-14 09:00"))


def test_what_is_stated_after_the_period_counts_as_waived(fine: Callable[..., Measure], officer: Person) -> None:
    measure = take(fine(), Step("notice", "已送达"), by=officer, at=at("2019-05-07 10:00"))
    with pytest.raises(CaseActError, match="counts as waived"):
        settle(
            measure.clocks.get(deadline="statement"), outcome="used", text="迟到", by=officer, at=at("2019-05-11 08:00")
        )


# --- payment and daily fines ---


def test_payment_in_time_costs_nothing_more(decided: Callable[..., Measure], officer: Person) -> None:
    """Served on 14 May 2019: fifteen days end on 29 May."""
    served = take(decided(), Step("served", "直接送达"), by=officer, at=at("2019-05-14 15:00"))
    paid = take(served, Step("paid", "已缴", day=date(2019, 5, 29)), by=officer, at=at("2019-05-30 09:00"))
    assert paid.surcharge == 0
    assert paid.ended_at is not None


def test_ten_days_late_cost_30_percent_and_never_more_than_the_fine(
    decided: Callable[..., Measure], officer: Person
) -> None:
    """3 % a day of 55 000 yuan: 16 500 after ten days; 34 days are 102 %, so that the fine itself is the most."""
    served = take(decided(), Step("served", "直接送达"), by=officer, at=at("2019-05-14 15:00"))
    assert surcharge(served, date(2019, 5, 30)) == 1_650
    assert surcharge(served, date(2019, 6, 8)) == 16_500
    assert surcharge(served, date(2019, 7, 2)) == 55_000
    urged = take(served, Step("urged", "催告"), by=officer, at=at("2019-06-03 09:00"))
    assert urged.clocks.get(deadline="urging").due_at == at("2019-06-14 00:00")
    paid = take(urged, Step("paid", "已缴", day=date(2019, 6, 8)), by=officer, at=at("2019-06-10 09:00"))
    assert paid.surcharge == 16_500


def test_the_daily_fine_is_that_of_the_standards_worked_example(
    fine: Callable[..., Measure], opened: Callable[..., Case], officer: Person
) -> None:
    """standards.md: served 2019-03-01, found again 2019-03-20, fine 100 000 yuan: 19 days, 1 900 000 yuan."""
    case = opened(at("2019-02-20 09:00"))
    grave = {"harm": "grave", "repeat": "more", "correction": "refused"}
    base = fine("2019-02-21 09:00", case=case, factors=grave)
    base = take(base, Step("notice", "已送达"), by=officer, at=at("2019-02-21 10:00"))
    base = take(base, Step("decided", "未陈述"), by=officer, at=at("2019-03-01 09:00"))
    assert base.amount == 100_000
    daily = fine("2019-03-20 17:00", case=case, record="daily-fine", base=base, served=date(2019, 3, 1),
                 found=[date(2019, 3, 20)])  # fmt: skip
    assert daily.amount == 1_900_000
    assert (daily.daily["days"], daily.daily["within"]) == (19, True)
    assert daily.case.history.filter(kind="measure").last().detail["daily"]["days"] == 19  # type: ignore[union-attr]


def test_a_daily_fine_needs_a_decided_fine_of_the_same_case(fine: Callable[..., Measure]) -> None:
    given: dict[str, Any] = {"record": "daily-fine", "served": date(2019, 5, 1), "found": [date(2019, 5, 6)]}
    with pytest.raises(CaseActError, match="needs a fine"):
        fine(**given)
    with pytest.raises(CaseActError, match="needs a fine"):
        fine(**given, base=fine())


def test_a_daily_fine_does_not_continue_the_fine_of_another_case(
    fine: Callable[..., Measure], decided: Callable[..., Measure]
) -> None:
    base = decided()
    with pytest.raises(CaseActError, match="another case"):
        fine(record="daily-fine", base=base, served=date(2019, 5, 15), found=[date(2019, 5, 20)])


# --- terms, sanctions, transfers ---


def test_sealing_lasts_30_days_and_is_extended_once_by_30(fine: Callable[..., Measure], officer: Person) -> None:
    measure = fine(record="seizure")
    measure = take(measure, Step("decided", "当场交付清单"), by=officer, at=at("2019-05-07 10:00"))
    assert (measure.first, measure.last) == (date(2019, 5, 7), date(2019, 6, 5))
    measure = take(measure, Step("extended", "情况复杂"), by=officer, at=at("2019-06-05 10:00"))
    assert measure.last == date(2019, 7, 5)
    assert take(measure, Step("lifted", "已整改"), by=officer, at=at("2019-06-20 10:00")).ended_at


def test_time_for_tests_is_not_counted_in_the_30_days_of_sealing(fine: Callable[..., Measure], officer: Person) -> None:
    """Sealed on 7 May 2019 for 30 days, to 6 June; tests from 10 to 15 May are five days: 11 June, the term too."""
    measure = fine(record="seizure")
    measure = take(measure, Step("decided", "当场交付清单"), by=officer, at=at("2019-05-07 10:00"))
    clock = measure.clocks.get()
    assert clock.due_at == at("2019-06-07 00:00")
    with pytest.raises(CaseActError, match="for a reason"):
        pause(clock, text=" ", by=officer, at=at("2019-05-10 09:00"))
    pause(clock, text="送检", by=officer, at=at("2019-05-10 09:00"))
    assert watch(at("2019-06-20 00:00")) == 0
    clock = resume(clock, text="检测完毕", by=officer, at=at("2019-05-15 09:00"))
    measure.refresh_from_db()
    assert (clock.due_at, measure.last) == (at("2019-06-12 00:00"), date(2019, 6, 10))
    told = measure.case.history.filter(kind="measure-clock").values_list("detail__zh", flat=True)
    assert list(told) == ["查封扣押：中止", "查封扣押：恢复"]


def test_limited_production_lasts_three_months(fine: Callable[..., Measure], officer: Person) -> None:
    measure = take(fine(record="limit-production"), Step("notice", "已送达"), by=officer, at=at("2019-05-07 10:00"))
    asked = Step("decided", "未申请听证", first=date(2019, 6, 1))
    measure = take(measure, asked, by=officer, at=at("2019-05-14 09:00"))
    assert (measure.first, measure.last) == (date(2019, 6, 1), date(2019, 8, 31))


def test_a_stop_of_work_carries_out_what_the_ladder_registered_and_ends_with_it(
    fine: Callable[..., Measure], opened: Callable[..., Case], fined: Callable[..., Case], officer: Person
) -> None:
    with pytest.raises(CaseActError, match="ladder has not led"):
        fine(record="stop-work")
    fined(opened(), START)
    case = fined(opened(), START)
    measure = fine(case=case, record="stop-work")
    sanction = case.sanctions.get()
    assert (measure.sanction, measure.first, measure.last) == (sanction, sanction.first, sanction.last)
    take(measure, Step("sent", "已送达"), by=officer, at=at("2019-05-07 10:00"))
    lift_due(at("2019-05-15 00:01"))
    measure.refresh_from_db()
    assert (measure.state, measure.ended_at) == ("lifted", at("2019-05-15 00:01"))


def test_a_criminal_transfer_is_decided_in_three_working_days(fine: Callable[..., Measure], officer: Person) -> None:
    measure = fine("2019-05-10 09:00", record="criminal-transfer")
    assert measure.clocks.get().due_at == at("2019-05-16 00:00")
    measure = take(measure, Step("approved", "批准"), by=officer, at=at("2019-05-13 09:00"))
    measure = take(measure, Step("sent", "已移送"), by=officer, at=at("2019-05-14 09:00"))
    assert not measure.clocks.running().exists()


# --- who, order, delay ---


def test_steps_keep_the_order_of_the_law(fine: Callable[..., Measure], officer: Person) -> None:
    measure = fine()
    with pytest.raises(CaseActError, match="does not follow"):
        take(measure, Step("decided", "先决定"), by=officer, at=at("2019-05-20 10:00"))
    with pytest.raises(CaseActError, match="what was done"):
        take(measure, Step("notice", " "), by=officer, at=at("2019-05-07 10:00"))
    ended = take(measure, Step("withdrawn", "证据不足"), by=officer, at=at("2019-05-08 10:00"))
    with pytest.raises(CaseActError, match="has ended"):
        take(ended, Step("notice", "x"), by=officer, at=at("2019-05-08 11:00"))


def test_a_second_click_does_nothing(fine: Callable[..., Measure], officer: Person) -> None:
    measure = fine()
    asked = Step("notice", "已送达", version=measure.version)
    take(measure, asked, by=officer, at=at("2019-05-07 10:00"))
    with pytest.raises(Changed):
        take(measure, asked, by=officer, at=at("2019-05-07 10:00"))


def test_only_who_has_a_part_in_the_case_takes_measures(
    opened: Callable[..., Case], person: Callable[..., Person], officer: Person
) -> None:
    case = opened()
    stranger = person("enforcement", "water")
    assert may_handle(case, officer)
    assert not may_handle(case, stranger)
    with pytest.raises(NotYours):
        propose(case, Proposal("warning", "某公司", "x"), by=stranger, at=START)


def test_a_decision_that_is_not_served_in_time_is_told_once_for_each_level(
    decided: Callable[..., Measure], officer: Person
) -> None:
    """Decided on 14 May 2019: seven days end on 21 May; the head of the unit hears at once, the bureau later."""
    measure = decided()
    lines = measure.case.history.filter(kind="measure-late")
    watch(at("2019-05-21 23:59"))
    assert not lines.exists()
    watch(at("2019-05-22 00:01"))
    watch(at("2019-05-22 00:02"))
    assert [line.detail["to"] for line in lines.all()] == ["urban-enforcement"]
    watch(at("2019-05-23 00:01"))
    assert [line.detail["to"] for line in lines.all()] == ["urban-enforcement", "environment"]
    told = Message.objects.filter(template="case-overdue")
    assert [message.link for message in told] == [f"/cases/{measure.case.slug}/measures/{measure.pk}/"] * 2
    assert Notice.objects.filter(message__in=told, person=officer).count() == 1


def test_a_duty_that_is_due_soon_is_told_once(decided: Callable[..., Measure], officer: Person) -> None:
    """Decided on 14 May 2019 at 9:00, to be served by the end of 21 May: four fifths of 183 h are 146 h 24 min."""
    measure = decided()
    assert measure.clocks.get(deadline="serving").warn_at == at("2019-05-20 11:24")
    assert watch(at("2019-05-20 11:23")) == 0
    assert watch(at("2019-05-20 11:25")) == 1
    assert watch(at("2019-05-20 11:26")) == 0
    assert Notice.objects.get(message__template="case-due-soon").person == officer


def test_the_worker_ends_rights_whose_period_is_over(fine: Callable[..., Measure], officer: Person) -> None:
    measure = take(fine(), Step("notice", "已送达"), by=officer, at=at("2019-05-07 10:00"))
    assert watch(at("2019-05-11 00:01")) == 2
    assert watch(at("2019-05-11 00:02")) == 0
    assert set(measure.clocks.values_list("outcome", flat=True)) == {"expired"}


def test_a_measure_of_a_person_is_heard_from_5_000_yuan(fine: Callable[..., Measure], officer: Person) -> None:
    slight = {"harm": "slight", "repeat": "first", "correction": "at-once"}
    measure = fine(factors=slight, party_kind="person", party="某某")
    measure = take(measure, Step("notice", "已送达"), by=officer, at=at("2019-05-07 10:00"))
    assert MeasureClock.objects.filter(measure=measure, deadline="hearing-request").exists()


# --- revoked penalties ---


def test_a_revoked_penalty_lifts_the_sanction_whose_level_is_no_longer_reached(
    opened: Callable[..., Case], fined: Callable[..., Case], officer: Person
) -> None:
    cases = [fined(opened(), START) for _ in range(3)]
    bidding = cases[2].sanctions.get(consequence="bidding")
    revoke_penalty(cases[0].penalties.get(), reason="复议撤销", by=officer, at=START + timedelta(days=2))
    bidding.refresh_from_db()
    stop = cases[1].sanctions.get(consequence="stop")
    assert bidding.lifted_at == START + timedelta(days=2)
    assert "2 次" in bidding.lift_reason
    assert stop.lifted_at is None
    assert cases[2].history.filter(kind="lifted").exists()


def test_time_alone_lifts_nothing_when_a_later_penalty_is_revoked(
    opened: Callable[..., Case], fined: Callable[..., Case], officer: Person
) -> None:
    cases = [fined(opened(), START) for _ in range(3)]
    revoke_penalty(cases[2].penalties.get(), reason="复议撤销", by=officer, at=START + timedelta(days=1))
    assert cases[1].sanctions.get(consequence="stop").lifted_at is None
    assert cases[2].sanctions.get(consequence="bidding").lifted_at is not None


def test_every_refusal_is_said_in_both_languages(site: Source, fine: Callable[..., Measure]) -> None:
    with pytest.raises(LantianError) as caught:
        fine(party=" ")
    assert caught.value.text.zh != caught.value.text.en
    assert START.tzinfo is UTC
