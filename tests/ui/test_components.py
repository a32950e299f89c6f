"""Components and formats: the second mark is always there, a unit is never dropped."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from lantian.apps.ui.components import Clock, Computation, Step
from lantian.apps.ui.formats import number, span

NOW = datetime(2020, 11, 23, 2, 24, tzinfo=UTC)


def render(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Decimal("48.95"), 1, "49.0"),
        (Decimal("48.85"), 1, "48.8"),
        (Decimal("48.850001"), 1, "48.9"),
        (-38, None, "−38"),
        (Decimal("-0.04"), 1, "0.0"),
        (12345.6, 1, "12,345.6"),
        (9999, None, "9999"),
        (None, 1, "—"),
        ("", None, "—"),
        (float("nan"), 1, "—"),
        ("not a number", None, "—"),
    ],
)
def test_a_number_is_printed_as_the_rules_say(value: object, places: int | None, text: str) -> None:
    assert number(value, places) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_no_number_carries_a_hyphen_for_a_minus(value: Decimal) -> None:
    text = number(value, 1)
    assert "-" not in text
    assert Decimal(text.replace("−", "-").replace(",", "")) == value.quantize(Decimal("0.1"))


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=999)))
def test_a_span_has_at_most_two_units(length: timedelta) -> None:
    assert len(span(length, "zh").split()) in (2, 4)


@pytest.mark.parametrize(
    ("minutes_in", "lamp", "word"), [(-5, "o", "未到"), (60, "g", "正常"), (80, "y", "临期"), (100, "r", "逾期")]
)
def test_a_lamp_follows_the_clock_and_carries_its_word(minutes_in: int, lamp: str, word: str) -> None:
    started = NOW - timedelta(minutes=minutes_in)
    clock = Clock("核验", started, started + timedelta(minutes=100), "100 分钟", "第十一条")
    assert clock.lamp(NOW) == lamp
    html = render("{% clock clock now %}", clock=clock, now=NOW)
    assert word in html
    assert "100 分钟" in html
    assert "第十一条" in html


def test_a_paused_clock_stands_still() -> None:
    clock = Clock(
        "核验", NOW - timedelta(hours=9), NOW - timedelta(hours=1), "8 小时", paused_since=NOW - timedelta(hours=5)
    )
    assert clock.lamp(NOW) == "p"
    assert clock.left(NOW) == timedelta(hours=4)


def test_an_invalid_index_has_a_dash_and_no_colour() -> None:
    assert "data-aqi" not in render("{% aqi None %}")
    assert "—" in render("{% aqi None %}")


def test_a_level_mark_grows_with_the_level_and_has_a_name() -> None:
    marks = [render("{% aqi_mark level %}", level=level) for level in range(1, 7)]
    widths = [float(mark.split('width="')[2].split('"')[0]) for mark in marks]
    assert widths == sorted(widths)
    assert 'aria-label="轻度污染"' in marks[2]


def test_a_figure_shows_unit_period_and_validity_and_opens_its_computation() -> None:
    how = Computation(
        "（52 × 366 − 48.9 × 327）÷ 39", (Step("年目标", "52 µg/m³", "第二条"),), snapshot="S-20201123-1000"
    )
    html = render(
        '{% figure value "µg/m³" "年初至今" "有效 325 / 327 天" 1 how=how %}', value=Decimal("77.96"), how=how
    )
    for text in ("78.0", "µg/m³", "年初至今", "有效 325 / 327 天", "S-20201123-1000", "第二条"):
        assert text in html
    target = html.split('popovertarget="')[1].split('"')[0]
    assert f'id="{target}"' in html


def test_a_computation_can_be_fetched_when_it_is_opened() -> None:
    html = render('{% figure 1 "d" how_url="/how/" %}')
    assert 'hx-get="/how/"' in html
    assert 'hx-trigger="toggle once"' in html


def test_levels_have_the_english_names_of_the_pack() -> None:
    with translation.override("en"):
        assert "Light pollution" in render("{% aqi_chip 3 %}")


def test_texts_are_escaped() -> None:
    assert "<b>x</b>" not in render("{% empty title %}", title="<b>x</b>")
    assert "<b>x</b>" not in render("{% card title %}{% endcard %}", title="<b>x</b>")
