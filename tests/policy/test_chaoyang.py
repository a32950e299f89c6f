"""Chaoyang's plan as a pack: 31 articles, 43 streets, every number with its article, checked against the text."""

import csv
import re
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from pyarrow import parquet

from lantian.policy.check import check_pack
from lantian.policy.reader import Pack, load_pack
from lantian.policy.records_plan import (
    AirPoint,
    Area,
    Article,
    Chapter,
    Deadline,
    Hotline,
    Organisation,
    PointGroup,
    Quantity,
    Target,
    Task,
)
from tests.shared import shared

PACK = "cn-110105-2018"
CHINESE_DIGITS = "一二三四五六七八九"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(PACK)


@pytest.fixture(scope="module")
def text_of() -> dict[int, str]:
    """Return the official text of every article; a chapter's heading belongs to its first article."""
    text = shared("plan/chaoyang-2018.txt").read_text(encoding="utf-8")
    text = text[text.index("一、总体要求和目标") :]
    starts = {number: text.index(f"\n（{chinese(number)}）") for number in range(1, 32)}
    for heading in re.finditer(r"\n[一二三四五六七八九]、", text):
        first = min((number for number in starts if starts[number] > heading.start()), key=starts.__getitem__)
        starts[first] = heading.start()
    ends = [*(starts[number] for number in range(2, 32)), len(text)]
    return {number: text[starts[number] : end] for number, end in zip(range(1, 32), ends, strict=True)}


