"""Short notices, plans in one line, and paragraphs before the first heading."""

import pytest

from lantian.policy.plantext import Plan, import_plan
from lantian.policy.plantext.errors import PlanTextError


def test_a_notice_that_passes_on_a_paper_holds_what_it_asks_for() -> None:
    notice = (
        "关于转发工地检查通知的通知\n临河住建〔2019〕4号\n各县住建局:\n"
        "现将《省厅关于开展工地检查的通知》(某建〔2019〕30号)转发给你们,请各县住建局制定检查方案,加强巡查。"
        "并将检查情况于4月15日前报送市住建局。\n2019年3月20日"
    )
    plan = import_plan(notice)
    assert [task.words for task in plan.tasks] == [
        "请各县住建局制定检查方案,加强巡查。",
        "并将检查情况于4月15日前报送市住建局。",
    ]
    assert plan.tasks[0].names("lead") == ["各县住建局"]
    assert [(each.kind, each.value) for each in plan.tasks[1].deadlines] == [("by", "2019-04-15")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("临河县治理实施方案", []),
        ("临河县治理实施方案\n各乡镇要清理垃圾", ["各乡镇要清理垃圾"]),
        ("请各乡镇清理垃圾", ["请各乡镇清理垃圾"]),
        ("淘汰锅炉20台", ["淘汰锅炉20台"]),
        ("关于印发方案的通知\n各乡镇:\n现将方案印发给你们,请认真贯彻执行。", []),
    ],
)
def test_a_text_with_a_title_or_a_duty_is_not_refused(text: str, words: list[str]) -> None:
    assert [task.words for task in import_plan(text).tasks] == words


def test_a_text_with_neither_title_nor_duty_is_refused() -> None:
    with pytest.raises(PlanTextError, match="neither a title nor"):
        import_plan("昨天下了一场雨。今天是晴天。")


def test_a_plan_in_one_line_has_its_title_and_its_headings() -> None:
    plan = import_plan(
        "临河市治理实施细则 为改善空气质 量,结合我市实际,制定本细则。 一、工作目标 改善空气质 量,到 2018 年,"
        "浓度降到 60 微克/ 立方米以 下。 二、主要任务 抓好下列工作,开展治理。 3 (一)调整结构 优化 布局。"
        "严禁新建 高耗能项目。 (二)治理扬尘。每月检查 工地两次。"
    )
    assert plan.head.title is not None
    assert plan.head.title.value == "临河市治理实施细则"
    assert [article.title for article in plan.articles] == ["调整结构优化布局", "治理扬尘"]
    assert [chapter.title for chapter in plan.chapters] == ["工作目标", "主要任务"]
    assert [task.words for task in plan.tasks] == [
        "改善空气质量,到2018年,浓度降到60微克/立方米以下。",
        "严禁新建高耗能项目。",
        "每月检查工地两次。",
    ]
    assert [left.reason for left in plan.unparsed if left.span.end - left.span.start == 1] == ["page-number"]


def test_headings_behind_spaces_need_no_full_stop() -> None:
    plan = import_plan("临河县治理实施方案 一、工作目标 浓度降到40微克/立方米以内 二、主要任务 淘汰锅炉20台")
    assert [chapter.title for chapter in plan.articles] == [
        "工作目标浓度降到40微克/立方米以内",
        "主要任务淘汰锅炉20台",
    ]


def test_a_paragraph_before_the_first_heading_is_read_sentence_by_sentence() -> None:
    plan = import_plan(
        "临河市运输结构三年方案(2019—2021年)\n\n要以绿色发展为指导,全面贯彻上级部署,以港口为重点,实现铁路货运量增加3万吨的目标。"
        "到2021年,公路货运量明显下降,铁路货运量显著提高。\n\n一是铁路提升行动。加快专用线建设,到2021年接入比例达到70%以上。"
    )
    assert [task.words[:6] for task in plan.tasks] == ["要以绿色发展", "到2021年", "加快专用线建"]
    assert [str(each.value) for task in plan.tasks for each in task.quantities] == ["30000", "70"]


def test_a_paragraph_that_tells_of_the_paper_itself_is_not_read() -> None:
    plan = import_plan(
        "临河市治理方案\n近两年柴油消费量年均增长4%,治理任务繁重。根据上级部署,制定本方案。\n一、任务\n淘汰锅炉5台。"
    )
    assert [task.words for task in plan.tasks] == ["淘汰锅炉5台。"]


def plan_of(text: str, title: str = "重点工作") -> Plan:
    return import_plan(f"临河市治理实施方案\n临河政发〔2020〕8号\n一、任务\n(一){title}\n{text}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("经过五年努力,煤炭消费总量下降12%。", ["12"]),
        ("通过三年集中攻坚,货运量增加5%。", ["5"]),
        ("完成冬季取暖改造户数2081户。", ["2081"]),
        ("检查数十家企业,整改30家。", ["30"]),
    ],
)
def test_years_of_work_are_no_quantity_and_a_sum_behind_its_word_is_one(text: str, expected: list[str]) -> None:
    assert [str(each.value) for task in plan_of(text).tasks for each in task.quantities] == expected


