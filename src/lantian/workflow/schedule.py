"""Reverse schedule (倒排工期): milestones (节点) laid from the deadline back, and the progress due on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from lantian.kernel.errors import Text
from lantian.kernel.rounding import half_even
from lantian.workflow.errors import WorkflowError

MilestoneState = Literal["done", "done-late", "late", "open"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a schedule: how long it takes, in days or as a share of the time that is left, and what it brings.

    progress: of the whole task when the step is done [%]; rises from step to step, the last has 100.
    """

    name: Text
    progress: Decimal
    days: int | None = None
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Laid:
    """A step with its first and last day (both inclusive)."""

    name: Text
    begins: date
    due: date
    progress: Decimal


def reverse_schedule(steps: Sequence[Step], start: date, due: date) -> list[Laid]:
    """Lay steps from the deadline back to the start; the last one ends on the deadline.

    Steps in days take what they need, those in shares divide what is left. Where the days alone are more than there
    are, all steps shrink in proportion and shares get a day each as far as it goes: a schedule is never longer than its
    task. A step that has no day of its own shares the first day of the next one.
    """
    _check(steps, start, due)
    lengths = _lengths(steps, (due - start).days + 1)
    laid: list[Laid] = []
    after = Fraction(0)
    for step, length in zip(reversed(steps), reversed(lengths), strict=True):
        last = max(start, due - timedelta(days=round(after)))
        after += length
        first = max(start, due - timedelta(days=round(after) - 1))
        laid.append(Laid(step.name, min(first, last), last, step.progress))
    return laid[::-1]


def stretch(laid: Sequence[Laid], anchor: date, end: date, due: date, kept: Sequence[Laid] = ()) -> list[Laid]:
    """Move the open steps of a schedule to a new deadline: the days after the anchor keep their proportions.

    anchor: the last day that stays where it is, before the first open step. end: the deadline until now. kept: the
    steps that are done; they stay, and none that is open passes one with another share: dues rise with the shares,
    only never beyond the deadline. Where the old or the new deadline does not lie after the anchor there are no
    proportions to keep: all open steps are due on the new one.
    """
    if min(end, due) <= anchor:
        return [Laid(one.name, due, due, one.progress) for one in laid]

    def moved(day: date) -> date:
        return anchor + timedelta(days=round(Fraction((day - anchor).days * (due - anchor).days, (end - anchor).days)))

    found = []
    for one in laid:
        least = max((step.due for step in kept if step.progress < one.progress), default=anchor)
        most = min((step.due for step in kept if step.progress > one.progress), default=due)
        last = min(due, max(least, min(moved(one.due), most)))
        begins = moved(one.begins - timedelta(days=1)) + timedelta(days=1)
        found.append(Laid(one.name, min(begins, last), last, one.progress))
    return found


def _check(steps: Sequence[Step], start: date, due: date) -> None:
    rising = [step.progress for step in steps]
    if not steps or rising != sorted(set(rising)) or rising[-1] != 100 or rising[0] <= 0:
        raise WorkflowError(
            Text(
                "节点的应达进度须逐个上升，最后一个为 100%。",
                "Progress must rise from step to step and end with 100 %.",
            )
        )
    if due < start:
        raise WorkflowError(
            Text(f"期限 {due} 早于开始 {start}。", f"The deadline {due} lies before the start {start}.")
        )
    if any((step.days is None) == (step.share is None) for step in steps):
        raise WorkflowError(Text("节点须写天数或比例之一。", "A step takes either days or a share."))


def _lengths(steps: Sequence[Step], days: int) -> list[Fraction]:
    """How many days each step takes, so that all together take ``days``."""
    fixed = sum(step.days or 0 for step in steps)
    shares = sum((Fraction(step.share or 0) for step in steps), Fraction(0))
    left = days - fixed
    if left < 0 or not shares:
        return [Fraction((step.days or 0) * days, max(fixed, 1)) for step in steps]
    return [Fraction(step.days or 0) + Fraction(step.share or 0) / shares * left for step in steps]


def expected(laid: Sequence[Laid], start: date, day: date) -> Decimal:
    """Return the progress due at the end of a day [%]: straight lines from milestone to milestone, 0 before the start.

    >>> steps = [Laid(Text("", ""), date(2019, 1, 1), date(2019, 1, 10), Decimal(100))]
    >>> expected(steps, date(2019, 1, 1), date(2019, 1, 4))
    Decimal('40.0')
    """
    before, had = start - timedelta(days=1), Decimal(0)
    for one in laid:
        if day < one.due:
            share = Fraction(max(0, (day - before).days), max(1, (one.due - before).days))
            return half_even(Fraction(had) + Fraction(one.progress - had) * share, 1)
        before, had = one.due, one.progress
    return Decimal("100.0")


def straight(start: date, due: date) -> list[Laid]:
    """Return the schedule of a task without milestones: one step from its start to its deadline."""
    return [Laid(Text("期限", "deadline"), start, due, Decimal(100))]


def state_of(due: date, done_on: date | None, day: date) -> MilestoneState:
    """Say how a milestone stands on a day; one that is done later is still open or late then."""
    if done_on is not None and done_on <= day:
        return "done" if done_on <= due else "done-late"
    return "late" if day > due else "open"
