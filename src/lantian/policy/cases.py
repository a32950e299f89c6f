"""The case tables of a pack (案件规则), bound to the pure workflow and looked up by the day of the event."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from lantian.kernel.calendar import LegalCalendar
from lantian.kernel.errors import LantianError, Text
from lantian.policy.air import air_rules
from lantian.policy.pack import Pack
from lantian.policy.records_case import CaseLadderRecord, CaseSettings, CaseTypeRecord, EscalationRecord
from lantian.workflow.cases import Engine


class CaseRulesError(LantianError):
    """A pack without the type or ladder that a case needs."""


def case_rules(pack: Pack) -> "CaseRules":
    """Bind a pack's case tables."""
    return CaseRules(pack)


@dataclass(frozen=True, eq=False)
class CaseRules:
    """The case tables of one pack."""

    pack: Pack

    @cached_property
    def calendar(self) -> LegalCalendar:
        """The legal calendar by which clocks are counted; a year without its notice is counted by weekends alone."""
        return replace(self._notified, years=None)

    def is_provisional(self, day: date) -> bool:
        """Tell whether a day lies in a year whose notice of days off the pack does not hold yet."""
        return day.year not in (self._notified.years or ())

    @cached_property
    def _notified(self) -> LegalCalendar:
        return air_rules(self.pack).calendar

    def types(self, day: date) -> Mapping[str, CaseTypeRecord]:
        """Return the types in force on a day by id, in the pack's order."""
        records = sorted(self.pack.on(CaseTypeRecord, day), key=lambda record: (record.order, record.id))
        return {record.id: record for record in records}

    def type(self, name: str, day: date) -> CaseTypeRecord:
        """Return a type as it held on the day of the event; raises CaseRulesError."""
        found = self.pack.find(CaseTypeRecord, name, day)
        if found is None:
            raise CaseRulesError(
                Text(f"政策包在 {day} 没有案件类型“{name}”。", f"The pack has no case type {name!r} on {day}.")
            )
        return found

    def engine(self, record: CaseTypeRecord, category: str = "") -> Engine:
        """Return what runs cases of a type and category; it is made once."""
        key = (record.id, record.valid_from, category)
        if key not in self._engines:
            share = Fraction(record.warn_percent, 100)
            self._engines[key] = Engine(record.table_of_steps(category), self.calendar, share)
        return self._engines[key]

    @cached_property
    def _engines(self) -> dict[tuple[str, date | None, str], Engine]:
        return {}

    def ladder(self, record: CaseTypeRecord, day: date, kind: str = "") -> CaseLadderRecord | None:
        """Return where penalties of a type count for a subject of a ledger, or None."""
        name = record.ladder_of(kind)
        return self.pack.find(CaseLadderRecord, name, day) if name else None

    def settings(self, day: date) -> CaseSettings:
        """Return what holds for all cases on a day; raises CaseRulesError."""
        found = next(iter(self.pack.on(CaseSettings, day)), None)
        if found is None:
            raise CaseRulesError(Text("政策包没有案件通则。", "The pack has no rules for all cases."))
        return found

    def escalations(self, day: date) -> tuple[EscalationRecord, ...]:
        """Return the levels of escalation, lowest first."""
        return tuple(sorted(self.pack.on(EscalationRecord, day), key=lambda record: record.level))
