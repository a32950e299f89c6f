"""What follows from cases: the ladder of article 11, sanctions with their days, escalation once, alarms judged."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.alarms.models import Alarm
from lantian.apps.alarms.services import hand_on, judge
from lantian.apps.cases.models import Case, CaseStep, CaseThread, Penalty, Sanction
from lantian.apps.cases.rules import rules
from lantian.apps.cases.services import (
    CaseActError,
    Taken,
    attach_file,
    escalate,
    lift,
    lift_due,
    revoke_penalty,
    set_subject,
    take_step,
)
from lantian.apps.cases.services.state import Held
from lantian.apps.cases.standings import standing_of, standing_with
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.services.points import before_removal
from lantian.kernel.instants import day_of
from lantian.workflow.cases import escalated
from tests.cases.conftest import START, photo

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_the_second_penalty_of_a_cycle_stops_work_for_seven_days(
    opened: Callable[..., Case], fined: Callable[..., Case]
) -> None:
    first = fined(opened(), START)
    assert Sanction.objects.count() == 0
    assert (found := standing_of(first, date(2019, 5, 6)))
    assert (found.standing.count, found.standing.level) == (1, None)
    assert (more := standing_with(first, date(2019, 5, 7)))
    assert more.standing.level
    assert more.standing.level.consequence == "stop"
    case = fined(opened(at=START + 30 * DAY), START + 30 * DAY)
    sanction = Sanction.objects.get()
    # decided on 5 June: from 6 June, seven days, to 12 June
    assert (sanction.consequence, sanction.first, sanction.last) == ("stop", date(2019, 6, 6), date(2019, 6, 12))
    assert (sanction.count, sanction.unit, sanction.name) == (2, "某建设公司", "观音堂安置房工地")
    told = case.history.get(kind="sanction")
    assert (told.citation_zh, told.detail["last"]) == ("第十一条", "2019-06-12")


def test_the_third_suspends_bidding_for_half_a_year_and_the_fourth_is_blacklisted(
    opened: Callable[..., Case], fined: Callable[..., Case]
) -> None:
    for number in range(5):
        at = START + 30 * number * DAY
        fined(opened(at=at), at)
    held = [(one.consequence, one.count, one.first, one.last) for one in Sanction.objects.order_by("first")]
    assert held == [
        ("stop", 2, date(2019, 6, 6), date(2019, 6, 12)),
        ("bidding", 3, date(2019, 7, 6), date(2020, 1, 5)),
        ("blacklist", 4, date(2019, 8, 5), None),
    ]  # the fifth finds the blacklist in force and does not double it


@pytest.mark.parametrize("finding", ["malice", "refusal"])
def test_malice_and_refusal_lead_to_the_blacklist_at_once(
    opened: Callable[..., Case], fined: Callable[..., Case], finding: str
) -> None:
    fined(opened(), START, findings=(finding,))
    sanction = Sanction.objects.get()
    assert (sanction.consequence, sanction.trigger, sanction.count) == ("blacklist", finding, 1)


def test_another_cycle_and_revoked_penalties_do_not_count(
    opened: Callable[..., Case], fined: Callable[..., Case], site: Source, officer: Person
) -> None:
    fined(opened(), START)
    site.attributes["permit_number"] = "next"
    site.save()
    fined(opened(at=START + DAY), START + DAY)
    assert Sanction.objects.count() == 0
    penalty = Penalty.objects.get(cycle="next")
    revoke_penalty(penalty, reason="复议撤销", by=officer, at=START + 2 * DAY)
    fined(opened(at=START + 3 * DAY), START + 3 * DAY)
    assert Sanction.objects.count() == 0
    with pytest.raises(CaseActError, match="revoked already"):
        revoke_penalty(penalty, reason="再撤", by=officer, at=START + 2 * DAY)


def test_a_finding_beside_what_is_no_penalty_is_refused_whole(opened: Callable[..., Case], officer: Person) -> None:
    case = opened()
    attach_file(case, 1, Sent("东门.jpg", photo()), by=officer, at=START)
    with pytest.raises(CaseActError, match="Only a penalty"):
        take_step(case, 1, Taken("violation", "裸土未盖", findings=("malice",)), by=officer, at=START)
    assert case.threads.get(number=1).ended_at is None
    assert not case.history.filter(kind="taken").exists()


def test_a_penalty_needs_a_subject_and_counts_where_it_was_set(
    opened: Callable[..., Case], fined: Callable[..., Case], site: Source, officer: Person
) -> None:
    case = opened(source=None, area_code="110105001")
    with pytest.raises(CaseActError, match="ledger entry first"):
        fined(case, START)
    set_subject(case, source=site, by=officer, at=START)
    case.refresh_from_db()
    assert (case.subject, case.cycle) == (f"source:{site.pk}", "110105201903010101")
    take_step(case, 4, Taken("served", "已送达"), by=officer, at=START)
    with pytest.raises(CaseActError, match="counts already"):
        set_subject(case, source=site, by=officer, at=START)


def test_a_sanction_is_lifted_the_day_after_its_last_day_and_once(
    opened: Callable[..., Case], fined: Callable[..., Case]
) -> None:
    fined(opened(), START)
    fined(opened(at=START + DAY), START + DAY)  # decided on 7 May: 8 to 14 May
    assert lift_due(datetime(2019, 5, 14, 15, 59, tzinfo=UTC)) == 0  # 23:59 of the last day in Beijing
    assert lift_due(datetime(2019, 5, 14, 16, tzinfo=UTC)) == 1
    assert lift_due(datetime(2019, 5, 14, 16, 1, tzinfo=UTC)) == 0
    assert CaseStep.objects.filter(kind="lifted", by=None).count() == 1


def test_a_blacklist_is_lifted_by_a_person_with_a_reason(
    opened: Callable[..., Case], fined: Callable[..., Case], officer: Person
) -> None:
    fined(opened(), START, findings=("malice",))
    sanction = Sanction.objects.get()
    assert lift_due(START + 4000 * DAY) == 0
    with pytest.raises(CaseActError, match="Say why"):
        lift(sanction, reason="", by=officer, at=START + DAY)
    lift(sanction, reason="信用修复", by=officer, at=START + DAY)
    assert not Sanction.objects.in_force(date(2019, 5, 9)).exists()
    with pytest.raises(CaseActError, match="has been lifted"):
        lift(sanction, reason="再次", by=officer, at=START + DAY)


def told() -> list[tuple[str, int, str]]:
    rows = CaseStep.objects.filter(kind="escalated").order_by("pk")
    return [(row.step, row.level or 0, row.detail["to"]) for row in rows]


def test_each_level_is_told_once_just_after_its_time(opened: Callable[..., Case]) -> None:
    opened()
    for moment, expected in (
        (START + 24 * HOUR, {}),
        (START + 24 * HOUR + timedelta(seconds=1), {1: 1}),
        (START + 25 * HOUR, {}),
        (START + 48 * HOUR, {}),
        (START + 48 * HOUR + timedelta(seconds=1), {2: 1}),
        (START + 200 * HOUR, {1: 1, 2: 1, 3: 1}),  # level 3 of the verification; two of the feedback, due on the 14th
    ):
        assert escalate(moment) == expected, moment
    assert told()[:2] == [("verify", 1, "urban-enforcement"), ("verify", 2, "environment")]
    assert CaseStep.objects.filter(kind="escalated").first().citation_zh == "第三十一条"  # type: ignore[union-attr]


def test_the_worker_tells_what_the_pure_workflow_would(opened: Callable[..., Case]) -> None:
    case = opened()
    held = Held.of(case)
    ladder = tuple(one.escalation() for one in rules().escalations(day_of(START)))
    for hours in (10, 24, 25, 60, 97, 180, 300):
        now = START + hours * HOUR
        state, pure = escalated(held.engine, Held.of(case).state, ladder, now)
        found = escalate(now)
        assert sum(found.values()) == len(pure), hours
        levels = {row.number: row.level for row in case.threads.open()}
        assert levels == {thread.number: thread.level for thread in state.threads}


def test_a_crash_while_clocks_fire_tells_nothing_twice(opened: Callable[..., Case]) -> None:
    opened()
    now = START + 30 * HOUR
    with transaction.atomic():
        assert escalate(now) == {1: 1}
        transaction.set_rollback(True)
    assert (told(), CaseThread.objects.get(number=1).level) == ([], 0)
    assert escalate(now) == {1: 1}
    assert len(told()) == 1


@pytest.fixture
def alarm(district: None) -> Alarm:
    point = Point.objects.create(
        id="dust-1", name_zh="一号工地", name_en="Site One", kind="dust", area_code="110105001"
    )
    return Alarm.objects.create(
        number="110105-20190506-0001", rule="site-pm10-hour", rule_version="1", subject="s", point=point,
        area_code="110105001", factor="a34002", unit="µg/m³", value=412.0, limit=150.0, state="ended",
        first_at=START - HOUR, last_at=START, raised_at=START, evidence={"snapshot": "S-1", "frames": [3, 4]},
    )  # fmt: skip


def test_an_alarm_that_is_handed_on_becomes_a_case_and_learns_what_was_found(
    alarm: Alarm, person: Callable[..., Person], officer: Person
) -> None:
    duty = person("duty", "environment")
    to = Organisation.objects.get(code="urban-enforcement")
    hand_on(alarm, to=to, text="请核验", by=duty, at=START + HOUR)
    case = Case.objects.get()
    assert (case.origin, case.sender_id, case.title) == (
        "alarm",
        "environment",
        "一号工地 · 工地 PM10 小时均值超过报警值",
    )
    assert case.threads.get(step="verify").due_at == START + 25 * HOUR
    assert case.evidence.get().detail["frames"] == [3, 4]
    hand_on(alarm, to=to, text="再催", by=duty, at=START + 2 * HOUR)
    assert Case.objects.count() == 1
    attach_file(case, 1, Sent("a.jpg", photo()), by=officer, at=START + 3 * HOUR)
    take_step(case, 1, Taken("instrument", "仪器进水"), by=officer, at=START + 3 * HOUR)
    alarm.refresh_from_db()
    assert (alarm.outcome, alarm.outcome_reason) == ("instrument", "朝扬尘案〔2019〕1号：仪器进水")


def test_an_outcome_that_somebody_gave_stays(alarm: Alarm, person: Callable[..., Person], officer: Person) -> None:
    duty = person("duty", "environment")
    hand_on(alarm, to=Organisation.objects.get(code="water"), text="", by=duty, at=START)
    case = Case.objects.get()
    assert {row.holder_id for row in case.threads.all()} == {"water"}
    judge(alarm, outcome="true", reason="视频可见", by=duty, at=START)
    inspector = person("enforcement", "water")
    attach_file(case, 1, Sent("a.jpg", photo()), by=inspector, at=START)
    take_step(case, 1, Taken("regional", "全区同步升高"), by=inspector, at=START)
    alarm.refresh_from_db()
    assert alarm.outcome == "true"


def test_a_stack_alarm_opens_a_check_and_a_violation_an_order(alarm: Alarm, person: Callable[..., Person]) -> None:
    alarm.point = Point.objects.create(id="stack-1", name_zh="一号烟囱", name_en="Stack", kind="stack")
    alarm.save()
    inspector = person("enforcement", "environment")
    duty = person("duty", "water")
    hand_on(alarm, to=Organisation.objects.get(code="environment"), text="", by=duty, at=START)
    case = Case.objects.get(type="alarm-check")
    attach_file(case, 1, Sent("a.jpg", photo()), by=inspector, at=START)
    take_step(case, 1, Taken("violation", "超标排放"), by=inspector, at=START)
    order = Case.objects.get(type="rectification-order")
    assert (order.parent, order.origin, order.number) == (case, "case", "朝责改〔2019〕1号")
    assert order.threads.get().step == "serve"


def test_a_demonstration_goes_with_its_cases_and_real_ones_stay(
    alarm: Alarm, opened: Callable[..., Case], fined: Callable[..., Case], officer: Person
) -> None:
    real = opened()
    alarm.synthetic = True
    alarm.save()
    hand_on(alarm, to=Organisation.objects.get(code="urban-enforcement"), text="", by=officer, at=START)
    made_up = Case.objects.get(alarm=alarm)
    fined(made_up, START, findings=("malice",))
    assert Sanction.objects.count() == 1
    for forget in before_removal:
        forget(["dust-1"], [])
    assert list(Case.objects.all()) == [real]
    assert (Alarm.objects.count(), Sanction.objects.count(), Penalty.objects.count()) == (0, 0, 0)
