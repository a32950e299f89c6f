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
        ("削减替代比例不低于1.5:1", ">=", "1.5", ""),
        ("按1:1.25的比例减量置换", "=", "0.8", ""),
        ("控制风速不低于0.3米/秒", ">=", "0.3", "m/s"),
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
        ("风力达到四级以上", ">=", "4", "级"),
        ("产能比达到0.4左右", "~", "0.4", ""),
        ("污染天数不能超过27天", "<=", "27", "day"),
        ("分别控制在2天、9天以内", "<=", "9", "day"),
        ("每立方米15微克以下", "<=", "15", "µg/m³"),
        ("不高于每公升250克", "<=", "250", "g/L"),
        ("不小于建成区的三分之二", ">=", "0.667", ""),
        ("单车补贴最高2.4万元", "<=", "24000", "yuan"),
        ("半年内超标3次以上的", "<=", "6", "month"),
        ("完成4.8万户、2019年10月底前再完成6.1万户", "=", "48000", "户"),
        ("平板玻璃100万重量箱", "=", "1000000", "重量箱"),
        ("考核扣5分", "=", "5", "分"),
        ("收緊53種產品", "=", "53", "种"),
        ("五级以上大风", ">=", "5", "级"),
        ("不得低于新增用量的1.2倍", ">=", "1.2", "倍"),
        ("暂停进港预约30天", "=", "30", "day"),
        ("年削减VOCs260吨以上", ">=", "260", "t"),
        ("且日均值大于300", ">", "300", ""),
        ("清扫不少于三遍", ">=", "3", "遍"),
        ("限值为100克/升以下", "<=", "100", "g/L"),
        ("扩容90万千伏安", "=", "900000", "kVA"),
        ("补贴标准为600元/户", "=", "600", "yuan/户"),
    ],
)
def test_a_quantity_has_value_unit_and_comparator(text: str, comparator: str, value: str, unit: str) -> None:
    assert (comparator, Decimal(value), unit) in read(text)


@pytest.mark.parametrize("text", ["落实“六个百分之百”", "落实六个百分百", "开展百日攻坚行动"])
def test_manners_of_speaking_are_no_quantities(text: str) -> None:
    assert read(text) == []


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
        "每日6:30按时清扫",
        "按1:10000比例尺制图",
    ],
)
def test_slogans_clocks_ordinals_and_dates_are_no_quantities(text: str) -> None:
    assert read(text) == []


def test_things_that_are_counted_side_by_side_keep_their_own_units() -> None:
    assert read("完成26台、182蒸吨燃气锅炉改造") == [("=", Decimal(26), "台"), ("=", Decimal(182), "t/h")]


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
        ("优良天数比率稳定在94%以上，较2020年提高1.2个百分点", ["优良天数比率", "优良天数比率"]),
        ("对木材加工、食品烘干等6个产业集群开展整治", ["产业集群"]),
        ("原辅材料VOCs含量（质量比）低于10%的工序", ["原辅材料VOCs含量"]),
        ("密封点2000个及以上的企业", ["密封点"]),
        ("气温在4摄氏度以上时每日洒水", ["气温"]),
        ("市局选派30名专家", ["专家"]),
        ("组建由3名专家构成的帮扶组", ["专家构成的帮扶组"]),
        ("抽查批次不少于60批次", ["抽查批次"]),
        ("2024年10月15日供暖季开始前完成5.6万平方米清洁取暖改造", ["清洁取暖改造"]),
        ("完成3200户“煤改电”", ["煤改电"]),
        ("积尘负荷≤0.8g/㎡", ["积尘负荷"]),
        ("更换周期不超过3个月或累计运行500小时", ["更换周期", "累计运行"]),
        ("全市二氧化硫、氮氧化物排放总量分别比2015年下降22%和20%", ["二氧化硫", "氮氧化物排放总量"]),
        ("黄色、红色预警期间的减排比例分别不低于10%和30%", ["红色预警期间的减排比例"] * 2),
        ("联合开展路检路查，每周不少于3次", ["路检路查"]),
        ("每年检查不少于2次", ["检查"]),
        ("完成率100％", ["完成率"]),
        ("新建30座加氢站", ["加氢站"]),
        ("嚴控揚塵，機掃率達到90%", ["機掃率"]),
    ],
)
def test_objects_are_named_as_printed(text: str, objects: list[str]) -> None:
    assert [each.object for each in quantities(clean(text, [Span(0, len(text))]))] == objects


@pytest.mark.parametrize(
    ("text", "objects"),
    [
        ("二氧化硫、氮氧化物排放总量分别减少8%和5%", ["二氧化硫", "氮氧化物排放总量"]),
        ("市工信局指导310家涉气企业编制方案", ["涉气企业"]),
        ("设置9处限行标志和3个绕行引导站", ["限行标志", "绕行引导站"]),
        ("减排比例不低于20%，红色预警期间不低于30%", ["减排比例", "减排比例"]),
        ("储存真实蒸气压大于等于27.6千帕的储罐", ["储存真实蒸气压"]),
        ("占地5000平方米以上的建成料仓", ["占地"]),
    ],
)
def test_what_is_measured_stands_before_a_number_or_is_counted_behind_it(text: str, objects: list[str]) -> None:
    assert [each.object for each in quantities(clean(text, [Span(0, len(text))]))] == objects


def test_a_run_of_numbers_is_asked_once_for_the_names_that_it_is_shared_out_among(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def each(_text: str, start: int, _count: int) -> list[tuple[int, int]]:
        asked.append(start)
        return []

    monkeypatch.setattr("lantian.policy.plantext.quantities.each_of", each)
    text = "10%、8家、" * 50 + "完成；" + "10%、8家、" * 50
    assert len(read(text)) == 200
    assert asked == [0, text.index("；") + 1]


def test_numbers_without_a_unit_are_not_walked_again_from_each_of_them() -> None:
    """Without a bound this many take minutes."""
    assert read("1、" * 20_000) == []
    assert len(read("1、" * 40 + "1吨")) == 41
