"""Money of tasks (资金): sums by line, task, source and year, and what a unit of result cost (第二十九条)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from lantian.apps.ledger.kinds import kind as kind_of
from lantian.apps.ledger.kinds import ledger_figures
from lantian.apps.plans.models import BudgetLine, MoneyMove, Task, TaskEntry
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.rules import cited
from lantian.apps.plans.selectors.standing import Board, Standing, plain
from lantian.apps.plans.selectors.task_words import unit_text
from lantian.kernel.errors import Text
from lantian.kernel.rounding import half_even
from lantian.workflow.costs import Sums, unit_cost

Kind = MoneyMove.Kind


@dataclass(frozen=True)
class MoneyLine:
    """A budget line with its sums."""

    line: BudgetLine
    fund: Text
    sums: Sums


@dataclass(frozen=True)
class Cost:
    """What a unit of result cost [yuan], how much came of it, and of what."""

    yuan: Decimal
    result: str
    unit: Text


@dataclass(frozen=True)
class TaskMoney:
    """A task's money."""

    task: Task
    lead: Text
    cite: Text
    sums: Sums
    progress: Decimal | None
    cost: Cost | None
    share: float

    @property
    def name(self) -> Text:
        """The task's words."""
        return Text(self.task.zh, self.task.en or self.task.zh)


@dataclass(frozen=True)
class MoneyPage:
    """Money over all tasks that somebody may see."""

    year: int
    years: Sequence[int]
    total: Sums
    tasks: Sequence[TaskMoney]
    funds: Sequence[tuple[Text, Sums, float]]
    by_year: Sequence[tuple[int, Sums]]
    without: int


def summed(lines: Any, found: Board | None = None) -> Any:
    """Annotate budget lines with their sums: all that was entered, or on a board's day, as it was known."""
    moved = Q() if found is None else Q(moves__day__lte=found.day)
    if found is not None and found.known_at is not None:
        moved &= Q(moves__at__lte=found.known_at)
        lines = lines.filter(created_at__lte=found.known_at)

    def of(kind: str) -> Any:
        return Coalesce(Sum("moves__amount", filter=moved & Q(moves__kind=kind)), Decimal(0))

    return lines.annotate(s_budget=of(Kind.BUDGET), s_allotted=of(Kind.ALLOTTED), s_paid=of(Kind.PAID))


def money_lines(task: Task, found: Board) -> list[MoneyLine]:
    """Return a task's budget lines with their sums."""
    return [MoneyLine(row, fund_name(row.fund), _sums(row)) for row in summed(task.budget_lines.all(), found)]


def fund_name(code: str) -> Text:
    """Return the name of a source of money."""
    fund = rules().funds.get(code)
    return Text(fund.zh, fund.en) if fund else Text(code, code)


def _sums(row: Any) -> Sums:
    return Sums(row.s_budget, row.s_allotted, row.s_paid)


def money_page(found: Board, person: Any, year: int = 0) -> MoneyPage:
    """Return all money of the tasks that somebody may see; of one year, or of all with year 0."""
    seen, visible = found.seen_by(person), Task.objects.visible_to(person).order_by().values("pk")
    rows = list(summed(BudgetLine.objects.filter(task__in=visible), found).order_by("year", "pk"))
    asked = [row for row in rows if year in (0, row.year)]
    by_task = _totals((row.task_id, _sums(row)) for row in asked)
    total = sum(by_task.values(), Sums())
    funds = _totals((row.fund, _sums(row)) for row in asked)
    years = _totals((row.year, _sums(row)) for row in rows)
    roots = [one for one in found.roots if one.task.pk in seen]
    return MoneyPage(
        year=year,
        years=sorted(years),
        total=total,
        tasks=_tasks(found, by_task),
        funds=[(fund_name(code), sums, _part(sums.budget, total.budget)) for code, sums in _largest(funds)],
        by_year=sorted(years.items()),
        without=sum(one.task.pk not in by_task for one in roots),
    )


def _totals(pairs: Iterable[tuple[Any, Sums]]) -> dict[Any, Sums]:
    found: dict[Any, Sums] = {}
    for key, sums in pairs:
        found[key] = found.get(key, Sums()) + sums
    return found


def _largest(sums: Mapping[Any, Sums]) -> list[tuple[Any, Sums]]:
    return sorted(sums.items(), key=lambda pair: (-pair[1].budget, str(pair[0])))


def _part(part: Decimal, whole: Decimal) -> float:
    return round(float(part / whole * 100), 2) if whole else 0.0


def _tasks(found: Board, by_task: Mapping[int, Sums]) -> list[TaskMoney]:
    standings = [(found.by_pk[pk], sums) for pk, sums in _largest(by_task) if pk in found.by_pk]
    most = max((sums.budget for _, sums in standings), default=Decimal(0))
    counted = _counted([one.task.pk for one, _ in standings], found)
    return [
        TaskMoney(
            one.task,
            found.names[one.leads[0]] if one.leads else Text("—", "—"),
            cited(one.task.article, one.task.document),
            sums,
            one.progress,
            cost_of(one, sums.paid, counted.get(one.task.pk, [])),
            _part(sums.budget, most),
        )
        for one, sums in standings
    ]


def _counted(tasks: Sequence[int], on: Board) -> dict[int, list[Decimal]]:
    """What ledgers counted for tasks by a board's day, as known then, oldest first: numerators of measured values."""
    rows = TaskEntry.objects.standing(on.known_at).filter(task__in=tasks, way=TaskEntry.Way.LEDGER, day__lte=on.day)
    found: dict[int, list[Decimal]] = {}
    for task, how in rows.order_by("day", "pk").values_list("task_id", "how"):
        if isinstance(how, dict) and how.get("numerator") is not None:
            found.setdefault(task, []).append(Decimal(str(how["numerator"])))
    return found


def cost_of(one: Standing, paid: Decimal, counted: Sequence[Decimal]) -> Cost | None:
    """Return what a unit of result cost: of what a ledger counts, else of the indicator where it is no share."""
    if counted:
        return _cost(paid, counted[0], counted[-1], _counted_unit(one.task))
    if one.value is None or one.task.unit == "%" or one.goal.base is None:
        return None
    return _cost(paid, one.goal.base, one.value.value, unit_text(one.task.unit))


def _cost(paid: Decimal, before: Decimal, now: Decimal, unit: Text) -> Cost | None:
    cost = unit_cost(paid, before, now)
    return Cost(cost, plain(half_even(abs(now - before), 1)), unit) if cost is not None else None


def _counted_unit(task: Task) -> Text:
    """What a ledger's figure counts: the unit of its sum, or entries of its kind."""
    record = rules().indicators.get(task.indicator)
    figure = ledger_figures().get(record.ledger_figure or "") if record else None
    if figure is None:
        return Text("项", "items")
    kind = kind_of(figure.of)
    attribute = kind.attribute(figure.sum) if figure.sum else None
    if attribute is not None:
        unit = getattr(attribute, "unit", None) or ""
        return unit_text(unit)
    return Text(kind.zh, kind.en)
