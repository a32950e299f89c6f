"""Results of tests against limits (检测结果判定), compared as rounded values (修约值比较法, GB/T 8170-2008 4.3.3)."""

from dataclasses import dataclass
from decimal import Decimal

from lantian.kernel.rounding import half_even


@dataclass(frozen=True)
class Judged:
    """A result as it is compared. rounded: to the decimals with which the limit is written. passed: within limits."""

    rounded: Decimal
    passed: bool


def judge(value: Decimal, low: Decimal | None, high: Decimal | None) -> Judged:
    """Judge a result against its limits, both of which belong to what is allowed.

    >>> judge(Decimal("10.5"), None, Decimal("10")).passed, judge(Decimal("10.6"), None, Decimal("10")).passed
    (True, False)
    """
    decimals = max(_decimals(limit) for limit in (low, high) if limit is not None)
    rounded = half_even(value, decimals)
    return Judged(rounded, (low is None or rounded >= low) and (high is None or rounded <= high))


def _decimals(limit: Decimal) -> int:
    return max(0, -int(limit.as_tuple().exponent))


def limit_text(low: Decimal | None, high: Decimal | None) -> str:
    """Return limits as they are printed.

    >>> limit_text(None, Decimal("10.000")), limit_text(Decimal("31.8"), Decimal("33.2"))
    ('≤ 10', '31.8–33.2')
    """
    said = [f"{one.normalize():f}" if one is not None else "" for one in (low, high)]
    if low is not None and high is not None:
        return f"{said[0]}–{said[1]}"
    return f"≥ {said[0]}" if low is not None else f"≤ {said[1]}"
