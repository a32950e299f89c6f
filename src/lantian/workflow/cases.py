"""Cases as tables (案件状态表): steps, who takes them, their clocks, what each outcome leads to.

A case type is data. A case is a set of *threads*, one for each step that somebody still has to take: an ordinary case
has one, a joint case one for each department, each with its own clock. Taking a step with one of its outcomes ends its
thread and begins the next; the case closes with its last thread.

Sending a step back gives it to whoever had it before, but never a fresh clock: the thread keeps the instant at which
its work first became due, so that nothing falls out of escalation by being passed to and fro.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from lantian.kernel.calendar import LegalCalendar
from lantian.kernel.errors import Text
from lantian.workflow.clocks import Clock, Period, due, end, pause, resume, warning_at
from lantian.workflow.errors import WorkflowError

EVIDENCE: Mapping[str, str] = {"photo": "照片", "document": "文件"}
"""What kinds of evidence are called in Chinese."""


class CaseError(WorkflowError):
    """A step, outcome or party that the case's table does not allow now."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step may end (结果). to: the steps that begin then; none of them ends the thread.

    needs: kinds of evidence without which it is refused. opens: case types that begin of themselves. finding: what it
    says of the facts, such as ``true`` or ``instrument``; it goes back to where the case came from.
    """

    id: str
    to: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    opens: tuple[str, ...] = ()
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step (环节). party: the part that takes it, as ``enforcement``. period: its time, None is without a clock.

    after: steps that must not be open when it is taken: feedback has its clock from the start, but waits for a result.
    """

    id: str
    party: str
    outcomes: tuple[Outcome, ...]
    period: Period | None = None
    after: frozenset[str] = frozenset()

    def outcome(self, name: str) -> Outcome | None:
        """Return an outcome by id."""
        return next((one for one in self.outcomes if one.id == name), None)


@dataclass(frozen=True)
class CaseType:
    """A table. start: the steps that begin with the case."""

    id: str
    start: tuple[str, ...]
    steps: Mapping[str, Step]

    def __post_init__(self) -> None:
        """Refuse steps that do not exist, that nobody can reach, or from which the case can never close."""
        steps = self.steps.values()
        named = {*self.start, *(name for step in steps for one in step.outcomes for name in one.to)}
        named |= {name for step in steps for name in step.after}
        _refuse(self.id, sorted(named - set(self.steps)), Text("没有的环节", "no such step"))
        reached = set(_reached(self, self.start))
        _refuse(self.id, sorted(set(self.steps) - reached), Text("无法到达的环节", "no way leads to"))
        _refuse(self.id, sorted(set(self.steps) - _closing(self)), Text("永远不能办结的环节", "never closes from"))


def _refuse(name: str, found: list[str], what: Text) -> None:
    if found:
        raise CaseError(
            Text(f"案件类型 {name}：{what.zh} {', '.join(found)}", f"case type {name}: {what.en} {', '.join(found)}")
        )


def _reached(table: CaseType, start: tuple[str, ...]) -> Iterator[str]:
    waiting, seen = list(start), set(start)
    while waiting:
        name = waiting.pop()
        yield name
        fresh = {after for one in table.steps[name].outcomes for after in one.to} - seen
        seen |= fresh
        waiting += sorted(fresh)


def _closing(table: CaseType) -> set[str]:
    """The steps from which some outcome leads, at last, to the end of all that it begins."""
    closing: set[str] = set()
    while True:
        more = {
            name
            for name, step in table.steps.items()
            if name not in closing and any(set(one.to) <= closing for one in step.outcomes)
        }
        if not more:
            return closing
        closing |= more


Holders = Mapping[str, str | tuple[str, ...]]
"""Which organisation takes each party; several begin a thread each."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A step that somebody has to take. number: of the thread in its case, from 1. holder: the organisation's id.

    clock: of the step; None without a period. due_since: the instant at which this work first became due, kept when it
    is sent back or transferred. level: how far it has been escalated. before: the thread it came from (0 at the start).
    """

    number: int
    step: str
    holder: str
    clock: Clock | None
    since: datetime
    before: int = 0
    due_since: datetime | None = None
    level: int = 0


