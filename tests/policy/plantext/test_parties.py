"""Who leads and who joins, as the plan's reading rules define it."""

import pytest

from lantian.policy.plantext import import_plan
from lantian.policy.plantext.model import Task


def tasks(text: str) -> list[Task]:
    return list(import_plan(f"一、任务\n（一）治理\n{text}").tasks)


def roles(text: str) -> tuple[list[str], list[str]]:
    found = tasks(text)
    return [n for task in found for n in task.names("lead")], [n for task in found for n in task.names("joint")]


@pytest.mark.parametrize(
    ("text", "lead", "joint"),
    [
        ("由区交通委牵头，制订方案。", ["区交通委"], []),
        ("各街乡负责本辖区工作。", ["各街乡"], []),
        ("区环保局组织开展检查。", ["区环保局"], []),
        ("区环保、交通、财政等部门按照要求落实政策。", ["区环保", "交通", "财政"], []),
        ("区住建局、区水务局按职责分工负责工地监管。", ["区住建局", "区水务局"], []),
        ("区城管委会同有关部门制订标准。", ["区城管委"], []),
        (
            "区委宣传部会同区环保局、区科委等单位以及各街乡，开展宣传。",
            ["区委宣传部"],
            ["区环保局", "区科委", "各街乡"],
        ),
        ("区发展改革委牵头，区环保局等部门参与，完善方案。", ["区发展改革委"], ["区环保局"]),
        ("市生态环境局牵头，市公安局配合，各区政府落实。", ["市生态环境局"], ["市公安局", "各区政府"]),
        ("各有关部门要加强监管。", [], []),
        ("工业、交通运输等领域加强减排。", [], []),
        ("完成改造。（牵头单位：市住建局；责任单位：市水务局、各县区）", ["市住建局"], ["市水务局", "各县区"]),
        ("完成改造。（责任单位：市水务局、各县区）", ["市水务局", "各县区"], []),
        ("完成改造。\n责任单位：县公安局\n配合单位：县交通局", ["县公安局"], ["县交通局"]),
        ("完成改造。\n牵头单位：县公安局\n责任单位：县交通局", ["县公安局"], ["县交通局"]),
        ("完成改造。〔市生態環境局牽頭，市發展改革委配合〕", ["市生態環境局"], ["市發展改革委"]),
        ("完成改造。（市住建局牵头，市水务局配合，各区政府负责落实）", ["市住建局"], ["市水务局", "各区政府"]),
        ("完成改造。（各区政府负责落实）", ["各区政府"], []),
        ("完成改造。（责任单位：镇建设办、各村（社区））", ["镇建设办", "各村（社区）"], []),
        ("完成改造。（市、县（区）人民政府负责）", ["市、县（区）人民政府"], []),
        ("完成改造。（市发展改革委（市能源局）牵头，市住建局配合）", ["市发展改革委"], ["市住建局"]),
        ("完成改造。（责任领导：张三）", [], []),
        ("市生态环境局要加强监管，市财政局做好资金保障。", ["市生态环境局"], ["市财政局"]),
        ("供电公司保障电力供应。", ["供电公司"], []),
        ("区环保局组织、区农委配合开展巡查。", ["区环保局"], ["区农委"]),
        ("区住建委配合区环保局做好检查。", ["区环保局"], ["区住建委"]),
        ("区环保局牵头应急指挥部各成员单位执行措施。", ["区环保局"], ["应急指挥部各成员单位"]),
        ("按照市政府要求，区商务局制定方案。", ["区商务局"], []),
        ("市直有关部门和各县区政府要加强协调。", ["各县区政府"], []),
        ("镇环保所、派出所联合巡查。", ["镇环保所", "派出所"], []),
        ("气象主管机构发布预警。", ["气象主管机构"], []),
        ("报市生态环境局备案，向区政府报告。", [], []),
    ],
)
def test_lead_and_joint_departments(text: str, lead: list[str], joint: list[str]) -> None:
    assert roles(text) == (lead, joint)


def test_a_sentence_is_cut_before_a_second_acting_department() -> None:
    found = tasks("各街乡要加强日常巡查，区水务、环保等部门要加强监控。")
    assert [task.names("lead") for task in found] == [["各街乡"], ["区水务", "环保"]]


def test_a_sentence_that_names_nobody_says_who_acted_before() -> None:
    found = tasks("区城管委牵头制订标准并实施。到2020年，作业率达到92%。")
    assert [(task.names("lead"), list(task.likely)) for task in found] == [(["区城管委"], []), ([], ["区城管委"])]


def test_every_party_says_where_it_stands_and_which_rule_read_it() -> None:
    text = "一、任务\n（一）治理\n由区交通委牵头，制订方案。"
    (party,) = import_plan(text).tasks[0].parties
    assert text[party.reading.span.start : party.reading.span.end] == "区交通委"
    assert (party.reading.rule, party.reading.confidence) == ("牵头", 0.95)