def chinese(number: int) -> str:
    """Write a number below 100 as the plan does.

    >>> chinese(3), chinese(10), chinese(21)
    ('三', '十', '二十一')
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else CHINESE_DIGITS[tens - 1] + "十"
    return head + (CHINESE_DIGITS[ones - 1] if ones else "")


def test_the_pack_has_no_mistake() -> None:
    assert [problem.text.en for problem in check_pack(PACK)] == []


def test_the_plan_has_31_articles_in_nine_chapters(pack: Pack) -> None:
    articles = pack.all(Article)
    assert [article.article for article in articles] == list(range(1, 32))
    assert [chapter.article for chapter in pack.all(Chapter)] == [1, 3, 10, 15, 19, 20, 23, 25, 28]


def test_an_article_lies_in_the_chapter_that_starts_last_before_it(pack: Pack) -> None:
    firsts = {chapter.id: chapter.article for chapter in pack.all(Chapter)}
    for article in pack.all(Article):
        assert firsts[article.chapter] == max(first for first in firsts.values() if first <= article.article)


def test_every_article_after_the_targets_has_tasks(pack: Pack) -> None:
    assert {task.article for task in pack.all(Task)} == set(range(3, 32))


def test_there_are_24_streets_and_19_townships(pack: Pack) -> None:
    streets = [area for area in pack.all(Area) if area.parent == "110105"]
    assert [area.id for area in streets] == [f"110105{number:03}" for number in range(1, 44)]
    assert sum(area.kind == "street" for area in streets) == 24
    assert sum(area.kind == "township" for area in streets) == 19
    assert len({area.short for area in streets}) == len({area.en for area in streets}) == 43
    assert all(" " not in area.en for area in streets)


def test_every_street_has_its_office(pack: Pack) -> None:
    offices = [office for office in pack.all(Organisation) if office.kind == "street_office"]
    assert sorted(str(office.area) for office in offices) == [f"110105{number:03}" for number in range(1, 44)]


NUMBERS = [
    (2, "~", "52", "µg/m³"),
    (4, "<=", "4.5", "t"),
    (4, "<", "0.9", "km"),
    (5, "=", "3", "stage"),
    (6, "=", "4", "stage"),
    (7, "=", "6", "stage"),
    (11, "=", "6", "item"),
    (11, "=", "100", "%"),
    (11, "<=", "24", "h"),
    (11, "<=", "7", "day"),
    (11, "=", "2", "count"),
    (11, "=", "7", "day"),
    (11, "=", "3", "count"),
    (11, "=", "6", "month"),
    (11, ">=", "4", "count"),
    (12, ">=", "92", "%"),
    (13, "<=", "10", "rank"),
    (14, "=", "3", "item"),
    (14, "=", "2", "item"),
    (16, "<=", "15", "%"),
    (18, ">", "25", "t/a"),
    (22, ">=", "2", "count"),
    (22, "<=", "1", "year"),
    (24, ">=", "10", "%"),
    (24, ">=", "20", "%"),
    (24, ">=", "30", "%"),
    (28, ">", "45", "m"),
]


@pytest.mark.parametrize(("article", "comparator", "value", "unit"), NUMBERS)
def test_every_number_of_the_plan_is_a_record(pack: Pack, article: int, comparator: str, value: str, unit: str) -> None:
    found = [(q.article, q.comparator, q.value, q.unit) for q in pack.all(Quantity)]
    assert (article, comparator, Decimal(value), unit) in found


DAYS = [
    (2, "<=", date(2020, 12, 31)),
    (3, "<=", date(2019, 3, 31)),
    (4, "<=", date(2020, 12, 31)),
    (5, "<=", date(2019, 12, 31)),
    (6, "<=", date(2019, 12, 31)),
    (6, ">=", date(2019, 1, 1)),
    (6, ">=", date(2020, 1, 1)),
    (9, ">=", date(2018, 9, 1)),
    (9, "<=", date(2018, 12, 31)),
    (11, "<=", date(2019, 12, 31)),
    (12, ">=", date(2019, 1, 1)),
    (12, "<=", date(2020, 12, 31)),
    (16, "<=", date(2018, 12, 31)),
    (16, ">=", date(2019, 1, 1)),
    (17, "<=", date(2020, 12, 31)),
    (18, "<=", date(2020, 12, 31)),
    (21, "<=", date(2020, 12, 31)),
]


@pytest.mark.parametrize(("article", "comparator", "day"), DAYS)
def test_every_day_of_the_plan_is_a_record(pack: Pack, article: int, comparator: str, day: date) -> None:
    assert (article, comparator, day) in [(q.article, q.comparator, q.day) for q in pack.all(Quantity)]


@pytest.mark.parametrize(("level", "share"), [("yellow", 10), ("orange", 20), ("red", 30)])
def test_each_alert_level_has_its_cut(pack: Pack, level: str, share: int) -> None:
    (cut,) = [quantity for quantity in pack.all(Quantity) if quantity.level == level]
    assert (cut.article, cut.value, cut.comparator) == (24, Decimal(share), ">=")
    assert cut.unit == "%"


def test_quantities_of_a_task_belong_to_its_article(pack: Pack) -> None:
    articles = {quantity.id: quantity.article for quantity in pack.all(Quantity)}
    for task in pack.all(Task):
        assert {articles[name] for name in task.quantities} <= {task.article}, task.id


def test_every_number_belongs_to_a_task_or_a_target(pack: Pack) -> None:
    used = {name for task in pack.all(Task) for name in task.quantities}
    used |= {target.quantity for target in pack.all(Target) if target.quantity} | {"a2.target-year"}
    assert {quantity.id for quantity in pack.all(Quantity)} - used == set()


# Departments as the plan's sentences name them, read by hand: article, who leads, who takes part.
PARTIES = [
    (3, "区交通委", ""),
    (3, "区商务委", ""),
    (4, "区科委", "市级部门 有关部门"),
    (4, "区城管委", "相关部门"),
    (5, "朝阳交通支队", ""),
    (5, "区环保 交通 财政", ""),
    (5, "公安交通管理 环保部门", ""),
    (5, "工商部门", ""),
    (5, "质监 环保 公安交通管理", "机动车检验检测机构"),
    (6, "住建 交通 城市管理 园林绿化 水务 农业 质监", ""),
    (8, "区工商 质监", ""),
    (10, "区环保局", "行业主管部门 执法监管部门"),
    (10, "区住房城乡建设委", ""),
    (10, "区住房城乡建设 城市管理 交通 水务 园林绿化 规划国土", ""),
    (10, "各街乡", ""),
    (11, "区城管执法局", "各街乡"),
    (11, "区住房城乡建设委", "各街乡"),
    (11, "区城管执法部门 相关行业管理部门", ""),
    (12, "区城管委", "有关部门"),
    (12, "区农委", ""),
    (13, "区社会办 区农委", "各街乡"),
    (14, "区城管委", "城管执法"),
    (14, "区交通 公安交通管理部门", ""),
    (16, "区发展改革委", ""),
    (16, "区环保局 区发展改革委", "各街乡 社区（村）"),
    (16, "区发展改革委", "市级部门"),
    (16, "区城市管理 水务 环保", ""),
    (17, "区住房城乡建设委", ""),
    (18, "区环保局", ""),
    (20, "区质监 工商", ""),
    (22, "区环保 公安 城管执法 食品药品监管 工商 消防", ""),
    (22, "区食品药品监管部门", "区环保 城管执法部门"),
    (22, "区环保 城管执法部门", "区食品药品监管部门"),
    (23, "区发展改革委", "区环保局"),
    (23, "区环保 发改 交通 住房城乡建设 水务 园林绿化 各街乡", ""),
    (24, "区环保局", "空气重污染应急指挥部"),
    (26, "重点排污单位", ""),
    (27, "区委宣传部 区文明办", "区环保局 区发展改革委 区城管委 区科委 各街乡"),
    (27, "区委组织部 区人力社保局 区教委", ""),
    (27, "区委宣传部 区总工会 区教委 区社会办 区农委 区妇联 团区委", ""),
    (28, "区环保局", ""),
    (29, "区财政局", ""),
    (30, "区环保 公安交通管理 城管执法 工商 质监", ""),
]


@pytest.mark.parametrize(("article", "lead", "joint"), PARTIES)
def test_a_task_names_who_leads_and_who_takes_part(pack: Pack, article: int, lead: str, joint: str) -> None:
    ids = {name: record.id for record in pack.all(Organisation) for name in (record.zh, *record.aliases)}
    tasks = [task for task in pack.all(Task) if task.article == article]
    parties = [({*task.lead}, {*task.joint}) for task in tasks]
    assert ({ids[name] for name in lead.split()}, {ids[name] for name in joint.split()}) in parties


DEADLINES = [
    (3, "transport", "by", date(2019, 3, 31)),
    (6, "housing", "from", date(2020, 1, 1)),
    (10, "environment", "every", "month"),
    (11, "urban-enforcement", "every", "week"),
    (11, "urban-enforcement", "within", "PT24H"),
    (11, "urban-enforcement", "within", "P7D"),
    (12, "urban-management", "by", date(2020, 12, 31)),
    (16, "development-reform", "from", date(2019, 1, 1)),
    (20, "quality-supervision", "every", "month"),
    (31, "chaoyang-government", "every", "quarter"),
]


@pytest.mark.parametrize(("article", "lead", "kind", "value"), DEADLINES)
def test_a_task_has_its_deadline(pack: Pack, article: int, lead: str, kind: str, value: date | str) -> None:
    tasks = [task for task in pack.all(Task) if task.article == article and task.lead[0] == lead]
    assert (kind, value) in [(deadline.kind, deadline.value) for task in tasks for deadline in task.deadlines]


@pytest.mark.parametrize(
    ("kind", "value"), [("by", "2019-03-31"), ("every", "fortnight"), ("within", "24 h"), ("within", date(2019, 3, 31))]
)
def test_a_deadline_of_the_wrong_form_is_refused(kind: str, value: date | str) -> None:
    with pytest.raises(ValueError, match=f"'{kind}' needs"):
        Deadline.model_validate({"kind": kind, "value": value, "printed": "…"})


def test_the_target_is_about_52_at_two_points(pack: Pack) -> None:
    target = pack.get(Target, "pm25-2020")
    assert (target.value, target.year) == (Decimal(52), 2020)
    assert (target.comparator, target.unit) == ("~", "µg/m³")
    group = pack.get(PointGroup, str(target.point_group))
    assert group.points == ("aotizhongxin", "nongzhanguan")


def test_the_other_targets_compare_with_their_base_year(pack: Pack) -> None:
    bases = {target.id: target.base_year for target in pack.all(Target)}
    assert bases["nox-2020"] == bases["voc-2020"] == bases["heavy-days-2020"] == 2015
    assert bases["transport-2020"] == 2017


def test_the_traffic_station_of_chaoyang_does_not_count(pack: Pack) -> None:
    points = [point for point in pack.on(AirPoint, date(2020, 6, 1)) if point.area == "110105"]
    assert {point.zh for point in points if point.evaluated} == {"奥体中心", "农展馆"}
    assert pack.get(AirPoint, "dongsihuan", date(2020, 6, 1)).evaluated is False


def test_every_station_name_of_the_data_files_is_known(pack: Pack) -> None:
    with shared("data/stations_beijing.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {name: point for point in pack.all(AirPoint) for name in point.aliases}
    assert len(names) == sum(len(point.aliases) for point in pack.all(AirPoint)), "a name belongs to one point"
    for row in rows:
        point = names[row["name_zh"]]
        assert not row["same_site_older_name"] or names[row["same_site_older_name"]] is point
        assert not row["uci_name"] or names[row["uci_name"]] is point
        place = (float(row["lon"]), float(row["lat"]))
        assert (point.longitude, point.latitude) == pytest.approx(place, abs=0.02)
        assert pack.get(Area, point.area).zh in (row["district_by_owner"], row["district_by_boundary_test"])


@pytest.mark.parametrize(
    "span", ["beijing35_hourly_2017-2021-01", "beijing35_hourly_2021-01-2024-06", "uci_beijing12_hourly_2013-2017"]
)
def test_every_station_of_an_hourly_file_is_one_point(pack: Pack, span: str) -> None:
    column = parquet.read_table(shared(f"data/air_quality_{span}.parquet"), columns=["station"])["station"]
    stations = column.unique().to_pylist()
    names = {name: point.id for point in pack.all(AirPoint) for name in point.aliases}
    assert len({names[station] for station in stations}) == len(stations)


def test_the_old_and_the_new_network_have_35_stations_each(pack: Pack) -> None:
    for day in (date(2019, 1, 1), date(2022, 1, 1)):
        stations = [point for point in pack.on(AirPoint, day) if point.kind != "embassy"]
        assert len(stations) == 35


def test_what_the_pack_quotes_stands_in_its_article(pack: Pack, text_of: dict[int, str]) -> None:
    quotes = [(quantity.article, quantity.printed) for quantity in pack.all(Quantity)]
    quotes += [(task.article, deadline.printed) for task in pack.all(Task) for deadline in task.deadlines]
    quotes += [(hotline.article, hotline.number) for hotline in pack.all(Hotline)]
    assert [quote for quote in quotes if quote[1] not in text_of[quote[0]]] == []


def test_every_number_with_a_unit_in_the_text_is_quoted_by_a_record(pack: Pack, text_of: dict[int, str]) -> None:
    for article, text in text_of.items():
        quoted = "".join(quantity.printed for quantity in pack.all(Quantity) if quantity.article == article)
        numbers = re.findall(r"\d+(?:\.\d+)?(?:微克|吨|公里|米|%|小时|天|次|位)", text)
        assert [number for number in numbers if number not in quoted] == [], article


def test_every_department_of_a_task_is_named_in_its_article(pack: Pack, text_of: dict[int, str]) -> None:
    names = {record.id: (record.zh, *record.aliases) for record in pack.all(Organisation)}
    unnamed = [
        (task.id, party)
        for task in pack.all(Task)
        for party in ((*task.lead, *task.joint) if task.lead_named else task.joint)
        if not any(name in text_of[task.article] for name in names[party])
    ]
    assert unnamed == []


def test_an_organisation_is_named_in_the_article_that_it_cites(pack: Pack, text_of: dict[int, str]) -> None:
    cited = [record for record in pack.all(Organisation) if record.article]
    assert [
        record.id
        for record in cited
        if not any(name in text_of[record.article or 0] for name in (record.zh, *record.aliases))
    ] == []


def test_the_words_are_our_own(pack: Pack, text_of: dict[int, str]) -> None:
    whole = "".join(text_of.values())
    ours = [article.summary_zh for article in pack.all(Article)] + [task.zh for task in pack.all(Task)]
    pieces = {sentence[start : start + 17] for sentence in ours for start in range(len(sentence) - 16)}
    assert [piece for piece in pieces if piece in whole] == []


def test_articles_of_the_text_follow_one_another(text_of: dict[int, str]) -> None:
    assert all(text_of[one] and text_of[two] for one, two in pairwise(range(1, 32)))
