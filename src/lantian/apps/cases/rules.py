"""The case tables of the pack in use (案件规则), read once per process and pack."""

from functools import lru_cache

from django.conf import settings

from lantian.policy.cases import CaseRules, case_rules
from lantian.policy.reader import load_pack


@lru_cache(maxsize=4)
def _of_pack(pack: str) -> CaseRules:
    return case_rules(load_pack(pack))


def rules() -> CaseRules:
    """Return the case tables of the pack in use."""
    return _of_pack(str(settings.PACK))
