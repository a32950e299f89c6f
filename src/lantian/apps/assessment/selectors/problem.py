"""The page of one problem: what the feedback says, its deadline and extensions, progress, supervision, its likes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lantian.apps.assessment.models import CountedProblem, Extension, Problem, ProgressReport, Supervision
from lantian.apps.assessment.rectifying import rule, supervisions
from lantian.apps.assessment.selectors.rectification import ProblemLine, line_of, source_name, with_steps
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.records_rectification import SupervisionRecord

MOST_ALIKE = 5


@dataclass(frozen=True)
class SupervisionLine:
    """A measure beside the steps, in words. late: its result is past due."""

    row: Supervision
    record: SupervisionRecord | None
    late: bool

    @property
    def label(self) -> Text:
        return Text(self.record.zh, self.record.en) if self.record else Text(self.row.kind, self.row.kind)


@dataclass(frozen=True)
class ProblemPage:
    """All that the page shows beside its case. alike: others of the same place or entry, which may be the same."""

    problem: Problem
    line: ProblemLine
    source: Text
    joint: Sequence[str]
    reports: Sequence[ProgressReport]
    extensions: Sequence[Extension]
    supervisions: Sequence[SupervisionLine]
    kinds: Sequence[SupervisionRecord]
    alike: Sequence[Problem]
    same: Sequence[Problem]
    counted: Sequence[CountedProblem]
    rectifying: int

    @property
    def percents(self) -> list[tuple[datetime, int]]:
        return [(one.step.at, one.percent) for one in self.reports]


def problem_page(problem: Problem, now: datetime) -> ProblemPage:
    """Read what the page of a problem shows."""
    day = day_of(now)
    known = supervisions(day)
    step = rule(day).reported.partition(":")[0]
    rectifying = problem.case.threads.open().filter(step=step).values_list("number", flat=True).first()
    return ProblemPage(
        problem=problem,
        line=line_of(with_steps(Problem.objects.filter(pk=problem.pk)).get(), now),
        source=source_name(problem.batch),
        joint=[one.name for one in problem.joint.all()],
        reports=list(problem.reports.select_related("step__by")),
        extensions=list(problem.extensions.select_related("by")),
        supervisions=[
            SupervisionLine(one, known.get(one.kind), one.ended_at is None and one.due < day)
            for one in problem.supervisions.select_related("by", "paper")
        ],
        kinds=list(known.values()),
        alike=_alike(problem),
        same=list(problem.same.select_related("batch", "case")),
        counted=list(CountedProblem.objects.filter(case=problem.case).select_related("body")),
        rectifying=rectifying or 0,
    )


def _alike(problem: Problem) -> list[Problem]:
    """Other problems about the same entry, or of the same text."""
    others = Problem.objects.exclude(pk=problem.pk).select_related("batch", "case")
    found = others.filter(text=problem.text)
    if problem.source_id:
        found = found | others.filter(source=problem.source_id)
    return list(found.distinct()[:MOST_ALIKE])
