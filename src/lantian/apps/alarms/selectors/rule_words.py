"""Rules in words (规则释义): what each asks, with its limits, beside how it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lantian.apps.alarms.selectors.precision import RulePrecision
from lantian.apps.alarms.selectors.rule_sentences import sentence
from lantian.apps.alarms.selectors.words import Words
from lantian.kernel.errors import Text
from lantian.policy.describe import confidence
from lantian.policy.records_alarm import AlarmRuleRecord


@dataclass(frozen=True)
class RuleLine:
    """A rule as the page shows it."""

    record: AlarmRuleRecord
    name: Text
    kinds: Text
    channels: Text
    confidence: Text
    asks: Text
    hint: Text | None
    precision: RulePrecision


def rule_lines(lines: Sequence[RulePrecision], said: Words, day: date) -> list[RuleLine]:
    """Return the rules in force in words."""
    return [_line(line, said) for line in lines if line.record.holds_on(day)]


def _line(line: RulePrecision, said: Words) -> RuleLine:
    record = line.record
    return RuleLine(
        record=record,
        name=Text(record.zh, record.en),
        kinds=_listed([said.kind(kind) for kind in record.kinds]),
        channels=_listed([said.factor(code) for code in record.channels]),
        confidence=confidence(record),
        asks=sentence(record),
        hint=Text(record.hint_zh, record.hint_en or record.hint_zh) if record.hint_zh else None,
        precision=line,
    )


def _listed(names: Sequence[Text]) -> Text:
    return Text("、".join(name.zh for name in names) or "—", ", ".join(name.en for name in names) or "—")
