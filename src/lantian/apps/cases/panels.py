"""Measures and papers as pages show them: where a measure stands, what may follow, its clocks; the papers of a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from lantian.apps.accounts.scope import scope_of
from lantian.apps.cases.models import Case, Measure, MeasureClock, Paper, Penalty
from lantian.apps.cases.rules import measure_rules, rules
from lantian.apps.cases.selectors.lines import given, read, told
from lantian.apps.cases.services.measures import OUTCOMES, deadline_of, may_handle, record_of, surcharge
from lantian.apps.cases.services.papers import kinds_for, record_for
from lantian.apps.ui.components import Clock
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.records_case import CaseLadderRecord
from lantian.policy.records_document import CaseDocumentRecord
from lantian.policy.records_measure import DiscretionFactorRecord, MeasureProcedureRecord, MeasureRecord
from lantian.policy.records_measure import MeasureStepRecord as StepRecord

MOST = 50
"""Duties of measures that are listed at once."""


@dataclass(frozen=True)
class ClockLine:
    """A period of a measure with its words and, while it runs, its countdown."""

    row: MeasureClock
    now: datetime

    @property
    def label(self) -> Text:
        record = deadline_of(self.row)
        return Text(record.zh, record.en)

    @property
    def running(self) -> bool:
        """Whether it runs: a right that nobody used ends with its period, also before the worker has said so."""
        over = self.row.kind == MeasureClock.Kind.RIGHT and self.row.due_at <= self.now
        return self.row.ended_at is None and not over

    @property
    def outcome(self) -> Text:
        return OUTCOMES[self.row.outcome or "expired"]

    @property
    def clock(self) -> Clock:
        """The countdown with its four parts."""
        pause = self.row.pauses[-1] if self.row.paused else None
        return Clock(
            label=read(self.label), started=self.row.started_at, ends=self.row.due_at,
            given=given(self.row.amount, self.row.unit), cite=read(deadline_of(self.row).citation),
            warn_share=rules().settings(day_of(self.row.started_at)).warn_percent / 100, told=told(self.row.level),
            paused_since=datetime.fromisoformat(pause["since"]) if pause else None,
            reason=pause["reason"] if pause else "",
        )  # fmt: skip


@dataclass(frozen=True)
class StepOnWay:
    """A step on a measure's way: taken on a day, standing, or still possible."""

    record: StepRecord
    day: date | None
    state: str

    @property
    def label(self) -> Text:
        return Text(self.record.zh, self.record.en)


@dataclass(frozen=True)
class NextStep:
    """A step that may follow. paper: what goes with it; number: of the one that was issued, blank where none was."""

    record: StepRecord
    paper: Text | None
    number: str


@dataclass(frozen=True)
class MeasureCard:
    """A measure as its page and its case show it."""

    measure: Measure
    now: datetime

    @cached_property
    def record(self) -> MeasureRecord:
        return record_of(self.measure)

    @cached_property
    def procedure(self) -> MeasureProcedureRecord:
        return measure_rules().procedure(self.record, day_of(self.now))

    @property
    def label(self) -> Text:
        return Text(self.record.zh, self.record.en)

    @property
    def citation(self) -> Text:
        return self.record.citation

    @property
    def standing(self) -> Text:
        step = self.procedure.step(self.measure.state)
        return Text(step.zh, step.en)

    @property
    def next(self) -> list[StepRecord]:
        """The steps that may follow."""
        if self.measure.ended_at:
            return []
        return [self.procedure.step(name) for name in self.procedure.step(self.measure.state).to]

    @property
    def doing(self) -> list[NextStep]:
        """The steps that may follow, each with the paper that goes with it."""
        return [self._with_paper(step) for step in self.next]

    def _with_paper(self, step: StepRecord) -> NextStep:
        if step.document is None:
            return NextStep(step, None, "")
        record = record_for(step.document, self.now)
        issued = self.measure.papers.filter(kind=step.document, issued_at__isnull=False).order_by("issued_at").last()
        return NextStep(step, Text(record.zh, record.en), issued.number if issued else "")

    @property
    def way(self) -> list[StepOnWay]:
        """The steps that were taken, in order, and those that may follow."""
        taken = [
            StepOnWay(self.procedure.step(one["step"]), date.fromisoformat(one["day"]), "done")
            for one in self.measure.steps
        ]
        return [*taken, *(StepOnWay(step, None, "todo") for step in self.next)]

    @cached_property
    def clocks(self) -> list[ClockLine]:
        return [ClockLine(row, self.now) for row in self.measure.clocks.all()]

    @property
    def running(self) -> list[ClockLine]:
        return [line for line in self.clocks if line.running]

    @property
    def factors(self) -> list[tuple[DiscretionFactorRecord, Text]]:
        """Each factor of discretion with what was decided."""
        chosen = self.measure.factors
        records = measure_rules().factors(self.record, self.measure.law_day)
        found = [(one, one.choice(chosen[one.id])) for one in records if one.id in chosen]
        return [(one, Text(choice.zh, choice.en)) for one, choice in found]

    @property
    def late_due(self) -> Any:
        """What is due for lateness today; None where nothing is."""
        if self.measure.ended_at or self.measure.day_of_step("served") is None:
            return None
        return surcharge(self.measure, day_of(self.now)) or None


@dataclass(frozen=True)
class PaperLine:
    """A paper in a list."""

    paper: Paper
    record: CaseDocumentRecord

    @property
    def label(self) -> Text:
        return Text(self.record.zh, self.record.en)


@dataclass(frozen=True)
class PenaltyLine:
    """A penalty that the ladder counts, or no longer counts."""

    penalty: Penalty
    record: CaseLadderRecord | None

    @property
    def label(self) -> Text:
        return Text(self.record.zh, self.record.en) if self.record else Text(self.penalty.ladder, self.penalty.ladder)


@dataclass(frozen=True)
class Panels:
    """What a case's page shows of measures, papers and penalties."""

    measures: Sequence[MeasureCard]
    papers: Sequence[PaperLine]
    kinds: Sequence[CaseDocumentRecord]
    penalties: Sequence[PenaltyLine]
    may_handle: bool


def panels(case: Case, person: Any, now: datetime) -> Panels:
    """Read the panels of a case."""
    handles = may_handle(case, person)
    return Panels(
        measures=[MeasureCard(one, now) for one in case.measures.prefetch_related("clocks")],
        papers=paper_lines(case, None),
        kinds=kinds_for(None, now, case.type) if handles else (),
        penalties=[
            PenaltyLine(one, rules().pack.find(CaseLadderRecord, one.ladder, one.day)) for one in case.penalties.all()
        ],
        may_handle=handles,
    )


def due_clocks(person: Any, now: datetime) -> list[ClockLine]:
    """Return the duties of measures that a person's organisations take, the most urgent first."""
    running = MeasureClock.objects.duties().order_by("due_at")
    ours = running.filter(measure__holder__in=scope_of(person).organisations)
    seen = ours.filter(measure__case__in=Case.objects.visible_to(person).values("pk"))
    return [ClockLine(row, now) for row in seen.select_related("measure__case", "measure__holder")[:MOST]]


def paper_lines(case: Case, measure: Measure | None) -> list[PaperLine]:
    """Return the papers of a case, or of one of its measures."""
    found = case.papers.select_related("issued_by", "measure")
    found = found.filter(measure=measure) if measure else found
    return [PaperLine(one, record_for(one.kind, one.issued_at or one.made_at)) for one in found]
