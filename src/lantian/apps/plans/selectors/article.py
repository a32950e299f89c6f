"""What stands under an article (条): tasks in work with lamps, figures of the ledgers, cases, what is due next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.cases.rules import rules as case_rules
from lantian.apps.ledger.kinds import ledger_figures
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.pages.index import FigureCard, figure_cards
from lantian.apps.plans.selectors.agenda import (
    Next,
    address_of,
    agenda,
    lamp_of,
    names_of,
    rank_of,
    title_of,
    upcoming,
)
from lantian.apps.plans.selectors.rules import deadline_words, document_of, own_article
from lantian.apps.plans.selectors.standing import Standing, board
from lantian.apps.plans.selectors.task_words import URGENT, state_of_lamp
from lantian.kernel.calendar import add_months
from lantian.kernel.errors import Text
from lantian.policy.pack import Pack
from lantian.policy.records_case import CaseTypeRecord

AHEAD_MONTHS = 24
NEXT = 6


@dataclass(frozen=True)
class TaskState:
    """A task in work as the article shows it. record: id of the pack's task, empty for others.

    url: of its page, empty where the reader may not open it: lamps are for every officer, papers for those concerned.
    """

    record: str
    number: str
    name: Text
    url: str
    lead: Text
    due: Text
    progress: str
    lamp: str
    word: Text
    reason: Text
    parts: int
    why: Text
    done: Decimal
    expected: Decimal | None
    urgent: bool


@dataclass(frozen=True)
class CaseCount:
    """Cases of a type that rests on the article; late: open ones with a step past its end."""

    type: str
    name: Text
    open: int
    closed: int
    late: int

    @property
    def url(self) -> str:
        """Where they are listed."""
        return f"{reverse('cases:list')}?view=all&type={self.type}"


@dataclass(frozen=True)
class UnderArticle:
    """All that stands under an article for one reader."""

    tasks: Sequence[TaskState]
    figures: Sequence[FigureCard]
    cases: Sequence[CaseCount]
    next: Sequence[Next]
    lamps: Mapping[int, tuple[str, Text]]

    @property
    def of_record(self) -> Mapping[str, TaskState]:
        """Tasks in work by the pack's task that they were taken from."""
        return {one.record: one for one in self.tasks if one.record}

    @property
    def others(self) -> list[TaskState]:
        """Tasks in work that are not from the pack, such as decisions of a review."""
        return [one for one in self.tasks if not one.record]


def under_article(
    pack: Pack, number: int, day: date, person: Any, until: datetime, known_at: datetime | None = None
) -> UnderArticle:
    """Return what stands under an article: tasks, figures and cases that the reader may see.

    until: of cases nothing later is known.
    The number of questions follows neither from the pack's figures of the article nor from how much there is.
    """
    names = names_of(pack)
    found = board(day, known_at)
    every = found.roots
    tasks = [one for one in every if one.task.own_article == number]
    seen = found.seen_by(person)
    window = (day, add_months(day, AHEAD_MONTHS))
    items = agenda([one for one in tasks if one.task.pk in seen], window, day, names)
    records = [one for one in ledger_figures().values() if own_article(pack, one) == number]
    return UnderArticle(
        [_task(one, names, one.task.pk in seen) for one in tasks],
        figure_cards(Source.objects.visible_to(person), day, records),
        _cases(pack, number, day, person, until),
        upcoming(items, day)[:NEXT],
        _worst(every),
    )


def _worst(tasks: Sequence[Standing]) -> dict[int, tuple[str, Text]]:
    """The lamp of each article: that of its task which needs somebody most."""
    found: dict[int, Standing] = {}
    for one in sorted((one for one in tasks if not one.task.document), key=rank_of, reverse=True):
        found[one.task.article] = one
    return {number: lamp_of(one) for number, one in found.items()}


def _task(one: Standing, names: Mapping[str, Text], seen: bool) -> TaskState:
    lamp, word = lamp_of(one)
    lead = one.leads[0] if one.leads else "—"
    return TaskState(
        record=one.task.record,
        number=one.task.number,
        name=title_of(one),
        url=address_of(one) if seen else "",
        lead=names.get(lead, Text(lead, lead)),
        due=deadline_words(one.due, one.task.rhythm),
        progress="—" if one.progress is None else str(one.progress),
        lamp=lamp,
        word=word,
        reason=one.lamp.reason,
        parts=len(one.parts),
        why=one.lamp.why,
        done=one.progress or Decimal(0),
        expected=one.expected if one.laid and not one.task.rhythm else None,
        urgent=state_of_lamp(one) in URGENT,
    )


def _cases(pack: Pack, number: int, day: date, person: Any, until: datetime) -> list[CaseCount]:
    """Cases of the types that rest on an article, themselves or in a step, as they stood at an instant."""
    types = {
        name: one
        for name, one in case_rules().types(day).items()
        if number in _articles(one) and not document_of(pack, one)
    }
    if not types:
        return []
    going = Q(ended_at__isnull=True) | Q(ended_at__gt=until)
    late = Exists(CaseThread.objects.counted(until).filter(going, due_at__lt=until, case=OuterRef("pk")))
    opened = Q(closed_at__isnull=True) | Q(closed_at__gt=until)
    asked = (
        Case.objects.visible_to(person)
        .filter(type__in=types, opened_at__lte=until)
        .order_by()
        .annotate(_late=late)
        .values("type")
        .annotate(
            open=Count("pk", filter=opened),
            closed=Count("pk", filter=~opened),
            late=Count("pk", filter=opened & Q(_late=True)),
        )
    )
    found = {row["type"]: row for row in asked}
    nothing = {"open": 0, "closed": 0, "late": 0}
    return [_count(one, found.get(name, nothing)) for name, one in types.items()]


def _articles(record: CaseTypeRecord) -> set[int | None]:
    return {record.article, *(step.article for step in record.steps)}


def _count(record: CaseTypeRecord, row: Mapping[str, Any]) -> CaseCount:
    return CaseCount(record.id, Text(record.zh, record.en), row["open"], row["closed"], row["late"])
