"""What the pages of samples show: the month's plan, coverage of the ledgers, the list, one chain, what is public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Part, Sample, SampleMove, SampleResult
from lantian.apps.inspections.models.samples import SampleQuerySet
from lantian.apps.ledger.kinds import kinds, label
from lantian.apps.ledger.models import Source
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, day_of
from lantian.policy.records_sample import SampledGoodRecord, SampleItem
from lantian.workflow.samples import limit_text

PAGE = 50
TESTED = (Sample.State.PASSED, Sample.State.FAILED, Sample.State.CONFIRMED, Sample.State.CLEARED)
FAILED = (Sample.State.FAILED, Sample.State.CONFIRMED)


@dataclass(frozen=True)
class GoodLine:
    """A good in a month and in the year to the month's end. done, of: for the bar of the month's plan."""

    good: SampledGoodRecord
    done: int
    tested: int
    failed: int
    year_done: int
    year_tested: int
    year_failed: int

    @property
    def label(self) -> Text:
        return Text(self.good.zh, self.good.en)

    @property
    def of(self) -> int:
        """How many the plan asks for in a month; 0 is no plan."""
        return self.good.monthly or 0

    @property
    def short(self) -> bool:
        """Whether the month is behind its plan."""
        return self.done < self.of


@dataclass(frozen=True)
class KindLine:
    """A ledger whose entries are sampled. done: entries of which a sample was taken this year; of: all that work."""

    name: str
    kind: str
    done: int
    of: int


@dataclass(frozen=True)
class SampleLine:
    """A sample in the list. late: what should have happened already."""

    sample: Sample
    good: Text
    late: Text | None


@dataclass(frozen=True)
class SamplesPage:
    """Everything that the page of samples shows."""

    month: date
    goods: Sequence[GoodLine]
    kinds: Sequence[KindLine]
    lines: Sequence[SampleLine]
    good: str
    state: str
    number: int
    more: bool


def samples_page(person: Any, month: date, good: str, state: str, number: int, now: datetime) -> SamplesPage:
    """Return a month's plan, the coverage of its year, and a page of the list."""
    visible = Sample.objects.visible_to(person).filter(taken_at__lte=now)
    first = (number - 1) * PAGE
    found = list(_listed(visible, good, state)[first : first + PAGE + 1])
    named = _named(found)
    lines = [SampleLine(one, named[one.pk], late(one, now)) for one in found[:PAGE]]
    return SamplesPage(
        month, _goods(visible, month), _kinds(person, visible, month), lines, good, state, number, len(found) > PAGE
    )


def _listed(visible: SampleQuerySet, good: str, state: str) -> SampleQuerySet:
    found = visible.filter(good=good) if good else visible
    found = found.filter(state=state) if state else found
    listed: SampleQuerySet = found.select_related("source", "organisation", "case").prefetch_related("moves")
    return listed


def _named(samples: Sequence[Sample]) -> Mapping[int, Text]:
    """The names of goods as they were called on the day of the taking."""
    found = {}
    for one in samples:
        good = rules.sampled_good(one.good, day_of(one.taken_at))
        found[one.pk] = Text(good.zh, good.en)
    return found


def _instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING)


