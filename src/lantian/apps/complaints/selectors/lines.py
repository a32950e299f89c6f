"""A complaint in words (投诉一行): what, where, how long it may still wait, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from lantian.apps.alarms.selectors.words import words
from lantian.apps.cases.selectors.lines import given, read
from lantian.apps.complaints.models import Complaint
from lantian.apps.complaints.rules import rules
from lantian.apps.ui.components import Clock
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.complaints import Times
from lantian.workflow.clocks import Period

STATES: Mapping[str, Text] = {
    "new": Text("待受理", "to be taken up"),
    "handled": Text("办理中", "being handled"),
    "joined": Text("已并入", "joined to another"),
    "replied": Text("已答复", "replied"),
    "refused": Text("不予受理", "not taken up"),
}
ACCEPT, REPLY = Text("受理", "Take up"), Text("答复", "Reply")


@dataclass(frozen=True)
class Line:
    """A complaint and the moment of the page."""

    complaint: Complaint
    now: datetime
    suspected: int = 0

    @cached_property
    def times(self) -> Times:
        return rules().times(self.complaint.time_class, day_of(self.complaint.received_at))

    @property
    def topic(self) -> Text:
        found = rules().topics(day_of(self.complaint.received_at)).get(self.complaint.topic)
        return Text(found.zh, found.en) if found else Text(self.complaint.topic, self.complaint.topic)

    @property
    def channel(self) -> Text:
        found = rules().channels(day_of(self.complaint.received_at)).get(self.complaint.channel)
        return Text(found.zh, found.en) if found else Text(self.complaint.channel, self.complaint.channel)

    @property
    def area(self) -> Text:
        return words().area(self.complaint.area_code) if self.complaint.area_code else Text("—", "—")

    @property
    def state(self) -> Text:
        return STATES[self.complaint.state]

    @property
    def visit(self) -> Text | None:
        """What the call back found."""
        found = rules().rule(day_of(self.complaint.received_at)).visits
        return next((Text(one.zh, one.en) for one in found if one.id == self.complaint.visit), None)

    @cached_property
    def clocks(self) -> list[Clock]:
        """The countdowns that run: to take it up, and to reply."""
        one = self.complaint
        if one.replied_at or one.refused_at or one.duplicate_of_id:
            return []
        accept = [] if one.accepted_at else [self._clock(ACCEPT, self.times.accept, one.accept_due_at)]
        return [*accept, self._clock(REPLY, self.times.reply, one.due_at)]

    def _clock(self, label: Text, period: Period, ends: datetime) -> Clock:
        rule = rules().rule(day_of(self.complaint.received_at))
        return Clock(
            label=read(label), started=self.complaint.received_at, ends=ends, given=given(period.amount, period.unit),
            cite=read(self.times.record.citation), warn_share=rule.warn_percent / 100,
        )  # fmt: skip

    @property
    def clock(self) -> Clock | None:
        """The countdown that ends first."""
        return min(self.clocks, key=lambda one: one.ends, default=None)

    @property
    def lamp(self) -> str:
        return self.clock.lamp(self.now) if self.clock else ""

    @property
    def left(self) -> timedelta | None:
        """What is left, or how long it is overdue; both positive."""
        return abs(self.clock.left(self.now)) if self.clock else None

    @property
    def late(self) -> bool:
        """Whether the reply came after its end."""
        one = self.complaint
        return bool(one.replied_at and one.replied_at > one.due_at)
