"""Assessments of a pack (考核): their schemes by day, the terms that they judge, and their rules in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import beijing_day, day_of
from lantian.kernel.periods import Period
from lantian.policy.pack import Pack
from lantian.policy.records_assessment import AssessmentSchemeRecord, ExtraRecord, IndicatorRecord, Reader, VetoRecord
from lantian.workflow.scoring_rules import plain

_FINAL = re.compile(r"^(\d{4})-(\d{4})$")


class AssessmentRulesError(LantianError):
    """A scheme or a term that the pack does not have."""


@dataclass(frozen=True)
class Term:
    """What an assessment judges (考核期): a year, or the years of the plan. name: as in addresses, 2026, 2018-2020."""

    name: str
    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first instant (UTC)."""
        return beijing_day(self.first)

    @property
    def end(self) -> datetime:
        """The first instant (UTC) after it."""
        return beijing_day(date(self.last.year + 1, 1, 1))

    @property
    def years(self) -> tuple[int, ...]:
        """Its years."""
        return tuple(range(self.first.year, self.last.year + 1))

    @property
    def words(self) -> Text:
        """The term as papers write it."""
        if self.first.year == self.last.year:
            return Text(f"{self.first.year}年度", f"{self.first.year}")
        return Text(f"{self.first.year}—{self.last.year}年", f"{self.first.year}–{self.last.year}")

    def holds(self, moment: datetime) -> bool:
        """Tell whether an instant lies in it."""
        return self.first <= day_of(moment) <= self.last

    def judged_on(self, known_at: datetime) -> date:
        """Return the day on which states are looked at: its last day, or today while it runs."""
        return min(self.last, day_of(known_at))


def term_named(name: str) -> Term:
    """Read a term; raises PeriodError for what is none.

    >>> term_named("2018-2020").years
    (2018, 2019, 2020)
    """
    found = _FINAL.match(name)
    if found and int(found[1]) < int(found[2]):
        return Term(name, Period.read(found[1]).first, Period.read(found[2]).last)
    year = Period.read(name)
    return Term(str(year), year.first, year.last)


def term_of(record: AssessmentSchemeRecord, name: str) -> Term:
    """Return a term of a scheme; raises AssessmentRulesError where it does not judge that, PeriodError for no term."""
    term = term_named(name)
    fits = len(term.years) == 1 if record.span == "year" else name == final_name(record)
    if not fits or len(name) not in (4, 9):
        raise AssessmentRulesError(Text(f"“{record.zh}”不考核 {name}。", f"{record.en!r} does not judge {name}."))
    return term


def final_name(record: AssessmentSchemeRecord) -> str:
    """Return the one term of a final scheme."""
    return f"{record.first_year}-{record.last_year}"


def schemes(pack: Pack, day: date) -> tuple[AssessmentSchemeRecord, ...]:
    """Return the schemes in force on a day, in the pack's order."""
    return tuple(sorted(pack.on(AssessmentSchemeRecord, day), key=lambda one: (one.order, one.id)))


def scheme_named(pack: Pack, name: str, day: date) -> AssessmentSchemeRecord:
    """Return a scheme by id as it holds on a day; raises AssessmentRulesError."""
    found = pack.find(AssessmentSchemeRecord, name, day)
    if found is None:
        raise AssessmentRulesError(
            Text(f"政策包在 {day} 没有考核方案“{name}”。", f"The pack has no scheme {name!r} on {day}.")
        )
    return found


def rule_words(one: IndicatorRecord) -> Text:
    """Return an indicator's rule as a sentence."""
    if one.linear:
        zero, full = f"{plain(one.linear.zero)} {one.unit_zh}", f"{plain(one.linear.full)} {one.unit_zh}"
        none, every = f"{plain(one.linear.zero)} {one.unit_en}", f"{plain(one.linear.full)} {one.unit_en}"
        return Text(f"{zero}得零分，{full}得满分，其间按直线", f"{none} earns none, {every} all, linear between")
    if one.by_place:
        last = plain(one.by_place.last_gets)
        zh, en = ("档次", "band") if one.by_place.take == "band" else ("名次", "rank")
        return Text(
            f"按{zh}：首位满分，末位 {last} %，其间按直线",
            f"by {en}: the first earns all, the last {last} %, linear between",
        )
    if one.lamps:
        parts = [(LAMPS[name], plain(percent)) for name, percent in one.lamps.items()]
        zh = "、".join(f"{lamp.zh} {percent} %" for lamp, percent in parts)
        return Text(f"按任务项数：{zh}", "by tasks: " + ", ".join(f"{lamp.en} {p} %" for lamp, p in parts))
    sign = "≤" if one.falling else "≥"
    parts_said = [f"{sign} {plain(step.at)}: {plain(step.percent)} %" for step in one.steps]
    return Text(f"按档：{'；'.join(parts_said)}；其余 0", f"by steps: {'; '.join(parts_said)}; else 0")


LAMPS: Mapping[str, Text] = {
    "green": Text("正常", "on schedule"),
    "yellow": Text("临期", "near its end"),
    "red": Text("逾期", "overdue"),
    "grey": Text("未到或无数据", "not begun or no data"),
}
MISSING: Mapping[str, Text] = {
    "zero": Text("不得分", "no marks"),
    "spread": Text("权重分摊", "its weight is spread"),
    "wait": Text("须填报", "to be entered"),
}
READERS: Mapping[Reader, Text] = {
    "entered": Text("填报并附依据", "entered with evidence"),
    "ranking": Text("月度、年度排名", "rankings"),
    "lamps": Text("任务台账的灯", "lamps of tasks"),
    "cases-in-time": Text("案件环节时限", "clocks of cases"),
    "checks-rank": Text("检查记录", "checks made"),
    "plan-share": Text("检查计划", "plans of inspections"),
    "overdue-rectification": Text("督察整改台账", "rectification ledger"),
    "published": Text("已公布的年度考核", "published yearly assessments"),
    "escalations": Text("逐级上报记录", "escalations"),
    "sanctions": Text("惩戒登记", "sanctions"),
}


def extra_words(one: ExtraRecord) -> Text:
    """Return a bonus or deduction as a sentence."""
    each, most = plain(abs(one.each)), plain(one.most)
    zh, en = ("加", "adds") if one.each > 0 else ("扣", "takes")
    return Text(f"每次{zh} {each} 分，最多 {most} 分", f"each {en} {each}, at most {most}")


def veto_words(record: AssessmentSchemeRecord, one: VetoRecord) -> Text:
    """Return what a veto does, as a sentence."""
    if record.fails(one):
        grade = record.grades[-1]
        return Text(f"结果直接认定为{grade.zh}，不以得分抵销", f"{grade.en} outright, whatever the score")
    grade = record.grade(one.best_grade)
    return Text(f"等次最高为{grade.zh}", f"the best grade is {grade.en}")
