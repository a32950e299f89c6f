"""Figures and tables of the tasks (任务灯): how many lamps of each colour, by department, and which lag."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby

from lantian.apps.assessment.reports.facts import Lamp, ReportFacts
from lantian.apps.assessment.reports.printed import NOTHING, Printed, Row
from lantian.kernel.errors import Text
from lantian.kernel.rounding import half_even
from lantian.policy.bulletins import listed

COLOURS: Mapping[str, str] = {"green": "正常", "yellow": "临期", "red": "逾期", "grey": "无数据"}
SHAPES: Mapping[str, str] = {"green": "●", "yellow": "▲", "red": "■", "grey": "○"}
STRUCK = "已销号"
WORST = ("red", "yellow", "grey", "green")
NAMED = 5
"""Departments and tasks that a sentence names at most."""


BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[0-9])|(?<=[0-9%]) (?=[\u4e00-\u9fff])")
CITED = re.compile(r"（第[^（）]*条[^（）]*）$")


def bare(text: str) -> str:
    """Return a task's name without the full stop that it has in the plan.

    >>> bare("清理散乱污企业。")
    '清理散乱污企业'
    """
    return text.rstrip("。；; ")


def plain_reason(text: str) -> str:
    """Return a lamp's reason as papers set it: without its citation, which the table says once, and without gaps.

    >>> plain_reason("逾期 304 天，完成 76.3%（第三十一条 任务亮灯规则）")
    '逾期304天，完成76.3%'
    """
    return BETWEEN.sub("", CITED.sub("", text))


def state_of(lamp: Lamp) -> str:
    """Return the colour of a lamp, or that its task is struck off."""
    return "struck" if lamp.struck else lamp.colour


def counts_of(lamps: Sequence[Lamp]) -> dict[str, int]:
    """Return how many tasks there are of each colour and struck off."""
    found = Counter(state_of(one) for one in lamps)
    return {name: found[name] for name in (*COLOURS, "struck")}


def by_department(lamps: Sequence[Lamp]) -> list[tuple[str, list[Lamp]]]:
    """Return the lamps of each lead department, those with most red ones first."""
    found: dict[str, list[Lamp]] = {}
    for one in lamps:
        found.setdefault(one.organisation, []).append(one)
    ordered = sorted(found.values(), key=lambda own: (*(-counts_of(own)[c] for c in ("red", "yellow")), -len(own)))
    return [(own[0].organisation_name, own) for own in ordered]


def task_figures(facts: ReportFacts) -> Iterator[Printed]:
    """Return how many tasks there are of each colour, and the problems that inspectors named."""
    lamps, last = facts.lamps, facts.of.last
    source = Text(f"任务台账 {last}", f"ledger of tasks on {last}")
    if lamps:
        counts = counts_of(lamps)
        named = {"tasks": len(lamps), **{f"lamps_{name}": counts[name] for name in COLOURS}, "struck": counts["struck"]}
        labels = {"tasks": Text("任务数", "tasks"), "struck": Text("已销号", "struck off")}
        for name, number in named.items():
            colour = name.removeprefix("lamps_")
            label = labels.get(name) or Text(f"{COLOURS[colour]}任务数", f"{colour} lamps")
            how = Text("按灯计数", "lamps counted")
            yield Printed(
                name, label, str(number), Fraction(number), "项", how, source, Text("亮灯规则", "rules of lamps")
            )
    if facts.rectification:
        names = ("rectification_open", "rectification_overdue")
        labels_of = (Text("未销号问题", "problems open"), Text("逾期问题", "problems overdue"))
        for name, label, number in zip(names, labels_of, facts.rectification, strict=True):
            ledger = Text("督察整改台账", "ledger of rectification")
            yield Printed(name, label, str(number), Fraction(number), "项", Text("台账计数", "counted"), ledger)


def task_words(facts: ReportFacts) -> dict[str, str]:
    """Return what sentences say of the tasks beside their numbers."""
    lagging = [(name, counts_of(own)["red"]) for name, own in by_department(facts.lamps) if counts_of(own)["red"]]
    red = [one for one in facts.lamps if state_of(one) == "red"]
    return {
        "laggards": laggards_named(lagging),
        "laggards_more": "1" if len(lagging) > NAMED and len({count for _, count in lagging}) > 1 else "",
        "laggards_count": str(len(lagging)) if lagging else "",
        "rectification_some": "1" if facts.rectification and facts.rectification[0] else "",
        "rectification_late": "1" if facts.rectification and facts.rectification[1] else "",
        "red": "；".join(f"{one.number} {bare(one.zh)}" for one in red[:NAMED]),
    }


def laggards_named(lagging: Sequence[tuple[str, int]]) -> str:
    """Name the departments with most overdue tasks: all of those with as many, or none of them.

    >>> laggards_named([("甲", 4), ("乙", 3), ("丙", 1), ("丁", 1)])
    '甲（4项）、乙（3项）、丙（1项）、丁（1项）'
    >>> laggards_named([("甲", 4), ("乙", 3), *((name, 1) for name in "丙丁戊己庚")])
    '甲（4项）、乙（3项）'
    >>> laggards_named([(name, 2) for name in "甲乙丙丁戊己庚辛壬"])
    '甲、乙、丙等9个（各2项）'
    """
    said: list[str] = []
    for count, rows in groupby(lagging, key=lambda one: one[1]):
        names = [name for name, _ in rows]
        if said and len(said) + len(names) > NAMED:
            break
        if len(names) > NAMED:
            return f"{listed(names, '个')}（各{count}项）"
        said += [f"{name}（{count}项）" for name in names]
    return "、".join(said)


def department_rows(facts: ReportFacts) -> Iterator[Row]:
    """One row a lead department."""
    for name, own in by_department(facts.lamps):
        counts = counts_of(own)
        share = Fraction(counts["struck"] * 100, len(own))
        row: Row = {"name": name, "share": str(half_even(share, 0))}
        source = Text(f"任务台账，{name}", f"ledger of tasks, {own[0].organisation}")
        for column, number in {"tasks": len(own), **counts}.items():
            key = f"department_{own[0].organisation}_{column}"
            label = Text(
                f"{name}{COLOURS.get(column, STRUCK if column == 'struck' else '任务')}",
                f"{own[0].organisation}, {column}",
            )
            row[column] = Printed(
                key, label, str(number), Fraction(number), "项", Text("按灯计数", "lamps counted"), source
            )
        yield row


def laggard_rows(facts: ReportFacts) -> Iterator[Row]:
    """One row a task with a red or yellow lamp, red ones first."""
    lagging = [one for one in facts.lamps if state_of(one) in {"red", "yellow"}]
    for one in sorted(lagging, key=lambda lamp: (WORST.index(lamp.colour), lamp.due or "9999", lamp.number)):
        yield {
            "number": one.number,
            "name": bare(one.zh),
            "organisation": one.organisation_name,
            "due": one.due or NOTHING,
            "progress": f"{one.progress}%" if one.progress else NOTHING,
            "lamp": f"{SHAPES[one.colour]}{COLOURS[one.colour]}",
            "reason": plain_reason(one.reason_zh),
            "article": f"{one.document}第{one.article}条" if one.article else one.document,
        }
