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
        ("降至35微克每立方米以下", "<=", "35", "µg/m³"),
        ("年均浓度低于160μg/m3", "<", "160", "µg/m³"),
        ("淘汰35蒸吨/小时及以下燃煤锅炉", "<=", "35", "t/h"),
        ("降尘量控制在7吨/（平方公里·月）以内", "<=", "7", "t/(km²·month)"),
        ("道路尘负荷不高于0.5克/平方米", "<=", "0.5", "g/m²"),
        ("新增绿地12万平方米", "=", "120000", "m²"),
        ("治理裸地2.3平方公里", "=", "2.3", "km²"),
        ("造林3.5万亩", "=", "35000", "mu"),
        ("提高1.5个百分点", "=", "1.5", "pp"),
        ("投入1.5亿元", "=", "150000000", "yuan"),
        ("削减三千吨", "=", "3000", "t"),
        ("不到5%", "<", "5", "%"),
        ("未达到90%", "<", "90", "%"),
        ("超过六成", ">", "60", "%"),
        ("一半以上", ">=", "0.5", ""),
        ("提高一倍", "=", "1", "倍"),
        ("占比二分之一左右", "~", "0.5", ""),
        ("持续2天（48小时）及以上", ">=", "2", "day"),
        ("AQI大于200", ">", "200", ""),
        ("AQI日均值≥300", ">=", "300", ""),
        ("含硫量不大于10mg/kg", "<=", "10", "mg/kg"),
        ("温度高于35℃", ">", "35", "°C"),
        ("风力大于6级", ">", "6", "级"),
        ("不得超过每小时30公里", "<=", "30", "km/h"),
        ("提前24小时发布", "=", "24", "h"),
        ("改造两条生产线", "=", "2", "条"),
        ("完成三项任务", "=", "3", "项"),
        ("超过一个月", ">", "1", "month"),
        ("不少於3次", ">=", "3", "次"),
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
        "六个100%",
        "早7点前清扫",
        "8小时平均浓度",
        "第90百分位数",
        "5A级景区",
        "连续24小时监控",
    ],
)
def test_slogans_clocks_ordinals_and_dates_are_no_quantities(text: str) -> None:
    assert read(text) == []


def test_the_object_is_what_is_measured() -> None:
    text = "到2020年，PM2.5年均浓度目标控制在52微克/立方米左右"
    (found,) = quantities(clean(text, [Span(0, len(text))]))
    assert found.object == "PM2.5年均浓度"


@pytest.mark.parametrize(
    ("text", "objects"),
    [
        ("淘汰35蒸吨以下燃煤锅炉50台", ["燃煤锅炉", "燃煤锅炉"]),
        ("优良天数比率达到80%以上（力争82%）", ["优良天数比率", "优良天数比率"]),
        ("比例由20%提升至30%", ["比例", "比例"]),
        ("抽查比例不低于10%", ["抽查比例"]),
        ("联合开展路检路查，每周不少于3次", ["路检路查"]),
        ("每年检查不少于2次", ["检查"]),
        ("完成率100％", ["完成率"]),
        ("新建30座加氢站", ["加氢站"]),
        ("嚴控揚塵，機掃率達到90%", ["機掃率"]),
    ],
)
def test_objects_are_named_as_printed(text: str, objects: list[str]) -> None:
    assert [each.object for each in quantities(clean(text, [Span(0, len(text))]))] == objects
