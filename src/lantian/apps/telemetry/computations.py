"""How figures of the air pages were computed (如何算出): formula in numbers, validity, rounding, edition, snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lantian.airquality.composite import CompositeRules
from lantian.airquality.evaluation import FactorEvaluation, PlaceEvaluation, Statistic
from lantian.airquality.percentile import position_of
from lantian.airquality.validity import PeriodValidity
from lantian.apps.telemetry.readings.hours import Hours
from lantian.apps.ui import formats
from lantian.apps.ui.components import Action, Computation, Step
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import half_even

SHORT_SHOWN = 1
"""Months that are named beside 无效; the popover names all."""


@dataclass(frozen=True)
class Source:
    """What a statistic was computed from.

    place: its name; series: what a value of the series is, in words. citation: the edition of HJ 663 and its clause.
    """

    place: str
    series: str
    first: date
    last: date
    citation: str
    snapshot: str
    links: Sequence[Action] = ()


def month_name(month: int) -> str:
    """Return a month in the reader's language: 2月, Feb."""
    english = (get_language() or "").startswith("en")
    return formats.MONTHS_EN[month - 1] if english else f"{month}月"


def short_months(validity: PeriodValidity, *, most: int | None = None) -> str:
    """Return the months with too few valid days, found / needed: ``2月 24/25``; blank where none is short."""
    pairs = list(zip(validity.short_months, validity.short_days, strict=True))
    named = _("、").join(f"{month_name(month)} {found}/{needed}" for (_year, month), (found, needed) in pairs[:most])
    if most is None or len(pairs) <= most:
        return named
    return _("%(named)s 等 %(n)d 个月") % {"named": named, "n": len(pairs), "rest": len(pairs) - most}


def why_invalid(validity: PeriodValidity, *, most: int | None = None) -> str:
    """Return why a period's statistic is not valid: days of the period, then months; blank where it is.

    most: name so many months only, and leave out the period's days, for a place that shows them already.
    """
    if validity.valid:
        return ""
    parts = []
    if validity.valid_days < validity.needed and most is None:
        parts.append(_("全期 %(n)d/%(needed)d") % {"n": validity.valid_days, "needed": validity.needed})
    if validity.short_months:
        parts.append(short_months(validity, most=most))
    return _("；").join(parts)


def statistic_computation(found: FactorEvaluation, kind: str, source: Source) -> Computation:
    """The mean or percentile of one item at one place."""
    statistic = found.mean if kind == "mean" else found.percentile
    limit = found.mean_limit if kind == "mean" else found.percentile_limit
    unit = found.factor.unit
    judged = f"{formats.number(limit)} {unit}" if limit is not None else _("无")
    return Computation(
        formula=_mean(found, statistic) if kind == "mean" else _percentile(found, statistic),
        steps=[
            Step(_("范围"), source.place),
            Step(_("时段"), f"{formats.day(source.first)} — {formats.day(source.last)}"),
            Step(_("有效性"), _validity(found.validity)),
            Step(_("限值"), judged),
        ],
        rounding=_("GB/T 8170 四舍六入五成双，只在末了修约一次"),
        edition=source.citation,
        rows=_("%(n)d 个%(series)s") % {"n": found.validity.valid_days, "series": source.series},
        snapshot=source.snapshot,
        links=source.links,
    )


def _mean(found: FactorEvaluation, statistic: Statistic | None) -> str:
    if statistic is None:
        return _("没有有效日均值")
    days = found.validity.valid_days
    total, exact = half_even(statistic.exact * days, 2), half_even(statistic.exact, 3)
    return f"{formats.number(total)} ÷ {days} = {formats.number(exact)} → {formats.number(statistic.rounded)}"


def _percentile(found: FactorEvaluation, statistic: Statistic | None) -> str:
    if statistic is None:
        return _("没有有效日均值")
    days, share = found.validity.valid_days, found.percentile_rank
    at = position_of(days, share)
    below = int(at)
    return _("k = 1 + (%(n)d − 1) × %(share)s = %(at)s；X(%(below)d) 与 X(%(next)d) 间内插 = %(exact)s → %(shown)s") % {
        "n": days,
        "share": formats.number(half_even(share, 2)),
        "at": formats.number(half_even(at, 2)),
        "below": below,
        "next": min(below + 1, days),
        "exact": formats.number(half_even(statistic.exact, 3)),
        "shown": formats.number(statistic.rounded),
    }


def _validity(validity: PeriodValidity) -> str:
    words = ngettext("有效 %(n)d 天，须 %(needed)d 天", "有效 %(n)d 天，须 %(needed)d 天", validity.valid_days) % {
        "n": validity.valid_days,
        "needed": validity.needed,
    }
    why = short_months(validity)
    if validity.valid:
        return _("%(words)s：有效") % {"words": words}
    return _("%(words)s：无效。%(why)s") % {"words": words, "why": _("天数不足的月：") + why if why else ""}


def composite_computation(place: PlaceEvaluation, rules: CompositeRules, source: Source) -> Computation:
    """The composite index of one place, with every statistic that stands in it."""
    parts, steps = [], []
    total = Fraction(0)
    for factor, term in rules.terms.items():
        found = place.factors[factor]
        statistic = found.percentile if term == "percentile" else found.mean
        if statistic is None:
            return Computation(formula=_("缺少 %(factor)s 的统计值，不计算") % {"factor": factor.value})
        limit = rules.limits[factor]
        parts.append(f"{formats.number(half_even(statistic.exact, 1 + (factor is Factor.CO)))}/{formats.number(limit)}")
        total += statistic.exact / Fraction(limit)
        steps.append(Step(f"{factor.value} {_term(found, term)}", _validity(found.validity)))
    return Computation(
        formula=f"{' + '.join(parts)} = {formats.number(half_even(total, rules.decimals))}",
        steps=[Step(_("范围"), source.place), *steps],
        rounding=_("各项用未修约的统计值，和只修约一次"),
        edition=source.citation,
        rows=source.series,
        snapshot=source.snapshot,
        links=source.links,
    )


def _term(found: FactorEvaluation, term: str) -> str:
    return f"P{round(found.percentile_rank * 100)}" if term == "percentile" else _("年均")


def hour_computation(now: Hours, edition: str, snapshot: str, links: Sequence[Action]) -> Computation:
    """The index of one station in the hour shown."""
    known = [item for item in now.items if item.mark.aqi is not None]
    listed = ", ".join(f"{item.factor.value} {item.mark.aqi}" for item in known)
    absent = [item.factor.value for item in now.items if item.value is None]
    steps = [
        Step(
            item.factor.value,
            _("%(value)s %(unit)s → 分指数 %(part)s")
            % {"value": formats.number(item.value), "unit": item.factor.unit, "part": formats.number(item.mark.aqi)},
        )
        for item in now.items
    ]
    return Computation(
        formula=f"max({listed}) = {formats.number(now.now.aqi)}" if known else _("没有有效的分指数"),
        steps=[*steps, Step(_("缺测"), _("、").join(absent) or _("无"))],
        rounding=_("浓度按 GB/T 8170 修约到整数（CO 一位小数），分指数进一取整"),
        edition=_("HJ 633-%(edition)s 实时报，1 小时均值（后标）") % {"edition": edition},
        rows=_("本点位 1 个小时，六项"),
        snapshot=snapshot,
        links=links,
    )
