"""What the overview says, from small grids whose answers are known by hand."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from lantian.airquality.grid import MICRO, MISSING, DayGrid, HourGrid
from lantian.apps.portal.overview.hours import column_ending, curve, hour_end, place_hour
from lantian.apps.portal.overview.places import Station, rows_of, speaking
from lantian.apps.portal.overview.quality import quality
from lantian.apps.portal.overview.ranking import Place, place_among, ramp, ranking
from lantian.apps.portal.overview.target_card import chosen, running_means
from lantian.kernel.errors import Text
from lantian.kernel.factors import SIX, Factor
from lantian.kernel.instants import beijing_day
from lantian.policy.air import AirRules, air_rules
from lantian.policy.reader import load_pack
from lantian.policy.records_plan import Target

DAY = date(2020, 11, 22)


@pytest.fixture(scope="module")
def air() -> AirRules:
    return air_rules(load_pack("cn"))


def station(name: str, *, evaluated: bool = True) -> Station:
    return Station(name, Text(name, name), "110105001", Text("", ""), "110105", None, None, evaluated, False)


def hours(*values: dict[Factor, int]) -> HourGrid:
    """One day of two stations; each dict gives a station's value in every hour."""
    micro = np.full((len(values), len(SIX), 24), MISSING)
    for row, known in enumerate(values):
        for factor, value in known.items():
            micro[row, SIX.index(factor)] = value * MICRO
    return HourGrid(tuple("ab"[: len(values)]), DAY, SIX, micro)


def test_a_districts_hour_is_the_mean_of_its_stations_item_by_item(air: AirRules) -> None:
    grid = hours({Factor.PM25: 60, Factor.O3: 20}, {Factor.PM25: 80, Factor.O3: 40})
    found = place_hour(grid, (0, 1), 9, air.edition(DAY), air.evaluation(DAY))
    assert found.values[Factor.PM25] == 70
    assert found.index.published == 94  # 50 + 50/40 × 35 = 93.75, rounded up
    assert found.index.primary == (Factor.PM25,)
    assert found.end == beijing_day(DAY, 10)


def test_an_item_needs_half_of_two_stations(air: AirRules) -> None:
    grid = hours({Factor.PM25: 60}, {})
    found = place_hour(grid, (0, 1), 0, air.edition(DAY), air.evaluation(DAY))
    assert found.values[Factor.PM25] == 60  # 1 of 2 is 50 %
    assert found.stations[Factor.PM25] == 1
    assert found.values[Factor.NO2] is None


def test_three_of_five_stations_are_too_few(air: AirRules) -> None:
    micro = np.full((5, 6, 24), MISSING)
    micro[:3, 0] = 50 * MICRO
    grid = HourGrid(tuple("abcde"), DAY, SIX, micro)
    assert curve(grid, range(5), Factor.PM25, range(2), air.evaluation(DAY)) == (None, None)  # 60 % < 75 %


def test_the_column_of_an_hour_is_found_by_its_end() -> None:
    grid = hours({})
    assert column_ending(grid, hour_end(grid, 9)) == 9


def test_evaluated_stations_speak_and_where_there_is_none_all_do() -> None:
    one, other = station("a"), station("b", evaluated=False)
    assert speaking([one, other]) == (one,)
    assert speaking([other]) == (other,)
    assert rows_of(("b", "a"), [one, other, station("c")]) == (1, 0)


def test_a_point_that_stopped_is_late_by_the_hours_since() -> None:
    grid = hours({Factor.PM25: 60}, {Factor.PM25: 60})
    grid.micro[1, :, 20:] = MISSING
    found = quality(grid, [station("a"), station("b")], 23)
    assert (found.reporting, found.of) == (1, 2)
    assert [(point.station.id, point.late, point.hours) for point in found.points] == [("b", 4, 20), ("a", 0, 24)]
    assert found.complete == Fraction(24 + 20, 2 * 6 * 24)


def days(*means: list[int | None]) -> DayGrid:
    """Daily PM2.5 means of stations; None is an invalid day."""
    shape = (len(means), 1, len(means[0]))
    total, count = np.zeros(shape, np.int64), np.zeros(shape, np.int16)
    for row, series in enumerate(means):
        for place, value in enumerate(series):
            if value is not None:
                total[row, 0, place], count[row, 0, place] = value * MICRO * 24, 24
    return DayGrid(tuple("abc"[: len(means)]), DAY, (Factor.PM25,), total, count, count, count > 0)


def places(number: int) -> list[Place]:
    return [Place(name, Text(name, name), (row,)) for row, name in enumerate("abc"[:number])]


def test_equal_means_share_a_rank_and_the_days_used_are_told() -> None:
    found = ranking(days([30, 50], [40, None], [70, 10]), places(3), Factor.PM25, DAY, date(2020, 11, 23))
    assert [(row.rank, row.value, row.days) for row in found.rows] == [(1, Decimal("40.0"), n) for n in (2, 1, 2)]


def test_a_place_without_a_valid_day_has_no_rank() -> None:
    found = ranking(days([30], [None]), places(2), Factor.PM25, DAY, DAY)
    assert [row.place.id for row in found.rows] == ["a"]
    assert [place.id for place in found.without] == ["b"]


def test_a_streets_day_is_the_mean_of_its_stations() -> None:
    street = Place("s", Text("s", "s"), (0, 1))
    found = ranking(days([30, 60], [50, None]), [street], Factor.PM25, DAY, date(2020, 11, 23))
    assert found.rows[0].exact == 50  # (40 + 60) / 2


def test_a_district_alone_has_no_rank_in_the_city() -> None:
    assert place_among({"110105": 90}, "110105") is None
    assert place_among({"110105": 90, "110101": 80, "110102": 90}, "110105") == (2, 3)


def test_the_maps_classes_cover_every_value() -> None:
    assert ramp([]) == ()
    assert [str(limit) for limit in ramp([Decimal(48), Decimal(83)])] == ["50", "60", "70", "80"]


def test_a_running_mean_skips_invalid_days() -> None:
    means = running_means([None, Fraction(10), None, Fraction(20)])
    assert means == (None, Fraction(10), Fraction(10), Fraction(15))


def target(year: int) -> Target:
    return Target(
        id=f"t{year}",
        zh="目标",
        en="target",
        article=2,
        factor="PM2.5",
        area="110105",
        statistic="annual_mean",
        year=year,
        comparator="<=",
        value=Decimal(52),
        unit="µg/m³",
    )


def test_a_year_works_for_the_next_target_and_later_ones_are_held_against_the_last() -> None:
    known = [target(2020), target(2025)]
    assert [found.year for year in (2019, 2020, 2021, 2030) if (found := chosen(known, year))] == [
        2020,
        2020,
        2025,
        2025,
    ]
    assert chosen([], 2020) is None
