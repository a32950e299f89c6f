"""What a complainant may see (公开进度): their complaint's way in plain words, the reply, the reward; nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lantian.apps.cases.models import Case
from lantian.apps.cases.rules import type_of
from lantian.apps.complaints.models import Complaint
from lantian.apps.complaints.rules import rules
from lantian.apps.complaints.selectors.lines import Line
from lantian.apps.complaints.selectors.page import RewardView, reward_view
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of


@dataclass(frozen=True)
class PlainStep:
    """One step of the way. at: None while it lies ahead."""

    label: Text
    at: datetime | None = None
    text: str = ""


@dataclass(frozen=True)
class PublicStatus:
    """All that the status page shows; no officer, no address, nobody's name."""

    line: Line
    steps: Sequence[PlainStep]
    reward: RewardView | None
    visits: Sequence[tuple[str, Text]]

    @property
    def may_answer(self) -> bool:
        """Whether the complainant may still say what they think of the reply."""
        return bool(self.line.complaint.replied_at) and not self.line.complaint.visit


def status_of(code: str, now: datetime) -> PublicStatus | None:
    """Return the state of the complaint with a receipt code, however it is written, or None."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    written = "-".join(plain[place : place + 4] for place in range(0, len(plain), 4))
    found = Complaint.objects.filter(code=written).select_related("case", "duplicate_of").first()
    if found is None:
        return None
    rule = rules().rule(day_of(found.received_at))
    reward = reward_view(found) if found.wants_reward and found.replied_at else None
    return PublicStatus(
        Line(found, now), _steps(found), reward, [(one.id, Text(one.zh, one.en)) for one in rule.visits]
    )


def _steps(complaint: Complaint) -> list[PlainStep]:
    steps = [PlainStep(Text("已收到", "Received"), complaint.received_at)]
    if complaint.refused_at:
        return [*steps, PlainStep(Text("不予受理", "Not taken up"), complaint.refused_at, complaint.refusal)]
    if complaint.duplicate_of_id:
        joined = Text("与他人反映的是同一问题，合并办理", "Others reported the same; both are handled together")
        steps.append(PlainStep(joined, complaint.accepted_at or complaint.received_at))
    else:
        steps.append(
            PlainStep(Text("已受理，转承办单位", "Taken up and handed to who handles it"), complaint.accepted_at)
        )
    checked = _checked(complaint.case)
    if checked or not complaint.replied_at:
        steps.append(PlainStep(Text("现场核查", "Checked on site"), checked))
    steps.append(PlainStep(Text("已答复", "Replied"), complaint.replied_at, complaint.reply))
    return steps


def _checked(case: Case | None) -> datetime | None:
    """When the first step with a finding, or the closing, came."""
    if case is None:
        return None
    found = case.history.filter(kind="taken", outcome__gt="").order_by("pk")
    dates = [one.at for one in found if _finds(case, one.step, one.outcome)]
    return dates[0] if dates else case.closed_at


def _finds(case: Case, step: str, outcome: str) -> bool:
    """Tell whether an outcome needs evidence, so that somebody was there."""
    try:
        return bool(type_of(case).outcome(step, outcome).needs)
    except KeyError:
        return False