def month_after(month: date) -> date:
    """Return the first day of the next month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _goods(visible: SampleQuerySet, month: date) -> list[GoodLine]:
    end, since = _instant(month_after(month)), Q(taken_at__gte=_instant(month))
    tested, failed = Q(state__in=TESTED), Q(state__in=FAILED)
    asked = (
        visible.filter(taken_at__gte=_instant(date(month.year, 1, 1)), taken_at__lt=end)
        .exclude(state=Sample.State.INVALID).order_by().values_list("good")
        .annotate(
            _done=Count("pk", filter=since), _tested=Count("pk", filter=since & tested),
            _failed=Count("pk", filter=since & failed), _all=Count("pk"), _all_tested=Count("pk", filter=tested),
            _all_failed=Count("pk", filter=failed),
        )
    )  # fmt: skip
    counted = {good: counts for good, *counts in asked}
    return [GoodLine(one, *counted.get(one.id, [0] * 6)) for one in rules.sampled_goods(month)]


def _kinds(person: Any, visible: SampleQuerySet, month: date) -> list[KindLine]:
    """Of each ledger with sampled goods, how many entries were sampled in the year."""
    start, end = _instant(date(month.year, 1, 1)), _instant(month_after(month))
    wanted = list(dict.fromkeys(kind for good in rules.sampled_goods(month) for kind in good.kinds if kind in kinds()))
    done = dict(
        visible.filter(source__kind__in=wanted, taken_at__gte=start, taken_at__lt=end)
        .exclude(state=Sample.State.INVALID).order_by().values_list("source__kind")
        .annotate(n=Count("source", distinct=True))
    )  # fmt: skip
    of = dict(
        Source.objects.visible_to(person).current().filter(kind__in=wanted).order_by().values_list("kind")
        .annotate(n=Count("pk"))
    )  # fmt: skip
    return [KindLine(label(kinds()[kind]), kind, done.get(kind, 0), of.get(kind, 0)) for kind in wanted]


def late(sample: Sample, now: datetime) -> Text | None:
    """Return what should have happened to a sample already, by the rule of the day of its taking."""
    rule = rules.sample_rule(day_of(sample.taken_at))
    if sample.state == Sample.State.TAKEN:
        over = now > sample.taken_at + timedelta(hours=rule.handover_hours)
        return Text("逾期未送检", "not handed over in time") if over else None
    if sample.state != Sample.State.RECEIVED:
        return None
    came = next((one.at for one in sample.moves.all() if one.to_id == sample.laboratory_id), sample.taken_at)
    over = now > came + timedelta(days=rule.test_days)
    return Text("逾期未出结果", "not tested in time") if over else None


@dataclass(frozen=True)
class ResultLine:
    """A result beside its limit. item: None where the pack no longer has it."""

    row: SampleResult
    item: SampleItem | None

    @property
    def label(self) -> Text:
        return Text(self.item.zh, self.item.en) if self.item else Text(self.row.item, self.row.item)

    @property
    def limit(self) -> str:
        return limit_text(self.row.low, self.row.high)

    @property
    def value(self) -> str:
        return f"{self.row.value.normalize():f}"


@dataclass(frozen=True)
class SamplePage:
    """One sample with its way. tested: may be tested now, by part; moving: may be handed over now."""

    sample: Sample
    good: SampledGoodRecord
    label: Text
    moves: Sequence[SampleMove]
    parts: Sequence[tuple[str, Sequence[ResultLine]]]
    tested: str
    moving: Sequence[str]
    late: Text | None


def sample_page(sample: Sample, now: datetime) -> SamplePage:
    """Return everything about one sample."""
    good = rules.sampled_good(sample.good, day_of(sample.taken_at))
    rows = list(sample.results.all())
    parts = [
        (part, [ResultLine(row, good.item(row.item)) for row in rows if row.part == part])
        for part in Part.values
        if any(row.part == part for row in rows)
    ]
    return SamplePage(
        sample, good, Text(good.zh, good.en), list(sample.moves.select_related("to", "by")), parts,
        _to_test(sample), _to_move(sample), late(sample, now),
    )  # fmt: skip


def _to_test(sample: Sample) -> str:
    if sample.state == Sample.State.RECEIVED:
        return Part.FIRST
    second = rules.sample_rule(day_of(sample.taken_at)).second
    asked = sample.state == Sample.State.FAILED and sample.case
    return Part.KEPT if asked and sample.case and sample.case.threads.open().filter(step=second).exists() else ""


def _to_move(sample: Sample) -> list[str]:
    if sample.state in (Sample.State.TAKEN, Sample.State.RECEIVED):
        return [Part.FIRST, Part.KEPT]
    return [Part.KEPT] if sample.state == Sample.State.FAILED else []


@dataclass(frozen=True)
class Exposed:
    """What everybody may see of a failed sample: product, maker, where it was sold, and by how much it failed."""

    sample: Sample
    good: Text
    failed: Sequence[ResultLine]


@dataclass(frozen=True)
class PublicSamples:
    """Failed samples that were published, and counts of all that were tested in the last year by good."""

    exposed: Sequence[Exposed]
    counts: Sequence[tuple[Text, int, int]]


def public_samples(now: datetime) -> PublicSamples:
    """Return what the public sees: failed samples whose case has published them, never one still disputed."""
    rule = rules.sample_rule(day_of(now))
    told = Sample.objects.failing().filter(
        case__threads__step=rule.exposed, case__threads__outcome=rule.published, synthetic=False
    )
    rows = list(told.distinct().select_related("source").prefetch_related("results")[:200])
    named = _named(rows)
    exposed = [Exposed(one, named[one.pk], _failed(one)) for one in rows]
    year = Sample.objects.filter(state__in=TESTED, taken_at__gt=now - timedelta(days=365), synthetic=False)
    asked = year.order_by().values_list("good").annotate(
        n=Count("pk"), bad=Count("pk", filter=Q(pk__in=[one.pk for one in rows]))
    )  # fmt: skip
    counted = {good: (n, bad) for good, n, bad in asked}
    goods = [one for one in rules.sampled_goods(day_of(now)) if one.id in counted]
    return PublicSamples(exposed, [(Text(one.zh, one.en), *counted[one.id]) for one in goods])


def _failed(sample: Sample) -> list[ResultLine]:
    """The failing items of the last part that was tested."""
    good = rules.sampled_good(sample.good, day_of(sample.taken_at))
    part = Part.KEPT if sample.state == Sample.State.CONFIRMED else Part.FIRST
    rows = [row for row in sample.results.all() if row.part == part and not row.passed]
    return [ResultLine(row, good.item(row.item)) for row in rows]
