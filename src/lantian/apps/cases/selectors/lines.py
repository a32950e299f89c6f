"""A step that somebody has to take as one line (环节): what, who, by when, why, and its lamp."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.apps.alarms.selectors.words import words
from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.cases.rules import rules, type_of
from lantian.apps.ui.components import Clock
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.records_case import CaseTypeRecord, EscalationRecord, StepRecord
from lantian.workflow.clocks import UNITS, allowed

LAMP_ORDER = "rygpo"


def read(text: Text) -> str:
    """Return a text in the reader's language."""
    return text.in_language(get_language() or "zh-hans")


@dataclass(frozen=True)
class Line:
    """An open step. now: the moment of the page."""

    row: CaseThread
    now: datetime

    @property
    def case(self) -> Case:
        return self.row.case

    @cached_property
    def record(self) -> CaseTypeRecord:
        return type_of(self.case)

    @cached_property
    def step(self) -> StepRecord:
        return self.record.step(self.row.step)

    @property
    def label(self) -> Text:
        return Text(self.step.zh, self.step.en)

    @property
    def kind(self) -> Text:
        return Text(self.record.zh, self.record.en)

    @property
    def citation(self) -> Text:
        return self.record.citation_of(self.step)

    @property
    def area(self) -> Text:
        return words().area(self.case.area_code)

    @cached_property
    def clock(self) -> Clock | None:
        """The countdown with its four parts, None for a step without a clock."""
        return clock_of(self.row, self.record, self.step)

    @property
    def lamp(self) -> str:
        return self.clock.lamp(self.now) if self.clock else "o"

    @property
    def left(self) -> timedelta | None:
        """What is left, or how long it is overdue; both positive."""
        return abs(self.clock.left(self.now)) if self.clock else None

    @property
    def provisional(self) -> bool:
        """Whether the end lies in a year whose days off are not known yet."""
        return bool(self.row.due_at and self.step.period and self.step.period.unit != "hour"
                    and rules().is_provisional(day_of(self.row.due_at)))  # fmt: skip


def clock_of(row: CaseThread, record: CaseTypeRecord, step: StepRecord) -> Clock | None:
    """Return the countdown of a thread."""
    if row.started_at is None or row.due_at is None or row.amount is None:
        return None
    pause = row.pauses[-1] if row.paused and row.pauses else None
    return Clock(
        label=read(Text(step.zh, step.en)),
        started=row.started_at,
        ends=row.due_at,
        given=given(row.amount, row.unit),
        cite=read(record.citation_of(step)),
        warn_share=record.warn_percent / 100,
        paused_since=datetime.fromisoformat(pause["since"]) if pause else None,
        reason=pause["reason"] if pause else "",
        told=told(row.level),
    )


def given(amount: int, unit: str) -> str:
    """Write a period: 24 小时, 3 个工作日."""
    return read(allowed(amount, unit)) if unit in UNITS else str(amount)


def told(level: int) -> str:
    """Say how far a delay has been told."""
    found = next((one for one in reversed(_levels()) if one[0] <= level), None)
    return _("已%(whom)s") % {"whom": read(found[1])} if found else ""


def _levels() -> list[tuple[int, Text]]:
    records = rules().pack.all(EscalationRecord)
    return [(one.level, Text(one.zh, one.en)) for one in sorted(records, key=lambda one: one.level)]


def sorted_lines(rows: Iterable[CaseThread], now: datetime) -> list[Line]:
    """Return lines by lamp, then by end."""
    lines = [Line(row, now) for row in rows]
    return sorted(lines, key=lambda one: (LAMP_ORDER.index(one.lamp), one.row.due_at or one.row.since, one.row.pk))
