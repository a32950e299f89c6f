"""Case types for the help pages (案件类型): the drawing, who takes each step by when, what each outcome asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lantian.apps.accounts.models import Organisation
from lantian.apps.cases.rules import rules
from lantian.apps.cases.selectors.lines import given, read
from lantian.apps.cases.selectors.page import PARTIES
from lantian.kernel.errors import Text
from lantian.policy.case_diagram import diagram
from lantian.policy.records_case import CaseLadderRecord, CaseTypeRecord, OutcomeRecord, StepRecord


@dataclass(frozen=True)
class OutcomeLine:
    """An outcome in words. leads: the steps that begin; told: to whom the result goes."""

    record: OutcomeRecord
    leads: Sequence[Text]
    opens: Sequence[Text]
    told: Sequence[str]

    @property
    def label(self) -> Text:
        return Text(self.record.zh, self.record.en)


@dataclass(frozen=True)
class StepLine:
    """A step in words. periods: how long it may take, by category where there are several."""

    record: StepRecord
    number: int
    party: str
    periods: Sequence[tuple[Text, str]]
    citation: Text
    waits: Sequence[Text]
    outcomes: Sequence[OutcomeLine]

    @property
    def label(self) -> Text:
        return Text(self.record.zh, self.record.en)

    @property
    def unconfirmed(self) -> bool:
        return self.record.confidence == "B?"


@dataclass(frozen=True)
class TypePage:
    """A type with all that its page shows."""

    record: CaseTypeRecord
    drawing: str
    steps: Sequence[StepLine]
    ladders: Sequence[CaseLadderRecord]

    @property
    def label(self) -> Text:
        return Text(self.record.zh, self.record.en)

    @property
    def note(self) -> Text | None:
        return Text(self.record.note_zh, self.record.note_en or "") if self.record.note_zh else None


@dataclass(frozen=True)
class TypeLine:
    """A type on the list."""

    record: CaseTypeRecord
    parties: Sequence[str]

    @property
    def label(self) -> Text:
        return Text(self.record.zh, self.record.en)

    @property
    def first(self) -> tuple[str, str]:
        """The first step that has a clock: its name and how long it may take."""
        for step in self.record.steps:
            period = step.period or next(iter(step.periods.values()), None)
            if period is not None:
                return read(Text(step.zh, step.en)), given(period.amount, period.unit)
        return "", ""


def type_lines(day: date) -> list[TypeLine]:
    """Return the types in force on a day."""
    types = rules().types(day)
    names = _names({code for record in types.values() for code in record.parties.values()})
    return [
        TypeLine(record, [names.get(code, code) for code in dict.fromkeys(record.parties.values())])
        for record in types.values()
    ]


def type_page(name: str, day: date, language: str) -> TypePage | None:
    """Return a type as it holds on a day, None where the pack has none of this name."""
    types = rules().types(day)
    record = types.get(name)
    if record is None:
        return None
    labels = {one.id: Text(one.zh, one.en) for one in types.values()}
    parties = _parties(record)
    known = {rules().ladder(record, day, kind) for kind in ("", *record.ladders)}
    return TypePage(
        record=record,
        drawing=diagram(record, language, parties, labels),
        steps=[_step(record, step, number, parties, labels) for number, step in enumerate(record.steps, 1)],
        ladders=sorted((one for one in known if one is not None), key=lambda one: one.id),
    )


def _parties(record: CaseTypeRecord) -> dict[str, str]:
    """The names of those who take a type's parts."""
    names = _names(set(record.parties.values()))
    found = {party: names.get(code, code) for party, code in record.parties.items()}
    asked = {step.party for step in record.steps} | {"street", "sender"}
    return found | {party: read(PARTIES.get(party, Text(party, party))) for party in asked - set(found)}


def _names(codes: set[str]) -> dict[str, str]:
    return {one.code: one.name for one in Organisation.objects.filter(code__in=codes)}


def _step(
    record: CaseTypeRecord, step: StepRecord, number: int, parties: Mapping[str, str], labels: Mapping[str, Text]
) -> StepLine:
    periods = [(Text(one.zh, one.en), period) for one in record.categories if (period := step.periods.get(one.id))]
    if step.period:
        periods.append((Text("", ""), step.period))
    return StepLine(
        record=step,
        number=number,
        party=parties[step.party],
        periods=[(label, given(period.amount, period.unit)) for label, period in periods],
        citation=record.citation_of(step),
        waits=[_label(record, name) for name in step.after],
        outcomes=[_outcome(record, one, parties, labels) for one in step.outcomes],
    )


def _outcome(
    record: CaseTypeRecord, one: OutcomeRecord, parties: Mapping[str, str], labels: Mapping[str, Text]
) -> OutcomeLine:
    return OutcomeLine(
        record=one,
        leads=[_label(record, name) for name in one.to],
        opens=[labels.get(name, Text(name, name)) for name in one.opens],
        told=[parties.get(name, name) for name in one.tells],
    )


def _label(record: CaseTypeRecord, name: str) -> Text:
    step = record.step(name)
    return Text(step.zh, step.en)
