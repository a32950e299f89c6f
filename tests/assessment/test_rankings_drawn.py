"""The bars of rankings: a round axis from zero, gaps where there is no value, the own place told apart."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lantian.apps.assessment.rankings import RankedPlace, RankingTable
from lantian.apps.assessment.selectors.rankings.drawn import (
    ABOVE,
    HEIGHT,
    Drawn,
    Value,
    days_drawn,
    drawn,
    places_drawn,
)

FOOT = ABOVE + HEIGHT
Day = tuple[date, float | None, bool, str]


def table(*values: str, whole: str | None = "30.0") -> RankingTable:
    """Return a ranking of so many places with these values."""
    places = tuple(
        RankedPlace(f"s{rank}", f"街道{rank}", f"S{rank}", value, float(value), rank, "ranked")
        for rank, value in enumerate(values, 1)
    )
    behind = RankedPlace("none", "没有", "None", None, None, None, "missing")
    return RankingTable(
        "pm25", "p", "PM2.5", "PM2.5", "pm25", "street", "2026-10", datetime(2026, 11, 3, tzinfo=UTC), "µg/m³", 1,
        "smallest", 90, 1, (*places, behind), whole=whole,
    )  # fmt: skip


def found(chart: Drawn | None) -> Drawn:
    """Return a drawing that must be there."""
    assert chart is not None
    return chart


def days(*values: float | None) -> list[Day]:
    """Return days from the first of October on, the second of which sand excludes."""
    first = date(2026, 10, 1)
    return [(first + timedelta(days=at), value, at == 1, f"{value}") for at, value in enumerate(values)]


def test_bars_rise_from_zero_to_a_round_axis_and_share_the_width() -> None:
    chart = found(drawn([Value(30, "a"), Value(60, "b"), Value(0, "c"), Value(75, "d")]))
    assert [one.label for one in chart.levels] == ["0", "20", "40", "60", "80"]
    assert (chart.levels[0].at, chart.levels[-1].at) == (FOOT, ABOVE)
    assert [one.height for one in chart.bars] == [HEIGHT * part / 80 for part in (30, 60, 0, 75)]
    assert all(one.y + one.height == pytest.approx(FOOT) for one in chart.bars)
    assert [one.x for one in chart.bars] == [2.75, 27.75, 52.75, 77.75]
    assert {one.width for one in chart.bars} == {19.5}
    assert (chart.line, chart.gaps, chart.names) == (None, False, ())


def test_nothing_is_drawn_where_nothing_has_a_value() -> None:
    assert drawn([]) is None
    assert drawn([Value(None, "—")]) is None
    assert places_drawn(table()) is None


def test_all_places_stand_in_their_order_against_the_value_of_all() -> None:
    chart = found(places_drawn(table(*(f"{10 + rank}.0" for rank in range(20)))))
    assert len(chart.bars) == 20  # who has no rank is not drawn
    assert chart.bars[2].said == "3 街道3 12.0"
    assert [one.label for one in chart.names] == ["街道1", "街道20"]
    assert chart.line is not None
    assert chart.line.label == "30.0"
    few = table("1.0", "2.0", "3.0")
    assert [one.label for one in found(places_drawn(few)).names] == ["街道1", "街道2", "街道3"]
    long = replace(few, places=tuple(replace(one, zh=f"区住房和城乡建设委员会第{one.rank}所") for one in few.places))
    names = [one.label for one in found(places_drawn(long)).names]
    assert names == [f"区住房和城乡建设委员会第{rank}所" for rank in (1, 2, 3)]
    longer = replace(few, places=tuple(replace(one, zh=one.zh * 8) for one in few.places))
    assert [one.label for one in found(places_drawn(longer)).names] == ["街道1" * 8, "街道3" * 8]


def test_the_own_place_alone_is_named_and_marked() -> None:
    ranking = table("20.0", "40.0")
    chart = found(places_drawn(ranking, ranking.places[1]))
    assert [one.kind for one in chart.bars] == ["ok", "own"]
    assert [(one.at, one.label) for one in chart.names] == [(75.0, "街道2")]
    unranked = found(places_drawn(replace(ranking, whole=None), ranking.places[2]))
    assert ({one.kind for one in unranked.bars}, unranked.names, unranked.line) == ({"ok"}, (), None)


def test_a_day_without_a_value_is_a_gap_as_high_as_the_axis_and_sand_is_told_apart() -> None:
    chart = found(days_drawn(days(50, 90, None, 60), "55.0"))
    assert [one.kind for one in chart.bars] == ["ok", "dust", "none", "ok"]
    assert (chart.gaps, chart.bars[2].y, chart.bars[2].height) == (True, ABOVE, HEIGHT)
    assert chart.foot > FOOT
    assert chart.height > chart.foot


def test_a_month_names_every_fifth_day_and_a_quarter_the_first_of_each_month() -> None:
    month = found(days_drawn(days(*[1.0] * 31), None))
    assert [one.label for one in month.names] == ["10-01", "10-06", "10-11", "10-16", "10-21", "10-26"]
    quarter = found(days_drawn(days(*[1.0] * 92), None))
    assert [one.label for one in quarter.names] == ["10-01", "11-01", "12-01"]
