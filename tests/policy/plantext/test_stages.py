"""Stages with their time, where a sentence is cut, and what only tells or lists who sits in a group."""

import pytest

from lantian.policy.plantext import import_plan
from lantian.policy.plantext.model import Task


def read(text: str) -> list[Task]:
    return list(import_plan(f"2021年方案\n{text}").tasks)


def dues(task: Task) -> list[tuple[str, str]]:
    return [(each.kind, each.value) for each in task.deadlines]


@pytest.mark.parametrize("gap", ["\n", ""])
def test_the_time_of_a_stage_is_of_the_duties_below_its_title(gap: str) -> None:
    found = read(
        f"一、步骤\n（一）排查阶段（3月1日—4月10日）。{gap}逐户排查堆场，登记造册。建立台账。\n（二）总结。{gap}编写报告，上报结果。"
    )
    stage = [("from", "2021-03-01"), ("by", "2021-04-10")]
    assert [(task.words, dues(task)) for task in found] == [
        ("逐户排查堆场，登记造册。", stage),
        ("建立台账。", stage),
        ("编写报告，上报结果。", []),
    ]


def test_a_duty_with_a_day_of_its_own_in_a_stage_keeps_that_day() -> None:
    found = read("一、步骤\n（一）整治阶段（5月底前）\n关闭料堆，清理场地。6月3日前完成复绿。检查工地。")
    assert [dues(task) for task in found] == [[("by", "2021-05-31")], [("by", "2021-06-03")], [("by", "2021-05-31")]]


def test_a_month_in_a_stage_of_the_next_year_is_of_that_year() -> None:
    found = read(
        "一、步骤\n（一）实施阶段（10月1日—12月31日）\n11月底前淘汰锅炉。\n（二）提升阶段（2022年1月1日—1月15日）\n1月20日前上报总结。"
    )
    assert [dues(task)[0][1] for task in found] == ["2021-11-30", "2022-01-20"]


def test_lower_headings_stand_in_their_stage_and_the_next_stage_ends_it() -> None:
    found = read(
        "一、步骤\n（一）启动阶段（4月底前）\n1.成立专班。\n2.制定手册。\n（二）实施阶段（10月底前）\n1.淘汰锅炉。"
    )
    assert [[value for _kind, value in dues(task)] for task in found] == [["2021-04-30"]] * 2 + [["2021-10-31"]]


def test_a_stage_with_nothing_below_its_title_is_a_duty_in_itself() -> None:
    found = read("一、步骤\n（一）自查阶段（2月20日前）\n（二）验收阶段（9月30日前）\n组织验收。")
    assert [dues(task) for task in found] == [[("by", "2021-02-20")], [("by", "2021-09-30")]]


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("堆场全部苫盖并安装喷淋；县水务局负责清理河道。", ["堆场全部苫盖并安装喷淋；", "县水务局负责清理河道。"]),
        ("出现一处火点的，予以通报；由县纪委约谈书记。", ["出现一处火点的，予以通报；", "由县纪委约谈书记。"]),
        (
            "推进锅炉改造，县工信局牵头；整治料堆，县水务局牵头。",
            ["推进锅炉改造，县工信局牵头；", "整治料堆，县水务局牵头。"],
        ),
        ("小锅炉全部拆除；因供热需要保留的，由县水务局登记。", None),
        ("逾期未改的，予以通报；通报后仍不改的，由县水务局关停。", None),
        ("各村（社区）为责任主体，支书总负责，各村（社区）要成立队伍。", None),
    ],
)
def test_a_sentence_is_cut_at_a_semicolon_before_another_department(sentence: str, parts: list[str] | None) -> None:
    found = read(f"一、任务\n（一）治理\n{sentence}")
    assert [task.words for task in found] == (parts or [sentence])


