"""Cases between their rows and the pure workflow: read as a state, run by the table, written back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from lantian.apps.audit.services import record
from lantian.apps.cases import hooks
from lantian.apps.cases.models import Case, CaseStep, CaseThread
from lantian.apps.cases.rules import rules, type_of
from lantian.apps.cases.services.errors import Changed
from lantian.kernel.errors import Text
from lantian.policy.records_case import CaseTypeRecord
from lantian.workflow.cases import CaseState, Engine, Holders, Thread
from lantian.workflow.clocks import Clock, ClockUnit, Pause, Period


def holders_of(case: Case) -> Holders:
    """Return who takes each party of a case."""
    return {party: tuple(codes) for party, codes in case.parties.items()}


def clock_of(row: CaseThread, engine: Engine) -> Clock | None:
    """Return a row's clock."""
    if row.started_at is None or row.amount is None:
        return None
    pauses = tuple(Pause(_moment(p["since"]), _moment(p["until"]) if p["until"] else None, p["reason"])
                   for p in row.pauses)  # fmt: skip
    period = Period(row.amount, cast(ClockUnit, row.unit), row.roll)
    return Clock(row.started_at, period, pauses, row.ended_at, engine.warn_share)


def thread_of(row: CaseThread, engine: Engine) -> Thread:
    """Return a row as the pure thread."""
    clock = clock_of(row, engine)
    return Thread(row.number, row.step, row.holder_id, clock, row.since, row.before, row.due_since, row.level)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@dataclass
class Held:
    """A case held for writing: its row, its threads by number, and what runs it."""

    case: Case
    rows: dict[int, CaseThread]

    @classmethod
    def of(cls, case: Case, version: int | None = None) -> "Held":
        """Lock a case and read it again; raises Changed when it is no longer what the page showed."""
        held = Case.objects.select_for_update().get(pk=case.pk)
        if version is not None and held.version != version:
            raise Changed
        return cls(held, {row.number: row for row in held.threads.select_related("holder")})

    @cached_property
    def type(self) -> CaseTypeRecord:
        return type_of(self.case)

    @cached_property
    def engine(self) -> Engine:
        return rules().engine(self.type, self.case.category)

    @property
    def state(self) -> CaseState:
        """The case as the workflow knows it."""
        threads = [(row.ended_at, thread_of(row, self.engine)) for row in self.rows.values()]
        running = tuple(thread for ended, thread in threads if ended is None)
        return CaseState(
            self.case.type, running, tuple(one for ended, one in threads if ended is not None), self.case.closed_at
        )

    def store(self, state: CaseState, at: datetime, outcomes: dict[int, str] | None = None) -> None:
        """Write a state back: changed and new threads, the closing, and the next version."""
        for thread in state.threads:
            self._write(thread, at, None)
        for thread in state.ended:
            row = self.rows.get(thread.number)
            if row is None or row.ended_at is None:
                self._write(thread, at, at, (outcomes or {}).get(thread.number, ""))
        self.case.closed_at = state.closed_at
        self.case.version += 1
        self.case.save()

    def _write(self, thread: Thread, at: datetime, ended: datetime | None, outcome: str = "") -> None:
        row = self.rows.get(thread.number) or CaseThread(case=self.case, number=thread.number)
        row.ended_at, row.outcome = ended, outcome or row.outcome
        set_row(row, thread, self.engine, at)
        row.save()
        self.rows[thread.number] = row


def set_row(row: CaseThread, thread: Thread, engine: Engine, at: datetime) -> None:
    """Set a row to a thread of the workflow as it stands at an instant, without storing it."""
    row.step, row.holder_id, row.since, row.before = thread.step, thread.holder, thread.since, thread.before
    row.due_since, row.level = thread.due_since, thread.level
    _write_clock(row, thread.clock)
    row.due_at, row.warn_at = engine.due(thread, at), engine.warning(thread, at)


def _write_clock(row: CaseThread, clock: Clock | None) -> None:
    if clock is None:
        return
    row.started_at, row.paused = clock.start, clock.paused is not None
    row.amount, row.unit, row.roll = clock.period.amount, clock.period.unit, clock.period.roll
    row.pauses = [
        {"since": one.since.isoformat(), "until": one.until.isoformat() if one.until else None, "reason": one.reason}
        for one in clock.pauses
    ]


def note(case: Case, kind: str, *, by: Any, at: datetime, cite: Text | None = None, **fields: Any) -> CaseStep:
    """Write the audit log and the history, in this order: the history keeps the entry's hash."""
    detail = {name: fields[name] for name in ("step", "outcome", "thread") if fields.get(name)}
    told = {"number": case.number, **detail, **fields.get("detail", {})}
    entry = record(f"case.{kind}", subject=case, actor=by, at=at, detail=told)
    written = CaseStep.objects.create(
        case=case, kind=kind, by=by, at=at, hash=entry.hash,
        citation_zh=cite.zh if cite else "", citation_en=cite.en if cite else "", **fields,
    )  # fmt: skip
    tell(case, kind, hooks.after_act)
    return written


def tell(case: Case, kind: str, listeners: Iterable[Any]) -> None:
    """Call the hooks."""
    for listener in listeners:
        listener(case, kind)
