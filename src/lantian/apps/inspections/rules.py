"""The inspection tables of the pack in use (检查规则), looked up by the day of the event."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language

from lantian.kernel.errors import LantianError, Text
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.policy.records import Record
from lantian.policy.records_inspection import (
    ChecklistItem,
    ChecklistRecord,
    DrawRuleRecord,
    FoundRateRecord,
    InspectionRuleRecord,
    ItemChoice,
    VisitCapRecord,
    VisitRuleRecord,
)
from lantian.policy.records_sample import SampledGoodRecord, SampleItem, SampleRuleRecord


class NoSuchRule(LantianError):
    """A checklist or rule that the pack did not have on the day."""


@lru_cache(maxsize=4)
def _pack(name: str) -> Pack:
    return load_pack(name)


def pack() -> Pack:
    """Return the pack in use, read once per process."""
    return _pack(str(settings.PACK))


@lru_cache(maxsize=64)
def _checklists(name: str, day: date) -> Mapping[str, ChecklistRecord]:
    found = sorted(_pack(name).on(ChecklistRecord, day), key=lambda one: (one.order, one.id))
    return {one.id: one for one in found}


def checklists(day: date) -> Mapping[str, ChecklistRecord]:
    """Return the checklists in force on a day by id, in the pack's order."""
    return _checklists(str(settings.PACK), day)


def checklist(name: str, day: date) -> ChecklistRecord:
    """Return a checklist as it held on a day; raises NoSuchRule."""
    found = checklists(day).get(name)
    if found is None:
        raise NoSuchRule(Text(f"{day} 没有检查表“{name}”。", f"There is no checklist {name!r} on {day}."))
    return found


def checklists_for(kind: str, day: date) -> list[ChecklistRecord]:
    """Return the checklists for entries of a ledger, in the pack's order."""
    return [one for one in checklists(day).values() if kind in one.kinds]


def visit_rules(day: date) -> list[VisitRuleRecord]:
    """Return which visits are due again and again."""
    return sorted(pack().on(VisitRuleRecord, day), key=lambda one: one.id)


@lru_cache(maxsize=64)
def _settings(name: str, day: date) -> InspectionRuleRecord:
    found = next(iter(_pack(name).on(InspectionRuleRecord, day)), None)
    if found is None:
        raise NoSuchRule(Text(f"{day} 没有检查通则。", f"There are no rules for all inspections on {day}."))
    return found


def settings_on(day: date) -> InspectionRuleRecord:
    """Return what holds for all inspections on a day; raises NoSuchRule."""
    return _settings(str(settings.PACK), day)


def cap_of(kind: str, day: date) -> VisitCapRecord | None:
    """Return how often an entry of a ledger is visited at most; None is without a cap."""
    return next((one for one in pack().on(VisitCapRecord, day) if kind in one.kinds), None)


def draw_rules(day: date) -> Mapping[str, DrawRuleRecord]:
    """Return the rules of draws by id."""
    return {one.id: one for one in sorted(pack().on(DrawRuleRecord, day), key=lambda one: one.id)}


def found_rate(day: date) -> FoundRateRecord | None:
    """Return how found rates are compared with what is expected."""
    return next(iter(pack().on(FoundRateRecord, day)), None)


def label(record: Record | ChecklistItem | ItemChoice | SampleItem) -> str:
    """Return a record's name in the reader's language."""
    return record.en if (get_language() or "zh").startswith("en") else record.zh


def sampled_goods(day: date) -> list[SampledGoodRecord]:
    """Return what is sampled on a day, in the pack's order."""
    return sorted(pack().on(SampledGoodRecord, day), key=lambda one: (one.order, one.id))


def sampled_good(name: str, day: date) -> SampledGoodRecord:
    """Return a good with its limits of a day; raises NoSuchRule."""
    found = next((one for one in sampled_goods(day) if one.id == name), None)
    if found is None:
        raise NoSuchRule(Text(f"{day} 没有抽检品种“{name}”。", f"No good {name!r} is sampled on {day}."))
    return found


def sample_rule(day: date) -> SampleRuleRecord:
    """Return the rule of the chain; raises NoSuchRule."""
    found = next(iter(pack().on(SampleRuleRecord, day)), None)
    if found is None:
        raise NoSuchRule(Text(f"{day} 没有样品流转规定。", f"There is no rule of samples on {day}."))
    return found
