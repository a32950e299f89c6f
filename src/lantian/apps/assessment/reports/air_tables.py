"""Tables of the air (空气数据表): items, stations, levels, days and months, each cell a figure that can be followed."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from lantian.airquality.evaluation import FactorEvaluation
from lantian.airquality.period import Period as Days
from lantian.apps.assessment.reports.air import GOOD, HEAVY, PERCENTILES, AirFigures, IndexDay
from lantian.apps.assessment.reports.facts import Station
from lantian.apps.assessment.reports.printed import NOTHING, Cell, Printed, Row, difference, percent_change
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.plurals import counted
from lantian.kernel.rounding import half_even
from lantian.policy.bulletin_names import FACTORS, LEVELS

ITEMS = {
    Factor.CO: "CO（第95百分位）",
    Factor.O3: "O3（日最大8小时第90百分位）",
}
"""How items are called whose percentile is told."""


def factor_rows(figures: AirFigures) -> Iterator[Row]:
    """One row an item: the period, the same days a year before, the period before, the year to date, the limit."""
    for name in FACTORS:
        now, found = figures.figures, figures.factor(name)
        to_date = figures.factor(name, "_ytd")
        limit, multiple = _judged(to_date)
        yield {
            "name": ITEMS.get(found.factor, found.factor.value),
            "unit": found.factor.unit,
            "value": now[name],
            "last_year": now[f"{name}_last_year"],
            "change": percent_change(now[name], now[f"{name}_last_year"], f"{name}_change"),
            "previous": now[f"{name}_previous"],
            "previous_change": percent_change(now[name], now[f"{name}_previous"], f"{name}_previous_change"),
            "ytd": now[f"{name}_ytd"],
            "ytd_last_year": now[f"{name}_ytd_last_year"],
            "ytd_change": percent_change(now[f"{name}_ytd"], now[f"{name}_ytd_last_year"], f"{name}_ytd_change"),
            "limit": _text(limit),
            "multiple": _text(multiple),
            "valid_days": f"{found.validity.valid_days}/{found.days}",
            "verdict": _verdict(to_date),
            "percentile": _percentile(figures, name, to_date),
            "percentile_limit": _text(to_date.percentile_limit),
        }


def _judged(found: FactorEvaluation) -> tuple[Decimal | None, Decimal | None]:
    if found.factor in PERCENTILES:
        return found.percentile_limit, found.percentile_multiple
    return found.mean_limit, found.mean_multiple


def _percentile(figures: AirFigures, name: str, found: FactorEvaluation) -> Cell:
    if found.percentile is None:
        return NOTHING
    rank = half_even(found.percentile_rank * 100, 0)
    label = Text(f"{found.factor.value} 年初至期末第{rank}百分位", f"{found.factor.value}, {rank}th percentile to date")
    how = Text(f"{found.validity.valid_days} 个有效日评价值", f"{counted(found.validity.valid_days, 'valid day')}")
    decimals = figures.evaluation.published_decimals[found.factor]
    text = str(half_even(found.percentile.exact, decimals))
    source = figures.figures[f"{name}_ytd"].source
    return Printed(
        f"{name}_percentile", label, text, found.percentile.exact, found.factor.unit, how, source, figures.basis
    )


def _verdict(found: FactorEvaluation) -> str:
    if found.compliant is None:
        return NOTHING
    return "达标" if found.compliant else "超标"


def _text(number: Decimal | None) -> str:
    return NOTHING if number is None else str(number)


def station_rows(figures: AirFigures) -> Iterator[Row]:
    """One row a station, then the district."""
    for station in figures.air.stations:
        place, days = figures.of_stations[station.id], figures.station_days(station)
        source = Text(
            f"{station.zh} 逐日均值；数据湖 {figures.air.lake}", f"daily means of {station.en}; lake {figures.air.lake}"
        )
        row: Row = {"name": station.zh, "note": "" if station.evaluated else "不参评"}
        for name, factor in FACTORS.items():
            label = Text(f"{station.zh} {factor}", f"{station.en}, {factor}")
            row[name] = figures.statistic(place.factors[Factor(factor)], _key(station, name), label, source)
        label = Text(f"{station.zh}综合指数", f"{station.en}, composite index")
        row["composite"] = figures.composite(place, _key(station, "composite"), label, source)
        yield row | _day_counts(figures, days, station, source)
    names = (*FACTORS, "composite", "good_days", "valid_days")
    yield {"name": figures.air.zh, "note": "评价点平均", **{name: figures.figures[name] for name in names}}


def _key(station: Station, name: str) -> str:
    return f"station_{station.id}_{name}"


def _day_counts(figures: AirFigures, days: tuple[IndexDay, ...], station: Station, source: Text) -> Row:
    valid = [one for one in days if one.index is not None]
    good = sum(one.level <= GOOD for one in valid)

    def count(name: str, zh: str, en: str, number: int) -> Printed:
        exact, text = (Fraction(number), str(number)) if valid else (None, "")
        label, how = Text(f"{station.zh}{zh}", f"{station.en}, {en}"), Text("逐日指数计数", "days counted")
        return Printed(_key(station, name), label, text, exact, "天", how, source, figures.index_basis)

    return {
        "good_days": count("good_days", "优良天数", "good days", good),
        "valid_days": count("valid_days", "有效天数", "valid days", len(valid)),
    }


def level_rows(figures: AirFigures) -> Iterator[Row]:
    """One row a level of the index."""
    now, categories = figures.figures, {one.level: one for one in figures.edition.categories}
    for level in LEVELS:
        name, category = f"days_level{level}", categories[level]
        yield {
            "name": f"{category.name.zh}（{level}级）",
            "range": f"{category.low}—{category.high}" if level < LEVELS[-1] else f"＞{category.low - 1}",
            "days": now[name],
            "last_year": now[f"{name}_last_year"],
            "change": difference(now[name], now[f"{name}_last_year"], f"{name}_change"),
            "ytd": now[f"{name}_ytd"],
            "ytd_last_year": now[f"{name}_ytd_last_year"],
            "ytd_change": difference(now[f"{name}_ytd"], now[f"{name}_ytd_last_year"], f"{name}_ytd_change"),
        }


def day_rows(figures: AirFigures, *, heavy: bool = False) -> Iterator[Row]:
    """One row a day of the period; heavy: heavily polluted days alone."""
    for one in figures.within(figures.spans[""]):
        if heavy and one.level < HEAVY:
            continue
        row: Row = {
            "day": f"{one.day.month}月{one.day.day}日",
            "index": _index(figures, one),
            "level": one.name or "无效",
            "primary": "、".join(factor.value for factor in one.primary) or NOTHING,
        }
        yield row | {name: _daily(figures, one, name) for name in FACTORS}


def _index(figures: AirFigures, one: IndexDay) -> Cell:
    if one.index is None:
        return NOTHING
    label, how = Text(f"{one.day} AQI", f"AQI of {one.day}"), Text("分指数最大值", "largest sub-index")
    key = f"day_{one.day:%Y%m%d}_index"
    return Printed(
        key, label, str(one.index), Fraction(one.index), "", how, _day_source(figures, one), figures.index_basis
    )


def _daily(figures: AirFigures, one: IndexDay, name: str) -> Cell:
    factor = Factor(FACTORS[name])
    value = figures.value(factor, one.day)
    if value is None:
        return NOTHING
    label = Text(f"{one.day} {factor.value}", f"{factor.value} on {one.day}")
    text = str(half_even(value, 1 if factor is Factor.CO else 0))
    how = Text("各评价点有效日均值的平均", "mean of the stations' valid daily means")
    key = f"day_{one.day:%Y%m%d}_{name}"
    return Printed(key, label, text, value, factor.unit, how, _day_source(figures, one), figures.basis)


def _day_source(figures: AirFigures, one: IndexDay) -> Text:
    return Text(
        f"{figures.points} {one.day}；数据湖 {figures.air.lake}", f"stations on {one.day}; lake {figures.air.lake}"
    )


def month_rows(figures: AirFigures) -> Iterator[Row]:
    """One row a month of the period."""
    for year, month in figures.spans[""].months:
        days = Days.of_months(year, month, month)
        place = figures.over(days)
        found = [one for one in figures.within(days) if one.index is not None]
        source = Text(f"{figures.points} {year}年{month}月逐日均值", f"daily means of {year}-{month:02}")
        stem = f"month_{year}{month:02}"
        row: Row = {"name": f"{month}月"}
        for name, factor in FACTORS.items():
            label = Text(f"{year}年{month}月 {factor}", f"{factor}, {year}-{month:02}")
            row[name] = figures.statistic(place.factors[Factor(factor)], f"{stem}_{name}", label, source)
        counts = {
            "good_days": sum(one.level <= GOOD for one in found),
            "heavy_days": sum(one.level >= HEAVY for one in found),
            "valid_days": len(found),
        }
        for name, number in counts.items():
            label = Text(f"{year}年{month}月{name}", f"{name}, {year}-{month:02}")
            how, basis = Text("逐日指数计数", "days counted"), figures.index_basis
            row[name] = Printed(f"{stem}_{name}", label, str(number), Fraction(number), "天", how, source, basis)
        yield row


def months_so_far(figures: AirFigures, name: str) -> tuple[list[float | None], list[float | None]]:
    """Return an item's monthly values of the year to the period's end, and of the year before, for a chart."""
    year = figures.period.year
    return _months(figures, name, year, figures.period.last.month), _months(figures, name, year - 1, 12)


def _months(figures: AirFigures, name: str, year: int, last: int) -> list[float | None]:
    factor = Factor(FACTORS[name])
    found: list[float | None] = []
    for month in range(1, last + 1):
        place = figures.over(Days.of_months(year, month, month)).factors[factor]
        statistic = place.percentile if factor in PERCENTILES else place.mean
        found.append(None if statistic is None else float(statistic.exact))
    return found
