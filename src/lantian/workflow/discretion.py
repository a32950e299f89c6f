"""Discretion in fines (自由裁量): an amount inside the law's band, by factors each of which is decided and recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lantian.kernel.errors import Text
from lantian.workflow.errors import WorkflowError


class DiscretionError(WorkflowError):
    """A factor without a choice, a choice that it does not have, or an amount outside the band."""


@dataclass(frozen=True, slots=True)
class Band:
    """The least and the most that the law allows (处罚幅度) [yuan]; both are allowed."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        """Refuse a band that is upside down."""
        if not 0 <= self.low <= self.high:
            raise DiscretionError(
                Text(f"处罚幅度 {self.low}–{self.high} 不成立。", f"{self.low}–{self.high} is no band.")
            )


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of discretion (裁量因素). weight: beside the others; choices: how far up the band each leads [%]."""

    id: str
    weight: int
    choices: Mapping[str, int]


def weighed(band: Band, factors: Sequence[Factor], chosen: Mapping[str, str], unit: Decimal) -> Decimal:
    """Return the amount [yuan] to which the choices lead: low + (high − low) × Σ(weight × %) / Σweight.

    It is rounded down to whole units, but never below the band. A band of 10 000 to 100 000 yuan, a factor of weight 3
    at 50 % and one of weight 1 at 0 %: 37.5 %, 43 750 yuan, in units of 1 000 yuan 43 000.
    """
    share = sum(factor.weight * _percent(factor, chosen) for factor in factors)
    whole = 100 * sum(factor.weight for factor in factors)
    raw = band.low + (band.high - band.low) * share / whole if whole else band.low
    return max(band.low, raw // unit * unit)


def _percent(factor: Factor, chosen: Mapping[str, str]) -> int:
    found = factor.choices.get(chosen.get(factor.id, ""))
    if found is None:
        allowed = ", ".join(factor.choices)
        raise DiscretionError(
            Text(
                f"裁量因素 {factor.id} 未选定，可选：{allowed}。",
                f"Factor {factor.id} is not decided; it has: {allowed}.",
            )
        )
    return found


def inside(amount: Decimal, band: Band) -> Decimal:
    """Return an amount [yuan] that lies in the band; raises DiscretionError for one outside."""
    if not band.low <= amount <= band.high:
        raise DiscretionError(
            Text(
                f"罚款 {amount} 元不在法定幅度 {band.low}–{band.high} 元之内。",
                f"A fine of {amount} yuan lies outside the law's {band.low}–{band.high} yuan.",
            )
        )
    return amount
