"""Limits, backgrounds, counts, ratios and plant states, with numbers worked by hand from the standards."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from lantian.analysis.detection.rules import (
    AboveBackground,
    Allowance,
    Background,
    DailyCount,
    Exceedance,
    Gate,
    NeighbourRatio,
    OperatingState,
    RateOfChange,
)
from tests.analysis.district import (
    HUMIDITY,
    NOW,
    NOX,
    OXYGEN,
    PM10,
    SPEED,
    TSP,
    District,
    found,
    places,
    rule,
)


def test_an_hour_above_the_limit_is_found_with_its_period_peak_and_reason() -> None:
    district = District()
    district.add("a", hours=[100, 160, 182])
    district.add("b", hours=[100, 150, 140])
    [finding] = found(rule(Exceedance("1h", 150)), district.window())
    assert (finding.subject, finding.peak, finding.limit, finding.holds) == ("r:a:a34002", 182, 150, True)
    assert (finding.start, finding.end) == (NOW - timedelta(hours=2), NOW)
    assert finding.peak_at == NOW - timedelta(hours=1)
    first, duration = finding.conditions
    assert (first.label.zh, first.found.zh, first.limit.en) == (
        "PM10 小时均值",
        "182 µg/m³（06-03 11:00）",
        "> 150 µg/m³",
    )
    assert (duration.found.en, duration.holds) == ("2 h", True)


def test_an_exceedance_ends_at_the_off_limit_and_is_told_while_the_window_shows_it() -> None:
    district = District()
    district.add("a", hours=[100, 160, 145, 130])
    [finding] = found(rule(Exceedance("1h", 150, off_share=0.9)), district.window())
    assert (finding.holds, finding.end) == (False, NOW - timedelta(hours=1))
    district.rows[0] = {"hours": [160, 130, 130, 130, 130, 130]}
    assert found(rule(Exceedance("1h", 150)), district.window()) == []


def test_an_active_alarm_lasts_between_the_limits() -> None:
    district = District(hours=4)
    district.add("a", hours=140)
    judged = rule(Exceedance("1h", 150, off_share=0.9))
    assert found(judged, district.window()) == []
    [finding] = found(judged, district.window(active=frozenset({"r:a:a34002"})))
    assert (finding.holds, finding.peak) == (True, 140)


@pytest.mark.parametrize(("stage", "places_found"), [("earthwork", []), ("structure", ["a"]), ("", []), ("x", [])])
def test_the_limit_of_a_site_follows_its_stage_by_db61_1078(stage: str, places_found: list[str]) -> None:
    district = District()
    district.add("a", TSP, hours=[750], details={"stage": stage})
    judged = Exceedance("1h", cases={"earthwork": 800, "structure": 700}, default_case="earthwork")
    assert places(found(rule(judged, channel=TSP), district.window())) == places_found


def test_five_minute_means_are_aligned_to_the_clock_and_need_three_quarters_of_their_minutes() -> None:
    district = District(minutes=12)
    district.add("full", TSP, minutes=[100, 100, *[900] * 10])
    district.add("gaps", TSP, minutes=[100, 100, *[900, 900, np.nan, np.nan, np.nan] * 2])
    district.add("slow", TSP, minutes=[100, 100, *[900, *[np.nan] * 4] * 2], interval_s=300)
    judged = rule(Exceedance("5min", 800), channel=TSP, minimum=10)
    results = found(judged, district.window())
    assert places(results) == ["full", "slow"]
    assert results[0].start == NOW - timedelta(minutes=10)


def test_quarters_come_from_the_lake_where_given_else_from_the_minutes() -> None:
    district = District(minutes=30)
    district.add("a", TSP, minutes=900)
    judged = rule(Exceedance("15min", 800), channel=TSP)
    assert places(found(judged, district.window())) == ["a"]
    district.rows[0] = {"minutes": 900, "quarters": [700, 700]}
    assert found(judged, district.window()) == []


def test_a_value_below_a_limit_can_be_the_exceedance() -> None:
    district = District()
    district.add("v", "urea_percent", "heavy-diesel", minutes=2, point="")
    district.add("v", "engine_rpm", "heavy-diesel", minutes=900, point="")
    judged = Exceedance("1min", 3, side="below", gates=(Gate("engine_rpm", above=600),))
    [finding] = found(rule(judged, "heavy-diesel", channel="urea_percent"), district.window())
    assert (finding.subject, finding.peak) == ("r:v-d:urea_percent", 2)
    assert [(row.label.en, row.limit.en) for row in finding.conditions[1:2]] == [("engine_rpm", "> 600 µg/m³")]


def test_a_gate_without_a_value_keeps_the_rule_silent() -> None:
    district = District()
    district.add("a", NOX, "stack", minutes=300)
    judged = Exceedance("1min", 150, gates=(Gate(SPEED, above=3, below=40),))
    assert found(rule(judged, "stack", channel=NOX), district.window()) == []
    district.add("a", SPEED, "stack", minutes=10)
    [finding] = found(rule(judged, "stack", channel=NOX), district.window())
    assert finding.conditions[1].limit.en == "> 3 µg/m³ < 40 µg/m³"


def test_waste_gas_is_converted_to_the_reference_oxygen_before_it_is_judged() -> None:
    """HJ 75: C·(21 - 9)/(21 - 11) = 1.2 C; 130 → 156 mg/m³ against a limit of 150."""
    district = District()
    own = {"limits": {NOX: 150}, "reference_oxygen": 9}
    district.add("a", NOX, "stack", hours=[130], details=own)
    district.add("a", OXYGEN, "stack", hours=[11])
    district.add("air", NOX, "stack", hours=[130], details=own)
    district.add("air", OXYGEN, "stack", hours=[21])
    district.add("free", NOX, "stack", hours=[900])
    district.add("odd", NOX, "stack", hours=[900], details={"limits": {NOX: True}})
    [finding] = found(rule(Exceedance("1h", own=True, oxygen=True), "stack", channel=NOX), district.window())
    assert (finding.point, round(finding.peak, 6)) == ("a", 156)
    assert finding.conditions[1].found.en == "9 %"


def stations(district: District, *hours: float, humidity: float = 50) -> None:
    for number, value in enumerate(hours):
        district.add(f"s{number}", PM10, "station", hours=[value])
        district.add(f"s{number}", HUMIDITY, "station", hours=[humidity])


def test_a_site_is_judged_by_its_difference_from_the_background() -> None:
    """DB13/2934-2019: 190 less the county mean of 100 is 90, above 80; 180 less 100 is not."""
    district = District()
    stations(district, 80, 120)
    district.add("a", hours=[190])
    district.add("b", hours=[180])
    judged = rule(AboveBackground("1h", 80, Background(statistic="mean")))
    [finding] = found(judged, district.window())
    assert (finding.point, finding.peak) == ("a", 90)
    assert [row.found.en.split(" (")[0] for row in finding.conditions[:3]] == ["190 µg/m³", "100 µg/m³", "90 µg/m³"]


def test_without_a_usable_background_no_site_is_judged() -> None:
    judged = rule(AboveBackground("1h", 80))
    humid, bare = District(), District()
    stations(humid, 100, humidity=95)
    humid.add("a", hours=[400])
    bare.add("a", hours=[400])
    assert found(judged, humid.window()) == []
    assert found(judged, bare.window()) == []
    dusty = District()
    stations(dusty, 100)
    dusty.add("a", hours=[400])
    assert places(found(judged, dusty.window())) == ["a"]
    span = (NOW - timedelta(days=1), NOW)
    assert found(judged, dusty.window(sand_dust=(span,))) == []


def test_a_limit_with_contribution_spares_a_site_in_polluted_air() -> None:
    district = District()
    stations(district, 200)
    district.add("a", hours=[260])
    district.add("b", hours=[330])
    judged = Exceedance("1h", 150, contribution=80, contribution_share=0.6)
    [finding] = found(rule(judged), district.window())
    assert (finding.point, finding.conditions[1].found.en, finding.conditions[1].limit.en) == (
        "b",
        "130 µg/m³",
        "≥ 120 µg/m³",
    )
    alone = District()
    alone.add("a", hours=[160])
    assert places(found(rule(judged), alone.window())) == ["a"]


def test_hebei_allows_two_hours_a_day_above_the_background_by_80() -> None:
    district = District()
    district.add("s", PM10, "station", hours=[100] * 24)
    district.add("a", hours=[100] * 20 + [190, 190, 100, 190])
    district.add("b", hours=[100] * 20 + [190, 190, 100, 100])
    district.add("y", hours=[190] * 12 + [100] * 12)
    judged = rule(DailyCount("1h", (Allowance(80, 2),), Background()))
    [finding] = found(judged, district.window())
    assert (finding.point, finding.peak, finding.limit, finding.unit) == ("a", 3, 2, "1")
    assert finding.start == NOW - timedelta(hours=1)


def test_of_several_allowances_the_first_that_is_used_up_is_told() -> None:
    district = District()
    district.add("a", TSP, quarters=[2100, 2100, *[1100] * 6])
    judged = DailyCount("15min", (Allowance(2000, 1), Allowance(1000, 6)))
    [finding] = found(rule(judged, channel=TSP), district.window())
    assert (finding.peak, finding.limit) == (2, 1)


def test_a_site_at_half_as_much_again_as_the_nearest_station_for_two_hours() -> None:
    district = District()
    district.add("near", PM10, "station", hours=100, north=1)
    district.add("far", PM10, "station", hours=10, north=5)
    district.add("a", hours=[100, 100, 151, 160])
    district.add("b", hours=[100, 100, 100, 160])
    district.add("lost", hours=500, north=90)
    district.add("nowhere", hours=500, latitude=float("nan"))
    judged = rule(NeighbourRatio("1h", 1.5, 10, ("station",)), minimum=120)
    [finding] = found(judged, district.window())
    assert (finding.point, finding.peak, finding.evidence["neighbours"]) == ("a", 1.6, ["near"])
    district.add("even-nearer", PM10, "station", hours=140, north=0.5)
    assert found(judged, district.window()) == []


def test_a_rise_within_minutes_is_found_once_the_value_is_high() -> None:
    district = District(minutes=60)
    district.add("a", minutes=[*[50] * 40, *[180] * 20])
    district.add("low", minutes=[*[10] * 40, *[100] * 20])
    [finding] = found(rule(RateOfChange(75, 30, floor=115)), district.window())
    assert (finding.point, finding.peak) == ("a", 130)


STOPPED = OperatingState("emitting-while-stopped", 20, (Gate(SPEED, below=1),))


def test_emission_of_a_stopped_plant_is_found_by_its_gas_speed() -> None:
    district = District()
    for place, speed in (("a", 0), ("b", 10)):
        district.add(place, NOX, "stack", minutes=50)
        district.add(place, SPEED, "stack", minutes=speed)
    [finding] = found(rule(STOPPED, "stack", channel=NOX, minimum=30), district.window())
    assert (finding.point, finding.conditions[1].found.en) == ("a", "0 µg/m³")


def test_values_under_the_flag_stopped_are_found_and_end_with_the_flag() -> None:
    district = District()
    district.add("a", NOX, "stack", minutes=50, flags="F" * 60)
    district.add("b", NOX, "stack", minutes=50, flags="F" * 60 + "N" * 60)
    district.add("c", NOX, "stack", minutes=5, flags="F" * 60)
    results = found(rule(STOPPED, "stack", channel=NOX, minimum=30, clear=30), district.window())
    assert [(each.point, each.holds) for each in results] == [("a", True), ("b", False)]
    assert results[0].conditions[1].found.en == "F (stopped)"


def test_a_plant_that_runs_without_emission_is_found() -> None:
    district = District()
    district.add("a", NOX, "stack", minutes=0)
    district.add("a", SPEED, "stack", minutes=10)
    district.add("b", NOX, "stack", minutes=0)
    district.add("b", SPEED, "stack", minutes=0)
    judged = OperatingState("silent-while-running", 0.0, (Gate(SPEED, above=3),))
    assert places(found(rule(judged, "stack", channel=NOX, minimum=60), district.window())) == ["a"]


def test_a_kind_that_no_point_has_finds_nothing() -> None:
    assert found(rule(Exceedance("1h", 150), "voc"), District().window()) == []
    judged = replace(rule(NeighbourRatio("1h", 1.5, 10, ("station",))), kinds=("dust",))
    district = District()
    district.add("a", hours=300)
    assert found(judged, district.window()) == []
