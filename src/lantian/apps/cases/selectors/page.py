"""The page of one case: rail of steps with clocks, ladder, evidence, history, and what the reader may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.alarms.selectors.words import words
from lantian.apps.cases import hooks
from lantian.apps.cases.models import Case, CaseStep, CaseThread, Evidence
from lantian.apps.cases.rules import type_of
from lantian.apps.cases.selectors.lines import Line, given, sorted_lines
from lantian.apps.cases.selectors.regroup import Regroup, regroup_of
from lantian.apps.cases.selectors.sanctions import SanctionLine, of_case
from lantian.apps.cases.standings import standing_of, standing_with
from lantian.apps.cases.with_whom import Desks, With, with_whom
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.records_case import CaseTypeRecord, LadderLevelRecord, OutcomeRecord, StepRecord
from lantian.workflow import ladders


@dataclass(frozen=True)
class RailStep:
    """A step on the rail: done, running, or still to come. line: the running thread that is most urgent."""

    number: int
    step: StepRecord
    done: CaseThread | None
    line: Line | None
    period: str
    citation: Text

    @property
    def label(self) -> Text:
        return Text(self.step.zh, self.step.en)

    @property
    def state(self) -> str:
        if self.line:
            return "now"
        return "done" if self.done else "todo"

    @property
    def used(self) -> timedelta | None:
        """How long the step took."""
        return self.done.ended_at - self.done.since if self.done and self.done.ended_at else None

    @property
    def late(self) -> bool:
        """Whether it was done after its end."""
        return bool(self.done and self.done.ended_at and self.done.due_at and self.done.ended_at > self.done.due_at)


@dataclass(frozen=True)
class Rung:
    """A level of the ladder beside the case. state: past, current or ahead."""

    level: LadderLevelRecord
    state: str
    missing: int

    @property
    def label(self) -> Text:
        return Text(self.level.zh, self.level.en)


@dataclass(frozen=True)
class LadderView:
    """Where the subject stands: penalties counted, the rungs, and what one more penalty would bring, on which days.

    points: whether points are counted and not penalties; what more of them bring depends on the finding.
    """

    label: Text
    cycle: Text
    citation: Text
    count: int
    rungs: Sequence[Rung]
    next: Text | None
    first: date | None
    last: date | None
    triggers: Sequence[tuple[str, Text, int]]
    points: bool


@dataclass(frozen=True)
class Happened:
    """A line of the history in words."""

    entry: CaseStep
    title: Text
    told: Sequence[str]

    @property
    def citation(self) -> Text:
        return Text(self.entry.citation_zh, self.entry.citation_en)


@dataclass(frozen=True)
class Doing:
    """An open step with what the reader may do there."""

    line: Line
    mine: bool
    holder: With | None
    outcomes: Sequence[OutcomeRecord]
    missing: frozenset[str]
    waits: Sequence[Text]


@dataclass(frozen=True)
class CasePage:
    """All that the page shows."""

    case: Case
    record: CaseTypeRecord
    rail: Sequence[RailStep]
    doing: Sequence[Doing]
    ladder: LadderView | None
    evidence: Sequence[Evidence]
    history: Sequence[Happened]
    sanctions: Sequence[SanctionLine]
    children: Sequence[Case]
    parties: Sequence[tuple[Text, str]]
    group: Regroup

    @property
    def kind(self) -> Text:
        return Text(self.record.zh, self.record.en)

    @property
    def came_from(self) -> list[tuple[str, str]]:
        """What higher parts know of where the case came from: words and address."""
        return [one for known in hooks.came_from for one in known(self.case)]

    @property
    def area(self) -> Text:
        return words().area(self.case.area_code)

    @property
    def category(self) -> Text | None:
        """The class of the case, where its type has several."""
        return next((Text(one.zh, one.en) for one in self.record.categories if one.id == self.case.category), None)

    @property
    def may_count(self) -> bool:
        """Whether penalties of such a case add up somewhere, so that it needs a subject."""
        return bool(self.record.ladder or self.record.ladders)

    @property
    def subject(self) -> str:
        """Whom the case is about, as a legal act names it."""
        if self.case.source:
            return self.case.source.name
        return self.case.point.name if self.case.point else self.case.title

    @property
    def urgent(self) -> Line | None:
        """The step whose lamp is the most urgent."""
        return self.doing[0].line if self.doing else None


def case_page(case: Case, person: Any, now: datetime) -> CasePage:
    """Read what the page of a case shows."""
    record = type_of(case)
    rows = list(case.threads.select_related("holder"))
    for row in rows:
        row.case = case
    lines = sorted_lines([row for row in rows if row.ended_at is None], now)
    evidence = list(case.evidence.select_related("by", "alarm"))
    mine = set(CaseThread.objects.for_person(person).open().filter(case=case).values_list("number", flat=True))
    desks = Desks(now)
    doing = [_doing(line, record, evidence, lines, desks, mine=line.row.number in mine) for line in lines]
    return CasePage(
        case=case,
        record=record,
        rail=_rail(record, rows, lines),
        doing=sorted(doing, key=lambda one: bool(one.waits)),
        ladder=_ladder(case, record, day_of(now)),
        evidence=evidence,
        history=history_of(case, record),
        sanctions=of_case(list(case.sanctions.all()), day_of(now)),
        children=list(case.children.order_by("pk")),
        parties=_parties(case, record),
        group=regroup_of(case, record, rows, person),
    )


def _rail(record: CaseTypeRecord, rows: Sequence[CaseThread], lines: Sequence[Line]) -> list[RailStep]:
    rail = []
    for number, step in enumerate(record.steps, 1):
        ended = [row for row in rows if row.step == step.id and row.ended_at]
        running = next((line for line in lines if line.row.step == step.id), None)
        period = _period(step)
        rail.append(RailStep(number, step, ended[-1] if ended else None, running, period, record.citation_of(step)))
    return rail


def _period(step: StepRecord) -> str:
    return given(step.period.amount, step.period.unit) if step.period else ""


def _doing(
    line: Line, record: CaseTypeRecord, evidence: Sequence[Evidence], lines: Sequence[Line], desks: Desks, *, mine: bool
) -> Doing:
    have = {one.kind for one in evidence if one.thread == line.row.number}
    asked = {name for outcome in line.step.outcomes for name in outcome.needs}
    running = {one.row.step for one in lines if one is not line}
    waits = [Text(record.step(name).zh, record.step(name).en) for name in line.step.after if name in running]
    holder = with_whom(line.row, line.now, desks)
    return Doing(line, mine, holder, line.step.outcomes, frozenset(asked - have), waits)


def _ladder(case: Case, record: CaseTypeRecord, today: date) -> LadderView | None:
    found = standing_of(case, today)
    more = standing_with(case, today)
    if found is None or more is None or not case.subject:
        return None
    ladder, standing = found.record, found.standing
    current = standing.level.at if standing.level else 0
    rungs = [Rung(one, _rung_state(one.at, current), max(0, one.at - standing.count)) for one in ladder.levels]
    points = ladder.counting == "points"
    level = None if points else more.standing.level
    term = ladders.sanction(level, today + timedelta(days=1)) if level else None
    following = ladder.level(level.consequence) if level else None
    return LadderView(
        label=Text(ladder.zh, ladder.en),
        cycle=Text(ladder.cycle_zh or "", ladder.cycle_en or ""),
        citation=ladder.citation,
        count=standing.count,
        rungs=rungs,
        next=Text(following.zh, following.en) if following else None,
        first=term.first if term else None,
        last=term.last if term else None,
        triggers=[(one.id, Text(one.zh, one.en), one.costs) for one in ladder.triggers],
        points=points,
    )


def _rung_state(at: int, current: int) -> str:
    if at == current:
        return "current"
    return "past" if at < current else "ahead"


KINDS = {
    "opened": Text("立案", "opened the case"),
    "sent-back": Text("退回", "sent back"),
    "transferred": Text("移交", "transferred"),
    "paused": Text("暂停时限", "paused the clock of"),
    "resumed": Text("恢复时限", "let the clock go on of"),
    "evidence": Text("添加证据", "added evidence"),
    "commented": Text("说明", "remarked"),
    "escalated": Text("逾期上报", "overdue, told"),
    "penalty": Text("处罚计入阶梯", "penalty counted on the ladder"),
    "sanction": Text("登记惩戒", "registered a sanction"),
    "lifted": Text("解除惩戒", "lifted a sanction"),
    "judged": Text("结论回到报警", "gave the alarm its outcome"),
    "subject": Text("选定对象", "set the subject"),
    "revoked": Text("撤销处罚", "revoked a penalty"),
    "related": Text("登记涉案对象", "named another concerned"),
    "merged": Text("并入他案", "merged into another case"),
    "absorbed": Text("他案并入", "took another case in"),
    "split": Text("分案", "split the case"),
    "reopened": Text("重新办理", "took up again"),
    "recounted": Text("按放假安排重算时限", "counted anew by the days off"),
}


def _title(entry: CaseStep, record: CaseTypeRecord) -> Text:
    step = next((one for one in record.steps if one.id == entry.step), None)
    name = Text(step.zh, step.en) if step else Text("", "")
    if entry.kind == "taken" and step:
        outcome = next((one for one in step.outcomes if one.id == entry.outcome), None)
        what = Text(outcome.zh, outcome.en) if outcome else Text(entry.outcome, entry.outcome)
        return Text(f"{name.zh}：{what.zh}", f"{name.en}: {what.en}")
    if "zh" in entry.detail:
        return Text(entry.detail["zh"], entry.detail["en"])
    said = KINDS.get(entry.kind, Text(entry.kind, entry.kind))
    return Text(f"{said.zh} {name.zh}".strip(), f"{said.en} {name.en}".strip())


def _told(detail: dict[str, Any]) -> list[str]:
    """The codes of the organisations that a line names: who was told, to whom it went."""
    return [*detail.get("tells", []), *([detail["to"]] if isinstance(detail.get("to"), str) else [])]


def history_of(case: Case, record: CaseTypeRecord) -> list[Happened]:
    """Return the lines of a case's history in words, the newest first."""
    entries = list(case.history.select_related("by").order_by("-at", "-pk"))
    codes = {code for entry in entries for code in _told(entry.detail)}
    known = {one.code: one.name for one in Organisation.objects.filter(code__in=codes)} if codes else {}
    return [
        Happened(entry, _title(entry, record), [known.get(code, code) for code in _told(entry.detail)])
        for entry in entries
    ]


