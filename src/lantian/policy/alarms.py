"""The alarm rules of a pack, bound to the pure mechanisms (报警规则的结合)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from lantian.analysis.detection.rules import NAMELESS, Mechanism, Offline, Rule
from lantian.kernel.errors import LantianError, Text
from lantian.policy.pack import Pack
from lantian.policy.records_alarm import AlarmPolicyRecord, AlarmRuleRecord
from lantian.policy.records_telemetry import ChannelTemplate, PointKind


class AlarmRulesError(LantianError):
    """A pack without what alarms need."""


def alarm_rules(pack: Pack) -> "AlarmRules":
    """Bind a pack's alarm rules."""
    return AlarmRules(pack)


@dataclass(frozen=True, eq=False)
class AlarmRules:
    """The alarm rules of one pack, looked up by the day of the observation."""

    pack: Pack

    def rules(self, day: date) -> tuple[Rule, ...]:
        """Return the rules in force on a Beijing day, one for each channel of a record."""
        kinds = {kind.id: kind for kind in self.pack.on(PointKind, day)}
        return tuple(rule for record in self.pack.on(AlarmRuleRecord, day) for rule in _bound(record, kinds))

    def record(self, rule: str, day: date) -> AlarmRuleRecord | None:
        """Return the record of a rule on a day; None where the pack no longer has it."""
        return self.pack.find(AlarmRuleRecord, rule, day)

    def policy(self, day: date) -> AlarmPolicyRecord:
        """Return how precision is judged on a day."""
        for record in self.pack.on(AlarmPolicyRecord, day):
            return record
        raise AlarmRulesError(
            Text(f"政策包在 {day} 没有 [[alarm_policy]] 记录。", f"The pack has no [[alarm_policy]] record on {day}.")
        )


def version_of(record: AlarmRuleRecord) -> str:
    """Return the digest by which an alarm remembers the record that it was judged by."""
    return hashlib.sha256(record.model_dump_json().encode()).hexdigest()[:16]


def _bound(record: AlarmRuleRecord, kinds: dict[str, PointKind]) -> Iterator[Rule]:
    for channel in record.channels or ("",):
        template = _template(record, channel, kinds)
        yield Rule(
            id=record.id,
            label=Text(record.zh, record.en),
            citation=record.citation,
            mechanism=_filled(record.parameters, record, kinds),
            kinds=record.kinds,
            channel=channel,
            channel_label=_label(record, channel, template),
            unit=record.unit or (template.stored or template.unit if template else ""),
            level=record.level,
            minimum_minutes=record.minimum_minutes,
            clear_minutes=record.clear_minutes,
            regional=record.regional or "",
            yields_to=record.yields_to,
            hints=(Text(record.hint_zh, record.hint_en or ""),) if record.hint_zh else (),
            version=version_of(record),
        )


def _template(record: AlarmRuleRecord, channel: str, kinds: dict[str, PointKind]) -> ChannelTemplate | None:
    known = (each for kind in record.kinds if kind in kinds for each in kinds[kind].channels)
    return next((each for each in known if (each.factor or each.code) == channel), None)


def _label(record: AlarmRuleRecord, channel: str, template: ChannelTemplate | None) -> Text:
    if record.channel_zh:
        return Text(record.channel_zh, record.channel_en or "")
    if template:
        return Text(template.zh, template.en)
    return Text(channel, channel) if channel else NAMELESS


def _filled(mechanism: Mechanism, record: AlarmRuleRecord, kinds: dict[str, PointKind]) -> Mechanism:
    """Give the off-line rule the times of its kinds, where the record states none."""
    if isinstance(mechanism, Offline) and not mechanism.after_s:
        times = {kind: kinds[kind].offline_after_s for kind in record.kinds if kind in kinds}
        return replace(mechanism, after_s=times)
    return mechanism
