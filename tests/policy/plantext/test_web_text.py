"""Plans as the web prints them: other marks, other brackets, no headings, excerpts."""

import pytest

from lantian.policy.plantext import Plan, import_plan
from lantian.policy.plantext.model import Task


def plan(text: str, number: str = "某政发〔2020〕8号") -> Plan:
    return import_plan(f"某市治理实施方案\n{number}\n一、任务\n(一)重点工作\n{text}")


def tasks(text: str) -> list[Task]:
    return list(plan(text).tasks)


def roles(text: str) -> tuple[list[str], list[str]]:
    found = tasks(text)
    return [n for task in found for n in task.names("lead")], [n for task in found for n in task.names("joint")]


def due(text: str) -> list[tuple[str, str]]:
    return [(each.kind, each.value) for task in tasks(text) for each in task.deadlines]


def measured(text: str) -> list[tuple[str, str, str]]:
    return [(q.comparator, str(q.value), q.object) for task in tasks(text) for q in task.quantities]


@pytest.mark.parametrize(
    ("text", "lead", "joint"),
    [
        ("1.整治锅炉。完成改造。(市住建局负责,各区(市)县政府落实)", ["市住建局"], ["各区(市)县政府"]),
        ("各县(市)区完成改造。", ["各县(市)区"], []),
        ("1.加密监测站点。各街道负责点位。", ["各街道"], []),
        ("1.改变运输。完成改造。(市交通局会同市发改委、铁路部门负责)", ["市交通局"], ["市发改委", "铁路部门"]),
        ("区人民政府所在地基本淘汰小炉。", [], []),
        ("市公路段要加强保洁。", ["市公路段"], []),
        ("甲区:临江街道办事处及河口街道办事处辖区。", [], []),
        ("各区建成区禁止新建锅炉。", [], []),
        ("完成改造(各区任务详见附件2)。", [], []),
        ("各县(市)细颗粒物(PM2.5)、可吸入颗粒物(PM10)年均浓度同比只降不升。", [], []),
        ("本市采用生态环境部开发的程序登记机械。", [], []),
        ("完成改造。(市住建局、市交通局、等按职责分工负责。以下均需各县落实,不再列出。)", ["市住建局", "市交通局"], []),
        ("完成改造。(发改局牵头,经信局、环保局,河口供电局配合)", ["发改局"], ["经信局", "环保局", "河口供电局"]),
        ("各乡镇人民政府(街道办事处)2小时内派员。", ["各乡镇人民政府(街道办事处)"], []),
        ("青石派出所负责查扣,县环保局青石所、河口供电所配合。", ["青石派出所"], ["县环保局青石所", "河口供电所"]),
        ("完成改造。(区住建委、各街道,持续实施)", ["区住建委", "各街道"], []),
        ("完成改造。(区住建委、区水务局)", ["区住建委", "区水务局"], []),
        ("完成改造。责任单位: 区住建委 区水务局 各街道", ["区住建委", "区水务局", "各街道"], []),
        ("完成改造。(市住建局牵头,相关县(区)政府、开发区管委会负责落实)", ["市住建局"], ["开发区管委会"]),
        ("县委、县政府成立由县长任组长的指挥部,下设办公室。", ["县委", "县政府"], []),
        ("青石派出所在国道设检查点。", ["青石派出所"], []),
        ("青石派出所所在地禁止焚烧。", [], []),
        ("各村党组织书记。", [], []),
        ("县级空气监测站实现全覆盖。", [], []),
        ("县委书记任一级路长,全县设专职巡查员56名。", [], []),
        ("人民银行清江分行引导增加绿色信贷。", ["人民银行清江分行"], []),
        ("市商务局负责引导夜间卸油,市环保局给予技术指导。", ["市商务局"], ["市环保局"]),
        ("市政府各部门要落实责任。", ["市政府各部门"], []),
        (
            "完成改造。\n责任单位:甲区政府、乙区政府、丙区政府、丁区政府、戊区政府、己区政府、庚区政府、辛区政府、壬县人民政府",
            [f"{each}区政府" for each in "甲乙丙丁戊己庚辛"] + ["壬县人民政府"],
            [],
        ),
        ("完成改造。(责任单位:各区县政府(含开发区))", ["各区县政府"], []),
        ("各村、各科室负责巡查。", ["各村", "各科室"], []),
        ("施工现场出入口处应设洗车台。", [], []),
        ("同一问题投诉超过3次的由县级政府包案化解。", ["县级政府"], []),
        (
            "完成改造。\n牵头单位及责任人:市环保局张三、甲区政府李小四\n责任单位:市发改委",
            ["市环保局", "甲区政府"],
            ["市发改委"],
        ),
    ],
)
def test_departments_are_read_with_the_brackets_and_commas_of_the_web(
    text: str, lead: list[str], joint: list[str]
) -> None:
    assert roles(text) == (lead, joint)


