"""Money to match the tasks (资金保障): budget lines, what was passed down and what was paid; rows never change."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from lantian.apps.accounts.models import Person
from lantian.apps.plans.models import BudgetLine, MoneyMove, Task, TaskError
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.task_words import yuan
from lantian.apps.plans.services.task_state import held, noted
from lantian.apps.plans.task_rights import may_enter_money, must
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of

Kind = MoneyMove.Kind


@dataclass(frozen=True)
class NewLine:
    """A budget line with its sum [yuan]."""

    year: int
    fund: str
    title: str
    budget: Decimal
    synthetic: bool = False


@dataclass(frozen=True)
class NewMove:
    """A sum that moves on a line [yuan]; a negative one takes back."""

    kind: str
    amount: Decimal
    day: date
    voucher: str = ""
    note: str = ""


@transaction.atomic
def add_line(task: Task, new: NewLine, *, by: Person | None, at: datetime) -> BudgetLine:
    """Add a budget line to a task."""
    now = held(task)
    if by is not None:
        must(may_enter_money(now, by))
    if new.fund not in rules().funds:
        raise TaskError(Text(f"政策包中没有资金来源 {new.fund}。", f"The pack has no fund {new.fund}."))
    if new.budget <= 0 or not new.title.strip():
        raise TaskError(Text("请写明用途和大于 0 的预算。", "Give the purpose, and a budget above 0."))
    title = new.title.strip()[:120]
    if now.budget_lines.filter(year=new.year, fund=new.fund, title=title).exists():
        raise TaskError(Text("同一年度、来源和用途的预算项已存在。", "There is such a budget line already."))
    line = BudgetLine.objects.create(
        task=now, year=new.year, fund=new.fund, title=title, created_at=at, created_by=by, synthetic=new.synthetic
    )
    MoneyMove.objects.create(line=line, kind=Kind.BUDGET, amount=new.budget, day=day_of(at), at=at, by=by)
    fields = {"year": new.year, "fund": new.fund, "title": title, "budget": str(new.budget)}
    noted(now, "budgeted", by=by, at=at, fields=fields)
    return line


@transaction.atomic
def move(line: BudgetLine, new: NewMove, *, by: Person | None, at: datetime) -> MoneyMove:
    """Enter a sum that was passed down or paid, or a change of the budget.

    Raises TaskError where more would be paid than was passed down, or passed down than was budgeted.
    """
    now = held(line.task)
    if by is not None:
        must(may_enter_money(now, by))
    if new.amount == 0 or new.day > day_of(at):
        raise TaskError(Text("金额不能为 0，日期不能在今天之后。", "The amount is not 0 and the day not to come."))
    sums = dict(line.moves.order_by().values_list("kind").annotate(total=Sum("amount")))
    after = {kind: sums.get(kind, Decimal(0)) + (new.amount if kind == new.kind else 0) for kind in Kind.values}
    _check(after)
    row = MoneyMove.objects.create(
        line=line, kind=new.kind, amount=new.amount, day=new.day, voucher=new.voucher.strip()[:60],
        note=new.note.strip()[:200], at=at, by=by,
    )  # fmt: skip
    fields = {"line": line.pk, "kind": new.kind, "amount": str(new.amount), "day": new.day.isoformat()}
    noted(now, "money-moved", by=by, at=at, fields=fields)
    return row


def _check(after: dict[str, Decimal]) -> None:
    budget, allotted, paid = (after[kind] for kind in (Kind.BUDGET, Kind.ALLOTTED, Kind.PAID))
    if min(budget, allotted, paid) < 0 or allotted > budget or paid > allotted:
        raise TaskError(
            Text(
                f"支付 {yuan(paid)} 万元不得多于下达 {yuan(allotted)} 万元，下达不得多于预算 {yuan(budget)} 万元，"
                "均不得小于 0。",
                f"Paid {yuan(paid)} may not exceed passed down {yuan(allotted)}, nor that the budget {yuan(budget)} "
                "(10,000 yuan); none below 0.",
            )
        )
