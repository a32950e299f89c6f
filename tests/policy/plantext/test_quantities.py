"""Quantities as the plan's reading rules define them."""

from decimal import Decimal

import pytest

from lantian.policy.plantext.clean import clean
from lantian.policy.plantext.model import Span
from lantian.policy.plantext.quantities import quantities


def read(text: str) -> list[tuple[str, Decimal, str]]:
    found = quantities(clean(text, [Span(0, len(text))]))
    return [(each.comparator, each.value, each.unit) for each in found]


@pytest.mark.parametrize(
    ("text", "comparator", "value", "unit"),
    [
        ("控制在52微克/立方米左右", "~", "52", "µg/m³"),
        ("作业率达到92%", "=", "92", "%"),
        ("比例不低于90%", ">=", "90", "%"),
        ("达到95％以上", ">=", "95", "%"),
        ("服务半径小于0.9公里", "<", "0.9", "km"),
        ("低于40微克每立方米", "<", "40", "µg/m³"),
        ("年排放量超过25吨的企业", ">", "25", "t"),
        ("高度大于45米", ">", "45", "m"),
        ("控制在10天以内", "<=", "10", "day"),
        ("4.5吨以下车辆", "<=", "4.5", "t"),
        ("不高于6吨/平方公里·月", "<=", "6", "t/(km²·month)"),
        ("淘汰老旧车1000辆", "=", "1000", "辆"),
        ("淘汰老旧车1,200辆", "=", "1200", "辆"),
        ("推广新能源车1.2万辆", "=", "12000", "辆"),
        ("达到百分之九十五", "=", "95", "%"),
        ("不少于三分之二", ">=", "0.667", ""),
        ("下降2成以上", ">=", "20", "%"),
        ("处罚四次及以上", ">=", "4", "次"),
        ("建设五座空气站", "=", "5", "座"),
        ("下降９２％", "=", "92", "%"),
        ("下降9\n2%", "=", "92", "%"),
        ("每两个月至少检查一次", ">=", "1", "次"),
        ("约15公里", "~", "15", "km"),
        ("改造1100余家", ">", "1100", "家"),
    ],
)
def test_a_quantity_has_value_unit_and_comparator(text: str, comparator: str, value: str, unit: str) -> None:
    assert (comparator, Decimal(value), unit) in read(text)


def test_a_range_is_two_bounds() -> None:
    assert read("削减10%—15%") == [(">=", Decimal(10), "%"), ("<=", Decimal(15), "%")]


def test_a_list_shares_its_comparator_and_unit() -> None:
    assert read("分别不低于10%、20%、30%") == [(">=", Decimal(each), "%") for each in (10, 20, 30)]


@pytest.mark.parametrize(
    "text",
    [
        "开展“三个一批”治理",
        "落实“六个百分之百”",
        "24小时值守",
        "每日7时至21时",
        "拨打12345、12369热线",
        "第二次全国污染源普查",
        "三年行动计划",
        "一、二、三类企业",
        "《目录（2017年版）》",
        "到2020年",
        "12月21日",
        "党的十九大和十九届二中全会",
        "PM2.5和PM10",
        "国六排放标准",
    ],
)
def test_slogans_clocks_ordinals_and_dates_are_no_quantities(text: str) -> None:
    assert read(text) == []


def test_the_object_is_what_is_measured() -> None:
    text = "到2020年，PM2.5年均浓度目标控制在52微克/立方米左右"
    (found,) = quantities(clean(text, [Span(0, len(text))]))
    assert found.object == "PM2.5年均浓度"
