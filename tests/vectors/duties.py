"""Answers of alerts, dust, vehicles, stack gas, procedure and the hotline."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from lantian.airquality.cems import (
    Counts,
    Stack,
    at_reference_oxygen,
    at_standard_state,
    capture,
    dry,
    dry_standard_flow,
    emission_rate,
    from_ppm,
    nox_as_no2,
    transmission_rate,
)
from lantian.airquality.dust import coarse, judge_day, judge_value, share_text
from lantian.airquality.errors import AirQualityError
from lantian.airquality.vehicles import (
    MachineTest,
    Passage,
    SmokeResult,
    diesel_failures,
    judge_machine,
    remote_sensing_fails,
)
from lantian.kernel.calendar import LegalCalendar
from lantian.kernel.rounding import half_even
from lantian.reductions.alert import alert_level
from lantian.reductions.road_dust import Road, paved_road_factor
from lantian.reductions.shares import reduction_shares
from lantian.workflow.fines import daily_fine, late_surcharge, summary_allowed
from lantian.workflow.floors import Complaints, general_units, three_rates, units_to_inspect
from tests.vectors.registry import Inputs, air, answers, day, duty, exact

Header = Mapping[str, Any]
_STAGES = {
    "foundation_treatment": "ground_treatment",
    "ground": "ground_treatment",
    "fitting-out": "finishing",
    "fitting_out": "finishing",
    "fitout": "finishing",
    "decoration": "finishing",
}
_HOTLINE = {
    "emergencies": "emergency",
    "utilities": "utility",
    "extreme weather": "extreme_weather",
    "extreme-weather": "extreme_weather",
}


@answers("alert.level")
def level(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """The strictest level reached."""
    return {"level": alert_level(inputs["daily_aqi"], duty().alert(inputs["edition"]))}


@answers("alert.reduction")
def reduction(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Reduction shares and floors."""
    amounts = inputs["base_t_per_day"], inputs["reduction_t_per_day"]
    found = reduction_shares(inputs["level"], *amounts, duty().floors())
    return {
        "share_percent": found.printed,
        "meets_each_floor": found.meets_each,
        "meets_with_so2_nox_swap": found.meets_with_exchange,
    }


