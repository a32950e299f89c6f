"""The catalogue of measures for a page (措施目录): law, amounts, steps and periods as they hold on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lantian.apps.cases.rules import measure_rules
from lantian.apps.cases.selectors.lines import given
from lantian.kernel.errors import Text
from lantian.policy.measures import period_of
from lantian.policy.records_measure import MeasureProcedureRecord, MeasureRecord


@dataclass(frozen=True)
class CatalogueLine:
    """A measure with its steps."""

    record: MeasureRecord
    procedure: MeasureProcedureRecord
    day: date

    @property
    def label(self) -> Text:
        return Text(self.record.zh, self.record.en)

    @property
    def citation(self) -> Text:
        return self.record.citation

    @property
    def note(self) -> Text:
        return Text(self.record.note_zh or "", self.record.note_en or "")

    @property
    def unconfirmed(self) -> bool:
        return self.record.confidence != "A"

    @property
    def factors(self) -> list[Text]:
        return [Text(one.zh, one.en) for one in measure_rules().factors(self.record, self.day)]

    @property
    def steps(self) -> list[Text]:
        """The steps in their order, without those that end a measure early."""
        return [Text(one.zh, one.en) for one in self.procedure.steps if one.id not in ("withdrawn", "returned")]

    @property
    def periods(self) -> list[tuple[Text, str]]:
        """The periods that the steps start, once each."""
        names = [clock.deadline for step in self.procedure.steps for clock in step.starts]
        records = [measure_rules().deadline(name, self.day) for name in dict.fromkeys(names)]
        return [(Text(one.zh, one.en), given(period_of(one).amount, period_of(one).unit)) for one in records]


def catalogue(day: date) -> Sequence[CatalogueLine]:
    """Return the measures of a day."""
    rules = measure_rules()
    return [CatalogueLine(one, rules.procedure(one, day), day) for one in rules.catalogue(day)]
