"""``lantian air``: daily indices and annual evaluation of a file or of the lake (空气质量日报与年度评价)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
import numpy as np

from lantian.airquality.daily import day_grid
from lantian.airquality.evaluation import EvaluationRules, FactorEvaluation, PlaceEvaluation, Statistic, evaluate
from lantian.airquality.grid import HOURS, MICRO, DayGrid, HourGrid
from lantian.airquality.index import Edition
from lantian.airquality.index_arrays import NONE, daily_index_grid
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.instants import day_of
from lantian.kernel.plurals import counted
from lantian.kernel.rounding import half_even
from lantian.lake import Lake
from lantian.lake.imports import ImportFileError, layout, layout_names, read_hours, with_label
from lantian.policy.air import AirRules, air_rules
from lantian.policy.reader import load_pack
from lantian.project.cli import language
from lantian.project.config import Config

BY_DATE = "by-date"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _shared(function: Any) -> Any:
    """The options that both commands take."""
    for option in (
        click.argument("file", type=_FILE, required=False),
        click.option("--layout", type=click.Choice(layout_names()), help="How the file is laid out."),
        click.option("--label", type=click.Choice(["start", "end"]), help="Whether hh:00 names the start or the end."),
        click.option("--from-lake", is_flag=True, help="Read the lake instead of a file; stations are point ids."),
        click.option("--stations", help="Only these, separated by commas."),
        click.option("--edition", type=click.Choice(["2012", "2026", BY_DATE]), default=BY_DATE, show_default=True),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
    ):
        function = option(function)
    return function


@click.group(help="Daily indices and annual evaluation (空气质量).")
def command() -> None:
    """Group of the air commands."""


@command.command("daily")
@_shared
def daily(**chosen: Any) -> None:
    """Print index, primary pollutant and validity of every station-day."""
    rules, hours = _rules(), _hours(chosen)
    rows = [row for part in _parts(hours, rules, chosen["edition"]) for row in _daily_rows(part)]
    rows.sort(key=lambda row: (hours.stations.index(row["station"]), row["date"]))
    if chosen["as_json"]:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        primary = ",".join(row["primary"]) or "—"
        click.echo(f"{row['station']}  {row['date']}  AQI {row['aqi'] or 'NA'}  {row['category'] or '—'}  {primary}")


@command.command("evaluate")
@_shared
@click.option("--year", required=True, type=int)
def evaluate_(year: int, **chosen: Any) -> None:
    """Print the HJ 663 statistics of a year per station and for their area."""
    rules, hours = _rules(), _hours(chosen)
    bound = _evaluation_rules(rules, chosen["edition"], year)
    found = evaluate(day_grid(hours, bound.validity), year, bound)
    document = {
        "year": year,
        "edition": rules.edition(date(year, 12, 31)).name if chosen["edition"] == BY_DATE else chosen["edition"],
        "evaluation": f"HJ 663-{found.edition}",
        "limits": found.phase,
        "stations": [{"station": place.place, **_place(place)} for place in found.stations],
        "area": {"stations": list(hours.stations), **_place(found.area)},
    }
    if chosen["as_json"]:
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    for name, place in [*((one.place, one) for one in found.stations), ("∑", found.area)]:
        for factor, one in place.factors.items():
            click.echo(
                f"{name}  {factor.value:<5} {_text(one.mean) or '—':>6} P{float(one.percentile_rank) * 100:g} "
                f"{_text(one.percentile) or '—':>6}  {one.validity.valid_days} d  {_mark(one.validity.valid)}"
            )


def _mark(valid: bool) -> str:
    return Text("有效" if valid else "无效", "valid" if valid else "not valid").in_language(language())


def _rules() -> AirRules:
    return air_rules(load_pack(Config.from_environment().pack))


def _hours(chosen: Mapping[str, Any]) -> HourGrid:
    if bool(chosen["file"]) == chosen["from_lake"]:
        raise click.UsageError("give either FILE or --from-lake")
    if chosen["from_lake"]:
        grid = _lake_hours()
    elif chosen["layout"] is None:
        raise click.UsageError("FILE needs --layout")
    else:
        found = read_hours(chosen["file"], with_label(layout(chosen["layout"]), chosen["label"]), datetime.now(UTC))
        grid = found.grid
        if found.rejects.rows:
            said = Text(f"拒绝 {found.rejects.rows} 行", f"{counted(found.rejects.rows, 'row')} rejected")
            click.echo(said.in_language(language()), err=True)
    return _only(grid, chosen["stations"])


def _lake_hours() -> HourGrid:
    lake = Lake(Config.from_environment().lake_url)
    rows = lake.coverage().to_pylist()
    if not rows:
        raise ImportFileError("数据湖是空的，请先导入数据。", "The lake is empty; import data first.")
    first, last = min(row["first"] for row in rows), max(row["last"] for row in rows)
    return lake.hour_grid(first=day_of(first), last=day_of(last), points=[row["point"] for row in rows])


def _only(grid: HourGrid, stations: str | None) -> HourGrid:
    if stations is None:
        return grid
    names = tuple(name.strip() for name in stations.split(",") if name.strip())
    unknown = [name for name in names if name not in grid.stations]
    if unknown or not names:
        listed, known = ", ".join(unknown), ", ".join(grid.stations[:40])
        raise ImportFileError(f"没有站点 {listed}；有：{known}。", f"There is no station {listed}; there are {known}.")
    return replace(grid, stations=names, micro=grid.micro[[grid.stations.index(name) for name in names]])


@dataclass(frozen=True)
class _Part:
    """The hours of days that one edition judges."""

    hours: HourGrid
    days: DayGrid
    edition: Edition


def _parts(hours: HourGrid, rules: AirRules, edition: str) -> Iterator[_Part]:
    if edition != BY_DATE:
        chosen = rules.edition(edition)
        yield _Part(hours, day_grid(hours, rules.validity(_typical_day(chosen))), chosen)
        return
    for one in rules.editions:
        first = max(one.valid_from or hours.first_day, hours.first_day)
        last = min(one.valid_to or hours.last_day, hours.last_day)
        if first <= last:
            low, high = (first - hours.first_day).days * HOURS, ((last - hours.first_day).days + 1) * HOURS
            part = replace(hours, first_day=first, micro=hours.micro[:, :, low:high])
            yield _Part(part, day_grid(part, rules.validity(last)), one)


def _typical_day(edition: Edition) -> date:
    """A day on which an edition is in force, to choose the other rules of its time."""
    found = edition.valid_to if edition.valid_from is None else edition.valid_from
    assert found is not None
    return found


def _daily_rows(part: _Part) -> Iterator[dict[str, Any]]:
    ozone = part.hours.factor(Factor.O3).reshape(len(part.hours.stations), part.hours.days, HOURS)
    index = daily_index_grid(part.days, part.edition, others={"O3_1H": ozone.max(axis=2)})
    present = np.argwhere((part.days.count > 0).any(axis=1))
    for station, day in present.tolist():
        computed, published = int(index.computed[station, day]), int(index.published[station, day])
        yield {
            "station": part.days.stations[station],
            "date": (part.days.first_day + timedelta(days=day)).isoformat(),
            "edition": part.edition.name,
            "aqi": None if published == NONE else published,
            "aqi_computed": None if computed == NONE else computed,
            "category": None if published == NONE else part.edition.category(published).name.zh,
            "primary": [] if published == NONE else [f.value for f in index.primary_of(station, day)],
            "iaqi": {
                factor.value: int(index.iaqi[station, at, day])
                for at, factor in enumerate(index.factors)
                if index.iaqi[station, at, day] != NONE
            },
            **_cells(part.days, station, day),
        }


def _cells(days: DayGrid, station: int, day: int) -> dict[str, Any]:
    concentration, hours, valid = {}, {}, {}
    for at, factor in enumerate(days.factors):
        count = int(days.count[station, at, day])
        valid[factor.value] = bool(days.valid[station, at, day])
        hours[factor.value] = int(days.hours[station, at, day])
        if count:
            mean = Fraction(int(days.total[station, at, day]), count * MICRO)
            concentration[factor.value] = str(half_even(mean, 1 if factor is Factor.CO else 0))
    return {"concentration": concentration, "hours": hours, "valid": valid}


def _evaluation_rules(rules: AirRules, edition: str, year: int) -> EvaluationRules:
    if edition == BY_DATE:
        return rules.evaluation(date(year, 12, 31))
    day = _typical_day(rules.edition(edition))
    limits = replace(rules.limits(day), valid_from=None, valid_to=None)
    return replace(rules.evaluation(day), limits=(limits,))


def _place(place: PlaceEvaluation) -> dict[str, Any]:
    return {"compliant": place.compliant, "factors": {f.value: _factor(one) for f, one in place.factors.items()}}


def _factor(one: FactorEvaluation) -> dict[str, Any]:
    return {
        "mean": _text(one.mean),
        "mean_exact": _exact(one.mean),
        "percentile": _text(one.percentile),
        "percentile_exact": _exact(one.percentile),
        "percentile_rank": round(one.percentile_rank * 100),
        "valid_days": one.validity.valid_days,
        "compliance": _text(one.compliance_rate),
        "compliant_days": one.compliant_days,
        "compliant": one.compliant,
        "mean_limit": None if one.mean_limit is None else str(one.mean_limit),
        "percentile_limit": None if one.percentile_limit is None else str(one.percentile_limit),
        "valid": one.validity.valid,
        "short_months": [f"{year}-{month:02}" for year, month in one.validity.short_months],
    }


def _text(statistic: Statistic | None) -> str | None:
    return None if statistic is None else str(statistic.rounded)


def _exact(statistic: Statistic | None) -> str | None:
    if statistic is None:
        return None
    with localcontext() as context:
        context.prec = 30
        return format(Decimal(statistic.exact.numerator) / Decimal(statistic.exact.denominator), "f")
