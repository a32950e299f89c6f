"""Reads of the rectification ledger (整改台账): what is overdue, the list with lamps, progress by batch, marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from django.db.models import Exists, OuterRef, Prefetch, Q

from lantian.apps.accounts.models import Organisation
from lantian.apps.alarms.selectors.words import words
from lantian.apps.assessment.models import FeedbackBatch, Problem
from lantian.apps.assessment.models.rectification import ProblemQuerySet
from lantian.apps.assessment.rectifying import rule, sources, table, working_steps
from lantian.apps.cases.models import CaseThread
from lantian.apps.cases.selectors.lines import Line, sorted_lines
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.kernel.periods import Period
from lantian.policy.records_case import CategoryRecord

VIEWS: Mapping[str, Text] = {
    "": Text("未销号", "Open"),
    "late": Text("逾期", "Overdue"),
    "struck": Text("已销号", "Struck off"),
    "all": Text("全部", "All"),
}
PAGE = 100
MOST_MARKS = 1000
WHOLE = 100


def overdue(found: ProblemQuerySet, at: datetime) -> ProblemQuerySet:
    """Return the problems that at a moment were past their deadline and not yet handed over to the re-check."""
    return found.filter(is_overdue(at))


def is_overdue(at: datetime) -> Q:
    """Return what makes a problem overdue at a moment."""
    running = Q(since__lte=at) & (Q(ended_at__isnull=True) | Q(ended_at__gt=at))
    theirs = CaseThread.objects.filter(running, case=OuterRef("case"), step__in=working_steps(day_of(at)))
    return Q(Exists(theirs), deadline__lt=day_of(at))


def overdue_count(code: str, period: Period, *, at: datetime | None = None) -> int:
    """Return how many problems of a body or area are overdue on the last day of a period, or at a moment in it.

    code: of an organisation that leads, or of an area. at: the present, for a period that is not over.
    """
    moment = min(period.end - timedelta(microseconds=1), at or datetime.now(UTC))
    return overdue(Problem.objects.filter(Q(lead=code) | Q(area_code__startswith=code)), moment).count()


@dataclass(frozen=True)
class ProblemQuery:
    """What the address asks for. passed: rows before the page; tab: map, else the list."""

    view: str = ""
    text: str = ""
    batch: int = 0
    source: str = ""
    category: str = ""
    lead: str = ""
    area: str = ""
    passed: int = 0
    tab: str = ""


@dataclass(frozen=True)
class ProblemLine:
    """A problem with its open steps, the most urgent first."""

    problem: Problem
    steps: Sequence[Line]
    now: datetime

    @property
    def step(self) -> Line | None:
        return self.steps[0] if self.steps else None

    @property
    def lamp(self) -> str:
        """The lamp of the step that is most urgent; red past the deadline while it is not handed to the re-check."""
        if self.step is None:
            return "o"
        return "r" if self.late else self.step.lamp

    @property
    def late(self) -> bool:
        day = day_of(self.now)
        return self.problem.deadline < day and any(one.row.step in working_steps(day) for one in self.steps)

    @property
    def state(self) -> Text:
        """Where it stands, in words."""
        if self.step is not None:
            return self.step.label
        return Text("已并入", "merged") if self.merged else Text("已销号", "struck off")

    @property
    def merged(self) -> bool:
        """Whether it was closed as the same as another, and not struck off."""
        return self.problem.case.finding == "duplicate" or self.problem.case.merged_into_id is not None

    @property
    def percent(self) -> int:
        """How much is done: as reported last, and all of it once it was handed to the re-check or struck off."""
        working = working_steps(day_of(self.now))
        rectifying = self.merged or any(one.row.step in working for one in self.steps)
        return self.problem.percent if rectifying else WHOLE

    @property
    def area(self) -> Text:
        return words().area(self.problem.area_code)

    @property
    def category(self) -> Text:
        return category_of(self.problem, self.now)

    @property
    def days_left(self) -> int:
        """Days until the deadline; negative when it is past."""
        return (self.problem.deadline - day_of(self.now)).days

    @property
    def days_late(self) -> int:
        """Days since the deadline; negative before it."""
        return -self.days_left


def category_of(problem: Problem, now: datetime) -> Text:
    """Return the category of a problem in words."""
    found: CategoryRecord | None = next(
        (one for one in rule(day_of(now)).categories if one.id == problem.category), None
    )
    return Text(found.zh, found.en) if found else Text(problem.category, problem.category)


def source_name(batch: FeedbackBatch) -> Text:
    """Return who fed a list back, in words."""
    found = sources(batch.day).get(batch.source)
    return Text(found.zh, found.en) if found else Text(batch.source, batch.source)


SHARES = {
    "done": Text("已销号", "struck off"), "g": Text("复核销号中", "being re-checked"),
    "n": Text("整改中", "being rectified"), "r": Text("逾期", "overdue"),
}  # fmt: skip


@dataclass(frozen=True)
class Share:
    """A part of a list's bar. before: how many problems lie in the parts before it."""

    key: str
    count: int
    before: int

    @property
    def label(self) -> Text:
        return SHARES[self.key]


