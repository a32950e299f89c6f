"""Doubts about an instrument: what is frozen, clipped, out of order, out of line, drifting, stepped or sprinkled."""

import math
from datetime import timedelta

import numpy as np
import pytest

from lantian.analysis.detection.instruments import theil_sen
from lantian.analysis.detection.rules import (
    Clipped,
    Drift,
    Frozen,
    Gate,
    NeighbourOutlier,
    Ordering,
    OxygenStep,
    Sprinkling,
)
from tests.analysis.district import (
    HUMIDITY,
    NOW,
    OXYGEN,
    PM10,
    PM25,
    SPEED,
    TEMPERATURE,
    District,
    found,
    noisy,
    places,
    rule,
)

FROZEN = rule(Frozen(45, above=3))


def test_a_value_that_does_not_move_is_frozen_from_its_first_minute() -> None:
    district = District()
    district.add("a", minutes=[*noisy(1, 130), *[61] * 50])
    district.add("b", minutes=noisy(2, 180))
    district.add("short", minutes=[*noisy(3, 140), *[61] * 40])
    [finding] = found(FROZEN, district.window())
    assert (finding.point, finding.start, finding.peak, finding.holds) == ("a", NOW - timedelta(minutes=50), 61, True)
    assert [row.found.en for row in finding.conditions] == ["61 µg/m³", "50 min"]


def test_a_coarse_instrument_in_clean_air_repeats_itself_and_is_not_frozen() -> None:
    district = District()
    often_equal = np.where(np.arange(180) % 30 == 0, 5, 4)
    district.add("a", minutes=[*often_equal[:130], *[4] * 50])
    assert found(FROZEN, district.window()) == []


def test_missing_minutes_neither_break_nor_make_a_run() -> None:
    district = District()
    run = np.full(50, 61.0)
    run[10:20] = np.nan
    district.add("a", minutes=[*noisy(1, 130), *run])
    district.add("gap", minutes=[*noisy(1, 130), *[np.nan] * 50])
    district.add("never")
    district.add("one", minutes=[np.nan, 60])
    assert places(found(FROZEN, district.window())) == ["a"]


def test_small_values_and_plants_at_rest_are_not_judged() -> None:
    district = District()
    for place, speed in (("runs", 10.0), ("rests", 0.0)):
        district.add(place, OXYGEN, "stack", minutes=[*noisy(1, 100, 9, 2), *[20.9] * 80], decimals=1)
        district.add(place, SPEED, "stack", minutes=speed)
    district.add("zero", minutes=[*noisy(1, 100), *[0] * 80])
    gated = rule(Frozen(60, 0.5, gates=(Gate(SPEED, above=1),)), "stack", channel=OXYGEN)
    [finding] = found(gated, district.window())
    assert (finding.point, finding.conditions[1].label.en) == ("runs", SPEED)
    assert found(FROZEN, district.window()) == []


CLIPPED = rule(Clipped(last_minutes=90, minutes=20, count=18, share=0.2, above=20))


def test_many_values_at_one_maximum_are_clipped() -> None:
    district = District()
    natural = noisy(1, 180)
    district.add("a", minutes=np.minimum(natural, 62))
    district.add("b", minutes=natural)
    [finding] = found(CLIPPED, district.window())
    assert (finding.point, finding.peak, finding.limit) == ("a", 62, 62)
    assert "values of 62 µg/m³" in finding.conditions[0].found.en


def test_quiet_air_that_shows_few_values_is_not_clipped() -> None:
    district = District()
    district.add("a", minutes=np.tile([34, 35, 35, 36, 36, 35], 30))
    assert found(CLIPPED, district.window()) == []


def test_values_at_the_end_of_the_range_are_clipped() -> None:
    district = District()
    district.add("a", minutes=[*noisy(1, 150), *[5000] * 30], high=5000.0)
    district.add("steady", minutes=61)
    [finding] = found(CLIPPED, district.window())
    assert (finding.point, finding.limit, finding.conditions[0].limit.en) == ("a", 5000, "range 5000 µg/m³")


def test_fine_particles_above_coarse_ones_are_out_of_order() -> None:
    district = District()
    for place, fine in (("a", 80), ("b", 62)):
        district.add(place, PM25, minutes=fine)
        district.add(place, PM10, minutes=60)
    district.add("alone", PM25, minutes=500)
    judged = rule(Ordering(PM10, share=0.1, difference=5), channel=PM25, minimum=60)
    [finding] = found(judged, district.window())
    assert (finding.point, finding.peak, finding.conditions[0].limit.en) == ("a", 14, f"{PM10} 60 µg/m³")


