"""Reports of the same thing: by place, time and wording, exactly at and beyond each limit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.analysis.charging import M_PER_DEGREE
from lantian.analysis.duplicates import (
    Limits,
    Report,
    likeness,
    match,
    metres_between,
    pairs,
    repeated,
    suggestions,
)

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
LIMITS = Limits(300, timedelta(hours=72), Fraction(3, 10), Fraction(6, 10))
OLD = Report("1", AT, "夜间工地施工扬尘很大", "金蝉西路18号", (116.48, 39.92), "dust")
STEP = 300 / M_PER_DEGREE
"""300 m to the north, in degrees."""


def new(**given: Any) -> Report:
    return replace(OLD, **{"id": "2", **given})


def test_a_report_within_all_limits_is_suggested_with_its_reasons() -> None:
    found = match(new(at=AT + timedelta(hours=5), text="工地夜间扬尘"), OLD, LIMITS)
    assert found is not None
    assert (found.id, found.metres, found.apart) == ("1", 0.0, timedelta(hours=5))
    # 工地 地夜 夜间 间扬 扬尘 against 夜间 间工 工地 地施 施工 工扬 扬尘 尘很 很大: three in both
    assert found.likeness == Fraction(2 * 3, 5 + 9)


@pytest.mark.parametrize(
    ("given", "is_suggested"),
    [
        ({"at": AT + timedelta(hours=72)}, True),
        ({"at": AT - timedelta(hours=72, seconds=1)}, False),
        ({"spot": (116.48, 39.92 + STEP * 0.999)}, True),
        ({"spot": (116.48, 39.92 + STEP * 1.001)}, False),
        ({"topic": "fume"}, False),
        ({"topic": ""}, True),
        ({"text": "餐馆油烟呛人"}, False),
        ({"spot": None}, True),
        ({"spot": None, "place": "东坝中路"}, False),
        ({"id": "1"}, False),
    ],
)
def test_each_limit_counts_by_itself(given: dict[str, Any], is_suggested: bool) -> None:
    assert (match(new(**given), OLD, LIMITS) is not None) == is_suggested


def test_the_most_alike_comes_first_and_then_the_nearest() -> None:
    far, near = replace(OLD, id="far", spot=(116.48, 39.921)), replace(OLD, id="near")
    alike, told = new(id="3", text="夜间工地施工"), replace(OLD, id="told", spot=None)
    found = suggestions(alike, [far, told, near, replace(OLD, id="other", text="夜间工地施工声音")], LIMITS)
    assert [one.id for one in found] == ["other", "near", "far", "told"]


def test_marks_between_letters_do_not_count_and_texts_of_one_letter_are_like_nothing() -> None:
    assert pairs("PM10，高！") == pairs("pm10 高")
    assert likeness("", "尘") == 0
    assert likeness("扬尘扬尘", "扬尘") == Fraction(2 * 1, 3 + 1)


def test_a_degree_along_the_equator_is_that_of_the_mean_sphere() -> None:
    assert metres_between((0.0, 0.0), (1.0, 0.0)) == pytest.approx(111_195, abs=1)


def test_places_with_many_reports_of_one_topic_are_found() -> None:
    chain = [new(id=str(number), spot=(116.48, 39.92 + number * STEP * 0.9)) for number in range(3)]
    others = [new(id="8", topic="fume"), new(id="9", spot=None), new(id="10", topic=""), new(id="11", spot=(116.6, 40))]
    found = repeated([chain[0], chain[2], chain[1], *others], 300, 3)
    assert [(one.topic, one.ids) for one in found] == [("dust", ("0", "1", "2"))]
    assert found[0].spot[1] == pytest.approx(39.92 + STEP * 0.9)
    assert repeated([], 300, 1) == ()
    two = [*chain, new(id="20", topic="fume"), new(id="21", topic="fume")]
    assert [one.topic for one in repeated(two, 300, 2)] == ["dust", "fume"]


TEXTS = st.text(alphabet="扬尘工地夜间油烟a1，。", max_size=20)
REPORTS = st.builds(
    Report,
    id=st.sampled_from(["a", "b", "c"]),
    at=st.integers(0, 200).map(lambda hours: AT + timedelta(hours=hours)),
    text=TEXTS,
    place=TEXTS,
    spot=st.none() | st.tuples(st.floats(116.4, 116.41), st.floats(39.9, 39.91)),
    topic=st.sampled_from(["", "dust", "fume"]),
)


@given(TEXTS, TEXTS)
def test_likeness_is_the_same_both_ways_and_whole_for_the_same_text(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, one) == (1 if pairs(one) else 0)


@given(REPORTS, REPORTS)
def test_a_match_is_the_same_both_ways(one: Report, other: Report) -> None:
    there, back = match(one, other, LIMITS), match(other, one, LIMITS)
    assert (there is None) == (back is None)
    if there and back:
        assert (there.likeness, there.apart) == (back.likeness, back.apart)


@given(REPORTS, st.lists(REPORTS, max_size=5))
def test_wider_limits_never_lose_a_suggestion(report: Report, earlier: list[Report]) -> None:
    wide = Limits(600, timedelta(hours=144), Fraction(1, 10), Fraction(2, 10))
    narrow = {one.id for one in suggestions(report, earlier, LIMITS)}
    assert narrow <= {one.id for one in suggestions(report, earlier, wide)}


@given(st.lists(REPORTS, max_size=6))
def test_no_report_belongs_to_two_places(reports: list[Report]) -> None:
    known = [replace(one, id=str(place)) for place, one in enumerate(reports)]
    ids = [name for place in repeated(known, 300, 1) for name in place.ids]
    assert len(ids) == len(set(ids)) == sum(bool(one.spot and one.topic) for one in known)
