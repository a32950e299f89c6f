"""Fines (罚款): continuous daily fines, surcharge for late payment, summary procedure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.workflow.errors import WorkflowError


@dataclass(frozen=True)
class DailyFine:
    """days: counted in all; amount: yuan; within_limit: whether every re-check came within its days."""

    days: int
    amount: Decimal
    within_limit: bool


def daily_fine(served: date, found: Sequence[date], original: Decimal, recheck_days: int) -> DailyFine:
    """Return a continuous daily fine (按日连续处罚).

    served: day on which the correction order was served; found: days on which re-checks found the violation going on,
    rising; original: the original fine [yuan]. Days run from the day after service to the last such day, inclusive;
    the amount is original × days. Served on 2019-03-01, found on 2019-03-20, 100 000 yuan: 19 days, 1 900 000 yuan.
    """
    spans = [(later - earlier).days for earlier, later in zip([served, *found], found, strict=False)]
    if not spans or min(spans) < 1:
        raise WorkflowError(
            Text(
                f"复查日期 {[str(day) for day in found]} 应依次晚于送达日 {served}。",
                f"The re-checks {[str(day) for day in found]} must follow the service on {served} in order.",
            )
        )
    days = sum(spans)
    return DailyFine(days, original * days, max(spans) <= recheck_days)


def recheck_until(served: date, recheck_days: int) -> date:
    """Return the last day of the re-check window; it is not moved off holidays (the stricter reading)."""
    return served + timedelta(days=recheck_days)


def late_surcharge(fine: Decimal, days_late: int, percent_per_day: Decimal) -> Decimal:
    """Return the surcharge for late payment (加处罚款) in yuan: a share of the fine a day, at most the fine itself."""
    if days_late < 0:
        raise WorkflowError(
            Text(
                f"逾期天数是 {days_late}，不能为负。",
                f"The payment is {counted(days_late, 'day')} late; that cannot be negative.",
            )
        )
    return min(fine, fine * percent_per_day * days_late / 100)


def summary_allowed(subject: str, fine: Decimal, limits: Mapping[str, Decimal]) -> bool:
    """Tell whether a fine [yuan; 0 for a warning] may be imposed on the spot (简易程序); limits by kind of subject."""
    if subject not in limits:
        known = ", ".join(limits)
        raise WorkflowError(
            Text(f"没有当事人类别 {subject}，可用：{known}。", f"No subject {subject!r}; there are: {known}.")
        )
    return fine <= limits[subject]
