"""The rules in use (现行规则): those of the pack, and whether each raises alarms or only observes."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from lantian.analysis.detection.rules import Rule
from lantian.apps.alarms.models import RuleDecision
from lantian.policy.alarms import AlarmRules, alarm_rules
from lantian.policy.pack import Pack


@lru_cache(maxsize=4)
def rules_of(pack: Pack) -> AlarmRules:
    """Return the alarm rules of a pack, bound once."""
    return alarm_rules(pack)


@lru_cache(maxsize=8)
def rules_on(pack: Pack, day: date) -> tuple[Rule, ...]:
    """Return the rules in force on a day of observation."""
    return rules_of(pack).rules(day)


def observing(rule: str, modes: Mapping[str, str], pack: Pack, day: date) -> bool:
    """Tell whether a rule only observes: by the newest decision about it, else as the pack has it."""
    if rule in modes:
        return modes[rule] == RuleDecision.Mode.OBSERVE
    record = rules_of(pack).record(rule, day)
    return record is not None and record.observe