@dataclass(frozen=True)
class CaseState:
    """A case as it stands: its open threads, those that have ended, and when it closed."""

    type: str
    threads: tuple[Thread, ...]
    ended: tuple[Thread, ...] = ()
    closed_at: datetime | None = None

    @property
    def next_number(self) -> int:
        """The number of the next thread."""
        return 1 + max((one.number for one in (*self.threads, *self.ended)), default=0)


@dataclass(frozen=True)
class Engine:
    """Runs one case type. calendar: the legal calendar. warn_share: elapsed share of a period where yellow begins."""

    table: CaseType
    calendar: LegalCalendar
    warn_share: Fraction = Fraction(4, 5)

    def open(self, holders: Holders, at: datetime) -> CaseState:
        """Begin a case: a thread for each starting step. Raises CaseError when nobody takes a party."""
        empty = CaseState(self.table.id, ())
        return self._begun(empty, self.table.start, holders, at, None)

    def take(
        self, state: CaseState, number: int, outcome: str, holders: Holders, at: datetime,
        evidence: frozenset[str] = frozenset(),
    ) -> tuple[CaseState, Outcome]:  # fmt: skip
        """Take a step with an outcome; returns the case after it and what the outcome brings.

        Raises CaseError for a thread that is not open, an outcome that the step does not have, or missing evidence.
        """
        thread = _open_thread(state, number)
        step = self.table.steps[thread.step]
        chosen = step.outcome(outcome)
        if chosen is None:
            allowed = ", ".join(one.id for one in step.outcomes)
            raise CaseError(
                Text(
                    f"环节 {step.id} 没有结果“{outcome}”，可选：{allowed}。",
                    f"step {step.id} has no outcome {outcome!r}; it has: {allowed}",
                )
            )
        _refuse_early(state, thread, step)
        missing = sorted(chosen.needs - evidence)
        if missing:
            named = "、".join(EVIDENCE.get(one, one) for one in missing)
            raise CaseError(Text(f"缺少证据：{named}。", f"evidence is missing: {', '.join(missing)}"))
        after = _without(state, thread, at)
        after = self._begun(after, chosen.to, holders, at, thread)
        return (after if after.threads else replace(after, closed_at=at)), chosen

    def send_back(self, state: CaseState, number: int, at: datetime) -> CaseState:
        """Give a step back to whoever took the one before; its clock goes on from where this work first became due."""
        thread = _open_thread(state, number)
        before = next((one for one in state.ended if one.number == thread.before), None)
        if before is None:
            raise CaseError(Text("第一个环节不能退回。", "The first step cannot be sent back."))
        again = replace(before, number=state.next_number, since=at, before=before.before, level=thread.level)
        again = replace(again, due_since=_earliest(thread, before, self.calendar, at))
        running = replace(before.clock, ended=None) if before.clock else None
        kept = _without(state, thread, at)
        return replace(kept, threads=(*kept.threads, replace(again, clock=running)))

    def transfer(self, state: CaseState, number: int, holder: str, at: datetime) -> CaseState:
        """Give a step to another organisation; the clock does not begin anew."""
        thread = _open_thread(state, number)
        moved = replace(thread, holder=holder, since=at)
        return replace(state, threads=tuple(moved if one is thread else one for one in state.threads))

    def pause(self, state: CaseState, number: int, at: datetime, reason: str) -> CaseState:
        """Stop a thread's clock."""
        return self._with_clock(state, number, lambda clock: pause(clock, at, reason))

    def resume(self, state: CaseState, number: int, at: datetime) -> CaseState:
        """Let a thread's clock go on."""
        return self._with_clock(state, number, lambda clock: resume(clock, at))

    def due(self, thread: Thread, now: datetime) -> datetime | None:
        """Return when a thread is due: the earlier of its own end and of the work that was sent to and fro."""
        own = due(thread.clock, self.calendar, now) if thread.clock else None
        return min((one for one in (own, thread.due_since) if one is not None), default=None)

    def warning(self, thread: Thread, now: datetime) -> datetime | None:
        """Return when a thread turns yellow."""
        return warning_at(thread.clock, self.calendar, now) if thread.clock else None

    def _with_clock(self, state: CaseState, number: int, change: Callable[[Clock], Clock]) -> CaseState:
        thread = _open_thread(state, number)
        if thread.clock is None:
            raise CaseError(Text("此环节没有时限。", "This step has no clock."))
        changed = replace(thread, clock=change(thread.clock))
        return replace(state, threads=tuple(changed if one is thread else one for one in state.threads))

    def _begun(
        self, state: CaseState, steps: tuple[str, ...], holders: Holders, at: datetime, before: Thread | None
    ) -> CaseState:
        threads = list(state.threads)
        for name in steps:
            step = self.table.steps[name]
            for holder in self._takers(state, step.party, holders, before):
                number = state.next_number + len(threads) - len(state.threads)
                clock = Clock(at, step.period, warn_share=self.warn_share) if step.period else None
                threads.append(Thread(number, name, holder, clock, at, before.number if before else 0))
        return replace(state, threads=tuple(threads))

    def _takers(self, state: CaseState, party: str, holders: Holders, before: Thread | None) -> tuple[str, ...]:
        """Who takes a party: whoever had it in this line of threads, else whom the case names."""
        line, known = before, {one.number: one for one in state.ended}
        while line is not None:
            if self.table.steps[line.step].party == party:
                return (line.holder,)
            line = known.get(line.before)
        named = holders.get(party) or ()
        if not named:
            raise CaseError(Text(f"没有单位承担“{party}”。", f"no organisation takes the part of {party!r}"))
        return (named,) if isinstance(named, str) else named


