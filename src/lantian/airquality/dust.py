"""Construction dust (扬尘): judging sites by four local standards, coarse particles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.airquality.errors import AirQualityError
from lantian.kernel.errors import Text
from lantian.kernel.rounding import Exact, half_even


@dataclass(frozen=True)
class CountLimit:
    """At most ``allowed`` values a day may lie above ``above``."""

    above: Decimal
    allowed: int


@dataclass(frozen=True)
class SiteRules:
    """How one standard judges a site.

    cases: the limit by stage of work or kind of area; counts: limits on how often a value is passed in a day;
    background: whether the same hour's mean of the county is subtracted first.
    """

    standard: str
    cases: Mapping[str, Decimal]
    counts: tuple[CountLimit, ...]
    background: bool


@dataclass(frozen=True)
class SiteVerdict:
    """exceedances: how many values pass each count limit, in order of the rules; compliant: none too often."""

    exceedances: tuple[int, ...]
    compliant: bool


def judge_value(value: Exact, case: str, rules: SiteRules) -> bool:
    """Tell whether one mean keeps the limit of its stage or area: it is not above it."""
    if case not in rules.cases:
        known = ", ".join(sorted(rules.cases))
        raise AirQualityError(
            Text(
                f"{rules.standard} 没有“{case}”，可用：{known}。", f"{rules.standard} has no {case!r}; it has: {known}."
            )
        )
    return Fraction(value) <= rules.cases[case]


def judge_day(
    values: Sequence[Exact | None], rules: SiteRules, background: Sequence[Exact | None] | None = None
) -> SiteVerdict:
    """Judge a day's means of a site by counts; hours without value or background are left out.

    DB13/2934-2019: hourly PM10 minus the county's mean of the same hour above 80 µg/m³ counts once, at most 2 a day.
    """
    exact = _excess(values, background) if rules.background else [Fraction(v) for v in values if v is not None]
    found = tuple(sum(value > limit.above for value in exact) for limit in rules.counts)
    within = all(count <= limit.allowed for count, limit in zip(found, rules.counts, strict=True))
    return SiteVerdict(found, within)


def _excess(values: Sequence[Exact | None], background: Sequence[Exact | None] | None) -> list[Fraction]:
    if background is None or len(background) != len(values):
        found = 0 if background is None else len(background)
        raise AirQualityError(
            Text(
                f"背景值有 {found} 个，应与工地的 {len(values)} 个小时值一一对应。",
                f"The background values are {found}; expected one for each of the site's hours, {len(values)}.",
            )
        )
    pairs = zip(values, background, strict=True)
    return [Fraction(value) - Fraction(behind) for value, behind in pairs if value is not None and behind is not None]


@dataclass(frozen=True)
class Coarse:
    """coarse: PM10 − PM2.5 [µg/m³], None when inverted; share: PM2.5 / PM10, None when PM10 is 0."""

    coarse: Fraction | None
    share: Fraction | None
    inverted: bool


def coarse(pm10: Exact, pm25: Exact) -> Coarse:
    """Return coarse particles (粗颗粒物) and the fine share; PM2.5 above PM10 is a data fault (倒挂)."""
    whole, fine = Fraction(pm10), Fraction(pm25)
    inverted = fine > whole
    return Coarse(None if inverted else whole - fine, fine / whole if whole else None, inverted)


def share_text(share: Fraction | None, decimals: int) -> str | None:
    """Return a share as printed."""
    return None if share is None else str(half_even(share, decimals))
