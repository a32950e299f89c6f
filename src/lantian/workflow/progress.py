"""Progress of a task (进度): how far a value has come from its base to its target, in percent, and why.

All arithmetic is exact; what is shown is rounded half to even to one decimal (GB/T 8170), and never to 100 % while the
target is not reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from lantian.kernel.errors import Text
from lantian.kernel.rounding import half_even
from lantian.workflow.errors import WorkflowError

Comparator = Literal["<", "<=", "=", ">=", ">", "~"]
WHOLE = Decimal("100.0")
NOT_YET = Decimal("99.9")


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached. base: where it began, None where nobody knows; about: how far off ``~`` may be [%]."""

    comparator: Comparator
    target: Decimal
    base: Decimal | None = None
    about: Decimal = Decimal(0)

    @property
    def falls(self) -> bool:
        """Whether the value has to come down: by the base, else by the comparator."""
        if self.base is not None and self.base != self.target:
            return self.base > self.target
        return self.comparator in ("<", "<=")


def reached(value: Decimal, goal: Goal) -> bool:
    """Tell whether a value meets its goal; one that went beyond = or ~ in the right direction does.

    >>> reached(Decimal(52), Goal("~", Decimal(52), Decimal(83))), reached(Decimal(52), Goal("<", Decimal(52)))
    (True, False)
    """
    if goal.comparator in ("<", ">"):
        return value < goal.target if goal.comparator == "<" else value > goal.target
    slack = abs(goal.target) * goal.about / 100 if goal.comparator == "~" else Decimal(0)
    falls = goal.comparator == "<=" or (goal.comparator != ">=" and goal.falls)
    return value <= goal.target + slack if falls else value >= goal.target - slack


def progress(value: Decimal, goal: Goal) -> Decimal:
    """Return the progress from 0 to 100 [%]: (value − base) / (target − base).

    Without a base a rising value begins at 0; a falling one has come as far as target / value.

    >>> progress(Decimal("62.3"), Goal("~", Decimal(52), Decimal(83)))  # 20.7 / 31
    Decimal('66.8')
    """
    if reached(value, goal):
        return WHOLE
    return min(NOT_YET, half_even(max(Fraction(0), _share(value, goal)) * 100, 1))


def _share(value: Decimal, goal: Goal) -> Fraction:
    """How far a value has come that has not arrived."""
    if goal.base is None or goal.base == goal.target:
        return _without_base(Fraction(value), Fraction(goal.target), falls=goal.falls)
    base, target = Fraction(goal.base), Fraction(goal.target)
    return (Fraction(value) - base) / (target - base)


def _without_base(value: Fraction, target: Fraction, *, falls: bool) -> Fraction:
    above, below = (target, value) if falls else (value, target)
    return above / below if below > 0 else Fraction(0)


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a whole: weight [% of the whole] and progress [%], None without data."""

    weight: Decimal
    progress: Decimal | None


def of_parts(portions: Sequence[Portion]) -> Decimal | None:
    """Return the weighted mean of parts; a part without data counts as 0, a whole without any data has none.

    >>> of_parts([Portion(Decimal(60), Decimal(50)), Portion(Decimal(40), None)])
    Decimal('30.0')
    """
    if not portions or all(one.progress is None for one in portions):
        return None
    weights = sum((Fraction(one.weight) for one in portions), Fraction(0))
    done = sum((Fraction(one.weight) * Fraction(one.progress or 0) for one in portions), Fraction(0))
    whole = all(one.progress is not None and one.progress >= 100 for one in portions)
    return WHOLE if whole else min(NOT_YET, half_even(done / weights, 1))


def check_weights(weights: Sequence[Decimal]) -> None:
    """Raise WorkflowError unless the weights of a whole's parts are positive and make exactly 100 %."""
    total = sum(weights, Decimal(0))
    if total != 100 or any(one <= 0 for one in weights):
        raise WorkflowError(
            Text(
                f"各部分权重须大于 0，合计须为 100%，现为 {total}%。",
                f"The weights of the parts must be above 0 and make 100 %, they make {total} %.",
            )
        )


def even_weights(count: int) -> list[Decimal]:
    """Return ``count`` weights as even as three decimals allow, which make exactly 100.

    >>> even_weights(3)
    [Decimal('33.334'), Decimal('33.333'), Decimal('33.333')]
    """
    each, over = divmod(100_000, count)
    return [Decimal(each + (place < over)).scaleb(-3) for place in range(count)]