def _refuse_early(state: CaseState, thread: Thread, step: Step) -> None:
    early = sorted(step.after & {one.step for one in state.threads if one is not thread})
    if early:
        raise CaseError(
            Text(
                f"环节 {step.id} 须在 {', '.join(early)} 办完后办理。",
                f"step {step.id} waits for {', '.join(early)}",
            )
        )


def _open_thread(state: CaseState, number: int) -> Thread:
    found = next((one for one in state.threads if one.number == number), None)
    if found is None:
        raise CaseError(
            Text(
                f"案件中没有待办的第 {number} 项，可能已被他人办理。",
                f"thread {number} is not open; somebody may have taken it",
            )
        )
    return found


def _without(state: CaseState, thread: Thread, at: datetime) -> CaseState:
    done = replace(thread, clock=end(thread.clock, at)) if thread.clock else thread
    kept = tuple(one for one in state.threads if one is not thread)
    return replace(state, threads=kept, ended=(*state.ended, done))


def _earliest(thread: Thread, before: Thread, calendar: LegalCalendar, at: datetime) -> datetime | None:
    """When the work that goes back first became due: the step before or the one that was reached meanwhile."""
    known = [thread.due_since, before.due_since]
    known += [due(one.clock, calendar, at) for one in (before, thread) if one.clock]
    return min((one for one in known if one is not None), default=None)


@dataclass(frozen=True, slots=True)
class Escalation:
    """A level of escalation (逐级上报). after: how long after the end it is reached. to: who is told."""

    level: int
    after: timedelta
    to: str


def escalated(
    engine: Engine, state: CaseState, ladder: tuple[Escalation, ...], now: datetime
) -> tuple[CaseState, tuple[tuple[Thread, Escalation], ...]]:
    """Return the case with its threads' new levels, and each level reached since the last time, once and in order."""
    told: list[tuple[Thread, Escalation]] = []
    threads = []
    for thread in state.threads:
        ends = None if thread.clock is not None and thread.clock.paused else engine.due(thread, now)
        reached = [one for one in ladder if ends is not None and one.level > thread.level and now > ends + one.after]
        told += [(thread, one) for one in reached]
        threads.append(replace(thread, level=max([thread.level, *(one.level for one in reached)])))
    return replace(state, threads=tuple(threads)), tuple(told)
