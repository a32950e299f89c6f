"""A photo against place and time: exactly at, below and above each limit, whoever says it, and nothing said."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.workflow.photos import Claim, Expected, Limits, check, distance_m

START = datetime(2019, 5, 6, 13, 10, tzinfo=UTC)
END = START + timedelta(hours=3)
HERE = (116.5, 39.9)
EXPECTED = Expected(START, END, *HERE)
LIMITS = Limits(200, timedelta(minutes=10))
METRE = 1 / 111_195.0797
"""A degree of latitude has 6371008.8 m × π / 180 = 111,195.08 m."""


@pytest.mark.parametrize(("metres", "place"), [(0, "agrees"), (200, "agrees"), (201, "differs"), (5000, "differs")])
def test_a_photo_agrees_up_to_the_allowed_distance(metres: int, place: str) -> None:
    found = check([Claim("exif", START, HERE[0], HERE[1] + metres * METRE)], EXPECTED, LIMITS)
    assert (found.place, found.metres, found.place_by) == (place, metres, "exif")


def test_the_position_may_be_as_inexact_as_the_phone_says() -> None:
    claim = Claim("browser", None, HERE[0], HERE[1] + 250 * METRE, accuracy_m=60)
    assert check([claim], EXPECTED, LIMITS).place == "agrees"


@pytest.mark.parametrize(
    ("at", "time", "minutes"),
    [
        (START, "agrees", 0),
        (END, "agrees", 0),
        (START - timedelta(minutes=10), "agrees", -10),
        (START - timedelta(minutes=10, seconds=1), "differs", -11),
        (END + timedelta(minutes=10), "agrees", 10),
        (END + timedelta(days=1), "differs", 1440),
    ],
)
def test_a_photo_agrees_from_the_beginning_of_the_step_until_it_is_sent(at: datetime, time: str, minutes: int) -> None:
    found = check([Claim("exif", at)], EXPECTED, LIMITS)
    assert (found.time, found.minutes, found.place, found.metres) == (time, minutes, "unknown", None)


def test_what_the_photo_says_itself_counts_before_what_the_browser_says() -> None:
    photo, browser = Claim("exif", START), Claim("browser", START - timedelta(days=9), *HERE)
    found = check([photo, browser], EXPECTED, LIMITS)
    assert (found.time, found.time_by, found.place, found.place_by) == ("agrees", "exif", "agrees", "browser")


def test_nothing_said_or_a_subject_without_position_is_unknown() -> None:
    nothing = check([], EXPECTED, LIMITS)
    assert (nothing.place, nothing.time, nothing.place_by, nothing.time_by) == ("unknown", "unknown", "", "")
    assert check([Claim("exif", START, *HERE)], Expected(START, END), LIMITS).place == "unknown"


positions = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(positions, positions)
def test_distance_is_symmetric_and_no_longer_than_half_round_the_earth(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    assert distance_m(one, other) == pytest.approx(distance_m(other, one))
    assert 0 <= distance_m(one, other) <= 20_015_115
