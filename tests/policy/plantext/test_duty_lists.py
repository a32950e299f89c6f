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
        ("主城区严禁燃煤，城乡结合部要禁止销售散煤。", [], []),
    ],
)
def test_who_acts_by_name(text: str, lead: list[str], joint: list[str]) -> None:
    assert roles(f"一、任务\n（一）治理\n{text}") == [(lead, joint)]
