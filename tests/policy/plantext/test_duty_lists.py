"""Lists of duties by department, and the words by which departments answer, help or supervise."""

import pytest

from lantian.policy.plantext import import_plan


def roles(text: str) -> list[tuple[list[str], list[str]]]:
    return [(task.names("lead"), task.names("joint")) for task in import_plan(text).tasks]


def test_a_department_named_before_a_full_stop_leads_what_follows_up_to_the_next() -> None:
    text = (
        "临河县禁烧方案\n一、职责分工\n各成员单位职责如下：县环保局。负责统一监督。加强现场检查。"
        "县交通局、公路局。负责巡查公路两侧。县农委。负责推广技术。\n全县开展宣传活动。"
    )
    assert roles(text) == [
        (["县环保局"], []),
        (["县环保局"], []),
        (["县交通局", "公路局"], []),
        (["县农委"], []),
        ([], []),
    ]


def test_a_department_alone_on_its_line_leads_the_paragraph_below() -> None:
    text = (
        "临河县方案\n一、职责分工\n县水务局：\n负责检查工地。负责清理河道。\n县农委\n配合做好宣传工作。\n定期开展督查。"
    )
    assert roles(text) == [(["县水务局"], []), (["县水务局"], []), ([], ["县农委"]), ([], [])]


def test_who_answers_on_lines_of_their_own_calls_nobody() -> None:
    text = "临河县方案\n一、任务\n淘汰锅炉。\n牵头单位：县水务局\n责任单位：县农委、县公安局\n清理河道。\n"
    assert roles(text) == [(["县水务局"], ["县农委", "县公安局"]), ([], [])]


def test_a_page_may_begin_amid_a_list_of_duties() -> None:
    text = "市经贸委：负责抓好企业调度。\n市规划局：采取措施，减少扬尘。\n五、要求\n（一）防治扬尘。裸地要洒水。"
    assert roles(text) == [(["市经贸委"], []), (["市规划局"], []), ([], [])]


@pytest.mark.parametrize("label", ["督导单位", "监督单位", "督办单位", "监管部门", "指导单位"])
def test_who_supervises_joins_in(label: str) -> None:
    text = f"一、任务\n完成改造。（责任单位：各区政府；{label}：市水务局、市应急局）"
    assert roles(text) == [(["各区政府"], ["市水务局", "市应急局"])]


@pytest.mark.parametrize(
    ("text", "lead", "joint"),
    [
        ("完成改造。市商务局、市水务局根据各自职责配合。", [], ["市商务局", "市水务局"]),
        ("市辖各区负责划定范围。", ["市辖各区"], []),
        ("市辖三区承担治理责任，制定方案。", ["市辖三区"], []),
        (
            "各地环境保护行政主管部门和公安机关应当跟踪监管。",
            ["各地环境保护行政主管部门", "公安机关"],
            [],
        ),
        ("月底之前，城管执法、住房保障房管、水务等部门做好安排。", ["城管执法", "住房保障房管", "水务"], []),
        ("破土处要洒水。", [], []),
        ("成立工作班子，明确经发局为牵头部门，制定目标。", ["经发局"], []),
        ("市水务局为牵头单位，市农委、市公安局为配合单位，完成整治。", ["市水务局"], ["市农委", "市公安局"]),
        ("明确县水务局、县农委为责任单位，落实责任。", ["县水务局", "县农委"], []),
        ("高新区成立工作组，落实责任。", ["高新区"], []),
        ("开发区要全部建成供热管网。", [], []),
        ("镇政府要成立巡查队。", ["镇政府"], []),
        ("各市、县（区）水务局要制定计划。", ["各市、县（区）水务局"], []),
        ("市、区县人民政府应当建立制度。", ["市、区县人民政府"], []),
        ("区人民政府（含高新区管委会、景区管委会，下同）负责本区治理。", ["区人民政府"], []),
        ("禁止在东风街道办事处辖区燃放爆竹。", [], []),
        ("县民政局牵头，与区级政府共同做好治理。", ["县民政局"], ["区级政府"]),
        (
            "城乡水务、公安、林水和文旅（广电）等相关行政主管部门，分别做好工作。",
            ["城乡水务", "公安", "林水和文旅（广电）"],
            [],
        ),
        ("住房保障和房产行政主管部门负责房屋拆除工地。", ["住房保障和房产行政主管部门"], []),
        ("县城管局要配合市、区环保部门开展执法。", ["市、区环保部门"], ["县城管局"]),
        ("县水务局联合当地公安、环保等部门开展督查。", ["县水务局"], ["公安", "环保"]),
        ("4、乡纪委约谈村干部。", ["乡纪委"], []),
        ("巡查工作组负责每天巡查。", ["巡查工作组"], []),
        ("县物资（集团）回收公司：负责报废车辆回收。", ["县物资（集团）回收公司"], []),
        ("责任单位：县商务局牵头，县水务局、县应急局配合，完成检查。", ["县商务局"], ["县水务局", "县应急局"]),
        ("公安、城管、环保三部门联合开展行动。", ["公安", "城管", "环保"], []),
        ("环保部门会同水务、公安、城乡交通等有关部门制定方案。", ["环保部门"], ["水务", "公安", "城乡交通"]),
        ("与水务、公安、环保等部门实现信息共享。", [], []),
        ("主城区严禁燃煤，城乡结合部要禁止销售散煤。", [], []),
    ],
)
def test_who_acts_by_name(text: str, lead: list[str], joint: list[str]) -> None:
    assert roles(f"一、任务\n（一）治理\n{text}") == [(lead, joint)]


