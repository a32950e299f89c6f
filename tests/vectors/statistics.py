"""Answers of evaluation, composite index, rankings, trend and area means."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from lantian.airquality.composite import CompositeRules, composite_index
from lantian.airquality.evaluation import compliance_rate, exceedance_multiple
from lantian.airquality.percentile import percentile
from lantian.airquality.ranking import change_rate
from lantian.airquality.spatial import area_mean
from lantian.airquality.trend import TREND_TEXT, trend
from lantian.kernel.ranks import competition_ranks
from lantian.kernel.rounding import half_even
from tests.vectors.registry import Inputs, air, answers, day, exact, factor, factors, vector_name

Header = Mapping[str, Any]
_2013 = day("2019-12-31")


@answers("hj663.percentile")
def percentiles(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """A percentile and its position."""
    found = percentile([exact(value) for value in inputs["values"] if value is not None], exact(inputs["p"]))
    return {"k": _plain(found.position), "percentile": _plain(found.value)}


def _plain(value: Fraction) -> Any:
    """The decimal text where the fraction ends, which it always does here; else the fraction."""
    scaled = value * 10**12
    return half_even(value, 12) if scaled.denominator == 1 else value


@answers("hj663.exceed_and_rate")
def exceedance(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """An exceedance multiple or a compliance rate."""
    rules = air().evaluation(_2013)
    if "concentration" in inputs:
        found = exceedance_multiple(inputs["concentration"], inputs["limit"], rules.multiple_decimals)
        return {"multiple": found}
    rate = compliance_rate(int(inputs["compliant"]), int(inputs["valid"]), rules.rate_decimals)
    return {"rate_percent": rate.rounded if rate else None}


def _composite(inputs: Inputs, variant: str) -> CompositeRules:
    rules = air().composite(variant)
    limits = {**rules.limits, **factors(inputs.get("limits", {}))}
    weights = {**rules.weights, **factors(inputs.get("weights", {}))}
    return rules.with_limits(limits, weights)


@answers("composite.ranking")
def ranking_index(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """The composite index of the city ranking."""
    values = factors(inputs["concentrations"])
    found = composite_index(values, values, _composite(inputs, "ranking"))
    return {"index": found.index, "unrounded": found.exact}


@answers("composite.published")
def published_index(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Both roundings of the composite index; which one a bulletin printed is the bulletin's matter."""
    values, rules = factors(inputs["concentrations"]), _composite(inputs, "ranking")
    together = composite_index(values, values, rules.rounded("sum")).index
    single = composite_index(values, values, rules.rounded("single")).index
    return {"sum_then_round": together, "round_single": single, "published": inputs.get("published")}


@answers("composite.annexC")
def annex_c(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """The composite index of annex C."""
    rules = _composite(inputs, "annex-c")
    found = composite_index(factors(inputs["annual"]), factors(inputs["percentile"]), rules)
    single = {vector_name(name): half_even(value, rules.single_decimals) for name, value in found.single.items()}
    return {"single": single, "imax": half_even(found.largest, rules.decimals), "isum": found.index}


@answers("composite.weighted2026")
def weighted(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """The weighted composite index."""
    values = factors(inputs["concentrations"])
    return {"index": composite_index(values, values, _composite(inputs, "weighted")).index}


@answers("ranking.competition")
def competition(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Competition ranks."""
    return {"ranks": competition_ranks(inputs["values"], largest_first=inputs.get("order", "asc") == "desc")}


@answers("change_rate")
def change(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """A change rate."""
    return {"percent": half_even(change_rate(inputs["current"], inputs["base"]), air().change().decimals)}


@answers("trend.spearman")
def spearman(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """A trend and its critical values."""
    values = inputs["years_ascending_values"]
    found = trend(values, air().trend())
    strict = air().trend("spearman-strict").critical_value(len(values))
    return {
        "rs": found.rounded,
        "critical_0.05": found.critical,
        "critical_0.01": strict,
        "trend": TREND_TEXT[found.direction].zh,
    }


@answers("spatial.city_mean")
def city_mean(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """An area's mean where enough stations are valid."""
    rules = air().evaluation(_2013)
    values = [exact(value) for value in inputs["valid_station_values"] if value is not None]
    found = area_mean(values, int(inputs["total_stations"]), rules)
    decimals = rules.decimals[factor(inputs.get("pollutant", "PM25"))]
    printed = half_even(found.mean, decimals) if found.valid and found.mean is not None else None
    return {"valid": found.valid, "mean": printed}
