"""What the pages of project reviews show (项目准入): the list, one project with what backs it, and the account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from lantian.apps.ledger.models import OffsetCredit, OffsetUse, Pollutant, Project, ProjectEvent, Source
from lantian.apps.ledger.rulebook import Reason, Verdict
from lantian.apps.ledger.services import offsets
from lantian.apps.ledger.services import projects as service
from lantian.kernel.errors import Text
from lantian.policy.records_project import ProjectRule, RestrictedCategory

PER_PAGE = 25
MOST = 100
LETTERS: Mapping[str, str] = {"open": "y", "approved": "g", "refused": "r", "withdrawn": "o"}
EVENTS: Mapping[str, Promise] = {
    "brought-in": gettext_lazy("项目受理"),
    "backed": gettext_lazy("减量替代"),
    "released": gettext_lazy("退回替代量"),
    "exception": gettext_lazy("登记公路运输例外"),
    "conditions": gettext_lazy("写明符合的条件"),
    "approved": gettext_lazy("准入"),
    "refused": gettext_lazy("不予准入"),
    "withdrawn": gettext_lazy("撤回"),
}


@dataclass(frozen=True)
class Listing:
    """The list of a state: lines with their lamps, and how many there are of each state."""

    state: str
    states: Sequence[tuple[str, str, int]]
    page: "Page[Project]"


def listing(person: Any, state: str, number: str) -> Listing:
    """Return one page of the projects of a state that a person may see, newest first."""
    visible = Project.objects.visible_to(person)
    counts = dict(visible.order_by().values_list("state").annotate(n=Count("pk")))
    states = [(str(value), str(label), counts.get(value, 0)) for value, label in Project.State.choices]
    chosen = state if state in Project.State.values else Project.State.OPEN
    found = visible.filter(state=chosen).select_related("area").order_by("-opened_at", "-pk")
    return Listing(chosen, states, Paginator(found, PER_PAGE).get_page(number))


@dataclass(frozen=True)
class Line:
    """What backs a project's emission of a pollutant, and which credits still may."""

    need: service.Need
    uses: Sequence[OffsetUse]
    credits: Sequence[OffsetCredit]

    @property
    def label(self) -> str:
        """The pollutant as it is written."""
        return str(Pollutant(self.need.pollutant).label)


@dataclass(frozen=True)
class OneProject:
    """A project: what stands against it, what it is of, and what backs it."""

    project: Project
    rule: ProjectRule
    category: RestrictedCategory | None
    verdict: Verdict
    reasons: Sequence[Reason]
    lines: Sequence[Line]
    goods: Text | None
    mode: Text | None
    history: Sequence[tuple[ProjectEvent, str]]


def one_project(project: Project, on: date) -> OneProject:
    """Return what the page of a project shows; of one decided on, the reasons as they were."""
    rule, is_open = service.rule(on), project.state == Project.State.OPEN
    verdict = service.judge(project, on) if is_open else Verdict()
    reasons = verdict.reasons if is_open else [Reason.read(one) for one in project.reasons]
    uses = list(project.uses.select_related("credit__source"))
    free = OffsetCredit.objects.filter(spent_kg__lt=F("granted_kg")).select_related("source") if is_open else ()
    lines = [
        Line(
            need,
            [use for use in uses if use.credit.pollutant == need.pollutant],
            [credit for credit in free if credit.pollutant == need.pollutant][:MOST] if need.short_kg else [],
        )
        for need in service.needs_of(project, on)
    ]
    goods = next((Text(one.zh, one.en) for one in rule.goods if one.id == project.goods), None)
    mode = next((Text(one.zh, one.en) for one in rule.modes if one.id == project.mode), None)
    events = project.events.select_related("by").order_by("-at", "-pk")
    history = [(one, str(EVENTS.get(one.kind, one.kind))) for one in events]
    category = service.category_of(project, on)
    return OneProject(project, rule, category, verdict, reasons, lines, goods, mode, history)


@dataclass(frozen=True)
class Account:
    """The account of closures: balances, what was entered and spent, and closures not entered yet."""

    balances: Sequence[offsets.Balance]
    credits: Sequence[OffsetCredit]
    closures: Sequence[tuple[Source, Sequence[tuple[str, float]]]]
    closures_more: int


def account(person: Any, on: date) -> Account:
    """Return the account as far as a person sees the closures; the balances are of the whole district."""
    visible = Source.objects.visible_to(person)
    entered = OffsetCredit.objects.filter(source__in=visible).select_related("source").prefetch_related("uses__project")
    closures = offsets.closures(person, on)
    lines = [(one, _emission(one)) for one in closures[:MOST]]
    return Account(offsets.balances(), list(entered[: 3 * MOST]), lines, max(0, closures.count() - MOST))


def _emission(source: Source) -> list[tuple[str, float]]:
    """What a closed entry emitted, in tonnes a year."""
    return [
        (str(one.label), float(source.attributes[one.value])) for one in Pollutant if source.attributes.get(one.value)
    ]
