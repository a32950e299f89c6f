"""Reads of accountability (问责台账): each body with its ladder, why each problem counts, notices, objections."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.scope import scope_of
from lantian.apps.assessment.models import AccountabilityNotice, Appeal, CountedProblem, Exposure
from lantian.apps.assessment.rectifying import answer_until, counting_rules, ladder
from lantian.apps.assessment.selectors.notices import notices_at, objections_at
from lantian.apps.cases.models import Case
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.kernel.periods import Period
from lantian.policy.records_accountability import AccountabilityLadder, AccountabilityLevel
from lantian.workflow.accountability import Standing


@dataclass(frozen=True)
class Rung:
    """A level beside a body. state: past, current or ahead; missing: problems to it, 0 when it is reached."""

    level: AccountabilityLevel
    state: str
    missing: int

    @property
    def label(self) -> Text:
        return self.level.label()


@dataclass(frozen=True)
class BodyLine:
    """A body in a period: its number, where it stands, what is under way."""

    body: Organisation
    rules: AccountabilityLadder
    count: int
    notices: Sequence[AccountabilityNotice]
    objections: int

    @cached_property
    def standing(self) -> Standing:
        return self.rules.ladder().standing(self.count)

    @property
    def level(self) -> Text | None:
        found = self.standing.level
        return self.rules.level(found.id).label() if found else None

    @property
    def next(self) -> Text | None:
        found = self.standing.next
        return self.rules.level(found.id).label() if found else None

    @property
    def rungs(self) -> list[Rung]:
        current = self.standing.level
        return [
            Rung(one, _state(one.at, current.at if current else 0), max(0, one.at - self.count))
            for one in self.rules.levels
        ]

    @property
    def squares(self) -> list[tuple[bool, AccountabilityLevel | None]]:
        """A square for each problem up to the top level: whether it is filled, and the level that it reaches."""
        at = {one.at: one for one in self.rules.levels}
        return [(number <= self.count, at.get(number)) for number in range(1, max(at) + 1)]

    @property
    def beyond(self) -> int:
        """Problems above the top level."""
        return max(0, self.count - self.rules.levels[-1].at)

    @property
    def waiting(self) -> int:
        """Notices that wait for a decision, or to be sent."""
        return sum(one.state in ("draft", "decided") for one in self.notices)


def _state(at: int, current: int) -> str:
    if at == current:
        return "current"
    return "past" if at < current else "ahead"


def sees_all(person: Any, now: datetime) -> bool:
    """Tell whether somebody works at an office that keeps the ladder."""
    return bool(scope_of(person).organisations & set(ladder(day_of(now)).offices))


def may_see(person: Any, body: str, now: datetime) -> bool:
    """Tell whether somebody sees a body's ladder: its own people, and the offices that keep the ladder."""
    return sees_all(person, now) or body in scope_of(person).organisations


def body_lines(person: Any, period: Period, now: datetime) -> list[BodyLine]:
    """Return the bodies that a person may see, the highest number first; a constant number of questions."""
    rules = ladder(day_of(now))
    counts: dict[str, int] = defaultdict(int)
    for body in _counting(period, now).order_by().values_list("body", flat=True):
        counts[body] += 1
    notices: dict[str, list[AccountabilityNotice]] = defaultdict(list)
    for one in notices_at(AccountabilityNotice.objects.filter(period=str(period)), now):
        if one.cancelled_at is None:
            notices[one.body_id].append(one)
    objections: dict[str, int] = defaultdict(int)
    waiting = Appeal.objects.open_at(now).filter(counted__at__gte=period.start, counted__at__lt=period.end)
    for body in waiting.order_by().values_list("counted__body", flat=True):
        objections[body] += 1
    wanted = {*counts, *notices, *objections}
    own = scope_of(person).organisations
    shown = wanted if sees_all(person, now) else own
    bodies = Organisation.objects.filter(pk__in=shown).exclude(kind="enterprise")
    lines = [BodyLine(one, rules, counts[one.pk], notices[one.pk], objections[one.pk]) for one in bodies]
    return sorted(lines, key=lambda line: (-line.count, line.body.code))


def transfers(person: Any, period: Period, now: datetime) -> list[AccountabilityNotice]:
    """Return the record of leads handed to discipline inspection (移送记录), as far as a person may see it."""
    rules = ladder(day_of(now))
    levels = [one.id for one in rules.levels if one.addressee == "discipline"]
    found = AccountabilityNotice.objects.visible_to(person, rules.offices, now).filter(period=str(period))
    found = found.filter(Q(kind="transfer") | Q(level__in=levels))
    return notices_at(found.select_related("body", "receiver"), now)


