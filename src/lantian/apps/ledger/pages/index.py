"""The overview of all ledgers: counts by group, figures with targets, duties with who is late, unread notices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from lantian.apps.accounts.scope import scope_of
from lantian.apps.ledger.conditions import as_filter
from lantian.apps.ledger.duties import DutyCount, having
from lantian.apps.ledger.figures import FigureResult, Part, figures
from lantian.apps.ledger.kinds import kinds, label
from lantian.apps.ledger.models import ChangeNotice
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.apps.ledger.pages.detail import Change, told
from lantian.apps.ledger.pages.look import GROUPS, address
from lantian.apps.ledger.services.sources import working_states
from lantian.apps.ui.navigation import Page
from lantian.policy.records_ledger import Kind, LedgerFigure

MOST_NOTICES = 200
LAMPS = {"reached": "g", "open": "y", "late": "r", "none": "o"}


@dataclass(frozen=True)
class KindCount:
    """A ledger with how many entries it has, and how many of them count."""

    kind: Kind
    label: str
    total: int
    working: int


@dataclass(frozen=True)
class Group:
    """Ledgers that belong together."""

    label: str
    kinds: Sequence[KindCount]


def groups(sources: SourceQuerySet) -> list[Group]:
    """Return the ledgers by group with their counts; an index alone answers, the few merged entries come off after."""
    asked = sources.order_by().values("kind", "state").annotate(n=Count("pk"))
    counted = {(row["kind"], row["state"]): row["n"] for row in asked}
    for key in sources.filter(merged_into__gt=0).order_by().values_list("kind", "state"):
        counted[key] -= 1
    found = []
    for group, name in GROUPS.items():
        members = [_count(kind, counted) for kind in kinds().values() if kind.group == group]
        if members:
            found.append(Group(str(name), members))
    return found


def _count(kind: Kind, counted: Mapping[tuple[str, str], int]) -> KindCount:
    working = set(working_states(kind))
    own = {state: n for (name, state), n in counted.items() if name == kind.id}
    return KindCount(kind, label(kind), sum(own.values()), sum(n for state, n in own.items() if state in working))


def pages_of(request: HttpRequest) -> tuple[Page, ...]:
    """Return the ledgers beside the one that is open, of its group, for the navigation."""
    name = request.path.removeprefix("/ledgers/").split("/")[0]
    open_one = kinds().get(name)
    if open_one is None:
        return ()
    beside = [kind for kind in kinds().values() if kind.group == open_one.group]
    return tuple(Page(label(kind), reverse("ledger:list", args=[kind.id])) for kind in beside)


@dataclass(frozen=True)
class PartCard:
    """One line of a figure: what it is of, its share, and where its lists open."""

    label: str
    part: Part
    numerator_url: str
    denominator_url: str


@dataclass(frozen=True)
class FigureCard:
    """A figure as its card shows it."""

    result: FigureResult
    label: str
    whole: PartCard
    groups: Sequence[PartCard]
    lamp: str

    @property
    def unit(self) -> str:
        """The unit of its value; a count has none."""
        return "" if self.result.record.unit == "count" else self.result.record.unit


def figure_cards(sources: SourceQuerySet, on: date, records: Iterable[LedgerFigure]) -> list[FigureCard]:
    """Return the figures in the order of their articles, all in one question."""
    ordered = sorted(records, key=lambda one: (one.article or 0, one.id))
    return [_figure_card(one) for one in figures(ordered, sources, on)]


def _figure_card(result: FigureResult) -> FigureCard:
    record = result.record
    attribute = kinds()[record.of].attribute(record.by) if record.by else None
    names = {choice.id: label(choice) for choice in attribute.choices} if attribute else {}
    parts = [_part(record, part, names.get(str(part.group), str(part.group))) for part in result.groups]
    return FigureCard(result, label(record), _part(record, result.whole, label(record)), parts, LAMPS[result.standing])


def _part(record: LedgerFigure, part: Part, name: str) -> PartCard:
    group = f"&group={part.group}" if part.group else ""
    path = f"{reverse('ledger:list', args=[record.of])}?figure={record.id}{group}"
    return PartCard(name, part, f"{path}&part_of=numerator", f"{path}&part_of=denominator")


@dataclass(frozen=True)
class DutyLine:
    """A duty with its counts and where its lists open."""

    count: DutyCount
    kind: str
    label: str
    url: str

    @property
    def lamp(self) -> str:
        """Green when nobody lacks it, red when its day has passed, else yellow."""
        if not self.count.missing:
            return "g"
        return "r" if self.count.late else "y"


def duty_lines(sources: SourceQuerySet, on: date, *, everything: bool = False) -> list[DutyLine]:
    """Return the duties, those that most lack first; with ``everything`` in the order of the ledgers."""
    lines = [_duty_line(one) for kind in kinds().values() if kind.duties for one in duty_counts(kind, sources, on)]
    if everything:
        return lines
    late = [line for line in lines if line.count.missing]
    return sorted(late, key=lambda line: (not line.count.late, -line.count.missing))


def duty_counts(kind: Kind, sources: SourceQuerySet, on: date) -> list[DutyCount]:
    """Return how all duties of a ledger stand, in one question."""
    begun = [duty for duty in kind.duties if duty.from_day is None or on >= duty.from_day]
    asked: dict[str, Any] = {}
    for number, duty in enumerate(begun):
        due = as_filter(duty.when)
        asked[f"due{number}"] = Count("pk", filter=due) if due else Count("pk")
        asked[f"has{number}"] = Count("pk", filter=due & having(duty, on))
    working = sources.of_kind(kind.id).current().filter(state__in=working_states(kind))
    found = working.aggregate(**asked) if asked else {}
    return [
        DutyCount(kind, duty, found[f"due{number}"], found[f"has{number}"], on) for number, duty in enumerate(begun)
    ]


def _duty_line(count: DutyCount) -> DutyLine:
    path = f"{reverse('ledger:list', args=[count.kind.id])}?duty={count.duty.id}"
    return DutyLine(count, label(count.kind), label(count.duty), path)


@dataclass(frozen=True)
class Notice:
    """A change that one's organisation is told of."""

    notice: ChangeNotice
    change: Change
    kind: str
    url: str


def notices_of(person: Any, *, unread: bool) -> list[Notice]:
    """Return the notices of a person's organisations, the newest first; of entries that the person may see."""
    own = scope_of(person).organisations
    found = ChangeNotice.objects.filter(organisation_id__in=own).select_related(
        "organisation", "change__source", "change__by", "read_by"
    )
    found = found.filter(scope_of(person).within("change__source__area__code", "change__source__owner"))
    notices = list((found.filter(read_at__isnull=True) if unread else found)[:MOST_NOTICES])
    return [_notice(one) for one in notices]


def _notice(one: ChangeNotice) -> Notice:
    source = one.change.source
    kind = kinds().get(source.kind)
    changes = told(kind, [one.change]) if kind else [Change(one.change, [])]
    return Notice(one, changes[0], label(kind) if kind else source.kind, address(source))


def read_notices(person: Any, keys: Sequence[str], at: datetime) -> int:
    """Note that somebody has read notices of their own organisation; returns how many."""
    wanted = [int(key) for key in keys if key.isdecimal()]
    own = Q(organisation_id__in=scope_of(person).organisations)
    return ChangeNotice.objects.filter(own, pk__in=wanted, read_at__isnull=True).update(read_at=at, read_by=person)