def test_a_title_that_calls_a_departments_tasks_names_who_leads_below() -> None:
    text = "临河县方案\n（一）县农委主要工作任务：\n1、推广沼气。\n2、组织整治料场。\n工作协助部门：县水务局\n"
    text += "（二）宣传\n加强宣传。"
    assert roles(text) == [(["县农委"], []), (["县农委"], ["县水务局"]), ([], [])]


def test_a_department_alone_in_a_title_owns_what_stands_below_before_the_first_article() -> None:
    text = "临河县方案\n一、职责\n1.县农委。负责秸秆。\n（一）宣传\n加强宣传，发放手册。"
    assert roles(text)[0] == (["县农委"], [])


def test_who_must_do_what_is_listed_below_leads_each_item_of_the_list() -> None:
    text = (
        "临河县规定\n第一条 县水务局应当做好下列工作：\n（一）组织巡查；\n（二）制止焚烧；\n（三）县公安局查处。\n"
        "第二条 各乡镇应当配合做好以下工作：\n（一）制止抛洒；\n第三条 加强检查。"
    )
    assert roles(text) == [
        *[(["县水务局"], list[str]())] * 3,
        (["县公安局"], []),
        *[(list[str](), ["各乡镇"])] * 2,
        ([], []),
    ]


def test_a_title_of_several_names_parted_by_a_comma_is_no_duty() -> None:
    text = "临河县方案\n一、职责\n1.县农委\n推广沼气。\n2.县水务局、县公安局，各乡镇人民政府\n编制方案。"
    assert roles(text) == [(["县农委"], []), (["县水务局", "县公安局", "各乡镇人民政府"], [])]


@pytest.mark.parametrize(
    "sentence",
    [
        "2021年9月3日，省指挥部办公室发布关于做好应对工作的函。",
        "市领导小组办公室日前发出通知，通过三项措施加强污染防治。",
        "经预测，我省可能出现3天以上重度污染过程，要求我市启动预警。",
        "2023年截至目前，优良天数大幅提升，排名较2022年前移。",
        "禁烧区域为公路干线两侧各1公里的地带。",
    ],
)
def test_a_sentence_that_only_tells_is_no_duty(sentence: str) -> None:
    plan = import_plan(f"2023年方案\n一、任务\n（一）治理\n加强巡查，清理道路。{sentence}")
    assert [task.words for task in plan.tasks] == ["加强巡查，清理道路。"]


@pytest.mark.parametrize(
    "sentence",
    [
        "市公安局2023年10月10日前发布绕行通告，日均分流货车3000辆次以上。",
        "禁烧区域为公路两侧1公里，各乡镇要每日巡查。",
        "全面完成“十四五”环境质量目标。加强巡查。",
    ],
)
def test_a_sentence_that_obliges_stays_a_duty(sentence: str) -> None:
    assert import_plan(f"一、任务\n（一）治理\n{sentence}").tasks[0].words in sentence[:40]


