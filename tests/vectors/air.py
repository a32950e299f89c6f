"""Answers of the index, limits and validity."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from lantian.airquality.daily import day_maximum
from lantian.airquality.index import DayIndex, daily_index, iaqi, round_concentration, sub_index
from lantian.airquality.reference_state import ReferenceState, from_ppb, particles_as_the_air_is, restate_gas
from lantian.airquality.validity import ValidityRules, YearMinimum
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import half_even
from tests.vectors.registry import Inputs, air, answers, day, exact, factor, vector_name

Header = Mapping[str, Any]
_DAILY = {"O3_8H": "O3_8H", "O3_1H": "O3_1H", "O3": "O3_8H"}
_UNTIL_2018, _FROM_2018 = day("2018-08-31"), day("2018-09-01")


def _item(name: str) -> str:
    """Read a daily item: SO2 is SO2_24H, O3 the daily maximum 8 h mean."""
    return name if name.endswith(("_1H", "_24H", "_8H")) else _DAILY.get(name, f"{name}_24H")


def _edition_of(inputs: Inputs, standard: str = "2026") -> Any:
    if "date" in inputs:
        return air().edition(day(inputs["date"]))
    return air().edition(str(inputs.get("edition", standard)))


def _iaqi(inputs: Inputs, edition: str) -> Mapping[str, Any]:
    scale = air().edition(edition).scale(inputs["item"])
    return {"iaqi": None if inputs["concentration"] is None else iaqi(inputs["concentration"], scale)}


@answers("aqi.iaqi.2012")
def iaqi_2012(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """A sub-index of the 2012 edition from a rounded concentration."""
    return _iaqi(inputs, "2012")


@answers("aqi.iaqi.2026")
def iaqi_2026(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """A sub-index of the 2026 edition from a rounded concentration."""
    return _iaqi(inputs, "2026")


@answers("aqi.iaqi.realtime_pm")
def iaqi_of_the_hour(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """A sub-index of the real-time report."""
    return _iaqi(inputs, _edition_of(inputs).name)


@answers("aqi.round_before_iaqi")
def rounded_first(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """The rounded concentration, then its sub-index."""
    scale = _edition_of(inputs).scale(inputs["item"])
    rounded = round_concentration(inputs["raw_concentration"], scale)
    return {"rounded": rounded, "iaqi": iaqi(rounded, scale)}


@answers("aqi.so2_o3_over_800")
def over_800(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """What is reported for SO2 1 h and O3 8 h above 800 µg/m³."""
    known = {name: value for name, value in inputs["concentrations"].items() if value is not None}
    item = next(name for name in ("SO2_1H", "O3_8H", *known) if name in known)
    source, found = sub_index(known, item, _edition_of(inputs))
    return {"iaqi": found, "from": source if found is not None else None}


def _day(concentrations: Mapping[str, Any], edition: Any) -> DayIndex:
    known = {_item(name): value for name, value in concentrations.items()}
    return daily_index(known, edition)


def _daily_name(found: Factor) -> str:
    return "O3_8H" if found is Factor.O3 else vector_name(found)


@answers("aqi.daily")
def daily(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """A day's index with level, primary and exceeding pollutants."""
    found = _day(inputs["concentrations"], _edition_of(inputs))
    category = found.category
    names = {_daily_name(f): part for f, part in found.iaqi.items()}
    return {
        "iaqi": {name: part for name, part in names.items() if part is not None or name in inputs["concentrations"]},
        "aqi": found.computed,
        "level": category.level if category else None,
        "category": category.name.zh if category else None,
        "primary": sorted(_daily_name(f) for f in found.primary),
        "exceed": sorted(_daily_name(f) for f in found.exceeding),
    }


