"""Cycles in which penalties add up (累计周期): a building permit, a points cycle; by the day of the event."""

from datetime import date

from lantian.apps.cases.models import Case
from lantian.apps.ledger.models import Credential
from lantian.policy.records_case import CaseLadderRecord


def credential_of(case: Case, record: CaseLadderRecord, day: date) -> Credential | None:
    """Return the credential that names the cycle of a case's subject on a day, or None."""
    if record.cycle_credential is None or case.source is None:
        return None
    found = Credential.objects.filter(source=case.source).of_kind(record.cycle_credential).in_force(day)
    return found.order_by("-valid_from", "-pk").first()


def cycle_of(case: Case, record: CaseLadderRecord, day: date) -> str:
    """Return the cycle to which a penalty of a case belongs, "" where the ladder knows none."""
    if record.cycle_credential:
        held = credential_of(case, record, day)
        return held.number if held else ""
    return str(case.source.attributes.get(record.cycle or "", ""))[:120] if case.source else ""