def test_a_point_out_of_line_with_its_neighbours_is_found_on_either_side() -> None:
    district = District()
    for number in range(6):
        district.add(f"n{number}", PM25, "micro", hours=60 + number, north=number / 10)
    district.add("high", PM25, "micro", hours=200, north=0.2)
    district.add("low", PM25, "micro", hours=[60] * 22 + [5, 5], north=0.3)
    district.add("far", PM25, "micro", hours=500, north=50)
    judged = rule(NeighbourOutlier("1h", 5, 6, 5, floor=8), "micro", channel=PM25, minimum=120)
    results = found(judged, district.window())
    assert [(each.point, each.unit, each.holds) for each in results] == [("high", "1", True), ("low", "1", True)]
    assert results[0].peak == pytest.approx((200 - 62) / 9.3, rel=0.05)


def test_the_slope_of_a_line_is_exact_and_a_jump_of_one_day_does_not_move_it() -> None:
    line = 0.01 * np.arange(15.0)
    broken = line.copy()
    broken[7] = 3
    slope, error = theil_sen(np.stack([line, broken, np.full(15, np.nan)]))
    assert slope[0] == pytest.approx(0.01)
    assert slope[1] == pytest.approx(0.01, abs=1e-9)
    assert error[1] < 1e-9
    assert math.isnan(slope[2])


DRIFT = rule(Drift(21, 0.1, 4.0, 4, 10, 14), "micro", channel=PM25)


def test_a_gain_that_moves_by_a_percent_a_day_is_found_and_named_with_its_neighbours() -> None:
    district = District(days=21)
    scatter = np.random.default_rng(5).normal(1, 0.01, (5, 21))
    for number in range(5):
        gain = np.exp(0.01 * np.arange(21)) if number == 0 else 1.0
        district.add(f"m{number}", PM25, "micro", days=60 * scatter[number] * gain, north=number / 5)
    [finding] = found(DRIFT, district.window())
    assert (finding.point, finding.unit, finding.limit) == ("m0", "%", 10)
    assert finding.peak == pytest.approx(23.4, abs=3)
    assert finding.conditions[1].found.en == "m1, m2, m3, m4"


def test_drift_needs_days_and_neighbours() -> None:
    district = District()
    district.add("m", PM25, "micro", minutes=60)
    assert found(DRIFT, district.window()) == []
    district = District(days=21)
    district.add("m", PM25, "micro", days=np.arange(21.0))
    assert found(DRIFT, district.window()) == []


STEP = rule(OxygenStep(1.2, 90, 20, (SPEED, TEMPERATURE), 0.08), "stack", channel=OXYGEN, minimum=10)


def test_oxygen_that_steps_alone_is_a_lead_and_with_the_load_it_is_not() -> None:
    district = District()
    for place, after in (("alone", 12), ("load", 8)):
        district.add(place, OXYGEN, "stack", minutes=[*[10] * 140, *[8] * 40])
        district.add(place, SPEED, "stack", minutes=[*[12] * 140, *[after] * 40])
        district.add(place, TEMPERATURE, "stack", minutes=120)
    district.add("blind", OXYGEN, "stack", minutes=[*[10] * 140, *[8] * 40])
    [finding] = found(STEP, district.window())
    assert (finding.point, finding.peak) == ("alone", 2)
    assert finding.conditions[0].found.en == "-2 µg/m³"


SPRINKLING = rule(Sprinkling(8, 0.25, 60, 15, 3, 10, ("station",)), "station", minimum=5)


def station(district: District, place: str, north: float, drop: float, rise: float, fine: float = 0.9) -> None:
    for factor, before, after in ((PM10, 100, 100 * drop), (PM25, 50, 50 * fine), (HUMIDITY, 50, 50 + rise)):
        district.add(place, factor, "station", minutes=[*[before] * 150, *[after] * 30], north=north)


def test_water_at_one_station_is_a_lead_and_a_shower_over_all_is_not() -> None:
    district = District()
    station(district, "wet", 0, 0.6, 14)
    for number in range(3):
        station(district, f"dry{number}", 1 + number, 1.0, 0)
    [finding] = found(SPRINKLING, district.window())
    assert (finding.point, finding.evidence["neighbours"]) == ("wet", ["dry0", "dry1", "dry2"])
    assert finding.peak == pytest.approx(0.4)
    assert [row.found.en for row in finding.conditions[:2]] == ["14 %", "40 %"]
    shower = District()
    for number in range(4):
        station(shower, f"s{number}", number, 0.6, 14)
    assert found(SPRINKLING, shower.window()) == []


def test_where_fine_particles_fall_as_much_it_is_not_the_water() -> None:
    district = District()
    station(district, "clean-air", 0, 0.6, 14, fine=0.5)
    for number in range(3):
        station(district, f"dry{number}", 1 + number, 1.0, 0)
    assert found(SPRINKLING, district.window()) == []