@answers("aqi.edition_by_date")
def by_date(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """The edition of a day and its sub-index."""
    edition = _edition_of(inputs)
    return {"edition": edition.name, **_iaqi(inputs, edition.name)}


@answers("aqi.category")
def category(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Level and colour of an index."""
    found = _edition_of(inputs).category(int(inputs["aqi"]))
    return {
        "level": found.level,
        "category": found.name.zh,
        "colour": found.colour.zh,
        "rgb": list(found.rgb),
        "hex": found.hex,
        "cmyk": list(found.cmyk),
    }


@answers("aqi.publish_missing")
def with_missing(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """What may be published with items missing."""
    absent = set(inputs.get("missing", []))
    known = {name: value for name, value in inputs["concentrations"].items() if name not in absent}
    found = _day(known, _edition_of(inputs))
    return {"computed_aqi": found.computed, "published_aqi": "NA" if found.published is None else found.published}


@answers("rounding.gbt8170")
def rounding(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Half-even rounding."""
    return {"result": str(half_even(inputs["value"], int(inputs["decimals"])))}


@answers("gb3095.limit")
def limit(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """The limits of a day."""
    period = {"day": "24h", "daily": "24h", "hour": "1h", "annual": "year", "quarter": "season"}
    found = air().limit(
        factor(inputs["pollutant"]), period.get(str(inputs["period"]), str(inputs["period"])), day(inputs["date"])
    )
    return {"grade1": found.grade1, "grade2": found.grade2, "phase": found.phase}


def _states() -> dict[str, ReferenceState]:
    return {"273K": air().reference_state(_UNTIL_2018), "298.15K": air().reference_state(_FROM_2018)}


@answers("gb3095.reference_state")
def reference_state(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Concentrations at reference states."""
    if "ppb" in inputs:
        return {"ug_m3": from_ppb(inputs["gas"], inputs["ppb"], air().reference_state(day(inputs["date"])))}
    if "temp_c" in inputs:
        stated = air().reference_state(_UNTIL_2018)
        place = {"celsius": inputs["temp_c"], "kilopascal": inputs["pressure_kpa"]}
        return {"ug_m3_ambient": _hundredths(particles_as_the_air_is(inputs["ug_m3_std"], stated, **place))}
    before, after = (_states()[part.strip()] for part in inputs["convert"].split("->"))
    return {"ug_m3": _hundredths(restate_gas(inputs["ug_m3"], before, after))}


def _hundredths(value: Any) -> Decimal:
    return half_even(value, 2)


@answers("validity.gb3095")
def validity(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Whether a mean is valid."""
    return {"valid": _VALID[str(inputs["mean"]).lower()](inputs)}


def _valid_day(inputs: Inputs) -> bool:
    return _rules().day_is_valid(factor(inputs["pollutant"]), inputs["valid_hours"])


def _valid_maximum(inputs: Inputs) -> bool:
    windows = next(
        inputs[key] for key in ("valid_windows", "valid_8h_means", "windows", "valid_hours") if key in inputs
    )
    highest = next((inputs[key] for key in ("max_8h", "mda8", "max", "value") if inputs.get(key) is not None), None)
    above = highest is not None and exact(highest) > _rules().exceeding
    return bool(windows >= _rules().day_windows) or above or bool(inputs.get("exceeds_limit", False))


def _valid_month(inputs: Inputs) -> bool:
    return _rules().month_is_valid(int(inputs["month"]), int(inputs["valid_days"]))


def _valid_year(inputs: Inputs) -> bool:
    return _enough(inputs, _rules().year[factor(inputs.get("pollutant", "PM25"))])


def _valid_season(inputs: Inputs) -> bool:
    return _enough(inputs, _rules().season[factor(inputs.get("pollutant", "Pb"))])


def _enough(inputs: Inputs, minimum: YearMinimum) -> bool:
    """Judge by the fewest days of any month, as far as the vector tells them."""
    months = {
        "min_days_in_any_month": minimum.month_days,
        "min_days_in_any_non_february_month": minimum.month_days,
        "february_days": minimum.february_days,
        "days_in_february": minimum.february_days,
        "min_days_in_february": minimum.february_days,
    }
    short = any(key in inputs and inputs[key] < needed for key, needed in months.items())
    return bool(inputs["valid_days"] >= minimum.days) and not short


def _rules() -> ValidityRules:
    return air().validity(_UNTIL_2018)


_VALID: dict[str, Callable[[Inputs], bool]] = {
    "1h": lambda inputs: _rules().hour_is_valid(inputs["minutes"]),
    "8h": lambda inputs: _rules().window_is_valid(inputs["valid_hours"]),
    "24h": _valid_day,
    "mda8": _valid_maximum,
    "o3_mda8": _valid_maximum,
    "daily_max_8h": _valid_maximum,
    "max8h": _valid_maximum,
    "month": _valid_month,
    "year": _valid_year,
    "season": _valid_season,
    "quarter": _valid_season,
}


@answers("o3.mda8")
def mda8(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """The daily maximum 8-hour mean; the grade-2 limit comes from the pack unless the vector states another."""
    hours = [None if value is None else exact(value) for value in inputs["hourly_1_to_24"]]
    rules = _rules_with(inputs.get("limit"))
    found = day_maximum(hours, rules)
    return {
        "valid_8h_means": found.windows,
        "mda8_unrounded": None if found.mean is None else half_even(found.mean, 4),
        "mda8": str(half_even(found.mean, 0)) if found.mean is not None and found.valid else None,
        "valid": found.valid,
    }


def _rules_with(limit: Any) -> ValidityRules:
    return _rules() if limit is None else replace(_rules(), exceeding=Decimal(str(limit)))