PARTIES = {
    "enforcement": Text("执法", "Enforcement"),
    "trade": Text("行业主管", "Trade department"),
    "street": Text("属地街乡", "Street"),
    "sender": Text("移送单位", "Sent by"),
    "department": Text("被点名部门", "Departments called"),
    "desk": Text("受理答复", "Desk"),
    "handler": Text("办理", "Handled by"),
    "punish": Text("处罚", "Punished by"),
    "repair": Text("监督维修", "Repair supervised by"),
    "power": Text("断电", "Power"),
    "water": Text("断水", "Water"),
    "ledger": Text("台账与评级", "Ledger and rating"),
    "laboratory": Text("检测", "Laboratory"),
    "management": Text("城市管理", "Urban management"),
    "traffic": Text("交管", "Traffic police"),
    "housing": Text("住建", "Housing"),
    "transport": Text("交通", "Transport"),
    "service": Text("运维", "Service"),
    "quality": Text("质监", "Quality supervision"),
    "police": Text("公安", "Police"),
    "discipline": Text("纪检监察", "Discipline inspection"),
    "supervisor": Text("交办督办", "Ordered by"),
    "lead": Text("牵头整改", "Rectified by"),
    "checker": Text("现场复核", "Re-checked by"),
    "approver": Text("二级核查", "Struck off by"),
}


def _parties(case: Case, record: CaseTypeRecord) -> list[tuple[Text, str]]:
    codes = {code for held in case.parties.values() for code in held}
    known = {one.code: one.name for one in Organisation.objects.filter(code__in=codes)}
    return [
        (PARTIES.get(party, Text(party, party)), _("、").join(known.get(code, code) for code in held))
        for party, held in case.parties.items()
    ]
