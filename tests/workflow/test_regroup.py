"""Cases merged, parted and reopened: whatever is passed to and fro, no clock begins anew and no level is forgotten."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.calendar import LegalCalendar
from lantian.kernel.instants import BEIJING
from lantian.workflow.cases import CaseError, CaseState, CaseType, Engine, Outcome, Step
from lantian.workflow.clocks import Period
from lantian.workflow.regroup import begun_with, last_steps, merge, part, reopen

DUST = CaseType(
    "dust",
    ("verify", "feedback"),
    {
        "verify": Step("verify", "team", (Outcome("true", ("decide", "remark")), Outcome("false")), Period(24, "hour")),
        "decide": Step("decide", "team", (Outcome("fined"),), Period(2, "hour")),
        "feedback": Step(
            "feedback", "desk", (Outcome("sent"),), Period(7, "calendar-day", roll=False), frozenset({"verify"})
        ),
        "remark": Step("remark", "team", (Outcome("said"),)),
    },
)
OTHER = CaseType("other", ("only",), {"only": Step("only", "team", (Outcome("done"),))})
ENGINE = Engine(DUST, LegalCalendar.of([]))
HOLDERS = {"team": "team", "desk": "desk"}
START = datetime(2019, 5, 6, 9, tzinfo=BEIJING)
HOUR = timedelta(hours=1)
NEVER = START + 10_000 * HOUR


def opened(at: datetime = START) -> CaseState:
    return ENGINE.open(HOLDERS, at)


def dues(state: CaseState, at: datetime) -> list[datetime]:
    return [due for one in state.threads if (due := ENGINE.due(one, at))]


def test_the_case_that_goes_on_is_due_no_later_than_the_one_that_ended() -> None:
    younger, older = opened(START + 5 * HOUR), opened()
    goes_on, closed = merge(ENGINE, younger, older, START + 6 * HOUR)
    assert (closed.threads, closed.closed_at) == ((), START + 6 * HOUR)
    assert [ENGINE.due(one, START) for one in goes_on.threads] == [ENGINE.due(one, START) for one in older.threads]
    assert [one.step for one in goes_on.threads] == ["verify", "feedback"]


def test_a_step_without_counterpart_burdens_the_most_urgent_one() -> None:
    older, _ = ENGINE.take(opened(), 1, "true", HOLDERS, START + HOUR)
    fresh = opened(START + 100 * HOUR)
    goes_on, closed = merge(ENGINE, fresh, older, START + 101 * HOUR)
    decide = next(one for one in older.threads if one.step == "decide")
    verify = goes_on.threads[0]
    assert ENGINE.due(verify, START) == ENGINE.due(decide, START)
    assert [one.clock.ended for one in closed.ended if one.clock][-1] == START + 101 * HOUR
    assert any(one.clock is None for one in closed.ended)  # the remark, which has no clock


def test_levels_are_kept_where_cases_merge() -> None:
    older = opened()
    told = CaseState("dust", tuple(replace(one, level=2) for one in older.threads))
    goes_on, _ = merge(ENGINE, opened(START + HOUR), told, START + 2 * HOUR)
    assert [one.level for one in goes_on.threads] == [2, 2]


def test_cases_of_two_types_or_closed_ones_do_not_merge() -> None:
    other = Engine(OTHER, LegalCalendar.of([])).open(HOLDERS, START)
    with pytest.raises(CaseError, match="two types"):
        merge(ENGINE, opened(), other, START)
    with pytest.raises(CaseError, match="closed"):
        merge(ENGINE, opened(), CaseState("dust", ()), START)
    with pytest.raises(CaseError, match="closed"):
        merge(ENGINE, CaseState("dust", ()), opened(), START)


def test_chosen_steps_go_on_in_a_case_of_their_own_with_their_clocks() -> None:
    state = opened()
    stays, goes = part(state, [1], START + HOUR)
    assert [one.step for one in stays.threads] == ["feedback"]
    assert [one.step for one in stays.ended] == ["verify"]
    fresh = begun_with("dust", goes.threads, START + HOUR) if goes.threads else None
    assert fresh
    assert [(one.number, one.step, ENGINE.due(one, START)) for one in fresh.threads] == [
        (1, "verify", START + 24 * HOUR)
    ]
    for wrong in ([], [1, 2], [1, 9]):
        with pytest.raises(CaseError, match="leave at least one"):
            part(state, wrong, START)


def test_a_reopened_step_has_what_its_clock_had_left() -> None:
    state, _ = ENGINE.take(opened(), 1, "false", HOLDERS, START + 20 * HOUR)
    state, _ = ENGINE.take(state, 2, "sent", HOLDERS, START + 21 * HOUR)
    assert [one.step for one in last_steps(state)] == ["verify", "feedback"]
    again = reopen(state, 1, START + 100 * HOUR, "新证据")
    [thread] = again.threads
    assert (thread.number, thread.step, again.closed_at) == (3, "verify", None)
    assert ENGINE.due(thread, START + 100 * HOUR) == START + 104 * HOUR
    state, _ = ENGINE.take(again, 3, "false", HOLDERS, START + 101 * HOUR)
    assert [one.number for one in last_steps(state)] == [3, 2]  # each as it was taken last


def test_a_step_without_clock_is_reopened_without_one() -> None:
    engine = Engine(OTHER, LegalCalendar.of([]))
    state, _ = engine.take(engine.open(HOLDERS, START), 1, "done", HOLDERS, START)
    assert reopen(state, 1, START, "x").threads[0].clock is None


def test_only_a_closed_case_is_reopened_at_one_of_its_last_steps() -> None:
    with pytest.raises(CaseError, match="Only a closed case"):
        reopen(opened(), 1, START, "x")
    state, _ = ENGINE.take(opened(), 1, "false", HOLDERS, START)
    state, _ = ENGINE.take(state, 2, "sent", HOLDERS, START)
    with pytest.raises(CaseError, match="Only a closed case"):
        reopen(state, 9, START, "x")


MOVES = st.lists(st.sampled_from(["true", "false", "fined", "said", "sent", "back", "transfer", "merge"]), max_size=25)


@given(MOVES)
def test_nothing_that_is_passed_to_and_fro_falls_due_later_or_forgets_its_level(moves: list[str]) -> None:
    """Returns, transfers and mergers: the most urgent end never moves on, a kept end never grows, levels never fall."""
    state, at = opened(), START
    for move in moves:
        at += HOUR
        if not state.threads:
            break
        number = state.threads[0].number
        before = {one.number: one for one in state.threads}
        try:
            after = _moved(state, move, number, at)
        except CaseError:
            continue
        if move in ("back", "transfer", "merge"):
            assert min(dues(after, at), default=NEVER) <= min(dues(state, at), default=NEVER)
        for thread in after.threads:
            former = before.get(thread.number)
            if former is not None:
                assert thread.level >= former.level
                assert former.due_since is None or (thread.due_since and thread.due_since <= former.due_since)
        state = after


def _moved(state: CaseState, move: str, number: int, at: datetime) -> CaseState:
    if move == "back":
        return ENGINE.send_back(state, number, at)
    if move == "transfer":
        return ENGINE.transfer(state, number, "street", at)
    if move == "merge":
        return merge(ENGINE, opened(at), state, at)[0]
    return ENGINE.take(state, number, move, HOLDERS, at)[0]


@given(st.integers(0, 60), st.integers(0, 500), st.integers(0, 500))
def test_closing_and_reopening_gains_no_time(worked: int, closed: int, later: int) -> None:
    """What was left when the case closed is left after reopening, however long that took; what was over stays so."""
    ended = START + worked * HOUR
    state, _ = ENGINE.take(opened(), 1, "false", HOLDERS, ended)
    state, _ = ENGINE.take(state, 2, "sent", HOLDERS, ended)
    back = ended + closed * HOUR
    [thread] = reopen(state, 1, back, "x").threads
    in_time = ended <= START + 24 * HOUR
    assert ENGINE.due(thread, back + later * HOUR) == START + 24 * HOUR + (back - ended if in_time else 0 * HOUR)
