"""Cases that are put together, parted or taken up again (并案、分案、重新办理), with no clock begun anew.

* merge: the open steps of one case end, and the other goes on for both: its step of the same name, else its most urgent
  one, is due no later than any of those that ended, and has been escalated as far;
* part: chosen steps go on in a case of their own, or all of them in a second one as well, with the clocks they had;
* reopen: a step that ended last is open again with what its clock had left when the case closed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from lantian.kernel.errors import Text
from lantian.workflow.cases import CaseError, CaseState, Engine, Thread
from lantian.workflow.clocks import Clock, Pause, end


def merge(engine: Engine, target: CaseState, other: CaseState, at: datetime) -> tuple[CaseState, CaseState]:
    """Put a case into another; returns the case that goes on and the one that has ended.

    Raises CaseError for cases of two types, or where one of them is closed.
    """
    if target.type != other.type:
        raise CaseError(Text("不同类型的案件不能合并。", "Cases of two types cannot be merged."))
    if not target.threads or not other.threads:
        raise CaseError(Text("已办结的案件不能合并。", "A closed case cannot be merged."))
    threads = list(target.threads)
    for thread in other.threads:
        place = _counterpart(engine, threads, thread, at)
        threads[place] = _burdened(engine, threads[place], thread, at)
    done = tuple(_ended(thread, at) for thread in other.threads)
    closed = replace(other, threads=(), ended=(*other.ended, *done), closed_at=at)
    return replace(target, threads=tuple(threads)), closed


def _counterpart(engine: Engine, threads: list[Thread], other: Thread, at: datetime) -> int:
    """The place of the step that takes another's burden: of the same name and holder, of the same name, most urgent."""

    def order(place: int) -> tuple[bool, bool, bool, float]:
        thread = threads[place]
        due = engine.due(thread, at)
        same = thread.step == other.step
        return not (same and thread.holder == other.holder), not same, due is None, due.timestamp() if due else 0

    return min(range(len(threads)), key=order)


def _burdened(engine: Engine, thread: Thread, other: Thread, at: datetime) -> Thread:
    """A step that is due no later than another was, and was escalated as far as it."""
    known = (thread.due_since, engine.due(other, at))
    earliest = min((one for one in known if one is not None), default=None)
    return replace(thread, due_since=earliest, level=max(thread.level, other.level))


def _ended(thread: Thread, at: datetime) -> Thread:
    return replace(thread, clock=end(thread.clock, at)) if thread.clock else thread


def part(state: CaseState, numbers: Iterable[int], at: datetime) -> tuple[CaseState, CaseState]:
    """Part chosen open steps from a case; returns what stays and the new case, whose steps keep clock and level.

    Raises CaseError when nothing would go, nothing would stay, or a step is not open.
    """
    asked = set(numbers)
    going = tuple(one for one in state.threads if one.number in asked)
    staying = tuple(one for one in state.threads if one.number not in asked)
    if not going or not staying or len(going) < len(asked):
        raise CaseError(
            Text("请选择部分在办环节分出，至少留下一个。", "Choose some of the open steps, and leave at least one.")
        )
    gone = tuple(_ended(one, at) for one in going)
    return replace(state, threads=staying, ended=(*state.ended, *gone)), begun_with(state.type, going, at)


def begun_with(name: str, threads: Iterable[Thread], at: datetime) -> CaseState:
    """A case that begins with steps of another: numbered anew, with the clocks, ends and levels that they have."""
    fresh = enumerate(threads, 1)
    return CaseState(name, tuple(replace(one, number=number, since=at, before=0) for number, one in fresh))


def last_steps(state: CaseState) -> tuple[Thread, ...]:
    """The steps with which a case ended: those that no other step followed, each as it was taken last."""
    followed = {one.before for one in (*state.threads, *state.ended)}
    latest = {(one.step, one.holder, one.before): one for one in state.ended if one.number not in followed}
    return tuple(latest.values())


def reopen(state: CaseState, number: int, at: datetime, reason: str) -> CaseState:
    """Take a closed case up again at one of its last steps; while it was closed, the clock of the step stood still.

    What it had left is what it has; an end kept from a return, and the level it was escalated to, stay as they are.
    """
    found = next((one for one in last_steps(state) if one.number == number), None)
    if state.closed_at is None or found is None:
        raise CaseError(
            Text(
                "只能从已办结案件的最后环节重新办理。",
                "Only a closed case is taken up again, at one of its last steps.",
            )
        )
    clock = _running_on(found.clock, at, reason) if found.clock else None
    again = replace(found, number=state.next_number, clock=clock, since=at)
    return replace(state, threads=(again,), closed_at=None)


def _running_on(clock: Clock, at: datetime, reason: str) -> Clock:
    return replace(clock, pauses=(*clock.pauses, Pause(clock.ended or at, at, reason)), ended=None)