def test_the_purpose_of_a_plan_is_no_duty() -> None:
    plan = import_plan("限行方案\n一、实施目的\n减少排放，改善环境质量。\n二、任务\n加强检查。")
    assert [task.words for task in plan.tasks] == ["加强检查。"]


def test_a_goal_before_the_first_heading_is_read() -> None:
    plan = import_plan("临河市方案\n城管系统围绕蓝天保卫战主要目标是：加强渣土管控；推进整治。\n一、任务\n加强检查。")
    assert len(plan.tasks) == 2


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("以优异成绩迎接建厂100周年，每处检查3次。", ["3"]),
        ("湿扫2条道路，防止二次扬尘。", ["2"]),
        ("实施“500米”净岸工程，清理河道3公里。", ["3"]),
        ("实现一年全面推进、两年深入巩固、三年发展提升。", []),
        ("运行三年，检查两年内的记录3份。", ["3", "3"]),
        ("每日浓度未超过33微克/立方米。", ["33"]),
    ],
)
def test_numbers_that_name_or_tell_count_nothing(sentence: str, values: list[str]) -> None:
    plan = import_plan(f"一、任务\n（一）治理\n确保落实，{sentence}")
    assert [str(each.value) for task in plan.tasks for each in task.quantities] == values


@pytest.mark.parametrize(
    ("sentence", "objects"),
    [
        ("综合指数稳定退出全国168个重点城市后20位。", ["重点城市", "综合指数"]),
        ("PM2.5浓度力争在全国168个重点城市退出后20名。", ["重点城市", "PM2.5浓度"]),
        ("推动87家燃煤企业改造。", ["燃煤企业改造"]),
        ("落实3000个防治项目。", ["防治项目"]),
    ],
)
def test_what_is_counted_stands_behind_what_is_done_to_it(sentence: str, objects: list[str]) -> None:
    found = [each.object for task in import_plan(f"一、任务\n（一）治理\n{sentence}").tasks for each in task.quantities]
    assert all(want in got for want, got in zip(objects, found, strict=True)), found


def test_thirds_of_months_bound_a_range_and_a_place_that_moves_up_is_no_deadline() -> None:
    plan = import_plan("2016年方案\n一、任务\n（一）治理\n2016年8月下旬—10月上旬，开展检查，排名较2015年前移。")
    assert [(each.kind, each.value) for each in plan.tasks[0].deadlines] == [
        ("from", "2016-08-21"),
        ("by", "2016-10-10"),
    ]


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("一、职责分工\n县公安局：负责查处车辆。加强路检路查。", [["县公安局"], ["县公安局"]]),
        ("一、职责分工\n县公安局职责：负责查处车辆。加强路检路查。", [["县公安局"], ["县公安局"]]),
        ("一、职责分工\n县公安局负责查处车辆。加强路检路查。\n全面清理道路。", [["县公安局"], ["县公安局"], []]),
        ("一、重点任务\n县公安局负责查处车辆。加强路检路查。", [["县公安局"], []]),
        (
            "一、职责分工\n（一）县公安局：负责查处。加强巡查。\n（二）宣传。加强宣传。",
            [["县公安局"], ["县公安局"], []],
        ),
        (
            "一、职责分工\n县公安局负责查处车辆。县水务局负责清理河道。开展巡查。",
            [["县公安局"], ["县水务局"], ["县水务局"]],
        ),
    ],
)
def test_who_opens_a_paragraph_of_a_list_of_duties_leads_all_of_it(text: str, lead: list[list[str]]) -> None:
    assert [leads for leads, _ in roles(f"临河县方案\n{text}")] == lead


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("2019年度要重点管好工地，清理道路。", ["2019-12-31"]),
        ("三季度8-9月不少于20天，落实责任。", []),
        ("县水务局6月1日前移交名单，加强检查。", ["2019-06-01"]),
        ("县水务局6月1日前列入名单，加强检查。", ["2019-06-01"]),
    ],
)
def test_the_year_in_which_something_must_be_done(sentence: str, due: list[str]) -> None:
    plan = import_plan(f"2019年方案\n一、任务\n（一）治理\n{sentence}")
    assert [each.value for task in plan.tasks for each in task.deadlines] == due
