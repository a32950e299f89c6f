"""Many points that rise together are one notice; what the common rise explains is covered by it."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.analysis.detection.detect import detect
from lantian.analysis.detection.findings import Finding
from lantian.analysis.detection.rules import Exceedance, Regional, Rule
from tests.analysis.district import NOW, PM10, District, found, rule

MECHANISM = Regional(times=1.3, difference=25, share=0.6, minimum_points=5, hours_before=4, longest_hours=6)
REGIONAL = replace(rule(MECHANISM), id="region")
LIMIT = replace(rule(Exceedance("1h", 150)), id="limit", regional="region")
RULES: tuple[Rule, ...] = (LIMIT, REGIONAL)


def district(last: list[float], points: int = 6, own: dict[int, float] | None = None) -> District:
    """Return points at 80 µg/m³ whose last hours are given, with what some of them add in their last hour."""
    made = District()
    for number in range(points):
        hours = np.array([80.0] * (24 - len(last)) + last)
        hours[-1] += (own or {}).get(number, 0.0)
        made.add(f"d{number}", hours=hours)
    return made


def test_one_notice_covers_the_alarms_that_a_common_rise_explains() -> None:
    findings = detect(RULES, district([120, 160, 170]).window())
    [notice] = [each for each in findings if each.rule == "region"]
    assert (notice.subject, notice.start, notice.peak, notice.holds) == (
        "region:district:a34002",
        NOW - timedelta(hours=3),
        90,
        True,
    )
    assert notice.conditions[0].found.en == "100 % of 6 points"
    others = [each for each in findings if each.rule == "limit"]
    assert len(others) == 6
    assert {each.covered_by for each in others} == {notice.subject}
    assert [each for each in findings if each.is_individual] == [notice]


def test_a_site_that_exceeds_by_itself_stays_an_alarm_during_an_episode() -> None:
    findings = detect(RULES, district([120, 160, 170], own={2: 200}).window())
    assert [each.point for each in findings if each.is_individual and each.rule == "limit"] == ["d2"]


def test_an_exceedance_before_the_episode_is_not_covered() -> None:
    made = district([80, 80, 120, 130])
    made.rows[0] = {"hours": [80.0] * 20 + [300, 80, 120, 130]}
    findings = detect(RULES, made.window())
    before = [each for each in findings if each.rule == "limit" and each.point == "d0"]
    assert all(not each.covered_by for each in before)


@pytest.mark.parametrize(
    ("last", "points"),
    [([80, 80, 80], 6), ([120, 160, 170], 4), ([120, 160, 170, 80, 80, 80, 80], 6), ([100, 101, 102], 6)],
)
def test_a_steady_district_few_points_an_old_episode_and_a_small_rise_are_none(last: list[float], points: int) -> None:
    assert found(REGIONAL, district(last, points).window()) == []


def test_an_episode_that_ended_lately_is_told_as_ended() -> None:
    [notice] = found(REGIONAL, district([160, 170, 80]).window())
    assert (notice.holds, notice.end) == (False, NOW - timedelta(hours=1))


def test_an_episode_is_followed_no_longer_than_the_rule_says() -> None:
    [notice] = found(REGIONAL, district([160] * 7).window())
    assert (notice.holds, notice.end) == (False, NOW - timedelta(hours=1))


def test_the_hour_that_runs_is_taken_from_its_minutes() -> None:
    made = District(minutes=60)
    for number in range(6):
        made.add(f"d{number}", hours=80, minutes=[80] * 40 + [180] * 20)
    now = NOW + timedelta(minutes=20)
    [notice] = found(REGIONAL, made.window(now))
    assert (notice.start, notice.end, notice.peak) == (NOW, now, 100)
    assert found(REGIONAL, made.window(NOW + timedelta(minutes=5))) == []


def test_hours_without_data_do_not_end_an_episode() -> None:
    [notice] = found(REGIONAL, district([160, np.nan, 170]).window())
    assert notice.holds


def individual(made: District) -> set[str]:
    return {each.subject for each in _limits(detect(RULES, made.window())) if each.is_individual}


def _limits(findings: list[Finding]) -> list[Finding]:
    return [each for each in findings if each.rule == "limit"]


@given(
    own=st.lists(st.floats(0, 60) | st.floats(80, 300), min_size=6, max_size=6),
    rise=st.floats(30, 250),
)
def test_adding_a_regional_rise_never_increases_the_individual_alarms(own: list[float], rise: float) -> None:
    plain, risen = District(), District()
    for number, extra in enumerate(own):
        plain.add(f"d{number}", PM10, hours=[80.0] * 23 + [80 + extra])
        risen.add(f"d{number}", PM10, hours=[80.0] * 23 + [80 + extra + rise])
    assert individual(risen) <= individual(plain)
