"""What sentences say of the air beside its figures (空气用语): primary pollutants, heavy days, what is too much."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from lantian.airquality.validity import PeriodValidity
from lantian.apps.assessment.reports.air import HEAVY, AirFigures, IndexDay
from lantian.apps.assessment.reports.target import target_figures
from lantian.kernel.factors import Factor
from lantian.kernel.instants import day_of
from lantian.kernel.periods import Period
from lantian.policy.bulletin_names import FACTORS
from lantian.policy.bulletins import period_words

MONTHS = 3
"""Months with too few days that a sentence names for each item."""


def air_words(figures: AirFigures) -> dict[str, str]:
    """Return what the names of the air stand for that are no figures; "" where there is nothing to say."""
    period, days = figures.period, figures.within(figures.spans[""])
    over, short = list(_over(figures)), list(_short(figures))
    judged = [one.compliant for one in figures.over(figures.spans["_ytd"]).factors.values()]
    dust = sorted(dust_days(figures, period))
    return {
        "air": "1" if figures.known else "",
        "no_air": "" if figures.known else "1",
        "points": figures.points,
        "points_count": str(len(figures.air.evaluated)),
        "period_last_year": period_words(Period(period.span, period.year - 1, period.number)),
        "period_previous": period_words(period.previous),
        "ytd": f"1—{period.last.month}月" if period.last.month > 1 else "1月",
        "primary": primary_words(days),
        "heavy": "、".join(_heavy(one) for one in days if one.level >= HEAVY),
        "over": "、".join(over),
        "within": "1" if judged and all(one is True for one in judged) else "",
        "short": "、".join(short),
        "dust_days": str(len(dust)) if dust else "",
        "dust": "、".join(dict.fromkeys(one.reference for one in figures.air.dust if one.reference)) if dust else "",
        "standard": figures.standard,
        **{one.key: one.text for one in target_figures(figures)},
    }


def primary_words(days: tuple[IndexDay, ...]) -> str:
    """Return which pollutants were primary on how many days, the most frequent first; ties count for each."""
    counts = Counter(factor for one in days for factor in one.primary)
    ordered = sorted(counts.items(), key=lambda one: (-one[1], list(Factor).index(one[0])))
    return "、".join(f"{factor.value} {count}天" for factor, count in ordered)


def _heavy(one: IndexDay) -> str:
    primary = "、".join(factor.value for factor in one.primary)
    return f"{one.day.month}月{one.day.day}日（AQI {one.index}，{primary}）"


def _over(figures: AirFigures) -> Iterator[str]:
    """Name the items of the year to date above their limits, by how much the mean is, else the percentile."""
    for name in FACTORS:
        found = figures.factor(name, "_ytd")
        multiple = found.percentile_multiple if found.mean_multiple is None else found.mean_multiple
        if found.compliant is False and multiple is not None:
            yield f"{found.factor.value}（超标{multiple}倍）"


def _short(figures: AirFigures) -> Iterator[str]:
    for name in FACTORS:
        found = figures.factor(name)
        if not found.validity.valid:
            yield f"{found.factor.value}（{_lacking(found.validity)}）"


def _lacking(validity: PeriodValidity) -> str:
    """Say which months have too few valid days, or that the whole has."""
    months = [
        f"{month}月{found}天，应不少于{needed}天"
        for (_, month), (found, needed) in zip(validity.short_months, validity.short_days, strict=True)
    ]
    if not months:
        return f"{validity.valid_days}天，应不少于{validity.needed}天"
    return "；".join(months[:MONTHS]) + (f"；等{len(months)}个月" if len(months) > MONTHS else "")


def dust_days(figures: AirFigures, period: Period) -> set[date]:
    """Return the days of a period that official decisions touch."""
    found: set[date] = set()
    for one in figures.air.dust:
        found |= {day for day in _touched(one.first, one.last) if period.first <= day <= period.last}
    return found


def _touched(first: datetime, last: datetime) -> Iterator[date]:
    day = day_of(first)
    while day <= day_of(last):
        yield day
        day += timedelta(days=1)
