"""Where the year's target stands at the end of a period (目标进度): the mean to date and what is left for the rest."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np

from lantian.airquality.spatial import area_series
from lantian.airquality.target import Target as AnnualTarget
from lantian.airquality.target import TargetPosition, target_position
from lantian.apps.assessment.reports.air import AirFigures
from lantian.apps.assessment.reports.printed import Printed, plain
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.policy.records_plan import Target


def target_of(targets: Sequence[Target], year: int) -> Target | None:
    """Return the annual-mean target of a year, else the nearest later one, which is being worked for."""
    known = [one for one in targets if one.statistic == "annual_mean" and one.value is not None and one.year >= year]
    return min(known, key=lambda one: one.year, default=None)


def target_figures(figures: AirFigures) -> Iterator[Printed]:
    """Return the figures of the target; nothing where the pack has none for the year or there is no valid day."""
    target = target_of(figures.rules.pack.all(Target), figures.period.year)
    if target is None or target.value is None:
        return
    position = _position(figures, target, target.value)
    if position.to_date is None:
        return
    yield from _told(figures, target, position)


def _position(figures: AirFigures, target: Target, value: Decimal) -> TargetPosition:
    year, last = figures.period.year, figures.period.last
    rules = figures.rules.target(last)
    grid = figures.counted.between(date(year, 1, 1), last)
    wanted = AnnualTarget(Factor(target.factor), year, value)
    series = area_series(grid, rules.evaluation, figures.air.area)
    return target_position(series, wanted, last, rules, np.random.default_rng(0))


def _told(figures: AirFigures, target: Target, position: TargetPosition) -> Iterator[Printed]:
    unit, basis = str(target.unit or ""), target.citation
    source = figures.figures["pm25_ytd"].source
    value, days, left = position.target.value, position.validity.valid_days, position.remaining_days
    assert position.to_date is not None

    def made(key: str, zh: str, en: str, text: str, exact: Fraction | None, how: Text, of: str = unit) -> Printed:
        return Printed(key, Text(zh, en), text, exact, of, how, source, basis)

    given, mean = Text("计划所定", "set by the plan"), position.to_date
    yield made("target", "年度目标", "target of the year", str(value), Fraction(value), given)
    yield made("target_year", "目标年份", "year of the target", str(target.year), Fraction(target.year), given, "")
    how = f"{plain(mean.exact * days)} ÷ {days} = {plain(mean.exact)}"
    yield made("target_to_date", "累计均值", "mean to date", str(mean.rounded), mean.exact, Text(how, how))
    yield made(
        "target_left", "余下天数", "days left", str(left), Fraction(left), Text("至年末", "to the year's end"), "天"
    )
    yes = Text("与目标相比", "against the target")
    if position.allowed is None:
        state = "target_met" if mean.rounded <= value else "target_missed"
        yield made(state, "年度结果", "result of the year", "1", None, yes, "")
        return
    allowed = position.allowed
    formula = f"({value} × ({days} + {left}) − {plain(mean.exact * days)}) ÷ {left} = {plain(allowed.exact)}"
    shown = str(allowed.rounded)
    yield made("target_allowed", "余下各日允许均值", "mean left", shown, allowed.exact, Text(formula, formula))
    state = "target_kept" if allowed.exact >= 0 else "target_lost"
    yield made(state, "目标能否达到", "whether it can be met", "1", None, yes, "")
