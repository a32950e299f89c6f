"""Charts for paper: where values stand, what is missing, how things are told apart, and that they never differ."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from lantian.apps.ui.official.charts import (
    Bar,
    Bars,
    CalendarDay,
    Group,
    Groups,
    Line,
    Lines,
    Part,
    Stack,
    Stacks,
    bar_chart,
    calendar_chart,
    group_chart,
    line_chart,
    stacked_chart,
)
from lantian.apps.ui.official.charts.frame import spread, ticks, width_of

SVG = "{http://www.w3.org/2000/svg}"
DAYS = ("1", "2", "3", "4", "5")


def drawn(svg: str) -> ElementTree.Element:
    """Return the drawing as XML, which also proves that it is such."""
    return ElementTree.fromstring(svg)


def letters(svg: str) -> list[str]:
    """Return what is written."""
    return [one.text or "" for one in drawn(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("highest", "steps"),
    [
        (0, [0, 1]),
        (-3, [0, 1]),
        (4.2, [0, 1, 2, 3, 4, 5]),
        (100, [0, 20, 40, 60, 80, 100]),
        (0.9, [0, 0.2, 0.4, 0.6, 0.8, 1]),
    ],
)
def test_the_axis_has_round_steps_that_hold_the_highest_value(highest: float, steps: list[float]) -> None:
    assert ticks(highest) == steps


def test_names_under_a_chart_are_left_out_evenly_where_there_is_no_room() -> None:
    assert spread(365, 16)[:3] == [0, 23, 46]
    assert spread(0, 16) == []


def test_a_line_stands_at_its_values_and_breaks_where_one_is_missing() -> None:
    svg = line_chart(Lines("PM2.5", "µg/m³", DAYS, [Line("2020", [50, 100, None, 0, None])], (75, "限值 75")))
    assert len(re.findall("<polyline", svg)) == 1  # the first two days
    assert len(re.findall("<circle", svg)) == 1  # the fourth stands alone
    first = re.search(r'points="([\d.]+),([\d.]+) ([\d.]+),([\d.]+)"', svg)
    assert first is not None
    assert float(first[2]) - float(first[4]) == pytest.approx((204 - 30) / 2, abs=0.2)  # half of the axis 0 to 100
    assert letters(svg)[-2:] == ["2020", "限值 75"]
    assert "stroke-dasharray" in svg


def test_a_second_line_is_dashed_so_that_a_grey_copy_tells_it_apart() -> None:
    svg = line_chart(Lines("x", "", DAYS, [Line("2020", [1] * 5), Line("2019", [2] * 5)]))
    assert re.findall(r'<polyline[^>]*stroke-dasharray="4 3"', svg)
    assert svg.index("stroke-dasharray") < svg.rindex("<polyline")  # what is told stands over what it is compared with


def test_bars_show_intervals_and_where_a_band_begins_and_nothing_where_there_is_no_value() -> None:
    bars = [Bar("甲", 30, "30", 25, 35), Bar("乙", 60, "60", parted=True), Bar("丙 & 丁", None, "—")]
    svg = bar_chart(Bars("排名", "%", bars, (50, "限值")))
    assert len(list(drawn(svg).iter(f"{SVG}rect"))) == 2
    assert "丙 &amp; 丁" in svg
    assert [one for one in letters(svg) if one in {"30", "60", "—"}] == ["60", "30", "60", "—"]  # 60 is a step, too


def test_months_stand_side_by_side_with_their_values_above() -> None:
    svg = group_chart(
        Groups(
            "x", "µg/m³", ("2020", "2019"), [Group("1月", (40, 50)), Group("2月", (None, 30))], 0, (35, "年均限值 35")
        )
    )
    assert [one for one in letters(svg) if one in {"40", "50", "30"}] == ["40", "40", "50", "30"]  # 40 is a step, too
    assert letters(svg)[-3:] == ["2020", "2019", "年均限值 35"]


def test_in_the_calendar_a_square_grows_with_its_level_and_a_day_without_index_is_a_dot() -> None:
    first = date(2020, 1, 1)  # a Wednesday
    days = [CalendarDay(first + timedelta(days=level), level, "#ffffff") for level in range(7)]
    boxes = [one.attrib for one in drawn(calendar_chart(days, [("优", "#00E400")], "x")).iter(f"{SVG}rect")][:7]
    sides = [float(one["width"]) for one in boxes]
    assert sides == sorted(sides)
    assert sides[0] < 2
    assert float(boxes[0]["x"]) < float(boxes[5]["x"])  # the next week stands to the right


def test_shares_carry_their_numbers_and_leave_out_what_is_none() -> None:
    parts = [Part("正常", "#1b7f4b", light=False), Part("逾期", "#c42b22", light=False)]
    svg = stacked_chart(Stacks("x", parts, [Stack("区环保局", [3, 1]), Stack("区城管委", [0, 0])], "项", whole=False))
    assert letters(svg) == ["正常", "逾期", "区环保局", "4项", "3", "1", "区城管委", "0项"]


@pytest.mark.parametrize(
    "name", ["区城管委", "北京市朝阳区人民政府", "持有排放许可证的企业事业单位和其他生产经营者各一家"]
)
def test_names_at_the_left_have_the_room_that_they_need(name: str) -> None:
    part = Part("正常", "#1b7f4b")
    for svg in (
        stacked_chart(Stacks("x", [part], [Stack(name, [3])])),
        bar_chart(Bars("x", "%", [Bar(name, 4, "4")])),
    ):
        [said] = [one for one in drawn(svg).iter(f"{SVG}text") if (one.text or "").startswith(name[:4])]
        assert float(said.attrib["x"]) >= width_of(said.text or "", 12)  # it ends there
        bar = list(drawn(svg).iter(f"{SVG}rect"))[-1]
        assert float(bar.attrib["x"]) >= float(said.attrib["x"])
        assert said.text == name or (len(name) > 19 and (said.text or "").endswith("…"))


def test_the_same_chart_is_the_same_bytes_and_an_empty_one_is_still_a_chart() -> None:
    chart = Lines("x", "", (), ())
    assert line_chart(chart) == line_chart(chart)
    for svg in (
        line_chart(chart),
        bar_chart(Bars("x", "", ())),
        group_chart(Groups("x", "", (), ())),
        calendar_chart((), (), "x"),
    ):
        assert drawn(svg).attrib["aria-label"] == "x"