def test_who_answers_right_behind_a_title_makes_the_title_a_duty() -> None:
    found = tasks(
        "1.推广清洁取暖。牵头单位:市发改委;责任单位:市财政局;完成时限:2020年10月31日前。\n2.禁放。(市公安局牵头)"
    )
    assert [task.words for task in found] == ["推广清洁取暖。", "禁放。"]
    assert [task.names("lead") for task in found] == [["市发改委"], ["市公安局"]]
    assert found[0].names("joint") == ["市财政局"]
    assert [each.value for each in found[0].deadlines] == ["2020-10-31"]


def test_a_duty_and_who_answers_for_it_are_one_task() -> None:
    assert len(tasks("完成改造。(市交通局会同市发改委负责)")) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("采暖季(11月15日至次年3月15日),生产线停产。", [("from", "2020-11-15"), ("by", "2021-03-15")]),
        ("秋冬季(10月至次年3月),生产线停产。", []),
        ("2019年平均浓度高于60微克/立方米的镇下降5%。", []),
        ("2019年浓度在50至60微克/立方米之间的镇下降5%。", []),
        ("2020年,浓度高于60微克/立方米的镇下降5%。", [("by", "2020-12-31")]),
        ("按照《目录》(2019年本)淘汰小炉。", []),
        ("按照《标准》(2018年修订)淘汰小炉。", []),
        ("工作情况于11月底前报送。", [("by", "2020-11-30")]),
        ("优良天数逐年提高,逐月通报。", [("every", "month")]),
        ("月度排名及年度总排名稳定退出后十位。", []),
        ("实行月排名、季通报。", [("every", "month"), ("every", "quarter")]),
        ("2019年督察交办的信访件在2020年5月底前办结。", [("by", "2020-05-31")]),
        ("明年2月1日至29日实行错峰生产。", []),
        ("明年2月1日至28日实行错峰生产。", [("from", "2021-02-01"), ("by", "2021-02-28")]),
        ("完成下达的2020年度空气质量目标。", [("by", "2020-12-31")]),
        ("完成下达的2020年度目标责任书。", []),
        ("丙市2021年细颗粒物浓度较2020年下降5%。", [("by", "2021-12-31")]),
        ("请各地每双月报送情况表。", [("every", "P2M")]),
        ("确保实现2021年全市细颗粒物浓度下降5%的目标。", [("by", "2021-12-31")]),
        ("平均3小时洒水一次。", [("every", "PT3H")]),
        ("取消其两年内评优资格。", []),
        ("县公安局划定区域,年内面积扩大到46平方公里。", [("by", "2020-12-31")]),
        ("乙市2021年PM2.5平均浓度较2020年下降5%。", [("by", "2021-12-31")]),
        ("2019年4月8日公布的《扬尘办法》同时废止。", []),
        ("在2019年4月5日后取得批准的不再审批。", []),
    ],
)
def test_times_that_bound_a_duty_are_told_from_those_that_describe(text: str, expected: list[tuple[str, str]]) -> None:
    assert due(text) == expected