@answers("dust.site_judgement")
def site(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Whether a site keeps its standard."""
    rules = duty().site(inputs["standard"])
    if rules.cases:
        case = next(str(inputs[key]) for key in ("stage", "area") if key in inputs)
        value = next(value for key, value in inputs.items() if key.startswith("tsp"))
        return {"compliant": judge_value(value, _STAGES.get(case, case), rules)}
    series = [value for key, value in inputs.items() if isinstance(value, list) and "county" not in key]
    county = next((value for key, value in inputs.items() if "county" in key), None)
    verdict = judge_day(series[0], rules, county)
    by_limit = {f"count_above_{limit.above}": n for limit, n in zip(rules.counts, verdict.exceedances, strict=True)}
    return {"exceed_count": verdict.exceedances[0], "compliant": verdict.compliant, **by_limit}


@answers("dust.coarse")
def coarse_part(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Coarse particles and the fine share."""
    found = coarse(inputs["pm10"], inputs["pm25"])
    return {
        "coarse": found.coarse,
        "pm25_to_pm10": share_text(found.share, 2),
        "flag_inverted": found.inverted,
    }


@answers("dust.paved_road_ef")
def paved_road(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """The emission factor of a paved road."""
    road = Road(Decimal(inputs["sL"]), Decimal(inputs["W"]), Decimal(inputs.get("eta", 0)))
    size = str({"PM25": "PM2.5"}.get(inputs["size"], inputs["size"]))
    return {"ef_g_per_vkt": paved_road_factor(size, road, duty().paved_road())}


@answers("vehicle.gb3847")
def diesel(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """A diesel smoke test."""
    test = {"free_acceleration": "free", "lug-down": "lugdown", "lug_down": "lugdown"}
    limit = duty().smoke(str(test.get(inputs["test"], inputs["test"])), inputs["limit"])
    measured = {key: inputs.get(key) for key in ("k", "nox", "ringelmann", "power_ratio")}
    return {"pass": not diesel_failures(SmokeResult(**measured), limit)}


@answers("nrmm.gb36886")
def machine(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """A machine's smoke test."""
    test = MachineTest(
        power_kw=inputs["power_kw"],
        k=inputs.get("k"),
        ringelmann=inputs.get("ringelmann"),
        altitude_m=inputs.get("altitude_m", inputs.get("altitude")),
        smoke_seen=bool(inputs.get("visible_smoke", False)),
    )
    found = judge_machine(test, duty().machine(inputs["class"]))
    return {"limit": found.limit, "pass": found.passed}


@answers("vehicle.remote_sensing")
def remote_sensing(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Whether passages fail a vehicle."""
    passages = [Passage(day(event["date"]), event["pollutant"], event["exceed"]) for event in inputs["events"]]
    return {"fail": remote_sensing_fails(passages, duty().remote_sensing())}


@answers("cems.oxygen_conversion")
def oxygen(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """A concentration at reference oxygen."""
    try:
        found = at_reference_oxygen(inputs["c_mg_m3"], oxygen=inputs["o2_meas"], reference=inputs["o2_ref"])
    except AirQualityError:
        return {"error": "o2_meas must be < 21"}
    return {"converted": half_even(found, 2)}


def _stack(inputs: Inputs) -> Stack:
    return Stack(inputs["ba_pa"], inputs["ps_pa"], inputs["ts_c"], inputs.get("xsw", 0))


@answers("cems.standard_state")
def standard_state(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """One of the four conversions."""
    return {"value": _CONVERSIONS[inputs["kind"]](inputs)}


def _dry(inputs: Inputs) -> Any:
    moisture = next(inputs[key] for key in ("xsw", "xsw_percent", "moisture") if key in inputs)
    return dry(next(inputs[key] for key in ("c", "c_wet", "c_mg_m3") if key in inputs), moisture)


_CONVERSIONS: dict[str, Callable[[Inputs], Any]] = {
    "state": lambda inputs: at_standard_state(inputs["c"], _stack(inputs)),
    "dry": _dry,
    "wet": _dry,
    "wet_dry": _dry,
    "wet_to_dry": _dry,
    "moisture": _dry,
    "ppm": lambda inputs: from_ppm(inputs["gas"], inputs["ppm"]),
    "nox": lambda inputs: nox_as_no2(inputs["no_mg"], inputs["no2_mg"]),
}


@answers("cems.flow_and_mass")
def flow_and_mass(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Dry standard flow and emission rate."""
    flow = dry_standard_flow(inputs["area_m2"], inputs["v_m_s"], _stack(inputs))
    return {"q_nm3_h": flow, "kg_h": emission_rate(inputs["c_mg_m3"], flow)}


@answers("cems.validity")
def cems_validity(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Valid hour, day or quarter of stack data."""
    rules = duty().cems()
    if inputs["kind"] == "hour":
        return {"valid": rules.hour_is_valid(inputs["minutes"])}
    if inputs["kind"] == "day":
        return {"valid": rules.day_is_valid(inputs["hours"])}
    found = capture(int(inputs["valid_hours"]), int(inputs["hours"]), int(inputs.get("stop_hours", 0)), rules)
    return {"rate_percent": found.percent, "ok": found.enough}


@answers("cems.flags")
def flags(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """An instrument flag."""
    found = duty().flag(inputs["flag"])
    return {"meaning": found.zh, "usable": found.usable}


@answers("cems.transmission")
def transmission(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """The effective transmission rate."""
    received, valid = (Counts(int(inputs[a]), int(inputs[b])) for a, b in (("received", "due"), ("valid", "valid_due")))
    rate = transmission_rate(received, valid)
    return {"percent": None if rate is None else half_even(rate, 2)}


@answers("admin.daily_fine")
def fine_by_day(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """A continuous daily fine."""
    found = inputs["recheck_found"]
    checks = [day(text) for text in ([found] if isinstance(found, str) else found)]
    limit = duty().fines().recheck_days
    fine = daily_fine(day(inputs["order_served"]), checks, Decimal(inputs["original_fine"]), limit)
    return {"days": fine.days, "fine": fine.amount, "recheck_within_30_days": fine.within_limit}


@answers("admin.deadline")
def deadline(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """A period on the calendar that the group gives, or on the pack's."""
    given = inputs.get("calendar", header.get("calendar"))
    calendar = air().calendar
    if given is not None:
        holidays, worked = ([day(text) for text in given.get(key, [])] for key in ("holidays", "make_up_workdays"))
        calendar = LegalCalendar.of(holidays, worked)
    roll = bool(inputs.get("roll", True))
    return {"due": calendar.due(day(inputs["start"]), int(inputs["n"]), inputs["unit"], roll=roll).isoformat()}


@answers("admin.late_fine")
def late_fine(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """The surcharge for late payment."""
    rate = duty().fines().late_percent
    return {"surcharge": late_surcharge(Decimal(inputs["fine"]), int(inputs["days_late"]), rate)}


@answers("admin.summary_procedure")
def summary(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Whether a fine may be imposed on the spot."""
    known = {"organization": "organisation", "org": "organisation"}
    subject = str(known.get(inputs["subject"], inputs["subject"]))
    return {"allowed": summary_allowed(subject, Decimal(inputs.get("fine", 0)), duty().fines().summary)}


@answers("admin.random_inspection")
def random_inspection(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Floors of random inspection."""
    rules = duty().inspection()
    if "inspectors" in inputs:
        return {"general_units_per_year_min": general_units(int(inputs["inspectors"]), rules.general_units_each)}
    percent = rules.key_percent[inputs["level"]]
    return {"min_per_quarter": units_to_inspect(int(inputs["key_units"]), percent)}


@answers("hotline.12345")
def hotline(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """Dispatch and feedback times."""
    found = duty().hotline(str(_HOTLINE.get(inputs["class"], inputs["class"])))
    return {"dispatch": found.dispatch, "feedback": found.feedback}


@answers("admin.three_rates")
def rates(inputs: Inputs, header: Header) -> Mapping[str, Any]:
    """The three rates."""
    counts = (int(exact(inputs[key])) for key in ("total", "answered", "solved", "satisfied"))
    found = three_rates(Complaints(*counts), duty().rates().decimals)
    return {"response": found.response, "solve": found.solution, "satisfy": found.satisfaction}
