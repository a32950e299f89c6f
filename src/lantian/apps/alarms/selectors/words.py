"""Alarms in words (报警用语): names of rules, kinds of points, areas and factors, from the pack in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.conf import settings

from lantian.apps.alarms.models import Alarm
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.instants import day_of
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.policy.records_alarm import AlarmRuleRecord
from lantian.policy.records_plan import Area
from lantian.policy.records_telemetry import PointKind

DISTRICT_DIGITS = 6


@dataclass(frozen=True, eq=False)
class Words:
    """Names under one pack; what the pack does not know goes by its own code."""

    pack: Pack
    areas: Mapping[str, Text]
    kinds: Mapping[str, Text]
    factors: Mapping[str, Text]
    rules: Mapping[str, tuple[AlarmRuleRecord, ...]]

    @property
    def district(self) -> str:
        """The district's code, with which numbers of alarms begin."""
        return self.pack.header.jurisdiction.removeprefix("cn-")

    def area(self, code: str) -> Text:
        """Name an area, by its own code or the nearest above it."""
        found = self.areas.get(code) or self.areas.get(code[:DISTRICT_DIGITS])
        return found or Text(code or "—", code or "—")

    def kind(self, kind: str) -> Text:
        """Name a kind of point."""
        return self.kinds.get(kind, Text(kind or "—", kind or "—"))

    def factor(self, code: str) -> Text:
        """Name a factor."""
        return self.factors.get(code, Text(code, code))

    def rule(self, rule: str, day: date) -> AlarmRuleRecord | None:
        """Return the rule's record that was in force on a day, else the newest one, else None."""
        editions = self.rules.get(rule, ())
        return next((one for one in editions if one.holds_on(day)), editions[-1] if editions else None)

    def rule_of(self, alarm: Alarm) -> AlarmRuleRecord | None:
        """Return the record that an alarm was judged by."""
        return self.rule(alarm.rule, day_of(alarm.first_at))

    def rule_name(self, rule: str, day: date) -> Text:
        """Name a rule."""
        found = self.rule(rule, day)
        return Text(found.zh, found.en) if found else Text(rule, rule)


def words() -> Words:
    """Return the words of the settings' pack."""
    return _words(settings.PACK)


@lru_cache(maxsize=4)
def _words(name: str) -> Words:
    pack = load_pack(name)
    kinds = pack.all(PointKind)
    factors = {factor.code: Text(factor.value, factor.value) for factor in Factor}
    channels = {(one.factor or one.code): Text(one.zh, one.en) for kind in kinds for one in kind.channels}
    rules: dict[str, list[AlarmRuleRecord]] = {}
    for record in pack.all(AlarmRuleRecord):
        rules.setdefault(record.id, []).append(record)
    return Words(
        pack=pack,
        areas={area.id: Text(area.zh, area.en) for area in pack.all(Area)},
        kinds={kind.id: Text(kind.zh, kind.en) for kind in kinds},
        factors=channels | factors,
        rules={rule: tuple(editions) for rule, editions in rules.items()},
    )
