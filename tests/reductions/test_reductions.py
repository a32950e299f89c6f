"""Alert levels, reduction shares, road dust."""

from decimal import Decimal

import pytest

from lantian.policy.air import AirRulesError
from lantian.reductions.alert import alert_level
from lantian.reductions.errors import ReductionError
from lantian.reductions.road_dust import Road, paved_road_factor
from lantian.reductions.shares import reduction_shares
from tests.airquality.rules import DUTY


@pytest.mark.parametrize(
    ("edition", "forecast", "level"),
    [
        ("bj2013", [310], "yellow"),
        ("bj2013", [210, 310, 220], "orange"),
        ("bj2013", [301, 302, 303], "red"),
        ("cn2017", [201], "blue"),
        ("bj2018", [201], "advice"),
        ("bj2018", [499, 500], "red"),
        ("bj2018", [310, 320, 100, 210, 220, 230], "orange"),
        ("bj2023", [151, 152, 153], "orange"),
        ("bj2023", [], None),
    ],
)
def test_the_strictest_level_reached_is_given(edition: str, forecast: list[int], level: str | None) -> None:
    assert alert_level(forecast, DUTY.alert(edition)) == level


def test_sulphur_and_nitrogen_may_stand_in_for_each_other() -> None:
    base = {"SO2": Decimal(2), "NOx": Decimal(30), "PM": Decimal(25), "VOCs": Decimal(40)}
    found = reduction_shares("yellow", base, {"SO2": 0, "NOx": 6, "PM": "2.5", "VOCs": 4}, DUTY.floors())
    assert (found.meets_each, found.meets_with_exchange) == (False, True)


def test_an_unknown_level_or_an_empty_base_is_refused() -> None:
    with pytest.raises(ReductionError, match="yellow, orange, red"):
        reduction_shares("blue", {"PM": 1}, {}, DUTY.floors())
    with pytest.raises(ReductionError, match="must be above 0"):
        reduction_shares("red", {"PM": 0}, {}, DUTY.floors())


def test_road_dust_follows_the_guide_and_refuses_nonsense() -> None:
    road = Road(Decimal("0.51"), Decimal("3.0"))
    assert round(paved_road_factor("TSP", road, DUTY.paved_road()), 4) == Decimal("5.3673")
    with pytest.raises(ReductionError, match="No particle size"):
        paved_road_factor("PM1", road, DUTY.paved_road())
    with pytest.raises(ReductionError, match="cannot be negative"):
        paved_road_factor("TSP", Road(Decimal(-1), Decimal(3)), DUTY.paved_road())


def test_a_pack_without_the_edition_names_those_it_has() -> None:
    with pytest.raises(AirRulesError, match="bj2023"):
        DUTY.alert("bj1999")
