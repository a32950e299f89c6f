"""The page of one complaint: clocks, what it looks like, those joined to it, reward, history, what may be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.cases.rules import type_of
from lantian.apps.complaints.models import Complaint, ComplaintEvent, Reporter, Reward, Suggestion
from lantian.apps.complaints.rules import rules
from lantian.apps.complaints.selectors.lines import Line
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.complaints import Times
from lantian.policy.records_complaint import ComplaintTopicRecord, RewardRuleRecord

KINDS: Mapping[str, Text] = {
    "received": Text("收到投诉", "came in"),
    "accepted": Text("受理并立案", "taken up, case opened"),
    "linked": Text("并入案件", "goes with a case"),
    "refused": Text("不予受理", "not taken up"),
    "joined": Text("并入较早投诉", "joined to an earlier one"),
    "parted": Text("认定不是重复", "told apart from"),
    "class": Text("调整类别、时限", "class changed"),
    "replied": Text("答复", "replied"),
    "visited": Text("回访评价", "call back"),
    "reward": Text("计算奖励", "reward reckoned"),
    "paid": Text("发放奖励", "reward paid"),
    "reminded": Text("提醒答复", "reminded of the reply"),
    "reporter-read": Text("查看举报人", "saw who reported"),
    "closed": Text("案件办结", "case closed"),
}
WHY: Mapping[str, Text] = {
    "not-wanted": Text("未申请奖励", "no reward was asked for"),
    "not-named": Text("匿名，按规定不奖励", "anonymous, which earns nothing"),
    "not-true": Text("未查证属实", "not found true"),
    "repeated": Text("他人先举报，只奖首报", "somebody reported it before"),
    "no-band": Text("未达奖励档次", "below every band"),
}


@dataclass(frozen=True)
class RewardView:
    """A reward in words."""

    reward: Reward
    rule: RewardRuleRecord

    @property
    def label(self) -> Text:
        band = self.rule.band(self.reward.band)
        return Text(band.zh, band.en) if band else WHY.get(self.reward.why, Text("—", "—"))


@dataclass(frozen=True)
class Happened:
    """A line of the history in words."""

    entry: ComplaintEvent

    @property
    def title(self) -> Text:
        return KINDS.get(self.entry.kind, Text(self.entry.kind, self.entry.kind))


@dataclass(frozen=True)
class Alike:
    """A suspected duplicate with its reasons."""

    suggestion: Suggestion
    line: Line

    @property
    def percent(self) -> int:
        return round(self.suggestion.likeness * 100)


@dataclass(frozen=True)
class CaseStepNow:
    """Where the case of a complaint stands."""

    case: Case
    steps: Sequence[Text]


@dataclass(frozen=True)
class ComplaintPage:
    """All that the page shows."""

    line: Line
    alike: Sequence[Alike]
    joined: Sequence[Line]
    history: Sequence[Happened]
    case: CaseStepNow | None
    reward: RewardView | None
    reward_rule: RewardRuleRecord
    has_reporter: bool
    topics: Sequence[ComplaintTopicRecord]
    classes: Sequence[tuple[str, Times]]
    visits: Sequence[tuple[str, Text]]

    @property
    def complaint(self) -> Complaint:
        return self.line.complaint

    @property
    def topic_labels(self) -> list[tuple[str, Text]]:
        return [(one.id, Text(one.zh, one.en)) for one in self.topics]

    @property
    def topic_record(self) -> ComplaintTopicRecord | None:
        return next((one for one in self.topics if one.id == self.complaint.topic), None)


def complaint_page(complaint: Complaint, person: Any, now: datetime) -> ComplaintPage:
    """Read what the page of a complaint shows."""
    day = day_of(complaint.received_at)
    visible = Complaint.objects.visible_to(person)
    open_ones = complaint.suggestions.filter(state=Suggestion.State.OPEN, earlier__in=visible)
    return ComplaintPage(
        line=Line(complaint, now),
        alike=[Alike(one, Line(one.earlier, now)) for one in open_ones.select_related("earlier__case")],
        joined=[Line(one, now) for one in complaint.duplicates.order_by("received_at")],
        history=[Happened(one) for one in complaint.events.select_related("by").order_by("-at", "-pk")],
        case=case_now(complaint.case),
        reward=reward_view(complaint),
        reward_rule=rules().reward_rule(day),
        has_reporter=Reporter.objects.filter(complaint=complaint).exists(),
        topics=list(rules().topics(day).values()),
        classes=list(rules().classes(day).items()),
        visits=[(one.id, Text(one.zh, one.en)) for one in rules().rule(day).visits],
    )


def reward_view(complaint: Complaint) -> RewardView | None:
    """Return the reward of a complaint in words, if it was reckoned."""
    found = Reward.objects.filter(complaint=complaint).select_related("paid_by").first()
    return RewardView(found, rules().reward_rule(day_of(complaint.received_at))) if found else None


def case_now(case: Case | None) -> CaseStepNow | None:
    """Return where a case stands: its open steps by name."""
    if case is None:
        return None
    record = type_of(case)
    names = list(CaseThread.objects.open().filter(case=case).order_by("number").values_list("step", flat=True))
    steps = [record.step(name) for name in dict.fromkeys(names)]
    return CaseStepNow(case, [Text(one.zh, one.en) for one in steps])
