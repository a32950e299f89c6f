"""The quarterly review (季度调度): its slides, and decisions taken into work as tasks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lantian.apps.accounts.models import Person
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Bulletin
from lantian.apps.assessment.reports.build import content_of
from lantian.apps.assessment.reports.content import Content
from lantian.apps.assessment.reports.facts import report_read, report_written
from lantian.apps.assessment.reports.review import Decision, Money, review_slides
from lantian.apps.assessment.reports.tasks import COLOURS, SHAPES, STRUCK
from lantian.apps.assessment.services.producers import data_of
from lantian.apps.assessment.services.report_facts import lamps_day, report_facts
from lantian.apps.assessment.snapshots import number_of
from lantian.apps.plans.models import Task
from lantian.apps.plans.selectors.money import money_page
from lantian.apps.plans.selectors.standing import Board, boards
from lantian.apps.plans.services.tasks import NewTask, add_task
from lantian.apps.ui.official.slides import Deck
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.kernel.periods import Period
from lantian.policy.bulletins import period_words
from lantian.policy.records_plan import Organisation


class ReviewError(LantianError):
    """A decision that the pack gives no ground for."""


@dataclass(frozen=True)
class Review:
    """A quarter's review. bulletin: whose snapshot the slides are made from; None: of what is known now."""

    period: Period
    deck: Deck
    content: Content
    bulletin: Bulletin | None
    decisions: tuple[Decision, ...]
    basis: Text


def reference_of(period: Period) -> str:
    """Return what a decision's task says it stands on."""
    return f"{period_words(period)}调度会"


def review_of(period: Period, at: datetime, person: Any) -> Review:
    """Return a quarter's review: from the snapshot of its bulletin where there is one, else from what is known."""
    record = rules.first_bulletin("quarter", period)
    versions = Bulletin.objects.filter(record=record.id, period=str(period)).order_by("-version").at(at)
    stood = (one.bulletin for one in versions if one.bulletin.state != Bulletin.State.WITHDRAWN)
    bulletin = next(stood, None)
    last, found = boards((lamps_day(period, at), min(day_of(at), period.following.last)), at)
    data = data_of(bulletin.snapshot) if bulletin else report_written(report_facts(record, period, at, tasks=last))
    content = content_of(record, report_read(data), rules.pack(), number_of(data))
    decisions = tuple(_decisions(period, found))
    slides = review_slides(content, _money(found, person, period.year), decisions)
    words = period_words(period)
    note = "含模拟数据，仅供演示" if content.facts.synthetic else ""
    deck = Deck(f"{words}大气污染防治工作调度", record.office, found.day, note, slides)
    return Review(period, deck, content, bulletin, decisions, record.citation)


def _decisions(period: Period, found: Board) -> list[Decision]:
    names = {one.id: one.zh for one in rules.pack().all(Organisation)}
    made = []
    for one in found.walk():
        task = one.task
        if task.origin == Task.Origin.REVIEW and task.reference == reference_of(period):
            lead = names.get(one.leads[0], one.leads[0]) if one.leads else "—"
            colour = one.lamp.colour
            lamp = STRUCK if one.struck_on is not None else f"{SHAPES[colour]}{COLOURS[colour]}"
            made.append(Decision(task.number, task.zh, lead, str(one.due or "—"), lamp))
    return made


def _money(found: Board, person: Any, year: int) -> Money | None:
    page = money_page(found, person, year)
    if not page.total.budget:
        return None
    sources = [(name.zh, sums.budget, sums.allotted, sums.paid) for name, sums, _share in page.funds]
    return Money(page.total.budget, page.total.allotted, page.total.paid, sources)


def _article(period: Period) -> int:
    """The article that asks for the review; raises ReviewError where its bulletin rests on none of the plan."""
    record = rules.first_bulletin("quarter", period)
    article = next((one for one in (record.article, *record.also) if one is not None), None)
    if article is None:
        raise ReviewError(
            Text(
                f"政策包的“{record.zh}”没有写明依据哪一条，议定事项不能列入任务台账。",
                f"The pack does not say on which article {record.en!r} rests, so a decision cannot become a task.",
            )
        )
    return article


@dataclass(frozen=True)
class Decided:
    """What a meeting decided: words, who leads, by when."""

    text: str
    lead: str
    due: date | None


def decide(period: Period, decided: Decided, *, by: Person | None, at: datetime) -> Task:
    """Take a decision into work under the article that asks for reviews; raises TaskError without words or lead.

    Raises ReviewError where no article asks for them.
    """
    return add_task(
        NewTask(
            zh=decided.text.strip(),
            article=_article(period),
            leads=[decided.lead] if decided.lead else [],
            due=decided.due,
            origin=Task.Origin.REVIEW,
            reference=reference_of(period),
        ),
        by=by,
        at=at,
    )