@pytest.mark.parametrize(
    "text",
    [
        "各乡镇改善指标:到2021年,河东镇控制在46微克/立方米左右。",
        "各省、自治区、直辖市已将任务分解到企业,完成改造。",
        "定期召开由有关部门和相关地方人民政府参加的会议。",
    ],
)
def test_who_is_only_spoken_of_does_not_act(text: str) -> None:
    assert [party for task in plan_of(text).tasks for party in task.parties] == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("全县工地、园区等使用的挖掘机、压路机、叉车等移动机械。", "登记范围"),
        ("现将两年来淘汰设备的企业名单(第一批)予以公告。", "公告"),
        ("企业已将设备全部淘汰,并在网站公布了名单。", "公告"),
        ("整个攻坚方案聚焦三大调整,将产业调整作为重要突破口。", "结构"),
    ],
)
def test_what_tells_of_the_paper_or_names_things_is_no_duty(text: str, title: str) -> None:
    found = plan_of(f"{text}\n市住建局负责检查。", title).tasks
    assert [task.words for task in found] == ["市住建局负责检查。"]


@pytest.mark.parametrize(
    "text",
    ["淘汰管网覆盖范围内的燃煤锅炉。", "小学停止室外活动。", "倡导绿色出行。"],
)
def test_a_short_duty_that_opens_a_paragraph_is_kept(text: str) -> None:
    found = plan_of(f"{text}市住建局负责检查。" if "的" in text else f"市住建局负责检查。{text}").tasks
    assert {task.words for task in found} == {text, "市住建局负责检查。"}


def test_what_is_measured_stands_before_what_it_is_compared_with() -> None:
    found = plan_of("2020年,PM2.5平均浓度较2019年持平,达到41微克/立方米。").tasks
    assert [each.object for task in found for each in task.quantities] == ["PM2.5平均浓度"]


def test_general_words_below_a_title_in_traditional_characters_are_no_duty() -> None:
    found = plan_of("持續綜合治理,堅決打贏攻堅戰。\n(二)任務\n市環保局負責檢查。", "總體要求").tasks
    assert [task.words for task in found] == ["市環保局負責檢查。"]


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("河口镇、上庄乡、东关街道确保浓度不反弹。", ["河口镇", "上庄乡", "东关街道"]),
        ("各县(市、区)、开发区完成年度改善目标。", ["各县(市、区)", "开发区"]),
        ("各县(市、区)、临河开发区和高新区要完成改造。", ["各县(市、区)", "临河开发区", "高新区"]),
        ("河口镇、上庄乡浓度下降。", []),
        ("河口镇、上庄乡的企业完成改造。", []),
    ],
)
def test_places_listed_right_before_their_duty_act(text: str, lead: list[str]) -> None:
    assert [name for task in plan_of(text).tasks for name in task.names("lead")] == lead


def test_the_words_of_an_article_without_a_title_are_a_duty() -> None:
    rules = import_plan(
        "临河市防治办法\n第一条 运输散装物料的车辆应当密闭。市公安局核定线路。\n"
        "第二条 禁止露天焚烧落叶。街道办事处应当制止。\n"
        "第三条 废气应密闭收集处理。"
    )
    assert [task.words for task in rules.tasks][::2] == [
        "运输散装物料的车辆应当密闭。",
        "禁止露天焚烧落叶。",
        "废气应密闭收集处理。",
    ]


def test_what_is_shared_out_among_names_is_what_each_number_measures() -> None:
    found = plan_of("到2020年,优良天数分别达到河东220天、河西210天、上庄250天。").tasks
    assert [each.object for task in found for each in task.quantities] == ["优良天数"] * 3


def test_a_year_of_which_something_is_told_is_not_due_beside_a_later_one() -> None:
    plan = import_plan("临河县方案\n一、任务\n2019年省级督察交办的信访件在2020年5月底前全面完成。")
    assert [each.value for task in plan.tasks for each in task.deadlines] == ["2020-05-31"]


def test_a_line_above_first_and_second_is_a_title() -> None:
    found = plan_of("市城管局负责洒水。\n持续开展现场检查\n一是加强劝导。市住建局检查工地。").tasks
    assert "持续开展现场检查" not in [task.words for task in found]


def test_a_plan_in_one_line_may_number_its_items_with_digits() -> None:
    plan = import_plan(
        "临河区2022年治理工作要点 1.治理扬尘。6月底前安装率达到100%。 2.改造锅炉。年底前完成30台改造。"
        " 3.联合执法。每月不少于4次。"
    )
    assert plan.head.title is not None
    assert plan.head.title.value == "临河区2022年治理工作要点"
    assert [article.title for article in plan.articles] == ["治理扬尘", "改造锅炉", "联合执法"]
    assert [each.value for task in plan.tasks for each in task.deadlines] == ["2022-06-30", "2022-12-31", "month"]


def test_who_must_act_and_when_is_no_part_of_what_is_counted() -> None:
    found = plan_of("各区要在5月底前淘汰老旧车500辆。我们要坚决完成PM2.5浓度下降3%的目标。").tasks
    assert [each.object for task in found for each in task.quantities] == ["老旧车", "PM2.5浓度"]