@dataclass(frozen=True)
class BatchLine:
    """A list with how its problems stand. checking: at the re-check or the strike-off."""

    batch: FeedbackBatch
    whole: int
    struck: int
    checking: int
    late: int

    @property
    def working(self) -> int:
        return self.whole - self.struck - self.checking - self.late

    @property
    def source(self) -> Text:
        return source_name(self.batch)

    @property
    def percent(self) -> int:
        """Struck off, in percent, rounded down: all means all."""
        return self.struck * 100 // self.whole if self.whole else 0

    @property
    def shares(self) -> list["Share"]:
        """The parts of the bar, in order."""
        counts = {"done": self.struck, "g": self.checking, "n": self.working, "r": self.late}
        before = accumulate(counts.values(), initial=0)
        return [Share(key, count, passed) for (key, count), passed in zip(counts.items(), before, strict=False)]


@dataclass(frozen=True)
class Ledger:
    """A page of the ledger."""

    query: ProblemQuery
    rows: Sequence[ProblemLine]
    total: int
    batches: Sequence[BatchLine]
    leads: Sequence[Organisation]

    @property
    def views(self) -> Sequence[tuple[str, Text]]:
        return list(VIEWS.items())

    @property
    def upto(self) -> int:
        return self.query.passed + len(self.rows)

    @property
    def more(self) -> bool:
        return self.upto < self.total


def with_steps(found: ProblemQuerySet) -> ProblemQuerySet:
    """Read the open steps along."""
    steps = Prefetch("case__threads", CaseThread.objects.open().select_related("holder"), to_attr="open_threads")
    return found.select_related("batch", "lead", "case", "source").prefetch_related(steps)


def line_of(problem: Problem, now: datetime) -> ProblemLine:
    """Return a problem as a line; its open steps were read along."""
    threads: list[CaseThread] = problem.case.open_threads  # type: ignore[attr-defined]  # prefetched under this name
    for row in threads:
        row.case = problem.case
    return ProblemLine(problem, sorted_lines(threads, now), now)


def asked_for(visible: ProblemQuerySet, query: ProblemQuery, now: datetime) -> ProblemQuerySet:
    """Return all that an address asks for, on whichever page; the most pressing deadline first."""
    found = _of_view(_filtered(visible, query), query.view, now)
    return found.order_by("case__closed_at", "deadline", "batch", "pk") if query.view != "struck" else found.order_by(
        "-case__closed_at", "pk")  # fmt: skip


def _filtered(found: ProblemQuerySet, query: ProblemQuery) -> ProblemQuerySet:
    wanted = {
        "batch": query.batch, "batch__source": query.source, "category": query.category, "lead": query.lead,
        "area_code__startswith": query.area,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if query.text:
        said = Q(text__icontains=query.text) | Q(list_number=query.text) | Q(place__icontains=query.text)
        found = found.filter(said | Q(case__number__icontains=query.text))
    return found


def _of_view(found: ProblemQuerySet, view: str, now: datetime) -> ProblemQuerySet:
    if view == "late":
        return overdue(found, now)
    if view == "struck":
        return found.filter(case__closed_at__isnull=False)
    return found if view == "all" else found.open()


def ledger(visible: ProblemQuerySet, query: ProblemQuery, now: datetime) -> Ledger:
    """Return one page of the ledger."""
    found = asked_for(visible, query, now)
    rows = with_steps(found)[query.passed : query.passed + PAGE]
    leads = Organisation.objects.filter(pk__in=visible.order_by().values("lead").distinct())
    return Ledger(query, [line_of(one, now) for one in rows], found.count(), batches(visible, now), list(leads))


def batches(visible: ProblemQuerySet, now: datetime) -> list[BatchLine]:
    """Return how the problems of each list stand, the newest list first; one question however many there are."""
    late = set(overdue(visible, now).values_list("pk", flat=True))
    working = working_steps(day_of(now))
    checking = CaseThread.objects.open().filter(case=OuterRef("case")).exclude(step__in=working)
    counts: dict[int, list[int]] = {}
    rows = (
        visible.annotate(checked=Exists(checking)).order_by().values_list("pk", "batch", "case__closed_at", "checked")
    )
    for pk, batch, closed, checked in rows:
        found = counts.setdefault(batch, [0, 0, 0, 0])
        found[0] += 1
        found[1] += closed is not None
        found[2] += closed is None and bool(checked)
        found[3] += pk in late and not (closed is None and bool(checked))
    known = FeedbackBatch.objects.filter(pk__in=counts)
    return [BatchLine(batch, *counts[batch.pk]) for batch in known]


def marks(visible: ProblemQuerySet, query: ProblemQuery, now: datetime) -> dict[str, object]:
    """Return what is asked for as GeoJSON, with the lamp of each."""
    found = list(with_steps(asked_for(visible, query, now))[: MOST_MARKS + 1])
    features = [_mark(line_of(one, now)) for one in found[:MOST_MARKS] if one.position]
    return {"type": "FeatureCollection", "features": features, "more": len(found) > MOST_MARKS}


def _mark(line: ProblemLine) -> dict[str, object]:
    one = line.problem
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": one.position},
        "properties": {
            "slug": one.case.slug, "title": one.case.title, "number": one.case.number, "step": line.state.zh,
            "lamp": line.lamp if line.step else "done",
        },
    }  # fmt: skip


def steps_of(now: datetime) -> list[Text]:
    """Return the chain in words."""
    return [Text(step.zh, step.en) for step in table(day_of(now)).steps]
