"""The complaint rules of the pack in use (投诉举报规则), read once per process and pack."""

from functools import lru_cache

from django.conf import settings

from lantian.policy.complaints import ComplaintRules, complaint_rules
from lantian.policy.reader import load_pack


@lru_cache(maxsize=4)
def _of_pack(pack: str) -> ComplaintRules:
    return complaint_rules(load_pack(pack))


def rules() -> ComplaintRules:
    """Return the complaint rules of the pack in use."""
    return _of_pack(str(settings.PACK))
