"""All rules together: subjects are unique, the cause goes first, gaps are nothing but off-line."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.analysis.detection import wording
from lantian.analysis.detection.detect import MECHANISMS, days_needed, detect, minutes_needed
from lantian.analysis.detection.measure import in_spans, nan_mean
from lantian.analysis.detection.rules import Exceedance, Frozen, Mechanism, OxygenStep, RateOfChange, Rule, WindowAbuse
from lantian.analysis.detection.window import Grid, LinkFacts, Wind, flag_code, to_km
from lantian.policy.alarms import alarm_rules
from lantian.policy.reader import load_pack
from tests.analysis.district import HUMIDITY, NOW, NOX, OXYGEN, PM10, PM25, SPEED, TEMPERATURE, District, noisy, rule

RULES: tuple[Rule, ...] = alarm_rules(load_pack("cn-110105-2018")).rules(NOW.date())


def test_every_mechanism_is_judged_by_something() -> None:
    assert set(get_args(Mechanism)) == {*MECHANISMS, WindowAbuse}


def calm(seed: int = 0) -> District:
    """Return a clean district: stations, micro-stations, sites and stacks in steady air."""
    made = District(hours=48, days=26)
    for number in range(10):
        kind = ("station", "micro", "dust")[number % 3]
        for offset, (factor, mean) in enumerate(((PM25, 40), (PM10, 70), (HUMIDITY, 50))):
            draw = seed + 100 * number + offset
            made.add(
                f"p{number}",
                factor,
                kind,
                north=number / 4,
                minutes=noisy(draw, 180, mean, 4),
                hours=noisy(draw + 1, 48, mean, 2),
                days=noisy(draw + 2, 26, mean, 2),
            )
    for factor, mean, decimals in ((NOX, 60, 1), (OXYGEN, 8, 1), (SPEED, 12, 1), (TEMPERATURE, 120, 1)):
        scatter = np.random.default_rng(seed).normal(mean, mean / 50, 180).round(decimals)
        made.add("stack", factor, "stack", minutes=scatter, hours=mean, decimals=decimals)
    return made


def links(made: District) -> tuple[LinkFacts, ...]:
    devices = {series.device: series for series in made.series}
    return tuple(LinkFacts(name, each.kind, each.point, last_frame=NOW) for name, each in devices.items())


def test_a_clean_district_has_no_findings() -> None:
    made = calm()
    assert detect(RULES, made.window(links=links(made))) == []


@settings(max_examples=15)
@given(
    seed=st.integers(0, 1000),
    gaps=st.lists(st.tuples(st.integers(0, 33), st.integers(0, 179), st.integers(1, 180)), max_size=12),
)
def test_a_gap_is_never_a_finding_but_off_line(seed: int, gaps: list[tuple[int, int, int]]) -> None:
    made = calm(7 * seed)
    window = made.window(links=links(made))
    for row, first, length in gaps:
        window.minutes.values[row, first : first + length] = np.nan
    assert detect(RULES, window) == []
    silent = replace(window, links=tuple(replace(each, last_frame=NOW - timedelta(days=2)) for each in window.links))
    assert {each.rule for each in detect(RULES, silent)} == {"offline"}


def test_every_subject_is_found_once_and_the_cause_goes_before_what_it_causes() -> None:
    district = District()
    district.add("a", minutes=[*noisy(1, 120), *[400] * 60], hours=400)
    frozen = replace(rule(Frozen(45)), id="frozen")
    hour = replace(rule(Exceedance("1h", 150)), id="hour", yields_to=("offline", "frozen"))
    quick = replace(rule(Exceedance("1min", 150)), id="quick", yields_to=("offline",))
    findings = {each.rule: each for each in detect([hour, frozen, quick], district.window())}
    assert findings["hour"].duplicate_of == "frozen:a:a34002"
    assert {name: each.is_individual for name, each in findings.items()} == {
        "hour": False,
        "frozen": True,
        "quick": True,
    }


def test_the_wind_of_the_area_is_part_of_the_evidence() -> None:
    district = District()
    district.add("a", hours=[200])
    window = district.window(winds={"street": Wind(45, 2.5)})
    [finding] = detect([rule(Exceedance("1h", 150))], window)
    assert finding.evidence == {"wind": {"direction_deg": 45, "speed_ms": 2.5}}
    assert finding.conditions[0].as_json()["limit"] == {"zh": "> 150 µg/m³", "en": "> 150 µg/m³"}


def test_flagged_minutes_do_not_count_save_those_set_by_hand() -> None:
    district = District(minutes=3)
    district.add("a", minutes=[1, 2, 3], flags="NSM")
    assert np.isnan(district.window().usable.values[0]).tolist() == [False, False, True]
    assert (flag_code(""), flag_code("M")) == (0, 77)


def test_a_window_is_asked_to_hold_what_the_rules_look_back() -> None:
    assert minutes_needed([rule(Exceedance("1h", 1))]) == 180
    assert minutes_needed([rule(OxygenStep(1, 300, 60, (), 0.1), minimum=10, clear=30)]) == 400
    assert minutes_needed([rule(RateOfChange(1, 30)), rule(Frozen(240))]) == 240
    assert (days_needed(RULES), days_needed([])) == (26, 0)


def test_spans_cover_every_period_that_they_touch() -> None:
    grid = Grid(NOW, 60, np.zeros((1, 5)))
    spans = [(NOW + timedelta(minutes=90), NOW + timedelta(minutes=121)), (NOW - timedelta(days=1), NOW)]
    assert in_spans(grid, spans).tolist() == [False, True, True, False, False]


def test_places_without_positions_lie_nowhere() -> None:
    assert np.isnan(to_km(np.full((2, 2), np.nan))).all()
    assert np.isnan(nan_mean(np.full((1, 2), np.nan), 1)).all()


@pytest.mark.parametrize(
    ("value", "written"), [(1234.4, "1234 mg/m³"), (15.25, "15.2 mg/m³"), (0.5, "0.5 mg/m³"), (3.0, "3 mg/m³")]
)
def test_amounts_are_written_to_three_digits(value: float, written: str) -> None:
    assert wording.amount(value, "mg/m³").en == written


def test_nothing_is_listed_as_a_dash() -> None:
    assert wording.joined([]).zh == "–"
    assert isinstance(detect([], District().window()), list)
