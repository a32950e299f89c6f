"""The catalogue of measures of a pack (措施目录), looked up by day.

The measure and its amounts are those of the law in force on the day of the event; the steps and their periods are those
in force on the day on which they are taken (实体从旧，程序从新).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lantian.kernel.errors import LantianError, Text
from lantian.policy.duty import duty_rules
from lantian.policy.pack import Pack
from lantian.policy.records_duty import FineRuleRecord, LegalDeadlineRecord
from lantian.policy.records_measure import DiscretionFactorRecord, MeasureProcedureRecord, MeasureRecord
from lantian.workflow.clocks import ClockUnit, Period

_UNITS: dict[str, ClockUnit] = {"working": "working-day", "calendar": "calendar-day"}


class MeasureRulesError(LantianError):
    """A measure or a period that the pack does not have on a day."""


@dataclass(frozen=True, eq=False)
class MeasureRules:
    """The catalogue of one pack."""

    pack: Pack

    def catalogue(self, day: date) -> Sequence[MeasureRecord]:
        """Return the measures in force on a day, in the pack's order."""
        return sorted(self.pack.on(MeasureRecord, day), key=lambda record: (record.order, record.id))

    def measure(self, name: str, day: date) -> MeasureRecord:
        """Return a measure as it held on a day; raises MeasureRulesError."""
        found = self.pack.find(MeasureRecord, name, day)
        if found is None:
            raise MeasureRulesError(
                Text(f"{day} 的法律没有措施“{name}”。", f"The law of {day} has no measure {name!r}.")
            )
        return found

    def procedure(self, record: MeasureRecord, day: date) -> MeasureProcedureRecord:
        """Return the steps of a measure as they held on a day."""
        return self.pack.get(MeasureProcedureRecord, record.procedure, day)

    def factors(self, record: MeasureRecord, day: date) -> Sequence[DiscretionFactorRecord]:
        """Return the factors of discretion of a measure."""
        return [self.pack.get(DiscretionFactorRecord, name, day) for name in record.factors]

    def deadline(self, name: str, day: date) -> LegalDeadlineRecord:
        """Return a legal period as it held on a day."""
        return self.pack.get(LegalDeadlineRecord, name, day)

    def fines(self) -> FineRuleRecord:
        """Return the numbers of fines."""
        return duty_rules(self.pack).fines()


def period_of(record: LegalDeadlineRecord) -> Period:
    """Return a legal period as a clock counts it."""
    return Period(record.count, _UNITS[record.unit], record.roll)
