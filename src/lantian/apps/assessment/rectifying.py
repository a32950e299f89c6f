"""The rules of rectification and accountability of the pack in use (整改与问责规则), and who keeps their ledgers."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from lantian.apps.accounts.models import Role
from lantian.apps.accounts.scope import scope_of
from lantian.apps.assessment.rules import pack
from lantian.apps.cases.rules import rules as case_rules
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.identifiers import plain
from lantian.kernel.instants import day_of
from lantian.policy.records_accountability import AccountabilityLadder, AccountabilityRule
from lantian.policy.records_case import CaseTypeRecord
from lantian.policy.records_rectification import InspectorSourceRecord, RectificationRecord, SupervisionRecord


class RectificationError(LantianError):
    """What the ledgers of rectification and accountability do not allow. field: of a row that is wrong."""

    def __init__(self, text: Text, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def rule(day: date) -> RectificationRecord:
    """Return how problems are rectified; raises RectificationError where the pack does not say."""
    found = next(iter(pack().on(RectificationRecord, day)), None)
    if found is None:
        raise RectificationError(Text("政策包没有督察整改规则。", "The pack has no rule of rectification."))
    return found


def table(day: date) -> CaseTypeRecord:
    """Return the table of steps by which problems are rectified."""
    return case_rules().type(rule(day).case_type, day)


def working_steps(day: date) -> frozenset[str]:
    """Return the steps before the re-check: whoever rectifies is not done yet."""
    asked = set(rule(day).deadline_steps)
    return frozenset(step.id for step in table(day).steps if not asked & set(step.apart))


def sources(day: date) -> Mapping[str, InspectorSourceRecord]:
    """Return who feeds problems back, in the pack's order."""
    found = sorted(pack().on(InspectorSourceRecord, day), key=lambda one: (one.order, one.id))
    return {one.id: one for one in found}


def supervisions(day: date) -> Mapping[str, SupervisionRecord]:
    """Return what is done beside the steps, in the pack's order."""
    return {one.id: one for one in sorted(pack().on(SupervisionRecord, day), key=lambda one: (one.order, one.id))}


def counting_rules(day: date) -> Mapping[str, AccountabilityRule]:
    """Return what makes a problem count, in the pack's order."""
    return {one.id: one for one in sorted(pack().on(AccountabilityRule, day), key=lambda one: (one.order, one.id))}


def ladder(day: date) -> AccountabilityLadder:
    """Return what accumulated problems lead to; raises RectificationError where the pack does not say."""
    found = next(iter(pack().on(AccountabilityLadder, day)), None)
    if found is None:
        raise RectificationError(Text("政策包没有问责阶梯。", "The pack has no ladder of accountability."))
    return found


def answer_until(sent_at: datetime) -> date:
    """Return the last day on which whoever received a notice of accountability acknowledges it or objects."""
    return day_of(sent_at) + timedelta(days=ladder(day_of(sent_at)).answer_days)


_ACTING = frozenset({Role.DUTY, Role.BUREAU})


def acts_for(person: Any, offices: tuple[str, ...]) -> bool:
    """Tell whether somebody works at one of the offices that keep a ledger, in a post that acts."""
    scope = scope_of(person)
    return bool(scope.organisations & set(offices)) and bool(scope.roles & _ACTING)


def keeps(person: Any, day: date) -> bool:
    """Tell whether somebody keeps the rectification ledger."""
    return acts_for(person, rule(day).offices)


def refuse_others(person: Any, day: date) -> None:
    """Raise RectificationError unless somebody keeps the rectification ledger."""
    if not keeps(person, day):
        raise RectificationError(
            Text("只有牵头管理单位可以这样做。", "Only the offices that keep the ledger may do this.")
        )


def bare(text: str) -> str:
    """A text without what people write in different ways: spaces and marks.

    >>> bare("某工地，裸土 未覆盖。")
    '某工地裸土未覆盖'
    """
    return "".join(letter for letter in plain(text) if letter.isalnum())