def _counting(period: Period, now: datetime) -> Any:
    return CountedProblem.objects.counting_at(now).filter(at__gte=period.start, at__lt=period.end)


@dataclass(frozen=True)
class FactLine:
    """A fact in words."""

    label: Text
    citation: Text
    at: datetime


@dataclass(frozen=True)
class CountedLine:
    """A problem that counts, or no longer counts, with why. visible: its case may be opened by the reader.

    until: the last day on which the body objects; None before a notice lists it. over: whether that day is past.
    """

    row: CountedProblem
    facts: Sequence[FactLine]
    appeals: Sequence[Appeal]
    visible: bool
    until: date | None
    over: bool

    @property
    def first(self) -> FactLine:
        return self.facts[0]

    @property
    def open_appeal(self) -> Appeal | None:
        return next((one for one in self.appeals if one.state == Appeal.State.OPEN), None)


@dataclass(frozen=True)
class BodyPage:
    """All that the page of a body shows."""

    line: BodyLine
    counted: Sequence[CountedLine]
    gone: Sequence[CountedLine]
    notices: Sequence[AccountabilityNotice]
    entries: Sequence["EntryLine"]

    @property
    def unsupported(self) -> frozenset[int]:
        """The notices that were sent and stand, though the number has fallen below their level since."""
        return frozenset(
            one.pk
            for one in self.notices
            if one.level
            and one.sent_at
            and not one.cancelled_at
            and self.line.count < self.line.rules.level(one.level).at
        )


def body_page(body: Organisation, person: Any, period: Period, now: datetime) -> BodyPage:
    """Read what the page of a body shows."""
    appeals = Prefetch("appeals", Appeal.objects.select_related("by", "decided_by"))
    found = CountedProblem.objects.filter(body=body, at__gte=period.start, at__lt=period.end, counted_at__lte=now)
    rows = list(found.select_related("case", "withdrawn_by").prefetch_related(appeals))
    cases = [row.case_id for row in rows if row.case_id]
    visible = set(Case.objects.visible_to(person).filter(pk__in=cases).values_list("pk", flat=True))
    notices = AccountabilityNotice.objects.filter(body=body, period=str(period))
    sent = [one for one in notices_at(notices, now) if one.sent_at is not None]
    lines = [counted_line(row, visible, objections_until(row, sent), now) for row in rows]
    rules = ladder(day_of(now))
    seen = notices_at(
        notices.visible_to(person, rules.offices, now).select_related("body", "decided_by", "sent_by"), now
    )
    count = sum(row.counted(now) for row in rows)
    objections = sum(line.open_appeal is not None for line in lines)
    return BodyPage(
        line=BodyLine(body, rules, count, [one for one in seen if one.cancelled_at is None], objections),
        counted=[line for line in lines if line.row.counted(now)],
        gone=[line for line in lines if not line.row.counted(now)],
        notices=seen,
        entries=_entries(body, period, now),
    )


@dataclass(frozen=True)
class EntryLine:
    """A fact that was entered by hand, in words."""

    row: Exposure
    label: Text


def _entries(body: Organisation, period: Period, now: datetime) -> list[EntryLine]:
    found = Exposure.objects.filter(body=body, day__gte=period.first, day__lte=period.last, at__lte=now)
    names = counting_rules(day_of(now))
    return [
        EntryLine(one, Text(names[one.rule].zh, names[one.rule].en) if one.rule in names else Text(one.rule, one.rule))
        for one in found.select_related("case", "by")
    ]


def objections_until(row: CountedProblem, notices: Iterable[AccountabilityNotice]) -> date | None:
    """Return the last day of objections to a problem: that of the last notice sent that lists it; None before one."""
    days = [
        answer_until(one.sent_at)
        for one in notices
        if one.kind == "level"
        and one.cancelled_at is None
        and one.sent_at is not None
        and one.sent_at >= row.counted_at
    ]
    return max(days, default=None)


def counted_line(row: CountedProblem, visible: set[int], until: date | None, now: datetime) -> CountedLine:
    """Return a counted problem with its facts in words, and the objections to it as they stood."""
    facts = []
    for one in row.facts:
        at = datetime.fromisoformat(one["at"])
        record = counting_rules(day_of(at)).get(one["rule"])
        label = Text(record.zh, record.en) if record else Text(one["rule"], one["rule"])
        facts.append(FactLine(label, record.citation if record else Text("", ""), at))
    over = until is not None and day_of(now) > until
    return CountedLine(row, facts, objections_at(row.appeals.all(), now), row.case_id in visible, until, over)
