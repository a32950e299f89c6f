"""Cases as tables: a dust violation by the plan's clocks (24 hours, feedback in a week), joint cases, returns."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.calendar import LegalCalendar
from lantian.kernel.instants import BEIJING
from lantian.workflow.cases import (
    CaseError,
    CaseState,
    CaseType,
    Engine,
    Escalation,
    Holders,
    Outcome,
    Step,
    escalated,
)
from lantian.workflow.clocks import Period

DUST = CaseType(
    "dust",
    ("verify",),
    {
        "verify": Step(
            "verify",
            "enforcement",
            (
                Outcome("true", ("decide",), frozenset({"photo"}), finding="true"),
                Outcome("false", ("feedback",), finding="instrument"),
            ),
            Period(24, "hour"),
        ),
        "decide": Step("decide", "enforcement", (Outcome("fined", ("feedback",), opens=("penalty",)),)),
        "feedback": Step("feedback", "enforcement", (Outcome("sent"),), Period(7, "calendar-day", roll=False)),
    },
)
WHISTLE = CaseType(
    "whistle",
    ("first", "second"),
    {
        "first": Step("first", "water", (Outcome("reported"),), Period(2, "hour")),
        "second": Step("second", "fire", (Outcome("reported"),), Period(2, "hour")),
    },
)
HOLDERS = {"enforcement": "urban-enforcement", "water": "water", "fire": "fire"}
START = datetime(2019, 5, 6, 21, 10, tzinfo=BEIJING)
HOUR = timedelta(hours=1)
ENGINE = Engine(DUST, LegalCalendar.of([]))
LADDER = (Escalation(1, timedelta(0), "deputy head"), Escalation(2, 24 * HOUR, "head"))
PHOTO = frozenset({"photo"})


def opened() -> CaseState:
    return ENGINE.open(HOLDERS, START)


def test_a_case_runs_from_verification_to_feedback_and_closes_with_its_last_step() -> None:
    state = opened()
    assert [(one.step, one.holder) for one in state.threads] == [("verify", "urban-enforcement")]
    assert ENGINE.due(state.threads[0], START) == START + 24 * HOUR
    state, outcome = ENGINE.take(state, 1, "true", HOLDERS, START + 3 * HOUR, PHOTO)
    assert outcome.finding == "true"
    state, outcome = ENGINE.take(state, 2, "fined", HOLDERS, START + 5 * HOUR)
    assert outcome.opens == ("penalty",)
    assert ENGINE.due(state.threads[0], START) == datetime(2019, 5, 15, tzinfo=BEIJING)
    state, _ = ENGINE.take(state, 3, "sent", HOLDERS, START + 9 * HOUR)
    assert (state.threads, state.closed_at) == ((), START + 9 * HOUR)
    assert [one.step for one in state.ended] == ["verify", "decide", "feedback"]


def test_an_outcome_needs_its_evidence_and_must_be_one_of_the_steps() -> None:
    with pytest.raises(CaseError, match="photo"):
        ENGINE.take(opened(), 1, "true", HOLDERS, START)
    with pytest.raises(CaseError, match="true, false"):
        ENGINE.take(opened(), 1, "maybe", HOLDERS, START)


def test_of_two_officers_on_one_step_the_second_is_told() -> None:
    state, _ = ENGINE.take(opened(), 1, "false", HOLDERS, START)
    with pytest.raises(CaseError, match="somebody may have taken it"):
        ENGINE.take(state, 1, "false", HOLDERS, START)


def test_a_part_that_nobody_takes_stops_the_case_from_opening() -> None:
    with pytest.raises(CaseError, match="enforcement"):
        ENGINE.open({}, START)


def test_a_joint_case_has_a_clock_for_each_department_and_closes_with_the_last() -> None:
    engine = Engine(WHISTLE, LegalCalendar.of([]))
    state = engine.open(HOLDERS, START)
    assert [one.holder for one in state.threads] == ["water", "fire"]
    state, _ = engine.take(state, 1, "reported", HOLDERS, START + HOUR)
    assert state.closed_at is None
    state, told = escalated(engine, state, LADDER, START + 3 * HOUR)
    assert [(thread.holder, one.to) for thread, one in told] == [("fire", "deputy head")]
    state, _ = engine.take(state, 2, "reported", HOLDERS, START + 4 * HOUR)
    assert state.closed_at == START + 4 * HOUR


def test_escalation_fires_each_level_once_just_after_its_time() -> None:
    state = opened()
    for moment, expected in (
        (START + 24 * HOUR, []),
        (START + 24 * HOUR + timedelta(seconds=1), [1]),
        (START + 25 * HOUR, []),
        (START + 48 * HOUR, []),
        (START + 48 * HOUR + timedelta(seconds=1), [2]),
        (START + 100 * HOUR, []),
    ):
        state, told = escalated(ENGINE, state, LADDER, moment)
        assert [one.level for _, one in told] == expected, moment


def test_a_worker_that_slept_tells_all_levels_it_missed() -> None:
    _, told = escalated(ENGINE, opened(), LADDER, START + 100 * HOUR)
    assert [one.level for _, one in told] == [1, 2]


def test_sending_back_gives_no_fresh_clock_and_keeps_the_level() -> None:
    state, _ = ENGINE.take(opened(), 1, "true", HOLDERS, START + 3 * HOUR, PHOTO)
    state = ENGINE.send_back(state, 2, START + 20 * HOUR)
    [thread] = state.threads
    assert (thread.step, thread.number, ENGINE.due(thread, START + 20 * HOUR)) == ("verify", 3, START + 24 * HOUR)
    state, told = escalated(ENGINE, state, LADDER, START + 25 * HOUR)
    assert [one.level for _, one in told] == [1]
    state, _ = ENGINE.take(state, 3, "true", HOLDERS, START + 26 * HOUR, PHOTO)
    state = ENGINE.send_back(state, 4, START + 27 * HOUR)
    assert ENGINE.due(state.threads[0], START + 27 * HOUR) == START + 24 * HOUR


def test_the_first_step_and_a_step_without_clock_cannot_be_sent_back_or_paused() -> None:
    with pytest.raises(CaseError):
        ENGINE.send_back(opened(), 1, START)
    state, _ = ENGINE.take(opened(), 1, "true", HOLDERS, START, PHOTO)
    with pytest.raises(CaseError, match="no clock"):
        ENGINE.pause(state, 2, START, "x")
    assert ENGINE.due(state.threads[0], START) is None
    assert ENGINE.warning(state.threads[0], START) is None


def test_a_step_without_a_clock_that_is_sent_back_has_nothing_due() -> None:
    table = CaseType(
        "x", ("a",), {"a": Step("a", "water", (Outcome("on", ("b",)),)), "b": Step("b", "water", (Outcome("end"),))}
    )
    engine = Engine(table, LegalCalendar.of([]))
    state, _ = engine.take(engine.open(HOLDERS, START), 1, "on", HOLDERS, START)
    state = engine.send_back(state, 2, START)
    assert (state.threads[0].step, engine.due(state.threads[0], START)) == ("a", None)


def test_a_transfer_changes_who_has_it_and_not_the_clock() -> None:
    state = ENGINE.transfer(opened(), 1, "traffic-police", START + 5 * HOUR)
    assert (state.threads[0].holder, ENGINE.due(state.threads[0], START)) == ("traffic-police", START + 24 * HOUR)


def test_a_paused_thread_is_not_escalated_and_goes_on_with_what_it_had() -> None:
    state = ENGINE.pause(opened(), 1, START + 20 * HOUR, "等待检测")
    state, told = escalated(ENGINE, state, LADDER, START + 200 * HOUR)
    assert told == ()
    state = ENGINE.resume(state, 1, START + 200 * HOUR)
    assert ENGINE.due(state.threads[0], START) == START + 204 * HOUR
    assert ENGINE.warning(state.threads[0], START + 200 * HOUR) is not None


@pytest.mark.parametrize(
    ("start", "steps", "problem"),
    [
        (("a",), {}, "no such step a"),
        (("a",), {"a": Step("a", "x", (Outcome("on", ("b",)),))}, "no such step b"),
        (("a",), {"a": Step("a", "x", (Outcome("end"),)), "b": Step("b", "x", (Outcome("end"),))}, "no way leads to b"),
        (("a",), {"a": Step("a", "x", (Outcome("on", ("a",)),))}, "never closes from a"),
    ],
)
def test_a_table_that_cannot_work_is_refused(start: tuple[str, ...], steps: dict[str, Step], problem: str) -> None:
    with pytest.raises(CaseError, match=problem):
        CaseType("x", start, steps)


@given(st.lists(st.sampled_from(["true", "false", "fined", "sent", "back"]), max_size=30))
def test_whatever_is_tried_a_case_is_open_with_threads_or_closed_without(tried: list[str]) -> None:
    state, at = opened(), START
    for name in tried:
        at += HOUR
        if state.closed_at is not None:
            break
        number = state.threads[0].number
        try:
            state = (
                ENGINE.send_back(state, number, at)
                if name == "back"
                else ENGINE.take(state, number, name, HOLDERS, at, PHOTO)[0]
            )
        except CaseError:
            continue
        assert len({one.number for one in (*state.threads, *state.ended)}) == len(state.threads) + len(state.ended)
    assert (state.closed_at is None) == bool(state.threads)


CALL = CaseType(
    "call",
    ("report",),
    {
        "report": Step("report", "department", (Outcome("reported", ("act",)),), Period(2, "hour")),
        "act": Step("act", "department", (Outcome("done", ("confirm",)),)),
        "confirm": Step("confirm", "street", (Outcome("good"), Outcome("bad", ("act",)))),
    },
)
NAMED: Holders = {"department": ("water", "fire"), "street": "office"}


def test_each_named_department_has_its_own_line_and_goes_on_with_it() -> None:
    engine = Engine(CALL, LegalCalendar.of([]))
    state = engine.open(NAMED, START)
    assert [(one.number, one.holder) for one in state.threads] == [(1, "water"), (2, "fire")]
    state, _ = engine.take(state, 2, "reported", NAMED, START)
    state, _ = engine.take(state, 3, "done", NAMED, START)
    state, _ = engine.take(state, 4, "bad", NAMED, START)
    assert [(one.number, one.step, one.holder) for one in state.threads] == [
        (1, "report", "water"),
        (5, "act", "fire"),
    ]


def test_a_step_may_run_from_the_start_and_wait_for_others() -> None:
    steps = {
        "verify": Step("verify", "a", (Outcome("true"),)),
        "feedback": Step("feedback", "a", (Outcome("sent"),), Period(7, "calendar-day"), frozenset({"verify"})),
    }
    engine = Engine(CaseType("lead", ("verify", "feedback"), steps), LegalCalendar.of([]))
    state = engine.open({"a": "team"}, START)
    with pytest.raises(CaseError, match="waits for verify"):
        engine.take(state, 2, "sent", {}, START)
    state, _ = engine.take(state, 1, "true", {}, START)
    state, _ = engine.take(state, 2, "sent", {}, START)
    assert state.closed_at == START
    with pytest.raises(CaseError, match="no such step"):
        CaseType("bad", ("a",), {"a": Step("a", "x", (Outcome("b"),), after=frozenset({"c"}))})
