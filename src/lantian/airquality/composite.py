"""Composite index (环境空气质量综合指数): the sum of concentrations over their limits, in its variants."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Self

from lantian.airquality.errors import AirQualityError
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import Exact, half_even

Term = Literal["mean", "percentile", "larger"]
Rounding = Literal["sum", "single"]


@dataclass(frozen=True)
class CompositeRules:
    """A variant of the index.

    terms: what enters per factor: its ``mean`` or ``percentile`` against ``limits``, or the ``larger`` of mean /
    limits and percentile / day_limits (annex C).
    rounding: ``sum`` adds exact single indices and rounds once; ``single`` rounds each to single_decimals, then adds.
    """

    name: str
    terms: Mapping[Factor, Term]
    limits: Mapping[Factor, Decimal]
    day_limits: Mapping[Factor, Decimal]
    weights: Mapping[Factor, Decimal]
    decimals: int
    single_decimals: int
    rounding: Rounding

    def rounded(self, rounding: Rounding) -> Self:
        """Return the same variant with another rounding."""
        return replace(self, rounding=rounding)

    def with_limits(self, limits: Mapping[Factor, Decimal], weights: Mapping[Factor, Decimal] | None = None) -> Self:
        """Return the same variant against other limits, and with other weights if given."""
        return replace(self, limits=limits, weights=self.weights if weights is None else weights)


@dataclass(frozen=True)
class Composite:
    """single: exact single indices Iᵢ (without weight); exact: their weighted sum; index: rounded; largest: max Iᵢ."""

    single: Mapping[Factor, Fraction]
    exact: Fraction
    index: Decimal
    largest: Fraction


def composite_index(
    means: Mapping[Factor, Exact], percentiles: Mapping[Factor, Exact], rules: CompositeRules
) -> Composite:
    """Return the composite index of one place; smaller is better.

    means, percentiles: statistics by factor [µg/m³, CO mg/m³], unrounded where they are known. For the city ranking:
    means of SO2, NO2, PM10, PM2.5, the 95th percentile of CO, the 90th of O3; 6/60 + 42/40 + 78/70 + 51/35 + 1.7/4 +
    192/160 = 5.35. Raises AirQualityError when a statistic is not there.
    """
    single = {factor: _single(factor, means, percentiles, rules) for factor in rules.terms}
    exact = sum((Fraction(rules.weights[factor]) * value for factor, value in single.items()), Fraction(0))
    return Composite(single, exact, _index(single, exact, rules), max(single.values()))


def _index(single: Mapping[Factor, Fraction], exact: Fraction, rules: CompositeRules) -> Decimal:
    if rules.rounding == "sum":
        return half_even(exact, rules.decimals)
    rounded = (
        half_even(Fraction(rules.weights[factor]) * value, rules.single_decimals) for factor, value in single.items()
    )
    return half_even(sum(rounded, Decimal(0)), rules.decimals)


def _single(
    factor: Factor, means: Mapping[Factor, Exact], percentiles: Mapping[Factor, Exact], rules: CompositeRules
) -> Fraction:
    term = rules.terms[factor]
    if term == "mean":
        return _ratio(means, factor, rules.limits)
    if term == "percentile":
        return _ratio(percentiles, factor, rules.limits)
    return max(_ratio(means, factor, rules.limits), _ratio(percentiles, factor, rules.day_limits))


def _ratio(values: Mapping[Factor, Exact], factor: Factor, limits: Mapping[Factor, Decimal]) -> Fraction:
    if factor not in values:
        raise AirQualityError(
            Text(f"综合指数缺少 {factor} 的统计值。", f"The composite index lacks the statistic of {factor}.")
        )
    return Fraction(values[factor]) / Fraction(limits[factor])