@pytest.mark.parametrize(
    "sentence",
    [
        "为改善空气质量，结合本镇实际，特制定本实施方案。",
        "重点管控时段为春节、清明等节日以及农忙时节。",
        "《临河市扬尘管理办法》（2004年3月5日临河市人民政府令第9号公布，根据2010年令修改）。",
        "任何单位和个人都有权举报污染行为。",
        "场内道路是否硬化，车辆是否冲洗。",
        "重点检查内容是：",
    ],
)
def test_what_tells_or_asks_is_no_duty(sentence: str) -> None:
    assert [task.words for task in read(f"一、任务\n（一）治理\n加强巡查，清理道路。\n{sentence}")] == [
        "加强巡查，清理道路。"
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "市水务局应当在5月31日前制定本规定的实施细则。",
        "任何单位和个人有权举报，接到举报的部门应当五日内答复。",
        "逐户核查设施是否正常运行。",
    ],
)
def test_what_obliges_beside_that_stays_a_duty(sentence: str) -> None:
    assert [task.words for task in read(f"一、任务\n（一）治理\n{sentence}")] == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "工地全部围挡；裸土全部覆盖。",
        "工程验收前，方可拆除监控系统。",
        "到2021年底，排放总量削减30吨，各乡镇目标见附件2。",
    ],
)
def test_what_must_be_done_is_a_duty_by_its_verb_or_by_what_is_due(sentence: str) -> None:
    assert [task.words for task in read(f"一、任务\n（一）治理\n加强巡查，清理道路。\n{sentence}")][1:] == [sentence]


def test_the_first_sentence_below_a_title_of_goals_is_no_topic() -> None:
    found = read("一、工作目标\n杜绝垃圾的露天焚烧。推动形成长效机制，压实责任。")
    assert len(found) == 1
    found = read("一、工作目标\n全面禁止垃圾的露天焚烧。推动形成长效机制，压实责任。")
    assert [task.words for task in found] == ["全面禁止垃圾的露天焚烧。", "推动形成长效机制，压实责任。"]


@pytest.mark.parametrize(
    ("paragraph", "tasks"),
    [
        ("各社区、有关部门要加强巡查，压实责任。", 2),
        ("各社区、有关部门要认真贯彻执行。", 1),
        ("近年来，各社区加强了巡查。", 1),
    ],
)
def test_an_order_to_somebody_named_before_the_first_heading_is_read(paragraph: str, tasks: int) -> None:
    assert len(read(f"{paragraph}\n1、健全机制。完善台账，落实责任。")) == tasks


def test_a_text_without_headings_may_begin_with_the_paper_by_which_it_obliges_and_hold_stages() -> None:
    found = import_plan(
        "矿山整治\n根据《方案》，整治完成后方可生产，未通过验收的一律不得生产。\n"
        "部署阶段（2020年3月20日前）\n县水务局印发《方案》。\n自查阶段（2020年4月10日前）\n各企业要开展自查。"
    ).tasks
    assert [[value for _kind, value in dues(task)] for task in found] == [[], ["2020-03-20"], ["2020-04-10"]]


def test_who_sits_in_a_group_is_no_duty() -> None:
    found = read("一、领导机构\n组长：王一 镇党委书记\n李二 街道办事处主任\n各村网格员\n二、任务\n清理道路。")
    assert [task.words for task in found] == ["清理道路。"]


def test_clauses_that_a_page_set_on_one_line_begin_anew() -> None:
    text = (
        "临河市扬尘规定 （2010年5月6日公布） 第一条 为防治扬尘，制定本规定。 第二条 本规定适用于本市。 "
        "第三条 市、区县人民政府应当建立联席会议制度。 市水务部门负责河道工地。"
    )
    plan = import_plan(text)
    assert [article.number for article in plan.articles] == [1, 2, 3]
    assert [task.names("lead") for task in plan.tasks] == [["市、区县人民政府"], ["市水务部门"]]


def test_quotation_marks_of_another_form_close_a_quotation() -> None:
    found = read("一、责任\n（一）分工\n全面落实“党政同责〞要求，压实责任。县水务局清理河道。")
    assert [task.names("lead") for task in found] == [[], ["县水务局"]]