def test_without_a_day_of_issue_the_year_of_the_number_tells_which_year_is_meant() -> None:
    number = "某环发〔2017〕18号"
    found = plan("工作情况于11月底前报送。", number).tasks[0].deadlines
    assert [each.value for each in found] == ["2017-11-30"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("淘汰35蒸吨/小时(不含)以下锅炉。", [("<", "35", "锅炉")]),
        ("65蒸吨/小时(不含)以上锅炉完成改造。", [(">", "65", "锅炉")]),
        ("优良天数争取达到250天以上。", [(">=", "250", "优良天数")]),
        ("路检数量每月不少于500辆次。", [(">=", "500", "路检数量")]),
        ("新增和更新公交车比例达到80%。", [("=", "80", "新增和更新公交车比例")]),
        ("工期3个月以上的工程安装设备。", [(">=", "3", "工期")]),
        ("财政每年安排不少于2亿元治理资金。", [(">=", "200000000", "治理资金")]),
        (
            "甲区、乙县、丙市PM10平均浓度分别为57、54、55微克/立方米。",
            [("=", v, "PM10平均浓度") for v in ("57", "54", "55")],
        ),
        ("2020年1月1日至2月29日期间PM2.5浓度下降3%。", [("=", "3", "PM2.5浓度")]),
        ("力争提前一年淘汰锅炉20台。", [("=", "20", "锅炉")]),
        ("开展为期6个半月的会战。", []),
        ("达标率甲市、乙市不低于90%,其余8县不低于80%。", [(">=", "90", "达标率"), (">=", "80", "达标率")]),
        ("完成月度、季度、半年和年度考核。", []),
        ("清扫率>=95%,尘负荷<=10克/平方米。", [(">=", "95", "清扫率"), ("<=", "10", "尘负荷")]),
        ("淘汰35蒸吨/时以下燃煤锅炉。", [("<=", "35", "燃煤锅炉")]),
        ("年内新建微站50个。", [("=", "50", "微站")]),
        ("分三年完成锅炉改造30家。", [("=", "30", "锅炉改造")]),
        ("区环保局每半月检查工地2次。", [("=", "2", "工地")]),
        ("2019-2021年每年完成造林绿化5万亩。", [("=", "50000", "造林绿化")]),
        (
            "森林覆盖率每年提高0.5个百分点,到2021年达到32%。",
            [("=", "0.5", "森林覆盖率"), ("=", "32", "森林覆盖率")],
        ),
        ("对10蒸吨及以下锅炉每蒸吨补贴。", [("<=", "10", "锅炉")]),
        ("压减3家水泥企业(8条生产线)。", [("=", "3", "水泥企业"), ("=", "8", "生产线")]),
        ("设置不低于堆放物高度1.1倍的围挡。", [(">=", "1.1", "围挡")]),
        ("加油枪气液比应当在1.0以上、1.2以下。", [(">=", "1.0", "加油枪气液比"), ("<=", "1.2", "加油枪气液比")]),
        ("关停2条直径3米及以下的水泥磨生产线。", [("=", "2", "水泥磨生产线"), ("<=", "3", "直径")]),
        ("每500亩耕地至少配备1名巡查员。", [("=", "500", "耕地"), (">=", "1", "巡查员")]),
        ("每两个月至少清洗1次。", [(">=", "1", "清洗")]),
        ("完成512块、6.3平方公里裸露地块覆盖。", [("=", "512", "裸露地块覆盖"), ("=", "6.3", "裸露地块覆盖")]),
        ("10月底前完成1.86万亩秸秆还田。", [("=", "18600", "秸秆还田")]),
        ("木业、玻璃、橡胶3个集群实行升级。", [("=", "3", "集群")]),
        ("建成区道路机械化清扫率达到90%。", [("=", "90", "建成区道路机械化清扫率")]),
        ("市住建局牵头检查工地30家。", [("=", "30", "工地")]),
        ("市财政局按照每月400元的标准发放巡查补助。", [("=", "400", "发放巡查补助")]),
        ("完成400村改造。", [("=", "400", "改造")]),
        ("浓度下降25%以上,控制在50微克/立方米左右。", [(">=", "25", "浓度"), ("~", "50", "浓度")]),
        ("优良天数比例达到85%(310天)以上。", [(">=", "85", "优良天数比例"), (">=", "310", "优良天数比例")]),
        ("35-65蒸吨/小时(含65蒸吨/小时)锅炉完成改造。", [(">=", "35", "锅炉"), ("<=", "65", "锅炉")]),
    ],
)
def test_what_is_measured_is_named_without_the_words_around_it(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert measured(text) == expected


def test_marks_that_print_nothing_part_no_words() -> None:
    found = tasks("\u202e区环\u200d保局\u200f负责检查\u202c工地3\u20605家。\u20662020年底\xad前\u2069完成。")
    assert [task.names("lead") for task in found] == [["区环保局"], []]
    assert [str(each.value) for each in found[0].quantities] == ["35"]
    assert [each.value for each in found[1].deadlines] == ["2020-12-31"]


def test_full_stops_of_other_alphabets_end_sentences_too() -> None:
    found = tasks("1.道路保洁.清扫率达到92%以上.责任单位:区城管局")
    assert [task.words for task in found] == ["清扫率达到92%以上."]
    assert found[0].names("lead") == ["区城管局"]


def test_an_excerpt_without_headings_is_read_from_its_first_duty() -> None:
    found = import_plan("推进集中供热。\n2020年淘汰锅炉64台(含甲县3台)。\n严格准入。(责任部门:市环保局、市工信委)")
    assert [task.words for task in found.tasks] == ["推进集中供热。", "2020年淘汰锅炉64台(含甲县3台)。", "严格准入。"]


def test_the_letter_before_a_plan_without_headings_is_no_duty() -> None:
    found = import_plan("现将方案印发给你们，请认真贯彻执行。\n区环保局负责检查工地。")
    assert [task.words for task in found.tasks] == ["区环保局负责检查工地。"]


def test_headings_in_a_running_line_are_headings() -> None:
    line = (
        "关于淘汰小炉的通知某环发〔2020〕47号各区人民政府:为改善空气质量,现将有关事项通知如下。"
        "一、工作目标2021年10月底前,全部淘汰35蒸吨/小时以下锅炉。二、工作措施(一)摸清底数。"
        "1.登记造册。市住建局负责登记锅炉30台。2.张榜公布。(市环保局负责)(二)加强检查。市环保局每月检查一次。"
    )
    found = import_plan(line)
    assert [each.title for each in found.chapters] == ["工作目标", "工作措施"]
    assert [each.title for each in found.articles] == ["摸清底数", "加强检查"]
    assert [task.names("lead") for task in found.tasks] == [[], ["市住建局"], ["市环保局"], ["市环保局"]]
    assert [each.value for each in found.tasks[0].deadlines] == ["2021-10-31"]


@pytest.mark.parametrize(
    "sentence",
    [
        "对下列行为予以处罚:(一)未覆盖;(二)未冲洗;(三)未围挡,并限期改正,逾期不改的依法从重处罚,纳入信用管理。",
        "机扫率达到90%以上。2.5吨以上货车全部安装定位装置,并与平台联网,全年不少于300天在线,由市交通局每月通报。",
    ],
)
def test_numbers_within_a_sentence_are_no_headings(sentence: str) -> None:
    assert len(plan(sentence).articles) == 1


def test_a_duty_with_a_number_may_say_where_more_stands() -> None:
    assert [task.words for task in tasks("完成调整项目28项(详见附件1)。具体名单详见附件2。")] == [
        "完成调整项目28项(详见附件1)。"
    ]


def test_what_tells_how_things_are_is_no_duty() -> None:
    text = "秸秆综合利用是增加收入的重要途径,要充分利用。目前露天焚烧时有发生,严重影响空气。市农业局负责推广利用。"
    assert [task.words for task in tasks(text)] == ["市农业局负责推广利用。"]


def test_principles_below_their_title_are_no_duties_even_where_the_title_is_a_chapters() -> None:
    found = import_plan("某市方案\n一、总体思路\n坚持依法治理,坚决完成任务。\n二、任务\n市环保局负责检查工地。")
    assert [task.words for task in found.tasks] == ["市环保局负责检查工地。"]


def test_targets_before_the_first_heading_are_read() -> None:
    text = "到2016年,全市煤炭消费总量控制在3000万吨以内。\n某市控制方案\n一、总体要求\n以改善质量为核心。"
    assert [each.value for task in import_plan(text).tasks for each in task.deadlines] == ["2016-12-31"]


def test_a_short_notice_without_headings_is_read() -> None:
    text = "关于报送情况的通知\n为推进工作,现将有关事项通知如下。\n请各地每季度末上报情况,2019年12月31日前上报总结。"
    assert [each.value for task in import_plan(text).tasks for each in task.deadlines] == ["quarter", "2019-12-31"]


def test_a_bracket_that_a_page_has_lost_ends_with_its_sentence() -> None:
    found = tasks("降低细颗粒物(PM2.5浓度,消除重污染。市住建局负责检查工地30家。市城管局负责冲洗道路。")
    assert [task.names("lead") for task in found] == [[], ["市住建局"], ["市城管局"]]


def test_a_day_told_in_the_sentence_and_behind_its_label_counts_at_both_places_and_is_due_once() -> None:
    found = tasks("2020年底前完成改造。(牵头单位:市住建局;完成时限:2020年底前)")
    assert [each.value for each in found[0].deadlines] == ["2020-12-31", "2020-12-31"]
    assert [each.value for each in found[0].due] == ["2020-12-31"]


@pytest.mark.parametrize(
    "line",
    [
        "会战分三个阶段实施:",
        "各乡镇目标主要依据以下原则分配:",
        "重点任务主要包括结构调整、清洁生产等10个方面,共计56项任务。",
        "附件:《某省治理工作方案的通知》.pdf",
        "组 长:李四 镇党委书记\n 王五 镇党委副书记 副组长:张三 副镇长 成 员:镇建设办、镇财政所,各村书记。",
        "上一篇:某县政府关于印发规则的通知",
        "2.锅炉淘汰名单(略)",
        "副组长:张三 镇人大主席 成员:镇建设办、镇财政所",
    ],
)
def test_what_pages_print_around_a_plan_is_no_duty(line: str) -> None:
    assert [task.words for task in tasks(f"市住建局负责检查。\n{line}")] == ["市住建局负责检查。"]


def test_a_documents_number_stands_alone_between_a_title_and_the_addressees() -> None:
    found = import_plan(
        "《某市关于做好治理工作的通知》\n某政办函〔2019〕94号\n各县区人民政府:\n一、任务\n力争到11月底,完成改造。"
    )
    assert found.head.number is not None
    assert found.head.number.value == "某政办函〔2019〕94号"
    assert [each.value for each in found.tasks[0].deadlines] == ["2019-11-30"]


def test_without_a_number_of_its_own_the_last_year_cited_before_it_tells_the_plans_year() -> None:
    text = "关于做好治理工作的通知\n市政府印发了方案(某政发〔2017〕5号),要求如下:\n一、任务\n工作情况于11月底前报送。"
    assert [each.value for each in import_plan(text).tasks[0].deadlines] == ["2017-11-30"]


def test_a_title_may_hold_its_time_in_brackets_before_its_colon() -> None:
    text = "1.部署阶段（2020年10月8日—10月15日）：召开大会，制定方案。\n2.整治阶段（11月—12月）：开展检查。\n3.总结。"
    titles = [each.title for each in import_plan(f"某市方案\n一、步骤\n{text}").articles]
    assert titles == ["部署阶段（2020年10月8日—10月15日）", "整治阶段（11月—12月）", "总结"]
