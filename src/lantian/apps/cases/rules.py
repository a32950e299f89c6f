"""The case tables of the pack in use (案件规则), read once per process and pack."""

from functools import lru_cache

from django.conf import settings

from lantian.apps.cases.models import Case
from lantian.kernel.instants import day_of
from lantian.policy.cases import CaseRules, case_rules
from lantian.policy.measures import MeasureRules
from lantian.policy.reader import load_pack
from lantian.policy.records_case import CaseTypeRecord


@lru_cache(maxsize=4)
def _of_pack(pack: str) -> CaseRules:
    return case_rules(load_pack(pack))


def rules() -> CaseRules:
    """Return the case tables of the pack in use."""
    return _of_pack(str(settings.PACK))


def measure_rules() -> MeasureRules:
    """Return the catalogue of measures of the pack in use."""
    return MeasureRules(rules().pack)


def type_of(case: Case) -> CaseTypeRecord:
    """Return the case's type as it held on the day of the event."""
    return rules().type(case.type, day_of(case.happened_at))
